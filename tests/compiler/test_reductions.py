"""Reductions of expressions along neighbouring axes: what becomes one step, and its numbers everywhere."""

from typing import Any

import numpy as np
import pytest
from compiler.unfused import without_fusion
from engines import ENGINES, THREADS, Job, run_numpy
from parity.harness import plan_of

from pybrowserml import ops
from pybrowserml.backends.check import check_plan, check_sizes
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.passes import with_passes
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named

RNG = np.random.default_rng(17)


def array(*shape):
    return RNG.uniform(-2, 2, shape).astype(np.float32)


def whole(*shape):
    return RNG.integers(-9, 9, shape).astype(np.int32)


def squares(axes):
    """The sum of squares of what is centered, as of a variance."""
    return lambda x: ops.sum(ops.square(ops.subtract(x[0], x[1])), axes)


def masked(axes):
    """A cotangent behind a relu: itself, its sum, and its sum with what was normalized."""

    def build(x):
        slope = ops.where(ops.greater(x[0], 0.0), x[1], 0.0)
        return [slope, ops.sum(slope, axes), ops.sum(ops.multiply(slope, x[2]), axes, True)]

    return build


def moments(axes):
    """Several reductions of one tensor."""

    def build(x):
        square = ops.square(x[0])
        return [
            ops.sum(x[0], axes),
            ops.sum(square, axes),
            ops.max(ops.abs(x[0]), axes),
            ops.min(square, axes),
        ]

    return build


def product(axes):
    return lambda x: ops.prod(ops.add(ops.multiply(x[0], 0.1), 1.0), axes)


def matches(x):
    """Whole numbers: how many of each column agree, and more than that."""
    same = ops.cast(ops.equal(x[0], x[1]), "int32")
    return [ops.sum(same, 0), ops.max(ops.multiply(x[0], same), 0), ops.prod(ops.add(same, 1), 0)]


def numbered(x):
    """What depends on the place: cross entropy of labels, before it is summed."""
    chosen = ops.one_hot(x[1], 7)
    return ops.sum(ops.multiply(chosen, ops.log(ops.add(ops.square(x[0]), 1.0))), (0, 1))


def error_of(x):
    return ops.mean(ops.square(ops.subtract(x[0], x[1])))


def broadcast(x):
    """Operands that repeat along what is reduced, and along what stays."""
    return ops.sum(ops.multiply(ops.add(x[0], x[1]), x[2]), (1, 2))


def long_way(x):
    """A chain that no register holds."""
    y = ops.tanh(ops.multiply(ops.exp(ops.negative(ops.abs(x[0]))), ops.sigmoid(x[1])))
    return [ops.sum(ops.divide(y, ops.add(ops.square(x[1]), 1.0)), 0), y]


def batch_norm(x):
    mean = ops.mean(x[0], (0, 1, 2), True)
    variance = ops.mean(ops.square(ops.subtract(x[0], mean)), (0, 1, 2), True)
    y = ops.divide(ops.subtract(x[0], mean), ops.sqrt(ops.add(variance, 1e-3)))
    return ops.relu(ops.add(ops.multiply(y, x[1]), x[2]))


def slopes(function):
    """The gradients of a function's result weighed by its last argument."""

    def build(x):
        total = ops.sum(ops.multiply(function(x[:-1]), x[-1]))
        return [slope for slope in gradients([total], x[:-1]) if slope is not None]

    return build


def three(*shape):
    return [array(*shape) for _ in range(3)]


