"""Order: sorting, the largest elements, and searching in what is sorted."""

from ..core.dims import format_dim, is_symbolic
from ..core.opset.movement import reshape, slice_strided
from ..core.opset.registry import to_tensor
from ..core.opset.sorting import sort as sort_primitive
from ..core.shapes import copy_shape, format_shape, normalize_axis
from ..platform.errors import error
from .arguments import require_whole


def sort(x, axis=-1, descending=False):
    """x in order along an axis (None: of the flattened tensor); NaN is above all numbers.

    Source: merge path on the GPU (Odeh et al. 2012), radix sort on the CPU.
    """
    return _sorted(x, axis, descending, "sort")[0]


def argsort(x, axis=-1, descending=False):
    """int32 indices that put x in order along an axis (None: of the flattened tensor).

    Equal elements keep their order; NaN is above all numbers. Of a scalar: [0].
    """
    x = to_tensor(x, None, "argsort", "x")
    return _sorted(x, None if len(x.shape) == 0 else axis, descending, "argsort")[1]


def top_k(x, k, sorted=True):
    """[values, int32 indices] of the k largest elements along the last axis, the largest first.

    Of equal elements the first comes first; NaN is above all numbers. They are in order even when `sorted` is False.
    """
    x = to_tensor(x, None, "top_k", "x")
    if len(x.shape) == 0:
        raise error("ShapeError", "top_k: x must have an axis, got a scalar")
    k = require_whole(k, 0, "top_k: k")
    last = len(x.shape) - 1
    if not is_symbolic(x.shape[last]) and k > x.shape[last]:
        raise error(
            "ShapeError",
            "top_k: k = " + str(k) + " is larger than the last axis of " + format_shape(x.shape),
        )
    shape = copy_shape(x.shape)
    shape[last] = k
    begin = [0 for dim in shape]
    strides = [1 for dim in shape]
    return [slice_strided(part, begin, shape, strides) for part in sort_primitive(x, -1, True)]


def partition(x, kth, axis=-1):
    """x so ordered along an axis that element kth stands where sorting would put it, smaller ones before it.

    All is sorted, which fulfils this.
    """
    return _sorted(x, _checked_axis(x, kth, axis, "partition"), False, "partition")[0]


def argpartition(x, kth, axis=-1):
    """int32 indices that partition x along an axis; see `partition`."""
    return _sorted(x, _checked_axis(x, kth, axis, "argpartition"), False, "argpartition")[1]


def _sorted(x, axis, descending, op):
    x = to_tensor(x, None, op, "x")
    if axis is None:
        x = reshape(x, [-1])
    place = normalize_axis(-1 if axis is None else axis, len(x.shape), op)
    return sort_primitive(x, place, descending)


def _checked_axis(x, kth, axis, op):
    x = to_tensor(x, None, op, "x")
    if axis is not None:
        size = x.shape[normalize_axis(axis, len(x.shape), op)]
        if not is_symbolic(size) and (kth < -size or kth >= size):
            raise error(
                "ShapeError",
                op + ": kth = " + str(kth) + " is out of range for a size of " + format_dim(size),
            )
    return axis
