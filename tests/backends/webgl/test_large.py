"""Tensors beyond a texture's sides: rows that are folded, and tensors of several pages, with the size limit at 2048.

One render target makes pages at 2048 * 2048 texels. The tensors are made and judged on the device, from formulas of
their indices, so that nothing large crosses to the page; NumPy runs the same plans.
"""

import numpy as np
import pytest
from webgl_harness import assert_close, reference

from pybrowserml import ops
from pybrowserml.backends.webgl.layout import Layout
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.opset.generators import iota

pytestmark = pytest.mark.browser

OPTIONS = {"targets": 1, "texture_size": 2048}
LAST = np.iinfo(np.int32).max


def pattern(shape, *factors):
    """Sixteenths between -0.5 and 0.5 that differ along every axis: their sums are exact."""
    total = iota(shape, 0)
    for axis in range(1, len(shape)):
        total = ops.add(total, ops.multiply(iota(shape, axis), factors[axis - 1]))
    return ops.divide(ops.cast(ops.subtract(ops.mod(total, 17), 8), "float32"), 16.0)


def picked(x, axis):
    """The first, the last and some elements between, along an axis."""
    size = x.shape[axis]
    return ops.take(x, np.array([0, 1, size // 3, size // 2, size - 2, size - 1, LAST], np.int32), axis)


def folded_elementwise():
    x, y = pattern([5, 9001], 7), pattern([9001])
    return {"x": x, "y": ops.tanh(ops.add(ops.multiply(x, y), 0.5))}, True


def paged_elementwise():
    x = pattern([4_200_000, 3], 7)
    y = ops.add(ops.multiply(x, x), ops.slice(x, [0, 1], [4_200_000, 1]))
    return {"x": x, "y picked": picked(y, 0), "y sums": ops.sum(y, 0)}, False


def paged_reduce():
    x = pattern([2100, 2001, 3], 7, 5)
    kept = {"sums": ops.sum(x, 1), "total": ops.sum(x), "columns": ops.max(x, 0), "places": ops.argmax(x, 1)}
    return {"x": x, **kept}, False


def folded_reduce():
    x = pattern([6, 9001], 7)
    return {"x": x, "sums": ops.sum(x, 1), "columns": ops.min(x, 0), "places": ops.argmin(x, 1)}, True


def folded_matmul():
    a, b = pattern([9, 9001], 7), pattern([9001, 6], 5)
    wide = ops.matmul(pattern([9, 12], 3), pattern([12, 9001], 5))
    across = ops.matmul(a, ops.transpose(pattern([4, 9001], 3), [1, 0]))
    return {"a": a, "narrow": ops.matmul(a, b), "across": across, "wide": wide}, True


def paged_matmul():
    a, b = pattern([4_200_000, 5], 7), pattern([5, 4], 3)
    product = ops.relu(ops.matmul(a, b))
    down = ops.matmul(ops.transpose(a, [1, 0]), product)
    return {"a": a, "picked": picked(product, 0), "down": down}, False


def folded_and_paged_matmul():
    product = ops.matmul(pattern([2050, 6], 7), pattern([6, 8200], 5))
    return {"product": product, "picked": picked(picked(product, 0), 1), "sums": ops.sum(product, 1)}, True


def paged_convolution():
    x, w = pattern([1, 2100, 2002, 1], 0, 5, 3), pattern([3, 3, 1, 4], 7, 5, 3)
    y = ops.conv(x, w, 1, "same")
    return {"x": x, "picked": picked(picked(y, 1), 2), "sums": ops.sum(y, [0, 2])}, False


def paged_gather():
    x = pattern([4_200_000, 2], 7)
    places = ops.mod(ops.multiply(iota([3000], 0), 104_729), 4_200_000)
    spread = ops.take(x, places, 0)
    return {"x": x, "spread": spread, "picked": picked(ops.flip(x, 0), 0)}, False


def folded_gather():
    x = pattern([5, 9001], 7)
    return {"x": x, "columns": picked(x, 1), "rows": ops.take(x, np.array([3, 0], np.int32), 0)}, True


CASES = [
    folded_elementwise,
    paged_elementwise,
    folded_reduce,
    paged_reduce,
    folded_matmul,
    paged_matmul,
    folded_and_paged_matmul,
    paged_convolution,
    folded_gather,
    paged_gather,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_large_tensor(page, case):
    found = {}

    def body(_inputs):
        results, found["folded"] = case()
        # The large one comes first; it is judged by what is made of it.
        found["shape"] = next(iter(results.values())).shape
        return [[name, tensor] for name, tensor in list(results.items())[1:]]

    plan = trace_runner(body, []).plan
    layout = Layout(found["shape"], "float32", 1, 11)
    assert layout.flat == found["folded"]
    assert layout.flat or layout.pages > 1
    got = page.run(plan, [], options=OPTIONS)["outputs"]
    for name, result, wanted in zip(plan["outputs"], got, reference(plan, []), strict=True):
        try:
            assert_close(result, wanted, 2e-5)
        except AssertionError as failure:
            raise AssertionError(f"{name['name']}: {failure}") from None


def test_the_limits_are_those_of_the_cases():
    broken = Layout([2050, 8200], "float32", 1, 11)
    assert broken.flat and broken.pages == 2 and broken.broken()
    assert Layout([4_200_000, 3], "float32", 1, 11).pages == 2
    assert Layout([5, 9001], "float32", 1, 11).pages == 1
