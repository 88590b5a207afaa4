"""What decompositions of matrices must look like for integer shapes."""

from .common import expect, joined


def eigh_shape(params, inputs, outputs):
    x = inputs[0]
    rank = len(x)
    if rank < 2 or x[rank - 1] != x[rank - 2]:
        return "needs square matrices"
    wrong = expect(x[0 : rank - 1], outputs[0])
    return wrong if wrong is not None else expect(x, outputs[1])


def svd_shape(params, inputs, outputs):
    x = inputs[0]
    rank = len(x)
    if rank < 2:
        return "needs matrices"
    lead = x[0 : rank - 2]
    count = min(x[rank - 2], x[rank - 1])
    tails = [[x[rank - 2], count], [count], [count, x[rank - 1]]]
    for i in range(3):
        wrong = expect(joined(lead, tails[i]), outputs[i])
        if wrong is not None:
            return wrong
    return None
