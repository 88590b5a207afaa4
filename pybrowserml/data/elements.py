"""Elements of a Dataset: nested tuples, lists and dicts, taken apart into leaves and put together for the user.

A leaf is a HostArray; texts are HostArrays of dtype "string", whose data is a list. What is neither numbers nor text (a
file, an image of the page) travels as a `Thing`. A list of nothing but numbers, or nothing but texts, that is regular
is one array; a tuple never is.
"""

from ..compiler.realise import read_tensor
from ..core.dtypes import promote
from ..core.graph import is_tensor
from ..core.host import HostArray, host_array
from ..core.lists import same_items
from ..core.opset.registry import to_tensor
from ..core.shapes import format_shape
from ..core.structure import unflatten
from ..core.variables import Variable
from ..platform.buffers import copy_of, from_numbers, is_array, set_at, subarray, to_user, zeros
from ..platform.errors import error
from ..platform.numbers import is_bool, is_dict, is_list, is_number, is_string
from ..platform.records import is_none, is_tuple, record_at, record_keys
from ..platform.reflection import class_name_of
from ..platform.streams import nested_texts, number_to_user, texts_to_user

STRING = "string"


class Thing:
    """A leaf that is neither numbers nor text."""

    def __init__(self, value):
        self.value = value


class Item:
    """One element: leaves, and the spec (as in core/structure) that tells how they are nested."""

    def __init__(self, leaves, spec):
        self.leaves = leaves
        self.spec = spec


def list_shape(items, kind):
    """The shape of a regular nested list that holds only numbers (kind "number") or only texts ("text"); else None."""
    if len(items) == 0:
        return None
    inner = None
    for i in range(len(items)):
        item = items[i]
        shape = []
        if is_list(item):
            shape = list_shape(item, kind)
        elif kind == "text" and not is_string(item) or kind == "number" and not _is_number(item):
            shape = None
        if shape is None or (inner is not None and not same_items(inner, shape)):
            return None
        inner = shape
    found = [len(items)]
    found.extend(inner)
    return found


def _is_number(value):
    return is_number(value) or is_bool(value)


def take_apart(tree, leaves):
    """The spec of a user's structure, whose leaves, as they were given, are added to `leaves`."""
    if is_none(tree):
        return ["none"]
    if is_array(tree) or is_tensor(tree) or isinstance(tree, Variable):
        leaves.append(tree)
        return ["leaf"]
    if is_dict(tree):
        keys = record_keys(tree)
        return ["dict", keys, [take_apart(record_at(tree, key), leaves) for key in keys]]
    if is_list(tree):
        if not is_tuple(tree) and (
            list_shape(tree, "number") is not None or list_shape(tree, "text") is not None
        ):
            leaves.append(tree)
            return ["leaf"]
        kind = "tuple" if is_tuple(tree) else "list"
        return [kind, [take_apart(part, leaves) for part in tree]]
    leaves.append(tree)
    return ["leaf"]


def leaf_of(value, own):
    """Generator → the leaf of a user's value. own: whether numbers are copied, so that the user may go on to write."""
    if isinstance(value, (HostArray, Thing)):
        return value
    if is_tensor(value) or isinstance(value, Variable):
        host = yield from read_tensor(to_tensor(value))
        return host
    texts = _texts_of(value)
    if texts is not None:
        return texts
    if _is_number(value) or is_list(value) or is_array(value):
        host = host_array(value, None)
        return HostArray(copy_of(host.data), host.shape, host.dtype) if own and is_array(value) else host
    return Thing(value)


def _texts_of(value):
    if is_string(value):
        return HostArray([value], [], STRING)
    if is_list(value):
        shape = list_shape(value, "text")
        if shape is None:
            return None
        flat = []
        _flatten(value, flat)
        return HostArray(flat, shape, STRING)
    found = nested_texts(value)
    return None if found is None else HostArray(found[0], found[1], STRING)


def _flatten(items, flat):
    for item in items:
        if is_list(item):
            _flatten(item, flat)
        else:
            flat.append(item)
    return None


def item_of(tree):
    """Generator → Item of what a user's function gave."""
    raw = []
    spec = take_apart(tree, raw)
    leaves = []
    for value in raw:
        leaf = yield from leaf_of(value, True)
        leaves.append(leaf)
    return Item(leaves, spec)


def user_leaf(leaf):
    """A leaf as users see it: NumPy arrays and scalars; in JavaScript {data, shape, dtype}, numbers and texts."""
    if isinstance(leaf, Thing):
        return leaf.value
    if leaf.dtype == STRING:
        return texts_to_user(leaf.data, leaf.shape)
    if len(leaf.shape) == 0:
        return number_to_user(leaf.data, leaf.dtype)
    return to_user(leaf.data, leaf.shape, leaf.dtype)


