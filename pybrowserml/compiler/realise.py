"""Eager use: tensors are lazy until somebody asks for numbers, then everything they need runs as one plan.

Numbers are inputs of the plan, not constants, so a changing one compiles nothing new. Handles that are still alive
become outputs of the run that computes them; a realised node drops its history.
"""

from ..backends.active import active_backend
from ..backends.buffer import releaser
from ..backends.recovery import fetch, on_engine
from ..backends.runner import COUNTERS, HOOKS, PlanRunner
from ..core.graph import STATE, Node, Tensor, new_mark, new_serial, walk
from ..core.shapes import format_shape, same_shape
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.tasks import drive_sync
from ..platform.weak import on_collect, weak_items
from .compile import compile_graph
from .rewrite import attrs_key, same_value, value_key

MOST_PENDING = 512
KEPT_PLANS = 256
KEPT_PLANS_OF_AN_OP = 16


def _waits(tensor):
    return tensor.node.buffers is None


class _Eager:
    """pending: handles without a value, as long as anybody holds them; recorded: nodes since all were last computed;
    plans: what was compiled, by structure; of_ops: that of single nodes, a list of _SingleOp for each op.
    """

    def __init__(self):
        self.pending = weak_items(_waits)
        self.recorded = 0
        self.plans = new_map()
        self.of_ops = new_map()


EAGER = _Eager()


def remember(tensors):
    """Hook of core/graph: note new eager tensors; compute them when many wait, so that no graph grows for ever."""
    node = tensors[0].node
    if len(node.inputs) == 0 and node.op != "variable":
        return None
    for tensor in tensors:
        EAGER.pending.add(tensor)
    EAGER.recorded = EAGER.recorded + 1
    if EAGER.recorded >= MOST_PENDING:
        backend = active_backend()
        if not backend.lock.busy():
            EAGER.recorded = 0
            _compute_now(_alive_pending(), [])
    return None


def assign(variable, tensor):
    """Hook of core/graph: eager assignment. What still waits for the old version is computed first."""
    backend = active_backend()
    if backend.lock.busy():
        raise error(
            "EngineError", "cannot assign to '" + variable.path + "' while a run is under way: await it first"
        )
    _compute_now([], [[variable, tensor]])
    return None


def is_realised(tensor):
    return tensor.node.buffers is not None or tensor.node.op == "constant"


def realise(tensors):
    """Generator: compute tensors, together with every handle alive among what they need."""
    yield from on_engine(None, lambda backend: _realise_locked(backend, tensors))
    return None


def _realise_locked(backend, tensors):
    if len(tensors) == 1 and _is_alone(tensors[0].node):
        node = tensors[0].node
        buffers = yield from _plan_of(node).run_locked(backend, _operands(node))
        _keep(node, buffers)
    else:
        yield from _realise_on(backend, tensors, [])
    return None


def read_tensor(tensor):
    """Generator → HostArray of a tensor's value."""
    if tensor.node.op == "constant":
        return tensor.node.attrs["data"]
    if tensor.node.symbolic:
        raise error(
            "ArgumentError",
            "this tensor of shape "
            + format_shape(tensor.shape)
            + " belongs to a function that is being recorded: it has no value yet",
        )
    if tensor.node.buffers is None and not _realised_at_once(tensor.node):
        yield from realise([tensor])
    buffer = tensor.node.buffers[tensor.output]
    host = buffer.backend.read_at_once(buffer)
    if host is None:
        hosts = yield from fetch([buffer], None)
        host = hosts[0]
    return host


def compute_readers(backend, variables):
    """Generator, hook of PlanRunner: compute the live tensors that wait for the present versions of variables."""
    waiting = _readers_of(variables)
    if len(waiting) > 0:
        yield from _realise_on(backend, waiting, [])


def overwrite(variable):
    """Hook of core/variables: before the host replaces a value, compute what still waits for it."""
    waiting = _readers_of([variable])
    if len(waiting) > 0:
        backend = active_backend()
        if backend.lock.busy():
            raise error(
                "EngineError",
                "cannot assign to '" + variable.path + "' while a run is under way: await it first",
            )
        _compute_now(waiting, [])
    return None


def compute_at_once(tensors):
    """Compute those of some tensors that wait for their value, without waiting for the engine to finish."""
    waiting = [tensor for tensor in tensors if not is_realised(tensor) and not tensor.node.symbolic]
    if len(waiting) > 0:
        if active_backend().lock.busy():
            raise error("EngineError", "cannot compute at once while a run is under way: await it first")
        _compute_now(waiting, [])
    return None


