"""Functions of structures of tensors as compiled plans."""

from ..backends.buffer import releaser
from ..backends.runner import COUNTERS, PlanRunner
from ..compiler.compile import compile_graph
from ..compiler.explain import explain as explain_plan
from ..compiler.passes import with_passes
from ..compiler.realise import realise
from ..core.dtypes import is_float
from ..core.graph import STATE, Node, Tensor, current_trace, is_tensor, new_serial, placeholder, record_trace
from ..core.opset.registry import to_tensor
from ..core.replay import frontier
from ..core.shapes import format_shape, is_static
from ..core.structure import flatten, unflatten
from ..core.subgraph import key_of, substitute
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_function
from ..platform.tasks import drive, drive_sync
from ..platform.text import to_json
from ..platform.weak import on_collect


def tensor_of_buffer(buffer):
    """An eager tensor that owns a Buffer."""
    node = Node("computed", [], {}, [[buffer.shape, buffer.dtype]], new_serial(), None)
    node.buffers = [buffer]  # pyright: ignore[reportAttributeAccessIssue]
    if buffer.backend.holds_memory(buffer):
        on_collect(node, releaser(buffer))
    return Tensor(node, 0)


class _Compiled:
    """runner: PlanRunner; result: the spec of what the function returns; captured: tensors from outside it reads;
    specs: of the arguments; inputs: placeholders for their tensors.
    """

    def __init__(self, runner, result, captured, specs, inputs):
        self.specs = specs
        self.inputs = inputs
        self.runner = runner
        self.result = result
        self.captured = captured


class CompiledFunction:
    """A function with a plan for each combination of structures, shapes and dtypes that it was called with.

    op: its name in messages. body: takes a list of arguments, structures of tensors; returns a structure. floats:
    places of the arguments whose numbers and arrays become float32, or None for all.
    """

    def __init__(self, op, body, floats):
        self.op = op
        self.body = body
        self.floats = floats
        self.entries = new_map()

    def arguments_of(self, given):
        """[tensors, specs]: the leaves of all arguments, and one spec an argument."""
        tensors = []
        specs = []
        for i in range(len(given)):
            taken = flatten(given[i], True)
            floats = self.floats is None or i in self.floats
            for leaf in taken[0]:
                tensors.append(float_tensor(leaf) if floats else to_tensor(leaf))
            specs.append(taken[1])
        return [tensors, specs]

    def record(self, given):
        """The result as a part of what is being recorded."""
        args = self.arguments_of(given)
        return map_result(self.body(unflatten(["list", args[1]], args[0])))

    def call_with(self, given):
        """Generator → what the body returns, computed."""
        args = self.arguments_of(given)
        for tensor in args[0]:
            if not is_static(tensor.shape):
                raise error("ShapeError", self.op + ": needs known shapes, got " + format_shape(tensor.shape))
        entry = yield from self.entry_for(args[0], args[1])
        inputs = []
        for tensor in args[0]:
            value = yield from _value_of(tensor)
            inputs.append(value)
        for tensor in entry.captured:
            value = yield from _value_of(tensor)
            inputs.append(value)
        buffers = yield from entry.runner.run(inputs)
        return unflatten(entry.result, [tensor_of_buffer(buffer) for buffer in buffers])

    def entry_for(self, tensors, specs):
        """Generator → the _Compiled for arguments of these structures, shapes and dtypes."""
        key = to_json([specs, [[tensor.shape, tensor.dtype] for tensor in tensors]])
        if not self.entries.has(key):
            entry = yield from self._traced(tensors, specs)
            self.entries.put(key, entry)
        return self.entries.at(key)

    def compiled_again(self, entry):
        """A _Compiled of its own for the arguments of another, with a note of what the passes did."""
        return with_passes(lambda: drive_sync(self._traced(entry.inputs, entry.specs)))

    def _traced(self, tensors, specs):
        COUNTERS.traces = COUNTERS.traces + 1
        start = STATE.serial
        names = ["argument" + str(i) for i in range(len(tensors))]

        def body():
            inputs = [placeholder(names[i], tensors[i].shape, tensors[i].dtype) for i in range(len(tensors))]
            taken = flatten(self.body(unflatten(["list", specs], inputs)), True)
            return [inputs, [to_tensor(leaf) for leaf in taken[0]], taken[1]]

        recorded = record_trace(body)
        inputs, outputs, result = recorded[0][0], recorded[0][1], recorded[0][2]
        assignments = recorded[1].assignments()
        wanted = list(outputs)
        wanted.extend([pair[1] for pair in assignments])
        captured = frontier(wanted, start, False)
        for tensor in captured:
            if tensor.node.symbolic:
                raise error(
                    "ArgumentError",
                    self.op
                    + ": the function uses a tensor of shape "
                    + format_shape(tensor.shape)
                    + " that belongs to the recording of another function",
                )
        # What the function reads from outside has the value of this moment in all later calls.
        yield from realise(captured)
        stands = new_map()
        for tensor in captured:
            names.append("captured" + str(stands.size()))
            inputs.append(placeholder(names[len(names) - 1], tensor.shape, tensor.dtype))
            stands.put(key_of(tensor), inputs[len(inputs) - 1])
        wanted = substitute(wanted, stands)
        COUNTERS.compiles = COUNTERS.compiles + 1
        count = len(outputs)
        compilation = compile_graph(
            wanted[0:count],
            ["result" + str(i) for i in range(count)],
            inputs,
            names,
            [[assignments[i][0], wanted[count + i]] for i in range(len(assignments))],
        )
        runner = PlanRunner(compilation.plan, compilation.variables)
        runner.passes = compilation.passes
        return _Compiled(runner, result, captured, specs, inputs[0 : len(tensors)])