def user_value(item):
    """The structure that users see."""
    return unflatten(item.spec, [user_leaf(leaf) for leaf in item.leaves])


def parts_for_call(item):
    """What a user's function gets: the parts of a tuple or list one by one, else the element."""
    value = user_value(item)
    if item.spec[0] == "tuple" or item.spec[0] == "list":
        return [part for part in value]
    return [value]


def same_spec(a, b):
    """Whether two elements are nested alike."""
    if a is b:
        return True
    if len(a) != len(b) or a[0] != b[0]:
        return False
    if a[0] == "leaf" or a[0] == "none":
        return True
    parts = a[len(a) - 1]
    others = b[len(b) - 1]
    if len(parts) != len(others):
        return False
    for i in range(len(parts)):
        if a[0] == "dict" and a[1][i] != b[1][i] or not same_spec(parts[i], others[i]):
            return False
    return True


def leaf_names(spec):
    """How messages call the leaves: "" of a lone one, "[0]['age']" of a nested one."""
    found = []
    _name_leaves(spec, "", found)
    return found


def _name_leaves(spec, path, found):
    if spec[0] == "leaf":
        found.append(path)
    elif spec[0] == "dict":
        for i in range(len(spec[1])):
            _name_leaves(spec[2][i], path + "['" + spec[1][i] + "']", found)
    elif spec[0] == "list" or spec[0] == "tuple":
        for i in range(len(spec[1])):
            _name_leaves(spec[1][i], path + "[" + str(i) + "]", found)
    return None


def stack_items(items, op):
    """One Item of many: each leaf gets a new first axis. op: who asks, for messages."""
    first = items[0]
    for item in items:
        if not same_spec(first.spec, item.spec):
            raise error("ShapeError", op + ": the elements are not nested alike")
    names = leaf_names(first.spec)
    leaves = []
    for i in range(len(first.leaves)):
        leaves.append(_stack([item.leaves[i] for item in items], op, names[i]))
    return Item(leaves, first.spec)


def _stack(parts, op, label):
    first = parts[0]
    dtype = None
    for i in range(len(parts)):
        part = parts[i]
        if isinstance(part, Thing):
            raise error(
                "DtypeError",
                op
                + ": "
                + label
                + " must be numbers or texts to be stacked, got "
                + class_name_of(part.value),
            )
        if not same_items(part.shape, first.shape):
            raise error(
                "ShapeError",
                op
                + ": elements"
                + label
                + " must all have one shape, got "
                + format_shape(first.shape)
                + " and "
                + format_shape(part.shape),
            )
        if dtype is None or dtype == part.dtype:
            dtype = part.dtype
        elif dtype == STRING or part.dtype == STRING:
            raise error("DtypeError", op + ": some elements" + label + " are texts and others numbers")
        else:
            dtype = promote(dtype, part.dtype)
    shape = [len(parts)]
    shape.extend(first.shape)
    if dtype == STRING:
        texts = []
        for part in parts:
            texts.extend(part.data)
        return HostArray(texts, shape, STRING)
    if len(first.shape) == 0:
        return HostArray(from_numbers(dtype, [part.data[0] for part in parts]), shape, dtype)
    width = len(first.data)
    data = zeros(dtype, width * len(parts))
    for i in range(len(parts)):
        part = parts[i]
        set_at(data, part.data if part.dtype == dtype else from_numbers(dtype, part.data), i * width)
    return HostArray(data, shape, dtype)


def row_count(item, op):
    """The common size of the first axes of all leaves."""
    return common_rows(
        [None if isinstance(leaf, Thing) else leaf.shape for leaf in item.leaves], item.spec, op
    )


def common_rows(shapes, spec, op):
    """The common first size of the shapes of all leaves (None: a leaf without shape); raises ShapeError else."""
    names = leaf_names(spec)
    count = None
    parts = []
    same = True
    for i in range(len(shapes)):
        label = "the data" + names[i]
        if shapes[i] is None or len(shapes[i]) == 0:
            raise error("ShapeError", op + ": " + label + " must have a first axis to be cut along")
        rows = shapes[i][0]
        parts.append(label + " has " + str(rows))
        same = same and (count is None or count == rows)
        count = rows
    if not same:
        raise error("ShapeError", op + ": all parts must have as many rows; " + ", ".join(parts))
    return 0 if count is None else count


def row_item(item, row):
    """Row `row` of each leaf, without copying."""
    leaves = []
    for leaf in item.leaves:
        shape = leaf.shape[1 : len(leaf.shape)]
        width = 1
        for dim in shape:
            width = width * dim
        start = row * width
        if leaf.dtype == STRING:
            leaves.append(HostArray(leaf.data[start : start + width], shape, STRING))
        else:
            leaves.append(HostArray(subarray(leaf.data, start, start + width), shape, leaf.dtype))
    return Item(leaves, item.spec)
