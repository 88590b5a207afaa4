"""Eager use: tensors are lazy until somebody asks for numbers, then everything they need runs as one plan.

Numbers are inputs of the plan, not constants, so a changing one compiles nothing new. Handles that are still alive
become outputs of the run that computes them; a realised node drops its history.
"""

from ..backends.active import active_backend
from ..backends.runner import COUNTERS, HOOKS, PlanRunner
from ..core.graph import STATE, Node, Tensor, new_serial, walk
from ..core.shapes import format_shape
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.tasks import drive_sync
from ..platform.text import to_json
from ..platform.weak import on_collect, weak_ref
from .compile import compile_graph
from .rewrite import attrs_key

MOST_PENDING = 512
KEPT_PLANS = 256


class _Eager:
    """pending: weak references to handles without a value; recorded: nodes since all were last computed."""

    def __init__(self):
        self.pending = []
        self.recorded = 0
        self.plans = new_map()


EAGER = _Eager()


def remember(tensors):
    """Hook of core/graph: note new eager tensors; compute them when many wait, so that no graph grows for ever."""
    node = tensors[0].node
    if len(node.inputs) == 0 and node.op != "variable":
        return None
    for tensor in tensors:
        EAGER.pending.append(weak_ref(tensor))
    EAGER.recorded = EAGER.recorded + 1
    if EAGER.recorded >= MOST_PENDING:
        backend = active_backend()
        if not backend.lock.busy():
            EAGER.recorded = 0
            drive_sync(_realise_on(backend, _alive_pending(), []))
    return None


def assign(variable, tensor):
    """Hook of core/graph: eager assignment. What still waits for the old version is computed first."""
    backend = active_backend()
    if backend.lock.busy():
        raise error(
            "EngineError", "cannot assign to '" + variable.path + "' while a run is under way: await it first"
        )
    drive_sync(_realise_on(backend, [], [[variable, tensor]]))
    return None


def is_realised(tensor):
    return tensor.node.buffers is not None or tensor.node.op == "constant"


def realise(tensors):
    """Generator: compute tensors, together with every handle alive among what they need."""
    backend = active_backend()
    ticket = yield backend.lock.acquire()
    try:
        yield from _realise_on(backend, tensors, [])
    finally:
        backend.lock.release(ticket)


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
    if tensor.node.buffers is None:
        yield from realise([tensor])
    buffer = tensor.node.buffers[tensor.output]
    host = yield from buffer.backend.read(buffer)
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
        drive_sync(_realise_on(backend, waiting, []))
    return None


def _readers_of(variables):
    """The live tensors that wait for the present version of one of the variables."""
    waiting = []
    for tensor in _alive_pending():
        for node in walk([tensor]):
            if (
                node.op == "variable"
                and node.buffers is None
                and _contains(variables, node.attrs["variable"])
                and not _holds(waiting, tensor)
            ):
                waiting.append(tensor)
    return waiting


def _alive_pending():
    """Handles alive that wait for their value; forgets the others."""
    alive = []
    kept = []
    for reference in EAGER.pending:
        tensor = reference()
        if tensor is not None and tensor.node.buffers is None:
            alive.append(tensor)
            kept.append(reference)
    EAGER.pending = kept
    return alive


def _contains(items, wanted):
    for item in items:
        if item is wanted:
            return True
    return False


def _holds(tensors, wanted):
    for tensor in tensors:
        if tensor.node is wanted.node and tensor.output == wanted.output:
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
        needed = new_map()
        for node in self.nodes:
            needed.put(node.serial, True)
        for tensor in tensors:
            self._want(tensor)
        for tensor in _alive_pending():
            if needed.has(tensor.node.serial):
                self._want(tensor)
        self.leaves = [node for node in self.nodes if node.buffers is not None or node.op == "constant"]
        self.variables = [pair[0] for pair in assignments]
        for node in self.nodes:
            if (
                node.op == "variable"
                and node.buffers is None
                and not _contains(self.variables, node.attrs["variable"])
            ):
                self.variables.append(node.attrs["variable"])

    def _want(self, tensor):
        """Every output of a node is computed with it, so that a realised node is realised whole."""
        if is_realised(tensor):
            return None
        for i in range(len(tensor.node.outputs)):
            output = Tensor(tensor.node, i)
            if not _holds(self.wanted, output):
                self.wanted.append(output)
        return None

    def key(self):
        """Text that is equal for equal structures; numbers do not stand in it."""
        parts = []
        places = new_map()
        for i in range(len(self.nodes)):
            node = self.nodes[i]
            places.put(node.serial, i)
            if node.buffers is not None or node.op == "constant":
                parts.append("leaf" + to_json(node.outputs))
            elif node.op == "variable":
                parts.append(
                    "variable" + str(self._variable_number(node.attrs["variable"])) + to_json(node.outputs)
                )
            else:
                links = [[places.at(tensor.node.serial), tensor.output] for tensor in node.inputs]
                parts.append(node.op + attrs_key(node.attrs) + to_json(links))
        parts.append(to_json([[places.at(tensor.node.serial), tensor.output] for tensor in self.wanted]))
        parts.append(to_json([places.at(pair[1].node.serial) for pair in self.assignments]))
        return "\n".join(parts)

    def _variable_number(self, variable):
        for i in range(len(self.variables)):
            if self.variables[i] is variable:
                return i
        return -1

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
                leaf = Node("input", [], {"name": "leaf" + str(len(inputs))}, [spec], new_serial(), None)
                outputs.append(Tensor(leaf, 0))
                inputs.append(Tensor(leaf, 0))
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
        COUNTERS.compiles = COUNTERS.compiles + 1
        compilation = compile_graph(
            outputs,
            [str(i) for i in range(len(outputs))],
            inputs,
            [tensor.node.attrs["name"] for tensor in inputs],
            assignments,
        )
        return [compilation.plan, [self._variable_number(variable) for variable in compilation.variables]]


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
    buffers = yield from runner.run_locked(backend, pending.input_values())
    runner.variables = []
    for i in range(len(pending.wanted)):
        _keep(pending.wanted[i].node, pending.wanted[i].output, buffers[i])
    return None


def _keep(node, output, buffer):
    """Attach a result to its node; a realised node drops its history."""
    if node.buffers is None:
        node.buffers = [None for spec in node.outputs]
    node.buffers[output] = buffer
    node.inputs = []
    on_collect(node, _releaser(buffer))
    return None


def _releaser(buffer):
    def release():
        buffer.backend.release(buffer)

    return release


def install():
    """Install the hooks of eager use."""
    STATE.on_record = remember
    STATE.on_assign = assign
    STATE.on_overwrite = overwrite
    STATE.on_read = read_tensor
    HOOKS.before_overwrite = compute_readers
