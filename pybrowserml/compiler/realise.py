"""Eager use: tensors are lazy until somebody asks for numbers, then everything they need runs as one plan.

Numbers are inputs of the plan, not constants, so a changing one compiles nothing new. Handles that are still alive
become outputs of the run that computes them; a realised node drops its history.
"""

from ..backends.active import active_backend
from ..backends.buffer import releaser
from ..backends.recovery import fetch, on_engine
from ..backends.runner import HOOKS, PlanRunner
from ..core.graph import STATE, Node, Tensor, is_tensor, new_mark, new_serial, walk
from ..core.shapes import format_shape
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.tasks import drive_sync
from ..platform.weak import on_collect, weak_items
from .rewrite import attrs_key, contains, value_key
from .single import compiled_of, is_alone, is_realised, leaf_of, operands_of, plan_of, runner_of

MOST_PENDING = 512
# In a call what has no value yet is left alone for longer, since most of it is nobody's when the call ends.
MOST_PENDING_IN_A_CALL = 8192
KEPT_PLANS = 256


def _waits(tensor):
    return tensor.node.buffers is None


class _Eager:
    """pending: handles without a value, as long as anybody holds them; recorded: nodes since all were last computed;
    plans: what was compiled, by structure.

    calls: how many calls of layers are under way. inner: handles made in them that the calls did not give back. Where
    garbage is collected late each would look as if somebody held it, and every step of a layer would be kept in memory.
    """

    def __init__(self):
        self.pending = weak_items(_waits)
        self.inner = weak_items(_waits)
        self.calls = 0
        self.recorded = 0
        self.plans = new_map()


EAGER = _Eager()


def remember(tensors):
    """Hook of core/graph: note new eager tensors; compute them when many wait, so that no graph grows for ever."""
    node = tensors[0].node
    if len(node.inputs) == 0 and node.op != "variable":
        return None
    noted = EAGER.pending if EAGER.calls == 0 else EAGER.inner
    for tensor in tensors:
        noted.add(tensor)
    EAGER.recorded = EAGER.recorded + 1
    if EAGER.recorded >= (MOST_PENDING if EAGER.calls == 0 else MOST_PENDING_IN_A_CALL):
        _compute_waiting()
    return None


def _compute_waiting():
    if not active_backend().lock.busy():
        EAGER.recorded = 0
        _compute_now(_alive_pending(), [])
    return None


def open_call():
    """From now on, until `close_call`, handles belong to a call of a layer: no run after it computes them unasked."""
    EAGER.calls = EAGER.calls + 1
    return None


def close_call(results):
    """The call gave these tensors, which are the caller's now; others that were kept are computed when asked for."""
    EAGER.calls = EAGER.calls - 1
    noted = EAGER.pending if EAGER.calls == 0 else EAGER.inner
    for tensor in results:
        if is_tensor(tensor) and not tensor.node.symbolic and not is_realised(tensor):
            noted.add(tensor)
    if EAGER.calls == 0:
        EAGER.inner.keep()
        if EAGER.recorded >= MOST_PENDING:
            _compute_waiting()
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


def realise(tensors):
    """Generator: compute tensors, together with every handle alive among what they need."""
    yield from on_engine(None, lambda backend: _realise_locked(backend, tensors))
    return None


def _realise_locked(backend, tensors):
    if len(tensors) == 1 and is_alone(tensors[0].node):
        node = tensors[0].node
        buffers = yield from plan_of(node).run_locked(backend, operands_of(node))
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
    pending = EAGER.pending.keep()
    pending.extend(EAGER.inner.keep())
    readers = new_map()
    for node in walk(pending):
        reads = node.op == "variable" and node.buffers is None and contains(variables, node.attrs["variable"])
        for tensor in node.inputs:
            reads = reads or readers.has(tensor.node.serial)
        if reads:
            readers.put(node.serial, True)
    return [tensor for tensor in pending if readers.has(tensor.node.serial)]


def _alive_pending():
    """Handles alive that wait for their value; forgets the others."""
    waiting = EAGER.pending.keep()
    if EAGER.calls > 0:
        # The call goes on with them.
        waiting.extend(EAGER.inner.keep())
    return waiting


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
                leaf = leaf_of(spec)
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
        compilation = compiled_of(outputs, inputs, assignments)
        return [compilation.plan, [self.variable_numbers.at(variable) for variable in compilation.variables]]


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


def _realised_at_once(node):
    """Compute a node alone where that takes no wait; whether it did."""
    backend = active_backend()
    runner = runner_of(node) if is_alone(node) and not backend.lock.busy() else None
    buffers = None if runner is None else runner.run_at_once(backend, operands_of(node))
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
