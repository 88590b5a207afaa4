"""Checks of arguments; messages name the argument, what was expected and what came."""

from ..core.dims import is_symbolic
from ..core.graph import is_tensor
from ..core.opset.plain import plain
from ..core.opset.registry import as_float, pair
from ..core.shapes import broadcast_shapes
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, is_string, is_whole, show, to_int


def shown(value):
    """An argument as it stands in a message."""
    if value is None:
        return "None"
    if is_string(value):
        return "'" + value + "'"
    if is_number(value):
        return show(value)
    if is_list(value):
        return "[" + ", ".join([shown(item) for item in value]) + "]"
    return str(value)


def require_whole(value, least, argument):
    """The integer that a number or an array of one stands for; raises ArgumentError unless it is one and >= least."""
    value = plain(value)
    if not is_whole(value) or value < least:
        raise error(
            "ArgumentError", argument + " must be an integer >= " + str(least) + ", got " + shown(value)
        )
    return to_int(value)


def require_choice(value, choices, argument):
    """The text itself; raises ArgumentError unless it is among the choices."""
    if not is_string(value) or value not in choices:
        raise error(
            "ArgumentError",
            argument
            + " must be one of "
            + ", ".join(["'" + choice + "'" for choice in choices])
            + ", got "
            + shown(value),
        )
    return value


def require_broadcast(op, operands):
    """Raises ShapeError unless the tensors among the operands broadcast; what else is there is left out."""
    shape = []
    for operand in operands:
        if is_tensor(operand):
            shape = broadcast_shapes(shape, operand.shape, op)
    return None


def require_shape(shape, op):
    """The shape itself; raises ArgumentError unless its sizes are integers >= 0 or symbolic."""
    for dim in shape:
        if not is_symbolic(dim) and (not is_whole(dim) or dim < 0):
            raise error("ArgumentError", op + ": shape must hold integers >= 0, got " + shown(shape))
    return shape


def pair_of(value, least, argument):
    """[height, width] of one integer or two."""
    value = plain(value)
    if is_whole(value):
        value = require_whole(value, least, argument)
        return [value, value]
    if not is_list(value) or len(value) != 2:
        raise error("ArgumentError", argument + " must be an integer or a pair of them, got " + shown(value))
    return [require_whole(value[0], least, argument), require_whole(value[1], least, argument)]


def data_format_of(value, argument="data_format"):
    """ "channels_last" (the default, of None) or "channels_first"."""
    if value is None:
        return "channels_last"
    return require_choice(value, ["channels_last", "channels_first"], argument)


def per_axis(value, count, least, argument):
    """One integer for each of `count` axes, of one integer or a list of them."""
    value = plain(value)
    if is_whole(value):
        value = require_whole(value, least, argument)
        return [value for i in range(count)]
    if not is_list(value) or len(value) != count:
        raise error(
            "ArgumentError",
            argument + " must be an integer or a list of " + str(count) + ", got " + shown(value),
        )
    return [require_whole(item, least, argument) for item in value]


def two_tensors(a, b, op):
    """Two operands of one dtype; raises ShapeError, in the name of the op, unless their shapes broadcast."""
    operands = pair(a, b, op)
    broadcast_shapes(operands[0].shape, operands[1].shape, op)
    return operands


def two_floats(a, b, op):
    """As `two_tensors`, of one float dtype."""
    operands = two_tensors(a, b, op)
    return [as_float(operands[0]), as_float(operands[1])]
