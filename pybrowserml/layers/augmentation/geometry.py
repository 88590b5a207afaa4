"""Random flips, crops and maps of the plane."""

from typing import Any

from ...core.config import register
from ...core.opset.binary import add, less, multiply, subtract, where
from ...core.opset.generators import size_of
from ...core.opset.movement import flip, reshape
from ...core.opset.unary import cast, cos, negative, sin
from ...core.rng import fold_in
from ...ops.arguments import require_whole, shown
from ...ops.image.cropping import crop_images
from ...ops.image.elastic import elastic_transform
from ...ops.image.resizing import resize
from ...ops.image.transforms import affine_transform, perspective_transform
from ...ops.indexing import slice as slice_from
from ...ops.joining import concatenate
from ...platform.errors import error
from ...platform.random import uniform_array
from .base import ImageLayer, applied, chance, drawn


def sizes_of(x):
    """[height, width] of images as float32 scalars."""
    return [cast(size_of(x.shape[1]), "float32"), cast(size_of(x.shape[2]), "float32")]


def moved(layer, x, entries):
    """Images under affine maps. entries: six tensors [count, 1, 1, 1] (see ops.image.affine_transform)."""
    rows = [reshape(entry, [x.shape[0], 1]) for entry in entries]
    zero = multiply(rows[0], 0.0)
    rows.extend([zero, zero])
    return affine_transform(
        x, concatenate(rows, 1), layer.interpolation, layer.fill_mode, layer.fill_value, "channels_last"
    )


