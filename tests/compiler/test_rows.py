"""Reductions along rows with the elementwise work around them: what becomes one step, and its numbers everywhere."""

import numpy as np
import pytest
from compiler.unfused import without_fusion
from engines import ENGINES, Job, run_numpy
from parity.harness import plan_of

from pybrowserml import ops
from pybrowserml.backends.check import check_plan, check_sizes
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named
from pybrowserml.core.opset.generators import iota

RNG = np.random.default_rng(11)


def array(*shape):
    return RNG.uniform(-2, 2, shape).astype(np.float32)


def slopes(function):
    """The gradients of a function's result weighed by its last argument."""

    def build(x):
        total = ops.sum(ops.multiply(function(x[:-1]), x[-1]))
        return [slope for slope in gradients([total], x[:-1]) if slope is not None]

    return build


def softmax(x):
    return ops.softmax(x[0])


def log_softmax(x):
    return ops.log_softmax(x[0])


def layer_norm(x):
    return ops.layer_normalization(x[0], x[1], x[2])


def rms_norm(x):
    return ops.rms_normalization(x[0], x[1])


def masked_softmax(x):
    """A bool mask and a bias that repeat over other axes than each other."""
    return ops.softmax(ops.where(ops.greater(x[1], 0.0), ops.add(x[0], x[2]), -1e9))


def deviation(x):
    return ops.mean(ops.square(ops.subtract(x[0], ops.mean(x[0], -1, True))), -1)


def several(x):
    """Results of both kinds, one read twice, one broadcast, extremes."""
    low, high = ops.min(x[0], -1, True), ops.max(x[0], -1, True)
    scaled = ops.divide(ops.subtract(x[0], low), ops.add(ops.subtract(high, low), 1.0))
    return [scaled, ops.broadcast_to(low, x[0].shape), high, ops.sum(ops.square(scaled), -1)]


def crossentropy(x):
    return ops.categorical_crossentropy(ops.softmax(x[1]), x[0], True)


def of_one_number(x):
    """Reductions of what is the same along a row."""
    high = ops.max(x[0], -1, True)
    same = ops.broadcast_to(ops.multiply(high, 0.5), x[0].shape)
    constant = ops.broadcast_to(ops.convert_to_tensor(0.25), x[0].shape)
    return [
        ops.add(ops.subtract(x[0], ops.sum(same, -1, True)), ops.sum(constant, -1, True)),
        ops.min(same, -1),
    ]


def attention(x):
    """Softmax and norm of results that nobody reads again, so that they may be overwritten."""
    return ops.layer_normalization(ops.matmul(ops.softmax(ops.matmul(x[0], x[1])), x[1]))


VECTORS = [array(3, 5, 7), array(7), array(7)]
CASES = {
    "softmax": (softmax, [array(4, 6)]),
    "softmax of a vector": (softmax, [array(9)]),
    "softmax, four axes": (softmax, [array(2, 3, 4, 8)]),
    "softmax, wide": (softmax, [array(3, 1030)]),
    "softmax, many": (softmax, [array(700, 37)]),
    "softmax, too long for a walk": (softmax, [array(2, 5000)]),
    "softmax, infinite": (softmax, [np.float32([[-np.inf, 1, 2, -np.inf, 3], [np.nan, 1, 2, 3, 4]])]),
    "log softmax": (log_softmax, [array(5, 10)]),
    "layer norm": (layer_norm, VECTORS),
    "layer norm, many": (layer_norm, [array(40, 13, 65), array(65), array(65)]),
    "rms norm": (rms_norm, [array(6, 33), array(33)]),
    "masked": (masked_softmax, [array(2, 3, 4, 9), array(2, 1, 1, 9), array(3, 4, 1)]),
    "masked, many": (masked_softmax, [array(6, 5, 40, 30), array(6, 1, 40, 30), array(5, 1, 30)]),
    "deviation": (deviation, [array(8, 21)]),
    "several": (several, [array(6, 10)]),
    "several of one row": (several, [array(1, 12)]),
    "of one number": (of_one_number, [array(5, 6)]),
    "of one number, many": (of_one_number, [array(60, 41)]),
    "between products": (attention, [array(70, 33), array(33, 33)]),
    "between products, slopes": (slopes(attention), [array(70, 33), array(33, 33), array(70, 33)]),
    "no rows": (softmax, [array(0, 4)]),
    "crossentropy": (crossentropy, [array(9, 5), array(9, 5)]),
    "softmax, slopes": (slopes(softmax), [array(6, 11), array(6, 11)]),
    "log softmax, slopes": (slopes(log_softmax), [array(3, 2, 5), array(3, 2, 5)]),
    "layer norm, slopes": (slopes(layer_norm), [*VECTORS, array(3, 5, 7)]),
}