# Inner runs of 1, below and above four, of a block and beyond; lengths and outer places about the sizes of tiles.
CASES = {
    "columns": (squares(0), [array(5, 7), array(7)]),
    "columns, four": (squares(0), [array(9, 4), array(4)]),
    "columns, many": (squares((0, 1, 2)), [array(6, 13, 11, 24), array(24)]),
    "columns, in parts": (squares((0, 1)), [array(100, 70, 13), array(13)]),
    "columns, one": (squares((0, 1)), [array(40, 60, 1), array(1)]),
    "columns, a block": (squares(0), [array(3, 4096), array(4096)]),
    "columns, beyond a block": (squares(0), [array(5, 4099), array(4099)]),
    "columns, wide and long": (squares(0), [array(40, 4100), array(40, 1)]),
    "all": (squares(None), [array(3, 4, 5), array(3, 1, 5)]),
    "all, in parts": (squares((0, 1, 2)), [array(25, 41, 67), array(67)]),
    "error": (error_of, [array(64, 33), array(64, 33)]),
    "middle": (squares(1), [array(4, 9, 6), array(9, 1)]),
    "middle, short": (squares(1), [array(300, 3, 5), array(5)]),
    "middle, long": (squares((1, 2)), [array(3, 50, 40, 9), array(9)]),
    "middle, wide": (squares(1), [array(3, 5, 4100), array(4100)]),
    "middle of ones": (squares((1, 3)), [array(2, 6, 1, 5, 3), array(3)]),
    "last two": (squares((1, 2)), [array(30, 17, 19), array(19)]),
    "masked": (masked((0, 1, 2)), three(4, 6, 5, 8)),
    "masked, many": (masked((0, 1, 2)), three(16, 23, 19, 12)),
    "masked, middle": (masked(1), three(5, 70, 11)),
    "moments": (moments(0), [array(33, 10)]),
    "moments, many": (moments((0, 1)), [array(40, 50, 35)]),
    "product": (product(0), [array(12, 9)]),
    "product, all": (product((0, 1)), [array(6, 5)]),
    "whole numbers": (matches, [whole(90, 13), whole(90, 13)]),
    "whole numbers, many": (matches, [whole(520, 130), whole(130)]),
    "numbered": (numbered, [array(5, 8, 7), whole(5, 8)]),
    "broadcast": (broadcast, [array(3, 1, 6, 4), array(5, 1, 1), array(4)]),
    "broadcast, many": (broadcast, [array(6, 1, 30, 20), array(9, 1, 1), array(6, 1, 1, 20)]),
    "long way": (long_way, [array(40, 90), array(90)]),
    "infinite": (moments(0), [np.array([[-np.inf, 1, np.nan], [2, np.inf, 3], [1, 2, 3]], np.float32)]),
    "no rows": (squares(0), [array(0, 4), array(4)]),
    "no columns": (squares(0), [array(4, 0), array(0)]),
    "batch norm": (batch_norm, [array(4, 6, 5, 8), array(8), array(8)]),
    "batch norm, slopes": (slopes(batch_norm), [array(4, 6, 5, 8), array(8), array(8), array(4, 6, 5, 8)]),
    "batch norm, many, slopes": (
        slopes(batch_norm),
        [array(9, 16, 15, 13), array(13), array(13), array(9, 16, 15, 13)],
    ),
}


def kernels(plan):
    return [step["kernel"] for step in plan["steps"]]


def compare(engine, engines):
    jobs = [Job(plan_of(build, inputs), inputs) for build, inputs in CASES.values()]
    with without_fusion():
        wanted = [run_numpy(Job(plan_of(build, inputs), inputs))[0] for build, inputs in CASES.values()]
    for name, job, result, numbers in zip(CASES, jobs, engines.run(engine, jobs), wanted, strict=True):
        assert "reductions" in kernels(job.plan), name
        for a, b in zip(result.outputs, numbers, strict=True):
            assert a.dtype == b.dtype and a.shape == b.shape, name
            scale = float(np.abs(b[np.isfinite(b)]).max(initial=1e-3))
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=2e-6 * scale, err_msg=name)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_numbers_are_those_of_single_steps(engines, engine):
    compare(engine, engines)


def test_threads_give_the_same_bits(engines):
    """Twice: they come with the first plan that they can share."""
    jobs = [Job(plan_of(build, inputs), inputs) for build, inputs in CASES.values()]
    for engine in THREADS:
        engines.run(engine, jobs[2:3])
    alone, *others = [engines.run(engine, jobs) for engine in THREADS]
    for results in others:
        assert sum(result.shared for result in results) > 5
        for name, one, several in zip(CASES, alone, results, strict=True):
            for a, b in zip(one.outputs, several.outputs, strict=True):
                assert a.tobytes() == b.tobytes(), name


