"""Writing at indices, sums of segments, and codes of labels."""

from ..compiler.realise import read_tensor
from ..core.dims import dims_equal, is_symbolic
from ..core.dtypes import BOUNDS, is_float, is_integer
from ..core.graph import current_trace
from ..core.opset.binary import (
    add,
    divide,
    floor_divide,
    less,
    maximum,
    multiply,
    subtract,
    where,
)
from ..core.opset.gathering import scatter as scatter_primitive
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.reduction import reduce_max
from ..core.opset.registry import as_float, scalar, to_tensor, with_dtype
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, element_count, format_shape, is_static
from ..platform.errors import error
from ..platform.real import INFINITY
from ..platform.tasks import waits
from .arguments import require_whole, shown
from .indexing import point_index
from .losses import one_hot

REDUCTIONS = ["add", "max", "min", "mul"]


def scatter(indices, values, shape):
    """Zeros of a shape to which `values` are added at the points `indices`; values of one point add up.

    indices: int32 [..., k], points of the first k axes. values: indices.shape[:-1] + shape[k:]. Points out of range
    are left out. Indices [n] with values of the result's rank are n places along its first axis.
    Source: sorted runs joined by a tree, in a fixed order, where the device has no atomic operations.
    """
    indices = to_tensor(indices, None, "scatter", "indices")
    values = to_tensor(values, None, "scatter", "values")
    if len(indices.shape) == 1 and len(values.shape) == len(shape):
        indices = reshape(indices, [-1, 1])
    return _scattered("add", indices, values, copy_shape(shape), None, "scatter")


def scatter_update(inputs, indices, updates, reduction=None):
    """inputs with `updates` written at the points `indices`; of several at one point the last wins.

    reduction: "add", "max", "min" or "mul" joins them with what is there. Shapes as in `scatter`.
    """
    if reduction is not None and reduction not in REDUCTIONS:
        raise error(
            "ArgumentError",
            "scatter_update: reduction must be None, 'add', 'max', 'min' or 'mul', got " + shown(reduction),
        )
    x = to_tensor(inputs, None, "scatter_update", "inputs")
    kind = "update" if reduction is None else reduction
    return _scattered(
        kind,
        indices,
        with_dtype(to_tensor(updates, None, "scatter_update", "updates"), x.dtype),
        x.shape,
        x,
        "scatter_update",
    )


def sparse_to_dense(sparse_indices, sparse_values, output_shape, default_value: float = 0):
    """A tensor of a shape that holds `sparse_values` at the points `sparse_indices` and a default elsewhere.

    sparse_indices: int32 [n, rank], or [n] or a number for one axis. sparse_values: [n], or one number for all. Of
    several values at one point the last wins.
    """
    points = cast(to_tensor(sparse_indices, None, "sparse_to_dense", "sparse_indices"), "int32")
    if len(points.shape) < 2:
        points = reshape(points, [-1, 1])
    given = to_tensor(sparse_values, None, "sparse_to_dense", "sparse_values")
    base = broadcast_to(
        cast(to_tensor(default_value, None, "sparse_to_dense", "default_value"), given.dtype),
        copy_shape(output_shape),
    )
    return _scattered("update", points, given, base.shape, base, "sparse_to_dense")


def _scattered(reduction, indices, updates, shape, base, op):
    """The primitive on the axes of the points flattened."""
    indices = to_tensor(indices, None, op, "indices")
    place = point_index(indices, shape, op)
    depth = indices.shape[len(indices.shape) - 1]
    flat = [element_count(shape[0:depth])]
    flat.extend(shape[depth : len(shape)])
    wanted = copy_shape(place.shape)
    wanted.extend(shape[depth : len(shape)])
    updates = broadcast_to(updates, wanted)
    under = None if base is None else reshape(base, flat)
    if dims_equal(flat[0], 0):
        return broadcast_to(scalar(0, updates.dtype), shape)
    return reshape(scatter_primitive(reduction, place, updates, 0, flat, False, under), shape)


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    """Sums of the slices of data (along its first axis) that have one number of segment: [num_segments, ...].

    segment_ids: int32 [data.shape[0]]; slices whose number is out of range are left out. num_segments None: one more
    than the largest number, which is read, so that the result is a promise in JavaScript; inside of compiled functions
    it must be given. `sorted` promises nothing that is needed.
    """
    return _segments("add", data, segment_ids, num_segments, "segment_sum")


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    """Products of segments, 1 of an empty one; see `segment_sum`."""
    return _segments("mul", data, segment_ids, num_segments, "segment_prod")


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    """Maxima of segments, the lowest number of the dtype (-inf for floats) of an empty one; see `segment_sum`."""
    return _segments("max", data, segment_ids, num_segments, "segment_max")


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    """Minima of segments, the highest number of the dtype (inf for floats) of an empty one; see `segment_sum`."""
    return _segments("min", data, segment_ids, num_segments, "segment_min")


def segment_mean(data, segment_ids, num_segments=None, sorted=False):
    """Means of segments as floats, 0 of an empty one; see `segment_sum`."""
    return _segments(
        "mean", as_float(data, "segment_mean", "data"), segment_ids, num_segments, "segment_mean"
    )