def _compute_now(tensors, assignments):
    """Compute without waiting, for a caller that has seen that nobody runs."""
    drive_sync(on_engine(None, lambda backend: _realise_on(backend, tensors, assignments)))
    return None


def _readers_of(variables):
    """The live tensors that wait for the present version of one of the variables."""
    pending = _alive_pending()
    readers = new_map()
    for node in walk(pending):
        reads = (
            node.op == "variable" and node.buffers is None and _contains(variables, node.attrs["variable"])
        )
        for tensor in node.inputs:
            reads = reads or readers.has(tensor.node.serial)
        if reads:
            readers.put(node.serial, True)
    return [tensor for tensor in pending if readers.has(tensor.node.serial)]


def _alive_pending():
    """Handles alive that wait for their value; forgets the others."""
    return EAGER.pending.keep()


def _contains(items, wanted):
    for item in items:
        if item is wanted:
            return True
    return False


class _Pending:
    """A part of the graph to compute: nodes in order, leaves whose values are there, tensors wanted, assignments."""

    def __init__(self, tensors, assignments):
        self.assignments = assignments
        roots = [tensor for tensor in tensors if not is_realised(tensor)]
        roots.extend([pair[1] for pair in assignments])
        self.nodes = walk(roots)
        self.wanted = []
        self.needed = new_mark()
        self.chosen = new_mark()
        for i in range(len(self.nodes)):
            self.nodes[i].mark = self.needed
            self.nodes[i].place = i
        for tensor in tensors:
            self._want(tensor.node)
        for tensor in _alive_pending():
            if tensor.node.mark == self.needed:
                self._want(tensor.node)
        self.leaves = [node for node in self.nodes if node.buffers is not None or node.op == "constant"]
        self.variables = []
        self.variable_numbers = new_map()
        for pair in assignments:
            self._number(pair[0])
        for node in self.nodes:
            if node.op == "variable" and node.buffers is None:
                self._number(node.attrs["variable"])

    def _number(self, variable):
        if not self.variable_numbers.has(variable):
            self.variable_numbers.put(variable, len(self.variables))
            self.variables.append(variable)
        return None

    def _want(self, node):
        """Every output of a node is computed with it, so that a realised node is realised whole."""
        if node.buffers is None and node.op != "constant" and node.mark != self.chosen:
            node.mark = self.chosen
            for i in range(len(node.outputs)):
                self.wanted.append(Tensor(node, i))
        return None

    def key(self):
        """Text that is equal for equal structures; numbers do not stand in it."""
        text = ""
        for node in self.nodes:
            if node.buffers is not None or node.op == "constant":
                text = text + "leaf" + value_key(node.outputs)
            elif node.op == "variable":
                number = self.variable_numbers.at(node.attrs["variable"])
                text = text + "variable" + str(number) + value_key(node.outputs)
            else:
                text = text + node.op + self._links(node.inputs) + attrs_key(node.attrs)
            text = text + "\n"
        text = text + self._links(self.wanted)
        for pair in self.assignments:
            text = text + ";" + self._links([pair[1]])
        return text

    def _links(self, tensors):
        text = ""
        for tensor in tensors:
            text = text + " " + str(tensor.node.place) + "." + str(tensor.output)
        return text

    def input_values(self):
        values = []
        for node in self.leaves:
            if node.op == "constant":
                values.append(node.attrs["data"])
            else:
                values.extend(node.buffers)
        return values

    def compiled(self):
        """[plan, numbers]: numbers[i] is the place in `variables` of the plan's state entry i."""
        mapped = new_map()
        inputs = []
        for node in self.leaves:
            outputs = []
            for spec in node.outputs:
                leaf = _leaf(spec)
                outputs.append(leaf)
                inputs.append(leaf)
            mapped.put(node.serial, outputs)
        for node in self.nodes:
            if not mapped.has(node.serial):
                sources = [mapped.at(tensor.node.serial)[tensor.output] for tensor in node.inputs]
                copy = Node(node.op, sources, node.attrs, node.outputs, new_serial(), node.label)
                mapped.put(node.serial, [Tensor(copy, i) for i in range(len(node.outputs))])
        outputs = [mapped.at(tensor.node.serial)[tensor.output] for tensor in self.wanted]
        assignments = []
        for pair in self.assignments:
            assignments.append([pair[0], mapped.at(pair[1].node.serial)[pair[1].output]])
        compilation = _compile(outputs, inputs, assignments)
        return [compilation.plan, [self.variable_numbers.at(variable) for variable in compilation.variables]]


