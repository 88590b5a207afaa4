"""Images brought to a size."""

from ...core.config import register
from ...core.dims import is_symbolic
from ...core.opset.registry import as_float
from ...ops.arguments import require_whole
from ...ops.image.cropping import crop_images
from ...ops.image.resizing import resize
from ..layer import Layer


class Resizing(Layer):
    """Images [batch, height, width, channels] (or one image) resized to height × width.

    interpolation: "bilinear", "nearest", "bicubic", "lanczos3", "lanczos5". crop_to_aspect_ratio: cut off what is too
    much; pad_to_aspect_ratio: fill up with fill_value. antialias: smooth when images get smaller.
    """

    def __init__(
        self,
        height,
        width,
        interpolation="bilinear",
        crop_to_aspect_ratio=False,
        pad_to_aspect_ratio=False,
        fill_mode="constant",
        fill_value=0.0,
        antialias=False,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.height = require_whole(height, 1, self.argument("height"))
        self.width = require_whole(width, 1, self.argument("width"))
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = antialias
        self.data_format = "channels_last" if data_format is None else data_format

    def call(self, x):
        return resize(
            as_float(x),
            [self.height, self.width],
            self.interpolation,
            self.antialias,
            self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )


class CenterCrop(Layer):
    """The middle of images, height × width; smaller images are resized so that it fills the result."""

    def __init__(self, height, width, data_format=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.height = require_whole(height, 1, self.argument("height"))
        self.width = require_whole(width, 1, self.argument("width"))
        self.data_format = "channels_last" if data_format is None else data_format

    def call(self, x):
        x = as_float(x)
        first = len(x.shape) - (2 if self.data_format == "channels_first" else 3)
        height = self.require_static(x.shape, first)
        width = self.require_static(x.shape, first + 1)
        if not is_symbolic(height) and height >= self.height and width >= self.width:
            top = (height - self.height) // 2
            left = (width - self.width) // 2
            return crop_images(x, top, left, None, None, self.height, self.width, self.data_format)
        return resize(
            x, [self.height, self.width], "bilinear", False, True, False, "constant", 0.0, self.data_format
        )


register("Resizing", Resizing)
register("CenterCrop", CenterCrop)
