"""Movement: the same numbers in other places."""

from ...platform.errors import error
from ...platform.numbers import is_list
from ..dims import dim_add, dim_mul, dim_sub, dims_equal, is_symbolic
from ..shapes import copy_shape, format_shape, normalize_axes, normalize_axis, reshaped, same_shape
from .binary import unbroadcast
from .plain import plain
from .registry import record, register, to_tensor


def reshape(x, newshape):
    """The same elements in row-major order under another shape, a list or one size; one dimension may be -1."""
    x = to_tensor(x, None, "reshape", "x")
    wanted = plain(newshape)
    target = reshaped(x.shape, wanted if is_list(wanted) else [wanted], "reshape")
    return x if same_shape(x.shape, target) else record("reshape", [x], {"shape": target})[0]


def transpose(x, axes=None):
    """Axes in another order; None reverses them."""
    x = to_tensor(x, None, "transpose", "x")
    rank = len(x.shape)
    if axes is None:
        perm = [rank - 1 - i for i in range(rank)]
    else:
        perm = [normalize_axis(axis, rank, "transpose") for axis in axes]
    for i in range(rank):
        if i not in perm or len(perm) != rank:
            raise error(
                "ShapeError",
                "transpose: axes " + format_shape(perm) + " are not an order of " + str(rank) + " axes",
            )
    return record("transpose", [x], {"perm": perm})[0]


def broadcast_to(x, shape):
    """x repeated to a shape, aligned at the right as in NumPy."""
    x = to_tensor(x, None, "broadcast_to", "x")
    return x if same_shape(x.shape, shape) else record("broadcast_to", [x], {"shape": shape})[0]


def slice_strided(x, begin, shape, strides):
    """y[i] = x[begin + i * strides] per axis; y has the given shape; strides are positive."""
    return record("slice", [to_tensor(x)], {"begin": begin, "shape": shape, "strides": strides})[0]


def pad_interior(x, pads, value):
    """Per axis [before, after, between elements] copies of a value; all >= 0."""
    return record("pad", [to_tensor(x)], {"pads": pads, "value": value})[0]


def concatenate(xs, axis=-1):
    """Tensors of one dtype joined along an axis; all other dimensions agree."""
    tensors = [to_tensor(x, None, "concatenate", "each tensor") for x in xs]
    if len(tensors) == 0:
        raise error("ArgumentError", "concatenate: needs at least one tensor")
    if len(tensors) == 1:
        return tensors[0]
    place = normalize_axis(axis, len(tensors[0].shape), "concatenate")
    return record("concat", tensors, {"axis": place})[0]


def flip(x, axis=None):
    """Reversed order along axes (None: all)."""
    x = to_tensor(x, None, "flip", "x")
    axes = normalize_axes(axis, len(x.shape), "flip")
    return record("flip", [x], {"axes": axes})[0] if len(axes) > 0 else x


def _reshape_rule(shapes, dtypes, attrs):
    return [[reshaped(shapes[0], attrs["shape"], "reshape"), dtypes[0]]]


def _transpose_rule(shapes, dtypes, attrs):
    return [[[shapes[0][i] for i in attrs["perm"]], dtypes[0]]]


def _broadcast_rule(shapes, dtypes, attrs):
    target = attrs["shape"]
    lead = len(target) - len(shapes[0])
    for i in range(len(shapes[0])):
        if lead < 0 or not (dims_equal(shapes[0][i], 1) or dims_equal(shapes[0][i], target[i + lead])):
            raise error(
                "ShapeError",
                "broadcast_to: shape "
                + format_shape(shapes[0])
                + " does not broadcast to "
                + format_shape(target),
            )
    return [[copy_shape(target), dtypes[0]]]


def _slice_rule(shapes, dtypes, attrs):
    rank = len(shapes[0])
    if len(attrs["begin"]) != rank or len(attrs["shape"]) != rank or len(attrs["strides"]) != rank:
        raise error("ShapeError", "slice: begin, shape and strides must have " + str(rank) + " entries")
    for i in range(rank):
        size = attrs["shape"][i]
        begin = attrs["begin"][i]
        if not is_symbolic(size) and size < 0 or not is_symbolic(begin) and begin < 0:
            raise error("ShapeError", "slice: begin and shape must not be negative")
        last = dim_add(begin, dim_mul(dim_sub(size, 1), attrs["strides"][i]))
        room = dim_sub(shapes[0][i], last)
        if not is_symbolic(room) and room < 1 and not dims_equal(size, 0):
            raise error(
                "ShapeError",
                "slice: axis " + str(i) + " of " + format_shape(shapes[0]) + " ends before the slice does",
            )
    return [[copy_shape(attrs["shape"]), dtypes[0]]]


