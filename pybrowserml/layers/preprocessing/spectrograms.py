"""Sound as images: spectrograms."""

from typing import Any

from ... import initializers
from ...core.host import HostArray
from ...core.known import register
from ...core.opset.binary import add, arctan2, maximum, multiply, power, subtract
from ...core.opset.matmul import matmul
from ...core.opset.movement import reshape, transpose
from ...core.opset.reduction import reduce_max
from ...core.opset.registry import as_float, to_tensor
from ...core.opset.unary import log, sqrt
from ...ops.arguments import require_whole, shown
from ...ops.convolution import conv
from ...ops.joining import concatenate
from ...ops.movement import swapaxes
from ...ops.signal import stft
from ...platform import real
from ...platform.buffers import from_numbers
from ...platform.errors import error
from ..layer import Layer

MEL_BREAK = 700.0
MEL_Q = 1127.0
EPSILON = 1.0e-7
TO_DECIBEL = 4.342944819032518
MODES = ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]


class MelSpectrogram(Layer):
    """Sound [batch, samples] (or [samples]) as a spectrogram on the mel scale: [batch, num_mel_bins, frames].

    fft_length, sequence_length (fft_length when None): of a frame and its part that counts; sequence_stride: between
    frames. sampling_rate: samples a second; min_freq, max_freq (half of it when None): in hertz. mag_exp: 2 for power,
    1 for magnitude. power_to_db: decibels of ref_power, at least min_power and at most top_db below the loudest.
    """

    def __init__(
        self,
        fft_length=2048,
        sequence_stride=512,
        sequence_length=None,
        window: Any = "hann",
        sampling_rate=16000,
        num_mel_bins=128,
        min_freq=20.0,
        max_freq=None,
        power_to_db=True,
        top_db=80.0,
        mag_exp=2.0,
        min_power=1e-10,
        ref_power=1.0,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.fft_length = require_whole(fft_length, 1, self.argument("fft_length"))
        self.sequence_stride = require_whole(sequence_stride, 1, self.argument("sequence_stride"))
        self.sequence_length = fft_length if sequence_length is None else sequence_length
        if self.fft_length < self.sequence_length:
            raise error("ArgumentError", self.argument("fft_length") + " must be at least sequence_length")
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = require_whole(num_mel_bins, 1, self.argument("num_mel_bins"))
        self.min_freq = min_freq
        self.max_freq = int(sampling_rate / 2) if max_freq is None else max_freq
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, x):
        parts = stft(
            as_float(x), self.sequence_length, self.sequence_stride, self.fft_length, self.window, True
        )
        strength = add(multiply(parts[0], parts[0]), multiply(parts[1], parts[1]))
        if self.mag_exp != 2:
            strength = power(strength, self.mag_exp / 2.0)
        found = matmul(strength, self._bands(), False, False)
        if self.power_to_db:
            found = multiply(log(maximum(found, self.min_power * 1.0)), TO_DECIBEL)
            reference = TO_DECIBEL * real.log(max(abs(self.ref_power), self.min_power))
            found = subtract(found, reference)
            found = maximum(found, subtract(reduce_max(found, None, False), self.top_db * 1.0))
        return swapaxes(found, -1, -2)

    def _bands(self):
        """[fft_length // 2 + 1, num_mel_bins]: triangles on the mel scale with a peak of 1, none at 0 hertz."""
        bins = self.fft_length // 2 + 1
        low = mel_of(self.min_freq)
        step = (mel_of(self.max_freq) - low) / (self.num_mel_bins + 1)
        numbers = [0.0 for i in range(self.num_mel_bins)]
        for i in range(1, bins):
            mel = mel_of(self.sampling_rate / 2.0 * i / (bins - 1))
            for band in range(self.num_mel_bins):
                rising = (mel - (low + step * band)) / step
                falling = (low + step * (band + 2) - mel) / step
                numbers.append(max(0.0, min(rising, falling)))
        return to_tensor(HostArray(from_numbers("float32", numbers), [bins, self.num_mel_bins], "float32"))


def mel_of(hertz):
    """The mel scale of the Hidden Markov Model Toolkit."""
    return MEL_Q * real.log(1.0 + hertz / MEL_BREAK)


