"""Erased, blurred and mixed images."""

from typing import Any

from ...core.known import register
from ...core.opset.binary import (
    add,
    divide,
    greater_equal,
    less,
    logical_and,
    multiply,
    subtract,
    where,
)
from ...core.opset.gathering import gather
from ...core.opset.generators import iota
from ...core.opset.movement import reshape
from ...core.opset.registry import as_float, to_tensor
from ...core.opset.unary import cast, sqrt
from ...ops.arguments import per_axis, shown
from ...ops.bounding_boxes import length_of
from ...ops.distributions import beta
from ...ops.image.filters import gaussian_blur
from ...ops.joining import concatenate
from ...ops.sorting import argsort
from ...platform.errors import error
from ...platform.numbers import is_list
from .base import ImageLayer, applied, between, chance, drawn, per_image


def box_mask(shape, stream, shares):
    """[bool [count, height, width, 1], share of the area]: a random box for each image [count, height, width, ..].

    shares: [count, 1, 1, 1] tensors, the box's share of the height and of the width.
    """
    sides = []
    area = None
    for i in range(2):
        size = length_of(shape[i + 1])
        length = multiply(shares[i], size)
        start = multiply(stream.part(10 + i).uniform([shape[0], 1, 1, 1]), subtract(size, length))
        place = cast(iota([1, shape[1], shape[2], 1], i + 1), "float32")
        sides.append(logical_and(greater_equal(place, start), less(place, add(start, length))))
        area = divide(length, size) if area is None else multiply(area, divide(length, size))
    return [logical_and(sides[0], sides[1]), area]


