"""Cumulative sums, products and extrema."""

from typing import Any

from ..core.dtypes import is_float
from ..core.opset.binary import where
from ..core.opset.movement import reshape
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.scanning import cumulative
from ..core.opset.unary import cast, isnan
from ..platform.numbers import is_list


def cumsum(x, axis=None, dtype=None, exclusive=False, reverse=False):
    """Running sums along an axis (None: of the flattened tensor).

    exclusive: without the element itself, so the first is 0. reverse: from the end. bool becomes int32; sums of
    8-bit integers wrap, as NumPy's of their dtype.
    Source: blocked scans, Blelloch 1990, "Prefix sums and their applications".
    """
    return _along("sum", x, axis, dtype, reverse, exclusive)


def cumprod(x, axis=None, dtype=None, exclusive=False, reverse=False):
    """Running products along an axis (None: of the flattened tensor).

    Gradients of first and second order are exact where zeros stand.
    """
    return _along("prod", x, axis, dtype, reverse, exclusive)


def cummax(x, axis=None, reverse=False):
    """Running maximum along an axis (None: of the flattened tensor); from the first NaN on it is NaN.

    Where an element equals the maximum so far, the gradient goes to it.
    """
    return _along("max", x, axis, None, reverse, False)


def cummin(x, axis=None, reverse=False):
    """Running minimum along an axis; see `cummax`."""
    return _along("min", x, axis, None, reverse, False)


def logcumsumexp(x, axis=None, exclusive=False, reverse=False):
    """log of the running sums of exp(x) along an axis (None: of the flattened tensor), without overflow."""
    return _along("logsumexp", as_float(x, "logcumsumexp"), axis, None, reverse, exclusive)


def nancumsum(x, axis=None, dtype=None):
    """As `cumsum`, NaN counting as 0."""
    return cumsum(_without_nan(x, 0.0), axis, dtype)


def nancumprod(x, axis=None, dtype=None):
    """As `cumprod`, NaN counting as 1."""
    return cumprod(_without_nan(x, 1.0), axis, dtype)


def _along(op, x, axis, dtype, reverse, exclusive):
    x = to_tensor(x, None, op, "x")
    if dtype is not None:
        x = cast(x, dtype)
    if axis is None:
        x = reshape(x, [-1])
    place: Any = 0 if axis is None else axis
    if is_list(place) and len(place) == 1:
        place = place[0]
    y = cumulative(op, x, place, reverse, exclusive)
    return y if dtype is None else cast(y, dtype)


def _without_nan(x, value):
    x = to_tensor(x)
    return where(isnan(x), value, x) if is_float(x.dtype) else x
