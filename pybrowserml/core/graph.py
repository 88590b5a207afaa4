"""Nodes, tensors and traces: what an op records."""

from typing import TYPE_CHECKING, Any

from ..platform.buffers import to_nested, to_user
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.records import as_tuple
from ..platform.tasks import waits
from .dims import is_symbolic
from .operands import Operands
from .shapes import format_shape, is_static, same_shape


class Node:
    """One recorded operation; immutable, save that a realised node drops its inputs and keeps its buffers.

    outputs: list of [shape, dtype]. serial: rises with creation, so inputs have lower ones. label: the layer, or None.
    symbolic: depends on an input or on a size that is not known, so there is no value to ask for. mark: scratch of
    whoever searches a graph, see `new_mark`; place: likewise, its number in a list.
    """

    def __init__(self, op, inputs, attrs, outputs, serial, label):
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.outputs = outputs
        self.serial = serial
        self.label = label
        self.buffers = None
        self.mark = 0
        self.place = 0
        self.symbolic = op == "input" or op == "size" and is_symbolic(attrs["size"])
        for tensor in inputs:
            self.symbolic = self.symbolic or tensor.node.symbolic
        for spec in outputs:
            self.symbolic = self.symbolic or not is_static(spec[0])


class Tensor(Operands):
    """A handle on one output of a node. shape: dimensions, a tuple (in JavaScript an array); dtype: name.

    mask: a bool tensor that tells which steps count, or None; layers that support masks hand it on.
    """

    if TYPE_CHECKING:
        name: str

    def __init__(self, node, output):
        self.node = node
        self.output = output
        self.shape = as_tuple(node.outputs[output][0])
        self.dtype = node.outputs[output][1]
        self.history = None
        self.given_name = None
        self.mask: Any = None

    @property
    def rank(self):
        return len(self.shape)

    @waits
    def data(self):
        """The value, computed now if need be: a NumPy array; in JavaScript a promise of {data, shape, dtype}."""
        host = yield from STATE.on_read(self)
        return to_user(host.data, host.shape, host.dtype)

    @waits
    def array(self):
        """The value as nested lists; in JavaScript a promise of nested arrays."""
        host = yield from STATE.on_read(self)
        return to_nested(host.data, host.shape)

    def dispose(self):
        """Give the value's memory back now instead of when the garbage collector finds it. Harmless when repeated."""
        if self.node.buffers is not None:
            for buffer in self.node.buffers:
                buffer.backend.release(buffer)
        return None

    def __repr__(self):
        return "Tensor(shape=" + format_shape(self.shape) + ", dtype=" + self.dtype + ")"


class _State:
    """Hooks that the compiler installs for eager use: on_record(tensors), on_assign(variable, tensor), and the
    generator on_read(tensor) → HostArray. scopes: lists of the tensors made inside each open scope.
    """

    def __init__(self):
        self.serial = 0
        self.marks = 0
        self.labels = []
        self.traces = []
        self.overlays = []
        self.on_record = None
        self.on_assign = None
        self.on_overwrite = None
        self.on_read = None
        self.scopes = []


STATE = _State()


def new_serial():
    STATE.serial = STATE.serial + 1
    return STATE.serial


def new_mark():
    """A number that no node bears yet: a search gives it to the nodes that it has seen, and needs no map of them.

    Searches must not be nested, for the inner one overwrites the marks of the outer.
    """
    STATE.marks = STATE.marks + 1
    return STATE.marks


def make_node(op, inputs, attrs, outputs):
    """Record a node; returns its Tensors.

    In eager use the node keeps handles of its own on inputs that wait for their value, so that a user's handle lives
    only as long as the user holds it.
    """
    label = STATE.labels[len(STATE.labels) - 1] if len(STATE.labels) > 0 else None
    eager = len(STATE.traces) == 0
    held = [_own_handle(tensor) for tensor in inputs] if eager else inputs
    node = Node(op, held, attrs, outputs, new_serial(), label)
    tensors = [Tensor(node, 0)]
    for i in range(1, len(outputs)):
        tensors.append(Tensor(node, i))
    if eager and len(STATE.scopes) > 0:
        STATE.scopes[len(STATE.scopes) - 1].extend(tensors)
    if eager and not node.symbolic and STATE.on_record is not None:
        STATE.on_record(tensors)
    return tensors


def _own_handle(tensor):
    has_value = tensor.node.buffers is not None or tensor.node.op == "constant"
    return tensor if has_value else Tensor(tensor.node, tensor.output)


def open_scope():
    """From now on remember the tensors that are made, until `close_scope`."""
    STATE.scopes.append([])
    return None


def close_scope(kept=None):
    """Dispose the tensors made since `open_scope`, save those listed in `kept`."""
    for tensor in STATE.scopes.pop():
        keep = False
        for other in [] if kept is None else kept:
            keep = keep or other.node is tensor.node
        if not keep:
            tensor.dispose()
    return None


def placeholder(input_name, shape, dtype):
    """An input of a graph."""
    return make_node("input", [], {"name": input_name}, [[shape, dtype]])[0]


def constant(host):
    """A leaf that holds a HostArray."""
    return Tensor(Node("constant", [], {"data": host}, [[host.shape, host.dtype]], new_serial(), None), 0)


def push_label(label):
    """Name what is recorded from now on (a layer); names stand in error messages and in explain()."""
    STATE.labels.append(label)


def pop_label():
    STATE.labels.pop()


def is_tensor(value):
    return isinstance(value, Tensor)


