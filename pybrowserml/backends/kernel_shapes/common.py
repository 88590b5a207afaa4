"""What the shape rules of kernels have in common.

A rule takes (params, input shapes, output shapes), all integers, and returns None, or what is wrong: what
docs/architecture.md says of a kernel, as a check of plans from files. An output shape may be None.
"""

from ...core.lists import same_items
from ...platform.numbers import is_list, is_whole


def joined(a, b):
    made = [dim for dim in a]
    made.extend(b)
    return made


def is_whole_list(value, count, least):
    """True for a list of `count` whole numbers of at least `least`."""
    if not is_list(value) or len(value) != count:
        return False
    for item in value:
        if not is_whole(item) or item < least:
            return False
    return True


def fits_into(shape, target):
    """Whether a shape broadcasts to a target."""
    lead = len(target) - len(shape)
    if lead < 0:
        return False
    for i in range(len(shape)):
        if shape[i] != 1 and shape[i] != target[i + lead]:
            return False
    return True


def _wrong(expected, got):
    parts = []
    for shape in [expected, got]:
        parts.append("(" + ", ".join([str(dim) for dim in shape]) + ")")
    return "makes the shape " + parts[0] + ", but its output has " + parts[1]


def expect(expected, output):
    if output is None or same_items(expected, output):
        return None
    return _wrong(expected, output)


def first_of(outputs):
    for shape in outputs:
        if shape is not None:
            return shape
    return []


def operands_fit(inputs, shape):
    for operand in inputs:
        if not fits_into(operand, shape):
            return "has an operand that does not broadcast to its output"
    return None


def epilogue_fits(inputs, outputs):
    return operands_fit(inputs[2 : len(inputs)], outputs[0])


def are_distinct_axes(axes, rank):
    if not is_list(axes):
        return False
    for i in range(len(axes)):
        if not is_whole(axes[i]) or axes[i] < 0 or axes[i] >= rank:
            return False
        if i > 0 and axes[i] <= axes[i - 1]:
            return False
    return True
