"""Variables: named state with a version, whose value lives in a slot."""

from typing import Any

from ..platform.buffers import is_array, zeros
from ..platform.errors import error
from ..platform.numbers import is_dict, is_function, is_string, is_whole
from ..platform.records import as_tuple
from .context import current_path
from .dims import is_symbolic
from .dtypes import check_dtype
from .graph import (
    STATE,
    assign_variable,
    constant,
    current_overlay,
    current_trace,
    is_tensor,
    outside_of_traces,
    read_variable,
)
from .host import HostArray, host_array, own_host
from .naming import automatic_name
from .operands import Operands
from .opset.registry import pair, record, with_dtype
from .shapes import copy_shape, format_shape, same_shape
from .slots import Slot

AGGREGATIONS = ["none", "mean", "sum", "only_first_replica"]
SYNCHRONIZATIONS = ["none", "on_read", "on_write", "auto"]


class _Hooks:
    """What the room of initializers installs: `initializer_of(name or configuration)` → an initializer."""

    def __init__(self):
        self.initializer_of: Any = None


HOOKS = _Hooks()


class Variable(Operands):
    """State that training or use changes.

    initializer: the first value (a number, a nested list, an array, a tensor), or what makes one for a shape: the name
    of an initializer, an initializer, or a function (shape, dtype). shape: of what an initializer makes. dtype: that of
    the value by default, float32 for an initializer. trainable: whether optimizers update it. name: without "/";
    "variable", "variable_1", ... by default. path: name such as "dense/kernel"; by default the name, inside of the
    layer that is being built or called. constraint: applied by optimizers after an update, or None; regularizer, an
    attribute: its penalty on the value is added to the loss of the layer that owns the variable.

    autocast, aggregation and synchronization are checked and kept for Keras's sake: nothing is cast, and there is one
    device. For the same reason layout can only be None.
    """

    def __init__(
        self,
        initializer,
        shape=None,
        dtype=None,
        trainable=True,
        autocast=True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name=None,
        layout=None,
        path=None,
        constraint=None,
    ):
        if name is not None and (not is_string(name) or name == "" or "/" in name):
            raise error("ArgumentError", "Variable: name must be a text without '/', got " + _shown(name))
        if layout is not None:
            raise error("ArgumentError", "Variable: layout must be None, for there is one device")
        self.aggregation = _choice(aggregation, AGGREGATIONS, "aggregation")
        self.synchronization = _choice(synchronization, SYNCHRONIZATIONS, "synchronization")
        self.autocast = autocast
        self.trainable = trainable
        self.constraint: Any = constraint
        # Whether optimizers put the gradient in the place of the value.
        self.overwrite_with_gradient = False
        self.regularizer: Any = None
        self.path = _path_of(name) if path is None else path
        first = _first_value(initializer, shape, dtype)
        host = _host_of(first, dtype)
        self.shape = as_tuple(host.shape)
        self.dtype = host.dtype
        self.slot = Slot(host)
        if is_tensor(first):
            outside_of_traces(lambda: self.assign(first))

    @property
    def name(self):
        """The last part of the path, such as "kernel"."""
        parts = self.path.split("/")
        return parts[len(parts) - 1]

    @property
    def ndim(self):
        """The number of axes."""
        return len(self.shape)

    @property
    def value(self):
        """The present value as a tensor; inside a traced function, after the assignments made so far."""
        return read_variable(self)

    def assign(self, value):
        """Give the variable a new value: a tensor or Variable, which is cast to its dtype, or host data of its shape.

        Returns the new value as a tensor.
        """
        if hasattr(value, "slot"):
            value = value.value
        if hasattr(value, "node"):
            value = with_dtype(value, self.dtype)
            assign_variable(self, value)
            return value
        if current_trace() is not None or current_overlay() is not None:
            value = constant(host_array(value, self.dtype))
            assign_variable(self, value)
            return value
        host = own_host(value, self.dtype)
        self.set_host(host)
        return constant(host)

    def assign_add(self, value):
        """Add a tensor, or host data of the variable's shape, to its value. Returns the new value."""
        return self._change("add", value)

    def assign_sub(self, value):
        """Subtract a tensor, or host data of the variable's shape, from its value. Returns the new value."""
        return self._change("subtract", value)

    def _change(self, op, value):
        operands = pair(self.value, value, op)
        if not _reaches(operands[1].shape, self.shape):
            raise error(
                "ShapeError",
                "the variable '"
                + self.path
                + "' of shape "
                + format_shape(self.shape)
                + " cannot take a change of shape "
                + format_shape(operands[1].shape),
            )
        return self.assign(record(op, operands, {})[0])

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


def state_variable(value, dtype, trainable, path, constraint=None):
    """A Variable with a path of its own, by place: what the library makes of weights, slots and counters."""
    return Variable(value, None, dtype, trainable, True, "none", "auto", None, None, path, constraint)


def _path_of(name):
    around = current_path()
    own = automatic_name("Variable") if name is None else name
    return own if around == "" else around + "/" + own


def _choice(value, known, argument):
    """One of the known values; None is "none"."""
    if value is None:
        return "none"
    if value not in known:
        raise error(
            "ArgumentError",
            "Variable: " + argument + " must be one of " + ", ".join(known) + ", got " + _shown(value),
        )
    return value


def _shown(value):
    return "'" + value + "'" if is_string(value) else "a value of another type"


def _first_value(initializer, shape, dtype):
    """The first value: what was given, or what an initializer or function makes of shape and dtype."""
    if is_array(initializer):
        # In JavaScript also {data, shape}, which is no configuration.
        return initializer
    if is_string(initializer) or is_dict(initializer):
        if HOOKS.initializer_of is None:
            raise error("ArgumentError", "Variable: there are no initializers by name here")
        initializer = HOOKS.initializer_of(initializer)
    if hasattr(initializer, "slot"):
        return initializer.value
    makes = hasattr(initializer, "make")
    if not makes and not is_function(initializer):
        return initializer
    if shape is None:
        raise error("ArgumentError", "Variable: an initializer needs a shape")
    sizes = [size for size in shape]
    for size in sizes:
        if is_symbolic(size) or not is_whole(size) or size < 0:
            raise error(
                "ShapeError", "Variable: the sizes of its shape must be known, got " + format_shape(sizes)
            )
    kind = "float32" if dtype is None else check_dtype(dtype, "Variable")
    return initializer.make(sizes, kind) if makes else initializer(sizes, kind)


def _host_of(given, dtype):
    """What a first value is on the host; zeros for a tensor that is assigned afterwards."""
    kind = None if dtype is None else check_dtype(dtype, "Variable")
    if not is_tensor(given):
        return (
            given if isinstance(given, HostArray) and kind in [None, given.dtype] else own_host(given, kind)
        )
    if given.node.symbolic:
        raise error("ArgumentError", "Variable: its first value must not depend on a function's inputs")
    count = 1
    for size in given.shape:
        count = count * size
    kind = given.dtype if kind is None else kind
    return HostArray(zeros(kind, count), copy_shape(given.shape), kind)


def _reaches(shape, wanted):
    """Whether a shape broadcasts to another without changing that."""
    lead = len(wanted) - len(shape)
    if lead < 0:
        return False
    for i in range(len(shape)):
        if is_symbolic(shape[i]) or (shape[i] != 1 and shape[i] != wanted[lead + i]):
            return False
    return True
