"""Random flips and affine maps of the plane."""

import math
from typing import Any

from ...core.dims import is_symbolic
from ...core.known import register
from ...core.opset.binary import add, divide, greater, less, maximum, minimum, multiply, subtract, where
from ...core.opset.movement import flip, reshape, slice_strided
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast, cos, sin
from ...ops.arguments import shown
from ...ops.bounding_boxes import columns_of, joined, length_of, with_boxes
from ...ops.box_moves import affine_transform as transformed_boxes
from ...ops.box_moves import for_boxes
from ...ops.image.transforms import affine_transform
from ...ops.joining import concatenate
from ...platform.errors import error
from .base import ImageLayer, applied, between, with_first_axis

FILL_MODES = ["reflect", "wrap", "constant", "nearest"]
STAY = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
NOTHING = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
MIDDLE_X = [0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
MIDDLE_Y = [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0]


class PlaneLayer(ImageLayer):
    """The base of layers whose images are maps of the plane: matrices(transformation, size) → [count, 8], for each
    image a0, a1, a2, b0, b1, b2, 0, 0 of `affine_transform`.
    """

    def take_map_arguments(self, interpolation, fill_mode, fill_value):
        """Keep how pixels are read between others and beyond the edge."""
        for pair in [
            ["interpolation", interpolation, ["nearest", "bilinear"]],
            ["fill_mode", fill_mode, FILL_MODES],
        ]:
            if pair[1] not in pair[2]:
                raise error(
                    "ArgumentError",
                    self.argument(pair[0])
                    + " must be one of "
                    + ", ".join(pair[2])
                    + ", got "
                    + shown(pair[1]),
                )
        self.interpolation: Any = interpolation
        self.fill_mode: Any = fill_mode
        self.fill_value: Any = fill_value

    def moves_pixels(self):
        return True

    def matrices(self, transformation, size) -> Any:
        """The maps; see the class. size: [height, width]."""
        raise error("ArgumentError", "needs a method matrices(transformation, size)")

    def changed(self, x, transformation, interpolation):
        return affine_transform(
            x,
            self.matrices(transformation, [x.shape[1], x.shape[2]]),
            self.interpolation if interpolation is None else interpolation,
            self.fill_mode,
            self.fill_value,
            "channels_last",
        )


def row(fixed, by_width, by_height, size):
    """Eight numbers: fixed + by_width * (width - 1) + by_height * (height - 1), of sizes that may be symbolic."""
    if not is_symbolic(size[0]) and not is_symbolic(size[1]):
        wide = size[1] - 1.0
        high = size[0] - 1.0
        return to_tensor([fixed[i] + by_width[i] * wide + by_height[i] * high for i in range(8)], "float32")
    ends = [subtract(length_of(dim), 1.0) for dim in size]
    return add(add(multiply(by_width, ends[1]), multiply(by_height, ends[0])), fixed)


def numbers(stream, part, count, pair):
    """float32 [count, 1]: a uniform number of [lowest, highest) for each image."""
    return between(stream.part(part).uniform([count, 1]), pair)


def column(value, place):
    """Column `place` of a tensor [count, columns], as [count, 1]."""
    t = cast(to_tensor(value), "float32")
    return slice_strided(t, [0, place], [t.shape[0], 1], [1, 1])


def columns_for(value, columns):
    """The columns of a tensor [count, columns], each in a shape that broadcasts with columns of boxes."""
    t = to_tensor(value)
    return [for_boxes(column(t, i), len(columns[0].shape)) for i in range(t.shape[1])]


def batch_of_boxes(bounding_boxes):
    """Boxes [count, 4] of one image as those of a batch of one, which is what Keras gives for zooms and slants."""
    boxes = to_tensor(bounding_boxes["boxes"])
    return (
        bounding_boxes if len(boxes.shape) == 3 else with_boxes(bounding_boxes, with_first_axis(boxes, True))
    )


class RandomFlip(ImageLayer):
    """Mirror images with probability 1/2. mode: "horizontal", "vertical", "horizontal_and_vertical" (both at once)."""

    def __init__(
        self,
        mode="horizontal_and_vertical",
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        if mode not in ["horizontal", "vertical", "horizontal_and_vertical"]:
            raise error(
                "ArgumentError",
                self.argument("mode")
                + " must be horizontal, vertical or horizontal_and_vertical, got "
                + shown(mode),
            )
        self.mode = mode

    def moves_pixels(self):
        return True

    def draw(self, shape, stream):
        return {"flips": less(stream.uniform([shape[0], 1, 1, 1]), 0.5)}

    def changed(self, x, transformation, interpolation):
        axes = []
        if self.mode != "horizontal":
            axes.append(1)
        if self.mode != "vertical":
            axes.append(2)
        return applied(transformation["flips"], flip(x, axes), x)

    def changed_boxes(self, bounding_boxes, transformation):
        def mirrored(columns, size):
            flips = greater(for_boxes(transformation["flips"], len(columns[0].shape)), 0.5)
            made = [column for column in columns]
            for axis in range(2):
                if self.mode != ("vertical" if axis == 0 else "horizontal"):
                    made[axis] = where(flips, subtract(1.0, columns[axis + 2]), columns[axis])
                    made[axis + 2] = where(flips, subtract(1.0, columns[axis]), columns[axis + 2])
            return made

        return self.boxes_by(bounding_boxes, transformation, "rel_xyxy", mirrored)


class RandomTranslation(PlaneLayer):
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
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.take_map_arguments(interpolation, fill_mode, fill_value)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self.heights = self.factor_pair(height_factor, "height_factor", -1.0, 1.0, True)
        self.widths = self.factor_pair(width_factor, "width_factor", -1.0, 1.0, True)

    def draw(self, shape, stream):
        down = multiply(numbers(stream, 0, shape[0], self.heights), length_of(shape[1]))
        right = multiply(numbers(stream, 1, shape[0], self.widths), length_of(shape[2]))
        return {"translations": concatenate([right, down], 1)}

    def matrices(self, transformation, size):
        moves = transformation["translations"]
        right = multiply(column(moves, 0), [0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        down = multiply(column(moves, 1), [0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0])
        return add(add(right, down), STAY)

    def changed_boxes(self, bounding_boxes, transformation):
        def moved(columns, size):
            moves = columns_for(transformation["translations"], columns)
            return [add(columns[i], moves[i % 2]) for i in range(4)]

        return self.boxes_by(bounding_boxes, transformation, "xyxy", moved)


class RandomRotation(PlaneLayer):
    """Turn images around their middle by -factor to factor full turns; a positive one is against the clock."""

    def __init__(
        self,
        factor,
        fill_mode="reflect",
        interpolation="bilinear",
        seed=None,
        fill_value=0.0,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.take_map_arguments(interpolation, fill_mode, fill_value)
        self.factor = self.factor_pair(factor, "factor", -1.0, 1.0, True)

    def draw(self, shape, stream):
        turns = [self.factor[0] * 360.0, self.factor[1] * 360.0]
        return {"angle": reshape(numbers(stream, 0, shape[0], turns), [shape[0]])}

    def matrices(self, transformation, size):
        angle = multiply(
            reshape(cast(to_tensor(transformation["angle"]), "float32"), [-1, 1]), math.pi / 180.0
        )
        # What stays is the middle: half of the width - 1 and of the height - 1.
        straight = row(
            [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0],
            size,
        )
        crossed = row(
            [0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0],
            [0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0],
            size,
        )
        middle = row(NOTHING, MIDDLE_X, MIDDLE_Y, size)
        return add(add(multiply(cos(angle), straight), multiply(sin(angle), crossed)), middle)

    def changed_boxes(self, bounding_boxes, transformation):
        def turned(columns, size):
            angle = cast(to_tensor(transformation["angle"]), "float32")
            none = multiply(angle, 0.0)
            one = add(none, 1.0)
            return columns_of(
                transformed_boxes(joined(columns), angle, none, none, one, none, none, size[0], size[1])
            )

        return self.boxes_by(bounding_boxes, transformation, "xyxy", turned)


class RandomZoom(PlaneLayer):
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
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.take_map_arguments(interpolation, fill_mode, fill_value)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self.heights = self.factor_pair(height_factor, "height_factor", -1.0, 1.0e9, True)
        self.widths = (
            None
            if width_factor is None
            else self.factor_pair(width_factor, "width_factor", -1.0, 1.0e9, True)
        )

    def draw(self, shape, stream):
        high = add(numbers(stream, 0, shape[0], self.heights), 1.0)
        wide = high if self.widths is None else add(numbers(stream, 1, shape[0], self.widths), 1.0)
        return {"height_zoom": high, "width_zoom": wide}

    def matrices(self, transformation, size):
        high = column(transformation["height_zoom"], 0)
        wide = column(transformation["width_zoom"], 0)
        across = row(
            [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0], NOTHING, size
        )
        down = row(
            [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], NOTHING, [0.0, 0.0, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0], size
        )
        middle = row(NOTHING, MIDDLE_X, MIDDLE_Y, size)
        return add(add(multiply(wide, across), multiply(high, down)), middle)

    def changed_boxes(self, bounding_boxes, transformation):
        def zoomed(columns, size):
            made = []
            for i in range(4):
                length = length_of(size[1 - i % 2])
                zoom = columns_for(transformation["width_zoom" if i % 2 == 0 else "height_zoom"], columns)[0]
                start = multiply(multiply(subtract(1.0, zoom), subtract(length, 1.0)), 0.5)
                shown_length = multiply(zoom, length)
                inside = minimum(maximum(columns[i], start), add(start, shown_length))
                made.append(multiply(divide(subtract(inside, start), shown_length), length))
            return made

        return self.boxes_by(batch_of_boxes(bounding_boxes), transformation, "xyxy", zoomed)


class RandomShear(PlaneLayer):
    """Slant images from their upper left corner, sideways by x_factor and upwards by y_factor, both in one of the two
    directions.
    """

    def __init__(
        self,
        x_factor=0.0,
        y_factor=0.0,
        interpolation="bilinear",
        fill_mode="reflect",
        fill_value=0.0,
        data_format=None,
        seed=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.take_map_arguments(interpolation, fill_mode, fill_value)
        self.x_factor = self.factor_pair(x_factor, "x_factor", 0.0, 1.0)
        self.y_factor = self.factor_pair(y_factor, "y_factor", 0.0, 1.0)

    def draw(self, shape, stream):
        slants = [
            numbers(stream, 0, shape[0], self.x_factor),
            numbers(stream, 2, shape[0], self.y_factor),
        ]
        sign = where(less(stream.part(1).uniform([shape[0], 1]), 0.5), 1.0, -1.0)
        return {"shear_factor": multiply(concatenate(slants, 1), sign)}

    def matrices(self, transformation, size):
        slants = transformation["shear_factor"]
        across = multiply(column(slants, 0), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        down = multiply(column(slants, 1), [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
        return add(add(across, down), STAY)

    def changed_boxes(self, bounding_boxes, transformation):
        def slanted(columns, size):
            slants = columns_for(transformation["shear_factor"], columns)
            left, top, right, bottom = columns[0], columns[1], columns[2], columns[3]
            # The least and largest shift of the edge's two ends, first sideways, then of what came out upwards.
            ends = [multiply(slants[0], top), multiply(slants[0], bottom)]
            left = subtract(left, maximum(ends[0], ends[1]))
            right = subtract(right, minimum(ends[0], ends[1]))
            ends = [multiply(slants[1], left), multiply(slants[1], right)]
            return [
                left,
                subtract(top, maximum(ends[0], ends[1])),
                right,
                subtract(bottom, minimum(ends[0], ends[1])),
            ]

        return self.boxes_by(batch_of_boxes(bounding_boxes), transformation, "rel_xyxy", slanted)


register("RandomFlip", RandomFlip)
register("RandomTranslation", RandomTranslation)
register("RandomRotation", RandomRotation)
register("RandomZoom", RandomZoom)
register("RandomShear", RandomShear)
