"""Texts and numbers that users give as nested lists or arrays: taken apart, mapped one by one, put together."""

from ...compiler.realise import read_tensor
from ...core.graph import is_tensor
from ...core.host import HostArray, host_array, host_numbers
from ...core.opset.registry import to_tensor
from ...core.shapes import format_shape
from ...platform.buffers import from_numbers, is_array
from ...platform.errors import error
from ...platform.numbers import is_list, is_string
from ...platform.streams import nested_texts
from ...platform.tasks import drive_sync


class Tokens:
    """items: texts or numbers in row-major order; shape: of the nested lists that they came in; dtype: of an array."""

    def __init__(self, items, shape, dtype=None):
        self.items = items
        self.shape = shape
        self.dtype = dtype

    def rows(self):
        """The items of each row, where there are rows; all items as one row else."""
        if len(self.shape) < 2:
            return [self.items]
        width = len(self.items) // self.shape[0] if self.shape[0] > 0 else 0
        return [self.items[i * width : (i + 1) * width] for i in range(self.shape[0])]


def tokens_of(value):
    """The Tokens of a text, a number, nested lists or an array of them. Raises ShapeError for ragged lists."""
    if is_tensor(value):
        if value.node.symbolic:
            raise error(
                "ArgumentError",
                "texts and tokens are not known while a function is recorded: call it before, or in Dataset.map",
            )
        value = drive_sync(read_tensor(value))
    if isinstance(value, HostArray) and value.dtype == "string":
        return Tokens(value.data, value.shape)
    if is_string(value):
        return Tokens([value], [])
    found = nested_texts(value)
    if found is not None:
        return Tokens(found[0], found[1])
    if is_array(value) or not is_list(value):
        host = host_array(value, None)
        return Tokens(host_numbers(host), [dim for dim in host.shape], host.dtype)
    items = []
    return Tokens(items, _walk(value, items))


def texts_of(value):
    """The Tokens of data that holds texts, else None."""
    if isinstance(value, HostArray):
        return Tokens(value.data, value.shape) if value.dtype == "string" else None
    if is_tensor(value):
        return None
    if nested_texts(value) is not None or is_string(value):
        return tokens_of(value)
    first = value
    while is_list(first) and len(first) > 0:
        first = first[0]
    return tokens_of(value) if is_string(first) else None


def _walk(value, items):
    if not is_list(value):
        items.append(value)
        return []
    shape = None
    for part in value:
        inner = _walk(part, items)
        if shape is not None and format_shape(shape) != format_shape(inner):
            raise error("ShapeError", "the nested lists are ragged: all must have the same lengths")
        shape = inner
    found = [len(value)]
    found.extend([] if shape is None else shape)
    return found


def tensor_of(numbers, shape):
    """An int32 tensor."""
    return to_tensor(HostArray(from_numbers("int32", numbers), [dim for dim in shape], "int32"))


def nested(items, shape):
    """Items as nested lists of a shape."""
    if len(shape) == 0:
        return items[0]
    width = len(items) // shape[0] if shape[0] > 0 else 0
    inner = shape[1 : len(shape)]
    return [nested(items[i * width : (i + 1) * width], inner) for i in range(shape[0])]
