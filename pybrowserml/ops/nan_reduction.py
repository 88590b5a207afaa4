"""Reductions that leave out what is not a number. axis: None (all axes), an integer or a list."""

from ..core.dtypes import is_float
from ..core.opset.binary import divide, subtract, where
from ..core.opset.movement import reshape
from ..core.opset.reduction import argmax, argmin, reduce_max, reduce_min, reduce_prod, reduce_sum
from ..core.opset.registry import as_float, to_tensor, with_dtype
from ..core.opset.unary import cast, isnan, logical_not, sqrt
from ..core.shapes import normalize_axis
from .math import square
from .reduction import all as all_of
from .reduction import require_elements

INFINITY = float("inf")
NAN = float("nan")


def nan_filled(x, number):
    """x with a number in the place of every NaN; integers as they are."""
    x = to_tensor(x)
    return where(isnan(x), number, x) if is_float(x.dtype) else x


def nansum(x, axis=None, keepdims=False):
    """Sum of what is a number."""
    return reduce_sum(nan_filled(x, 0.0), axis, keepdims)


def nanprod(x, axis=None, keepdims=False):
    """Product of what is a number."""
    return reduce_prod(nan_filled(x, 1.0), axis, keepdims)


def _extremum(reduce, x, axis, keepdims, worst):
    x = to_tensor(x)
    require_elements(x.shape, axis, "nanmax" if worst < 0 else "nanmin")
    if not is_float(x.dtype):
        return reduce(x, axis, keepdims)
    found = reduce(nan_filled(x, worst), axis, keepdims)
    return where(all_of(isnan(x), axis, keepdims), NAN, found)


def nanmax(x, axis=None, keepdims=False):
    """Maximum of what is a number; NaN where nothing is."""
    return _extremum(reduce_max, x, axis, keepdims, -INFINITY)


def nanmin(x, axis=None, keepdims=False):
    """Minimum of what is a number; NaN where nothing is."""
    return _extremum(reduce_min, x, axis, keepdims, INFINITY)


def _count(x, axis, keepdims):
    """How many are numbers, as float32."""
    return reduce_sum(cast(logical_not(isnan(x)), "float32"), axis, keepdims)


def nanmean(x, axis=None, keepdims=False):
    """Mean of what is a number, as float32; NaN where nothing is."""
    x = as_float(x, "nanmean")
    return with_dtype(divide(nansum(x, axis, keepdims), _count(x, axis, keepdims)), x.dtype)


def nanvar(x, axis=None, keepdims=False):
    """Variance of what is a number, in two passes; NaN where nothing is."""
    x = as_float(x, "nanvar")
    # What is not a number because of an infinity counts: only the gaps of x are left out.
    squares = where(isnan(x), 0.0, square(subtract(x, nanmean(x, axis, True))))
    return with_dtype(divide(reduce_sum(squares, axis, keepdims), _count(x, axis, keepdims)), x.dtype)


def nanstd(x, axis=None, keepdims=False):
    """Standard deviation of what is a number; NaN where nothing is."""
    return sqrt(nanvar(x, axis, keepdims))


def _index(find, x, axis, keepdims, worst):
    x = to_tensor(x)
    place = axis
    flat = x
    if axis is None:
        flat = reshape(x, [-1])
        place = 0
    place = normalize_axis(place, len(flat.shape), "nanargmax" if worst < 0 else "nanargmin")
    found = find(nan_filled(flat, worst), place, keepdims)
    if is_float(x.dtype):
        found = where(all_of(isnan(flat), place, keepdims), -1, found)
    return reshape(found, [1 for dim in x.shape]) if keepdims and axis is None else found


def nanargmax(x, axis=None, keepdims=False):
    """int32 index of the first maximum of what is a number; -1 where nothing is. axis None: in the flattened tensor."""
    return _index(argmax, x, axis, keepdims, -INFINITY)


def nanargmin(x, axis=None, keepdims=False):
    """int32 index of the first minimum of what is a number; -1 where nothing is. axis None: in the flattened tensor."""
    return _index(argmin, x, axis, keepdims, INFINITY)
