"""Random brightness, contrast, hue, and other colours pixel by pixel."""

from ...core.known import register
from ...core.opset.binary import add, divide, less, multiply, subtract, where
from ...core.opset.movement import reshape
from ...core.opset.unary import floor
from ...ops.arguments import shown
from ...ops.image.color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from ...ops.joining import stack, unstack
from ...ops.math import clip
from ...ops.reduction import mean
from ...platform.errors import error
from ...platform.numbers import is_number
from .base import ImageLayer, applied, chance, drawn, per_image


class RandomBrightness(ImageLayer):
    """Add the same number to all pixels of an image, between -factor and factor times the value range."""

    def __init__(
        self,
        factor,
        value_range=None,
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", -1.0, 1.0, True)

    def draw(self, shape, stream):
        width = self.value_range[1] - self.value_range[0]
        return {"rgb_delta": multiply(drawn(stream, 0, shape[0], self.factor), width * 1.0)}

    def changed(self, x, transformation, interpolation):
        return self.limited(add(x, per_image(transformation["rgb_delta"])))


class RandomContrast(ImageLayer):
    """Stretch pixels away from their channel's mean by a factor of 1 - factor to 1 + factor, of two numbers 1 - the
    first to 1 + the second.
    """

    def __init__(
        self,
        factor,
        value_range=None,
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = factor
        pair = self.factor_pair(factor, "factor", 0.0, 1.0e9)
        lower = pair[1] if is_number(factor) else pair[0]
        self.stretch = [1.0 - lower, 1.0 + pair[1]]

    def draw(self, shape, stream):
        return {"contrast_factor": drawn(stream, 0, shape[0], self.stretch)}

    def changed(self, x, transformation, interpolation):
        middle = mean(x, [1, 2], True)
        factor = per_image(transformation["contrast_factor"])
        return self.limited(add(multiply(subtract(x, middle), factor), middle))


class RandomColorDegeneration(ImageLayer):
    """Mix an image with its grayscale; a factor of 1 leaves no colour."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def draw(self, shape, stream):
        return {"factor": drawn(stream, 0, shape[0], self.factor)}

    def changed(self, x, transformation, interpolation):
        grey = rgb_to_grayscale(x)
        return self.limited(add(x, multiply(per_image(transformation["factor"]), subtract(grey, x))))


class RandomGrayscale(ImageLayer):
    """Images without colour, with probability `factor`."""

    def __init__(
        self,
        factor=0.5,
        data_format=None,
        seed=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        if not is_number(factor) or factor < 0 or factor > 1:
            raise error(
                "ArgumentError", self.argument("factor") + " must be between 0 and 1, got " + shown(factor)
            )
        self.factor = factor

    def draw(self, shape, stream):
        return {"should_apply": less(stream.uniform([shape[0], 1, 1, 1]), self.factor * 1.0)}

    def changed(self, x, transformation, interpolation):
        return applied(transformation["should_apply"], rgb_to_grayscale(x), x)


class RandomHue(ImageLayer):
    """Turn the hue by up to half a circle times the factor, either way."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def draw(self, shape, stream):
        turn = multiply(drawn(stream, 0, shape[0], self.factor), 0.5)
        either_way = less(stream.part(1).uniform([shape[0], 1, 1, 1]), 0.5)
        return {"factor": where(either_way, turn, multiply(turn, -1.0))}

    def changed(self, x, transformation, interpolation):
        low = self.value_range[0]
        high = self.value_range[1]
        planes = channels(rgb_to_hsv(self.scaled(x, low, high, 0.0, 1.0)))
        hue = add(planes[0], without_last(per_image(transformation["factor"])))
        hue = subtract(hue, floor(hue))
        turned = hsv_to_rgb(stack([hue, planes[1], planes[2]], -1))
        return self.scaled(clip(turned, 0.0, 1.0), 0.0, 1.0, low, high)


class RandomSaturation(ImageLayer):
    """Multiply the saturation by f / (1 - f), where 0.5 changes nothing and 0 leaves no colour."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def draw(self, shape, stream):
        share = drawn(stream, 0, shape[0], self.factor)
        return {"factor": divide(share, add(subtract(1.0, share), 1.0e-7))}

    def changed(self, x, transformation, interpolation):
        low = self.value_range[0]
        high = self.value_range[1]
        planes = channels(rgb_to_hsv(self.scaled(x, low, high, 0.0, 1.0)))
        saturation = multiply(planes[1], without_last(per_image(transformation["factor"])))
        found = hsv_to_rgb(stack([planes[0], clip(saturation, 0.0, 1.0), planes[2]], -1))
        return self.scaled(found, 0.0, 1.0, low, high)


class RandomInvert(ImageLayer):
    """Negatives of images, with a probability of the factor."""

    def __init__(
        self,
        factor=1.0,
        value_range=None,
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def draw(self, shape, stream):
        return {"apply_inversion": chance(stream, 0, shape[0], self.factor)}

    def changed(self, x, transformation, interpolation):
        return applied(transformation["apply_inversion"], subtract(self.value_range[1] * 1.0, x), x)


class RandomColorJitter(ImageLayer):
    """Random brightness, contrast, saturation and hue, one after the other; those whose factor is None stay."""

    def __init__(
        self,
        value_range=None,
        brightness_factor=None,
        contrast_factor=None,
        saturation_factor=None,
        hue_factor=None,
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        steps = []
        if brightness_factor is not None:
            steps.append(RandomBrightness(brightness_factor, value_range, seed))
        if contrast_factor is not None:
            steps.append(RandomContrast(contrast_factor, value_range, seed))
        if saturation_factor is not None:
            steps.append(RandomSaturation(saturation_factor, value_range, None, seed))
        if hue_factor is not None:
            steps.append(RandomHue(hue_factor, value_range, None, seed))
        self.jitters = steps

    def draw(self, shape, stream):
        # The first draws what it would alone with this seed.
        steps = [
            self.jitters[i].draw(shape, stream if i == 0 else stream.part(100 + i))
            for i in range(len(self.jitters))
        ]
        return {"steps": steps}

    def changed(self, x, transformation, interpolation):
        for i in range(len(self.jitters)):
            x = self.jitters[i].changed(x, transformation["steps"][i], interpolation)
        return x


def channels(x):
    """The planes [count, height, width] of images with three channels."""
    return unstack(x, 3, -1)


def without_last(x):
    """[count, 1, 1, 1] → [count, 1, 1]."""
    return reshape(x, x.shape[0:3])


register("RandomBrightness", RandomBrightness)
register("RandomContrast", RandomContrast)
register("RandomColorDegeneration", RandomColorDegeneration)
register("RandomGrayscale", RandomGrayscale)
register("RandomHue", RandomHue)
register("RandomSaturation", RandomSaturation)
register("RandomInvert", RandomInvert)
register("RandomColorJitter", RandomColorJitter)
