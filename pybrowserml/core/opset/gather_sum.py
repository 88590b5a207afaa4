"""Weighted sums of slices: the product with a sparse matrix of k entries a row, along one axis.

Resizing, windows, samples between pixels: whatever reads a few places for each result is one such step.
"""

from ...platform.buffers import from_numbers
from ...platform.errors import error
from ..dims import dims_equal, is_symbolic
from ..graph import constant
from ..host import HostArray, host_numbers
from ..shapes import copy_shape, element_count, format_shape, normalize_axis, same_shape
from .binary import multiply
from .gathering import gather, scatter_add
from .movement import reshape
from .reduction import reduce_sum
from .registry import as_float, computed_dtype, record, register, require_dtypes, to_tensor, with_dtype
from .rules import COMPUTED, require_one_dtype

# A transposed table with more unused places than this many for each used one is not made.
SPARSEST = 8


def gather_sum(x, indices, weights, axis=0):
    """Slices of x along an axis, weighted and summed over the last axis of `indices`.

    y[.., i, ..] = sum over j of weights[i, j] * x[.., indices[i, j], ..], shape x.shape[:axis] +
    indices.shape[:-1] + x.shape[axis+1:]. Indices are clamped into range; a weight of 0 reads nothing.
    """
    x = as_float(x)
    place = normalize_axis(axis, len(x.shape), "gather_sum")
    dtype = computed_dtype(x.dtype)
    tensors = [
        with_dtype(x, dtype),
        with_dtype(to_tensor(indices), "int32"),
        with_dtype(as_float(weights), dtype),
    ]
    return with_dtype(record("gather_sum", tensors, {"axis": place})[0], x.dtype)


def sparse_tables(rows):
    """[indices, weights] of a list of rows [[index, ...], [weight, ...]], filled up with weights of 0."""
    widest = 1
    for row in rows:
        widest = max(widest, len(row[0]))
    indices = []
    weights = []
    for row in rows:
        for j in range(widest):
            indices.append(row[0][j] if j < len(row[0]) else 0)
            weights.append(row[1][j] if j < len(row[0]) else 0.0)
    shape = [len(rows), widest]
    return [
        constant(HostArray(from_numbers("int32", indices), shape, "int32")),
        constant(HostArray(from_numbers("float32", weights), copy_shape(shape), "float32")),
    ]


def _result_shape(shape, indices, axis):
    result = copy_shape(shape[0:axis])
    result.extend(indices[0 : len(indices) - 1])
    result.extend(shape[axis + 1 : len(shape)])
    return result


def _rule(shapes, dtypes, attrs):
    require_dtypes("gather_sum", [dtypes[0], dtypes[2]], COMPUTED)
    require_one_dtype("gather_sum", dtypes[0], dtypes[2])
    require_dtypes("gather_sum", [dtypes[1]], ["int32"])
    indices = shapes[1]
    if len(indices) < 1 or is_symbolic(indices[len(indices) - 1]) or not same_shape(indices, shapes[2]):
        raise error(
            "ShapeError",
            "gather_sum: indices and weights must have one shape, its last size known, got "
            + format_shape(indices)
            + " and "
            + format_shape(shapes[2]),
        )
    if dims_equal(shapes[0][attrs["axis"]], 0):
        raise error(
            "ShapeError",
            "gather_sum: axis " + str(attrs["axis"]) + " of " + format_shape(shapes[0]) + " is empty",
        )
    return [[_result_shape(shapes[0], indices, attrs["axis"]), dtypes[0]]]


def _transposed(indices, weights, length):
    """The tables of the transposed matrix, which has `length` rows; None when they would be mostly empty."""
    places = host_numbers(indices)
    numbers = host_numbers(weights)
    width = indices.shape[len(indices.shape) - 1]
    rows = [[[], []] for i in range(length)]
    used = 0
    widest = 1
    for e in range(len(places)):
        if numbers[e] != 0:
            row = rows[max(0, min(places[e], length - 1))]
            row[0].append((e - e % width) // width)
            row[1].append(numbers[e])
            widest = max(widest, len(row[0]))
            used = used + 1
    if length * widest > SPARSEST * used + 64:
        return None
    return sparse_tables(rows)


def _is_constant(tensor):
    return tensor.node.op == "constant"


def _grad(node, cotangents):
    x, indices, weights = node.inputs[0], node.inputs[1], node.inputs[2]
    axis = node.attrs["axis"]
    lead = len(indices.shape) - 1
    dy = cotangents[0]
    flat = copy_shape(x.shape[0:axis])
    flat.append(element_count(indices.shape[0:lead]))
    flat.extend(x.shape[axis + 1 : len(x.shape)])
    length = x.shape[axis]
    if _is_constant(indices) and _is_constant(weights) and not is_symbolic(length):
        # What is constant needs no cotangent.
        tables = _transposed(indices.node.attrs["data"], weights.node.attrs["data"], length)
        if tables is not None:
            return [gather_sum(reshape(dy, flat), tables[0], tables[1], axis), None, None]
    weighted = multiply(_spread(dy, axis + lead), _aligned(weights, axis, len(x.shape)))
    dx = scatter_add(indices, weighted, axis, copy_shape(x.shape))
    if _is_constant(weights):
        return [dx, None, None]
    rank = len(x.shape) + lead
    products = multiply(_spread(dy, axis + lead), gather(x, indices, axis))
    outside = []
    for i in range(rank):
        if i < axis or i > axis + lead:
            outside.append(i)
    dw = reduce_sum(products, outside, False) if len(outside) > 0 else products
    return [dx, None, reshape(dw, copy_shape(weights.shape))]


def _spread(dy, place):
    """dy with an axis of 1 for the places that were summed."""
    shape = copy_shape(dy.shape)
    shape.insert(place, 1)
    return reshape(dy, shape)


def _aligned(weights, axis, rank):
    """The weights with axes of 1 for those of x behind the axis."""
    shape = copy_shape(weights.shape)
    for i in range(axis + 1, rank):
        shape.append(1)
    return reshape(weights, shape)


register("gather_sum", _rule, _grad)
