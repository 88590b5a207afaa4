"""Fourier transforms of complex numbers as pairs [real, imaginary], under Keras's names."""

from ..core.dims import dim_add, dim_floordiv, dims_equal, is_symbolic
from ..core.fourier_tables import TWO_PI, radices_of, roots_of
from ..core.opset.binary import add, divide, multiply, subtract
from ..core.opset.fourier import transform
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to, concatenate, flip, pad_interior, reshape, slice_strided
from ..core.opset.registry import as_float, computed, constant_of, float_pair, scalar, with_dtype
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, format_shape, same_shape
from ..platform import real
from ..platform.errors import error
from ..platform.numbers import is_list
from .arguments import require_whole
from .movement import swapaxes

# Lengths with a prime factor above this go through powers of two, which takes about eight times a transform of a
# length without.
LARGEST_PRIME = 61


def complex_pair(x, op):
    """The two float tensors of a pair of one shape."""
    if not is_list(x) or len(x) != 2:
        raise error("ArgumentError", op + ": needs a pair [real, imaginary] of tensors")
    both = float_pair(x[0], x[1])
    re, im = both[0], both[1]
    if not same_shape(re.shape, im.shape):
        raise error(
            "ShapeError",
            op
            + ": real and imaginary part must have one shape, got "
            + format_shape(re.shape)
            + " and "
            + format_shape(im.shape),
        )
    return [re, im]


def fft(x):
    """The discrete Fourier transform along the last axis: y[k] = sum of x[j] e^(-2πi jk/n).

    x: [real, imaginary], both [..., n]; any n, in n log n. Returns [real, imaginary].
    """
    return _along_last(_ranked(x, 1, "fft"), False)


def ifft(x):
    """The inverse of `fft`, divided by n."""
    return _scaled(_along_last(_ranked(x, 1, "ifft"), True))


def fft2(x):
    """The transform along the last two axes. x: [real, imaginary], both [..., m, n]."""
    return _along_two(_ranked(x, 2, "fft2"), False)


def ifft2(x):
    """The inverse of `fft2`, divided by m n."""
    return _along_two(_ranked(x, 2, "ifft2"), True)


def _ranked(x, rank, op):
    parts = complex_pair(x, op)
    if len(parts[0].shape) < rank:
        raise error(
            "ShapeError", op + ": needs rank >= " + str(rank) + ", got " + format_shape(parts[0].shape)
        )
    return parts


def _along_two(parts, inverse):
    for _axis in range(2):
        parts = _along_last(parts, inverse)
        if inverse:
            parts = _scaled(parts)
        parts = [swapaxes(part, -1, -2) for part in parts]
    return parts


def _length(x):
    return x.shape[len(x.shape) - 1]


def _scaled(parts):
    """Divided by the length of the last axis."""
    n = _length(parts[0])
    if is_symbolic(n):
        count = cast(size_of(n), parts[0].dtype)
        return [divide(part, count) for part in parts]
    return [multiply(part, 1.0 / max(n, 1)) for part in parts]


def _along_last(parts, inverse):
    """The transform along the last axis, not divided."""
    n = _length(parts[0])
    if not is_symbolic(n) and n > 0:
        radices = radices_of(n)
        if radices[len(radices) - 1] > LARGEST_PRIME:
            return _by_powers_of_two(parts, n, inverse)
    return transform(parts[0], parts[1], inverse)


def _by_powers_of_two(parts, n, inverse):
    """The transform as a convolution with a chirp, by transforms of a power of two.

    jk = (j² + k² - (k - j)²) / 2 makes the sum over j a convolution. Source: Bluestein 1970, "A linear filtering
    approach to the computation of discrete Fourier transform".
    """
    m = enclosing_power_of_two(2 * n - 1)
    side = 1.0 if inverse else -1.0
    chirp = []
    for j in range(n):
        # The angle repeats after 2n, which keeps it exact for long transforms.
        angle = TWO_PI * ((j * j) % (2 * n)) / (2 * n)
        chirp.append([real.cos(angle), side * real.sin(angle)])
    conjugate = [[0.0, 0.0] for j in range(m)]
    for j in range(n):
        conjugate[j] = [chirp[j][0], -chirp[j][1]]
        conjugate[(m - j) % m] = conjugate[j]
    dtype = parts[0].dtype
    wave = _table(chirp, 1.0, dtype)
    filter_waves = _table(conjugate, 1.0, dtype)
    filtered = transform(filter_waves[0], filter_waves[1], False)
    spread = [_fitted(part, m) for part in _product(parts, wave)]
    found = transform(spread[0], spread[1], False)
    found = _product(found, filtered)
    found = transform(found[0], found[1], True)
    return _product([_fitted(part, n) for part in found], _table(chirp, 1.0 / m, dtype))


