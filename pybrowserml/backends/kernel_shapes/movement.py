"""What steps that only move elements must look like for integer shapes."""

from ...platform.numbers import is_list
from ..resolve import element_count
from .common import are_distinct_axes, expect, fits_into, is_whole_list


def reshape_shape(params, inputs, outputs):
    if element_count(inputs[0]) != element_count(outputs[0]):
        return "changes the number of elements"
    return None


def transpose_shape(params, inputs, outputs):
    perm = params["perm"]
    rank = len(inputs[0])
    if not is_whole_list(perm, rank, 0) or not are_distinct_axes(sorted(perm), rank):
        return "has a perm that is no order of the axes"
    return expect([inputs[0][axis] for axis in perm], outputs[0])


def broadcast_to_shape(params, inputs, outputs):
    return None if fits_into(inputs[0], outputs[0]) else "has an input that does not broadcast to its output"


def slice_shape(params, inputs, outputs):
    x = inputs[0]
    y = outputs[0]
    if not is_whole_list(params["begin"], len(x), 0) or not is_whole_list(params["strides"], len(x), 1):
        return "needs begin of at least 0 and strides of at least 1 for every axis"
    if len(y) != len(x):
        return "changes the rank"
    for i in range(len(x)):
        if y[i] > 0 and params["begin"][i] + (y[i] - 1) * params["strides"][i] >= x[i]:
            return "reads beyond axis " + str(i)
    return None


def pad_shape(params, inputs, outputs):
    x = inputs[0]
    if not is_list(params["pads"]) or len(params["pads"]) != len(x):
        return "needs one entry of pads an axis"
    shape = []
    for i in range(len(x)):
        entry = params["pads"][i]
        if not is_whole_list(entry, 3, 0):
            return "needs pads [lo, hi, interior] of at least 0"
        inside = x[i] + (x[i] - 1) * entry[2] if x[i] > 0 else 0
        shape.append(inside + entry[0] + entry[1])
    return expect(shape, outputs[0])


def concat_shape(params, inputs, outputs):
    axis = params["axis"]
    if not are_distinct_axes([axis], len(inputs[0])):
        return "has an axis outside of its inputs' rank"
    shape = [dim for dim in inputs[0]]
    shape[axis] = 0
    for given in inputs:
        if len(given) != len(shape):
            return "has inputs of different ranks"
        for i in range(len(shape)):
            if i != axis and given[i] != shape[i]:
                return "has inputs that differ outside of its axis"
        shape[axis] = shape[axis] + given[axis]
    return expect(shape, outputs[0])


def flip_shape(params, inputs, outputs):
    if not are_distinct_axes(params["axes"], len(inputs[0])):
        return "needs sorted axes inside its input's rank"
    return expect(inputs[0], outputs[0])
