"""Nested lists, tuples and dicts, as `keras.tree` has them (CPython only; JavaScript has its own ways).

A dict's entries are gone through in the order of their sorted keys, those of an OrderedDict in their own.
"""

from collections import OrderedDict
from collections.abc import Mapping

from .platform.errors import error


class MAP_TO_NONE:
    """What a function of `traverse` returns to put None in a place."""


def is_nested(structure):
    """True for lists, tuples and dicts."""
    return isinstance(structure, (list, tuple, Mapping))


def _entries(structure):
    """[key, value] of what a list, tuple or dict holds."""
    if not isinstance(structure, Mapping):
        return list(enumerate(structure))
    ordered = isinstance(structure, OrderedDict)
    keys = list(structure) if ordered else sorted(structure)
    return [(key, structure[key]) for key in keys]


def _like(structure, values):
    """A list, tuple or dict as `structure`, with other values, in the order of `_entries`."""
    if isinstance(structure, Mapping):
        made = dict(zip([key for key, _ in _entries(structure)], values, strict=True))
        return type(structure)((key, made[key]) for key in structure)  # pyright: ignore[reportCallIssue]
    if hasattr(structure, "_fields"):
        return type(structure)(*values)
    return type(structure)(values)


def flatten(structure):
    """A list of the leaves; None is one."""
    return [leaf for _, leaf in flatten_with_path(structure)]


def flatten_with_path(structure):
    """A list of (path, leaf), a path being a tuple of places and keys."""
    if not is_nested(structure):
        return [((), structure)]
    return [
        ((key, *path), leaf) for key, value in _entries(structure) for path, leaf in flatten_with_path(value)
    ]


def map_structure(func, *structures, none_is_leaf=True):
    """The structure of what a function makes of each leaf, or of the leaves in the same place of several structures.

    none_is_leaf: whether the function is called on None, too; else None stays.
    """
    _require_function(func, "map_structure")
    if not structures:
        raise error("ArgumentError", "map_structure: needs at least one structure")
    for other in structures[1:]:
        assert_same_structure(structures[0], other)
    return _mapped(func, structures, none_is_leaf)


def _mapped(func, structures, none_is_leaf):
    first = structures[0]
    if not is_nested(first):
        return None if first is None and not none_is_leaf else func(*structures)
    rows = zip(*[[value for _, value in _entries(structure)] for structure in structures], strict=True)
    return _like(first, [_mapped(func, row, none_is_leaf) for row in rows])


def map_structure_up_to(shallow_structure, func, *structures):
    """As `map_structure`, but what stands in the place of a leaf of the shallow structure is handed on whole."""
    _require_function(func, "map_structure_up_to")
    if not structures:
        raise error("ArgumentError", "map_structure_up_to: needs at least one structure")
    return _mapped_up_to(shallow_structure, func, structures)


def _mapped_up_to(shallow, func, structures):
    if not is_nested(shallow):
        return func(*structures)
    for structure in structures:
        _require_same_keys(shallow, structure, "map_structure_up_to")
    rows = zip(*[[value for _, value in _entries(structure)] for structure in structures], strict=True)
    parts = [value for _, value in _entries(shallow)]
    return _like(shallow, [_mapped_up_to(part, func, row) for part, row in zip(parts, rows, strict=True)])


def assert_same_structure(a, b):
    """Raise ArgumentError unless two structures hold leaves in the same places, in containers of the same kind."""
    if is_nested(a) != is_nested(b):
        raise error("ArgumentError", f"the structures differ: {a!r} and {b!r}")
    if is_nested(a):
        alike = isinstance(a, Mapping) and isinstance(b, Mapping) or type(a) is type(b)
        if not alike:
            kinds = f"{type(a).__name__} and {type(b).__name__}"
            raise error("ArgumentError", f"the structures differ: {kinds}")
        _require_same_keys(a, b, "the structures differ")
        for (_, one), (_, other) in zip(_entries(a), _entries(b), strict=True):
            assert_same_structure(one, other)


def assert_same_paths(a, b):
    """Raise ArgumentError unless the leaves of two structures have the same paths, whatever the containers are."""
    one = {path for path, _ in flatten_with_path(a)}
    other = {path for path, _ in flatten_with_path(b)}
    if one != other:
        raise error(
            "ArgumentError", f"the paths differ: {sorted(map(str, one))} and {sorted(map(str, other))}"
        )


def _require_same_keys(a, b, place):
    if not is_nested(b) or sorted(map(str, dict(_entries(a)))) != sorted(map(str, dict(_entries(b)))):
        raise error("ArgumentError", f"{place}: {a!r} and {b!r}")


def pack_sequence_as(structure, flat_sequence):
    """The structure with the leaves of a flat list in their order."""
    leaves = list(flat_sequence)
    wanted = len(flatten(structure))
    if len(leaves) != wanted:
        raise error(
            "ArgumentError", f"pack_sequence_as: the structure has {wanted} leaves, got {len(leaves)}"
        )
    left = iter(leaves)
    return _mapped(lambda leaf: next(left), (structure,), True)


def traverse(func, structure, top_down=True):
    """What becomes of a structure when a function replaces parts of it: None leaves a part, MAP_TO_NONE makes it None.

    top_down: parents are seen before what they hold, and where they are replaced nothing in them is; else after.
    """
    _require_function(func, "traverse")
    if top_down:
        made = func(structure)
        if made is None and is_nested(structure):
            return _like(structure, [traverse(func, value, True) for _, value in _entries(structure)])
    else:
        if is_nested(structure):
            structure = _like(structure, [traverse(func, value, False) for _, value in _entries(structure)])
        made = func(structure)
    if made is None:
        return structure
    return None if made is MAP_TO_NONE else made


def lists_to_tuples(structure):
    """The structure with a tuple in the place of each list."""
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, False)


def map_shape_structure(func, structure):
    """As `map_structure`, where lists and tuples of sizes are leaves: shapes."""
    _require_function(func, "map_shape_structure")
    if isinstance(structure, (list, tuple)) and all(isinstance(dim, int) or dim is None for dim in structure):
        return func(tuple(structure))
    if not is_nested(structure):
        raise error("ArgumentError", f"map_shape_structure: expected shapes, got {structure!r}")
    return _like(structure, [map_shape_structure(func, value) for _, value in _entries(structure)])


def _require_function(func, op):
    if not callable(func):
        raise error("ArgumentError", f"{op}: func must be a function, got {func!r}")