def kernels(plan):
    return [step["kernel"] for step in plan["steps"]]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_numbers_are_those_of_single_steps(engines, engine):
    jobs = [Job(plan_of(build, inputs), inputs) for build, inputs in CASES.values()]
    with without_fusion():
        wanted = [run_numpy(Job(plan_of(build, inputs), inputs))[0] for build, inputs in CASES.values()]
    for name, job, result, numbers in zip(CASES, jobs, engines.run(engine, jobs), wanted, strict=True):
        assert "rows" in kernels(job.plan), name
        for a, b in zip(result.outputs, numbers, strict=True):
            scale = float(np.abs(b[np.isfinite(b)]).max(initial=1e-3))
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=2e-6 * scale, err_msg=name)


@pytest.mark.parametrize("name", ["softmax", "log softmax", "layer norm", "rms norm", "softmax, slopes"])
def test_one_step(name):
    build, inputs = CASES[name]
    plan = plan_of(build, inputs)
    assert [kernel for kernel in kernels(plan) if kernel != "reshape"] == ["rows"]


def test_unknown_sizes():
    x = array(3, 5, 6)
    specs = [["x", [size_named("a"), size_named("b"), size_named("c")], "float32"]]
    plan = trace_runner(lambda inputs: [["y", ops.softmax(inputs[0])]], specs).plan
    assert kernels(plan) == ["rows"]
    found = run_numpy(Job(plan, [x], [], {"a": 3, "b": 5, "c": 6}))[0][0]
    powers = np.exp(x.astype(np.float64))
    np.testing.assert_allclose(found, powers / powers.sum(-1, keepdims=True), rtol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_sizes_of_zero_and_one(engines, engine):
    """An axis without elements sums to 0; one of a single element is a row all the same."""
    specs = [["x", [size_named("a"), size_named("c")], "float32"]]

    def build(inputs):
        powers = ops.exp(inputs[0])
        return [["y", powers], ["z", ops.sum(powers, -1)]]

    plan = trace_runner(build, specs).plan
    assert kernels(plan) == ["rows"]
    jobs = [Job(plan, [array(*s)], [], {"a": s[0], "c": s[1]}) for s in ((3, 0), (3, 1), (0, 2), (1, 1))]
    for job, result in zip(jobs, engines.run(engine, jobs), strict=True):
        x = job.inputs[0]
        np.testing.assert_allclose(result.outputs[0], np.exp(x), rtol=1e-6)
        np.testing.assert_allclose(result.outputs[1], np.exp(x).sum(-1), rtol=1e-6)


def test_what_stays_outside():
    """Index numbers, float64, long rows, other axes, a matrix product between."""
    x = array(4, 4)
    lower = ops.greater_equal(iota([4, 4], 0), iota([4, 4], 1))
    plan = plan_of(lambda t: ops.sum(ops.where(lower, t[0], 0.0), -1), [x])
    assert kernels(plan) == ["reductions"]
    assert "rows" not in kernels(plan_of(softmax, [x.astype(np.float64)]))
    assert "rows" not in kernels(plan_of(softmax, [np.zeros((1, 20000), np.float32)]))
    assert "rows" not in kernels(plan_of(lambda t: ops.softmax(t[0], 0), [x]))

    def between(t):
        total = ops.sum(t[0], -1, True)
        return ops.add(ops.matmul(t[0], ops.add(t[0], total)), total)

    plan = plan_of(between, [x])
    found = run_numpy(Job(plan, [x]))[0][0]
    total = x.sum(-1, keepdims=True)
    np.testing.assert_allclose(found, x @ (x + total) + total, rtol=1e-4, atol=1e-5)


def test_a_result_without_its_axis_is_not_read_inside():
    """[4, 4] + sums of shape [4] is aligned with columns, not with rows."""
    x = array(4, 4)

    def build(t):
        powers = ops.exp(t[0])
        return ops.add(powers, ops.sum(powers, -1))

    found = run_numpy(Job(plan_of(build, [x]), [x]))[0][0]
    np.testing.assert_allclose(found, np.exp(x) + np.exp(x).sum(-1), rtol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda step: step["params"].pop("shape"),
        lambda step: step["params"].update(shape=[]),
        lambda step: step["params"].update(shape="rows"),
        lambda step: step["params"]["expr"]["instrs"].__setitem__(0, ["row_sum", "int32", [0], None]),
        lambda step: step["params"]["expr"]["instrs"].__setitem__(0, ["iota", "float32", [], 0]),
        lambda step: step["params"]["expr"]["instrs"][0].__setitem__(0, "row_mean"),
        lambda step: step.update(kernel="elementwise"),
    ],
)
def test_malformed_plans_are_refused(change):
    plan = plan_of(softmax, [array(2, 3)])
    check_plan(plan, "plan")
    change(next(step for step in plan["steps"] if step["kernel"] == "rows"))
    with pytest.raises(Exception, match="plan"):
        check_plan(plan, "plan")
        check_sizes(plan, {}, "plan")