def walk(outputs):
    """All nodes that the given tensors depend on, inputs before users."""
    mark = new_mark()
    found = []
    stack = [tensor.node for tensor in outputs]
    while len(stack) > 0:
        node = stack.pop()
        if node.mark != mark:
            node.mark = mark
            found.append(node)
            for tensor in node.inputs:
                if tensor.node.mark != mark:
                    stack.append(tensor.node)
    ordered = []
    rises = True
    for i in range(len(found)):
        node = found[len(found) - 1 - i]
        rises = rises and (i == 0 or node.serial > ordered[i - 1].serial)
        ordered.append(node)
    return ordered if rises else sorted(ordered, key=_serial_of)


def _serial_of(node):
    return node.serial


class Trace:
    """What happens to state while a function is recorded: reads, and ordered assignments of which the last wins."""

    def __init__(self):
        self.variables = []
        self.reads = new_map()
        self.current = new_map()
        self.assigned = []
        self.watches = []

    def watch(self):
        """From now on, until `unwatch`, variables are read through tensors of this watch's own.

        Returns a map from each variable that is read to that tensor, by which one can differentiate.
        """
        self.watches.append(new_map())
        return self.watches[len(self.watches) - 1]

    def unwatch(self):
        self.watches.pop()

    def leaf(self, variable):
        """The tensor by which a variable is read for the first time."""
        return make_node("variable", [], {"variable": variable}, [[variable.shape, variable.dtype]])[0]

    def read(self, variable):
        if not self.current.has(variable):
            tensor = self.leaf(variable)
            self.variables.append(variable)
            self.reads.put(variable, tensor)
            self.current.put(variable, tensor)
        for watch in self.watches:
            if not watch.has(variable):
                # A reshape to the same shape, which vanishes in the compiler.
                attrs = {"shape": variable.shape, "variable": variable}
                spec = [variable.shape, variable.dtype]
                own = make_node("reshape", [self.current.at(variable)], attrs, [spec])[0]
                watch.put(variable, own)
                self.current.put(variable, own)
        return self.current.at(variable)

    def assign(self, variable, tensor):
        self.read(variable)
        if not self.is_assigned(variable):
            self.assigned.append(variable)
        self.current.put(variable, tensor)

    def is_assigned(self, variable):
        for other in self.assigned:
            if other is variable:
                return True
        return False

    def assignments(self):
        """List of [variable, tensor]."""
        return [[variable, self.current.at(variable)] for variable in self.assigned]


def current_trace():
    """The innermost trace, or None in eager use."""
    return STATE.traces[len(STATE.traces) - 1] if len(STATE.traces) > 0 else None


def record_into(trace, function):
    """Call `function()` while its reads and assignments of variables go to a trace; returns its value."""
    STATE.traces.append(trace)
    depth = len(STATE.labels)
    try:
        return function()
    finally:
        STATE.traces.pop()
        while len(STATE.labels) > depth:
            STATE.labels.pop()


def record_trace(function):
    """Call `function()` while its reads and assignments of variables go to a new Trace; returns [value, trace]."""
    trace = Trace()
    value = record_into(trace, function)
    return [value, trace]


class Overlay:
    """Values that variables have while it is open; assignments change these instead. See core/stateless.

    trace: the trace that was innermost when it was opened; deeper ones see the variables through it. losses: a list
    that takes the losses that layers add, or None.
    """

    def __init__(self, losses):
        self.values = new_map()
        self.trace: Any = None
        self.losses = losses


def open_overlay(overlay):
    """From now on variables have the values of an overlay."""
    overlay.trace = current_trace()
    STATE.overlays.append(overlay)
    return None


def close_overlay(overlay):
    """Close an overlay, and those that were opened after it."""
    while overlay in STATE.overlays:
        STATE.overlays.pop()
    return None


def current_overlay():
    """The overlay that takes assignments here, or None."""
    if len(STATE.overlays) == 0:
        return None
    last = STATE.overlays[len(STATE.overlays) - 1]
    return last if last.trace is current_trace() else None


def _overlaid(variable):
    """The value of a variable in the innermost open overlay that has one, or None."""
    trace = current_trace()
    for i in range(len(STATE.overlays)):
        overlay = STATE.overlays[len(STATE.overlays) - 1 - i]
        if overlay.trace is not trace:
            return None
        if overlay.values.has(variable):
            return overlay.values.at(variable)
    return None


def outside_of_traces(function):
    """Call `function()` as eager use, whatever is being recorded."""
    traces = STATE.traces
    overlays = STATE.overlays
    STATE.traces = []
    STATE.overlays = []
    try:
        return function()
    finally:
        STATE.traces = traces
        STATE.overlays = overlays


def read_variable(variable):
    """The present value of a variable, as a tensor."""
    if len(STATE.overlays) > 0:
        held = _overlaid(variable)
        if held is not None:
            return held
    trace = current_trace()
    if trace is not None:
        return trace.read(variable)
    node = make_node(
        "variable",
        [],
        {"variable": variable, "version": variable.slot.version},
        [[variable.shape, variable.dtype]],
    )
    return node[0]


def assign_variable(variable, tensor):
    """Give a variable a new value: recorded in a trace, done at once in eager use."""
    if not same_shape(variable.shape, tensor.shape) or variable.dtype != tensor.dtype:
        raise error(
            "ShapeError",
            "cannot assign a "
            + tensor.dtype
            + " tensor of shape "
            + format_shape(tensor.shape)
            + " to the variable '"
            + variable.path
            + "' of shape "
            + format_shape(variable.shape)
            + " and dtype "
            + variable.dtype,
        )
    overlay = current_overlay()
    if overlay is not None:
        overlay.values.put(variable, tensor)
        return None
    trace = current_trace()
    if trace is not None:
        trace.assign(variable, tensor)
    else:
        STATE.on_assign(variable, tensor)
    return None
