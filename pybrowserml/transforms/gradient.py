"""Derivatives in reverse mode: gradients, products with the transposed Jacobian, gradients of one's own."""

from ..core.annotations import Sizes
from ..core.autodiff import gradients
from ..core.dtypes import is_float
from ..core.graph import STATE, current_trace
from ..core.opset.marks import barrier
from ..core.opset.marks import custom_gradient as record_custom
from ..core.opset.movement import broadcast_to
from ..core.opset.registry import record, scalar, to_tensor
from ..core.replay import again, frontier
from ..core.shapes import copy_shape, format_shape, same_shape
from ..core.structure import Fixed, flatten, flatten_all, flatten_like, leaf_count, parts_of, unflatten
from ..platform.errors import error
from ..platform.numbers import is_function, is_list, is_whole
from ..platform.records import new_record
from ..platform.tasks import drive
from .compiled import CompiledFunction, compiled, is_recorded, require_function


def grad(body, argnums: Sizes = 0, has_aux=False):
    """A function that gives the gradient of `body` with respect to an argument, or a list of gradients.

    body: returns a single number (a float tensor of rank 0); with has_aux a list of that and anything else.
    argnums: the place of an argument, a structure of float tensors, or a list of places. Gradients have the structure
    and shapes of their arguments, and are zeros where there is no influence. With has_aux the function returns
    [gradient, aux]. Gradients of gradients work to any order. Outside of a traced function it runs as one plan.
    """

    def slopes(args):
        found = differentiated("grad", body, args, argnums, has_aux)
        return [found[2], found[1]] if has_aux else found[2]

    checked_arguments("grad", body, argnums)
    return compiled("grad", slopes, places_of(argnums))


def value_and_grad(body, argnums: Sizes = 0, has_aux=False):
    """As `grad`, but the function returns [value, gradient]; with has_aux [[value, aux], gradient]."""

    def both(args):
        found = differentiated("value_and_grad", body, args, argnums, has_aux)
        return [[found[0], found[1]] if has_aux else found[0], found[2]]

    checked_arguments("value_and_grad", body, argnums)
    return compiled("value_and_grad", both, places_of(argnums))


def grads(body):
    """A function that gives a list with the gradient by each argument."""

    def slopes(args):
        return differentiated("grads", body, args, all_places(args), False)[2]

    require_function("grads", body)
    return compiled("grads", slopes, None)


def value_and_grads(body):
    """A function that gives {"value": ..., "grads": [...]}, with the gradient by each argument."""

    def both(args):
        found = differentiated("value_and_grads", body, args, all_places(args), False)
        return new_record(["value", "grads"], [found[0], found[2]])

    require_function("value_and_grads", body)
    return compiled("value_and_grads", both, None)


def variable_grads(body, variables=None):
    """A function that gives {"value", "grads", "variables"}: the value of `body` and its gradients by Variables.

    body: returns a single number. variables: a list of them, whose order the gradients have, zeros where there is no
    influence. None: the trainable float Variables that the body reads, in the order in which it first does.
    """

    def both(args):
        op = "variable_grads"
        trace = current_trace()
        watch = trace.watch()
        try:
            value = _loss_of(op, body(*args), False)[0]
            if variables is None:
                chosen = [item for item in watch.all_keys() if item.trainable and is_float(item.dtype)]
            else:
                chosen = variables
                for variable in chosen:
                    if not is_float(variable.dtype):
                        raise error("DtypeError", op + ": '" + variable.path + "' is " + variable.dtype)
                    trace.read(variable)
            wanted = [watch.at(variable) for variable in chosen]
        finally:
            trace.unwatch()
        slopes = slopes_of([value], wanted, None)
        return new_record(["value", "grads", "variables"], [value, slopes, Fixed(chosen)])

    require_function("variable_grads", body)
    return compiled("variable_grads", both, [])


def vjp(body, primals, has_aux=False):
    """[value, function]: what `body` gives for a list of arguments, and its product with the transposed Jacobian.

    The function takes cotangents of the structure of the value and returns a list with the cotangent of each argument.
    body: returns a structure of float tensors; with has_aux a list of that and anything else, and the result is
    [value, function, aux]. Outside of a traced function the product computes the value again each time; inside,
    what they share is computed once.
    """
    op = "vjp"
    label = "vjp: the cotangents"
    require_function(op, body)
    require_entries(op, "primals", primals)
    if is_recorded(primals):
        wanted = fresh_arguments(op, primals, all_places(primals))
        outputs = outputs_of(op, body(*wanted[0]), has_aux)

        def product(cotangents):
            return _pulled(op, outputs, wanted, flatten_like(cotangents, outputs[2], label))

        result = [outputs[0], product]
        if has_aux:
            result.append(outputs[1])
        return result
    return drive(_vjp_outside(op, body, primals, has_aux, label))


