"""Functions of tensors, compiled, and their derivatives."""

from .compiler.explain import explain as explain_plan
from .compiler.function import trace_runner
from .compiler.realise import realise
from .core.autodiff import gradients
from .core.dtypes import is_float
from .core.graph import Node, Tensor, current_trace, is_tensor, new_serial
from .core.opset.binary import multiply
from .core.opset.registry import to_tensor
from .core.shapes import format_shape, is_static
from .platform.errors import error
from .platform.maps import new_map
from .platform.numbers import is_list
from .platform.tasks import waits
from .platform.text import to_json
from .platform.weak import on_collect


def tensor_of_buffer(buffer):
    """An eager tensor that owns a Buffer."""
    node = Node("computed", [], {}, [[buffer.shape, buffer.dtype]], new_serial(), None)
    node.buffers = [buffer]  # pyright: ignore[reportAttributeAccessIssue]
    on_collect(node, _releaser(buffer))
    return Tensor(node, 0)


def _releaser(buffer):
    def release():
        buffer.backend.release(buffer)

    return release


class CompiledFunction:
    """A function of tensors with a plan for each combination of shapes and dtypes that it was called with."""

    def __init__(self, body, floats):
        self.body = body
        self.floats = floats
        self.runners = new_map()

    def tensors_of(self, given):
        """Arguments as tensors; numbers and arrays at the places of `floats` become float32."""
        made = []
        for i in range(len(given)):
            made.append(to_tensor(given[i], "float32" if i in self.floats else None))
        return made

    def call_with(self, given):
        """Generator → what the body returns, computed: a tensor or a list of them."""
        tensors = self.tensors_of(given)
        for tensor in tensors:
            if not is_static(tensor.shape):
                raise error(
                    "ShapeError", "a compiled function needs known shapes, got " + format_shape(tensor.shape)
                )
        entry = self.runner_for(tensors)
        inputs = []
        for tensor in tensors:
            buffer = yield from _value_of(tensor)
            inputs.append(buffer)
        buffers = yield from entry[0].run(inputs)
        results = [tensor_of_buffer(buffer) for buffer in buffers]
        return results if entry[1] else results[0]

    def runner_for(self, tensors):
        """[PlanRunner, whether the body returns a list]."""
        key = to_json([[tensor.shape, tensor.dtype] for tensor in tensors])
        if not self.runners.has(key):
            shape_of_result = []

            def traced(inputs):
                result = self.body(inputs)
                shape_of_result.append(is_list(result))
                found = result if is_list(result) else [result]
                return [["result" + str(i), to_tensor(found[i])] for i in range(len(found))]

            specs = [["argument" + str(i), tensors[i].shape, tensors[i].dtype] for i in range(len(tensors))]
            runner = trace_runner(traced, specs)
            self.runners.put(key, [runner, shape_of_result[0]])
        return self.runners.at(key)


def _value_of(tensor):
    """Generator → HostArray or Buffer of an eager tensor."""
    if tensor.node.op == "constant":
        return tensor.node.attrs["data"]
    node = tensor.node
    if node.buffers is None:
        yield from realise([tensor])
    return node.buffers[tensor.output]  # pyright: ignore[reportOptionalSubscript]


def _is_traced(given):
    if current_trace() is None:
        return False
    for argument in given:
        if is_tensor(argument) and argument.node.symbolic:
            return True
    return False


def _compiled(body, floats):
    """A public function: inside another traced function it is recorded, outside it runs as one plan."""
    compiled = CompiledFunction(body, floats)
    run = waits(compiled.call_with)

    def call(*given):
        if _is_traced(given):
            return body(compiled.tensors_of(given))
        return run(given)

    call.compiled = compiled
    return call


def function(body):
    """The function as one compiled plan: traced once per combination of shapes and dtypes, then only run.

    body: takes tensors, returns a tensor or a list of them; may read and assign Variables.
    """
    return _compiled(lambda tensors: body(*tensors), [])


def grad(body, argnums=0):
    """A function that gives the gradient of `body`, which returns a scalar, with respect to an argument (or a
    list).
    """
    return _compiled(lambda tensors: _differentiated(body, tensors, argnums)[1], _places(argnums))


def value_and_grad(body, argnums=0):
    """A function that gives [value, gradient]; with a list of argnums [value, gradient, gradient, ...]."""

    def both(tensors):
        found = _differentiated(body, tensors, argnums)
        result = [found[0]]
        result.extend(found[1] if is_list(found[1]) else [found[1]])
        return result

    return _compiled(both, _places(argnums))


def _places(argnums):
    return argnums if is_list(argnums) else [argnums]


def _differentiated(body, tensors, argnums):
    value = body(*tensors)
    if len(value.shape) > 0:
        raise error(
            "ShapeError",
            "grad needs a function that returns a single number, got shape " + format_shape(value.shape),
        )
    places = _places(argnums)
    for place in places:
        if place < 0 or place >= len(tensors):
            raise error(
                "ArgumentError",
                "grad: there is no argument " + str(place) + "; the function got " + str(len(tensors)),
            )
        if not is_float(tensors[place].dtype):
            raise error(
                "DtypeError", "grad needs a float, but argument " + str(place) + " is " + tensors[place].dtype
            )
    wanted = [tensors[place] for place in places]
    found = gradients([value], wanted)
    slopes = []
    for i in range(len(wanted)):
        slopes.append(_zeros_like(wanted[i]) if found[i] is None else found[i])
    return [value, slopes if is_list(argnums) else slopes[0]]


def _zeros_like(tensor):
    return multiply(tensor, 0.0)


def explain(thing, batch_size=None):
    """The plan of a model or of a compiled function (after its first call) as text."""
    if hasattr(thing, "compiled") and hasattr(thing.compiled, "runners"):
        parts = [explain_plan(entry[0].plan) for entry in thing.compiled.runners.all_values()]
        return "\n\n".join(parts)
    if hasattr(thing, "explain"):
        return thing.explain(batch_size)
    return explain_plan(thing)
