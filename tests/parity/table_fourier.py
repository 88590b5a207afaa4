"""Rows of Fourier transforms, frames, windows and complex pairs.

An error of a transform is one relative to the norm of its input, spread over all results: tolerances are absolute, some
units in the last place times the norm times the number of passes.
"""

import math

import numpy as np
from scipy import signal as scipy_signal

from pybrowserml import ops
from pybrowserml.core.opset.fourier import transform

from .rows import Row, integers, uniform, values

EPSILON = 6e-8
EXACT = {"rtol": 0, "atol": 0, "webgl": (0, 0)}


def loose(n, factor=1.0):
    """Tolerances of transforms of n numbers below 2 in size; those of Bluestein are three transforms long."""
    norm = 2.0 * math.sqrt(2 * n) * factor
    size = (2 + math.log2(max(n, 2))) * EPSILON * norm
    return {
        "rtol": 2e-6,
        "atol": size,
        "webgl": (2e-6, 2 * size),
        # By differences of numbers of this size, which are exact to 1e-10 or so.
        "grad_tolerance": (2e-6, 2 * size + 1e-8 * norm * n),
        "webgl_grad": (2e-6, 4 * size + 1e-8 * norm * n),
    }


def parts(z):
    return [np.real(z), np.imag(z)]


def pairs(*shapes):
    return [[uniform(shape), uniform(shape)] for shape in shapes]


TRANSFORMS = [
    Row(
        f"fft, ifft of {n}",
        lambda a, b: [*ops.fft([a, b]), *ops.ifft([a, b])],
        pairs(*shapes),
        lambda a, b: [*parts(np.fft.fft(a + 1j * b)), *parts(np.fft.ifft(a + 1j * b))],
        grad=(0, 1) if n < 70 else (),
        second=n in (6, 8),
        **loose(n, 4 if n in (97, 134) else 1),
    )
    for n, shapes in [
        (1, [[1], [3, 1]]),
        (2, [[2], [2, 2]]),
        (3, [[3], [4, 3]]),
        (4, [[4], [2, 3, 4]]),
        (5, [[5], [9, 5]]),
        (6, [[3, 6]]),
        (7, [[7]]),
        (8, [[8], [9, 8]]),
        (15, [[2, 15]]),
        (16, [[16]]),
        (31, [[31]]),
        (32, [[2, 32]]),
        (36, [[36]]),
        (64, [[64]]),
        (97, [[97], [2, 97]]),
        (100, [[3, 100]]),
        (134, [[134]]),
        (256, [[256]]),
        (3000, [[3000]]),
        (4096, [[2, 4096]]),
    ]
]
TRANSFORMS += [
    Row(
        "fft of nothing",
        lambda a, b: [*ops.fft([a, b])],
        pairs([0, 4], [3, 0]),
        lambda a, b: [a, b],
        **EXACT,
    ),
    Row(
        "one part of a transform",
        lambda a, b: [transform(a, b, False)[0], transform(b, a, True)[1]],
        pairs([6], [5, 8]),
        lambda a, b: [np.fft.fft(a + 1j * b).real, np.fft.ifft(b + 1j * a, norm="forward").imag],
        grad=(0, 1),
        **loose(8),
    ),
    Row(
        "fft of integers",
        lambda a, b: [*ops.fft([a, b])],
        [[integers([8], -9, 9), integers([8], -9, 9)]],
        lambda a, b: parts(np.fft.fft(a + 1j * b)),
        **loose(8, 5),
    ),
    Row(
        "fft2, ifft2",
        lambda a, b: [*ops.fft2([a, b]), *ops.ifft2([a, b])],
        pairs([4, 6], [1, 5], [2, 3, 4], [7, 2], [5, 1], [2, 1, 2, 2]),
        lambda a, b: [*parts(np.fft.fft2(a + 1j * b)), *parts(np.fft.ifft2(a + 1j * b))],
        grad=(0, 1),
        **loose(24),
    ),
    Row(
        "rfft",
        lambda x: [*ops.rfft(x), *ops.rfft(x, 5), *ops.rfft(x, 16), *ops.rfft(x, 1)],
        [[uniform([8])], [uniform([2, 7])], [uniform([1])], [uniform([3, 2, 6])], [uniform([0, 4])]],
        lambda x: (
            [
                *parts(np.fft.rfft(x)),
                *parts(np.fft.rfft(x, 5)),
                *parts(np.fft.rfft(x, 16)),
                *parts(np.fft.rfft(x, 1)),
            ]
            if x.size > 0
            else [np.zeros([0, k]) for k in (3, 3, 3, 3, 9, 9, 1, 1)]
        ),
        grad=(0,),
        **loose(16),
    ),
    Row(
        "irfft",
        lambda a, b: [ops.irfft([a, b]), ops.irfft([a, b], 7), ops.irfft([a, b], 6), ops.irfft([a, b], 1)],
        pairs([5], [2, 4], [3, 2], [2, 2, 6], [1, 5]),
        lambda a, b: [
            np.fft.irfft(a + 1j * b),
            np.fft.irfft(a + 1j * b, 7),
            np.fft.irfft(a + 1j * b, 6),
            np.fft.irfft(a + 1j * b, 1),
        ],
        grad=(0, 1),
        **loose(10),
    ),
    Row(
        "rfft by half",
        lambda x: ops.rfft(x),
        [[uniform([64])], [uniform([2, 90])], [uniform([0, 64])], [uniform([1, 134])]],
        lambda x: parts(np.fft.rfft(x)),
        grad=(0,),
        second=True,
        **loose(134, 4),
    ),
    Row(
        "irfft by half",
        lambda a, b: [ops.irfft([a, b]), ops.irfft([a, b], 100)],
        pairs([33], [2, 46], [1, 68], [2, 1, 35]),
        lambda a, b: [np.fft.irfft(a + 1j * b), np.fft.irfft(a + 1j * b, 100)],
        grad=(0, 1),
        **loose(10),
    ),
    Row(
        "rfft, irfft of a large prime",
        lambda x: [*ops.rfft(x), ops.irfft(ops.rfft(x), 67)],
        [[uniform([67])]],
        lambda x: [*parts(np.fft.rfft(x)), x],
        **loose(67, 6),
    ),
]