class STFTSpectrogram(Layer):
    """Sound [batch, samples, channels] as a spectrogram [batch, frames, channels · (fft_length / 2 + 1)].

    mode: "log" of the magnitude, "magnitude", "psd" (power), "real", "imag", "angle", or "stft" (both parts).
    frame_step: half of frame_length when None; fft_length: the power of two from frame_length on. window, periodic,
    scaling: see `initializers.STFT`, which makes real_kernel and imag_kernel, the weights of a convolution.
    expand_dims: frequencies get an axis of their own.
    """

    def __init__(
        self,
        mode="log",
        frame_length=256,
        frame_step=None,
        fft_length=None,
        window: Any = "hann",
        periodic=False,
        scaling: str | None = "density",
        padding="valid",
        expand_dims=False,
        data_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if mode not in MODES:
            raise error("ArgumentError", self.argument("mode") + " must be one of " + ", ".join(MODES))
        self.mode = mode
        self.frame_length = require_whole(frame_length, 1, self.argument("frame_length"))
        if frame_step is not None and (frame_step < 1 or frame_step > frame_length):
            raise error(
                "ArgumentError",
                self.argument("frame_step") + " must be 1 to frame_length, got " + shown(frame_step),
            )
        self.frame_step = frame_step
        if fft_length is not None and fft_length < frame_length:
            raise error("ArgumentError", self.argument("fft_length") + " must be at least frame_length")
        self.fft_length = fft_length
        if padding not in ["valid", "same"]:
            raise error(
                "ArgumentError",
                self.argument("padding") + " must be 'valid' or 'same', got " + shown(padding),
            )
        # What is wrong with these is told now, not when the weights are made.
        initializers.STFT("real", window, scaling, periodic)
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = "channels_last" if data_format is None else data_format

    def _bins(self):
        length = 1
        while length < self.frame_length:
            length = length * 2
        return (length if self.fft_length is None else self.fft_length) // 2 + 1

    def build(self, input_shape):
        self.require_rank(input_shape, 3)
        shape = [self.frame_length, 1, self._bins()]
        if self.mode != "imag":
            made = initializers.STFT("real", self.window, self.scaling, self.periodic)
            self.real_kernel = self.new_weight("real_kernel", shape, made)
        if self.mode != "real":
            made = initializers.STFT("imag", self.window, self.scaling, self.periodic)
            self.imag_kernel = self.new_weight("imag_kernel", shape, made)

    def call(self, x):
        if self.data_format == "channels_first":
            x = transpose(x, [0, 2, 1])
        if self.mode == "real" or self.mode == "imag":
            found = self._frames(x, self.real_kernel if self.mode == "real" else self.imag_kernel)
        else:
            found = self._both(self._frames(x, self.real_kernel), self._frames(x, self.imag_kernel))
        return self._arranged(found)

    def _both(self, real_part, imag_part):
        if self.mode == "angle":
            return arctan2(imag_part, real_part)
        if self.mode == "stft":
            return concatenate([real_part, imag_part], 3)
        strength = add(multiply(real_part, real_part), multiply(imag_part, imag_part))
        if self.mode == "psd":
            bins = strength.shape[3]
            inside = [1.0 if i > 0 and i < bins - 1 else 0.0 for i in range(bins)]
            return add(strength, multiply(strength, to_tensor(inside, "float32")))
        magnitude = sqrt(maximum(strength, EPSILON))
        return magnitude if self.mode == "magnitude" else log(maximum(magnitude, EPSILON))

    def _frames(self, x, kernel):
        """[batch, channels, frames, bins]"""
        samples = x.shape[1]
        channels = self.require_static(x.shape, 2)
        rows = reshape(transpose(x, [0, 2, 1]), [-1, samples, 1])
        step = self.frame_length // 2 if self.frame_step is None else self.frame_step
        found = conv(rows, kernel.value, step, self.padding)
        return reshape(found, [x.shape[0], channels, found.shape[1], found.shape[2]])

    def _arranged(self, x):
        channels = x.shape[1]
        bins = x.shape[3]
        first = self.data_format == "channels_first"
        if self.expand_dims:
            return x if first else transpose(x, [0, 2, 3, 1])
        joined = transpose(x, [0, 2, 1, 3])
        joined = reshape(joined, [x.shape[0], joined.shape[1], channels * bins])
        return transpose(joined, [0, 2, 1]) if first else joined


register("MelSpectrogram", MelSpectrogram)
register("STFTSpectrogram", STFTSpectrogram)