def test_explained():
    """A variance; a mask's cotangent, which is stored once and read by both sums and by whoever wants it."""

    def lines_of(build, *shapes):
        specs = [[f"x{i}", list(shape), "float32"] for i, shape in enumerate(shapes)]
        passes: Any = with_passes(lambda: trace_runner(lambda x: [["y", build(x)]], specs)).passes
        return dict(line.split(": ", 1) for line in passes.lines()[1:])["reductions"]

    assert lines_of(squares(0), (5, 7), (7,)) == "2 -> 1 steps  (subtract [subtract multiply sum])"
    sums = lambda x: ops.add(*[ops.reshape(total, [8]) for total in masked((0, 1, 2))(x)[1:]])  # noqa: E731
    shown = lines_of(sums, *[(4, 6, 5, 8)] * 3)
    assert shown.startswith("5 -> 3 steps  (greater [greater where sum multiply sum])")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("masked", ["sum", "sum", None]),
        ("moments", ["min", "sum", "max", "sum"]),
        ("middle of ones", ["sum"]),
    ],
)
def test_one_step(name, wanted):
    build, inputs = CASES[name]
    plan = plan_of(build, inputs)
    found = [step for step in plan["steps"] if step["kernel"] != "reshape"]
    assert [step["kernel"] for step in found] == ["reductions"]
    assert sorted(map(str, found[0]["params"]["ops"])) == sorted(map(str, wanted))


@pytest.mark.parametrize("engine", ENGINES)
def test_unknown_sizes(engines, engine):
    """A plan for any batch, none and one among them."""
    specs = [["x", [size_named("batch"), 3, 6], "float32"]]

    def build(inputs):
        square = ops.square(inputs[0])
        return [["all", ops.sum(square)], ["y", ops.sum(square, (0, 1))], ["z", square]]

    plan = trace_runner(build, specs).plan
    jobs = [Job(plan, [array(batch, 3, 6)], [], {"batch": batch}) for batch in (0, 1, 5, 700)]
    assert "reductions" in kernels(plan)
    for job, result in zip(jobs, engines.run(engine, jobs), strict=True):
        square = np.square(job.inputs[0].astype(np.float64))
        for a, b in zip(result.outputs, [square.sum(), square.sum((0, 1)), square], strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-6)


def test_what_stays_outside():
    """float64, random numbers, axes with others between, the result of a product, a sum that its expression reads."""
    x = array(4, 5, 6)

    def kernels_of(build, *inputs):
        return kernels(plan_of(build, inputs))

    assert "reductions" not in kernels_of(lambda t: ops.sum(ops.exp(t[0]), (0, 2)), x)
    assert "reductions" not in kernels_of(lambda t: ops.sum(ops.exp(t[0]), 0), x.astype(np.float64))
    assert "reductions" not in kernels_of(lambda t: ops.sum(ops.relu(ops.matmul(t[0], t[0])), 0), array(5, 5))
    noise = lambda t: ops.sum(ops.add(t[0], ops.random.uniform(t[0].shape, seed=1)), 0)  # noqa: E731
    assert "reductions" not in kernels_of(noise, x)

    def between(t):
        powers = ops.exp(t[0])
        return [ops.add(ops.subtract(t[0], ops.sum(t[0], 0)), powers), ops.sum(powers, 0)]

    found = run_numpy(Job(plan_of(between, [array(4, 4)]), [x[0, :4, :4]]))[0]
    np.testing.assert_allclose(found[0], x[0, :4, :4] - x[0, :4, :4].sum(0) + np.exp(x[0, :4, :4]), rtol=1e-5)


def test_what_is_no_longer_stored():
    """Of the centered values of a batch normalization and their squares none is."""
    build, inputs = CASES["batch norm"]
    plan = plan_of(build, inputs)
    large = [v for s in plan["steps"] for v in s["outputs"] if plan["values"][v]["shape"] == [4, 6, 5, 8]]
    assert len(large) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda step: step["params"].pop("shape"),
        lambda step: step["params"].update(axes=[]),
        lambda step: step["params"].update(axes=[1, 0]),
        lambda step: step["params"].update(axes=[0, 2]),
        lambda step: step["params"].update(axes=[0]),
        lambda step: step["params"].update(shape=[2, 3]),
        lambda step: step["params"].update(ops=["sum"]),
        lambda step: step["params"].update(ops=["mean", "sum", "sum"]),
        lambda step: step["params"].update(ops=["sum", "sum", "sum"]),
        lambda step: step["params"]["expr"]["instrs"].__setitem__(0, ["constant", "float64", [], 1.0]),
        lambda step: step["params"]["expr"]["instrs"].__setitem__(0, ["row_sum", "float32", [0], None]),
    ],
)
def test_malformed_plans_are_refused(change):
    plan = plan_of(masked((0, 1)), three(2, 3, 4))
    check_plan(plan, "plan")
    check_sizes(plan, {}, "plan")
    change(next(step for step in plan["steps"] if step["kernel"] == "reductions"))
    with pytest.raises(Exception, match="plan"):
        check_plan(plan, "plan")
        check_sizes(plan, {}, "plan")
