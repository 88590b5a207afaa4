"""Sorting along the last axis: values and where they came from."""

from ..shapes import copy_shape, normalize_axis
from .gathering import take_along
from .movement import transpose
from .registry import record, register, to_tensor, with_dtype
from .rules import no_gradient


def sort(x, axis, descending):
    """[values, int32 indices] of x in order along an axis; equal ones keep theirs, NaN is above all numbers."""
    x = to_tensor(x, None, "sort", "x")
    rank = len(x.shape)
    place = normalize_axis(axis, rank, "sort")
    last = rank - 1
    if place == last:
        return _sort_last(x, descending)
    order = [i for i in range(rank)]
    order[place] = last
    order[last] = place
    return [transpose(part, order) for part in _sort_last(transpose(x, order), descending)]


def _sort_last(x, descending):
    if x.dtype == "bool":
        parts = _sort_last(with_dtype(x, "int32"), descending)
        return [with_dtype(parts[0], x.dtype), parts[1]]
    return record("sort", [x], {"descending": descending})


def _sort_rule(shapes, dtypes, attrs):
    return [[copy_shape(shapes[0]), dtypes[0]], [copy_shape(shapes[0]), "int32"]]


def _sort_grad(node, cotangents):
    """Every cotangent goes back to where its element was: the inverse permutation is the order of the indices."""
    if cotangents[0] is None:
        return no_gradient(node, cotangents)
    indices = record("sort", node.inputs, node.attrs)[1]
    return [take_along(cotangents[0], _sort_last(indices, False)[1])]


register("sort", _sort_rule, _sort_grad)
