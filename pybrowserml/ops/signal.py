"""Signals in overlapping frames, and their short-time Fourier transforms, under Keras's names."""

from typing import Any

from ..core.dims import dim_add, dim_floordiv, dim_max, dim_mul, dim_sub, is_symbolic
from ..core.opset.binary import add, divide, greater, multiply, where
from ..core.opset.gathering import gather, scatter_add
from ..core.opset.movement import broadcast_to, pad_interior, reshape, slice_strided
from ..core.opset.plain import plain
from ..core.opset.registry import as_float, constant_of, scalar, to_tensor, with_dtype
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from ..platform.numbers import is_string, is_whole
from .arguments import require_choice, require_whole, shown
from .fourier import irfft, rfft
from .joining import concatenate
from .padding import pad
from .windows import periodic_window

# Up to so many pieces a frame is put together from neighbouring blocks, whose gradient is cheap; beyond, by indices.
MOST_PIECES = 16


def frame(x, frame_length, frame_step, pad_end=False, pad_value: float = 0):
    """Frames of the last axis: [..., n] → [..., frames, frame_length], each `frame_step` after the one before.

    Frames that would not be full are left out (there may be none), or filled with `pad_value` if `pad_end`.
    """
    x = to_tensor(x, None, "frame", "x")
    frame_step = require_whole(frame_step, 1, "frame: frame_step")
    frame_length = require_whole(frame_length, 1, "frame: frame_length")
    if len(x.shape) == 0:
        raise error("ShapeError", "frame: needs rank >= 1, got a scalar")
    size = x.shape[len(x.shape) - 1]
    if not pad_end and not is_symbolic(size) and size < frame_length:
        none = copy_shape(x.shape)
        none[len(none) - 1] = 0
        none.append(frame_length)
        return broadcast_to(scalar(0, x.dtype), none)
    if pad_end:
        count = dim_floordiv(dim_add(size, frame_step - 1), frame_step)
        rest = dim_sub(dim_add(dim_mul(dim_sub(count, 1), frame_step), frame_length), size)
        rest = dim_max(rest, 0)
        pads = [[0, 0, 0] for dim in x.shape]
        pads[len(pads) - 1] = [0, rest, 0]
        if is_symbolic(rest) or rest > 0:
            x = pad_interior(x, pads, pad_value)
    return _framed(x, frame_length, frame_step, "frame")


def extract_sequences(x, sequence_length, sequence_stride):
    """The full windows of the last axis: [..., n] → [..., 1 + (n - length) // stride, length]."""
    return _framed(
        to_tensor(x, None, "extract_sequences", "x"), sequence_length, sequence_stride, "extract_sequences"
    )


def _framed(x, length, stride, op):
    length = require_whole(length, 1, op + ": the length of a sequence")
    stride = require_whole(stride, 1, op + ": the stride")
    last = len(x.shape) - 1
    if last < 0:
        raise error("ShapeError", op + ": needs rank >= 1, got a scalar")
    size = x.shape[last]
    if not is_symbolic(size) and size < length:
        raise error(
            "ShapeError",
            op + ": a sequence of " + str(length) + " does not fit into " + format_shape(x.shape),
        )
    count = dim_add(dim_floordiv(dim_sub(size, length), stride), 1)
    pieces = (length + stride - 1) // stride
    if pieces > MOST_PIECES and not is_symbolic(count):
        places = []
        for i in range(count):
            for j in range(length):
                places.append(i * stride + j)
        return gather(x, constant_of(places, [count, length], "int32"), last)
    blocks = _in_blocks(x, dim_add(count, pieces - 1), stride)
    parts = []
    for i in range(pieces):
        width = min(stride, length - i * stride)
        parts.append(_window_of(blocks, i, count, width))
    return concatenate(parts, last + 1)


def _in_blocks(x, count, stride):
    """[..., n] → [..., count, stride], cut or filled with zeros at the end."""
    last = len(x.shape) - 1
    total = dim_mul(count, stride)
    rest = dim_sub(total, x.shape[last])
    if is_symbolic(rest) or rest > 0:
        pads = [[0, 0, 0] for dim in x.shape]
        # Less than a block is missing, whatever the size.
        pads[last] = [0, stride if is_symbolic(rest) else rest, 0]
        x = pad_interior(x, pads, 0)
    shape = copy_shape(x.shape)
    shape[last] = total
    x = slice_strided(x, [0 for dim in shape], copy_shape(shape), [1 for dim in shape])
    shape[last] = count
    shape.append(stride)
    return reshape(x, shape)


def _window_of(blocks, first, count, width):
    """Blocks first ... first + count - 1, the first `width` places of each."""
    rank = len(blocks.shape)
    begin = [0 for dim in blocks.shape]
    begin[rank - 2] = first
    shape = copy_shape(blocks.shape)
    shape[rank - 2] = count
    shape[rank - 1] = width
    return slice_strided(blocks, begin, shape, [1 for dim in shape])


