"""Mathematics: composites over the elementwise and reducing primitives, under Keras's names."""

from ..core.dims import dim_max, dim_mul, dims_equal, is_symbolic
from ..core.opset.binary import (
    add,
    divide,
    equal,
    less,
    logical_or,
    maximum,
    minimum,
    multiply,
    not_equal,
    subtract,
    where,
)
from ..core.opset.generators import size_of
from ..core.opset.movement import reshape
from ..core.opset.reduction import (
    argmax as index_of_max,
)
from ..core.opset.reduction import (
    argmin as index_of_min,
)
from ..core.opset.reduction import reduce_max, reduce_min, reduce_prod, reduce_sum
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.opset.unary import (
    absolute,
    cast,
    exp,
    expm1,
    floor,
    isfinite,
    isnan,
    log,
    logical_not,
    negative,
    round_half_even,
    sqrt,
    stop_gradient,
)
from ..core.shapes import normalize_axes

# Elementwise


def abs(x):
    """|x|, elementwise; the dtype stays."""
    return absolute(x)


def square(x):
    """x * x, elementwise; the dtype stays."""
    x = to_tensor(x)
    return multiply(x, x)


def round(x, decimals=0):
    """x rounded to a number of decimals, halves to the even neighbour, elementwise."""
    if decimals == 0:
        return round_half_even(x)
    factor = 1.0
    for i in range(decimals):
        factor = factor * 10.0
    return divide(round_half_even(multiply(x, factor)), factor)


def clip(x, x_min, x_max):
    """x limited to [x_min, x_max], elementwise; the bounds are numbers or tensors."""
    return minimum(maximum(x, x_min), x_max)


def sinh(x):
    """Hyperbolic sine, elementwise, by expm1 so that small x keep their digits."""
    grown = expm1(absolute(as_float(x)))
    half = multiply(0.5, add(grown, divide(grown, add(grown, 1.0))))
    return where(less(x, 0.0), negative(half), half)


def cosh(x):
    """Hyperbolic cosine, elementwise."""
    x = as_float(x)
    return multiply(0.5, add(exp(x), exp(negative(x))))


def log2(x):
    """Logarithm to base 2, elementwise."""
    return divide(log(x), 0.6931471805599453)


def log10(x):
    """Logarithm to base 10, elementwise."""
    return divide(log(x), 2.302585092994046)


def logaddexp(x1, x2):
    """log(exp(x1) + exp(x2)) without overflow, elementwise with broadcasting."""
    x1 = as_float(x1)
    x2 = as_float(x2)
    distance = absolute(subtract(x1, x2))
    middle = multiply(0.5, add(add(x1, x2), distance))
    return add(middle, log(add(1.0, exp(negative(distance)))))


def isinf(x):
    """True where x is infinite."""
    x = as_float(x)
    return logical_not(logical_or(isfinite(x), isnan(x)))


def logical_xor(x1, x2):
    """True where exactly one of two booleans holds."""
    return not_equal(cast(to_tensor(x1), "bool"), cast(to_tensor(x2), "bool"))


def divide_no_nan(x1, x2):
    """x1 / x2, and 0 where x2 is 0."""
    x2 = as_float(x2)
    empty = equal(x2, 0.0)
    return where(empty, 0.0, divide(x1, where(empty, 1.0, x2)))


def true_divide(x1, x2):
    """x1 / x2 as float32."""
    return divide(x1, x2)


def trunc(x):
    """x without its fraction, elementwise."""
    x = as_float(x)
    return where(less(x, 0.0), negative(floor(negative(x))), floor(x))


# Reductions: axis None means all axes; keepdims leaves the reduced axes as 1


def sum(x, axis=None, keepdims=False):
    """Sum; booleans and uint8 are counted as int32."""
    return reduce_sum(x, axis, keepdims)


def prod(x, axis=None, keepdims=False):
    """Product."""
    return reduce_prod(x, axis, keepdims)


def max(x, axis=None, keepdims=False):
    """Maximum."""
    return reduce_max(x, axis, keepdims)


def min(x, axis=None, keepdims=False):
    """Minimum."""
    return reduce_min(x, axis, keepdims)


def amax(x, axis=None, keepdims=False):
    """Maximum."""
    return reduce_max(x, axis, keepdims)


def amin(x, axis=None, keepdims=False):
    """Minimum."""
    return reduce_min(x, axis, keepdims)


def any(x, axis=None, keepdims=False):
    """bool: whether some element is not zero."""
    return cast(reduce_max(cast(cast(to_tensor(x), "bool"), "int32"), axis, keepdims), "bool")


def all(x, axis=None, keepdims=False):
    """bool: whether no element is zero."""
    return cast(reduce_min(cast(cast(to_tensor(x), "bool"), "int32"), axis, keepdims), "bool")


def count_nonzero(x, axis=None):
    """int32: the number of elements that are not zero."""
    return reduce_sum(cast(cast(to_tensor(x), "bool"), "int32"), axis, False)


def argmax(x, axis=None, keepdims=False):
    """int32 index of the first maximum along an axis; of None, in the flattened tensor."""
    return _index(index_of_max, x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    """int32 index of the first minimum along an axis; of None, in the flattened tensor."""
    return _index(index_of_min, x, axis, keepdims)


def _index(find, x, axis, keepdims):
    x = to_tensor(x)
    if axis is not None:
        return find(x, axis, keepdims)
    found = find(reshape(x, [-1]), 0, False)
    return reshape(found, [1 for dim in x.shape]) if keepdims else found


def count_of(dim):
    """A dimension as a float32 scalar, at least 1 where it is known, to divide by."""
    if is_symbolic(dim):
        return cast(size_of(dim), "float32")
    return scalar(dim_max(dim, 1), "float32")


def mean(x, axis=None, keepdims=False):
    """Arithmetic mean as float32."""
    x = as_float(x)
    count = 1
    for place in normalize_axes(axis, len(x.shape), "mean"):
        count = dim_mul(count, x.shape[place])
    total = reduce_sum(x, axis, keepdims)
    return total if dims_equal(count, 1) else divide(total, count_of(count))


def var(x, axis=None, keepdims=False):
    """Variance (of the whole population, divided by the count) as float32."""
    x = as_float(x)
    return mean(square(subtract(x, mean(x, axis, True))), axis, keepdims)


def std(x, axis=None, keepdims=False):
    """Standard deviation of the whole population as float32."""
    return sqrt(var(x, axis, keepdims))


def moments(x, axes, keepdims=False):
    """[mean, variance] over axes."""
    return [mean(x, axes, keepdims), var(x, axes, keepdims)]


def logsumexp(x, axis=None, keepdims=False):
    """log(sum(exp(x))) without overflow."""
    x = as_float(x)
    highest = stop_gradient(reduce_max(x, axis, True))
    shift = where(isfinite(highest), highest, 0.0)
    total = log(reduce_sum(exp(subtract(x, shift)), axis, keepdims))
    return add(total, shift if keepdims else reshape(shift, total.shape))


def norm(x, axis=None, keepdims=False):
    """Euclidean norm over axes."""
    return sqrt(reduce_sum(square(as_float(x)), axis, keepdims))
