"""Attention as one step: what becomes one, and its numbers on every engine."""

import numpy as np
import pytest
from compiler.unfused import without_fusion
from engines import ENGINES, THREADS, Job, run_numpy
from parity.harness import plan_of

import pybrowserml as pb
from pybrowserml import ops
from pybrowserml.backends.check import check_plan, check_sizes
from pybrowserml.backends.numpy import attention as numpy_attention
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.passes import with_passes
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named

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
    "masked, a row of nothing": (masked, [*heads(2, 26, 17, 2, 4), hidden_keys(2, 26, 17)]),
    "masked keys": (masked, [*heads(2, 26, 17, 2, 4), array(2, 1, 1, 17)]),
    "bias of heads": (biased, [*heads(2, 18, 17, 3, 4), array(3, 1, 17)]),
    "bias of queries": (biased, [*heads(2, 18, 17, 3, 4), array(2, 1, 18, 1)]),
    "capped": (capped, heads(1, 20, 22, 2, 5)),
    "grouped": (plain, heads(2, 14, 15, 6, 4, 2)),
    "grouped, causal": (causal, heads(2, 14, 14, 4, 4, 2)),
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
        return [run_numpy(Job(plan_of(build, inputs), inputs))[0] for build, inputs in CASES.values()]


@pytest.mark.parametrize("engine", [*ENGINES, *THREADS[:2]])
def test_the_numbers_are_those_of_single_steps(engines, engine, wanted):
    jobs = [Job(plan_of(build, inputs), inputs) for build, inputs in CASES.values()]
    for name, job, result, numbers in zip(CASES, jobs, engines.run(engine, jobs), wanted, strict=True):
        assert kernels(job.plan).count("attention") == 1, name
        check_plan(job.plan, "plan")
        check_sizes(job.plan, {}, "plan")
        for a, b in zip(result.outputs, numbers, strict=True):
            scale = float(np.abs(b).max(initial=1e-3))
            # Logits of some thousands keep that many fewer digits.
            close = 2e-4 if name == "large logits" else 3e-6
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=close * scale, err_msg=name)
