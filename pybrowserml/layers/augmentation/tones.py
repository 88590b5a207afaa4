"""Shades of images: fewer, sharper, inverted or spread ones."""

from ...core.known import register
from ...core.opset.binary import (
    add,
    divide,
    equal,
    floor_divide,
    greater,
    less,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ...core.opset.gather_sum import gather_sum
from ...core.opset.generators import iota
from ...core.opset.movement import reshape, transpose
from ...core.opset.reduction import reduce_max, reduce_min, reduce_sum
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast, floor, round_half_even
from ...ops.arguments import require_whole, shown
from ...ops.convolution import depthwise_conv
from ...ops.counting import dense_bincount
from ...ops.indexing import take_along_axis
from ...ops.math import clip
from ...ops.padding import pad
from ...ops.scans import cumsum
from ...platform.errors import error
from ...platform.numbers import is_list, is_number, is_whole
from .base import FixedLayer, ImageLayer, drawn, per_image


class RandomPosterization(ImageLayer):
    """Fewer shades: of 8 bits of each pixel the highest `factor`, a whole number of 1 to 8, or of a range, are left."""

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
        pair = self.factor_pair(factor, "factor", 0, 8)
        self.factor = [int(pair[1 if is_number(factor) else 0]), int(pair[1])]

    def draw(self, shape, stream):
        bits = self.factor[0]
        if self.factor[1] > bits:
            drawn_bits = stream.below([shape[0], 1, 1, 1], self.factor[1] - bits)
            return {"shift_factor": subtract(8 - bits, drawn_bits)}
        return {"shift_factor": add(iota([shape[0], 1, 1, 1], 1), 8 - bits)}

    def changed(self, x, transformation, interpolation):
        low = self.value_range[0]
        high = self.value_range[1]
        shades = cast(self.scaled(x, low, high, 0.0, 255.0), "int32")
        shift = per_image(transformation["shift_factor"], "int32")
        step = to_tensor(1, "int32")
        for i in range(1, 9):
            step = where(equal(shift, i), 2**i, step)
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
        channel_count = self.require_static(x.shape, 3)
        a = [[1.0 / 13.0] for i in range(channel_count)]
        b = [[5.0 / 13.0] for i in range(channel_count)]
        smooth = depthwise_conv(x, [[a, a, a], [a, b, a], [a, a, a]], 1, "same")
        weight = subtract(1.0, multiply(per_image(transformation["factor"]), 2.0))
        return self.limited(add(x, multiply(weight, subtract(smooth, x))))


class Solarization(ImageLayer):
    """Add to all pixels (of the range 0 to 255), and invert those at or above a threshold."""

    def __init__(
        self,
        addition_factor=0.0,
        threshold_factor=0.0,
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
        self.addition_factor = self.factor_pair(addition_factor, "addition_factor", 0.0, 1.0)
        self.threshold_factor = self.factor_pair(threshold_factor, "threshold_factor", 0.0, 1.0)

    def draw(self, shape, stream):
        addition = [self.addition_factor[0], self.addition_factor[1] * 255.0]
        threshold = [self.threshold_factor[0], self.threshold_factor[1] * 255.0]
        return {
            "additions": drawn(stream, 0, shape[0], addition),
            "thresholds": drawn(stream, 1, shape[0], threshold),
        }

    def changed(self, x, transformation, interpolation):
        low = self.value_range[0]
        high = self.value_range[1]
        shades = self.scaled(x, low, high, 0.0, 255.0)
        found = clip(add(shades, per_image(transformation["additions"])), 0.0, 255.0)
        found = where(less(found, per_image(transformation["thresholds"])), found, subtract(255.0, found))
        return self.scaled(found, 0.0, 255.0, low, high)


class AutoContrast(FixedLayer):
    """Stretch each channel so that its darkest pixel becomes the lowest and its brightest the highest value.

    Nothing is random here: it does so whether or not anything is trained.
    """

    def __init__(
        self,
        value_range=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, None, data_format, bounding_box_format)

    def changed(self, x, transformation, interpolation):
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
        self,
        value_range=None,
        bins=256,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, None, data_format, bounding_box_format)
        self.bins = require_whole(bins, 2, self.argument("bins"))

    def is_random(self):
        return False

    def changed(self, x, transformation, interpolation):
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


class ContrastLimitedAdaptiveHistogramEqualization(FixedLayer):
    """Spread the shades of each channel of each image tile by tile, so that contrast rises everywhere alike.

    tile_grid_size: how many rows and columns of tiles. clip_limit: how many times the mean a shade of a tile may count;
    what is above is shared among all shades (0: no limit). Between the middles of tiles what they give is mixed. It
    does so whether or not anything is trained, and keeps the dtype. Height and width must be known.
    Source: Zuiderveld 1994, "Contrast limited adaptive histogram equalization".
    """

    def __init__(
        self,
        value_range=None,
        clip_limit=4.0,
        tile_grid_size=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, None, data_format, bounding_box_format)
        self.clip_limit = clip_limit
        grid = [8, 8] if tile_grid_size is None else tile_grid_size
        good = is_list(grid) and len(grid) == 2 and is_whole(grid[0]) and is_whole(grid[1])
        if not good or grid[0] < 1 or grid[1] < 1:
            raise error(
                "ArgumentError",
                self.argument("tile_grid_size") + " must be two positive integers, got " + shown(grid),
            )
        self.tile_grid_size = grid

    def transform_images(self, images, transformation=None, training=True):
        """The images changed, of the dtype that they have."""
        x = to_tensor(images)
        return cast(super().transform_images(x), x.dtype)

    def changed(self, x, transformation, interpolation):
        count = x.shape[0]
        size = [self.require_static(x.shape, 1), self.require_static(x.shape, 2)]
        channels = self.require_static(x.shape, 3)
        grid = self.tile_grid_size
        tile = [(size[i] + grid[i] - 1) // grid[i] for i in range(2)]
        shades = self.scaled(x, self.value_range[0], self.value_range[1], 0.0, 255.0)
        pixels = clip(cast(shades, "int32"), 0, 255)
        missing = [tile[i] * grid[i] - size[i] for i in range(2)]
        padded = pixels
        if missing[0] > 0 or missing[1] > 0:
            padded = pad(pixels, [[0, 0], [0, missing[0]], [0, missing[1]], [0, 0]], "symmetric")
        tiles = transpose(
            reshape(padded, [count, grid[0], tile[0], grid[1], tile[1], channels]), [0, 1, 3, 5, 2, 4]
        )
        counts = cast(dense_bincount(reshape(tiles, [-1, tile[0] * tile[1]]), None, 256), "float32")
        table = self._levels(counts, tile[0] * tile[1])
        return self.scaled(
            self._mixed(pixels, table, grid, tile), 0.0, 255.0, self.value_range[0], self.value_range[1]
        )

    def _levels(self, counts, total):
        """What each shade [tiles, 256] becomes, of how often it occurs among `total` pixels."""
        if self.clip_limit > 0:
            kept = minimum(counts, self.clip_limit * total / 256.0)
            counts = add(kept, multiply(reduce_sum(subtract(counts, kept), [1], True), 1.0 / 256.0))
        below = cumsum(counts, 1)
        first = reduce_min(below, [1], True)
        span = subtract(total * 1.0, first)
        level = divide(multiply(subtract(below, first), 255.0), where(equal(span, 0.0), 1.0, span))
        return clip(level, 0.0, 255.0)

    def _mixed(self, pixels, table, grid, tile):
        """The levels of pixels [count, height, width, channels] in the four tiles around them, by nearness."""
        shape = [dim for dim in pixels.shape]
        shape.append(4)
        # Corner j is that of the lower row where its bit 1 is set, of the right column where bit 0 is.
        places = iota(shape, 0)
        weights = to_tensor(1.0)
        for i in range(2):
            bits = [(j // 2) % 2 if i == 0 else j % 2 for j in range(4)]
            middle = add(
                multiply(subtract(cast(iota(shape, i + 1), "float32"), tile[i] / 2.0), 1.0 / tile[i]), 1.0
            )
            low = floor(middle)
            share = subtract(middle, low)
            slopes = to_tensor([2.0 * bit - 1.0 for bit in bits])
            weights = multiply(weights, add(multiply(share, slopes), to_tensor([1.0 - bit for bit in bits])))
            row = add(subtract(cast(low, "int32"), 1), to_tensor(bits, "int32"))
            places = add(multiply(places, grid[i]), minimum(maximum(row, 0), grid[i] - 1))
        places = add(multiply(places, shape[3]), iota(shape, 3))
        wide = [dim for dim in pixels.shape]
        wide.append(1)
        places = add(multiply(places, 256), reshape(pixels, wide))
        return gather_sum(reshape(table, [-1]), places, weights, 0)


register("RandomPosterization", RandomPosterization)
register("RandomSharpness", RandomSharpness)
register("Solarization", Solarization)
register("AutoContrast", AutoContrast)
register("Equalization", Equalization)
register("ContrastLimitedAdaptiveHistogramEqualization", ContrastLimitedAdaptiveHistogramEqualization)
