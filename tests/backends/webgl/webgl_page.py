"""The page's side of the tests, transpiled: run plans on the engine and hand results over as text."""

from pybrowserml.backends.webgl.builder import Draw
from pybrowserml.backends.webgl.engine import open_engine
from pybrowserml.core.host import HostArray
from pybrowserml.core.slots import Slot
from pybrowserml.platform.buffers import bytes_of, from_numbers, to_numbers, view_bytes
from pybrowserml.platform.errors import error, kind_of
from pybrowserml.platform.tasks import drive, now
from pybrowserml.platform.text import base64_decode, base64_encode, from_json, to_json
from pybrowserml.platform.webgl import lose_context

ENGINES = {}


def engine_for(options):
    key = to_json(options)
    if key not in ENGINES:
        made = open_engine(options)
        if made[0] is None:
            raise error("EngineError", made[1])
        ENGINES[key] = made[0]
    return ENGINES[key]


def concat(a, b):
    both = []
    both.extend(a)
    both.extend(b)
    return both


def decode(item):
    size = 1
    for dim in item["shape"]:
        size = size * dim
    return HostArray(
        view_bytes(base64_decode(item["data"]), item["dtype"], 0, size), item["shape"], item["dtype"]
    )


def encode(host):
    return {"shape": host.shape, "dtype": host.dtype, "data": base64_encode(bytes_of(host.data, host.dtype))}


def case(text):
    """Generator: {plan, sizes, inputs, state, options, runs} as JSON → {outputs, state, stats}."""
    given = from_json(text)
    engine = engine_for(given["options"])
    executable = yield from engine.prepare(given["plan"], given["sizes"])
    slots = [Slot(decode(item)) for item in given["state"]]
    inputs = [decode(item) for item in given["inputs"]]
    outputs = []
    for _ in range(given["runs"]):
        buffers = yield from engine.run(executable, inputs, slots)
        outputs = yield from engine.read_many(buffers)
        for buffer in buffers:
            engine.release(buffer)
    state = []
    for slot in slots:
        if slot.buffer is None:
            state.append(encode(slot.host))
        else:
            host = yield from engine.read(slot.buffer)
            state.append(encode(host))
            engine.release(slot.buffer)
    engine.forget(executable)
    return to_json({"outputs": [encode(host) for host in outputs], "state": state, "stats": engine.stats()})


def timing(text):
    """Generator: milliseconds of `runs` runs of a plan after a first one, each up to a read of its first
    output.
    """
    given = from_json(text)
    engine = engine_for(given["options"])
    started = now()
    executable = yield from engine.prepare(given["plan"], given["sizes"])
    prepared = now() - started
    slots = [Slot(decode(item)) for item in given["state"]]
    inputs = [engine.upload(decode(item)) for item in given["inputs"]]
    times = []
    for _ in range(given["runs"] + 1):
        started = now()
        buffers = yield from engine.run(executable, inputs, slots)
        yield from engine.finish()
        times.append(now() - started)
        for buffer in buffers:
            engine.release(buffer)
    for buffer in inputs:
        engine.release(buffer)
    for slot in slots:
        if slot.buffer is not None:
            engine.release(slot.buffer)
    engine.forget(executable)
    return to_json({"prepare": prepared, "times": times, "stats": engine.stats()})


def sources(text):
    """Generator: the shader sources of a plan."""
    given = from_json(text)
    engine = engine_for(given["options"])
    executable = yield from engine.prepare(given["plan"], given["sizes"])
    found = []
    for action in executable.actions:
        if isinstance(action, Draw):
            layouts = [executable.builder.layouts[value] for value in concat(action.inputs, action.outputs)]
            sizes = [[layout.width, layout.height, layout.depth] for layout in layouts]
            found.append({"source": action.source, "integers": to_numbers(action.pages[0]), "sizes": sizes})
    return to_json(found)


def information(text):
    """Generator: capabilities and counters."""
    engine = engine_for(from_json(text))
    yield None
    return to_json({"capabilities": engine.capabilities(), "stats": engine.stats()})


def double_plan():
    """A plan of one step: twice its input of three numbers."""
    value = {"shape": [3], "dtype": "float32"}
    expr = {"instrs": [["add", "float32", [0, 0], None]], "results": [1]}
    return {
        "sizes": [],
        "values": [value, value],
        "inputs": [{"name": "x", "value": 0}],
        "state": [],
        "constants": [],
        "outputs": [{"name": "y", "value": 1}],
        "updates": [],
        "steps": [{"kernel": "elementwise", "inputs": [0], "outputs": [1], "params": {"expr": expr}}],
        "lifetimes": [None, [0, 1]],
        "subplans": [],
    }


def at_once(text):
    """Generator: a run and a read that do not wait."""
    engine = engine_for({})
    executable = yield from engine.prepare(double_plan(), {})
    buffers = engine.run_sync(executable, [HostArray(from_numbers("float32", [1, 2, 3]), [3], "float32")], [])
    host = engine.read_sync(buffers[0])
    engine.release(buffers[0])
    engine.release(buffers[0])
    return to_json({"data": to_numbers(host.data)})


def lost(text):
    """Generator: the kind of error after the context is gone."""
    made = open_engine({})
    engine = made[0]
    executable = yield from engine.prepare(double_plan(), {})
    host = HostArray(from_numbers("float32", [1, 2, 3]), [3], "float32")
    before = "lost" if engine.lost else "alive"
    yield from engine.run(executable, [host], [])
    lose_context(engine.context)
    kind = None
    try:
        yield from engine.run(executable, [host], [])
    except Exception as caught:
        kind = kind_of(caught)
    return to_json({"before": before, "kind": kind})


def run_at_once(text):
    return drive(at_once(text))


def run_lost(text):
    return drive(lost(text))


def run_case(text):
    return drive(case(text))


def run_timing(text):
    return drive(timing(text))


def run_sources(text):
    return drive(sources(text))


def run_information(text):
    return drive(information(text))