def _compile(outputs, inputs, assignments):
    COUNTERS.compiles = COUNTERS.compiles + 1
    return compile_graph(
        outputs,
        [str(i) for i in range(len(outputs))],
        inputs,
        ["leaf" + str(i) for i in range(len(inputs))],
        assignments,
    )


def _leaf(spec):
    """An input of a plan in the place of a value. spec: [shape, dtype]."""
    return Tensor(Node("input", [], {}, [spec], new_serial(), None), 0)


def _realise_on(backend, tensors, assignments):
    pending = _Pending(tensors, assignments)
    if len(pending.wanted) == 0 and len(assignments) == 0:
        return None
    key = pending.key()
    cached = EAGER.plans.at(key)
    if cached is None:
        made = pending.compiled()
        cached = [PlanRunner(made[0], []), made[1]]
        if EAGER.plans.size() >= KEPT_PLANS:
            EAGER.plans.drop(EAGER.plans.all_keys()[0])
        EAGER.plans.put(key, cached)
    runner = cached[0]
    runner.variables = [pending.variables[number] for number in cached[1]]
    try:
        buffers = yield from runner.run_locked(backend, pending.input_values())
    finally:
        runner.variables = []
    done = 0
    while done < len(pending.wanted):
        node = pending.wanted[done].node
        _keep(node, buffers[done : done + len(node.outputs)])
        done = done + len(node.outputs)
    return None


def _keep(node, buffers):
    """Attach its results to a node; a realised node drops its history."""
    node.buffers = buffers
    node.inputs = []
    for buffer in buffers:
        if buffer.backend.holds_memory(buffer):
            on_collect(node, releaser(buffer))
    return None


# One op, read before the next: no graph to walk, no handles to look for, and on an engine that need not wait no turn of
# the page.


class _SingleOp:
    """A plan of one node, whose operands are its inputs, each one even where two are the same tensor."""

    def __init__(self, node):
        self.attrs = node.attrs
        self.names = [key for key in node.attrs.keys()]
        self.inputs = [_leaf([tensor.shape, tensor.dtype]) for tensor in node.inputs]
        copy = Node(node.op, self.inputs, node.attrs, node.outputs, new_serial(), node.label)
        outputs = [Tensor(copy, i) for i in range(len(node.outputs))]
        self.runner = PlanRunner(_compile(outputs, self.inputs, []).plan, [])

    def fits(self, node):
        if len(node.inputs) != len(self.inputs) or len(node.attrs.keys()) != len(self.names):
            return False
        for key in self.names:
            if key not in node.attrs or not same_value(node.attrs[key], self.attrs[key]):
                return False
        for i in range(len(self.inputs)):
            own = self.inputs[i]
            other = node.inputs[i]
            if own.dtype != other.dtype or not same_shape(own.shape, other.shape):
                return False
        return True


def _is_alone(node):
    """True where nothing but this node has to be computed."""
    for tensor in node.inputs:
        if not is_realised(tensor):
            return False
    return node.buffers is None and len(node.inputs) > 0


def _found(node):
    """The runner of the plan of a single node, None where there is none yet."""
    known = EAGER.of_ops.at(node.op)
    if known is not None:
        for i in range(len(known)):
            entry = known[len(known) - 1 - i]
            if entry.fits(node):
                return entry.runner
    return None


def _plan_of(node):
    """The runner of the plan of a single node."""
    found = _found(node)
    if found is not None:
        return found
    if not EAGER.of_ops.has(node.op):
        EAGER.of_ops.put(node.op, [])
    known = EAGER.of_ops.at(node.op)
    known.append(_SingleOp(node))
    if len(known) > KEPT_PLANS_OF_AN_OP:
        known.pop(0)
    return known[len(known) - 1].runner


def _operands(node):
    values = []
    for tensor in node.inputs:
        source = tensor.node
        values.append(source.attrs["data"] if source.op == "constant" else source.buffers[tensor.output])
    return values


def _realised_at_once(node):
    """Compute a node alone where that takes no wait; whether it did."""
    backend = active_backend()
    runner = _found(node) if _is_alone(node) and not backend.lock.busy() else None
    buffers = None if runner is None else runner.run_at_once(backend, _operands(node))
    if buffers is None:
        return False
    _keep(node, buffers)
    return True


def install():
    """Install the hooks of eager use."""
    STATE.on_record = remember
    STATE.on_assign = assign
    STATE.on_overwrite = overwrite
    STATE.on_read = read_tensor
    HOOKS.before_overwrite = compute_readers
