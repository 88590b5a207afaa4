"""Parts of images and images of other sizes: what crops share, and the random ones."""

from typing import Any

from ...core.known import register
from ...core.opset.binary import maximum, minimum, multiply, subtract
from ...core.opset.movement import slice_strided
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast
from ...core.rng import fold_in
from ...ops.arguments import require_whole
from ...ops.bounding_boxes import clip_to_image_size, columns_of, convert_format, joined, with_boxes
from ...ops.image.cropping import crop_images
from ...ops.image.resizing import resize
from ...ops.indexing import slice as slice_from
from ...ops.joining import concatenate
from ...ops.streams import stream_of
from ...platform.random import uniform_array
from .base import FixedLayer, ImageLayer


class SizingLayer(FixedLayer):
    """The base of layers that bring images to the size height × width.

    A subclass writes sized_columns(columns, size, transformation): where boxes lie after it, in pixels.
    """

    def moves_pixels(self):
        return True

    def take_size(self, height, width):
        """Keep the size of the result."""
        self.height = require_whole(height, 1, self.argument("height"))
        self.width = require_whole(width, 1, self.argument("width"))

    def middle_of(self, x, interpolation):
        """The middle of images [count, height, width, channels]; smaller ones are resized so that it fills them."""
        height = self.require_static(x.shape, 1)
        width = self.require_static(x.shape, 2)
        if height >= self.height and width >= self.width:
            top = (height - self.height) // 2
            left = (width - self.width) // 2
            return crop_images(x, top, left, None, None, self.height, self.width, "channels_last")
        kind = "bilinear" if interpolation is None else interpolation
        return resize(
            x, [self.height, self.width], kind, False, True, False, "constant", 0.0, "channels_last"
        )

    def middle_columns(self, columns, size):
        """Where boxes lie after `middle_of`."""
        part = [self.height, self.width]
        if size[0] < self.height or size[1] < self.width:
            part = [
                max(min(size[0], size[1] * self.height // self.width), 1),
                max(min(size[1], size[0] * self.width // self.height), 1),
            ]
        made = []
        for i in range(4):
            axis = 1 - i % 2
            start = (size[axis] - part[axis]) // 2
            inside = minimum(maximum(columns[i], start * 1.0), (start + part[axis]) * 1.0)
            scale = (self.height if axis == 0 else self.width) / part[axis]
            made.append(multiply(subtract(inside, start * 1.0), scale))
        return made

    def sized_columns(self, columns, size, transformation):
        """The columns [left, top, right, bottom] of boxes in the result. size: [height, width] of the images."""
        return self.middle_columns(columns, size)

    def changed_boxes(self, bounding_boxes, transformation):
        size = self.image_size(transformation["input_shape"])
        found: Any = convert_format(bounding_boxes, self.bounding_box_format, "xyxy", size[0], size[1])
        columns = self.sized_columns(columns_of(found["boxes"]), size, transformation)
        found = clip_to_image_size(with_boxes(found, joined(columns)), self.height, self.width)
        return convert_format(found, "xyxy", self.bounding_box_format, self.height, self.width)


class RandomCrop(SizingLayer):
    """A part height × width of images, at a random place in training (one for the batch), else in the middle.

    Smaller images are resized so that it fills the result.
    """

    def __init__(
        self,
        height,
        width,
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.take_size(height, width)

    def is_random(self):
        return True

    def get_random_transformation(self, data, training=True, seed=None):
        """{"starts": int32 [top, left], "input_shape"}; no starts where the middle is taken."""
        found: Any = super().get_random_transformation(data)
        shape = self.batch_shape(found["input_shape"])
        height = self.require_static(shape, 1)
        width = self.require_static(shape, 2)
        if training and height >= self.height and width >= self.width:
            stream = self.stream_of_call() if seed is None else stream_of(seed)
            top = stream.part(0).below([1], height - self.height + 1)
            left = stream.part(1).below([1], width - self.width + 1)
            found["starts"] = concatenate([top, left], 0)
        return found

    def changed(self, x, transformation, interpolation):
        if "starts" not in transformation:
            return self.middle_of(x, interpolation)
        zero = to_tensor([0], "int32")
        starts = concatenate([zero, cast(to_tensor(transformation["starts"]), "int32"), zero], 0)
        return slice_from(x, starts, [x.shape[0], self.height, self.width, x.shape[3]])

    def sized_columns(self, columns, size, transformation):
        if "starts" not in transformation:
            return self.middle_columns(columns, size)
        starts = cast(to_tensor(transformation["starts"]), "float32")
        return [subtract(columns[i], slice_strided(starts, [1 - i % 2], [1], [1])) for i in range(4)]


class RandomWidth(ImageLayer):
    """Images stretched to a random width between 1 - factor and 1 + factor times their own, as TensorFlow.js has it.

    A shape cannot be random within a plan: in a compiled step the width is drawn when it is traced, else at every call.
    """

    def __init__(
        self,
        factor,
        interpolation="bilinear",
        seed=None,
        data_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", -0.999, 1.0e9, True)
        self.interpolation = interpolation
        self.drawn = 0

    def draw(self, shape, stream):
        self.drawn = self.drawn + 1
        key = fold_in(self._random_key, self.drawn)
        share = uniform_array(key[0], key[1], 0, 1, self.factor[0], self.factor[1])[0]
        return {"width": max(1, int(self.require_static(shape, 2) * (1.0 + float(share))))}

    def moves_pixels(self):
        return True

    def changed(self, x, transformation, interpolation):
        kind = self.interpolation if interpolation is None else interpolation
        return resize(x, [self.require_static(x.shape, 1), transformation["width"]], kind)


register("RandomCrop", RandomCrop)
register("RandomWidth", RandomWidth)
