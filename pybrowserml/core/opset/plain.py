"""Numbers and lists of what stands for them: arguments such as sizes, axes and counts may be arrays too."""

from typing import Any

from ...platform.buffers import from_user, is_array, to_nested
from ...platform.numbers import is_bool, is_list, is_number
from ..graph import is_tensor


def plain(value) -> Any:
    """Arrays, and tensors made of numbers, as numbers and nested lists; all else stays what it is.

    A tensor that has to be computed is no number: nothing is read back for an argument.
    """
    if is_tensor(value):
        if value.node.op != "constant":
            return value
        host = value.node.attrs["data"]
        return to_nested(host.data, host.shape)
    if value is None or is_number(value) or is_bool(value) or is_list(value) or not is_array(value):
        return value
    made = from_user(value, None)
    return to_nested(made[0], made[1])
