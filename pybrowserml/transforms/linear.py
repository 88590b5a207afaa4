"""Derivatives by transposing twice: forward mode, Jacobians, Hessians.

What reverse mode records is linear in the cotangents, so its own reverse mode is forward mode: no primitive needs a
rule for it. Only the part of the graph that leads to the result is compiled, so the cost is that of forward mode.
"""

from ..core.annotations import Sizes
from ..core.autodiff import gradients
from ..core.batching.axes import stand_in
from ..core.batching.batch import Batch
from ..core.opset.binary import equal
from ..core.opset.generators import iota
from ..core.opset.movement import reshape, transpose
from ..core.opset.unary import cast
from ..core.shapes import element_count, format_shape, is_static
from ..core.structure import flatten_all, flatten_like, unflatten
from ..platform.errors import error
from ..platform.numbers import is_list
from ..platform.tasks import drive
from .compiled import CompiledFunction, call_once, compiled, is_recorded, require_function
from .gradient import (
    all_places,
    checked_arguments,
    differentiated,
    fresh_arguments,
    outputs_of,
    places_of,
    require_entries,
    seeds_for,
    slopes_of,
    zeros_of,
)


def jvp(body, primals, tangents, has_aux=False):
    """[value, tangent]: what `body` gives for a list of arguments, and its product with the Jacobian.

    tangents: a list of the structure and shapes of the primals (None: zeros). body: returns a structure of float
    tensors; with has_aux a list of that and anything else, and the result is [value, tangent, aux].
    """
    op = "jvp"
    require_function(op, body)
    require_entries(op, "primals", primals)
    taken = flatten_all(primals, True)
    count = len(taken[0])

    def both(args):
        wanted = fresh_arguments(op, unflatten(taken[1], args[0:count]), all_places(primals))
        outputs = outputs_of(op, body(*wanted[0]), has_aux)
        pushed = _pushed(op, outputs, wanted, args[count : len(args)])
        return [outputs[0], pushed, outputs[1]] if has_aux else [outputs[0], pushed]

    given = list(taken[0])
    given.extend(flatten_like(tangents, taken[1], "jvp: the tangents"))
    return call_once(op, both, given)


def linearize(body, primals):
    """[value, function]: what `body` gives for a list of arguments, and the linear function of tangents there.

    The function takes a list of tangents, as `jvp` does. Inside a traced function what both share is computed once.
    """
    op = "linearize"
    require_function(op, body)
    require_entries(op, "primals", primals)
    taken = flatten_all(primals, True)
    if not is_recorded(primals):
        return drive(_linearized_outside(op, body, primals, taken))
    wanted = fresh_arguments(op, primals, all_places(primals))
    outputs = outputs_of(op, body(*wanted[0]), False)

    def push(tangents):
        return _pushed(op, outputs, wanted, flatten_like(tangents, taken[1], "linearize: the tangents"))

    return [outputs[0], push]


def _linearized_outside(op, body, primals, taken):
    """Generator → what `linearize` returns, with the value computed."""
    count = len(taken[0])

    def again(args):
        wanted = fresh_arguments(op, unflatten(taken[1], args[0:count]), all_places(primals))
        return _pushed(op, outputs_of(op, body(*wanted[0]), False), wanted, args[count : len(args)])

    product = compiled(op, again, None)

    def push(tangents):
        given = list(taken[0])
        given.extend(flatten_like(tangents, taken[1], "linearize: the tangents"))
        return product(*given)

    value = yield from CompiledFunction(op, lambda args: body(*args), None).call_with(primals)
    return [value, push]


def hvp(body, primals, vectors):
    """The Hessian of a function that returns a single number, times vectors, without making the Hessian.

    primals: a list of arguments; vectors: a list of their structure and shapes. Returns such a list.
    """
    op = "hvp"
    require_function(op, body)
    require_entries(op, "primals", primals)
    taken = flatten_all(primals, True)
    count = len(taken[0])

    def product(args):
        wanted = fresh_arguments(op, unflatten(taken[1], args[0:count]), all_places(primals))
        slopes = differentiated(op, body, wanted[0], all_places(primals), False)[2]
        directions = seeds_for(op, "vector", wanted[1], args[count : len(args)])
        inner = flatten_like(slopes, taken[1], op)
        return unflatten(taken[1], slopes_of(inner, wanted[1], directions))

    given = list(taken[0])
    given.extend(flatten_like(vectors, taken[1], "hvp: the vectors"))
    return call_once(op, product, given)


