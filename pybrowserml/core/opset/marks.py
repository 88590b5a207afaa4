"""Primitives that compute nothing and vanish when a graph is compiled; they tell passes and gradients what to do."""

from ..graph import new_serial
from ..shapes import copy_shape
from .registry import record, register
from .rules import any_to_same


def custom_gradient(values, args, backward, chosen=False):
    """The values, whose gradient by the arguments is what `backward` says.

    backward(args, cotangents) → a cotangent or None for each argument. `args` are those of the node that is
    differentiated, which are others than at first when the graph was copied; None stands for a cotangent of zeros.
    chosen: it may be another one than that which follows from the values, not just a cheaper way to it.
    """
    inputs = list(values)
    inputs.extend(args)
    return record("custom_gradient", inputs, {"backward": backward, "values": len(values), "chosen": chosen})


def barrier(x, after):
    """x, which the compiler takes for a value of which it knows nothing: what is computed from it is not shared with
    what is computed from x.

    after: a tensor that must be computed before anything is computed from the result, or None.
    """
    return record("barrier", [x] if after is None else [x, after], {"mark": new_serial()})[0]


def _custom_rule(shapes, dtypes, attrs):
    return [[copy_shape(shapes[i]), dtypes[i]] for i in range(attrs["values"])]


def _custom_grad(node, cotangents):
    count = node.attrs["values"]
    found = [None for i in range(count)]
    found.extend(node.attrs["backward"](node.inputs[count : len(node.inputs)], cotangents))
    return found


def _barrier_grad(node, cotangents):
    return [cotangents[0]] if len(node.inputs) == 1 else [cotangents[0], None]


register("custom_gradient", _custom_rule, _custom_grad)
register("barrier", any_to_same, _barrier_grad)
