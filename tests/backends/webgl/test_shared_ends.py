"""Convolutions that differ only in what follows them: one program, the numbers of NumPy."""

import numpy as np
import pytest
from webgl_harness import assert_close, one_step, reference

pytestmark = pytest.mark.browser

F = "float32"
random = np.random.default_rng(11)
OPTIONS = [
    {"sampled": True},
    {"sampled": False},
    {"sampled": True, "targets": 4, "texture_size": 2048},
    {"sampled": True, "targets": 2, "texture_size": 8},
    {"sampled": True, "targets": 1},
]
ADD = ["add", F, [0, 1], None]
BIAS = {"instrs": [ADD], "results": [2]}
RELU6 = {
    "instrs": [
        ADD,
        ["constant", F, [], 0.0],
        ["maximum", F, [2, 3], None],
        ["constant", F, [], 1.5],
        ["minimum", F, [5, 4], None],
    ],
    "results": [6],
}
RESIDUAL = {"instrs": [ADD, ["add", F, [2, 3], None]], "results": [4]}
# The operands in another order, and a bound behind.
RESIDUAL_RELU = {
    "instrs": [
        ["add", F, [2, 0], None],
        ["add", F, [1, 3], None],
        ["constant", F, [], 0.25],
        ["maximum", F, [5, 4], None],
    ],
    "results": [6],
}
RELU = {"instrs": [ADD, ["constant", F, [], 0.0], ["maximum", F, [2, 3], None]], "results": [4]}
# Not of the form: the bound comes first.
BOUND_FIRST = {
    "instrs": [["constant", F, [], 0.0], ["maximum", F, [0, 2], None], ["add", F, [3, 1], None]],
    "results": [4],
}


def floats(*shape):
    return random.normal(size=shape).astype(np.float32)


def net(x, channels, taps, ends):
    """A chain of convolutions: [plan, inputs]. ends: epilogue and the place of what it adds besides, or None."""
    pads = [[taps // 2, taps // 2]] * 2
    inputs = [x]
    for i in range(len(ends)):
        before = channels if i > 0 else x.shape[3]
        inputs += [0.3 * floats(taps, taps, before, channels), floats(1, 1, 1, channels)]
    shape = [*x.shape[:3], channels]
    plan = one_step("conv2d", inputs, [(shape, F)] * len(ends), {})
    plan["steps"] = []
    made = [0]
    for i, (epilogue, other) in enumerate(ends):
        out = len(inputs) + i
        extras = [2 + 2 * i] if other is None else [2 + 2 * i, made[other]]
        if epilogue is RESIDUAL_RELU:
            extras.reverse()
        plan["steps"].append(
            {
                "kernel": "conv2d",
                "inputs": [made[-1], 1 + 2 * i, *extras],
                "outputs": [out],
                "params": {
                    "strides": [1, 1], "pads": pads, "dilations": [1, 1], "groups": 1, "epilogue": epilogue,
                },
                "name": f"conv {i}",
            }
        )  # fmt: skip
        made.append(out)
    return plan, inputs


CHAINS = {
    "1x1": (1, 8, [(RELU6, None), (BIAS, None), (RESIDUAL, 1), (RESIDUAL_RELU, 2), (BOUND_FIRST, None)]),
    "1x1, channels left over": (1, 6, [(RELU6, None), (BIAS, None), (RESIDUAL, 1)]),
    "3x3": (3, 8, [(RELU, None), (RESIDUAL_RELU, 1), (BIAS, None), (RELU, None)]),
}


@pytest.mark.parametrize("options", OPTIONS, ids=["8", "8-fetched", "4", "2-small-textures", "1"])
@pytest.mark.parametrize("chain", CHAINS)
def test_ends_agree_with_numpy(page, chain, options):
    taps, channels, ends = CHAINS[chain]
    x = floats(2, 5, 7, 8)
    x[1, 2, 3] = np.nan
    plan, inputs = net(x, channels, taps, ends)
    for got, wanted in zip(
        page.run(plan, inputs, options=options)["outputs"], reference(plan, inputs), strict=True
    ):
        assert_close(got, wanted, 2e-5)


def test_what_differs_only_in_its_end_shares_a_program(page):
    ends = [(RELU6, None), (BIAS, None), (RESIDUAL, 1), (RESIDUAL_RELU, 2)]
    plan, _ = net(floats(2, 5, 7, 8), 8, 1, ends)
    assert len({made["source"] for made in page.sources(plan, {"sampled": True})}) == 1
    # One end needs none of what others do.
    plan, _ = net(floats(2, 5, 7, 8), 8, 1, [(BIAS, None), (BIAS, None)])
    alone = [made["source"] for made in page.sources(plan, {"sampled": True})]
    assert len(set(alone)) == 1 and "if (" not in alone[0]