def _table(pairs, factor, dtype):
    """A list of complex numbers times a factor, as two constants."""
    return [
        constant_of([pair[0] * factor for pair in pairs], [len(pairs)], dtype),
        constant_of([pair[1] * factor for pair in pairs], [len(pairs)], dtype),
    ]


def _product(a, b):
    """Of two pairs of complex numbers."""
    return [
        subtract(multiply(a[0], b[0]), multiply(a[1], b[1])),
        add(multiply(a[0], b[1]), multiply(a[1], b[0])),
    ]


def _fitted(x, n):
    """The last axis cut or filled with zeros to length n."""
    last = len(x.shape) - 1
    size = x.shape[last]
    if dims_equal(size, n):
        return x
    if is_symbolic(size) or is_symbolic(n):
        raise error("ShapeError", "fft_length: needs a known last axis, got " + format_shape(x.shape))
    if size > n:
        shape = copy_shape(x.shape)
        shape[last] = n
        return slice_strided(x, [0 for dim in shape], shape, [1 for dim in shape])
    pads = [[0, 0, 0] for dim in x.shape]
    pads[last] = [0, n - size, 0]
    return pad_interior(x, pads, 0)


def rfft(x, fft_length=None):
    """The transform of real numbers along the last axis: the n // 2 + 1 values that determine the others.

    x: [..., n], cut or filled with zeros to `fft_length`. Returns [real, imaginary], both [..., n // 2 + 1].
    """
    x = as_float(x, "rfft")
    if len(x.shape) == 0:
        raise error("ShapeError", "rfft: needs rank >= 1, got a scalar")
    if fft_length is not None:
        x = _fitted(x, require_whole(fft_length, 1, "rfft: fft_length"))
    if _is_halved(_length(x)):
        return [with_dtype(part, x.dtype) for part in _real_by_half(computed(x))]
    parts = _along_last([x, broadcast_to(scalar(0.0, x.dtype), x.shape)], False)
    shape = copy_shape(x.shape)
    shape[len(shape) - 1] = dim_add(dim_floordiv(_length(x), 2), 1)
    if dims_equal(_length(x), 0):
        raise error("ShapeError", "rfft: the last axis is empty")
    return [
        slice_strided(part, [0 for dim in shape], copy_shape(shape), [1 for dim in shape]) for part in parts
    ]


# From this length on, even ones go by half.
SHORTEST_HALVED = 64


def _is_halved(n):
    return not is_symbolic(n) and n >= SHORTEST_HALVED and n % 2 == 0


def _real_by_half(x):
    """`rfft` of an even length n: the transform of n / 2 complex numbers, neighbours as their parts, taken apart.

    With z[j] = x[2j] + i x[2j+1] and Z its transform, E = (Z[k] + conj Z[-k]) / 2 is that of the even places and
    O = (Z[k] - conj Z[-k]) / 2i that of the odd ones; y[k] = E + e^(-2πik/n) O. Source: Press et al., Numerical
    Recipes, section 12.3.
    """
    n = _length(x)
    half = n // 2
    last = len(x.shape) - 1
    shape = copy_shape(x.shape)
    shape[last] = half
    steps = [1 for dim in shape]
    steps[last] = 2
    odd = [0 for dim in shape]
    odd[last] = 1
    even_part = slice_strided(x, [0 for dim in shape], copy_shape(shape), steps)
    z = _along_last([even_part, slice_strided(x, odd, copy_shape(shape), steps)], False)
    shape[last] = 1
    first = [slice_strided(part, [0 for dim in shape], shape, [1 for dim in shape]) for part in z]
    a = concatenate([z[0], first[0]], last)
    b = concatenate([z[1], first[1]], last)
    c = flip(a, last)
    d = flip(b, last)
    roots = roots_of(n, False)
    count = half + 1
    cosines = constant_of([roots[0][k] * 0.5 for k in range(count)], [count], x.dtype)
    sines = constant_of([roots[1][k] * 0.5 for k in range(count)], [count], x.dtype)
    real_odd = add(b, d)
    imaginary_odd = subtract(c, a)
    return [
        add(
            multiply(add(a, c), 0.5),
            subtract(multiply(cosines, real_odd), multiply(sines, imaginary_odd)),
        ),
        add(
            multiply(subtract(b, d), 0.5),
            add(multiply(cosines, imaginary_odd), multiply(sines, real_odd)),
        ),
    ]


