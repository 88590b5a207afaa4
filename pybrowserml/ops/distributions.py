"""Random tensors of distributions that take more than one transformation of a uniform number.

Rejection runs a fixed number of rounds, all in one fused step. A sample that is refused in all of them (less than one
in a hundred thousand for gamma, one in some hundred for counts) takes the distribution's centre, or a rounded normal
number, which hardly differs there. Gradients do not flow through samples to the parameters.
"""

from ..core.dims import dims_equal
from ..core.dtypes import check_dtype
from ..core.opset.binary import (
    add,
    divide,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_or,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.generators import bits_to_normal
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.reduction import argmax
from ..core.opset.registry import as_float, scalar, to_tensor, with_dtype
from ..core.opset.sorting import sort as sort_primitive
from ..core.opset.unary import (
    absolute,
    cast,
    exp,
    floor,
    log,
    log1p,
    negative,
    reciprocal,
    sqrt,
    stop_gradient,
)
from ..core.shapes import copy_shape, format_shape, normalize_axis
from ..platform.errors import error
from ..platform.numbers import is_number
from .arguments import require_whole
from .indexing import take
from .streams import stream_of

GAMMA_ROUNDS = 4
# Whole numbers m of 23 bits with |normal(m)| < 2 lie between the first one and its mirror image.
FIRST_WITHIN_TWO = 190842
REJECTION_ROUNDS = 5
# Below this mean, counts are found by adding up probabilities; so many terms hold all but 1e-9 of them.
SMALL_MEAN = 10.0
TERMS = 40


def _float_dtype(dtype, op):
    kind = "float32" if dtype is None else check_dtype(dtype, op)
    if kind not in ["float16", "float32", "float64"]:
        raise error("DtypeError", op + ": dtype must be a float, got " + kind)
    return kind


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normals with a mean and a standard deviation, none further than two standard deviations from the mean."""
    kind = _float_dtype(dtype, "truncated_normal")
    picked = stream_of(seed).below(shape, 8388608 - 2 * FIRST_WITHIN_TWO)
    z = bits_to_normal(multiply(add(picked, FIRST_WITHIN_TWO), 512))
    return with_dtype(add(multiply(z, stddev), mean), kind)


def exponential(shape, scale=1.0, dtype=None, seed=None):
    """Exponentially distributed numbers with a mean `scale`."""
    kind = _float_dtype(dtype, "exponential")
    return with_dtype(multiply(negative(log1p(negative(stream_of(seed).uniform(shape)))), scale), kind)


def gamma(shape, alpha, dtype=None, seed=None):
    """Gamma distributed numbers of a shape parameter alpha > 0 (a number or a tensor that broadcasts) and scale 1.

    Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", four rounds.
    """
    kind = _float_dtype(dtype, "gamma")
    return with_dtype(stop_gradient(_gamma(shape, alpha, stream_of(seed))), kind)


def _gamma(shape, given, stream):
    alpha = as_float(to_tensor(given))
    small = less(alpha, 1.0)
    a = where(small, add(alpha, 1.0), alpha)
    d = subtract(a, 1.0 / 3.0)
    c = divide(1.0 / 3.0, sqrt(d))
    v = broadcast_to(scalar(1.0, "float32"), copy_shape(shape))
    taken = broadcast_to(scalar(False, "bool"), copy_shape(shape))
    for turn in range(GAMMA_ROUNDS):
        x = stream.part(2 * turn).normal(shape)
        u = subtract(1.0, stream.part(2 * turn + 1).uniform(shape))
        w = add(multiply(c, x), 1.0)
        cube = multiply(multiply(w, w), w)
        safe = where(greater(cube, 0.0), cube, 1.0)
        bound = add(multiply(multiply(x, x), 0.5), multiply(d, add(subtract(1.0, cube), log(safe))))
        good = logical_and(greater(w, 0.0), less(log(u), bound))
        v = where(taken, v, where(good, cube, 1.0))
        taken = logical_or(taken, good)
    drawn = multiply(d, v)
    if is_number(given) and given >= 1:
        return drawn
    # Smaller alpha: alpha + 1, times a power of a uniform number.
    boost = exp(divide(log(subtract(1.0, stream.part(2 * GAMMA_ROUNDS).uniform(shape))), alpha))
    return where(small, multiply(drawn, boost), drawn)


def beta(shape, alpha, beta, dtype=None, seed=None):
    """Beta distributed numbers of the parameters alpha and beta > 0 (numbers or tensors that broadcast).

    Source: the share of one of two gamma variables.
    """
    kind = _float_dtype(dtype, "beta")
    stream = stream_of(seed)
    x = _gamma(shape, alpha, stream.part(101))
    y = _gamma(shape, beta, stream.part(102))
    total = add(x, y)
    return with_dtype(stop_gradient(where(greater(total, 0.0), divide(x, total), 0.5)), kind)


def categorical(logits, num_samples, dtype="int32", seed=None):
    """[batch, num_samples] classes, drawn with the probabilities softmax(logits) of logits [batch, classes].

    Source: the largest of logits with Gumbel noise (Gumbel 1954), one for each sample and class.
    """
    logits = as_float(logits, "categorical", "logits")
    num_samples = require_whole(num_samples, 0, "categorical: num_samples")
    if len(logits.shape) != 2:
        raise error(
            "ShapeError",
            "categorical: logits must have shape [batch, classes], got " + format_shape(logits.shape),
        )
    rows = logits.shape[0]
    classes = logits.shape[1]
    if dims_equal(classes, 0):
        raise error("ShapeError", "categorical: logits " + format_shape(logits.shape) + " have no classes")
    noise = stream_of(seed).uniform([rows, num_samples, classes])
    gumbel = negative(log(negative(log(add(noise, 2.0**-25)))))
    scores = add(reshape(logits, [rows, 1, classes]), gumbel)
    return cast(argmax(scores, 2, False), dtype)


def permutation(n, seed=None):
    """int32 [n]: 0 .. n - 1 in random order, by sorting random bits."""
    return sort_primitive(stream_of(seed).bits([n]), 0, False)[1]


def shuffle(x, axis=0, seed=None):
    """x with its slices along an axis in random order."""
    x = to_tensor(x, None, "shuffle", "x")
    place = normalize_axis(axis, len(x.shape), "shuffle")
    if dims_equal(x.shape[place], 0):
        return x
    return take(x, permutation(x.shape[place], seed), place)


def poisson(shape, lam, dtype=None, seed=None):
    """Whole numbers, as floats, with Poisson's distribution of mean lam (a number or a tensor that broadcasts).

    Source: added probabilities below a mean of 10; else the transformed rejection PTRS of Hormann 1993, "The
    transformed rejection method for generating Poisson random variables".
    """
    kind = _float_dtype(dtype, "poisson")
    mean = as_float(to_tensor(lam, None, "poisson", "lam"))
    stream = stream_of(seed)
    few = minimum(mean, SMALL_MEAN)
    drawn = _few(stream.part(0).uniform(shape), exp(negative(few)), lambda j: divide(few, j + 1.0))
    if not is_number(lam) or lam >= SMALL_MEAN:
        drawn = where(less(mean, SMALL_MEAN), drawn, _many_poisson(shape, maximum(mean, SMALL_MEAN), stream))
    return with_dtype(stop_gradient(drawn), kind)


def _few(u, first, ratio):
    """How many of the sums of probabilities are not above u: the first probability, then times ratio(j)."""
    probability = first
    total = first
    count = where(greater_equal(u, total), 1.0, 0.0)
    for j in range(TERMS):
        probability = multiply(probability, ratio(j))
        total = add(total, probability)
        # Probabilities below the grid of u say nothing any more.
        more = logical_and(greater_equal(u, total), greater(probability, 3e-8))
        count = add(count, where(more, 1.0, 0.0))
    return count


def _stirling_tail(k):
    """log(k!) - ((k + 0.5) log(k + 1) - (k + 1) + log(2 pi) / 2)."""
    inverse = reciprocal(add(k, 1.0))
    square = multiply(inverse, inverse)
    inner = subtract(1.0 / 360.0, multiply(1.0 / 1260.0, square))
    return multiply(subtract(1.0 / 12.0, multiply(inner, square)), inverse)


def _rounded_normal(shape, mean, deviation, stream):
    """What a sample takes that was refused in every round."""
    z = stream.part(2 * REJECTION_ROUNDS + 1).normal(shape)
    return maximum(floor(add(add(mean, multiply(deviation, z)), 0.5)), 0.0)


def _many_poisson(shape, mean, stream):
    root = sqrt(mean)
    b = add(multiply(2.53, root), 0.931)
    a = subtract(multiply(0.02483, b), 0.059)
    log_inverse_alpha = log(add(divide(1.1328, subtract(b, 3.4)), 1.1239))
    sure = subtract(0.9277, divide(3.6224, subtract(b, 2.0)))
    found = _rounded_normal(shape, mean, root, stream)
    taken = broadcast_to(scalar(False, "bool"), copy_shape(shape))
    for turn in range(REJECTION_ROUNDS):
        u = subtract(stream.part(2 * turn + 1).uniform(shape), 0.5)
        v = subtract(1.0, stream.part(2 * turn + 2).uniform(shape))
        us = subtract(0.5, absolute(u))
        safe = maximum(us, 1e-6)
        k = floor(add(multiply(add(divide(multiply(2.0, a), safe), b), u), add(mean, 0.43)))
        positive = maximum(k, 0.0)
        quick = logical_and(greater_equal(us, 0.07), less_equal(v, sure))
        possible = logical_and(greater_equal(k, 0.0), logical_or(greater_equal(us, 0.013), less_equal(v, us)))
        left = subtract(add(log(v), log_inverse_alpha), log(add(divide(a, multiply(safe, safe)), b)))
        above = add(positive, 1.0)
        right = add(multiply(positive, log(divide(mean, above))), subtract(above, mean))
        right = subtract(
            subtract(right, multiply(0.5, log(above))), add(_stirling_tail(positive), 0.9189385332)
        )
        good = logical_or(quick, logical_and(possible, less_equal(left, right)))
        found = where(taken, found, where(good, k, found))
        taken = logical_or(taken, good)
    return found


def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """How many of `counts` trials succeed, as floats; counts and probabilities are numbers or tensors that broadcast.

    Source: added probabilities where fewer than 10 successes (or failures) are expected; else the transformed rejection
    BTRS of Hormann 1993, "The generation of binomial random variates".
    """
    kind = _float_dtype(dtype, "binomial")
    n = as_float(to_tensor(counts, None, "binomial", "counts"))
    chance = as_float(to_tensor(probabilities, None, "binomial", "probabilities"))
    stream = stream_of(seed)
    turned = greater(chance, 0.5)
    p = where(turned, subtract(1.0, chance), chance)
    mean = multiply(n, p)
    few = less(mean, SMALL_MEAN)
    odds = divide(p, subtract(1.0, p))
    p_few = where(few, p, 0.0)
    first = exp(multiply(n, log1p(negative(p_few))))
    drawn = _few(
        stream.part(0).uniform(shape),
        first,
        lambda j: multiply(divide(maximum(subtract(n, j), 0.0), j + 1.0), odds),
    )
    some_many = not is_number(counts) or not is_number(probabilities)
    if some_many or counts * min(probabilities, 1.0 - probabilities) >= SMALL_MEAN:
        many = _many_binomial(shape, where(few, 20.0, n), where(few, 0.5, p), stream)
        drawn = where(few, drawn, many)
    drawn = where(turned, subtract(n, drawn), drawn)
    return with_dtype(stop_gradient(drawn), kind)


def _many_binomial(shape, n, p, stream):
    q = subtract(1.0, p)
    deviation = sqrt(multiply(multiply(n, p), q))
    b = add(multiply(2.53, deviation), 1.15)
    a = add(add(multiply(0.0248, b), multiply(0.01, p)), -0.0873)
    centre = add(multiply(n, p), 0.5)
    sure = subtract(0.92, divide(4.2, b))
    odds = divide(p, q)
    alpha = multiply(add(divide(5.1, b), 2.83), deviation)
    m = floor(multiply(add(n, 1.0), p))
    above_m = add(subtract(n, m), 1.0)
    fixed = add(
        multiply(add(m, 0.5), log(divide(add(m, 1.0), multiply(odds, above_m)))),
        add(_stirling_tail(m), _stirling_tail(subtract(n, m))),
    )
    found = minimum(_rounded_normal(shape, multiply(n, p), deviation, stream), n)
    taken = broadcast_to(scalar(False, "bool"), copy_shape(shape))
    for turn in range(REJECTION_ROUNDS):
        u = subtract(stream.part(2 * turn + 1).uniform(shape), 0.5)
        v = subtract(1.0, stream.part(2 * turn + 2).uniform(shape))
        us = subtract(0.5, absolute(u))
        safe = maximum(us, 1e-6)
        k = floor(add(multiply(add(divide(multiply(2.0, a), safe), b), u), centre))
        quick = logical_and(greater_equal(us, 0.07), less_equal(v, sure))
        possible = logical_and(greater_equal(k, 0.0), less_equal(k, n))
        inside = minimum(maximum(k, 0.0), n)
        above = add(subtract(n, inside), 1.0)
        left = log(divide(multiply(v, alpha), add(divide(a, multiply(safe, safe)), b)))
        right = add(fixed, multiply(add(n, 1.0), log(divide(above_m, above))))
        right = add(right, multiply(add(inside, 0.5), log(divide(multiply(odds, above), add(inside, 1.0)))))
        right = subtract(right, add(_stirling_tail(inside), _stirling_tail(subtract(n, inside))))
        good = logical_and(possible, logical_or(quick, less_equal(left, right)))
        found = where(taken, found, where(good, k, found))
        taken = logical_or(taken, good)
    return found
