"""Activations: float tensor of any shape → the same shape, elementwise save for softmax and its kin and glu."""

from ..core.annotations import Axes
from ..core.dims import is_symbolic
from ..core.opset.binary import (
    add,
    divide,
    greater,
    greater_equal,
    less,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.derivative import with_derivatives
from ..core.opset.generators import iota
from ..core.opset.marks import custom_gradient
from ..core.opset.reduction import reduce_max, reduce_min, reduce_sum
from ..core.opset.registry import as_float, with_dtype
from ..core.opset.scanning import cumulative
from ..core.opset.sorting import sort
from ..core.opset.unary import absolute, erf, exp, expm1, log, log1p, negative, sigmoid, stop_gradient, tanh
from ..core.shapes import copy_shape, format_shape, normalize_axes, normalize_axis
from ..platform.errors import error
from ..platform.numbers import is_number
from .arguments import shown, two_floats
from .joining import split
from .math import clip, square
from .polynomials import polynomial
from .reduction import is_empty
from .trigonometry import hypot

# (x - tanh(x)) / x³ in x², |x| <= 1; fitted as in `special`, 5.3e-9
TANH_SHRINK = [-0.000142823488, 0.000923607605, -0.00320695134, 0.00869794944, -0.0218295849, 0.0539634209]
TANH_SHRINK.extend([-0.133333107, 0.333333332])

# Rectifiers


def relu(x):
    """max(x, 0)."""
    return maximum(as_float(x, "relu"), 0.0)


def relu6(x):
    """x limited to [0, 6]."""
    return minimum(maximum(as_float(x, "relu6"), 0.0), 6.0)


def leaky_relu(x, negative_slope=0.2):
    """x above 0, negative_slope * x below."""
    x = as_float(x, "leaky_relu")
    return where(greater(x, 0.0), x, multiply(x, negative_slope))


def prelu(x, alpha):
    """x above 0, alpha * x below; alpha: a tensor that broadcasts."""
    operands = two_floats(x, alpha, "prelu")
    x = operands[0]
    return where(greater(x, 0.0), x, multiply(x, operands[1]))


def threshold(x, threshold, default_value):
    """x above the threshold, default_value elsewhere."""
    x = as_float(x, "threshold")
    return where(greater(x, threshold), x, default_value)


def hard_shrink(x, threshold=0.5):
    """x where |x| > threshold, else 0."""
    x = as_float(x, "hard_shrink")
    return where(greater(absolute(x), threshold), x, 0.0)


def soft_shrink(x, threshold=0.5):
    """x moved towards 0 by the threshold, 0 within it."""
    x = as_float(x, "soft_shrink")
    return add(maximum(subtract(x, threshold), 0.0), minimum(add(x, threshold), 0.0))


# Exponential units


def elu(x, alpha=1.0):
    """x above 0, alpha * (exp(x) - 1) below. Source: Clevert et al. 2016, arXiv:1511.07289."""
    x = as_float(x, "elu")
    above = greater(x, 0.0)
    # A minimum in the place of `where` would have no slope at 0 itself.
    return where(above, x, multiply(expm1(where(above, 0.0, x)), alpha))


def celu(x, alpha=1.0):
    """x above 0, alpha * (exp(x / alpha) - 1) below. Source: Barron 2017, arXiv:1704.07483."""
    x = as_float(x, "celu")
    above = greater(x, 0.0)
    return where(above, x, multiply(expm1(divide(where(above, 0.0, x), alpha)), alpha))


def selu(x):
    """Scaled elu. Source: Klambauer et al. 2017, arXiv:1706.02515."""
    return multiply(elu(x, 1.6732632423543772), 1.0507009873554805)


def gelu(x, approximate=True):
    """x times the normal distribution function of x, by tanh when `approximate`. Source: arXiv:1606.08415."""
    x = as_float(x, "gelu")
    if approximate:
        inner = multiply(add(x, multiply(multiply(multiply(x, x), x), 0.044715)), 0.7978845608028654)
        return multiply(multiply(x, 0.5), add(tanh(inner), 1.0))
    return multiply(multiply(x, 0.5), add(erf(multiply(x, 0.7071067811865476)), 1.0))


def silu(x):
    """x * sigmoid(x). Source: Elfwing, Uchibe, Doya 2018, arXiv:1702.03118."""
    x = as_float(x, "silu")
    return multiply(x, sigmoid(x))


def swish(x):
    """The same as `silu`."""
    return silu(x)


def softplus(x):
    """log(1 + exp(x)) without overflow."""
    x = as_float(x, "softplus")
    y = add(maximum(x, 0.0), log1p(exp(negative(absolute(x)))))
    return with_derivatives(y, [x], lambda xs, y: [sigmoid(xs[0])])


def softsign(x):
    """x / (1 + |x|)."""
    x = as_float(x, "softsign")
    return divide(x, add(absolute(x), 1.0))


def squareplus(x, b: float = 4):
    """(x + sqrt(x² + b)) / 2, without cancelling below 0. Source: Barron 2021, arXiv:2112.11687."""
    x = as_float(x, "squareplus")
    if not is_number(b) or b < 0:
        raise error("ArgumentError", "squareplus: b must be a number >= 0, got " + shown(b))
    if b == 0:
        return relu(x)
    size = absolute(x)
    y = add(maximum(x, 0.0), divide(0.5 * b, add(size, hypot(size, b**0.5))))
    return with_derivatives(y, [x], lambda xs, y: [divide(y, hypot(xs[0], b**0.5))])


def mish(x):
    """x * tanh(softplus(x)). Source: Misra 2019, arXiv:1908.08681."""
    x = as_float(x, "mish")
    return multiply(x, tanh(softplus(x)))


def log_sigmoid(x):
    """log(sigmoid(x)) without underflow."""
    return negative(softplus(negative(as_float(x, "log_sigmoid"))))


def tanh_shrink(x):
    """x - tanh(x), by a polynomial where that would cancel."""
    x = as_float(x, "tanh_shrink")
    u = minimum(square(x), 1.0)
    near = multiply(multiply(x, u), polynomial(u, TANH_SHRINK))
    y = where(less(absolute(x), 1.0), near, subtract(x, tanh(x)))
    return with_derivatives(y, [x], lambda xs, y: [square(tanh(xs[0]))])


# Piecewise linear and quadratic units


def hard_sigmoid(x):
    """x / 6 + 1/2, limited to [0, 1]."""
    return multiply(relu6(add(as_float(x, "hard_sigmoid"), 3.0)), 1.0 / 6.0)


def hard_silu(x):
    """x * hard_sigmoid(x)."""
    x = as_float(x, "hard_silu")
    return multiply(x, hard_sigmoid(x))


def hard_swish(x):
    """The same as `hard_silu`."""
    return hard_silu(x)


def hard_tanh(x):
    """x limited to [-1, 1]."""
    return clip(as_float(x, "hard_tanh"), -1.0, 1.0)


def sparse_plus(x):
    """0 up to -1, (x + 1)² / 4 up to 1, x above."""
    x = as_float(x, "sparse_plus")
    return where(greater_equal(x, 1.0), x, multiply(0.25, square(add(maximum(minimum(x, 1.0), -1.0), 1.0))))


def sparse_sigmoid(x):
    """(x + 1) / 2, limited to [0, 1]."""
    return multiply(0.5, add(maximum(minimum(as_float(x, "sparse_sigmoid"), 1.0), -1.0), 1.0))


# Along axes


def softmax(x, axis: Axes = -1):
    """exp(x) / sum(exp(x)) along an axis (or a list of axes; None: all), without overflow."""
    x = as_float(x, "softmax")
    if is_empty(x.shape, normalize_axes(axis, len(x.shape), "softmax")):
        return x
    powers = exp(subtract(x, stop_gradient(reduce_max(x, axis, True))))

    def backward(args, cotangents):
        # Of the result alone: else powers and their sums would be kept for the gradient as well.
        y = softmax(args[0], axis)
        g = cotangents[0]
        return [multiply(y, subtract(g, reduce_sum(multiply(g, y), axis, True)))]

    return custom_gradient([divide(powers, reduce_sum(powers, axis, True))], [x], backward)[0]


def log_softmax(x, axis: Axes = -1):
    """log(softmax(x)) along an axis (or a list of axes; None: all), without underflow."""
    x = as_float(x, "log_softmax")
    if is_empty(x.shape, normalize_axes(axis, len(x.shape), "log_softmax")):
        return x
    shifted = subtract(x, stop_gradient(reduce_max(x, axis, True)))
    return subtract(shifted, log(reduce_sum(exp(shifted), axis, True)))


def glu(x, axis=-1):
    """The first half of x along an axis times the sigmoid of the second half. Source: arXiv:1612.08083."""
    x = as_float(x, "glu")
    place = normalize_axis(axis, len(x.shape), "glu")
    size = x.shape[place]
    if not is_symbolic(size) and size % 2 != 0:
        raise error(
            "ShapeError", "glu: axis " + str(place) + " must have an even size, got " + format_shape(x.shape)
        )
    halves = split(x, 2, place)
    return multiply(halves[0], sigmoid(halves[1]))


def sparsemax(x, axis=-1):
    """The point of the probability simplex next to x along an axis: softmax with true zeros.

    Source: Martins, Astudillo 2016, arXiv:1602.02068.
    """
    x = as_float(x, "sparsemax")
    place = normalize_axis(axis, len(x.shape), "sparsemax")
    if is_empty(x.shape, [place]):
        return x
    z = subtract(x, stop_gradient(reduce_max(x, place, True)))
    ordered = sort(stop_gradient(z), place, True)[0]
    rank = add(iota(copy_shape(x.shape), place), 1)
    inside = greater(
        add(multiply(ordered, with_dtype(rank, x.dtype)), 1.0),
        cumulative("sum", ordered, place, False, False),
    )
    # The smallest one inside: equal ones are in or out together.
    least = reduce_min(where(inside, ordered, 0.0), place, True)
    chosen = greater_equal(z, least)
    count = reduce_sum(with_dtype(chosen, x.dtype), place, True)
    threshold = divide(subtract(reduce_sum(where(chosen, z, 0.0), place, True), 1.0), count)
    return where(chosen, maximum(subtract(z, threshold), 0.0), 0.0)
