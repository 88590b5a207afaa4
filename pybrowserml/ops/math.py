"""Elementwise mathematics: composites over the elementwise primitives, under Keras's names."""

from ..core.dtypes import BOUNDS, is_float
from ..core.opset.binary import (
    add,
    divide,
    equal,
    floor_divide,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_or,
    maximum,
    minimum,
    mod,
    multiply,
    not_equal,
    power,
    subtract,
    where,
)
from ..core.opset.derivative import with_derivatives
from ..core.opset.registry import as_float, scalar, to_tensor, with_dtype
from ..core.opset.unary import (
    absolute,
    cast,
    exp,
    floor,
    isnan,
    log,
    log1p,
    negative,
    round_half_even,
    sigmoid,
    sign,
)
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, is_whole
from .arguments import require_broadcast, shown, two_floats, two_tensors

LARGEST = {"float16": 65504.0, "float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}
LOG_2 = 0.6931471805599453

# Arithmetic


def abs(x):
    """|x|, elementwise; the dtype stays."""
    return absolute(x)


def fabs(x):
    """|x| as a float, elementwise."""
    return absolute(as_float(x, "fabs"))


def square(x):
    """x * x, elementwise; the dtype stays (bool: int32)."""
    x = to_tensor(x, None, "square", "x")
    if x.dtype == "bool":
        x = with_dtype(x, "int32")
    return multiply(x, x)


def squared_difference(x1, x2):
    """(x1 - x2)², elementwise with broadcasting."""
    operands = two_tensors(x1, x2, "squared_difference")
    return square(subtract(operands[0], operands[1]))


def add_n(xs):
    """The sum of a list of tensors of one shape."""
    if not is_list(xs) or len(xs) == 0:
        raise error("ArgumentError", "add_n: needs a list of at least one tensor")
    total = to_tensor(xs[0])
    for i in range(1, len(xs)):
        total = two_tensors(total, xs[i], "add_n")
        total = add(total[0], total[1])
    return total


def true_divide(x1, x2):
    """x1 / x2 as float32."""
    return divide(x1, x2)


def divide_no_nan(x1, x2):
    """x1 / x2, and 0 where x2 is 0."""
    operands = two_floats(x1, x2, "divide_no_nan")
    empty = equal(operands[1], 0.0)
    return where(empty, 0.0, divide(operands[0], where(empty, 1.0, operands[1])))


def fmod(x1, x2):
    """Remainder with the sign of x1, as C's fmod, elementwise with broadcasting."""
    operands = two_tensors(x1, x2, "fmod")
    a, b = operands[0], operands[1]
    if not is_float(a.dtype):
        r = mod(a, b)
        return where(logical_and(not_equal(r, 0), not_equal(less(a, 0), less(r, 0))), subtract(r, b), r)
    rest = mod(absolute(a), absolute(b))
    y = where(less(a, 0.0), negative(rest), rest)
    return with_derivatives(y, [a, b], lambda xs, y: [1.0, negative(trunc(divide(xs[0], xs[1])))])


# Rounding and limits


def round(x, decimals=0):
    """x rounded to a number of decimals (negative: tens, hundreds), halves to the even neighbour, elementwise.

    Integers stay integers.
    """
    if not is_whole(decimals):
        raise error("ArgumentError", "round: decimals must be an integer, got " + shown(decimals))
    x = to_tensor(x, None, "round", "x")
    if not is_float(x.dtype):
        return x if decimals >= 0 or x.dtype == "bool" else _rounded_integers(x, decimals)
    if decimals == 0:
        return round_half_even(x)
    factor = 1.0
    for i in range(decimals if decimals > 0 else -decimals):
        factor = factor * 10.0
    if decimals < 0:
        return multiply(round_half_even(divide(x, factor)), factor)
    return divide(round_half_even(multiply(x, factor)), factor)


def _rounded_integers(x, decimals):
    """x rounded to tens, hundreds, ... in integers; 0 where they reach further than the dtype."""
    factor = 1
    for i in range(-decimals):
        factor = factor * 10
    if factor > 1000000000 or factor > BOUNDS[x.dtype][1]:
        return subtract(x, x)
    down = floor_divide(x, factor)
    rest = subtract(x, multiply(down, factor))
    missing = subtract(factor, rest)
    up = logical_or(less(missing, rest), logical_and(equal(missing, rest), equal(mod(down, 2), 1)))
    return multiply(add(down, with_dtype(up, x.dtype)), factor)


def trunc(x):
    """x without its fraction, elementwise; integers stay as they are."""
    x = to_tensor(x, None, "trunc", "x")
    if not is_float(x.dtype):
        return x
    return where(less(x, 0.0), negative(floor(negative(x))), floor(x))


def clip(x, x_min, x_max):
    """x limited to [x_min, x_max], elementwise; the bounds are numbers or tensors. NaN stays.

    Between numbers the gradient is 1 from bound to bound, both included.
    """
    require_broadcast("clip", [x, x_min, x_max])
    limited = minimum(maximum(x, x_min), x_max)
    if not is_number(x_min) or not is_number(x_max) or not is_float(limited.dtype):
        return limited
    x = with_dtype(to_tensor(x, None, "clip", "x"), limited.dtype)
    return with_derivatives(
        limited,
        [x],
        lambda xs, y: [
            cast(logical_and(greater_equal(xs[0], x_min), less_equal(xs[0], x_max)), y.dtype),
        ],
    )


def fmax(x1, x2):
    """The larger of x1 and x2, or the one that is a number where the other is NaN."""
    operands = two_tensors(x1, x2, "fmax")
    a, b = operands[0], operands[1]
    if not is_float(a.dtype):
        return maximum(a, b)
    return maximum(where(isnan(a), b, a), where(isnan(b), a, b))


def fmin(x1, x2):
    """The smaller of x1 and x2, or the one that is a number where the other is NaN."""
    operands = two_tensors(x1, x2, "fmin")
    a, b = operands[0], operands[1]
    if not is_float(a.dtype):
        return minimum(a, b)
    return minimum(where(isnan(a), b, a), where(isnan(b), a, b))


def heaviside(x1, x2):
    """0 where x1 < 0, x2 where x1 is 0, 1 where x1 > 0."""
    operands = two_floats(x1, x2, "heaviside")
    x = operands[0]
    return where(equal(x, 0.0), operands[1], multiply(0.5, add(sign(x), 1.0)))


def step(x, alpha=0.0):
    """1 where x > 0, else alpha; NaN stays."""
    x = as_float(x, "step")
    return where(isnan(x), x, where(less(0.0, x), scalar(1.0, x.dtype), alpha))


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """x with numbers for NaN and for the infinities (None: the largest finite ones)."""
    x = to_tensor(x, None, "nan_to_num", "x")
    if not is_float(x.dtype):
        return x
    high = LARGEST[x.dtype] if posinf is None else posinf
    low = -LARGEST[x.dtype] if neginf is None else neginf
    finite = where(isnan(x), nan, x)
    return where(equal(x, float("inf")), high, where(equal(x, float("-inf")), low, finite))


# Powers, exponentials and logarithms


def exp2(x):
    """2 to the power x, elementwise."""
    return power(2.0, as_float(x, "exp2"))


def cbrt(x):
    """Cube root, elementwise, of negative numbers too."""
    x = as_float(x, "cbrt")
    size = absolute(x)
    plain = logical_and(less(0.0, size), less(size, float("inf")))
    safe = where(plain, size, 1.0)
    first = exp(multiply(log(safe), 1.0 / 3.0))
    # One step of Newton's method: the logarithm's rounding grows with its size.
    better = subtract(first, multiply(1.0 / 3.0, subtract(first, divide(safe, multiply(first, first)))))
    y = where(plain, multiply(better, sign(x)), x)
    return with_derivatives(y, [x], lambda xs, y: [divide(1.0 / 3.0, multiply(y, y))])


def log2(x):
    """Logarithm to base 2, elementwise."""
    return divide(log(x), LOG_2)


def log10(x):
    """Logarithm to base 10, elementwise."""
    return divide(log(x), 2.302585092994046)


def _log_sum(a, b, unit):
    """log(exp(a * unit) + exp(b * unit)) / unit: the larger one, and what the other adds to it."""
    gap = where(equal(a, b), 0.0, absolute(subtract(a, b)))
    return add(maximum(a, b), divide(log1p(exp(multiply(gap, -unit))), unit))


def _shares(unit):
    def derivatives(xs, y):
        gap = multiply(where(equal(xs[0], xs[1]), 0.0, subtract(xs[0], xs[1])), unit)
        return [sigmoid(gap), sigmoid(negative(gap))]

    return derivatives


def logaddexp(x1, x2):
    """log(exp(x1) + exp(x2)) without overflow, elementwise with broadcasting."""
    xs = two_floats(x1, x2, "logaddexp")
    return with_derivatives(_log_sum(xs[0], xs[1], 1.0), xs, _shares(1.0))


def logaddexp2(x1, x2):
    """log2(2**x1 + 2**x2) without overflow, elementwise with broadcasting."""
    xs = two_floats(x1, x2, "logaddexp2")
    return with_derivatives(_log_sum(xs[0], xs[1], LOG_2), xs, _shares(LOG_2))
