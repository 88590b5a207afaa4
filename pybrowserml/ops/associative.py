"""Scans of associative functions in logarithmically many steps."""

from ..core.dims import format_dim, is_symbolic
from ..core.opset.movement import concatenate, flip, reshape, slice_strided
from ..core.opset.registry import to_tensor
from ..core.shapes import copy_shape, format_shape, normalize_axis
from ..core.structure import flatten, flatten_like, unflatten
from ..platform.errors import error
from ..platform.numbers import is_function
from .movement import expand_dims


def associative_scan(f, elems, reverse=False, axis=0):
    """All running results of an associative function along an axis: y[0] = x[0], y[i] = f(y[i - 1], x[i]).

    f(a, b) combines slices elementwise, of whatever length along the axis. elems: a tensor or a structure of tensors
    of one, known size along the axis. reverse: from the end. About 2 log2(n) calls of f with n / 2, n / 4, ... slices.
    Source: Blelloch 1990, "Prefix sums and their applications".
    """
    if not is_function(f):
        raise error("ArgumentError", "associative_scan: f must be a function")
    taken = flatten(elems, False)
    leaves = [to_tensor(leaf) for leaf in taken[0]]
    if len(leaves) == 0:
        raise error("ArgumentError", "associative_scan: needs at least one tensor")
    place = normalize_axis(axis, len(leaves[0].shape), "associative_scan")
    size = leaves[0].shape[place]
    if is_symbolic(size):
        raise error(
            "ShapeError", "associative_scan: the axis must have a known size, got " + format_dim(size)
        )
    for leaf in leaves:
        if len(leaf.shape) <= place or leaf.shape[place] != size:
            raise error(
                "ShapeError",
                "associative_scan: axis "
                + str(place)
                + " must have size "
                + str(size)
                + ", got shape "
                + format_shape(leaf.shape),
            )

    def combined(a, b):
        found = f(unflatten(taken[1], a), unflatten(taken[1], b))
        tensors = flatten_like(found, taken[1], "associative_scan: what f returns")
        return [to_tensor(tensor) for tensor in tensors]

    if reverse:
        leaves = [flip(leaf, place) for leaf in leaves]
    found = _scanned(combined, leaves, place)
    if reverse:
        found = [flip(leaf, place) for leaf in found]
    return unflatten(taken[1], found)


def _scanned(combined, leaves, axis):
    """Pairs are combined, their scan is the odd places, and one more step makes the even ones."""
    n = leaves[0].shape[axis]
    if n < 2:
        return leaves
    pairs = n // 2
    first = [_part(leaf, axis, 0, pairs, 2) for leaf in leaves]
    second = [_part(leaf, axis, 1, pairs, 2) for leaf in leaves]
    odd = _scanned(combined, combined(first, second), axis)
    later = (n + 1) // 2 - 1
    if later == 0:
        even = []
    else:
        before = [_part(leaf, axis, 0, later, 1) for leaf in odd]
        even = combined(before, [_part(leaf, axis, 2, later, 2) for leaf in leaves])
    made = []
    for i in range(len(leaves)):
        start = _part(leaves[i], axis, 0, 1, 1)
        whole = concatenate([start, even[i]], axis) if later > 0 else start
        made.append(_woven(whole, odd[i], axis))
    return made


def _part(x, axis, begin, count, stride):
    starts = [0 for dim in x.shape]
    starts[axis] = begin
    shape = copy_shape(x.shape)
    shape[axis] = count
    strides = [1 for dim in x.shape]
    strides[axis] = stride
    return slice_strided(x, starts, shape, strides)


def _woven(even, odd, axis):
    """e0 o0 e1 o1 ..., with as many odd as even ones, or one less."""
    count = odd.shape[axis]
    paired = concatenate(
        [expand_dims(_part(even, axis, 0, count, 1), axis + 1), expand_dims(odd, axis + 1)], axis + 1
    )
    shape = copy_shape(odd.shape)
    shape[axis] = 2 * count
    woven = reshape(paired, shape)
    if even.shape[axis] == count:
        return woven
    return concatenate([woven, _part(even, axis, count, 1, 1)], axis)
