"""Attention as one step: what becomes one, and its numbers on every engine."""

import numpy as np
import pytest
from compiler.unfused import without_fusion
from engines import THREADS, Job, run_numpy
from parity.harness import plan_of

import pybrowserml as pb
from pybrowserml import ops
from pybrowserml.backends.check import check_plan, check_sizes
from pybrowserml.backends.kernel_shapes.attention import AttentionSizes
from pybrowserml.backends.numpy import attention as numpy_attention
from pybrowserml.backends.webgl.attention import Parts
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named
from pybrowserml.core.opset.generators import iota
from pybrowserml.profiling.costs import flops_of

RNG = np.random.default_rng(23)


def array(*shape):
    return RNG.uniform(-2, 2, shape).astype(np.float32)


def heads(batch, length, others, count, width, key_heads=None):
    """query, key and value of dot_product_attention"""
    shared = count if key_heads is None else key_heads
    return [
        array(batch, length, count, width),
        array(batch, others, shared, width),
        array(batch, others, shared, width),
    ]


def plain(x):
    return ops.dot_product_attention(x[0], x[1], x[2])


def causal(x):
    return ops.dot_product_attention(x[0], x[1], x[2], is_causal=True)


def masked(x):
    return ops.dot_product_attention(x[0], x[1], x[2], mask=ops.greater(x[3], 0.0))


def biased(x):
    return ops.dot_product_attention(x[0], x[1], x[2], bias=x[3], scale=0.3)


def capped(x):
    return ops.dot_product_attention(x[0], x[1], x[2], attn_logits_soft_cap=1.5)


def products(turned_q, turned_k, turned_v):
    """Matrices that are stored the other way round."""

    def build(x):
        weights = ops.softmax(pb.ops.matmul(flipped(x[0], turned_q), flipped(x[1], turned_k)))
        return ops.matmul(weights, flipped(x[2], turned_v))

    return build


def flipped(x, turned):
    return ops.transpose(x, [0, 2, 1]) if turned else x


def normalized(x):
    """Other rows than softmax, scores read twice, an epilogue of the second product."""
    scores = ops.multiply(ops.matmul(x[0], x[1]), 0.1)
    centered = ops.subtract(scores, ops.mean(scores, -1, True))
    return ops.add(ops.matmul(ops.divide(centered, ops.sum(ops.exp(scores), -1, True)), x[2]), 1.0)