def _means(data, ids, shape):
    total = _in_segments("add", data, ids, shape[0])
    ones = broadcast_to(scalar(1.0, data.dtype), data.shape[0:1])
    count = _in_segments("add", ones, ids, shape[0])
    wide = [shape[0]]
    wide.extend([1 for dim in shape[1 : len(shape)]])
    return divide(total, reshape(maximum(count, 1.0), wide))


def unsorted_segment_sum(x, segment_ids, num_segments):
    """The same as `segment_sum`."""
    return _segments("add", x, segment_ids, num_segments, "unsorted_segment_sum")


def _segments(reduction, data, segment_ids, num_segments, op):
    data = to_tensor(data, None, op, "data")
    ids = cast(to_tensor(segment_ids, None, op, "segment_ids"), "int32")
    if num_segments is not None and not is_symbolic(num_segments):
        num_segments = require_whole(num_segments, 0, op + ": num_segments")
    if len(ids.shape) != 1 or len(data.shape) < 1 or not dims_equal(ids.shape[0], data.shape[0]):
        raise error(
            "ShapeError",
            op
            + ": segment_ids must have one entry a slice of data, got the shapes "
            + format_shape(ids.shape)
            + " and "
            + format_shape(data.shape),
        )
    if data.dtype == "bool":
        data = with_dtype(data, "int32")
    if num_segments is not None:
        return _in_segments(reduction, data, ids, num_segments)
    if current_trace() is not None or ids.node.symbolic:
        raise error("ArgumentError", op + ": num_segments must be given inside of a compiled function")
    return _in_found_segments(reduction, data, ids)


@waits
def _in_found_segments(reduction, data, ids):
    """As many segments as the largest number asks for."""
    count = 0
    if not dims_equal(ids.shape[0], 0):
        host = yield from read_tensor(reduce_max(ids, None, False))
        count = max(0, int(host.data[0]) + 1)
    return _in_segments(reduction, data, ids, count)


def _in_segments(reduction, data, ids, num_segments):
    shape = [num_segments]
    shape.extend(data.shape[1 : len(data.shape)])
    if reduction == "mean":
        return _means(data, ids, shape)
    if dims_equal(num_segments, 0):
        return broadcast_to(scalar(0, data.dtype), shape)
    base = broadcast_to(scalar(_first(reduction, data.dtype), data.dtype), shape)
    return scatter_primitive(reduction, ids, data, 0, shape, False, base)


def _first(reduction, dtype):
    """What an empty segment holds."""
    if reduction == "add":
        return 0
    if reduction == "mul":
        return 1
    if is_float(dtype):
        return 0.0 - INFINITY if reduction == "max" else INFINITY
    return BOUNDS[dtype][0 if reduction == "max" else 1]


def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False):
    """int labels [batch, count] (or [count]) → [batch, num_classes]: 1 where one of the row's labels is the class."""
    if sparse:
        raise error("ArgumentError", "multi_hot: there are no sparse tensors")
    if num_classes is None:
        raise error("ArgumentError", "multi_hot: num_classes must be given")
    x = to_tensor(inputs, None, "multi_hot", "inputs")
    if len(x.shape) < 1:
        raise error("ShapeError", "multi_hot: inputs must have an axis, got a scalar")
    wanted = "float32" if dtype is None else dtype
    codes = one_hot(x, num_classes, axis, "int32" if wanted == "bool" else wanted)
    place = 1 if len(x.shape) > 1 else 0
    if dims_equal(x.shape[place], 0):
        shape = [codes.shape[i] for i in range(len(codes.shape)) if i != place]
        return broadcast_to(scalar(0, wanted), shape)
    return cast(reduce_max(codes, place, False), wanted)


def unravel_index(indices, shape):
    """A list of tensors, one an axis: the places of flat indices in a shape; negative ones count from the end.

    They have the dtype of the integer indices, of others int32.
    """
    given = to_tensor(indices, None, "unravel_index", "indices")
    x = cast(given, "int32")
    if not is_static(shape):
        raise error("ShapeError", "unravel_index: the sizes must be known, got " + format_shape(shape))
    x = where(less(x, 0), add(x, element_count(shape)), x)
    found = []
    rest = x
    for i in range(len(shape)):
        inner = element_count(shape[i + 1 : len(shape)])
        place = floor_divide(rest, inner)
        found.append(cast(place, given.dtype) if is_integer(given.dtype) else place)
        rest = subtract(rest, multiply(place, inner))
    return found


def ravel_multi_index(multi_index, dims):
    """int32 places in a shape, a list of one tensor an axis, as indices of the flattened shape."""
    if len(multi_index) != len(dims):
        raise error(
            "ArgumentError",
            "ravel_multi_index: needs one index an axis of "
            + format_shape(dims)
            + ", got "
            + str(len(multi_index)),
        )
    place = scalar(0, "int32")
    for i in range(len(dims)):
        place = add(multiply(place, dims[i]), cast(to_tensor(multi_index[i]), "int32"))
    return place
