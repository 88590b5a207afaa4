"""Windows: smooth weights of a stretch of a signal, computed in double precision, under Keras's names."""

from ..core.fourier_tables import TWO_PI
from ..core.opset.plain import plain
from ..core.opset.registry import constant_of
from ..platform import real
from ..platform.errors import error
from ..platform.numbers import is_number
from .arguments import require_choice, require_whole, shown

PI = TWO_PI / 2
HALF_PI = TWO_PI / 4

COSINES = {
    "hann": [0.5, -0.5],
    "hamming": [0.54, -0.46],
    "blackman": [0.42, -0.5, 0.08],
    "nuttall": [0.3635819, -0.4891775, 0.1365995, -0.0106411],
    "blackmanharris": [0.35875, -0.48829, 0.14128, -0.01168],
    "flattop": [0.21557895, -0.41663158, 0.277263158, -0.083578947, 0.006947368],
    "boxcar": [1.0],
}


def bartlett(x):
    """The triangular window of x points, 0 at both ends, float32."""
    count = _count(x, "bartlett")
    half = (count - 1) / 2.0
    return _window([1.0 - abs(i - half) / half if count > 1 else 1.0 for i in range(count)])


def hanning(x):
    """The raised cosine of x points, 0 at both ends, float32."""
    return _window(_cosines(_count(x, "hanning"), [0.5, -0.5]))


def hamming(x):
    """The raised cosine of x points with 0.08 at both ends, float32."""
    return _window(_cosines(_count(x, "hamming"), [0.54, -0.46]))


def blackman(x):
    """The window of x points with two cosines, 0 at both ends, float32."""
    return _window(_cosines(_count(x, "blackman"), [0.42, -0.5, 0.08]))


def kaiser(x, beta):
    """Kaiser's window of x points: I0(beta sqrt(1 - t²)) / I0(beta) for t from -1 to 1, float32."""
    count = _count(x, "kaiser")
    beta = plain(beta)
    if not is_number(beta):
        raise error("ArgumentError", "kaiser: beta must be a number, got " + shown(beta))
    numbers = []
    for i in range(count):
        t = 2.0 * i / (count - 1) - 1.0 if count > 1 else 0.0
        numbers.append(_bessel(beta * real.sqrt(max(0.0, 1.0 - t * t))) / _bessel(beta))
    return _window(numbers)


def cosine_window(window_length, a, b):
    """a - b cos(2πi/n) for i below window_length; n is the length where that is even, one less where it is odd.

    So two windows of an even length that overlap by half add up to a constant. float32.
    """
    return _window(_periodic(_count(window_length, "cosine_window"), a, b))


def hann_window(window_length):
    """`cosine_window` with a = b = 0.5."""
    return _window(_periodic(_count(window_length, "hann_window"), 0.5, 0.5))


def hamming_window(window_length):
    """`cosine_window` with a = 0.54, b = 0.46."""
    return _window(_periodic(_count(window_length, "hamming_window"), 0.54, 0.46))


def periodic_window(kind, count):
    """The numbers of a window whose next period would follow without a gap; kind: "hann" or "hamming"."""
    weights = [0.5, -0.5] if kind == "hann" else [0.54, -0.46]
    found = _cosines(count + 1, weights)
    found.pop()
    return found if count > 1 else [1.0]


def window_numbers(kind, count, periodic):
    """The numbers of a window by name, as SciPy has them; periodic: its next period would follow without a gap."""
    known = [name for name in COSINES.keys()]
    known.extend([name for name in SHAPES.keys()])
    require_choice(kind, known, "window")
    if count <= 1:
        return [1.0 for i in range(count)]
    points = count + 1 if periodic else count
    if kind in COSINES:
        found = _cosines(points, COSINES[kind])
    else:
        found = [SHAPES[kind](2.0 * i / (points - 1) - 1.0, points) for i in range(points)]
    if periodic:
        found.pop()
    return found


def _triang(t, points):
    """A triangle that would be 0 one point (of an even number: half a point) beyond its ends."""
    return 1.0 - abs(t) * (points - 1) / (points if points % 2 == 0 else points + 1)


def _barthann(t, points):
    return 0.62 - 0.24 * abs(t) + 0.38 * real.cos(PI * t)


def _bohman(t, points):
    x = abs(t)
    # The formula leaves a rest of rounding where it is 0.
    return 0.0 if x == 1 else (1.0 - x) * real.cos(PI * x) + real.sin(PI * x) / PI


def _parzen(t, points):
    x = abs(t) * (points - 1) / points
    return 2.0 * (1.0 - x) * (1.0 - x) * (1.0 - x) if x > 0.5 else 1.0 - 6.0 * x * x * (1.0 - x)


def _tukey(t, points):
    """Flat in the middle, half a cosine over the outer quarters."""
    x = abs(t)
    return 1.0 if x <= 0.5 else 0.5 + 0.5 * real.cos(TWO_PI * (x - 0.5))


# Windows as functions of a place from -1 to 1 and of the number of points.
SHAPES = {
    "bartlett": lambda t, points: 1.0 - abs(t),
    "triang": _triang,
    "cosine": lambda t, points: real.cos(HALF_PI * t * (points - 1) / points),
    "barthann": _barthann,
    "bohman": _bohman,
    "parzen": _parzen,
    "tukey": _tukey,
    "lanczos": lambda t, points: 1.0 if t == 0 else real.sin(PI * t) / (PI * t),
    "exponential": lambda t, points: real.exp(-abs(t) * (points - 1) / 2.0),
}


def _count(value, op):
    return require_whole(value, 0, op + ": the number of points")


def _window(numbers):
    return constant_of(numbers, [len(numbers)], "float32")


def _cosines(count, weights):
    """Sums of weights[k] cos(2πik/(count - 1))."""
    if count == 1:
        return [1.0]
    numbers = []
    for i in range(count):
        total = 0.0
        for k in range(len(weights)):
            total = total + weights[k] * real.cos(TWO_PI * i * k / (count - 1))
        numbers.append(total)
    return numbers


def _periodic(count, a, b):
    if count == 1:
        return [1.0]
    period = count if count % 2 == 0 else count - 1
    return [a - b * real.cos(TWO_PI * i / period) for i in range(count)]


def _bessel(x):
    """The modified Bessel function I0, by its power series, all of whose terms are positive."""
    total = 1.0
    term = 1.0
    k = 1
    while term > total * 1e-17:
        term = term * (x / (2.0 * k)) * (x / (2.0 * k))
        total = total + term
        k = k + 1
    return total
