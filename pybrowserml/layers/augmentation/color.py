"""Random colours, brightness and contrast."""

from ...core.config import register
from ...core.opset.binary import add, divide, equal, floor_divide, greater, less, multiply, subtract, where
from ...core.opset.movement import reshape, transpose
from ...core.opset.reduction import reduce_max, reduce_min
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast, floor, round_half_even
from ...ops.arguments import require_whole
from ...ops.convolution import depthwise_conv
from ...ops.counting import dense_bincount
from ...ops.image.color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from ...ops.indexing import take_along_axis
from ...ops.joining import stack, unstack
from ...ops.math import clip
from ...ops.reduction import mean
from ...ops.scans import cumsum
from ...platform.numbers import is_number
from .base import ImageLayer, applied, chance, drawn


class RandomBrightness(ImageLayer):
    """Add the same number to all pixels of an image, between -factor and factor times the value range."""

    def __init__(self, factor, value_range=None, seed=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed)
        self.factor = self.factor_pair(factor, "factor", -1.0, 1.0, True)

    def changed(self, x, stream, count):
        width = self.value_range[1] - self.value_range[0]
        return self.limited(add(x, multiply(drawn(stream, 0, count, self.factor), width * 1.0)))


class RandomContrast(ImageLayer):
    """Stretch pixels away from their channel's mean by a factor of 1 - factor to 1 + factor, of two numbers 1 - the
    first to 1 + the second.
    """

    def __init__(self, factor, value_range=None, seed=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed)
        self.factor = factor
        pair = self.factor_pair(factor, "factor", 0.0, 1.0e9)
        lower = pair[1] if is_number(factor) else pair[0]
        self.stretch = [1.0 - lower, 1.0 + pair[1]]

    def changed(self, x, stream, count):
        middle = mean(x, [1, 2], True)
        factor = drawn(stream, 0, count, self.stretch)
        return self.limited(add(multiply(subtract(x, middle), factor), middle))


class RandomColorDegeneration(ImageLayer):
    """Mix an image with its grayscale; a factor of 1 leaves no colour."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def changed(self, x, stream, count):
        grey = rgb_to_grayscale(x)
        return self.limited(add(x, multiply(drawn(stream, 0, count, self.factor), subtract(grey, x))))


class RandomGrayscale(ImageLayer):
    """Images without colour, with probability `factor`."""

    def __init__(self, factor=0.5, data_format=None, seed=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)[1]

    def changed(self, x, stream, count):
        return applied(less(stream.uniform([count, 1, 1, 1]), self.factor), rgb_to_grayscale(x), x)


class RandomHue(ImageLayer):
    """Turn the hue by up to half a circle times the factor, either way."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def changed(self, x, stream, count):
        low = self.value_range[0]
        high = self.value_range[1]
        turn = multiply(drawn(stream, 0, count, self.factor), 0.5)
        turn = where(less(stream.part(1).uniform([count, 1, 1, 1]), 0.5), turn, multiply(turn, -1.0))
        planes = channels(rgb_to_hsv(self.scaled(x, low, high, 0.0, 1.0)))
        hue = add(planes[0], without_last(turn))
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
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def changed(self, x, stream, count):
        low = self.value_range[0]
        high = self.value_range[1]
        share = drawn(stream, 0, count, self.factor)
        factor = divide(share, add(subtract(1.0, share), 1.0e-7))
        planes = channels(rgb_to_hsv(self.scaled(x, low, high, 0.0, 1.0)))
        saturation = clip(multiply(planes[1], without_last(factor)), 0.0, 1.0)
        return self.scaled(hsv_to_rgb(stack([planes[0], saturation, planes[2]], -1)), 0.0, 1.0, low, high)