class RandomErasing(ImageLayer):
    """Fill a random box of images, with a probability of the factor.

    scale: the least and largest share of the area, [0.02, 0.33] when None.
    fill_value: a number, one for each channel, or None for random ones (normals times the highest value).
    """

    def __init__(
        self,
        factor=1.0,
        scale=None,
        fill_value=None,
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
        self.scale = self.factor_pair([0.02, 0.33] if scale is None else scale, "scale", 0.0, 1.0)
        self.fill_value = fill_value

    def draw(self, shape, stream):
        count = shape[0]
        shares = [sqrt(drawn(stream, 0, count, self.scale)), sqrt(drawn(stream, 1, count, self.scale))]
        if self.fill_value is None:
            filler = multiply(stream.part(20).normal(shape), self.value_range[1] * 1.0)
        elif is_list(self.fill_value):
            filler = to_tensor([value for value in self.fill_value], "float32")
        else:
            filler = to_tensor(self.fill_value, "float32")
        return {
            "apply_erasing": chance(stream, 2, count, self.factor),
            "batch_masks": box_mask(shape, stream, shares)[0],
            "fill_value": self.limited(filler),
        }

    def changed(self, x, transformation, interpolation):
        masks = cast(to_tensor(transformation["batch_masks"]), "bool")
        erased = logical_and(masks, per_image(transformation["apply_erasing"], "bool"))
        return where(erased, as_float(transformation["fill_value"]), x)


class RandomGaussianBlur(ImageLayer):
    """Smooth images, with a probability of the factor. sigma: the largest width of the bell, or a range.

    One width sideways and one upwards are drawn for the whole batch.
    """

    def __init__(
        self,
        factor=1.0,
        kernel_size=3,
        sigma=1.0,
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
        self.kernel_size = kernel_size
        for size in per_axis(kernel_size, 2, 1, self.argument("kernel_size")):
            if size % 2 == 0:
                raise error(
                    "ArgumentError", self.argument("kernel_size") + " must be odd, got " + shown(kernel_size)
                )
        self.sigma = self.factor_pair(sigma, "sigma", 0.0, 1.0e9)

    def draw(self, shape, stream):
        return {
            "should_apply_blur": chance(stream, 2, shape[0], self.factor),
            "blur_factor": add(between(stream.part(1).uniform([2]), self.sigma), 1.0e-6),
        }

    def changed(self, x, transformation, interpolation):
        widths: Any = to_tensor(transformation["blur_factor"])
        found = gaussian_blur(x, self.kernel_size, widths, "channels_last")
        return self.limited(applied(transformation["should_apply_blur"], found, x))


class MixingLayer(ImageLayer):
    """The base of layers that mix each image of a batch with another one, and its label likewise.

    Their transformations have "permutation_order", the other images' places, and "mix_weight", how much of its own
    image each keeps.
    """

    def others(self, x, transformation):
        """The images, boxes or labels that are mixed in."""
        return gather(x, cast(to_tensor(transformation["permutation_order"]), "int32"), 0)

    def mixed(self, x, transformation, rank):
        """x and the others, weighted. rank: of x."""
        shape = [-1]
        for i in range(rank - 1):
            shape.append(1)
        share = reshape(cast(to_tensor(transformation["mix_weight"]), "float32"), shape)
        return add(multiply(share, x), multiply(subtract(1.0, share), self.others(x, transformation)))

    def transform_labels(self, labels, transformation=None, training=True):
        """The labels, one-hot or other rows of numbers, mixed like the images."""
        if not training or transformation is None:
            return labels
        x = as_float(to_tensor(labels))
        return self.mixed(x, transformation, len(x.shape))


def order_of(stream, count):
    """int32 [count]: a random order."""
    return argsort(stream.part(30).uniform([count]))


class MixUp(MixingLayer):
    """Each image mixed with another one; the weight is drawn from the beta distribution of (alpha, alpha).

    Boxes and labels of the other image come after those of its own. Source: Zhang et al. 2017, arXiv:1710.09412.
    """

    def __init__(
        self,
        alpha=0.2,
        data_format=None,
        seed=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format, bounding_box_format)
        self.alpha = alpha

    def moves_pixels(self):
        return True

    def draw(self, shape, stream):
        return {
            "mix_weight": beta([shape[0]], self.alpha * 1.0, self.alpha * 1.0, None, stream.part(1)),
            "permutation_order": order_of(stream, shape[0]),
        }

    def changed(self, x, transformation, interpolation):
        return self.mixed(x, transformation, 4)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        """Masks mixed like the images, as floats."""
        return self.transform_images(segmentation_masks, transformation, training)

    def changed_boxes(self, bounding_boxes, transformation):
        made = {}
        for key in bounding_boxes.keys():
            made[key] = bounding_boxes[key]
        for key in ["boxes", "labels"]:
            x = to_tensor(bounding_boxes[key])
            axis = 1 if len(x.shape) > 1 else 0
            made[key] = concatenate([x, self.others(x, transformation)], axis)
        return made


class CutMix(MixingLayer):
    """A box of each image replaced by that of another one. factor: of the beta distribution of the box's area, a number
    f for one of 0 to f.

    Source: Yun et al. 2019, arXiv:1905.04899.
    """

    def __init__(
        self,
        factor=1.0,
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

    def moves_pixels(self):
        return True

    def draw(self, shape, stream):
        count = shape[0]
        alpha = add(reshape(drawn(stream, 2, 1, self.factor), []), 1.0e-6)
        side = sqrt(subtract(1.0, beta([count, 1, 1, 1], alpha, alpha, None, stream.part(1))))
        box = box_mask(shape, stream, [side, side])
        return {
            "permutation_order": order_of(stream, count),
            "batch_masks": box[0],
            "mix_weight": subtract(1.0, box[1]),
        }

    def changed(self, x, transformation, interpolation):
        masks = cast(to_tensor(transformation["batch_masks"]), "bool")
        return where(masks, self.others(x, transformation), x)

    def changed_boxes(self, bounding_boxes, transformation):
        raise error("ArgumentError", "has no boxes of mixed images: a part of an object may be left")


register("RandomErasing", RandomErasing)
register("RandomGaussianBlur", RandomGaussianBlur)
register("MixUp", MixUp)
register("CutMix", CutMix)