def jacobian(body, argnums: Sizes = 0, mode=None):
    """A function that gives the Jacobian of `body`: of shape result.shape + argument.shape.

    For structures of results and arguments the Jacobian is a structure of results, each a structure of arguments; a
    list of argnums gives a list in that place. Shapes must be known. mode: "forward" runs the function once an element
    of the arguments, "reverse" once an element of the results, all at once as a batch; None takes the smaller.
    """
    op = "jacobian"
    checked_arguments(op, body, argnums)
    if mode is not None and mode != "forward" and mode != "reverse":
        raise error("ArgumentError", op + ": mode must be 'forward' or 'reverse', got '" + str(mode) + "'")

    def matrix(args):
        return _jacobian(op, body, args, argnums, mode)

    return compiled(op, matrix, places_of(argnums))


def hessian(body, argnums: Sizes = 0):
    """A function that gives the Hessian of `body`, which returns a single number: argument.shape + argument.shape.

    For structures and lists of argnums it is a structure of structures, as of `jacobian`.
    """
    op = "hessian"
    checked_arguments(op, body, argnums)

    def matrix(args):
        def slopes(*inner):
            return differentiated(op, body, list(inner), argnums, False)[2]

        return _jacobian(op, slopes, args, argnums, "reverse")

    return compiled(op, matrix, places_of(argnums))


# Parts


def _pushed(op, outputs, wanted, given):
    """The tangents of the outputs for those of the arguments' leaves."""
    leaves = []
    directions = []
    for i in range(len(given)):
        if given[i] is not None:
            leaves.append(wanted[1][i])
            directions.append(given[i])
    found = _forward(outputs[3], leaves, seeds_for(op, "tangent", leaves, directions))
    return unflatten(outputs[2], found)


def _forward(outputs, inputs, tangents):
    """d(outputs) along the tangents of the inputs."""
    seeds = [stand_in(tensor.shape, tensor.dtype) for tensor in outputs]
    pulled = gradients(outputs, inputs, seeds)
    linear = []
    directions = []
    for i in range(len(inputs)):
        if pulled[i] is not None:
            linear.append(pulled[i])
            directions.append(tangents[i])
    found = gradients(linear, seeds, directions)
    return [zeros_of(outputs[i]) if found[i] is None else found[i] for i in range(len(outputs))]


def _jacobian(op, body, args, argnums, mode):
    wanted = fresh_arguments(op, args, places_of(argnums))
    outputs = outputs_of(op, body(*wanted[0]), False)
    results, inputs = outputs[3], wanted[1]
    total_in, total_out = _total(op, inputs), _total(op, results)
    forward = mode == "forward" or mode is None and total_in < total_out
    rows = []
    if forward:
        columns = [_columns(results, x) for x in inputs]
        for i in range(len(results)):
            rows.append([column[i] for column in columns])
    else:
        rows = [_rows(y, inputs) for y in results]
    inner = ["list", wanted[2]]
    made = []
    for row in rows:
        part = unflatten(inner, row)
        made.append(part if is_list(argnums) else part[0])
    return unflatten(outputs[2], made)


def _total(op, tensors):
    total = 0
    for tensor in tensors:
        if not is_static(tensor.shape):
            raise error("ShapeError", op + ": needs known shapes, got " + format_shape(tensor.shape))
        total = total + element_count(tensor.shape)
    return total


def _basis(tensor):
    """[n, ...shape]: for each element of a tensor the tensor that is 1 there and 0 elsewhere."""
    count = element_count(tensor.shape)
    ones = cast(equal(iota([count, count], 0), iota([count, count], 1)), tensor.dtype)
    shape = [count]
    shape.extend(tensor.shape)
    return reshape(ones, shape)


def _rows(y, inputs):
    """dy/dx for each of the inputs, one pull for all elements of y."""
    seed = stand_in(y.shape, y.dtype)
    pulled = slopes_of([y], inputs, [seed])
    batch = Batch(element_count(y.shape), None)
    batch.put(seed, _basis(y))
    found = batch.run(pulled)
    made = []
    for i in range(len(inputs)):
        shape = list(y.shape)
        shape.extend(inputs[i].shape)
        made.append(reshape(batch.raised(found[i][0], found[i][1]), shape))
    return made


def _columns(results, x):
    """dy/dx for each of the results, one push for all elements of x."""
    direction = stand_in(x.shape, x.dtype)
    pushed = _forward(results, [x], [direction])
    batch = Batch(element_count(x.shape), None)
    batch.put(direction, _basis(x))
    found = batch.run(pushed)
    made = []
    for i in range(len(results)):
        columns = batch.raised(found[i][0], found[i][1])
        perm = [1 + axis for axis in range(len(results[i].shape))]
        perm.append(0)
        shape = list(results[i].shape)
        shape.extend(x.shape)
        made.append(reshape(transpose(columns, perm), shape))
    return made