def _vjp_outside(op, body, primals, has_aux, label):
    """Generator → what `vjp` returns, with the value computed."""
    count = len(primals)

    def pulled(args):
        wanted = fresh_arguments(op, args[0:count], all_places(primals))
        outputs = outputs_of(op, body(*wanted[0]), has_aux)
        return _pulled(op, outputs, wanted, args[count : len(args)])

    def forward(args):
        outputs = outputs_of(op, body(*args), has_aux)
        return outputs[0:2] if has_aux else outputs[0]

    product = compiled(op, pulled, None)
    found = yield from CompiledFunction(op, forward, None).call_with(primals)
    spec = flatten(found[0] if has_aux else found, False)[1]

    def pull(cotangents):
        given = list(primals)
        given.extend(flatten_like(cotangents, spec, label))
        return product(*given)

    return [found[0], pull, found[1]] if has_aux else [found, pull]


def _pulled(op, outputs, wanted, cotangents):
    """The cotangents of the arguments `wanted` ([args, leaves, specs]) for those of the output tensors."""
    found = slopes_of(outputs[3], wanted[1], seeds_for(op, "cotangent", outputs[3], cotangents))
    return unflatten(["list", wanted[2]], found)


def seeds_for(op, word, tensors, seeds):
    """Cotangents or tangents as tensors that fit; None becomes zeros."""
    made = []
    for i in range(len(tensors)):
        shape = tensors[i].shape
        if seeds[i] is None:
            made.append(zeros_of(tensors[i]))
            continue
        seed = seeds[i]
        seed = to_tensor(seed, tensors[i].dtype) if not hasattr(seed, "node") else to_tensor(seed)
        if not same_shape(seed.shape, shape) or seed.dtype != tensors[i].dtype:
            raise error(
                "ShapeError",
                op
                + ": a "
                + word
                + " of "
                + tensors[i].dtype
                + " "
                + format_shape(shape)
                + " was expected, got "
                + seed.dtype
                + " "
                + format_shape(seed.shape),
            )
        made.append(seed)
    return made


def outputs_of(op, result, has_aux):
    """[value, aux, spec of the value, float tensors of the value] of what a function returned."""
    if has_aux:
        _require_aux(op, result)
    value = result[0] if has_aux else result
    taken = flatten(value, False)
    tensors = [to_tensor(leaf) for leaf in taken[0]]
    for tensor in tensors:
        if not is_float(tensor.dtype):
            raise error("DtypeError", op + ": the function must return floats, got " + tensor.dtype)
    return [unflatten(taken[1], tensors), result[1] if has_aux else None, taken[1], tensors]


def custom_gradient(f):
    """A function with a gradient of its own: `f` returns [value, gradient].

    value: a tensor or a structure of tensors. gradient: a function that takes a cotangent for each tensor of the value
    and returns the gradient by the argument, or a list with one for each argument (None: no influence). It may use
    what `f` computed and can be differentiated in turn. Only arguments have gradients, not what `f` uses else.
    """
    op = "custom_gradient"
    require_function(op, f)

    def call(*given):
        taken = flatten_all(given, True)
        args = [to_tensor(leaf) for leaf in taken[0]]
        returned = f(*unflatten(taken[1], args))
        if not is_list(returned) or len(returned) != 2 or not is_function(returned[1]):
            raise error("ArgumentError", op + ": the function must return [value, gradient function]")
        result = flatten(returned[0], True)
        values = [to_tensor(leaf) for leaf in result[0]]

        def backward(current, cotangents):
            seeds = []
            for i in range(len(values)):
                seeds.append(zeros_of(values[i]) if cotangents[i] is None else cotangents[i])
            return _given_slopes(op, returned[1](*seeds), taken[1], current)

        return unflatten(result[1], record_custom(values, args, backward, True))

    return call


def _given_slopes(op, found, spec, args):
    """What a user's gradient function returned, as one tensor or None for each leaf of the arguments."""
    single = len(parts_of(spec)) == 1
    if single:
        plain = not is_list(found) or len(found) != 1 or leaf_count(spec) > 1
        found = [found] if plain else found
    slopes = flatten_like(found, spec, op + ": the gradients")
    made = []
    for i in range(len(args)):
        if slopes[i] is None or not is_float(args[i].dtype):
            made.append(None)
            continue
        slope = to_tensor(slopes[i])
        if not same_shape(slope.shape, args[i].shape):
            raise error(
                "ShapeError",
                op
                + ": the gradient by argument "
                + str(i)
                + " must have shape "
                + format_shape(args[i].shape)
                + ", got "
                + format_shape(slope.shape),
            )
        made.append(slope)
    return made