def float_tensor(value):
    """A tensor of what a user gave; numbers and arrays of integers become float32."""
    if is_tensor(value):
        return value
    tensor = to_tensor(value)
    return tensor if is_float(tensor.dtype) or hasattr(value, "slot") else to_tensor(value, "float32")


def map_result(result):
    """What a function returned, with tensors for all its leaves."""
    taken = flatten(result, True)
    return unflatten(taken[1], [to_tensor(leaf) for leaf in taken[0]])


def _value_of(tensor):
    """Generator → HostArray or Buffer of an eager tensor."""
    if tensor.node.op == "constant":
        return tensor.node.attrs["data"]
    node = tensor.node
    if node.buffers is None:
        yield from realise([tensor])
    return node.buffers[tensor.output]  # pyright: ignore[reportOptionalSubscript]


def is_recorded(given):
    """True inside a traced function, and for symbolic tensors of a model: then nothing is computed."""
    if current_trace() is not None:
        return True
    for leaf in flatten(given, False)[0]:
        if is_tensor(leaf) and leaf.node.symbolic:
            return True
    return False


def compiled(op, body, floats):
    """A public function of `body(args)`: inside a traced function it is recorded, outside it runs as a plan."""
    made = CompiledFunction(op, body, floats)

    def call(*given):
        args = list(given)
        if is_recorded(args):
            return made.record(args)
        return drive(made.call_with(args))

    call.compiled = made
    return call


def call_once(op, body, given):
    """The result of `body(args)` for these arguments: recorded, or computed as a plan that is not kept."""
    return compiled(op, body, None)(*given)


def require_function(op, body):
    """Raises ArgumentError unless the first argument of a transformation is a function."""
    if not is_function(body):
        raise error("ArgumentError", op + ": the first argument must be a function")
    return None


def function(body):
    """The function as one compiled plan: traced once per combination of shapes and dtypes, then only run.

    body: takes and returns tensors, or lists, tuples and dicts of them, nested as you like; may read and assign
    Variables. Numbers and arrays among the arguments become inputs of the plan; texts, booleans and None belong to
    the structure, so another one means another plan. A list of numbers is an array. Other tensors that the body uses
    keep, in all later calls, the values of the first call. Inside another traced function the body is recorded there.
    """
    require_function("function", body)
    return compiled("function", lambda args: body(*args), [])


def explain(thing, batch_size=None, passes=False):
    """The plan of a model or of a compiled function (after its first call) as text.

    passes: record and compile it once more, and tell first what each pass of the compiler did: its size before and
    after.
    """
    if hasattr(thing, "compiled") and hasattr(thing.compiled, "entries"):
        parts = []
        for entry in thing.compiled.entries.all_values():
            runner = entry.runner
            if passes:
                runner = thing.compiled.compiled_again(entry).runner
            parts.append(explain_plan(runner.plan, None, runner.passes))
        return "\n\n".join(parts)
    if hasattr(thing, "explain"):
        return thing.explain(batch_size, passes)
    return explain_plan(thing)