class RandomFlip(ImageLayer):
    """Mirror images. mode: "horizontal", "vertical", "horizontal_and_vertical"; each with probability 1/2."""

    def __init__(
        self,
        mode="horizontal_and_vertical",
        seed=None,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        if mode not in ["horizontal", "vertical", "horizontal_and_vertical"]:
            raise error(
                "ArgumentError",
                self.argument("mode")
                + " must be horizontal, vertical or horizontal_and_vertical, got "
                + shown(mode),
            )
        self.mode = mode

    def changed(self, x, stream, count):
        if self.mode != "vertical":
            x = applied(less(stream.part(0).uniform([count, 1, 1, 1]), 0.5), flip(x, [2]), x)
        if self.mode != "horizontal":
            x = applied(less(stream.part(1).uniform([count, 1, 1, 1]), 0.5), flip(x, [1]), x)
        return x


class RandomCrop(ImageLayer):
    """A part height × width of images, at a random place in training (one for the batch), else in the middle.

    Smaller images are resized so that it fills the result.
    """

    def __init__(
        self, height, width, seed=None, data_format=None, name=None, trainable=True, dtype="float32"
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.height = require_whole(height, 1, self.argument("height"))
        self.width = require_whole(width, 1, self.argument("width"))

    def _fits(self, x):
        return (
            self.require_static(x.shape, 1) >= self.height and self.require_static(x.shape, 2) >= self.width
        )

    def unchanged(self, x):
        return self.with_layout(x, self._middle)

    def _middle(self, x):
        if not self._fits(x):
            return resize(x, [self.height, self.width], "bilinear", False, True)
        top = (x.shape[1] - self.height) // 2
        left = (x.shape[2] - self.width) // 2
        return crop_images(x, top, left, None, None, self.height, self.width, "channels_last")

    def changed(self, x, stream, count):
        if not self._fits(x):
            return self._middle(x)
        top = stream.part(0).below([1], x.shape[1] - self.height + 1)
        left = stream.part(1).below([1], x.shape[2] - self.width + 1)
        zero = multiply(top, 0)
        starts = concatenate([zero, top, left, zero], 0)
        return slice_from(x, starts, [x.shape[0], self.height, self.width, x.shape[3]])


class RandomTranslation(ImageLayer):
    """Move images up or down by a share of their height and sideways by one of their width.

    A factor f stands for -f to f; a positive one moves down and to the right. fill_mode: "reflect", "wrap", "constant"
    (fill_value), "nearest".
    """

    def __init__(
        self,
        height_factor,
        width_factor,
        fill_mode="reflect",
        interpolation="bilinear",
        seed=None,
        fill_value=0.0,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.height_factor = self.factor_pair(height_factor, "height_factor", -1.0, 1.0, True)
        self.width_factor = self.factor_pair(width_factor, "width_factor", -1.0, 1.0, True)
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value

    def changed(self, x, stream, count):
        sizes = sizes_of(x)
        down = multiply(drawn(stream, 0, count, self.height_factor), sizes[0])
        right = multiply(drawn(stream, 1, count, self.width_factor), sizes[1])
        zero = multiply(down, 0.0)
        one = add(zero, 1.0)
        return moved(self, x, [one, zero, negative(right), zero, one, negative(down)])


class RandomRotation(ImageLayer):
    """Turn images around their middle by -factor to factor full turns; a positive one is against the clock."""

    def __init__(
        self,
        factor,
        fill_mode="reflect",
        interpolation="bilinear",
        seed=None,
        fill_value=0.0,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", -1.0, 1.0, True)
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value

    def changed(self, x, stream, count):
        angle = multiply(drawn(stream, 0, count, self.factor), 6.283185307179586)
        sizes = sizes_of(x)
        middle_y = multiply(subtract(sizes[0], 1.0), 0.5)
        middle_x = multiply(subtract(sizes[1], 1.0), 0.5)
        c = cos(angle)
        s = sin(angle)
        offset_x = subtract(middle_x, subtract(multiply(c, middle_x), multiply(s, middle_y)))
        offset_y = subtract(middle_y, add(multiply(s, middle_x), multiply(c, middle_y)))
        return moved(self, x, [c, negative(s), offset_x, s, c, offset_y])


class RandomZoom(ImageLayer):
    """Show images larger (a negative factor) or smaller around their middle.

    A factor f stands for -f to f; width_factor None zooms both directions alike.
    """

    def __init__(
        self,
        height_factor,
        width_factor=None,
        fill_mode="reflect",
        interpolation="bilinear",
        seed=None,
        fill_value=0.0,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.height_factor = self.factor_pair(height_factor, "height_factor", -1.0, 1.0e9, True)
        self.width_factor = (
            None
            if width_factor is None
            else self.factor_pair(width_factor, "width_factor", -1.0, 1.0e9, True)
        )
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value

    def changed(self, x, stream, count):
        sizes = sizes_of(x)
        zoom_y = add(drawn(stream, 0, count, self.height_factor), 1.0)
        zoom_x = zoom_y if self.width_factor is None else add(drawn(stream, 1, count, self.width_factor), 1.0)
        offset_x = multiply(multiply(subtract(1.0, zoom_x), subtract(sizes[1], 1.0)), 0.5)
        offset_y = multiply(multiply(subtract(1.0, zoom_y), subtract(sizes[0], 1.0)), 0.5)
        zero = multiply(zoom_y, 0.0)
        return moved(self, x, [zoom_x, zero, offset_x, zero, zoom_y, offset_y])


class RandomShear(ImageLayer):
    """Slant images around their middle, sideways by x_factor and upwards by y_factor, in either direction."""

    def __init__(
        self,
        x_factor=0.0,
        y_factor=0.0,
        interpolation="bilinear",
        fill_mode="reflect",
        fill_value=0.0,
        data_format=None,
        seed=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.x_factor = self.factor_pair(x_factor, "x_factor", 0.0, 1.0)
        self.y_factor = self.factor_pair(y_factor, "y_factor", 0.0, 1.0)
        self.interpolation = interpolation
        self.fill_mode = fill_mode
        self.fill_value = fill_value

    def changed(self, x, stream, count):
        sizes = sizes_of(x)
        slant_x = self._either_way(stream, 0, count, self.x_factor)
        slant_y = self._either_way(stream, 2, count, self.y_factor)
        zero = multiply(slant_x, 0.0)
        one = add(zero, 1.0)
        offset_x = multiply(multiply(slant_x, subtract(sizes[0], 1.0)), -0.5)
        offset_y = multiply(multiply(slant_y, subtract(sizes[1], 1.0)), -0.5)
        return moved(self, x, [one, slant_x, offset_x, slant_y, one, offset_y])

    def _either_way(self, stream, part, count, pair):
        found = drawn(stream, part, count, pair)
        return where(less(stream.part(part + 1).uniform([count, 1, 1, 1]), 0.5), found, negative(found))


class RandomPerspective(ImageLayer):
    """Move the corners of images, with a probability of the factor, by up to scale / 2 of their size inwards."""

    def __init__(
        self,
        factor=1.0,
        scale=1.0,
        interpolation="bilinear",
        fill_value=0.0,
        seed=None,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)
        self.scale = scale
        self.interpolation = interpolation
        self.fill_value: Any = fill_value

    def changed(self, x, stream, count):
        height = self.require_static(x.shape, 1)
        width = self.require_static(x.shape, 2)
        corners = [[0.0, 0.0], [width - 1.0, 0.0], [0.0, height - 1.0], [width - 1.0, height - 1.0]]
        inwards = [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]
        share = multiply(stream.part(1).uniform([count, 4, 2]), self.scale * 0.49)
        ends = add(multiply(multiply(share, inwards), [[width - 1.0, height - 1.0]]), corners)
        starts = add(multiply(share, 0.0), corners)
        found = perspective_transform(x, starts, ends, self.interpolation, self.fill_value, "channels_last")
        return applied(chance(stream, 2, count, self.factor), found, x)


class RandomElasticTransform(ImageLayer):
    """Distort images like rubber, with a probability of the factor. scale: how strongly."""

    def __init__(
        self,
        factor=1.0,
        scale=1.0,
        interpolation="bilinear",
        fill_mode="reflect",
        fill_value=0.0,
        value_range=None,
        seed=None,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)
        self.scale = scale
        self.interpolation = interpolation
        self.fill_mode = fill_mode
        self.fill_value = fill_value

    def changed(self, x, stream, count):
        strength = self.scale * 1.0 * self.require_static(x.shape, 1)
        found = elastic_transform(
            x,
            strength,
            self.scale * 10.0,
            self.interpolation,
            self.fill_mode,
            self.fill_value,
            stream.part(1),
            "channels_last",
        )
        return applied(chance(stream, 2, count, self.factor), found, x)


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
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", -0.999, 1.0e9, True)
        self.interpolation = interpolation
        self.drawn = 0

    def changed(self, x, stream, count):
        self.drawn = self.drawn + 1
        key = fold_in(self.random_key, self.drawn)
        share = uniform_array(key[0], key[1], 0, 1, self.factor[0], self.factor[1])[0]
        width = max(1, int(self.require_static(x.shape, 2) * (1.0 + float(share))))
        return resize(x, [self.require_static(x.shape, 1), width], self.interpolation)


register("RandomFlip", RandomFlip)
register("RandomCrop", RandomCrop)
register("RandomTranslation", RandomTranslation)
register("RandomRotation", RandomRotation)
register("RandomZoom", RandomZoom)
register("RandomShear", RandomShear)
register("RandomPerspective", RandomPerspective)
register("RandomElasticTransform", RandomElasticTransform)
register("RandomWidth", RandomWidth)