def remat(body):
    """The function, of which a gradient keeps only the arguments and computes all else again in the backward pass.

    It costs the function's work once more and saves the memory of what lies between its arguments and its results.
    Random numbers come out the same the second time; Variables are assigned once only.
    """
    require_function("remat", body)

    def call(*given):
        taken = flatten_all(given, True)
        args = [to_tensor(leaf) for leaf in taken[0]]
        start = STATE.serial
        result = flatten(body(*unflatten(taken[1], args)), True)
        values = [to_tensor(leaf) for leaf in result[0]]
        sources = frontier(values, start, True)

        def backward(current, cotangents):
            outputs = []
            seeds = []
            after = None
            for i in range(len(values)):
                if cotangents[i] is not None:
                    outputs.append(values[i])
                    seeds.append(cotangents[i])
                    if cotangents[i].node.op != "broadcast_to":
                        after = cotangents[i]
            # Only once the cotangent is there: else the second computation may come right after the first.
            guarded = [barrier(tensor, after) for tensor in current]
            return gradients(again(outputs, sources, guarded, after), guarded, seeds)

        return unflatten(result[1], record_custom(values, sources, backward))

    return call


# Parts


def differentiated(op, body, args, argnums, has_aux):
    """[value, aux, gradient or list of gradients] of a function that returns a single number."""
    wanted = fresh_arguments(op, args, places_of(argnums))
    found = _loss_of(op, body(*wanted[0]), has_aux)
    slopes = slopes_of([found[0]], wanted[1], None)
    parts = unflatten(["list", wanted[2]], slopes)
    return [found[0], found[1], parts if is_list(argnums) else parts[0]]


def fresh_arguments(op, args, places):
    """[args, leaves, specs]: the arguments with tensors of their own at the given places, whose leaves are listed.

    A tensor may come several times, and the function may use it otherwise too; none of that is part of the derivative.
    """
    made = list(args)
    leaves = []
    specs = []
    for place in places:
        if not is_whole(place) or place < 0 or place >= len(args):
            raise error(
                "ArgumentError",
                op + ": there is no argument " + str(place) + "; the function got " + str(len(args)),
            )
        taken = flatten(args[place], True)
        own = []
        for leaf in taken[0]:
            tensor = to_tensor(leaf)
            if not is_float(tensor.dtype):
                raise error(
                    "DtypeError", op + ": argument " + str(place) + " must be a float, got " + tensor.dtype
                )
            # A reshape to the same shape vanishes in the compiler.
            own.append(record("reshape", [tensor], {"shape": copy_shape(tensor.shape)})[0])
        leaves.extend(own)
        specs.append(taken[1])
        made[place] = unflatten(taken[1], own)
    return [made, leaves, specs]


def slopes_of(outputs, wanted, cotangents):
    """As `gradients`, with zeros where there is no influence."""
    found = gradients(outputs, wanted, cotangents)
    return [zeros_of(wanted[i]) if found[i] is None else found[i] for i in range(len(wanted))]


def zeros_of(tensor):
    """Zeros of a tensor's shape and dtype."""
    return broadcast_to(scalar(0, tensor.dtype), copy_shape(tensor.shape))


def places_of(argnums):
    return argnums if is_list(argnums) else [argnums]


def all_places(args):
    return [i for i in range(len(args))]


def checked_arguments(op, body, argnums):
    require_function(op, body)
    for place in places_of(argnums):
        if not is_whole(place):
            raise error("ArgumentError", op + ": argnums must be an integer or a list of them")
    return None


def require_entries(op, argument, value):
    if not is_list(value):
        raise error("ArgumentError", op + ": " + argument + " must be a list with one entry an argument")
    return None


def _require_aux(op, result):
    if not is_list(result) or len(result) != 2:
        raise error("ArgumentError", op + ": with has_aux the function must return [value, aux]")
    return None


def _loss_of(op, result, has_aux):
    """[value, aux] of what a function that is to be differentiated returned."""
    if has_aux:
        _require_aux(op, result)
    taken = flatten(result[0] if has_aux else result, False)
    if len(taken[0]) != 1 or leaf_count(taken[1]) != 1 or taken[1][0] != "leaf":
        raise error("ArgumentError", op + ": the function must return a single number, got a structure")
    value = to_tensor(taken[0][0])
    if len(value.shape) > 0:
        raise error(
            "ShapeError",
            op + ": the function must return a single number, got shape " + format_shape(value.shape),
        )
    if not is_float(value.dtype):
        raise error("DtypeError", op + ": the function must return a float, got " + value.dtype)
    return [value, result[1] if has_aux else None]