def _pad_rule(shapes, dtypes, attrs):
    if len(attrs["pads"]) != len(shapes[0]):
        raise error("ShapeError", "pad: needs one entry an axis of " + format_shape(shapes[0]))
    shape = []
    for i in range(len(shapes[0])):
        entry = attrs["pads"][i]
        dim = shapes[0][i]
        if dims_equal(entry[2], 0) or dims_equal(dim, 0):
            grown = dim
        else:
            grown = dim_add(dim_mul(dim_sub(dim, 1), dim_add(entry[2], 1)), 1)
        shape.append(dim_add(dim_add(grown, entry[0]), entry[1]))
    return [[shape, dtypes[0]]]


def _concat_rule(shapes, dtypes, attrs):
    axis = attrs["axis"]
    total = 0
    for i in range(len(shapes)):
        if dtypes[i] != dtypes[0]:
            raise error(
                "DtypeError",
                "concatenate: tensors must have one dtype, got " + dtypes[0] + " and " + dtypes[i],
            )
        fits = len(shapes[i]) == len(shapes[0])
        if fits:
            for j in range(len(shapes[0])):
                if j != axis and not dims_equal(shapes[i][j], shapes[0][j]):
                    fits = False
        if not fits:
            raise error(
                "ShapeError",
                "concatenate: shapes "
                + format_shape(shapes[0])
                + " and "
                + format_shape(shapes[i])
                + " differ outside of axis "
                + str(axis),
            )
        total = dim_add(total, shapes[i][axis])
    shape = copy_shape(shapes[0])
    shape[axis] = total
    return [[shape, dtypes[0]]]


def _flip_rule(shapes, dtypes, attrs):
    return [[copy_shape(shapes[0]), dtypes[0]]]


def _reshape_grad(node, cotangents):
    return [reshape(cotangents[0], node.inputs[0].shape)]


def _transpose_grad(node, cotangents):
    perm = node.attrs["perm"]
    inverse = [perm.index(i) for i in range(len(perm))]
    return [transpose(cotangents[0], inverse)]


def _broadcast_grad(node, cotangents):
    return [unbroadcast(cotangents[0], node.inputs[0].shape)]


def _slice_grad(node, cotangents):
    x = node.inputs[0]
    pads = []
    for i in range(len(x.shape)):
        stride = node.attrs["strides"][i]
        begin = node.attrs["begin"][i]
        if dims_equal(node.attrs["shape"][i], 0):
            pads.append([x.shape[i], 0, 0])
            continue
        reach = dim_add(begin, dim_add(dim_mul(dim_sub(node.attrs["shape"][i], 1), stride), 1))
        pads.append([begin, dim_sub(x.shape[i], reach), dim_sub(stride, 1)])
    return [pad_interior(cotangents[0], pads, 0)]


def _pad_grad(node, cotangents):
    x = node.inputs[0]
    begin = [entry[0] for entry in node.attrs["pads"]]
    strides = [dim_add(entry[2], 1) for entry in node.attrs["pads"]]
    return [slice_strided(cotangents[0], begin, copy_shape(x.shape), strides)]


def _concat_grad(node, cotangents):
    axis = node.attrs["axis"]
    found = []
    offset = 0
    for x in node.inputs:
        begin = [0 for dim in x.shape]
        begin[axis] = offset
        found.append(slice_strided(cotangents[0], begin, copy_shape(x.shape), [1 for dim in x.shape]))
        offset = dim_add(offset, x.shape[axis])
    return found


def _flip_grad(node, cotangents):
    return [flip(cotangents[0], node.attrs["axes"])]


register("reshape", _reshape_rule, _reshape_grad)
register("transpose", _transpose_rule, _transpose_grad)
register("broadcast_to", _broadcast_rule, _broadcast_grad)
register("slice", _slice_rule, _slice_grad)
register("pad", _pad_rule, _pad_grad)
register("concat", _concat_rule, _concat_grad)
register("flip", _flip_rule, _flip_grad)
