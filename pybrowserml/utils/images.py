"""Image files and arrays by Pillow, as `keras.utils` has them (CPython only; a page has `data.image`)."""

import io
import os
import warnings
from typing import Any

import numpy as np

from ..ops.image.resizing import resize
from ..platform.errors import error

FILTERS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
# Pictures of grey that keep more than 8 bits.
WIDE_GREY = ("L", "I;16", "I")


def _pillow(op) -> Any:
    try:
        import PIL.Image
    except ImportError:
        raise error("EngineError", f"{op} needs Pillow: pip install pybrowserml[images]") from None
    return PIL.Image


def _is_first(data_format, op):
    """Whether the channels come first. Raises ArgumentError for what is no data format."""
    if data_format not in (None, "channels_first", "channels_last"):
        raise error(
            "ArgumentError",
            f"{op}: data_format must be 'channels_first' or 'channels_last', got {data_format!r}",
        )
    return data_format == "channels_first"


def img_to_array(img, data_format=None, dtype=None):
    """A Pillow image as an array (height, width, channels) of numbers 0 .. 255, float32 unless dtype says another."""
    array = np.asarray(img, dtype="float32" if dtype is None else dtype)
    if array.ndim not in (2, 3):
        raise error("ShapeError", f"img_to_array: expected an image, got an array of shape {array.shape}")
    array = array if array.ndim == 3 else array[:, :, np.newaxis]
    return array.transpose(2, 0, 1) if _is_first(data_format, "img_to_array") else array


def array_to_img(x, data_format=None, scale=True, dtype=None):
    """An array (height, width, 1, 3 or 4 channels) as a Pillow image.

    scale: make the smallest number 0 and the largest 255; else numbers are taken as 0 .. 255. dtype: in which the
    numbers are computed, float32 by default.
    """
    pillow = _pillow("array_to_img")
    first = _is_first(data_format, "array_to_img")
    array = np.asarray(x, dtype="float32" if dtype is None else dtype)
    if array.ndim != 3:
        raise error(
            "ShapeError", f"array_to_img: expected one image, an array of rank 3, got shape {array.shape}"
        )
    array = array.transpose(1, 2, 0) if first else array
    if scale:
        array = array - np.min(array)
        most = np.max(array)
        array = (array / most if most != 0 else array) * 255
    channels = array.shape[2]
    if channels == 1:
        plane = array[:, :, 0]
        return pillow.fromarray(plane.astype("int32" if np.max(plane) > 255 else "uint8"))
    if channels not in (3, 4):
        raise error("ShapeError", f"array_to_img: an image has 1, 3 or 4 channels, got {channels}")
    return pillow.fromarray(array.astype("uint8"))


def save_img(path, x, data_format=None, file_format=None, scale=True, **kwargs):
    """Write an array as an image file, in the format that the ending of the path says, or file_format.

    Further arguments go to Pillow's `save`.
    """
    if file_format is None and isinstance(path, (str, os.PathLike)):
        file_format = os.path.splitext(os.fspath(path))[1][1:]
    kind = None if file_format is None else {"jpg": "jpeg"}.get(file_format.lower(), file_format)
    img = array_to_img(x, data_format, scale)
    if img.mode == "RGBA" and kind == "jpeg":
        warnings.warn("save_img: JPEG has no transparency, the image is written without", stacklevel=2)
        img = img.convert("RGB")
    img.save(path, format=kind, **kwargs)


def load_img(path, color_mode="rgb", target_size=None, interpolation="nearest", keep_aspect_ratio=False):
    """The Pillow image of a file.

    path: a path, or an open binary file. color_mode: "grayscale", "rgb" or "rgba". target_size: [height, width] to
    resize to, by interpolation "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos"; keep_aspect_ratio: of
    the largest part in the middle that has the sides' ratio.
    """
    pillow = _pillow("load_img")
    if color_mode not in MODES:
        raise error(
            "ArgumentError", f"load_img: color_mode must be one of {', '.join(MODES)}, got {color_mode!r}"
        )
    if interpolation not in FILTERS:
        known = ", ".join(FILTERS)
        raise error("ArgumentError", f"load_img: interpolation must be one of {known}, got {interpolation!r}")
    if hasattr(path, "read"):
        data = path.read()
    else:
        with open(os.fspath(path), "rb") as file:
            data = file.read()
    img = pillow.open(io.BytesIO(data))
    if img.mode != MODES[color_mode] and not (color_mode == "grayscale" and img.mode in WIDE_GREY):
        img = img.convert(MODES[color_mode])
    if target_size is None or img.size == (target_size[1], target_size[0]):
        return img
    height, width = target_size
    resample = pillow.Resampling[interpolation.upper()]
    if not keep_aspect_ratio:
        return img.resize((width, height), resample)
    inner_height = min(img.size[1], img.size[0] * height // width)
    inner_width = min(img.size[0], img.size[1] * width // height)
    left, top = (img.size[0] - inner_width) // 2, (img.size[1] - inner_height) // 2
    return img.resize((width, height), resample, box=(left, top, left + inner_width, top + inner_height))


def smart_resize(x, size, interpolation="bilinear", data_format="channels_last"):
    """Images of another size, without distortion: what does not fit the ratio of the sides is cut off around.

    x: (height, width, channels), or a batch of such. Returns an array for an array, and a tensor for a tensor.
    """
    made = resize(x, size, interpolation, crop_to_aspect_ratio=True, data_format=data_format)
    return np.asarray(made) if isinstance(x, np.ndarray) else made


__all__ = ["array_to_img", "img_to_array", "load_img", "save_img"]
