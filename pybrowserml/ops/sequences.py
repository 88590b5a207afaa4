"""Numbers in a row: ranges, steps and grids, under Keras's names."""

from ..core.dims import dim_add, dim_floordiv, dim_sub, is_symbolic
from ..core.dtypes import check_dtype, is_float
from ..core.opset.binary import add, divide, less, multiply, subtract, where
from ..core.opset.generators import iota, size_of
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.registry import as_float, constant_of, float_pair, scalar, to_tensor
from ..core.opset.unary import absolute, cast, exp, floor, log
from ..core.shapes import normalize_axis
from ..platform import real
from ..platform.errors import error
from ..platform.numbers import has_fraction_type, is_list, is_number, is_whole
from .arguments import require_choice, require_whole, shown
from .joining import concatenate
from .movement import moveaxis

LN10 = 2.302585092994046


def arange(start, stop=None, step=None, dtype=None):
    """start, start + step, ... below stop; with one argument 0 .. start - 1.

    The bounds are numbers or dimensions (of `shape`, symbolic ones too; then the step is an integer >= 1).
    int32, or float32 when a number has a fraction.
    """
    first = 0 if stop is None else start
    last = start if stop is None else stop
    stride = 1 if step is None else step
    for bound in [first, last, stride]:
        if not is_number(bound) and not is_symbolic(bound):
            raise error("ArgumentError", "arange: bounds and step must be numbers, got " + shown(bound))
    if not is_symbolic(stride) and stride == 0:
        raise error("ArgumentError", "arange: step must not be 0")
    if is_symbolic(first) or is_symbolic(last) or is_symbolic(stride):
        return _symbolic_range(first, last, stride, dtype)
    kind = dtype
    if kind is None:
        fractional = has_fraction_type(first) or has_fraction_type(last) or has_fraction_type(stride)
        kind = "float32" if fractional else "int32"
    count = real.ceil((last - first) / stride)
    count = int(count) if count > 0 else 0
    if is_whole(first) and is_whole(stride) and not has_fraction_type(first) and count > 0:
        # Nothing is stored or uploaded, and it fuses.
        return cast(add(multiply(iota([count], 0), int(stride)), int(first)), check_dtype(kind, "arange"))
    numbers = [first + stride * i for i in range(count)]
    return constant_of(numbers, [count], check_dtype(kind, "arange"))


