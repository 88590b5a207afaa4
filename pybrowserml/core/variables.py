"""Variables: named state with a version, whose value lives in a slot of the store."""

from ..platform.errors import error
from ..platform.records import as_tuple
from .dims import is_symbolic
from .graph import STATE, assign_variable, constant, current_trace, make_node, read_variable
from .host import HostArray, host_array, own_host
from .operands import Operands
from .shapes import format_shape, same_shape


class Slot:
    """The place of one variable: on the host, or in the memory of one engine, at a version.

    host: HostArray or None; buffer: Buffer or None; exactly one of them holds the value. For engines that may lose
    their memory (backends/journal): saved: a copy on the host of `saved_version`; known: the version to which the
    journal leads; uses: entries of the journal that name the slot.
    """

    def __init__(self, host):
        self.shape = host.shape
        self.dtype = host.dtype
        self.host = host
        self.buffer = None
        self.version = 0
        self.saved = None
        self.saved_version = -1
        self.known = -1
        self.uses = 0

    def is_saved(self):
        """Whether the copy on the host is that of the present version."""
        return self.saved is not None and self.saved_version == self.version

    def take_host(self, host):
        """Set the value from the host."""
        self.give_back()
        self.host = host
        self.version = self.version + 1
        return None

    def give_back(self):
        """Give back what the slot holds on an engine, and copies that nobody needs any more."""
        if self.buffer is not None:
            self.buffer.backend.release(self.buffer)
            self.buffer = None
        if self.uses == 0:
            self.saved = None
        return None


class Variable(Operands):
    """State that training or use changes.

    value: HostArray or what `host_array` takes. path: name such as "dense/kernel". trainable: whether optimizers
    update it. constraint: applied by optimizers after an update, or None.
    """

    def __init__(self, value, dtype=None, trainable=True, path="variable", constraint=None):
        host = value if isinstance(value, HostArray) else own_host(value, dtype)
        self.shape = as_tuple(host.shape)
        self.dtype = host.dtype
        self.trainable = trainable
        self.path = path
        self.constraint = constraint
        self.slot = Slot(host)

    @property
    def name(self):
        """The last part of the path, such as "kernel"."""
        parts = self.path.split("/")
        return parts[len(parts) - 1]

    @property
    def value(self):
        """The present value as a tensor; inside a traced function, after the assignments made so far."""
        return read_variable(self)

    def assign(self, value):
        """Give the variable a new value: a tensor, or host data of its shape."""
        if hasattr(value, "node"):
            assign_variable(self, value)
        elif current_trace() is not None:
            assign_variable(self, constant(host_array(value, self.dtype)))
        else:
            self.set_host(own_host(value, self.dtype))
        return None

    def assign_add(self, value):
        """Add a tensor, or host data of the variable's shape, to its value."""
        return self._change("add", value)

    def assign_sub(self, value):
        """Subtract a tensor, or host data of the variable's shape, from its value."""
        return self._change("subtract", value)

    def _change(self, op, value):
        other = value if hasattr(value, "node") else constant(host_array(value, self.dtype))
        if other.dtype != self.dtype or not _reaches(other.shape, self.shape):
            raise error(
                "ShapeError" if other.dtype == self.dtype else "DtypeError",
                "the variable '"
                + self.path
                + "' of shape "
                + format_shape(self.shape)
                + " and dtype "
                + self.dtype
                + " cannot take a change of shape "
                + format_shape(other.shape)
                + " and dtype "
                + other.dtype,
            )
        outputs = [[[dim for dim in self.shape], self.dtype]]
        assign_variable(self, make_node(op, [self.value, other], {}, outputs)[0])
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
        if STATE.on_overwrite is not None:
            STATE.on_overwrite(self)
        self.slot.take_host(host)

    def __repr__(self):
        return "Variable(" + self.path + ", shape=" + format_shape(self.shape) + ", dtype=" + self.dtype + ")"


def _reaches(shape, wanted):
    """Whether a shape broadcasts to another without changing that."""
    lead = len(wanted) - len(shape)
    if lead < 0:
        return False
    for i in range(len(shape)):
        if is_symbolic(shape[i]) or (shape[i] != 1 and shape[i] != wanted[lead + i]):
            return False
    return True


def fetch_host(variable):
    """Generator → HostArray of a variable's present value."""
    hosts = yield from fetch_hosts([variable])
    return hosts[0]


def fetch_hosts(variables):
    """Generator → HostArrays of the present values, all of one moment between two runs of their engine."""
    ticket = None
    backend = _engine_of(variables)
    if backend is not None:
        ticket = yield backend.lock.acquire()
    hosts = []
    try:
        for variable in variables:
            slot = variable.slot
            if slot.buffer is None:
                hosts.append(slot.host)
            else:
                host = yield from slot.buffer.backend.read_slot(slot, backend)
                hosts.append(host)
    finally:
        if backend is not None:
            backend.lock.release(ticket)
    return hosts


def store_hosts(variables, hosts):
    """Generator: give variables values from the host, all between two runs of their engine."""
    ticket = None
    backend = _engine_of(variables)
    if backend is not None:
        ticket = yield backend.lock.acquire()
    try:
        for i in range(len(variables)):
            variables[i].set_host(hosts[i])
    finally:
        if backend is not None:
            backend.lock.release(ticket)
    return None


def _engine_of(variables):
    """The engine that holds the first of the variables that is on one, else None."""
    for variable in variables:
        if variable.slot.buffer is not None:
            return variable.slot.buffer.backend
    return None
