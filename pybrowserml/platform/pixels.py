"""Pictures as pixels. Pixels are a flat uint8 array of red, green, blue and alpha, row by row.

Reading files needs Pillow, the extra `images`. What may wait is to be yielded.
"""

import io
import os
import urllib.request
from typing import Any

import numpy as np

from .errors import error


def _pillow() -> Any:
    try:
        import PIL.Image
    except ImportError:
        raise error("EngineError", "reading images needs Pillow: pip install pybrowserml[images]") from None
    return PIL.Image


def is_picture(value):
    """True for what has pixels: an image of Pillow; in a page also canvases, bitmaps, image and video elements."""
    return type(value).__module__.startswith("PIL.")


def pixels_of(picture):
    """[pixels, height, width] of a picture."""
    array = np.array(picture.convert("RGBA"), dtype=np.uint8)
    # A canvas keeps no colour where nothing is to be seen.
    array[array[:, :, 3] == 0] = 0
    return [array.reshape(-1), array.shape[0], array.shape[1]]


def decode_picture(source):
    """[pixels, height, width] of a path, an address, bytes or an open file. Raises FormatError."""
    pillow = _pillow()
    label = (
        str(source) if isinstance(source, (str, os.PathLike)) else getattr(source, "name", "the given bytes")
    )
    try:
        if isinstance(source, (bytes, bytearray, np.ndarray)):
            opened = io.BytesIO(bytes(source))
        elif isinstance(source, str) and source.startswith(("http://", "https://", "data:", "file:")):
            opened = io.BytesIO(urllib.request.urlopen(source).read())
        else:
            opened = source
        with pillow.open(opened) as picture:
            return pixels_of(picture)
    except FileNotFoundError:
        raise error("FormatError", f"{label}: no such file") from None
    except (OSError, ValueError, SyntaxError):
        raise error("FormatError", f"{label}: this is no image that can be read") from None


def pick_channels(pixels, channels):
    """Grey (1: 0.299 R + 0.587 G + 0.114 B, rounded), RGB (3) or RGBA (4) of pixels, a flat uint8 array."""
    if channels == 4:
        return pixels
    table = pixels.reshape(-1, 4)
    if channels == 3:
        return np.ascontiguousarray(table[:, :3]).reshape(-1)
    weights = np.array([19595, 38470, 7471, 0], dtype=np.int64)
    return ((table.astype(np.int64) @ weights + 0x8000) >> 16).astype(np.uint8)


def spread_channels(data, channels):
    """Pixels of grey, RGB or RGBA numbers 0 .. 255, a flat array."""
    table = np.asarray(data, dtype=np.uint8).reshape(-1, channels)
    pixels = np.full((len(table), 4), 255, dtype=np.uint8)
    pixels[:, : max(channels, 3)] = table
    return pixels.reshape(-1)


def outside(data, low, high):
    """The first number of a flat array that is not within [low, high], None where all are."""
    wrong = np.flatnonzero(~((data >= low) & (data <= high)))
    return float(data[wrong[0]]) if len(wrong) else None


def scaled_bytes(data):
    """0 .. 255, rounded, of a flat array of 0 .. 1."""
    return np.floor(np.asarray(data, dtype=np.float64) * 255 + 0.5).astype(np.uint8)


def draw_pixels(pixels, height, width, canvas):
    """Show pixels on a canvas of the page, which takes their size."""
    raise error("ArgumentError", "to_pixels: there is no canvas in CPython")


def _missing(what):
    return error("EngineError", f"there is no {what} in CPython: it belongs to a page")


def open_camera(video, facing, device, width, height):
    """A camera: `grab(width, height, crop)` is to be yielded, [pixels, height, width]; `stop()`, `start()`."""
    raise _missing("camera")


def open_video(source):
    """A film: `duration`, and `frame_at(seconds)`, which is to be yielded, [pixels, height, width]."""
    raise _missing("video")


def open_microphone(rate, size, smoothing, device):
    """A microphone: `rate`; `listen(count, bins)` is to be yielded, [decibels of count * bins frequencies, samples];
    `stop()`, `start()`.
    """
    raise _missing("microphone")
