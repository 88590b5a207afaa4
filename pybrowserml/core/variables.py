"""Variables: named state with a version, whose value lives in a slot of the store."""

from ..platform.errors import error
from .graph import assign_variable, read_variable
from .host import HostArray, host_array
from .shapes import format_shape, same_shape


class Slot:
    """The place of one variable: on the host, or in the memory of one engine, at a version.

    host: HostArray or None; buffer: Buffer or None; exactly one of them holds the value.
    """

    def __init__(self, host):
        self.shape = host.shape
        self.dtype = host.dtype
        self.host = host
        self.buffer = None
        self.version = 0


class Variable:
    """State that training or use changes.

    value: HostArray or what `host_array` takes. path: name such as "dense/kernel". trainable: whether optimizers
    update it. constraint: applied by optimizers after an update, or None.
    """

    def __init__(self, value, dtype=None, trainable=True, path="variable"):
        host = value if isinstance(value, HostArray) else host_array(value, dtype)
        self.shape = host.shape
        self.dtype = host.dtype
        self.trainable = trainable
        self.path = path
        self.constraint = None
        self.slot = Slot(host)

    def value(self):
        """The present value as a tensor; inside a traced function, after the assignments made so far."""
        return read_variable(self)

    def assign(self, value):
        """Give the variable a new value: a tensor, or host data of its shape."""
        if hasattr(value, "node"):
            assign_variable(self, value)
        else:
            self.set_host(host_array(value, self.dtype))
        return None

    def set_host(self, host):
        """Replace the value from the host at once."""
        if not same_shape(host.shape, self.shape):
            raise error(
                "ShapeError",
                "the variable '"
                + self.path
                + "' has shape "
                + format_shape(self.shape)
                + ", got a value of shape "
                + format_shape(host.shape),
            )
        if self.slot.buffer is not None:
            self.slot.buffer.backend.release(self.slot.buffer)
            self.slot.buffer = None
        self.slot.host = host
        self.slot.version = self.slot.version + 1

    def __repr__(self):
        return "Variable(" + self.path + ", shape=" + format_shape(self.shape) + ", dtype=" + self.dtype + ")"


def fetch_host(variable):
    """Generator → HostArray of a variable's present value."""
    slot = variable.slot
    if slot.buffer is not None:
        host = yield from slot.buffer.backend.read(slot.buffer)
        return host
    return slot.host
