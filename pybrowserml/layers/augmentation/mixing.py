"""Erased, blurred and mixed images."""

from typing import Any

from ...core.config import register
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
from ...core.opset.generators import iota, size_of
from ...core.opset.movement import reshape
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast, sqrt
from ...ops.distributions import beta
from ...ops.image.filters import gaussian_blur
from ...ops.sorting import argsort
from ...platform.errors import error
from ...platform.numbers import is_dict, is_list
from .base import ImageLayer, applied, chance, drawn


def box_mask(layer, x, stream, count, shares):
    """[bool [count, height, width, 1], share of the area]: a random box for each image.

    shares: [count, 1, 1, 1] tensors, the box's share of the height and of the width.
    """
    sides = []
    area = None
    for i in range(2):
        size = cast(size_of(x.shape[i + 1]), "float32")
        length = multiply(shares[i], size)
        start = multiply(stream.part(10 + i).uniform([count, 1, 1, 1]), subtract(size, length))
        shape = [1, x.shape[1], x.shape[2], 1]
        place = cast(iota(shape, i + 1), "float32")
        sides.append(logical_and(greater_equal(place, start), less(place, add(start, length))))
        area = divide(length, size) if area is None else multiply(area, divide(length, size))
    return [logical_and(sides[0], sides[1]), area]


class RandomErasing(ImageLayer):
    """Fill a random box of images, with a probability of the factor.

    scale: the least and largest share of the area, [0.02, 0.33] when None.
    fill_value: a number, one for each channel, or None for random ones.
    """

    def __init__(
        self,
        factor=1.0,
        scale=None,
        fill_value=None,
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
        self.scale = self.factor_pair([0.02, 0.33] if scale is None else scale, "scale", 0.0, 1.0)
        self.fill_value = fill_value

    def changed(self, x, stream, count):
        shares = [sqrt(drawn(stream, 0, count, self.scale)), sqrt(drawn(stream, 1, count, self.scale))]
        mask = box_mask(self, x, stream, count, shares)[0]
        if self.fill_value is None:
            filler = drawn_like(x, stream, self.value_range)
        elif is_list(self.fill_value):
            filler = to_tensor([float(value) for value in self.fill_value])
        else:
            filler = self.fill_value * 1.0
        return applied(logical_and(mask, chance(stream, 2, count, self.factor)), filler, x)


def drawn_like(x, stream, value_range):
    """Uniform numbers of a range for all pixels."""
    width = value_range[1] - value_range[0]
    return add(multiply(stream.part(20).uniform(x.shape), width * 1.0), value_range[0] * 1.0)


class RandomGaussianBlur(ImageLayer):
    """Smooth images, with a probability of the factor. sigma: the largest width of the bell, or a range."""

    def __init__(
        self,
        factor=1.0,
        kernel_size=3,
        sigma=1.0,
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
        self.kernel_size = kernel_size
        self.sigma = self.factor_pair(sigma, "sigma", 0.0, 1.0e9)

    def changed(self, x, stream, count):
        # The blur at both ends of the range, mixed: a bell of a random width needs no weights made on the way.
        size: Any = self.kernel_size if is_list(self.kernel_size) else [self.kernel_size, self.kernel_size]
        least = max(self.sigma[0], 1.0e-6) * 1.0
        most = max(self.sigma[1], 1.0e-6) * 1.0
        low: Any = [least, least]
        high: Any = [most, most]
        weak = gaussian_blur(x, size, low, "channels_last")
        strong = gaussian_blur(x, size, high, "channels_last")
        share = stream.part(1).uniform([count, 1, 1, 1])
        found = add(weak, multiply(share, subtract(strong, weak)))
        return self.limited(applied(chance(stream, 2, count, self.factor), found, x))


class MixingLayer(ImageLayer):
    """The base of layers that mix each image of a batch with another one, and the labels likewise.

    The call takes images, or {"images": images, "labels": one-hot labels}.
    """

    def call(self, x, training=None):
        if not is_dict(x):
            return super().call(x, training)
        made = {}
        for key in x.keys():
            made[key] = x[key]
        if training:
            stream = self.next_stream()
            count = x["images"].shape[0]
            weights = []

            def images(batch):
                found = self.mixed(batch, stream, count)
                weights.append(found[1])
                return found[0]

            made["images"] = self.with_layout(x["images"], images)
            if "labels" in x:
                share = reshape(weights[0], [count, 1])
                labels = cast(x["labels"], "float32")
                others = gather(labels, order_of(stream, count), 0)
                made["labels"] = add(multiply(share, labels), multiply(subtract(1.0, share), others))
        return made

    def mixed(self, x, stream, count) -> Any:
        """[images, the share of each in its own place [count, 1, 1, 1]]."""
        raise error("ArgumentError", "needs a method mixed(x, stream, count)")

    def changed(self, x, stream, count):
        return self.mixed(x, stream, count)[0]


def order_of(stream, count):
    """int32 [count]: a random order."""
    return argsort(stream.part(30).uniform([count]))


class MixUp(MixingLayer):
    """Each image mixed with another one; the weight is drawn from the beta distribution of (alpha, alpha).

    Source: Zhang et al. 2017, arXiv:1710.09412.
    """

    def __init__(self, alpha=0.2, data_format=None, seed=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.alpha = alpha

    def mixed(self, x, stream, count):
        """[images, the share of each in its own place [count, 1, 1, 1]]."""
        share = beta([count, 1, 1, 1], self.alpha * 1.0, self.alpha * 1.0, None, stream.part(1))
        other = gather(x, order_of(stream, count), 0)
        return [add(multiply(share, x), multiply(subtract(1.0, share), other)), share]


class CutMix(MixingLayer):
    """A box of each image replaced by that of another one. factor: of the beta distribution of the box's area.

    Source: Yun et al. 2019, arXiv:1905.04899.
    """

    def __init__(self, factor=1.0, seed=None, data_format=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, seed, data_format)
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0e9)

    def mixed(self, x, stream, count):
        """[images, the share of each in its own place [count, 1, 1, 1]]."""
        shape = self.factor[1] * 1.0 + 1.0e-6
        kept = beta([count, 1, 1, 1], shape, shape, None, stream.part(1))
        side = sqrt(subtract(1.0, kept))
        box = box_mask(self, x, stream, count, [side, side])
        other = gather(x, order_of(stream, count), 0)
        return [where(box[0], other, x), subtract(1.0, box[1])]


register("RandomErasing", RandomErasing)
register("RandomGaussianBlur", RandomGaussianBlur)
register("MixUp", MixUp)
register("CutMix", CutMix)
