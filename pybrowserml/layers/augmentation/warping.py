"""Random maps of images that bend or tilt the plane."""

from typing import Any

from ...core.known import register
from ...core.opset.binary import add, divide, maximum, minimum, multiply, where
from ...core.opset.movement import reshape
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast
from ...ops.arguments import shown
from ...ops.box_moves import for_boxes
from ...ops.image.elastic import elastic_images
from ...ops.image.transforms import homography_of, perspective_transform
from ...platform.errors import error
from ...platform.numbers import is_number
from .base import ImageLayer, applied, chance, drawn


class RandomPerspective(ImageLayer):
    """Move the corners of images, with a probability of the factor, by up to scale / 2 of their way from the upper left
    one, in or out.
    """

    def __init__(
        self,
        factor=1.0,
        scale=1.0,
        interpolation="bilinear",
        fill_value=0.0,
        seed=None,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)
        if not is_number(scale) or scale < 0 or scale > 1:
            raise error(
                "ArgumentError", self.argument("scale") + " must be between 0 and 1, got " + shown(scale)
            )
        self.scale = scale
        self.interpolation: Any = interpolation
        self.fill_value: Any = fill_value

    def moves_pixels(self):
        return True

    def draw(self, shape, stream):
        right = self.require_static(shape, 2) - 1.0
        bottom = self.require_static(shape, 1) - 1.0
        corners = to_tensor([[[0.0, 0.0], [right, 0.0], [0.0, bottom], [right, bottom]]], "float32")
        # The draw that decides is one of each image too.
        share = multiply(add(stream.part(1).uniform([shape[0], 4, 2]), -0.5), self.scale * 1.0)
        return {
            "apply_perspective": reshape(chance(stream, 2, shape[0], self.factor), [shape[0]]),
            "start_points": corners,
            "end_points": add(multiply(corners, share), corners),
        }

    def changed(self, x, transformation, interpolation):
        found = perspective_transform(
            x,
            transformation["start_points"],
            transformation["end_points"],
            self.interpolation if interpolation is None else interpolation,
            self.fill_value,
            "channels_last",
        )
        return applied(transformation["apply_perspective"], found, x)

    def changed_boxes(self, bounding_boxes, transformation):
        def tilted(columns, size):
            # A box is where its corners come to: the map of results to what they show, the other way around.
            rank = len(columns[0].shape)
            p = [
                for_boxes(entry, rank)
                for entry in homography_of(transformation["end_points"], transformation["start_points"])
            ]
            lows = [columns[0], columns[1]]
            highs = [columns[2], columns[3]]
            for i in range(4):
                x = columns[0 if i % 2 == 0 else 2]
                y = columns[1 if i < 2 else 3]
                depth = add(add(multiply(p[6], x), multiply(p[7], y)), 1.0)
                for axis in range(2):
                    k = 3 * axis
                    place = divide(add(add(multiply(p[k], x), multiply(p[k + 1], y)), p[k + 2]), depth)
                    lows[axis] = place if i == 0 else minimum(lows[axis], place)
                    highs[axis] = place if i == 0 else maximum(highs[axis], place)
            chosen = for_boxes(transformation["apply_perspective"], rank)
            moved = [lows[0], lows[1], highs[0], highs[1]]
            return [where(cast(chosen, "bool"), moved[i], columns[i]) for i in range(4)]

        return self.boxes_by(bounding_boxes, transformation, "xyxy", tilted)


class RandomElasticTransform(ImageLayer):
    """Distort images like rubber, with a probability of the factor. scale: how strongly, at most, or a range."""

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
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)
        self.scale = self.factor_pair(scale, "scale", 0.0, 1.0)
        self.interpolation: Any = interpolation
        self.fill_mode: Any = fill_mode
        self.fill_value: Any = fill_value

    def moves_pixels(self):
        return True

    def draw(self, shape, stream):
        if self.scale[1] == 0 or self.factor[1] == 0:
            return None
        return {
            "apply_transform": chance(stream, 2, shape[0], self.factor),
            "distortion_factor": reshape(drawn(stream, 3, 1, self.scale), []),
            "seed": stream.part(1),
        }

    def changed(self, x, transformation, interpolation):
        height = self.require_static(x.shape, 1)
        width = self.require_static(x.shape, 2)
        factor = cast(to_tensor(transformation["distortion_factor"]), "float32")
        found = elastic_images(
            x,
            multiply(factor, 0.1 * max(height, width)),
            multiply(factor, 0.05 * min(height, width)),
            0.05 * min(height, width) * max(self.scale[1], 0.001),
            self.interpolation if interpolation is None else interpolation,
            self.fill_mode,
            self.fill_value,
            transformation["seed"],
        )
        found = applied(transformation["apply_transform"], found, x)
        return self.limited(found) if interpolation is None else found

    def changed_boxes(self, bounding_boxes, transformation):
        raise error("ArgumentError", "has no boxes of distorted images: nothing says where an edge comes to")


register("RandomPerspective", RandomPerspective)
register("RandomElasticTransform", RandomElasticTransform)