def framed(x, length, stride):
    count = 1 + (x.shape[-1] - length) // stride
    return np.stack([x[..., i * stride : i * stride + length] for i in range(count)], -2)


def added(x, stride):
    count, length = x.shape[-2:]
    y = np.zeros([*x.shape[:-2], (count - 1) * stride + length])
    for i in range(count):
        y[..., i * stride : i * stride + length] += x[..., i, :]
    return y


def padded_frames(x, length, stride, value):
    count = -(-x.shape[-1] // stride)
    wide = np.pad(x, [[0, 0]] * (x.ndim - 1) + [[0, length]], constant_values=value)
    return np.stack([wide[..., i * stride : i * stride + length] for i in range(count)], -2)


FRAMES = [
    Row(
        "extract_sequences, frame",
        lambda x: [
            ops.extract_sequences(x, 4, 2),
            ops.extract_sequences(x, 5, 3),
            ops.extract_sequences(x, 2, 3),
            ops.extract_sequences(x, 1, 1),
            ops.frame(x, 3, 2),
            ops.frame(x, 4, 3, True, 1.5),
            ops.frame(x, 2, 3, True),
        ],
        [[uniform(shape)] for shape in ([9], [2, 7], [5], [2, 1, 11], [3, 6])] + [[integers([9], -9, 9)]],
        lambda x: [
            framed(x, 4, 2),
            framed(x, 5, 3),
            framed(x, 2, 3),
            framed(x, 1, 1),
            framed(x, 3, 2),
            padded_frames(x, 4, 3, 1.5 if x.dtype.kind == "f" else 1),
            padded_frames(x, 2, 3, 0),
        ],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "long sequences with a small stride",
        lambda x: [ops.extract_sequences(x, 20, 1), ops.overlap_add(ops.extract_sequences(x, 20, 1), 1)],
        [[uniform([24])], [uniform([2, 20])]],
        lambda x: [framed(x, 20, 1), added(framed(x, 20, 1), 1)],
        grad=(0,),
        # Sums of up to 20 numbers below 2.
        atol=8e-6,
        webgl=(4e-6, 1e-5),
    ),
    Row(
        "overlap_add",
        lambda x: [
            ops.overlap_add(x, 2),
            ops.overlap_add(x, 3),
            ops.overlap_add(x, 7),
            ops.overlap_add(x, 5),
        ],
        [[uniform([3, 5])], [uniform([2, 1, 4])], [uniform([4, 1])], [uniform([2, 3, 6])]],
        lambda x: [added(x, 2), added(x, 3), added(x, 7), added(x, 5)],
        grad=(0,),
        second=False,
    ),
]


def window_of(window, length, size):
    if window is None:
        return np.ones(size)
    w = scipy_signal.get_window(window, length) if isinstance(window, str) else np.asarray(window)
    before = (size - length) // 2
    return np.pad(w, [before, size - length - before])


def stft(x, length, stride, size, window="hann", center=True):
    """The definition, frame by frame."""
    if center:
        x = np.pad(x, [[0, 0]] * (x.ndim - 1) + [[size // 2, size // 2]], "reflect")
    return parts(np.fft.rfft(framed(x, size, stride) * window_of(window, length, size)))


def istft(a, b, length, stride, size, total=None, window="hann", center=True):
    w = window_of(window, length, size)
    y = added(np.fft.irfft(a + 1j * b, size) * w, stride)
    share = added(np.broadcast_to(w * w, [a.shape[-2], size]), stride)
    y = y / np.where(share > 1e-10, share, 1) if window is not None else y
    start = size // 2 if center else 0
    end = y.shape[-1] - start if total is None else start + total
    return y[..., start:end]


WEIGHTS = [0.5, 1.0, 2.0, 1.5, 0.25]
SHORT_TIME = [
    Row(
        "stft",
        lambda x: [
            *ops.stft(x, 8, 4, 8),
            *ops.stft(x, 6, 3, 9, "hamming", False),
            *ops.stft(x, 5, 2, 8, WEIGHTS),
            *ops.stft(x, 4, 4, 4, None, False),
        ],
        [[uniform([20])], [uniform([2, 13])], [uniform([1, 16])], [uniform([2, 1, 11])]],
        lambda x: [
            *stft(x, 8, 4, 8),
            *stft(x, 6, 3, 9, "hamming", False),
            *stft(x, 5, 2, 8, WEIGHTS),
            *stft(x, 4, 4, 4, None, False),
        ],
        grad=(0,),
        **loose(9),
    ),
    Row(
        "istft",
        lambda a, b: [
            ops.istft([a, b], 8, 4, 8),
            ops.istft([a, b], 6, 2, 9, None, "hamming", False),
            ops.istft([a, b], 5, 2, 8, 10, WEIGHTS),
            ops.istft([a, b], 8, 8, 8, 99, None, False),
            ops.istft([a, b], 8, 3, 8, None, None),
        ],
        pairs([5, 5], [2, 4, 5], [3, 5], [2, 1, 4, 5]),
        lambda a, b: [
            istft(a, b, 8, 4, 8),
            istft(a, b, 6, 2, 9, None, "hamming", False),
            istft(a, b, 5, 2, 8, 10, WEIGHTS),
            istft(a, b, 8, 8, 8, 99, None, False),
            istft(a, b, 8, 3, 8, None, None),
        ],
        grad=(0, 1),
        # Divided by window squares of 0.02 and more at the ends.
        **loose(9, 50),
    ),
    Row(
        "istft of stft",
        lambda x: ops.istft(ops.stft(x, 8, 2, 8), 8, 2, 8),
        [[uniform([24])], [uniform([2, 16])]],
        lambda x: x,
        grad=(0,),
        **loose(8, 2),
    ),
]


def created(name, build, reference, **more):
    """Ops without tensor arguments: their results beside an input that is passed on."""
    return Row(name, lambda x: [*build(), x], [[values([1.0])]], lambda x: [*reference(), x], **more)


def cosines(n, a, b):
    return a - b * np.cos(2 * np.pi * np.arange(n) / (n + n % 2 - 2 * (n % 2)))


WINDOWS = [
    created(
        ours.__name__,
        lambda f=ours: [f(n) for n in (9, 8, 2, 1, 0)],
        lambda f=theirs: [f(n) for n in (9, 8, 2, 1, 0)],
        # Ends that are 0 up to the rounding of a cosine.
        atol=1e-7,
    )
    for ours, theirs in [
        (ops.hanning, np.hanning),
        (ops.hamming, np.hamming),
        (ops.bartlett, np.bartlett),
        (ops.blackman, np.blackman),
    ]
]
WINDOWS += [
    created(
        "kaiser",
        lambda: [
            ops.kaiser(9, 5.0),
            ops.kaiser(8, 14),
            ops.kaiser(1, 2.0),
            ops.kaiser(5, 0),
            ops.kaiser(0, 1),
        ],
        lambda: [np.kaiser(9, 5.0), np.kaiser(8, 14), np.kaiser(1, 2.0), np.kaiser(5, 0), np.kaiser(0, 1)],
    ),
    created(
        "hann_window, hamming_window, cosine_window",
        lambda: [
            ops.hann_window(8),
            ops.hann_window(7),
            ops.hamming_window(6),
            ops.cosine_window(5, 0.7, 0.3),
            ops.hann_window(1),
        ],
        lambda: [
            cosines(8, 0.5, 0.5),
            cosines(7, 0.5, 0.5),
            cosines(6, 0.54, 0.46),
            cosines(5, 0.7, 0.3),
            np.ones(1),
        ],
        atol=1e-7,
    ),
    created(
        "enclosing_power_of_two",
        lambda: [ops.full([1], ops.enclosing_power_of_two(n), "int32") for n in (1, 2, 3, 64, 65)],
        lambda: [np.array([n]) for n in (1, 2, 4, 64, 128)],
        **EXACT,
    ),
]

COMPLEX = [
    Row(
        "polar",
        lambda r, a: ops.polar(r, a),
        [
            [uniform([5], 0, 3), uniform([5], -7, 7)],
            [uniform([3, 1]), uniform([4], -3, 3)],
            [uniform([]), uniform([])],
            [uniform([0]), uniform([1])],
            [uniform([1]), uniform([6], -20, 20)],
            [uniform([2, 1, 3]), uniform([2, 1])],
        ],
        lambda r, a: [r * np.cos(a), r * np.sin(a)],
        grad=(0, 1),
        second=True,
    ),
    Row(
        "view_as_complex, view_as_real",
        lambda x: [*ops.view_as_complex(x), ops.view_as_real(ops.view_as_complex(x))],
        [[uniform(shape)] for shape in ([3, 2], [2], [2, 0, 2], [1, 2], [5, 3, 2])]
        + [[integers([4, 2], -9, 9)]],
        lambda x: [1.0 * x[..., 0], 1.0 * x[..., 1], 1.0 * x],
        grad=(0,),
        **EXACT,
    ),
]

ROWS = [*TRANSFORMS, *FRAMES, *SHORT_TIME, *WINDOWS, *COMPLEX]