def _symbolic_range(first, last, stride, dtype):
    require_whole(stride, 1, "arange: a step between symbolic bounds")
    count = dim_floordiv(dim_add(dim_sub(last, first), stride - 1), stride)
    numbers = multiply(iota([count], 0), stride)
    origin = size_of(first) if is_symbolic(first) else scalar(first, "int32")
    return cast(add(numbers, origin), "int32" if dtype is None else check_dtype(dtype))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` numbers in equal steps from start to stop, which is left out unless `endpoint`.

    start, stop: numbers, or tensors that broadcast; the steps then lie along a new axis, `axis` of the result.
    dtype: that of the tensors, of numbers float32; integer dtypes round down. retstep: the result is [numbers, step].
    """
    num = require_whole(num, 0, "linspace: num")
    parts = num - 1 if endpoint else num
    if is_number(start) and is_number(stop):
        kind = "float32" if dtype is None else check_dtype(dtype, "linspace")
        numbers = [_between(start, stop, i, parts) for i in range(num)]
        found = _rounded(numbers, kind)
        step = scalar((stop - start) / parts if parts > 0 else real.NAN, "float32")
    else:
        ends = float_pair(start, stop, "linspace")
        spread = subtract(ends[1], ends[0])
        found = _as_kind(_steps(ends, num, parts), dtype, axis)
        step = divide(spread, float(parts)) if parts > 0 else multiply(spread, real.NAN)
    return [found, step] if retstep else found


def _between(start, stop, i, parts):
    """The i-th of `parts` equal steps, exact at both ends."""
    if i == 0:
        return start
    return stop if i == parts else start + (stop - start) * (i / parts)


def _rounded(numbers, kind):
    if not is_float(kind):
        numbers = [real.floor(number) for number in numbers]
    return constant_of(numbers, [len(numbers)], kind)


def _steps(ends, num, parts):
    """Steps between two float tensors along a new first axis: each half is counted from its end, so both are exact."""
    total = float(parts) if parts > 0 else 1.0
    spread = subtract(ends[1], ends[0])
    shape = [num]
    shape.extend([1 for dim in spread.shape])
    near = constant_of([i / total for i in range(num)], shape, spread.dtype)
    far = constant_of([(parts - i) / total for i in range(num)], shape, spread.dtype)
    from_start = add(ends[0], multiply(near, spread))
    return where(less(near, 0.5), from_start, subtract(ends[1], multiply(far, spread)))


def _as_kind(steps, dtype, axis):
    """Steps along axis 0, moved, and cast if a dtype is given."""
    kind = steps.dtype if dtype is None else check_dtype(dtype)
    found = steps if is_float(kind) else floor(steps)
    place = normalize_axis(axis, len(found.shape), "linspace")
    return cast(found if place == 0 else moveaxis(found, 0, place), kind)


def logspace(start, stop, num=50, endpoint=True, base: float = 10, dtype=None, axis=0):
    """`num` powers of a base, whose exponents go in equal steps from start to stop.

    start, stop: numbers, or tensors that broadcast, with the steps along a new axis. dtype as in `linspace`.
    """
    num = require_whole(num, 0, "logspace: num")
    parts = num - 1 if endpoint else num
    if is_number(start) and is_number(stop) and is_number(base):
        kind = "float32" if dtype is None else check_dtype(dtype, "logspace")
        return _rounded([real.power(base, _between(start, stop, i, parts)) for i in range(num)], kind)
    exponents = _steps(float_pair(start, stop, "logspace"), num, parts)
    factor = log(as_float(base, "logspace", "base")) if not is_number(base) else real.log(base)
    return _as_kind(exp(multiply(exponents, factor)), dtype, axis)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """`num` numbers from start to stop of which each is the same multiple of the one before.

    start, stop: numbers, or tensors that broadcast, with the steps along a new axis; not 0, and of one sign.
    """
    num = require_whole(num, 0, "geomspace: num")
    parts = num - 1 if endpoint else num
    if is_number(start) and is_number(stop):
        kind = "float32" if dtype is None else check_dtype(dtype, "geomspace")
        if start == 0 or stop == 0 or (start < 0) != (stop < 0):
            raise error(
                "ArgumentError",
                "geomspace: start and stop must be of one sign and not 0, got "
                + shown(start)
                + " and "
                + shown(stop),
            )
        side = -1.0 if start < 0 else 1.0
        low = real.log(side * start)
        high = real.log(side * stop)
        inner = [side * real.exp(_between(low, high, i, parts)) for i in range(num)]
        for i in range(num):
            if i == 0 or i == parts:
                inner[i] = start if i == 0 else stop
        return _rounded(inner, kind)
    ends = float_pair(start, stop, "geomspace")
    growth = log(absolute(divide(ends[1], ends[0])))
    steps = _steps([multiply(growth, 0.0), growth], num, parts)
    return _as_kind(multiply(ends[0], exp(steps)), dtype, axis)


def meshgrid(x, indexing="xy"):
    """Coordinate grids of a list of vectors: one tensor a vector, of the shape of all lengths.

    indexing "ij": axis i runs along vector i. "xy": the first two axes are exchanged. Scalars count as vectors.
    """
    require_choice(indexing, ["xy", "ij"], "meshgrid: indexing")
    if not is_list(x):
        raise error("ArgumentError", "meshgrid: x must be a list of vectors")
    vectors = [reshape(to_tensor(item), [-1]) for item in x]
    count = len(vectors)
    order = [i for i in range(count)]
    if indexing == "xy" and count > 1:
        order[0] = 1
        order[1] = 0
    lengths = [vectors[i].shape[0] for i in order]
    grids = []
    for i in range(count):
        single = [1 for vector in vectors]
        place = order.index(i)
        single[place] = vectors[i].shape[0]
        grids.append(broadcast_to(reshape(vectors[i], single), lengths))
    return grids


def vander(x, N=None, increasing=False):
    """Vandermonde matrix of a vector: powers of its elements along the rows, the highest first unless increasing.

    x: [size]; the result is [size, N], N = size by default.
    """
    x = to_tensor(x, None, "vander", "x")
    if len(x.shape) != 1:
        raise error("ShapeError", "vander: x must be a vector, got rank " + str(len(x.shape)))
    columns = x.shape[0] if N is None else N
    if is_symbolic(columns):
        raise error("ShapeError", "vander: needs N where the length of x is not known")
    if x.dtype == "bool":
        x = cast(x, "int32")
    column = reshape(x, [-1, 1])
    powers = [broadcast_to(scalar(1, x.dtype), column.shape)]
    for i in range(columns - 1):
        powers.append(multiply(powers[i], column))
    if not increasing:
        powers = [powers[len(powers) - 1 - i] for i in range(len(powers))]
    if columns == 0:
        return broadcast_to(scalar(0, x.dtype), [x.shape[0], 0])
    return concatenate(powers, 1)
