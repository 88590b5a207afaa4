"""What an engine can do at most here, found by three small plans: ratios to these limits say what is left to gain."""

from ..backends.observed import OBSERVER
from ..backends.runner import PlanRunner
from ..core.host import HostArray
from ..platform.buffers import zeros
from .record import Journal

# Multiply-adds in a row on each of four numbers, per element.
ROUNDS = 16
CHAINED = 65536
PRODUCT = 384
COPIED = 4194304
RUNS = 4


class Limits:
    """flops: operations a millisecond; bytes: read and written a millisecond."""

    def __init__(self, flops, moved):
        self.flops = flops
        self.bytes = moved


def measured_limits(backend, watched):
    """Generator → the Limits of an engine, measured once. watched(journal): makes a profiler that writes there."""
    if backend.fastest is None:
        chain = yield from _fastest(backend, _chain(), [[CHAINED]], watched)
        product = yield from _fastest(backend, _product(), [[PRODUCT, PRODUCT], [PRODUCT, PRODUCT]], watched)
        copied = yield from _fastest(backend, _copy(), [[COPIED]], watched)
        flops = chain[0] if chain[0] > product[0] else product[0]
        backend.fastest = Limits(flops, copied[1])
    return backend.fastest


def _fastest(backend, plan, shapes, watched):
    """Generator → [operations, bytes] a millisecond of a plan of one step, in the fastest of some runs."""
    runner = PlanRunner(plan, [])
    runner.backend = backend
    inputs = []
    for shape in shapes:
        count = 1
        for dim in shape:
            count = count * dim
        inputs.append(HostArray(zeros("float32", count), shape, "float32"))
    best = [0.0, 0.0]
    for _turn in range(RUNS):
        journal = Journal()
        held = OBSERVER.profiler
        profiler = watched(journal)
        OBSERVER.profiler = profiler
        try:
            buffers = yield from runner.run(inputs)
            yield from profiler.finish()
        finally:
            OBSERVER.profiler = held
        for buffer in buffers:
            buffer.backend.release(buffer)
        row = journal.records[0].rows[0]
        if row.milliseconds > 0:
            rates = [row.flops / row.milliseconds, (row.read + row.written) / row.milliseconds]
            best = [rates[i] if rates[i] > best[i] else best[i] for i in range(2)]
    runner.forget_engine(backend)
    return best


def _plan(shapes, made, step):
    values = [{"shape": shape, "dtype": "float32"} for shape in shapes]
    values.append({"shape": made, "dtype": "float32"})
    count = len(shapes)
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": "x" + str(i), "value": i} for i in range(count)],
        "state": [],
        "constants": [],
        "outputs": [{"name": "y", "value": count}],
        "updates": [],
        "steps": [step],
        "lifetimes": [None if i < count else [0, 0] for i in range(count + 1)],
        "subplans": [],
    }


def _step(kernel, count, params):
    inputs = [i for i in range(count)]
    return {"kernel": kernel, "inputs": inputs, "outputs": [count], "params": params, "name": "limit"}


def _chain():
    """Multiply-adds on four numbers that do not wait for each other."""
    instrs = [["constant", "float32", [], 0.5], ["constant", "float32", [], 0.25]]
    lanes = []
    for lane in range(4):
        instrs.append(["constant", "float32", [], 0.125 * (lane + 1)])
        instrs.append(["add", "float32", [0, len(instrs)], None])
        lanes.append(len(instrs))
    for _round in range(ROUNDS):
        for lane in range(4):
            instrs.append(["multiply", "float32", [lanes[lane], 1], None])
            instrs.append(["add", "float32", [len(instrs), 2], None])
            lanes[lane] = len(instrs)
    for lane in range(1, 4):
        instrs.append(["add", "float32", [lanes[0], lanes[lane]], None])
        lanes[0] = len(instrs)
    expr = {"instrs": instrs, "results": [lanes[0]]}
    return _plan([[CHAINED]], [CHAINED], _step("elementwise", 1, {"expr": expr}))


def _product():
    params = {"transpose_a": False, "transpose_b": False, "epilogue": None}
    shape = [PRODUCT, PRODUCT]
    return _plan([shape, shape], shape, _step("matmul", 2, params))


def _copy():
    expr = {"instrs": [["negative", "float32", [0], None]], "results": [1]}
    return _plan([[COPIED]], [COPIED], _step("elementwise", 1, {"expr": expr}))
