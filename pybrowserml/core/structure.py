"""Nested structures of tensors: lists, tuples and dicts, taken apart into a list of leaves and put together again.

A list of nothing but numbers (nested or not) is an array, so a leaf, not a structure of scalars. None holds no leaf.
"""

from typing import Any

from ..platform.errors import error
from ..platform.numbers import is_bool, is_dict, is_list, is_number, is_string
from ..platform.records import as_tuple, is_none, is_tuple, new_record, record_at, record_has, record_keys

# What a structure is, as JSON: ["leaf"], ["none"], ["static", value], ["list", specs], ["tuple", specs],
# ["dict", keys, specs].


class Fixed:
    """What belongs to a structure of results as it is, whatever it may be."""

    def __init__(self, value):
        self.value = value


def flatten(tree, statics):
    """[leaves, spec] of a structure.

    statics: whether texts and booleans belong to the structure (True), or are leaves as any other thing.
    """
    leaves = []
    return [leaves, _take_apart(tree, statics, leaves)]


def flatten_all(items, statics):
    """[leaves, spec] of a list of arguments, which is a list even where it holds only numbers."""
    leaves = []
    return [leaves, ["list", [_take_apart(item, statics, leaves) for item in items]]]


def _take_apart(tree, statics, leaves):
    if is_none(tree):
        return ["none"]
    if statics and (is_string(tree) or is_bool(tree)):
        return ["static", tree]
    if isinstance(tree, Fixed):
        return ["static", tree.value]
    if is_dict(tree):
        keys = record_keys(tree)
        _require_texts(keys)
        return ["dict", keys, [_take_apart(record_at(tree, key), statics, leaves) for key in keys]]
    if is_list(tree) and not is_array_like(tree):
        kind = "tuple" if is_tuple(tree) else "list"
        return [kind, [_take_apart(item, statics, leaves) for item in tree]]
    leaves.append(tree)
    return ["leaf"]


def _require_texts(keys):
    for key in keys:
        if not is_string(key):
            raise error("ArgumentError", "a dict of tensors must have texts as keys, got " + str(key))
    return None


def is_array_like(items):
    """True for a list, not empty, that holds only numbers, booleans and such lists."""
    if len(items) == 0:
        return False
    for item in items:
        if is_list(item):
            if not is_array_like(item):
                return False
        elif not is_number(item) and not is_bool(item):
            return False
    return True


class _Cursor:
    def __init__(self, leaves):
        self.leaves = leaves
        self.place = 0

    def take(self):
        leaf = self.leaves[self.place]
        self.place = self.place + 1
        return leaf


def unflatten(spec, leaves) -> Any:
    """The structure of a spec with these leaves."""
    return _put_together(spec, _Cursor(leaves))


def _put_together(spec, cursor):
    kind = spec[0]
    if kind == "leaf":
        return cursor.take()
    if kind == "none":
        return None
    if kind == "static":
        return spec[1]
    if kind == "dict":
        return new_record(spec[1], [_put_together(part, cursor) for part in spec[2]])
    made = [_put_together(part, cursor) for part in spec[1]]
    return as_tuple(made) if kind == "tuple" else made


def leaf_count(spec):
    """How many leaves a structure of this spec has."""
    if spec[0] == "leaf":
        return 1
    count = 0
    for part in parts_of(spec):
        count = count + leaf_count(part)
    return count


def parts_of(spec):
    """The specs of what a list, tuple or dict holds."""
    if spec[0] == "dict":
        return spec[2]
    return spec[1] if spec[0] == "list" or spec[0] == "tuple" else []


def flatten_like(tree, spec, label):
    """The leaves of a structure that must have the form of a spec; None stands for a missing leaf.

    label: what the structure is, for messages: "jvp: the tangents".
    """
    leaves = []
    _follow(tree, spec, label, False, leaves)
    return leaves


def flatten_prefix(tree, spec, label):
    """As `flatten_like`, but where the tree has a number or None for a whole structure, each leaf of it gets that."""
    leaves = []
    _follow(tree, spec, label, True, leaves)
    return leaves


def _follow(tree, spec, label, prefix, leaves):
    kind = spec[0]
    if kind == "none" or kind == "static":
        return None
    if kind == "leaf":
        leaves.append(None if is_none(tree) else tree)
        return None
    if is_none(tree) or prefix and is_number(tree):
        for _leaf in range(leaf_count(spec)):
            leaves.append(None if is_none(tree) else tree)
        return None
    parts = parts_of(spec)
    if kind == "dict":
        fits = is_dict(tree) and len(record_keys(tree)) == len(parts)
        if fits:
            for key in spec[1]:
                fits = fits and record_has(tree, key)
    else:
        fits = is_list(tree) and len(tree) == len(parts)
    if not fits:
        raise error("ArgumentError", label + " must have the structure " + spec_text(spec))
    for i in range(len(parts)):
        part = record_at(tree, spec[1][i]) if kind == "dict" else tree[i]
        _follow(part, parts[i], label, prefix, leaves)
    return None


def spec_text(spec):
    """A spec as it stands in a message: {w: *, b: [*, *]}."""
    kind = spec[0]
    if kind == "leaf":
        return "*"
    if kind == "none":
        return "None"
    if kind == "static":
        return str(spec[1])
    texts = [spec_text(part) for part in parts_of(spec)]
    if kind == "dict":
        return "{" + ", ".join([spec[1][i] + ": " + texts[i] for i in range(len(texts))]) + "}"
    return "[" + ", ".join(texts) + "]"
