"""The graph of layers between symbolic tensors: found from their histories, run again on other tensors."""

from ..core.dims import (
    dim_add,
    dim_expr,
    dim_floordiv,
    dim_max,
    dim_min,
    dim_mul,
    dims_equal,
    is_symbolic,
    size_named,
)
from ..core.graph import Tensor
from ..core.opset.registry import record
from ..layers.call import filled, filled_all, flat
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list, is_string
from ..platform.reflection import call_by_name
from .order import LayerOrder


def source_of(node):
    """The History of what a layer made, or None for an op, a constant or a variable."""
    return node.attrs.get("history") if node.op == "input" else None


class LayerGraph:
    """What leads from inputs to outputs: `nodes` in the order to run them, inputs left out.

    inputs, outputs: lists of symbolic tensors. Raises ArgumentError where an output does not come from the
    inputs.
    """

    def __init__(self, inputs, outputs):
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = self._ordered()
        self.layers = LayerOrder(inputs, outputs, source_of).layers()

    def _ordered(self):
        seen = new_map()
        for tensor in self.inputs:
            seen.put(tensor.node.serial, None)
        by_serial = new_map()
        stack = [tensor.node for tensor in self.outputs]
        while len(stack) > 0:
            node = stack.pop()
            if seen.has(node.serial):
                continue
            seen.put(node.serial, None)
            by_serial.put(node.serial, node)
            history = source_of(node)
            if node.op == "input" and (history is None or len(history.inputs) == 0):
                shown = node.attrs["name"] if history is None else history.layer.name
                raise error(
                    "ArgumentError",
                    "an output depends on '" + shown + "', which is not among the inputs of the model",
                )
            sources = node.inputs if history is None else history.inputs
            stack.extend([tensor.node for tensor in sources])
        return [by_serial.at(serial) for serial in sorted(by_serial.all_keys())]

    def run(self, given, training):
        """The tensors of the outputs for given tensors, one per input."""
        return self.run_with(given, training, None, None)

    def run_with(self, given, training, stand_in, call):
        """As `run`; where they are not None, stand_in(layer) is called in the place of each layer, `call` calls it."""
        bindings = bindings_of(self.inputs, given)
        values = new_map()
        for i in range(len(given)):
            values.put(self.inputs[i].node.serial, [given[i]])
        for node in self.nodes:
            if not values.has(node.serial):
                history = source_of(node)
                if history is None:
                    values.put(node.serial, run_op(node, values, bindings))
                else:
                    layer = history.layer if stand_in is None else stand_in(history.layer)
                    _run_call(history, layer, values, training, call)
        return [values.at(tensor.node.serial)[tensor.output] for tensor in self.outputs]


def _run_call(history, layer, values, training, call):
    inputs = [values.at(tensor.node.serial)[tensor.output] for tensor in history.inputs]
    flag = training if history.training is None else history.training
    x = filled(history.x, inputs)
    given = filled_all(history.given, inputs)
    if call is None:
        found = flat(layer.apply_to(x, flag, given))
    else:
        if flag is not None:
            given["training"] = flag
        found = flat(call_by_name(call, layer, x, given))
    for i in range(len(history.outputs)):
        values.put(history.outputs[i].node.serial, [found[i]])
        if history.masks[i] is not None:
            values.put(history.masks[i].node.serial, [found[i].mask])
    return None


def run_op(node, values, bindings):
    """What an op between layers gives; values: lists of tensors by the serial of their node."""
    if node.op == "variable":
        return [node.attrs["variable"].value]
    if len(node.inputs) == 0 or node.buffers is not None:
        return [Tensor(node, i) for i in range(len(node.outputs))]
    inputs = [values.at(tensor.node.serial)[tensor.output] for tensor in node.inputs]
    return record(node.op, inputs, substituted(node.attrs, bindings))


def bindings_of(inputs, given):
    """Size name → dimension of the given tensors, as a map; None where all are the same as before."""
    bindings = new_map()
    changed = False
    for i in range(len(inputs)):
        shape = inputs[i].shape
        for axis in range(len(shape)):
            if is_symbolic(shape[axis]) and axis < len(given[i].shape):
                expr = dim_expr(shape[axis])
                if is_string(expr) and not bindings.has(expr):
                    bindings.put(expr, given[i].shape[axis])
                    changed = changed or not dims_equal(shape[axis], given[i].shape[axis])
    return bindings if changed else None


def substituted(value, bindings):
    """Attributes in which the named sizes of symbolic dimensions are replaced."""
    if bindings is None:
        return value
    if is_symbolic(value):
        return _rebuilt(dim_expr(value), bindings)
    if is_list(value):
        return [substituted(item, bindings) for item in value]
    if is_dict(value):
        made = {}
        for key in value.keys():
            made[key] = substituted(value[key], bindings)
        return made
    return value


def _rebuilt(expr, bindings):
    if is_string(expr):
        return bindings.at(expr) if bindings.has(expr) else size_named(expr)
    if not is_list(expr):
        return expr
    return dim_of_parts(expr[0], _rebuilt(expr[1], bindings), _rebuilt(expr[2], bindings))


def dim_of_parts(op, a, b):
    """The dimension that an operation of an expression makes."""
    if op == "+":
        return dim_add(a, b)
    if op == "*":
        return dim_mul(a, b)
    if op == "//":
        return dim_floordiv(a, b)
    if op == "max":
        return dim_max(a, b)
    if op == "min":
        return dim_min(a, b)
    raise error("FormatError", "unknown operation in a dimension")


def dim_from_json(dim):
    """The dimension that {"dim": expr} or an integer stands for."""
    return _rebuilt(dim["dim"], new_map()) if is_dict(dim) else dim
