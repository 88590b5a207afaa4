"""Functions as graphs of their own: the bodies of loops, which stand in a node's attributes."""

from ..platform.maps import new_map
from .graph import Node, Tensor, Trace, current_trace, new_serial, placeholder, read_variable, record_into
from .shapes import copy_shape


class Body:
    """A traced function. params: its inputs, one leaf each; results: tensors that depend on these and constants only.

    origin: a number that bodies share which compute the same, apart from how many of the values they return.
    """

    def __init__(self, params, results, origin):
        self.params = params
        self.results = results
        self.origin = origin
        self.text = None


def key_of(tensor):
    """Text that names an output of a node."""
    return str(tensor.node.serial) + ":" + str(tensor.output)


def param_like(param_name, tensor):
    """A new input of a body with the shape and dtype of a tensor."""
    return new_param(param_name, tensor.shape, tensor.dtype)


def new_param(param_name, shape, dtype):
    node = Node("input", [], {"name": param_name}, [[copy_shape(shape), dtype]], new_serial(), None)
    return Tensor(node, 0)


def nodes_below(outputs, stops):
    """The nodes that tensors depend on, inputs before users, save what lies behind the tensors in the map `stops`."""
    seen = new_map()
    stack = []
    for tensor in outputs:
        if not stops.has(key_of(tensor)):
            stack.append(tensor.node)
    while len(stack) > 0:
        node = stack.pop()
        if not seen.has(node.serial):
            seen.put(node.serial, node)
            for tensor in node.inputs:
                if not stops.has(key_of(tensor)):
                    stack.append(tensor.node)
    return [seen.at(serial) for serial in sorted(seen.all_keys())]


def substitute(outputs, replaced):
    """Tensors like `outputs` in which others stand for some. replaced: map of `key_of` → tensor.

    Nodes that depend on nothing replaced are shared, not copied.
    """
    copies = new_map()
    for node in nodes_below(outputs, replaced):
        inputs = [_standing_for(tensor, replaced, copies) for tensor in node.inputs]
        changed = False
        for i in range(len(inputs)):
            changed = changed or inputs[i] is not node.inputs[i]
        if changed:
            copies.put(node.serial, Node(node.op, inputs, node.attrs, node.outputs, new_serial(), node.label))
    return [_standing_for(tensor, replaced, copies) for tensor in outputs]


def _standing_for(tensor, replaced, copies):
    key = key_of(tensor)
    if replaced.has(key):
        return replaced.at(key)
    if copies.has(tensor.node.serial):
        return Tensor(copies.at(tensor.node.serial), tensor.output)
    return tensor


class BodyTrace(Trace):
    """The trace of a body: a variable that it reads is one of its inputs."""

    def leaf(self, variable):
        return placeholder(variable.path, variable.shape, variable.dtype)


class Traced:
    """A function recorded by itself.

    value: what it returned. params: the tensors that it was given. read, assigned: variables that it reads only, and
    those to which it gives values; `starts` and `ends` of the latter: their values before and after.
    first: the serial after which all its nodes were made.
    """

    def __init__(self, value, params, trace, first):
        self.value = value
        self.params = params
        self.first = first
        self.assigned = trace.assigned
        self.starts = [trace.reads.at(variable) for variable in trace.assigned]
        self.ends = [trace.current.at(variable) for variable in trace.assigned]
        self.read = [variable for variable in trace.variables if not trace.is_assigned(variable)]
        self.reads = [trace.reads.at(variable) for variable in self.read]


def trace_body(function, specs):
    """Traced: `function` recorded on new inputs. specs: one [name, shape, dtype] each."""
    first = new_serial()
    trace = BodyTrace()

    def body():
        params = [placeholder(spec[0], copy_shape(spec[1]), spec[2]) for spec in specs]
        return [params, function(params)]

    found = record_into(trace, body)
    return Traced(found[1], found[0], trace, first)


def close_over(results, params, traced):
    """[results, params, outer]: results that depend on nothing but params. traced: the Traced that they stand in.

    What a function took from outside becomes a further param: the variables that it only read, tensors that were made
    before it was recorded, and constants of rank 1 or more. outer: the tensors
    outside that those further params stand for. Sizes and constants of rank 0 stay, save that in eager use a number
    from outside is a param too: when it changes, nothing is compiled anew.
    """
    eager = current_trace() is None
    made = []
    outer = []
    stops = new_map()
    for i in range(len(traced.reads)):
        made.append(traced.reads[i])
        outer.append(read_variable(traced.read[i]))
    for tensor in params:
        stops.put(key_of(tensor), tensor)
    for tensor in traced.reads:
        stops.put(key_of(tensor), tensor)
    replaced = new_map()
    pending = list(results)
    seen = new_map()
    while len(pending) > 0:
        tensor = pending.pop()
        key = key_of(tensor)
        if stops.has(key) or replaced.has(key):
            continue
        outside = tensor.node.serial <= traced.first
        inline = tensor.node.op == "constant" and len(tensor.shape) == 0 and not (eager and outside)
        if inline or tensor.node.op == "size":
            continue
        if outside or tensor.node.op == "constant":
            param = param_like("outer" + str(len(outer)), tensor)
            replaced.put(key, param)
            made.append(param)
            outer.append(tensor)
        elif not seen.has(tensor.node.serial):
            seen.put(tensor.node.serial, True)
            pending.extend(tensor.node.inputs)
    all_params = list(params)
    all_params.extend(made)
    if replaced.size() > 0:
        results = substitute(results, replaced)
    return [results, all_params, outer]
