"""Elements of different sizes, filled up so that they can be stacked."""

from ..core.host import HostArray
from ..ops.arguments import shown
from ..platform.buffers import from_numbers, to_numbers
from ..platform.errors import error
from ..platform.numbers import is_list, is_string
from .elements import STRING, Item, Thing


class Padding:
    """shapes: of the leaves in order, None in the place of a size for the longest of a batch; None for all so.
    value: what fills up numbers, or texts; None, and the others, are filled up with 0 or "".
    """

    def __init__(self, shapes, value):
        self.shapes = None
        if shapes is not None:
            several = len(shapes) > 0 and is_list(shapes[0])
            self.shapes = [shape for shape in shapes] if several else [shapes]
        self.value = value

    def padded(self, items):
        """The Items with leaves of one shape each."""
        count = len(items[0].leaves)
        if self.shapes is not None and len(self.shapes) != count:
            raise error("ArgumentError", "padded_batch: padded_shapes must name " + str(count) + " shapes")
        sizes = [self._size_of(items, i) for i in range(count)]
        found = []
        for item in items:
            leaves = [
                item.leaves[i] if sizes[i] is None else self._filled(item.leaves[i], sizes[i])
                for i in range(count)
            ]
            found.append(Item(leaves, item.spec))
        return found

    def _size_of(self, items, place):
        """The common shape of a leaf; None where it has no shape, or the elements are not nested alike."""
        longest = None
        for item in items:
            if len(item.leaves) <= place or isinstance(item.leaves[place], Thing):
                return None
            shape = item.leaves[place].shape
            if longest is None:
                longest = [dim for dim in shape]
            if len(shape) != len(longest):
                return None
            longest = [max(longest[i], shape[i]) for i in range(len(shape))]
        if longest is None or self.shapes is None:
            return longest
        wanted = self.shapes[place]
        if len(wanted) != len(longest):
            raise error(
                "ShapeError",
                "padded_batch: an element has " + str(len(longest)) + " axes, not " + str(len(wanted)),
            )
        found = []
        for i in range(len(longest)):
            size = longest[i] if wanted[i] is None or wanted[i] == -1 else wanted[i]
            if longest[i] > size:
                raise error(
                    "ShapeError",
                    "padded_batch: an element of size " + str(longest[i]) + " is longer than " + shown(size),
                )
            found.append(size)
        return found

    def _filled(self, leaf, size):
        texts = leaf.dtype == STRING
        value = self.value
        if value is None or is_string(value) != texts:
            value = "" if texts else 0
        numbers = leaf.data if texts else to_numbers(leaf.data)
        made = []
        _copy(numbers, leaf.shape, size, 0, 0, value, made)
        return HostArray(made if texts else from_numbers(leaf.dtype, made), size, leaf.dtype)


def _copy(numbers, shape, size, axis, start, value, made):
    """Add the part of an array that begins at `start` along `axis`, filled up to a size."""
    if axis == len(size):
        made.append(numbers[start])
        return None
    width = 1
    for i in range(axis + 1, len(shape)):
        width = width * shape[i]
    more = 1
    for i in range(axis + 1, len(size)):
        more = more * size[i]
    for i in range(size[axis]):
        if i < shape[axis]:
            _copy(numbers, shape, size, axis + 1, start + i * width, value, made)
        else:
            for _j in range(more):
                made.append(value)
    return None
