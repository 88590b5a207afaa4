"""Values on the host: flat typed arrays with a shape and a dtype."""

from ..platform import buffers
from ..platform.errors import attempt, error, kind_of


class HostArray:
    """data: flat row-major typed array (see platform/buffers); shape: list of integers; dtype: name."""

    def __init__(self, data, shape, dtype):
        self.data = data
        self.shape = shape
        self.dtype = dtype


def host_array(value, dtype, op=None, argument=None):
    """A HostArray of what a user gave: number, nested list, typed array; dtype None infers it.

    op, argument: what an error names.
    """
    if isinstance(value, HostArray):
        if dtype is None or dtype == value.dtype:
            return value
        return HostArray(buffers.from_numbers(dtype, value.data), value.shape, dtype)
    made = attempt(lambda: buffers.from_user(value, dtype))
    if made[1] is not None:
        if kind_of(made[1]) is not None:
            raise made[1]
        wanted = "expected" if op is None else op + ": " + argument + " must be"
        raise error("DtypeError", wanted + " numbers in a regular (not ragged) nested list or array")
    return HostArray(made[0][0], made[0][1], made[0][2])


def own_host(value, dtype):
    """As `host_array`, but never the array of the user, who may use it for other numbers afterwards."""
    host = host_array(value, dtype)
    return HostArray(buffers.copy_of(host.data), host.shape, host.dtype)


def host_scalar(number, dtype):
    """A HostArray of rank 0."""
    return HostArray(buffers.from_numbers(dtype, [number]), [], dtype)


def host_numbers(host):
    """The elements as a list of numbers (bool as 0 and 1)."""
    return buffers.to_numbers(host.data)