def overlap_add(x, sequence_stride):
    """The adjoint of `extract_sequences`: frames [..., count, length] added up at their places.

    Frame i begins at i * sequence_stride; the result is [..., (count - 1) * sequence_stride + length].
    """
    x = as_float(x, "overlap_add")
    rank = len(x.shape)
    if rank < 2 or is_symbolic(x.shape[rank - 1]):
        raise error(
            "ShapeError", "overlap_add: needs frames [..., count, known length], got " + format_shape(x.shape)
        )
    stride = require_whole(sequence_stride, 1, "overlap_add: sequence_stride")
    count, length = x.shape[rank - 2], x.shape[rank - 1]
    total = dim_add(dim_mul(dim_sub(count, 1), stride), length)
    if not is_symbolic(count) and count == 0:
        raise error("ShapeError", "overlap_add: there are no frames")
    pieces = (length + stride - 1) // stride
    shape = copy_shape(x.shape[0 : rank - 2])
    if pieces > MOST_PIECES and not is_symbolic(count):
        places = []
        for i in range(count):
            for j in range(length):
                places.append(i * stride + j)
        shape.append(count * length)
        flat = reshape(x, copy_shape(shape))
        shape[rank - 2] = total
        return scatter_add(constant_of(places, [count * length], "int32"), flat, rank - 2, shape)
    found = None
    for i in range(pieces):
        width = min(stride, length - i * stride)
        begin = [0 for dim in x.shape]
        begin[rank - 1] = i * stride
        size = copy_shape(x.shape)
        size[rank - 1] = width
        part = slice_strided(x, begin, size, [1 for dim in size])
        pads = [[0, 0, 0] for dim in x.shape]
        pads[rank - 2] = [i, pieces - 1 - i, 0]
        pads[rank - 1] = [0, stride - width, 0]
        part = pad_interior(part, pads, 0)
        found = part if found is None else add(found, part)
    shape.append(dim_mul(dim_add(count, pieces - 1), stride))
    flat = reshape(found, copy_shape(shape))
    shape[rank - 2] = total
    return slice_strided(flat, [0 for dim in shape], shape, [1 for dim in shape])


def stft(x, sequence_length, sequence_stride, fft_length, window: Any = "hann", center=True):
    """Short-time Fourier transform: that of every stretch of a signal under a window.

    x: [..., n]. window: "hann", "hamming", a vector of `sequence_length`, or None; it stands in the middle of frames of
    `fft_length`, which begin `sequence_stride` apart. center: frames are centred on their places; the signal is
    mirrored at its ends. Returns [real, imaginary], both [..., frames, fft_length // 2 + 1].
    """
    x = as_float(x, "stft")
    lengths = _checked_lengths(sequence_length, sequence_stride, fft_length, "stft")
    sequence_length, sequence_stride, fft_length = lengths[0], lengths[1], lengths[2]
    weights = _window_for(window, sequence_length, fft_length, x.dtype, "stft")
    if len(x.shape) == 0:
        raise error("ShapeError", "stft: needs rank >= 1, got a scalar")
    if center:
        pads = [[0, 0] for dim in x.shape]
        pads[len(pads) - 1] = [fft_length // 2, fft_length // 2]
        x = pad(x, pads, "reflect")
    frames = _framed(x, fft_length, sequence_stride, "stft")
    return rfft(frames if weights is None else multiply(frames, weights))


def istft(x, sequence_length, sequence_stride, fft_length, length=None, window: Any = "hann", center=True):
    """The inverse of `stft`: overlapping frames added under the window and divided by the sum of its squares.

    Without a window, as in Keras, they are added and not divided.
    x: [real, imaginary], both [..., frames, fft_length // 2 + 1]. length: of the result; by default all that the
    frames hold, less what `center` added. Returns [..., length].
    """
    lengths = _checked_lengths(sequence_length, sequence_stride, fft_length, "istft")
    sequence_length, sequence_stride, fft_length = lengths[0], lengths[1], lengths[2]
    frames = irfft(x, fft_length)
    weights = _window_for(window, sequence_length, fft_length, frames.dtype, "istft")
    rank = len(frames.shape)
    if rank < 2:
        raise error("ShapeError", "istft: needs [..., frames, bins], got " + format_shape(x[0].shape))
    if weights is None:
        signal = overlap_add(frames, sequence_stride)
    else:
        squares = broadcast_to(multiply(weights, weights), [frames.shape[rank - 2], fft_length])
        total = overlap_add(multiply(frames, weights), sequence_stride)
        share = overlap_add(squares, sequence_stride)
        signal = divide(total, where(greater(share, 1e-10), share, 1.0))
    shape = copy_shape(signal.shape)
    start = fft_length // 2 if center else 0
    rest = dim_sub(shape[rank - 2], 2 * start)
    if length is not None:
        room = dim_sub(shape[rank - 2], start)
        rest = length if is_symbolic(room) or length < room else room
    shape[rank - 2] = rest
    begin = [0 for dim in shape]
    begin[rank - 2] = start
    return slice_strided(signal, begin, shape, [1 for dim in shape])


def _checked_lengths(sequence_length, sequence_stride, fft_length, op):
    """The three as integers."""
    sequence_length = require_whole(sequence_length, 1, op + ": sequence_length")
    sequence_stride = require_whole(sequence_stride, 1, op + ": sequence_stride")
    fft_length = plain(fft_length)
    if not is_whole(fft_length) or fft_length < sequence_length:
        raise error(
            "ArgumentError",
            op
            + ": fft_length must be an integer >= sequence_length, got "
            + shown(fft_length)
            + " and "
            + shown(sequence_length),
        )
    return [sequence_length, sequence_stride, fft_length]


def _window_for(window, length, fft_length, dtype, op):
    """The window in the middle of a frame, or None."""
    if window is None:
        return None
    before = (fft_length - length) // 2
    after = fft_length - length - before
    if is_string(window):
        numbers = [0.0 for i in range(before)]
        numbers.extend(periodic_window(require_choice(window, ["hann", "hamming"], op + ": window"), length))
        numbers.extend([0.0 for i in range(after)])
        return constant_of(numbers, [fft_length], dtype)
    weights = with_dtype(to_tensor(window, None, op, "window"), dtype)
    if len(weights.shape) != 1 or is_symbolic(weights.shape[0]) or weights.shape[0] != length:
        raise error(
            "ShapeError",
            op + ": window must have shape (" + str(length) + "), got " + format_shape(weights.shape),
        )
    return pad_interior(weights, [[before, after, 0]], 0) if fft_length > length else weights
