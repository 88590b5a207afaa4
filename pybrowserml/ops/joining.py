"""Tensors joined along an axis and cut apart, under Keras's names."""

from ..core.dims import dim_add, dim_floordiv, dim_mul, dim_sub, dims_equal, format_dim, is_symbolic
from ..core.dtypes import promote
from ..core.opset.movement import concatenate as concatenate_primitive
from ..core.opset.movement import reshape, slice_strided
from ..core.opset.plain import plain
from ..core.opset.registry import to_tensor, with_dtype
from ..core.shapes import copy_shape, format_shape, normalize_axis, same_shape
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .arguments import require_whole, shown
from .movement import expand_dims, squeeze


def promoted(xs, op):
    """A list of tensors in their common dtype."""
    if not is_list(xs) or len(xs) == 0:
        raise error("ArgumentError", op + ": needs a list of at least one tensor")
    tensors = [to_tensor(x, None, op, "each tensor") for x in xs]
    dtype = tensors[0].dtype
    for tensor in tensors:
        dtype = promote(dtype, tensor.dtype)
    return [with_dtype(tensor, dtype) for tensor in tensors]


def concatenate(xs, axis=0):
    """Tensors joined along an axis, in their common dtype; all other dimensions agree."""
    return concatenate_primitive(promoted(xs, "concatenate"), axis)


def append(x1, x2, axis=None):
    """x2 after x1 along an axis (None: of both flattened)."""
    if axis is None:
        return concatenate([reshape(x1, [-1]), reshape(x2, [-1])], 0)
    return concatenate([x1, x2], axis)


def stack(x, axis=0):
    """Tensors of one shape joined along a new axis, in their common dtype."""
    parts = promoted(x, "stack")
    place = normalize_axis(axis, len(parts[0].shape) + 1, "stack")
    for part in parts:
        if not same_shape(part.shape, parts[0].shape):
            raise error(
                "ShapeError",
                "stack: tensors must have one shape, got "
                + format_shape(parts[0].shape)
                + " and "
                + format_shape(part.shape),
            )
    return concatenate_primitive([expand_dims(part, place) for part in parts], place)


def hstack(xs):
    """Tensors joined along their second axis, vectors along their only one."""
    tensors = [_raised(x, 1) for x in promoted(xs, "hstack")]
    return concatenate_primitive(tensors, 0 if len(tensors[0].shape) == 1 else 1)


def vstack(xs):
    """Tensors joined along their first axis; vectors are rows."""
    return concatenate_primitive([_raised(x, 2) for x in promoted(xs, "vstack")], 0)


def dstack(xs):
    """Tensors joined along their third axis; vectors [n] count as [1, n, 1], matrices [m, n] as [m, n, 1]."""
    return concatenate_primitive([_raised(x, 3) for x in promoted(xs, "dstack")], 2)


def _raised(x, rank):
    """x with at least `rank` axes, added as NumPy's atleast_1d, atleast_2d and atleast_3d do."""
    if len(x.shape) >= rank:
        return x
    if len(x.shape) == 0:
        return reshape(x, [1 for i in range(rank)])
    if len(x.shape) == 2:
        return reshape(x, [x.shape[0], x.shape[1], 1])
    return reshape(x, [1, x.shape[0]] if rank == 2 else [1, x.shape[0], 1])


def unstack(x, num=None, axis=0):
    """The list of slices along an axis, which is left out of them."""
    x = to_tensor(x, None, "unstack", "x")
    place = normalize_axis(axis, len(x.shape), "unstack")
    size = x.shape[place] if num is None else num
    if num is not None and not is_symbolic(x.shape[place]) and not dims_equal(num, x.shape[place]):
        raise error(
            "ShapeError",
            "unstack: num must be the size of axis "
            + str(axis)
            + " of "
            + format_shape(x.shape)
            + ", got "
            + shown(num),
        )
    if is_symbolic(size):
        raise error("ShapeError", "unstack: needs num where the size of the axis is not known")
    return [squeeze(part, place) for part in _cut(x, [i for i in range(size + 1)], place)]


def split(x, indices_or_sections, axis=0):
    """A list of parts along an axis: a number of equal parts, or cuts at the given places."""
    x = to_tensor(x, None, "split", "x")
    place = normalize_axis(axis, len(x.shape), "split")
    size = x.shape[place]
    count = plain(indices_or_sections)
    if is_list(count):
        return _cut(x, _places(count, size), place)
    if not is_whole(count) or count < 1:
        raise error("ArgumentError", "split: needs a positive number of parts or a list of places")
    part = dim_floordiv(size, count)
    if not dims_equal(dim_mul(part, count), size):
        raise error(
            "ShapeError",
            "split: axis "
            + str(place)
            + " of size "
            + format_dim(size)
            + " does not divide into "
            + str(count)
            + " parts",
        )
    return _cut(x, [dim_mul(part, i) for i in range(count + 1)], place)


def array_split(x, indices_or_sections, axis=0):
    """As `split`, but parts may differ by one: the first ones are larger where the axis does not divide."""
    x = to_tensor(x, None, "array_split", "x")
    parts = plain(indices_or_sections)
    if is_list(parts):
        return split(x, parts, axis)
    count = require_whole(parts, 1, "array_split: the number of parts")
    place = normalize_axis(axis, len(x.shape), "array_split")
    size = x.shape[place]
    # Part i has ceil((size - i) / count) elements, and so many have all before it together.
    cuts = [0]
    for i in range(count):
        cuts.append(dim_add(cuts[i], dim_floordiv(dim_add(size, count - 1 - i), count)))
    cuts[count] = size
    return _cut(x, cuts, place)


def hsplit(x, indices_or_sections):
    """Parts along the second axis, of a vector along its only one."""
    x = to_tensor(x, None, "hsplit", "x")
    return split(x, indices_or_sections, 0 if len(x.shape) == 1 else 1)


def vsplit(x, indices_or_sections):
    """Parts along the first axis."""
    return split(_of_rank(x, 2, "vsplit"), indices_or_sections, 0)


def dsplit(x, indices_or_sections):
    """Parts along the third axis."""
    return split(_of_rank(x, 3, "dsplit"), indices_or_sections, 2)


def _of_rank(x, rank, op):
    x = to_tensor(x, None, op, "x")
    if len(x.shape) < rank:
        raise error(
            "ShapeError", op + ": x must have rank >= " + str(rank) + ", got " + format_shape(x.shape)
        )
    return x


def _places(indices, size):
    """Cuts as NumPy takes them: negative ones count from the end, those beyond it make empty parts."""
    cuts = [0]
    for index in indices:
        place = index
        if not is_symbolic(place) and place < 0:
            place = dim_sub(size, -place)
        if not is_symbolic(place) and not is_symbolic(size):
            place = max(0, min(place, size))
        cuts.append(place)
    cuts.append(size)
    return cuts


def _cut(x, cuts, place):
    parts = []
    for i in range(len(cuts) - 1):
        begin = [cuts[i] if j == place else 0 for j in range(len(x.shape))]
        shape = copy_shape(x.shape)
        length = dim_sub(cuts[i + 1], cuts[i])
        # A cut before the one before it makes an empty part.
        shape[place] = length if is_symbolic(length) else max(0, length)
        parts.append(slice_strided(x, begin, shape, [1 for dim in x.shape]))
    return parts
