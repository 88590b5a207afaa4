"""Variables of optimizers, and changes of variables that depend on a number."""

from ..core.host import HostArray
from ..core.opset.binary import where
from ..core.shapes import copy_shape
from ..core.variables import state_variable
from ..ops.arguments import shown
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.numbers import is_string, is_whole


def only_if(condition, variables, change):
    """Call `change()`, and keep the new values of variables where `condition`, a bool scalar tensor, is true."""
    before = [variable.value for variable in variables]
    change()
    for i in range(len(variables)):
        now = variables[i].value
        if now is not before[i]:
            variables[i].assign(where(condition, now, before[i]))
    return None


def require_steps(value, least, argument):
    """Refuse what is neither None nor a whole number of at least `least`."""
    if value is not None and (not is_whole(value) or value < least):
        raise error(
            "ArgumentError",
            argument + " must be a whole number of at least " + str(least) + ", got " + shown(value),
        )
    return None


def first_value(initializer):
    """The number that a variable starts with: of "zeros", "ones" or a number."""
    if is_string(initializer):
        if initializer not in ["zeros", "ones"]:
            raise error(
                "ArgumentError",
                "a variable of an optimizer starts with zeros, ones or a number, got " + shown(initializer),
            )
        return 0.0 if initializer == "zeros" else 1.0
    return initializer


def filled_variable(path, shape, number):
    """A float32 Variable full of one number."""
    count = 1
    for dim in shape:
        count = count * dim
    data = from_numbers("float32", [number for i in range(count)])
    return state_variable(HostArray(data, copy_shape(shape), "float32"), "float32", False, path)
