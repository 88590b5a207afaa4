"""What elementwise steps, products and reductions must look like for integer shapes."""

from ...core.lists import same_items
from ...core.shapes import reduced_shape
from ...platform.numbers import is_list
from .common import (
    are_distinct_axes,
    epilogue_fits,
    expect,
    first_of,
    is_whole_list,
    joined,
    operands_fit,
)


def elementwise_shape(params, inputs, outputs):
    shape = first_of(outputs)
    for output in outputs:
        if output is not None and not same_items(output, shape):
            return "has outputs of different shapes"
    return operands_fit(inputs, shape)


def matmul_shape(params, inputs, outputs):
    a = inputs[0]
    b = inputs[1]
    if len(a) < 2 or len(b) < 2:
        return "needs operands of rank 2 or more"
    rows = a[len(a) - 1] if params["transpose_a"] else a[len(a) - 2]
    inner = a[len(a) - 2] if params["transpose_a"] else a[len(a) - 1]
    other = b[len(b) - 1] if params["transpose_b"] else b[len(b) - 2]
    columns = b[len(b) - 2] if params["transpose_b"] else b[len(b) - 1]
    if inner != other:
        return "has inner sizes " + str(inner) + " and " + str(other)
    lead = _broadcast(a[0 : len(a) - 2], b[0 : len(b) - 2])
    if lead is None:
        return "has leading axes that do not broadcast"
    wrong = expect(joined(lead, [rows, columns]), outputs[0])
    return wrong if wrong is not None else epilogue_fits(inputs, outputs)


def _broadcast(a, b):
    rank = max(len(a), len(b))
    shape = []
    for i in range(rank):
        left = a[i - rank + len(a)] if i - rank + len(a) >= 0 else 1
        right = b[i - rank + len(b)] if i - rank + len(b) >= 0 else 1
        if left != right and left != 1 and right != 1:
            return None
        shape.append(right if left == 1 else left)
    return shape


def reduce_shape(params, inputs, outputs):
    if params["op"] not in ["sum", "prod", "max", "min"]:
        return "has an unknown op"
    if not are_distinct_axes(params["axes"], len(inputs[0])) or len(params["axes"]) == 0:
        return "needs sorted axes inside its input's rank"
    return expect(reduced_shape(inputs[0], params["axes"], params["keepdims"]), outputs[0])


def reductions_shape(params, inputs, outputs):
    shape = params["shape"]
    axes = params["axes"]
    ops = params["ops"]
    if not is_list(shape) or not is_whole_list(shape, len(shape), 0):
        return "needs the shape of what it reduces"
    if not are_distinct_axes(axes, len(shape)) or len(axes) == 0:
        return "needs sorted axes inside its shape's rank"
    for axis in range(axes[0], axes[len(axes) - 1]):
        if axis not in axes and shape[axis] != 1:
            return "has an axis that stays between those it reduces"
    for i in range(len(outputs)):
        if ops[i] is not None and ops[i] not in ["sum", "prod", "max", "min"]:
            return "has an unknown op"
        if outputs[i] is not None:
            wrong = expect(shape if ops[i] is None else reduced_shape(shape, axes, True), outputs[i])
            if wrong is not None and ops[i] is not None:
                wrong = expect(reduced_shape(shape, axes, False), outputs[i])
            if wrong is not None:
                return wrong
    return operands_fit(inputs, shape)


def arg_reduce_shape(params, inputs, outputs):
    if params["op"] not in ["argmax", "argmin"]:
        return "has an unknown op"
    if not are_distinct_axes([params["axis"]], len(inputs[0])):
        return "has an axis outside of its input's rank"
    return expect(reduced_shape(inputs[0], [params["axis"]], params["keepdims"]), outputs[0])


def rows_shape(params, inputs, outputs):
    shape = params["shape"]
    if not is_list(shape) or len(shape) == 0 or not is_whole_list(shape, len(shape), 0):
        return "needs the shape of its rows"
    narrow = reduced_shape(shape, [len(shape) - 1], True)
    for output in outputs:
        if output is not None and not same_items(output, shape) and not same_items(output, narrow):
            wrong = expect(reduced_shape(shape, [len(shape) - 1], False), output)
            if wrong is not None:
                return wrong
    return operands_fit(inputs, shape)
