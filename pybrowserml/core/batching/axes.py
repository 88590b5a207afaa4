"""What batching rules share: axes, attributes, rows folded into one axis."""

from ..dims import dim_mul
from ..opset.movement import reshape, transpose
from ..opset.registry import record, scalar
from ..shapes import copy_shape


def front(size, shape):
    result = [size]
    result.extend(shape)
    return result


def inner(x):
    """The shape of one element."""
    return copy_shape(x.shape[1 : len(x.shape)])


def with_attr(attrs, key, value):
    made = {}
    for other in attrs.keys():
        made[other] = attrs[other]
    made[key] = value
    return made


def aligned(x, mapped, rank):
    """x of which one element has the given rank, by axes of 1."""
    if not mapped or len(x.shape) - 1 >= rank:
        return x
    shape = [x.shape[0]]
    for _axis in range(rank - len(x.shape) + 1):
        shape.append(1)
    shape.extend(inner(x))
    return reshape(x, shape)


def moved(x, source, target):
    """x with one axis at another place."""
    perm = [i for i in range(len(x.shape)) if i != source]
    perm.insert(target, source)
    return transpose(x, perm)


def all_raised(inputs, mapped, batch):
    return [batch.raised(inputs[i], mapped[i]) for i in range(len(inputs))]


def fold_rows(x):
    shape = [dim_mul(x.shape[0], x.shape[1])]
    shape.extend(x.shape[2 : len(x.shape)])
    return reshape(x, shape)


def unfolded(results, rows, batch):
    found = []
    for y in results:
        shape = [batch.size, rows]
        shape.extend(inner(y))
        found.append(reshape(y, shape))
    return found


def stand_in(shape, dtype):
    """A tensor of zeros of its own, for which another is put when a graph is batched or transposed."""
    zero = scalar(0, dtype)
    return record("broadcast_to", [zero], {"shape": copy_shape(shape)})[0]