class RandomInvert(ImageLayer):
    """Negatives of images, with a probability of the factor."""

    def __init__(
        self,
        factor=1.0,
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

    def changed(self, x, stream, count):
        return applied(chance(stream, 0, count, self.factor), subtract(self.value_range[1] * 1.0, x), x)


class RandomPosterization(ImageLayer):
    """Fewer shades: of 8 bits of each pixel the highest `factor`, a whole number of 1 to 8, or of a range, are left."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        pair = self.factor_pair(factor, "factor", 0, 8)
        self.factor = [pair[1], pair[1]] if is_number(factor) else pair

    def changed(self, x, stream, count):
        low = self.value_range[0]
        high = self.value_range[1]
        shades = cast(self.scaled(x, low, high, 0.0, 255.0), "int32")
        bits = self.factor[0]
        if self.factor[1] > bits:
            drawn_bits = stream.below([count, 1, 1, 1], self.factor[1] - bits)
            step = to_tensor(1, "int32")
            for i in range(9):
                step = where(equal(drawn_bits, i), 2 ** (8 - bits - i) if bits + i <= 8 else 1, step)
        else:
            step = to_tensor(2 ** (8 - bits), "int32")
        kept = multiply(floor_divide(shades, step), step)
        return self.scaled(cast(kept, "float32"), 0.0, 255.0, low, high)


class RandomSharpness(ImageLayer):
    """Blur (factor below 0.5) or sharpen (above) by mixing with a smoothed image."""

    def __init__(
        self,
        factor,
        value_range=None,
        data_format=None,
        seed=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)

    def changed(self, x, stream, count):
        channel_count = self.require_static(x.shape, 3)
        a = [[1.0 / 13.0] for i in range(channel_count)]
        b = [[5.0 / 13.0] for i in range(channel_count)]
        smooth = depthwise_conv(x, [[a, a, a], [a, b, a], [a, a, a]], 1, "same")
        weight = subtract(1.0, multiply(drawn(stream, 0, count, self.factor), 2.0))
        return self.limited(add(x, multiply(weight, subtract(smooth, x))))


class Solarization(ImageLayer):
    """Add to all pixels (of the range 0 to 255), and invert those at or above a threshold."""

    def __init__(
        self,
        addition_factor=0.0,
        threshold_factor=0.0,
        value_range=None,
        seed=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed)
        self.addition_factor = self.factor_pair(addition_factor, "addition_factor", 0.0, 1.0)
        self.threshold_factor = self.factor_pair(threshold_factor, "threshold_factor", 0.0, 1.0)

    def changed(self, x, stream, count):
        low = self.value_range[0]
        high = self.value_range[1]
        addition = drawn(stream, 0, count, [self.addition_factor[0], self.addition_factor[1] * 255.0])
        threshold = drawn(stream, 1, count, [self.threshold_factor[0], self.threshold_factor[1] * 255.0])
        found = clip(add(self.scaled(x, low, high, 0.0, 255.0), addition), 0.0, 255.0)
        found = where(less(found, threshold), found, subtract(255.0, found))
        return self.scaled(found, 0.0, 255.0, low, high)


class AutoContrast(ImageLayer):
    """Stretch each channel so that its darkest pixel becomes the lowest and its brightest the highest value.

    Nothing is random here: it does so whether or not anything is trained.
    """

    def __init__(self, value_range=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range)

    def unchanged(self, x):
        return self.with_layout(x, self._stretched)

    def changed(self, x, stream, count):
        return self._stretched(x)

    def _stretched(self, x):
        low = reduce_min(x, [1, 2], True)
        high = reduce_max(x, [1, 2], True)
        flat = equal(low, high)
        share = divide(subtract(x, low), where(flat, 1.0, subtract(high, low)))
        return where(
            flat, x, self.scaled(clip(share, 0.0, 1.0), 0.0, 1.0, self.value_range[0], self.value_range[1])
        )


class Equalization(ImageLayer):
    """In training, spread the shades of each channel so that all occur about equally often in the batch, as in Keras.

    bins: how many shades are told apart.
    """

    def __init__(
        self, value_range=None, bins=256, data_format=None, name=None, trainable=True, dtype="float32"
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, None, data_format)
        self.bins = require_whole(bins, 2, self.argument("bins"))

    def changed(self, x, stream, count):
        low = self.value_range[0]
        high = self.value_range[1]
        planes = transpose(x, [3, 0, 1, 2])
        rows = reshape(planes, [self.require_static(x.shape, 3), -1])
        shades = self.scaled(rows, low, high, 0.0, 255.0)
        places = clip(cast(multiply(shades, (self.bins - 1) / 255.0), "int32"), 0, self.bins - 1)
        below = cast(cumsum(dense_bincount(places, None, self.bins), 1), "float32")
        total = reduce_max(below, [1], True)
        first = reduce_min(where(greater(below, 0.0), below, total), [1], True)
        span = subtract(total, first)
        one_shade = equal(span, 0.0)
        share = divide(subtract(below, first), where(one_shade, 1.0, span))
        table = clip(round_half_even(multiply(share, 255.0)), 0.0, 255.0)
        spread = where(one_shade, shades, take_along_axis(table, places, 1))
        result = transpose(reshape(spread, planes.shape), [1, 2, 3, 0])
        return self.scaled(result, 0.0, 255.0, low, high)


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
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
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

    def changed(self, x, stream, count):
        for i in range(len(self.jitters)):
            x = self.jitters[i].changed(x, stream.part(100 + i), count)
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
register("RandomPosterization", RandomPosterization)
register("RandomSharpness", RandomSharpness)
register("Solarization", Solarization)
register("AutoContrast", AutoContrast)
register("Equalization", Equalization)
register("RandomColorJitter", RandomColorJitter)
