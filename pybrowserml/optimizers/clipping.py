"""Limits on gradients."""

from ..core.opset.binary import add, divide, maximum, multiply
from ..core.opset.reduction import reduce_sum
from ..core.opset.unary import sqrt
from ..ops.math import clip, square


def clipped(gradients, clipnorm, clipvalue, global_clipnorm):
    """The gradients, limited by at most one of: each one's norm, each element, the norm of all together."""
    if clipnorm is not None:
        return [clip_by_norm(gradient, clipnorm) for gradient in gradients]
    if clipvalue is not None:
        return [clip(gradient, -clipvalue, clipvalue) for gradient in gradients]
    if global_clipnorm is not None:
        total = None
        for gradient in gradients:
            part = reduce_sum(square(gradient), None, False)
            total = part if total is None else add(total, part)
        limit = global_clipnorm * 1.0
        factor = divide(limit, maximum(sqrt(total), limit))
        return [multiply(gradient, factor) for gradient in gradients]
    return gradients


def clip_by_norm(gradient, limit):
    """A gradient scaled down so that its Euclidean norm is at most the limit."""
    total = reduce_sum(square(gradient), None, False)
    return multiply(gradient, divide(limit * 1.0, maximum(sqrt(total), limit * 1.0)))
