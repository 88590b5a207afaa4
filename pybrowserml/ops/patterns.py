"""rearrange: reshapes and transposes by a pattern of named axes."""

from ..core.dims import dim_floordiv, dim_mul, dims_equal, format_dim
from ..core.opset.movement import reshape, transpose
from ..core.opset.registry import to_tensor
from ..core.shapes import format_shape
from ..platform.errors import error
from ..platform.numbers import is_dict
from .arguments import require_whole, shown

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
DIGITS = "0123456789"
# What "..." in parentheses is called.
MERGED = "(...)"


def rearrange(tensor, pattern, axes_lengths=None):
    """A tensor with axes in another order, split or merged, by a pattern such as "b (h p) c -> b h (p c)".

    Both sides name every axis once; a group in parentheses is one axis of the tensor, the first name varying slowest;
    "1" and "()" are axes of size 1; "..." stands for all axes that are not named. axes_lengths: {"p": 2}, the sizes
    that do not follow from the shape (all but one name of a split axis).
    Source of the notation: Rogozhnikov 2022, "Einops: clear and reliable tensor manipulations".
    """
    x = to_tensor(tensor, None, "rearrange", "tensor")
    lengths = _lengths(axes_lengths)
    sides = pattern.split("->")
    if len(sides) != 2:
        _refuse(pattern, "must have one '->'")
    left = _groups(pattern, sides[0])
    right = _groups(pattern, sides[1])
    left = _spread(left, _rank_of_ellipsis(pattern, left, x))
    right = _filled(right, left)
    names = _flat(left)
    wanted = _flat(right)
    _require_same_names(pattern, names, wanted, lengths)
    sizes = _sizes(pattern, left, x, lengths)
    parts = reshape(x, [sizes[names.index(axis)] for axis in names])
    moved = transpose(parts, [names.index(axis) for axis in wanted])
    shape = []
    for group in right:
        size = 1
        for axis in group:
            size = dim_mul(size, sizes[names.index(axis)])
        shape.append(size)
    return reshape(moved, shape)


def _refuse(pattern, problem):
    raise error("ArgumentError", "rearrange: the pattern " + shown(pattern) + " " + problem)


def _lengths(given):
    """[names, sizes] of the lengths that a user gave."""
    found = [[], []]
    if given is None:
        return found
    if not is_dict(given):
        raise error("ArgumentError", "rearrange: axes_lengths must be a dict of sizes, got " + shown(given))
    for key in given.keys():
        found[0].append(key)
        found[1].append(require_whole(given[key], 1, "rearrange: the length of '" + key + "'"))
    return found


def _groups(pattern, side):
    """The axes of one side, each a list of names; "..." (in parentheses MERGED) stands for the axes that are left."""
    groups = []
    inside = False
    place = 0
    while place < len(side):
        letter = side[place]
        place = place + 1
        if letter == " ":
            continue
        if letter == "(" or letter == ")":
            if inside == (letter == "("):
                _refuse(pattern, "has parentheses that do not match or are nested")
            inside = letter == "("
            if inside:
                groups.append([])
            continue
        token = letter
        if letter == ".":
            token = side[place - 1 : min(place + 2, len(side))]
            place = place + 2
            if token != "...":
                _refuse(pattern, "has dots that are no '...'")
        elif letter in LETTERS:
            while place < len(side) and (side[place] in LETTERS or side[place] in DIGITS):
                token = token + side[place]
                place = place + 1
        elif letter != "1":
            _refuse(pattern, "has '" + letter + "', which is neither a name nor 1")
        entry = [] if token == "1" else [token]
        if inside and token == "...":
            groups[len(groups) - 1].append(MERGED)
        elif inside:
            groups[len(groups) - 1].extend(entry)
        else:
            groups.append(entry)
    if inside:
        _refuse(pattern, "has parentheses that do not match or are nested")
    return groups


def _flat(groups):
    names = []
    for group in groups:
        names.extend(group)
    return names


def _rank_of_ellipsis(pattern, left, x):
    """How many axes "..." stands for on the left, which must name every axis of x."""
    dotted = 0
    for group in left:
        if MERGED in group:
            _refuse(pattern, "has '...' in parentheses on the left")
        if "..." in group:
            dotted = dotted + 1
    rest = len(x.shape) - (len(left) - dotted)
    if dotted > 1 or rest < 0 or (rest > 0 and dotted == 0):
        raise error(
            "ShapeError",
            "rearrange: the pattern " + shown(pattern) + " does not fit the shape " + format_shape(x.shape),
        )
    return rest


def _spread(groups, count):
    """The groups with "..." replaced by that many axes with names of their own."""
    found = []
    for group in groups:
        if "..." in group:
            found.extend([["..." + str(i)] for i in range(count)])
        else:
            found.append(group)
    return found


def _filled(groups, left):
    """The groups of the right side with the left's axes for "..."; in parentheses they are merged."""
    rest = [axis for axis in _flat(left) if axis[0] == "."]
    found = []
    for group in groups:
        if "..." in group:
            found.extend([[axis] for axis in rest])
            continue
        merged = []
        for axis in group:
            merged.extend(rest if axis == MERGED else [axis])
        found.append(merged)
    return found


def _require_same_names(pattern, names, wanted, lengths):
    for i in range(len(names)):
        if names.index(names[i]) != i:
            _refuse(pattern, "has '" + names[i] + "' twice on the left")
        if names[i] not in wanted:
            _refuse(pattern, "has '" + names[i] + "' on the left only")
    for i in range(len(wanted)):
        if wanted.index(wanted[i]) != i:
            _refuse(pattern, "has '" + wanted[i] + "' twice on the right")
        if wanted[i] not in names:
            _refuse(pattern, "has '" + wanted[i] + "' on the right only")
    for axis in lengths[0]:
        if axis not in names:
            _refuse(pattern, "does not have the axis '" + axis + "' of axes_lengths")
    return None


def _sizes(pattern, left, x, lengths):
    """The sizes of the named axes, in their order on the left."""
    sizes = []
    for i in range(len(left)):
        known = 1
        unknown = []
        for axis in left[i]:
            if axis in lengths[0]:
                known = dim_mul(known, lengths[1][lengths[0].index(axis)])
            else:
                unknown.append(axis)
        if len(unknown) > 1:
            _refuse(pattern, "splits an axis into several of unknown length: " + ", ".join(unknown))
        rest = dim_floordiv(x.shape[i], known)
        if not dims_equal(dim_mul(rest, known), x.shape[i]) or (
            len(unknown) == 0 and not dims_equal(rest, 1)
        ):
            raise error(
                "ShapeError",
                "rearrange: axis "
                + str(i)
                + " of size "
                + format_dim(x.shape[i])
                + " does not split into ("
                + " ".join(left[i])
                + ") of "
                + shown(pattern)
                + " with the given lengths",
            )
        for axis in left[i]:
            sizes.append(rest if axis in unknown else lengths[1][lengths[0].index(axis)])
    return sizes
