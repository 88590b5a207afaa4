"""Dimensions: equal expressions are equal, whatever way they were made."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybrowserml.core.dims import (
    dim_add,
    dim_floordiv,
    dim_max,
    dim_min,
    dim_mul,
    dim_sub,
    dim_value,
    dims_equal,
    encode_dim,
    evaluate,
    format_dim,
    is_symbolic,
    size_named,
)
from pybrowserml.core.shapes import reshaped, window_pads, windowed_size
from pybrowserml.platform.errors import PybrowsermlError

B, H = size_named("b"), size_named("h")

LINEAR = st.tuples(st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4))


def linear(factors):
    """p * b + q * h + r"""
    return dim_add(dim_add(dim_mul(B, factors[0]), dim_mul(factors[1], H)), factors[2])


@given(LINEAR, LINEAR, LINEAR)
def test_ring_laws(x, y, z):
    a, b, c = linear(x), linear(y), linear(z)
    assert dims_equal(dim_add(a, b), dim_add(b, a))
    assert dims_equal(dim_mul(a, b), dim_mul(b, a))
    assert dims_equal(dim_add(dim_add(a, b), c), dim_add(a, dim_add(b, c)))
    assert dims_equal(dim_mul(dim_mul(a, b), c), dim_mul(a, dim_mul(b, c)))
    assert dims_equal(dim_mul(a, dim_add(b, c)), dim_add(dim_mul(a, b), dim_mul(a, c)))
    assert dims_equal(dim_sub(a, a), 0)


@given(LINEAR, st.integers(1, 6), st.integers(2, 40), st.integers(2, 40))
def test_division(x, divisor, b, h):
    sizes = {"b": b, "h": h}
    a = linear(x)
    assert dims_equal(dim_floordiv(dim_mul(a, divisor), divisor), a)
    assert dim_value(dim_floordiv(a, divisor), sizes) == dim_value(a, sizes) // divisor
    coded = json.loads(json.dumps(encode_dim(dim_floordiv(a, divisor))))
    value = evaluate(coded["dim"], sizes) if isinstance(coded, dict) else coded
    assert value == dim_value(a, sizes) // divisor


def test_division_by_a_size():
    assert dims_equal(dim_floordiv(dim_mul(dim_mul(B, 6), H), dim_mul(B, 2)), dim_mul(H, 3))
    assert dims_equal(dim_floordiv(B, B), 1)
    assert dims_equal(dim_floordiv(dim_add(B, 1), dim_add(B, 1)), 1)
    assert dims_equal(dim_floordiv(0, B), 0)


def test_extremes():
    assert dims_equal(dim_max(B, 1), B) and dims_equal(dim_max(0, B), B)
    assert dims_equal(dim_max(B, B), B) and dims_equal(dim_min(B, B), B)
    assert dim_value(dim_max(B, 5), {"b": 3}) == 5 and dim_value(dim_min(B, 5), {"b": 3}) == 3
    assert is_symbolic(dim_max(B, 5))
    rows = dim_add(dim_mul(B, 16), 3)
    assert dims_equal(dim_max(rows, 0), rows) and dims_equal(dim_max(3, rows), rows)
    assert (
        is_symbolic(dim_max(dim_sub(rows, 4), 0)) and dim_value(dim_max(dim_sub(rows, 4), 0), {"b": 0}) == 0
    )


def test_text():
    assert format_dim(B) == "b" and format_dim(7) == "7"
    assert format_dim(dim_floordiv(dim_add(B, 1), 2)) == "(b + 1)//(2)"


def test_a_missing_size_is_named():
    with pytest.raises(PybrowsermlError, match="'b'"):
        dim_value(B, {"h": 2})


def test_reshape_to_what_is_left():
    assert reshaped([B, 4, 6], [-1, 8], "reshape")[0].key == dim_mul(B, 3).key
    assert dims_equal(reshaped([B, 4], [B, -1], "reshape")[1], 4)
    for shape, target in [([B, 5], [B, 4]), ([B, 5], [12]), ([7], [B, 2]), ([B, 5], [0])]:
        with pytest.raises(PybrowsermlError, match="cannot reshape"):
            reshaped(shape, target, "reshape")


def test_reshape_that_fits_for_some_sizes():
    assert reshaped([B, 5], [10], "reshape") == [10]
    assert reshaped([12, 5], [B, 3, 5], "reshape")[0].key == B.key


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(1, 3))
def test_same_padding_of_a_symbolic_size_is_that_of_its_value(size, kernel, stride, dilation):
    """Keras: the result has ceil(size / stride) windows, the odd pixel goes after."""
    pads = window_pads(H, kernel, stride, dilation, "same", "op")
    wanted = window_pads(size, kernel, stride, dilation, "same", "op")
    span = (kernel - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + span - size, 0)
    assert wanted == [total // 2, total - total // 2]
    assert [dim_value(pad, {"h": size}) for pad in pads] == wanted
    windows = windowed_size(H, kernel, stride, dilation, pads, "op")
    assert dim_value(windows, {"h": size}) == -(-size // stride)
