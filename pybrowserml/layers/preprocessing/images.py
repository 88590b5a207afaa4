"""Images brought to a size."""

from typing import Any

from ...core.known import register
from ...core.opset.binary import add, multiply
from ...core.opset.registry import to_tensor
from ...ops.image.resizing import resize
from ..augmentation.cropping import SizingLayer


class Resizing(SizingLayer):
    """Images [batch, height, width, channels] (or one image) resized to height × width; integers stay such.

    interpolation: "bilinear", "nearest", "bicubic", "lanczos3", "lanczos5". crop_to_aspect_ratio: cut off what is too
    much; pad_to_aspect_ratio: fill up with fill_value. antialias: smooth when images get smaller.
    A dict of inputs is taken too, as by random layers of images.
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
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, None, data_format, bounding_box_format)
        self.take_size(height, width)
        self.interpolation: Any = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = antialias

    def transform_images(self, images, transformation=None, training=True):
        """The images resized."""
        return self._resized(images, self.interpolation)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        """Masks resized by the nearest pixels."""
        return self._resized(segmentation_masks, "nearest")

    def _resized(self, images, interpolation):
        x = to_tensor(images)
        self.batch_shape(x.shape)
        return resize(
            x,
            [self.height, self.width],
            interpolation,
            self.antialias,
            self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )

    def sized_columns(self, columns, size, transformation):
        height = size[0] * 1.0
        width = size[1] * 1.0
        down = self.height / height
        across = self.width / width
        left = 0.0
        top = 0.0
        if self.pad_to_aspect_ratio or self.crop_to_aspect_ratio:
            scale = min(down, across) if self.pad_to_aspect_ratio else max(down, across)
            down = scale
            across = scale
            left = (self.width - width * scale) // 2
            top = (self.height - height * scale) // 2
            if self.crop_to_aspect_ratio:
                left = 0.0 - (width * scale - self.width) // 2
                top = 0.0 - (height * scale - self.height) // 2
        return [
            add(multiply(columns[i], across if i % 2 == 0 else down), left if i % 2 == 0 else top)
            for i in range(4)
        ]


class CenterCrop(SizingLayer):
    """The middle of images, height × width; smaller images are resized so that it fills the result.

    A dict of inputs is taken too, as by random layers of images.
    """

    def __init__(
        self,
        height,
        width,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, None, data_format, bounding_box_format)
        self.take_size(height, width)

    def changed(self, x, transformation, interpolation):
        return self.middle_of(x, interpolation)


register("Resizing", Resizing)
register("CenterCrop", CenterCrop)
