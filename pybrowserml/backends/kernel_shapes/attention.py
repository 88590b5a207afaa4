"""What a step `attention` must look like for integer shapes."""

from ...platform.numbers import is_bool, is_list
from .common import expect, is_whole_list, joined, operands_fit


class AttentionSizes:
    """count: matrices; m, s: rows and length of their scores; k: depth of the first product; v: columns of the second.

    params, shapes: of the step and its inputs, integers.
    """

    def __init__(self, params, shapes):
        query = shapes[0]
        key = shapes[1]
        value = shapes[2]
        rank = len(query)
        last = len(value) - 1
        self.lead = value[0 : last - 1]
        self.count = product_of(query[0 : rank - 2])
        self.m = query[rank - 1] if params["transpose_q"] else query[rank - 2]
        self.k = query[rank - 2] if params["transpose_q"] else query[rank - 1]
        self.s = key[len(key) - 2] if params["transpose_k"] else key[len(key) - 1]
        self.v = value[last - 1] if params["transpose_v"] else value[last]


def product_of(dims):
    count = 1
    for dim in dims:
        count = count * dim
    return count


def attention_shape(params, inputs, outputs):
    for k in range(3):
        if len(inputs[k]) < 2:
            return "needs operands of rank 2 or more"
    sizes = AttentionSizes(params, inputs)
    key = inputs[1]
    value = inputs[2]
    depth = key[len(key) - 1] if params["transpose_k"] else key[len(key) - 2]
    length = value[len(value) - 1] if params["transpose_v"] else value[len(value) - 2]
    if depth != sizes.k or length != sizes.s:
        return "has products of sizes that do not fit"
    if product_of(key[0 : len(key) - 2]) != sizes.count or product_of(sizes.lead) != sizes.count:
        return "needs as many matrices of each operand"
    for key in ["transpose_q", "transpose_k", "transpose_v", "causal"]:
        if not is_bool(params[key]):
            return "needs " + key + " to be true or false"
    shape = params["shape"]
    if not is_list(shape) or len(shape) == 0 or not is_whole_list(shape, len(shape), 0):
        return "needs the shape of its scores"
    if shape[len(shape) - 1] != sizes.s or product_of(shape) != sizes.count * sizes.m * sizes.s:
        return "has another shape than its scores"
    wrong = expect(joined(sizes.lead, [sizes.m, sizes.v]), outputs[0])
    return wrong if wrong is not None else operands_fit(inputs[3 : len(inputs)], shape)
