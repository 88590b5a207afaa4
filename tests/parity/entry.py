"""The JavaScript side of the tests, transpiled with the library: run plans, and programs of the subset."""

from pybrowserml.backends.cpu import double_kernels
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.webgl.engine import open_engine
from pybrowserml.core.host import HostArray
from pybrowserml.core.slots import Slot
from pybrowserml.platform.buffers import bytes_of, view_bytes
from pybrowserml.platform.errors import error
from pybrowserml.platform.tasks import drive, sleep
from pybrowserml.platform.text import base64_decode, base64_encode, from_json, to_json

double_kernels.install()
ENGINES = {}


def engine_named(engine_name):
    if engine_name not in ENGINES:
        if engine_name.startswith("cpu-threads"):
            # Everything that can be is shared out, however small.
            shared = CpuBackend(True, int(engine_name.split("-")[2]))
            shared.least_launch = 0.0
            shared.least_plan = 0.0
            ENGINES[engine_name] = shared
        elif not engine_name.startswith("webgl"):
            ENGINES[engine_name] = CpuBackend(engine_name == "cpu", 1)
        else:
            made = open_engine({})
            if made[0] is None:
                raise error("EngineError", made[1])
            ENGINES[engine_name] = made[0]
    return ENGINES[engine_name]


def decode(item):
    count = 1
    for dim in item["shape"]:
        count = count * dim
    data = view_bytes(base64_decode(item["data"]), item["dtype"], 0, count)
    return HostArray(data, item["shape"], item["dtype"])


def encode(host):
    return {"shape": host.shape, "dtype": host.dtype, "data": base64_encode(bytes_of(host.data, host.dtype))}


def thread_start(engine):
    """Generator: where an engine is to have threads, wait until they have come. Jobs that share nothing call none."""
    waited = 0
    while engine.backend_name == "cpu" and engine.crew is not None and not engine.crew.ready():
        if len(engine.crew.threads) == 0 or waited == 1000:
            raise error("EngineError", "the threads did not come: " + engine.crew.why)
        waited = waited + 1
        yield sleep(10)
    return None


def job(given):
    """Generator: {engine, plan, sizes, inputs, state, runs} → JSON of {outputs, state}."""
    engine = engine_named(given["engine"])
    yield from thread_start(engine)
    executable = yield from engine.prepare(given["plan"], given["sizes"])
    slots = [Slot(decode(item)) for item in given["state"]]
    inputs = [decode(item) for item in given["inputs"]]
    outputs = []
    for _run in range(given["runs"]):
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
    shared = engine.backend_name == "cpu" and executable.job is not None
    engine.forget(executable)
    return to_json({"outputs": [encode(host) for host in outputs], "state": state, "shared": shared})


def run_job(text):
    """A promise of the answer to a job."""
    return drive(job(from_json(text)))