def irfft(x, fft_length=None):
    """The inverse of `rfft`: real numbers along the last axis.

    x: [real, imaginary], both [..., m]. The length of the result is `fft_length`, 2 (m - 1) by default; the values of
    x are cut or filled with zeros for it.
    """
    parts = _ranked(x, 1, "irfft")
    bins = _length(parts[0])
    if is_symbolic(bins):
        raise error("ShapeError", "irfft: needs a known last axis, got " + format_shape(parts[0].shape))
    n = require_whole(2 * (bins - 1) if fft_length is None else fft_length, 1, "irfft: fft_length")
    used = n // 2 + 1
    if _is_halved(n):
        fitted = [_fitted(computed(part), used) for part in parts]
        return with_dtype(_real_from_half(fitted, n), parts[0].dtype)
    # Each value stands for its mirror image too; the first and the middle one have none.
    weights = []
    for k in range(used):
        weights.append((1.0 if k == 0 or 2 * k == n else 2.0) / n)
    factor = constant_of(weights, [used], parts[0].dtype)
    wide = [_fitted(multiply(_fitted(part, used), factor), n) for part in parts]
    return _along_last(wide, True)[0]


def _real_from_half(parts, n):
    """`irfft` of an even length n from its n / 2 + 1 values: the way of `_real_by_half` back."""
    half = n // 2
    last = len(parts[0].shape) - 1
    shape = copy_shape(parts[0].shape)
    shape[last] = half
    dtype = parts[0].dtype
    # The first and the last value are real.
    ends = constant_of([0.0 if k == 0 or k == half else 1.0 for k in range(half + 1)], [half + 1], dtype)
    whole = [parts[0], multiply(parts[1], ends)]
    start = [0 for dim in shape]
    steps = [1 for dim in shape]
    a = slice_strided(whole[0], start, copy_shape(shape), steps)
    b = slice_strided(whole[1], start, copy_shape(shape), steps)
    c = slice_strided(flip(whole[0], last), start, copy_shape(shape), steps)
    d = slice_strided(flip(whole[1], last), start, copy_shape(shape), steps)
    roots = roots_of(n, True)
    cosines = constant_of([roots[0][k] / n for k in range(half)], [half], dtype)
    sines = constant_of([roots[1][k] / n for k in range(half)], [half], dtype)
    real_gap = subtract(a, c)
    imaginary_sum = add(b, d)
    odd_real = subtract(multiply(cosines, real_gap), multiply(sines, imaginary_sum))
    odd_imaginary = add(multiply(cosines, imaginary_sum), multiply(sines, real_gap))
    z = _along_last(
        [
            subtract(multiply(add(a, c), 1.0 / n), odd_imaginary),
            add(multiply(subtract(b, d), 1.0 / n), odd_real),
        ],
        True,
    )
    wide = copy_shape(shape)
    wide.append(1)
    shape[last] = n
    return reshape(concatenate([reshape(part, copy_shape(wide)) for part in z], last + 1), shape)


def enclosing_power_of_two(value):
    """The smallest power of two that is not below a whole number >= 1."""
    value = require_whole(value, 1, "enclosing_power_of_two: value")
    power = 1
    while power < value:
        power = power * 2
    return power
