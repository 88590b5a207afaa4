"""Initializers without chance."""

from typing import Any

from ..core.host import HostArray, host_array
from ..core.shapes import element_count, format_shape, same_shape
from ..ops.arguments import require_choice
from ..ops.windows import window_numbers
from ..platform import real
from ..platform.buffers import from_numbers, zeros
from ..platform.errors import error
from ..platform.numbers import is_number, is_string
from .base import Made

PI = 3.141592653589793


def _spread(host, shape):
    """A HostArray's numbers repeated to a shape, by the rules of broadcasting."""
    if same_shape(host.shape, shape):
        return host
    lead = len(shape) - len(host.shape)
    steps = []
    stride = 1
    fits = lead >= 0
    for i in range(len(shape)):
        axis = len(shape) - 1 - i
        own = host.shape[axis - lead] if fits and axis >= lead else 1
        fits = fits and own in [1, shape[axis]]
        steps.append(0 if own == 1 else stride)
        stride = stride * own
    if not fits:
        raise error(
            "ShapeError",
            "Constant: a value of shape " + format_shape(host.shape) + " does not fit " + format_shape(shape),
        )
    numbers = []
    for n in range(element_count(shape)):
        rest = n
        place = 0
        for i in range(len(shape)):
            size = shape[len(shape) - 1 - i]
            place = place + (rest % size) * steps[i]
            rest = rest // size
        numbers.append(host.data[place])
    return HostArray(from_numbers(host.dtype, numbers), shape, host.dtype)


class Constant(Made):
    """Every element has one value. value: a number, or numbers whose shape broadcasts to the weight's."""

    def __init__(self, value: Any = 0.0):
        self.value = value

    def make(self, shape, dtype):
        if not is_number(self.value):
            return _spread(host_array(self.value, dtype), shape)
        numbers = [self.value for i in range(element_count(shape))]
        return HostArray(from_numbers(dtype, numbers), shape, dtype)


class Zeros(Made):
    """Every element is 0."""

    def make(self, shape, dtype):
        return HostArray(zeros(dtype, element_count(shape)), shape, dtype)


class Ones(Made):
    """Every element is 1."""

    def make(self, shape, dtype):
        return HostArray(from_numbers(dtype, [1 for i in range(element_count(shape))]), shape, dtype)


class Identity(Made):
    """A square matrix with `gain` on its diagonal."""

    def __init__(self, gain=1.0):
        self.gain = gain

    def make(self, shape, dtype):
        if len(shape) != 2:
            raise error("ShapeError", "Identity: needs a matrix, got " + format_shape(shape))
        data = zeros(dtype, element_count(shape))
        for i in range(shape[0] if shape[0] < shape[1] else shape[1]):
            data[i * shape[1] + i] = self.gain
        return HostArray(data, shape, dtype)


class STFT(Made):
    """The kernel of a short-time Fourier transform as a convolution: [frame_length, 1, fft_length / 2 + 1].

    side: the "real" or the "imag" part. window: the name of a window of SciPy's, frame_length numbers, or None;
    scaling: it is divided by the root of its squares' sum ("density"), by its sum ("spectrum"), or not (None).
    periodic: of the window, as `ops.hann_window`.
    """

    def __init__(self, side="real", window: Any = "hann", scaling: str | None = "density", periodic=False):
        self.side = require_choice(side, ["real", "imag"], "side")
        self.window = window
        if scaling is not None:
            require_choice(scaling, ["density", "spectrum"], "scaling")
        self.scaling = scaling
        self.periodic = periodic

    def _weights(self, length):
        if self.window is None:
            return [1.0 for i in range(length)]
        found: Any = self.window
        if is_string(self.window):
            found = window_numbers(self.window, length, self.periodic)
        if len(found) != length:
            raise error(
                "ShapeError",
                "STFT: the window must have " + str(length) + " numbers, got " + str(len(found)),
            )
        total = 1.0
        if self.scaling is not None:
            total = 0.0
            for number in found:
                total = total + (number * number if self.scaling == "density" else abs(number))
            if self.scaling == "density":
                total = real.sqrt(total)
        return [number / total for number in found]

    def make(self, shape, dtype):
        if len(shape) != 3 or shape[2] < 2:
            raise error(
                "ShapeError",
                "STFT: needs the shape (frame_length, channels, fft_length / 2 + 1), got "
                + format_shape(shape),
            )
        weights = self._weights(shape[0])
        period = (shape[2] - 1) * 2
        numbers = []
        for t in range(shape[0]):
            for channel in range(shape[1]):
                for k in range(shape[2]):
                    angle = -2.0 * PI * ((t * k) % period) / period
                    wave = real.cos(angle) if self.side == "real" else real.sin(angle)
                    numbers.append(wave * weights[t])
        return HostArray(from_numbers(dtype, numbers), shape, dtype)
