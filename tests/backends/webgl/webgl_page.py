"""The page's side of the tests, transpiled: run plans on the engine and hand results over as text."""

from pybrowserml.backends.webgl.builder import Draw
from pybrowserml.backends.webgl.engine import open_engine
from pybrowserml.core.host import HostArray
from pybrowserml.core.variables import Slot
from pybrowserml.platform.buffers import bytes_of, to_numbers, view_bytes
from pybrowserml.platform.errors import error
from pybrowserml.platform.tasks import drive, now
from pybrowserml.platform.text import base64_decode, base64_encode, from_json, to_json

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
    return {"shape": host.shape, "dtype": host.dtype, "data": base64_encode(bytes_of(host.data))}


def case(text):
    """Generator: {plan, sizes, inputs, state, options, runs} as JSON → {outputs, state, stats}."""
    given = from_json(text)
    engine = engine_for(given["options"])
    executable = yield from engine.prepare(given["plan"], given["sizes"])
    slots = [Slot(decode(item)) for item in given["state"]]
    inputs = [decode(item) for item in given["inputs"]]
    outputs = []
    for i in range(given["runs"]):
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
    """Generator: milliseconds of `runs` runs of a plan after a first one, each up to a read of its first output."""
    given = from_json(text)
    engine = engine_for(given["options"])
    started = now()
    executable = yield from engine.prepare(given["plan"], given["sizes"])
    prepared = now() - started
    slots = [Slot(decode(item)) for item in given["state"]]
    inputs = [engine.upload(decode(item)) for item in given["inputs"]]
    times = []
    for i in range(given["runs"] + 1):
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


def run_case(text):
    return drive(case(text))


def run_timing(text):
    return drive(timing(text))


def run_sources(text):
    return drive(sources(text))


def run_information(text):
    return drive(information(text))
