"""What gather and scatter steps must look like for integer shapes."""

from ...core.lists import same_items
from ...platform.numbers import is_list
from ..resolve import element_count
from .common import are_distinct_axes, expect, is_whole_list, joined


def _gathered(x, indices, axis):
    return joined(joined(x[0:axis], indices), x[axis + 1 : len(x)])


def gather_shape(params, inputs, outputs):
    axis = params["axis"]
    if not are_distinct_axes([axis], len(inputs[0])):
        return "has an axis outside of its input's rank"
    if inputs[0][axis] == 0 and element_count(outputs[0]) > 0:
        return "reads from an empty axis"
    return expect(_gathered(inputs[0], inputs[1], axis), outputs[0])


def gather_sum_shape(params, inputs, outputs):
    axis = params["axis"]
    indices = inputs[1]
    if not are_distinct_axes([axis], len(inputs[0])):
        return "has an axis outside of its input's rank"
    if inputs[0][axis] == 0 and element_count(outputs[0]) > 0:
        return "reads from an empty axis"
    if len(indices) < 1 or not same_items(indices, inputs[2]):
        return "has weights that do not fit its indices"
    return expect(_gathered(inputs[0], indices[0 : len(indices) - 1], axis), outputs[0])


def scatter_shape(params, inputs, outputs):
    shape = params["shape"]
    axis = params["axis"]
    if (
        not is_list(shape)
        or not is_whole_list(shape, len(shape), 0)
        or not are_distinct_axes([axis], len(shape))
    ):
        return "needs a shape and an axis inside its rank"
    if params["reduction"] not in ["add", "mul", "max", "min", "update"]:
        return "has an unknown reduction"
    if shape[axis] == 0 and element_count(inputs[1]) > 0:
        return "writes to an empty axis"
    if not same_items(_gathered(shape, inputs[0], axis), inputs[1]):
        return "has updates that do not fit its indices"
    if len(inputs) == 3 and not same_items(inputs[2], shape):
        return "has a base of another shape"
    return expect(shape, outputs[0])
