"""Plans on an engine, transpiled, for the times of their steps."""

from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.runner import PlanRunner
from pybrowserml.backends.webgl.engine import open_engine
from pybrowserml.core.host import HostArray
from pybrowserml.platform.errors import error
from pybrowserml.platform.tasks import drive

ENGINES = {}


def engine_named(engine_name):
    if engine_name not in ENGINES:
        if engine_name == "cpu":
            ENGINES[engine_name] = CpuBackend()
        else:
            made = open_engine({})
            if made[0] is None:
                raise error("EngineError", made[1])
            ENGINES[engine_name] = made[0]
    return ENGINES[engine_name]


def make_runner(engine_name, plan):
    runner = PlanRunner(plan, [])
    runner.backend = engine_named(engine_name)
    return runner


def upload(engine_name, data, shape, dtype):
    return engine_named(engine_name).upload(HostArray(data, shape, dtype))


def _only_run(runner, operands):
    buffers = yield from runner.run(operands)
    backend = runner.backend
    if backend.backend_name == "webgl":
        yield from backend.finish()
    for buffer in buffers:
        backend.release(buffer)
    return None


def run_without_read(runner, operands):
    """A promise that the engine has done the plan's work."""
    return drive(_only_run(runner, operands))