def hidden_keys(batch, length, others):
    mask = np.ones((batch, 1, length, others), np.float32)
    mask[:, :, :, others // 2 :] = -1
    mask[0, 0, length // 2] = -1
    return mask


CASES = {
    "odd sizes": (plain, heads(2, 33, 21, 3, 5)),
    "long": (plain, heads(1, 70, 1500, 2, 8)),
    "rows of one tile and one more": (plain, heads(1, 97, 96, 1, 8)),
    "columns of a tile": (plain, heads(1, 12, 16, 2, 16)),
    "deep": (plain, heads(1, 9, 10, 1, 1100)),
    "one query": (plain, heads(3, 1, 19, 2, 6)),
    "three queries": (causal, heads(2, 3, 30, 4, 6)),
    "causal": (causal, heads(2, 41, 41, 2, 7)),
    "causal, cut": (causal, heads(1, 300, 300, 2, 6)),
    "causal, cut, more queries": (causal, heads(1, 301, 131, 1, 6)),
    "causal, cut, grouped": (causal, heads(1, 140, 260, 4, 6, 2)),
    "causal, cut, more keys": (causal, heads(2, 150, 700, 1, 6)),
    "masked, a row of nothing": (masked, [*heads(2, 26, 17, 2, 4), hidden_keys(2, 26, 17)]),
    "masked keys": (masked, [*heads(2, 26, 17, 2, 4), array(2, 1, 1, 17)]),
    "bias of heads": (biased, [*heads(2, 18, 17, 3, 4), array(3, 1, 17)]),
    "bias of queries": (biased, [*heads(2, 18, 17, 3, 4), array(2, 1, 18, 1)]),
    "capped": (capped, heads(1, 20, 22, 2, 5)),
    "grouped": (plain, heads(2, 14, 15, 6, 4, 2)),
    "grouped, causal": (causal, heads(2, 14, 14, 4, 4, 2)),
    "grouped, in parts": (biased, [*heads(1, 30, 61, 8, 3, 2), array(8, 30, 1)]),
    "one key head": (masked, [*heads(2, 14, 15, 4, 4, 1), array(1, 4, 14, 15)]),
    "large logits": (plain, [40 * x for x in heads(1, 30, 30, 2, 8)]),
    "turned keys": (products(False, True, False), [array(3, 14, 5), array(3, 31, 5), array(3, 31, 6)]),
    "turned": (products(True, False, True), [array(3, 5, 14), array(3, 5, 31), array(3, 6, 31)]),
    "turned, few rows": (products(True, False, True), [array(3, 5, 2), array(3, 5, 31), array(3, 6, 31)]),
    "other rows": (normalized, [array(2, 20, 5), array(2, 5, 31), array(2, 31, 6)]),
    "no queries": (plain, heads(2, 0, 5, 2, 4)),
    "no heads": (plain, heads(0, 9, 5, 2, 4)),
}


def kernels(plan):
    return [step["kernel"] for step in plan["steps"]]


@pytest.fixture(scope="module")
def wanted():
    with without_fusion():
        return {name: run_numpy(Job(plan_of(*case), case[1]))[0] for name, case in CASES.items()}


# Where a program takes as long as many of these cases.
FEW = [
    "rows of one tile and one more",
    "three queries",
    "masked, a row of nothing",
    "grouped, causal",
    "turned",
]
# More scores than a device with small textures holds at once: some heads, some queries of a head, heads of a group.
PARTS = ["long", "masked, a row of nothing", "grouped, in parts"]
RUNS = [*[(engine, list(CASES)) for engine in ["numpy", "cpu-node", "cpu", THREADS[1]]]]
RUNS.extend([("webgl", FEW), ("webgl-small", PARTS)])


@pytest.mark.parametrize(("engine", "names"), RUNS, ids=[engine for engine, _names in RUNS])
def test_the_numbers_are_those_of_single_steps(engines, engine, names, wanted):
    compare(wanted, names, lambda jobs: engines.run(engine, jobs))


def test_threads_give_the_same_bits(engines):
    jobs = [Job(plan_of(*case), case[1]) for case in CASES.values()]
    found = [engines.run(engine, jobs) for engine in (THREADS[0], THREADS[2])]
    for name, one, several in zip(CASES, *found, strict=True):
        np.testing.assert_array_equal(one.outputs[0], several.outputs[0], err_msg=name)


def test_matrix_by_matrix(engines, wanted, monkeypatch):
    monkeypatch.setattr(numpy_attention, "AT_ONCE", 50)
    compare(wanted, list(CASES), lambda jobs: engines.run("numpy", jobs))


def compare(wanted, names, run):
    jobs = [Job(plan_of(*CASES[name]), CASES[name][1]) for name in names]
    for name, job, result in zip(names, jobs, run(jobs), strict=True):
        assert kernels(job.plan).count("attention") == 1, name
        check_plan(job.plan, "plan")
        check_sizes(job.plan, {}, "plan")
        for a, b in zip(result.outputs, wanted[name], strict=True):
            scale = float(np.abs(b).max(initial=1e-3))
            # Logits of some thousands keep that many fewer digits.
            close = 2e-4 if name == "large logits" else 3e-6
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=close * scale, err_msg=name)


LAYERS = {
    "multi-head": lambda x: pb.layers.MultiHeadAttention(2, 8)(x, x),
    "multi-head, causal": lambda x: pb.layers.MultiHeadAttention(2, 8)(x, x, use_causal_mask=True),
    "multi-head, window": lambda x: pb.layers.MultiHeadAttention(2, 8, sliding_window=3)(x, x),
    "grouped": lambda x: pb.layers.GroupQueryAttention(8, 4, 2)(x, x, use_causal_mask=True),
    "plain": lambda x: pb.layers.Attention(use_scale=True)([x, x]),
    "concat": lambda x: pb.layers.Attention()([pb.layers.Masking()(x), x]),
}


@pytest.mark.parametrize("length", [12, None])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_predict_with_one_step(name, length):
    x = pb.Input((length, 16))
    model = pb.Model(x, LAYERS[name](x))
    text = model.explain(passes=True)
    assert text.count("  attention (") == 1 and "  rows" not in text
    line = next(line for line in text.split("\n") if line.startswith("attention: "))
    counts = line.split(" steps")[0].removeprefix("attention: ").split(" -> ")
    assert int(counts[0]) > int(counts[1]) and "subtract exp" in line
    # Nothing as large as the scores, masks of indices included, is a value of the plan.
    shown = "[batch" + ("" if length is None else ",12,12]")
    assert length is None or (shown not in text and "12,12]" not in text)


def test_a_mask_is_dropped_only_when_nobody_reads_it():
    """Two layers share a causal mask and compute it themselves; one that is an output too is made as well."""
    x = pb.Input((9, 8))
    made = [pb.layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True) for _ in range(2)]
    text = pb.Model(x, pb.layers.add(made)).explain()
    assert text.count("  attention (") == 2 and "9,9]" not in text and text.count("[iota]") == 2

    def build(x):
        seen = ops.greater_equal(iota([9, 7], 0), iota([9, 7], 1))
        scores = ops.where(seen, ops.matmul(x[0], x[1]), -1e9)
        return [ops.matmul(ops.softmax(scores), x[2]), seen]

    inputs = [array(2, 9, 4), array(2, 4, 7), array(2, 7, 5)]
    plan = plan_of(build, inputs)
    assert kernels(plan).count("attention") == 1
    with without_fusion():
        wanted = run_numpy(Job(plan_of(build, inputs), inputs))[0]
    for a, b in zip(run_numpy(Job(plan, inputs))[0], wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_what_stays_three_steps():
    q, k, v = array(2, 5, 4), array(2, 4, 7), array(2, 7, 3)

    def attend(x):
        return ops.matmul(ops.softmax(ops.matmul(x[0], x[1])), x[2])

    assert kernels(plan_of(attend, [q, k, v])) == ["attention"]

    def with_weights(x):
        weights = ops.softmax(ops.matmul(x[0], x[1]))
        return [ops.matmul(weights, x[2]), weights]

    def with_scores(x):
        scores = ops.matmul(x[0], x[1])
        return [ops.matmul(ops.softmax(scores), x[2]), ops.sum(scores)]

    def with_slopes(x):
        return gradients([ops.sum(attend(x))], x)

    def twice(x):
        weights = ops.softmax(ops.matmul(x[0], x[1]))
        return ops.add(ops.matmul(weights, x[2]), ops.matmul(weights, ops.exp(x[2])))

    def along_queries(x):
        return ops.matmul(ops.softmax(ops.matmul(x[0], x[1]), 1), x[2])

    def as_second(x):
        return ops.matmul(ops.transpose(x[2], [0, 2, 1]), ops.softmax(ops.matmul(x[0], x[1])))

    for build in (with_weights, with_scores, with_slopes, twice, along_queries):
        assert "attention" not in kernels(plan_of(build, [q, k, v])), build.__name__
    assert "attention" not in kernels(plan_of(as_second, [q, k, array(2, 5, 3)]))
    assert "attention" not in kernels(plan_of(attend, [x.astype(np.float64) for x in (q, k, v)]))
    # Weights of two layers that all rows share, and a matrix of keys for two of queries.
    assert "attention" not in kernels(plan_of(attend, [array(5, 4), array(4, 7), array(7, 3)]))
    assert "attention" not in kernels(plan_of(attend, [q, array(1, 4, 7), v]))


def ending_at(compared, low=-1e9, after=lambda x: x, swapped=False):
    """Attention with a mask of indices of queries (axis 0) and keys (axis 1)."""

    def build(x):
        shape = [9, 7]
        places = [iota(shape, 1 if swapped else 0), iota(shape, 0 if swapped else 1)]
        scores = ops.where(compared(*places), ops.multiply(ops.matmul(x[0], x[1]), 0.5), low)
        return ops.matmul(ops.softmax(after(scores)), x[2])

    return build


def test_what_ends_at_the_diagonal():
    """Only softmax right behind a mask that lets a query see all keys up to its own, with a low number for others."""
    inputs = [array(2, 9, 4), array(2, 4, 7), array(2, 7, 5)]

    def ends(build):
        plan = plan_of(build, inputs)
        step = next(step for step in plan["steps"] if step["kernel"] == "attention")
        return step["params"]["causal"]

    assert ends(ending_at(ops.greater_equal))
    assert ends(ending_at(ops.greater_equal, -2e38))
    assert not ends(ending_at(ops.greater))
    assert not ends(ending_at(ops.less_equal))
    assert not ends(ending_at(ops.greater_equal, swapped=True))
    assert not ends(ending_at(ops.greater_equal, -50.0))
    assert not ends(ending_at(ops.greater_equal, float("-inf")))
    assert not ends(ending_at(ops.greater_equal, after=lambda x: ops.multiply(x, 1e-9)))
    assert not ends(ending_at(lambda a, b: ops.logical_and(ops.greater_equal(a, b), ops.less(a, 5))))
    x = pb.Input((9, 8))
    for layer in (pb.layers.MultiHeadAttention(2, 4), pb.layers.GroupQueryAttention(4, 2, 1)):
        plan = compiled(pb.Model(x, layer(x, x, use_causal_mask=True)))
        assert [step["params"]["causal"] for step in plan["steps"] if step["kernel"] == "attention"] == [True]


def compiled(model):
    return trace_runner(lambda x: [["y", model(x[0])]], [["x", [2, 9, 8], "float32"]]).plan


def test_training_keeps_the_weights():
    x = pb.Input((6, 8))
    model = pb.Model(x, pb.layers.MultiHeadAttention(2, 4)(x, x))
    model.compile("sgd", "mse")
    losses = model.fit(array(4, 6, 8), array(4, 6, 8), epochs=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert "  attention (" in model.explain()


@pytest.mark.parametrize("engine", ["numpy", "cpu-node", "cpu", "webgl"])
def test_unknown_sizes(engines, engine):
    """Of one plan: no queries, no keys, one of each, more."""
    names = [["q", ["t", "k"]], ["k", ["s", "k"]], ["v", ["s", "v"]]]
    specs = [[n, [size_named("b"), *[size_named(d) for d in dims]], "float32"] for n, dims in names]

    def build(x):
        scores = ops.matmul(x[0], x[1], False, True)
        seen = ops.greater_equal(iota(scores.shape[1:3], 0), iota(scores.shape[1:3], 1))
        return [["y", ops.matmul(ops.softmax(ops.where(seen, scores, -1e9)), x[2])]]

    plan = trace_runner(build, specs).plan
    assert kernels(plan).count("attention") == 1
    jobs, wanted = [], []
    for b, t, s, k, v in [
        (2, 0, 3, 2, 2),
        (2, 1, 1, 3, 2),
        (1, 5, 1, 2, 9),
        (3, 9, 8, 1, 1),
        (2, 7, 12, 5, 4),
    ]:
        inputs = [array(b, t, k), array(b, s, k), array(b, s, v)]
        jobs.append(Job(plan, inputs, [], {"b": b, "t": t, "s": s, "k": k, "v": v}))
        scores = np.where(np.tri(t, s, dtype=bool), inputs[0] @ inputs[1].swapaxes(1, 2), -1e9)
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        wanted.append(powers / powers.sum(-1, keepdims=True) @ inputs[2])
    for result, numbers in zip(engines.run(engine, jobs), wanted, strict=True):
        np.testing.assert_allclose(result.outputs[0], numbers, rtol=1e-5, atol=1e-5)


def test_parts_cover_all_scores_and_fit_matrices():
    """[shape, rows of a matrix]: parts are whole matrices, or lie in one, and have no more than `most` scores."""
    for shape, m in [
        ([2, 3, 5, 7], 5),
        ([2, 6, 5, 7], 15),
        ([40, 7], 20),
        ([3, 40, 7], 40),
        ([1, 4, 9, 7], 18),
    ]:
        rows = int(np.prod(shape[:-1]))
        sizes = AttentionSizes(
            {"transpose_q": False, "transpose_k": True, "transpose_v": False},
            [[rows // m, m, 2], [rows // m, 7, 2], [rows // m, 7, 2]],
        )
        for most in (7, 20, 40, 80, 130, 300):
            parts = Parts(sizes, {"shape": shape, "transpose_q": False}, most)
            seen = 0
            for begin in parts.begins() if parts.length > 0 else []:
                own = parts.shape_at(begin)
                first, count = parts.row_of(begin), int(np.prod(own[:-1]))
                assert first == seen and count * 7 <= max(most, 7)
                assert first // m == (first + count - 1) // m or first % m == count % m == 0
                seen += count
            assert seen == (rows if rows * 7 > most else 0), (shape, m, most)


@pytest.mark.parametrize(
    "change",
    [
        *[lambda step, key=key: step["params"].pop(key) for key in ("shape", "expr", "transpose_q")],
        lambda step: step["params"].update(shape=[]),
        lambda step: step["params"].update(shape=[2, 7, 5]),
        lambda step: step["params"].update(shape=["5"]),
        lambda step: step["params"].update(shape={"dim": "x"}),
        lambda step: step["params"].update(transpose_v=True),
        lambda step: step["params"].update(transpose_q=0),
        lambda step: step["params"].update(causal=None),
        lambda step: step["params"].pop("causal"),
        lambda step: step["params"].update(transpose_k=True),
        lambda step: step["params"]["expr"].update(results=[]),
        lambda step: step["params"]["expr"].update(results=[99]),
        lambda step: step["params"]["expr"]["instrs"].__setitem__(0, ["iota", "float32", [], 0]),
        lambda step: step["params"]["expr"]["instrs"].__setitem__(0, ["row_sum", "int32", [0], None]),
        lambda step: step["inputs"].pop(),
        lambda step: step["inputs"].append(step["inputs"][0]),
        lambda step: step["inputs"].reverse(),
    ],
)
def test_malformed_plans_are_refused(change):
    inputs = [array(2, 5, 4), array(2, 4, 7), array(2, 7, 3), array(5, 7)]
    plan = plan_of(lambda x: ops.matmul(ops.softmax(ops.add(ops.matmul(x[0], x[1]), x[3])), x[2]), inputs)
    check_plan(plan, "plan")
    check_sizes(plan, {}, "plan")
    change(next(step for step in plan["steps"] if step["kernel"] == "attention"))
    with pytest.raises(Exception, match="plan"):
        check_plan(plan, "plan")
        check_sizes(plan, {}, "plan")


def test_integers_are_refused():
    inputs = [array(2, 5, 4), array(2, 4, 7), array(2, 7, 3)]
    plan = plan_of(lambda x: ops.matmul(ops.softmax(ops.matmul(x[0], x[1])), x[2]), inputs)
    plan["values"][plan["inputs"][1]["value"]]["dtype"] = "int32"
    with pytest.raises(Exception, match="float32 only"):
        check_plan(plan, "plan")


def test_operations_are_counted():
    inputs = [array(2, 5, 4), array(2, 4, 7), array(2, 7, 3)]
    plan = plan_of(lambda x: ops.matmul(ops.softmax(ops.matmul(x[0], x[1])), x[2]), inputs)
    # max, subtract, exp, sum and divide; two products.
    assert flops_of(plan["steps"][0], plan["values"]) == (5 + 2 * 4 + 2 * 3) * 2 * 5 * 7
