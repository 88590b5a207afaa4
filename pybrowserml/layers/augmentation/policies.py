"""Several random changes one after the other."""

from ...core.config import register
from ...core.opset.binary import add, divide, equal, greater_equal, multiply, where
from ...core.opset.reduction import reduce_sum
from ...core.opset.unary import exp, log, negative
from ...ops.arguments import require_whole
from ...ops.distributions import beta
from ..layer import Layer
from .base import ImageLayer
from .color import (
    AutoContrast,
    RandomBrightness,
    RandomColorDegeneration,
    RandomContrast,
    RandomPosterization,
    RandomSharpness,
    Solarization,
)
from .geometry import RandomRotation, RandomShear, RandomTranslation


def changes_of(value_range, strength, interpolation):
    """The changes that policies choose among. strength: 0 to 1."""
    return [
        AutoContrast(value_range),
        RandomBrightness(strength, value_range),
        RandomColorDegeneration(strength, value_range),
        RandomContrast(strength, value_range),
        RandomPosterization([8 - int(4 * strength), 8], value_range),
        RandomSharpness(strength, value_range),
        Solarization(0.0, strength, value_range),
        RandomRotation(strength * 0.1, "constant", interpolation),
        RandomShear(strength * 0.3, 0.0, interpolation, "constant"),
        RandomShear(0.0, strength * 0.3, interpolation, "constant"),
        RandomTranslation(strength * 0.3, 0.0, "constant", interpolation),
        RandomTranslation(0.0, strength * 0.3, "constant", interpolation),
    ]


def one_of(changes, x, stream, count):
    """Each image under one change, chosen at random for it."""
    choice = stream.part(500).below([count, 1, 1, 1], len(changes))
    found = x
    for i in range(len(changes)):
        found = where(equal(choice, i), changes[i].changed(x, stream.part(600 + i), count), found)
    return found


class RandAugment(ImageLayer):
    """num_ops changes of colour or shape, chosen anew for each image; factor: their strength, 0 to 1.

    Source: Cubuk et al. 2019, arXiv:1909.13719.
    """

    def __init__(
        self,
        value_range=None,
        num_ops=2,
        factor=0.5,
        interpolation="bilinear",
        seed=None,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.num_ops = require_whole(num_ops, 1, self.argument("num_ops"))
        self.factor = factor
        self.interpolation = interpolation
        self.changes = changes_of(value_range, factor, interpolation)

    def changed(self, x, stream, count):
        for i in range(self.num_ops):
            x = one_of(self.changes, x, stream.part(700 + i), count)
        return self.limited(x)


class AugMix(ImageLayer):
    """A weighted mean of num_chains chains of up to chain_depth changes, mixed with the image itself.

    alpha: of the distributions of the weights. Source: Hendrycks et al. 2019, arXiv:1912.02781.
    """

    def __init__(
        self,
        value_range=None,
        num_chains=3,
        chain_depth=3,
        factor=0.3,
        alpha=1.0,
        all_ops=True,
        interpolation="bilinear",
        seed=None,
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format)
        self.num_chains = require_whole(num_chains, 1, self.argument("num_chains"))
        self.chain_depth = require_whole(chain_depth, 1, self.argument("chain_depth"))
        self.factor = factor
        self.alpha = alpha
        self.all_ops = all_ops
        self.interpolation = interpolation
        changes = changes_of(value_range, factor, interpolation)
        self.changes = changes if all_ops else changes[7 : len(changes)]

    def changed(self, x, stream, count):
        # Exponentials divided by their sum are Dirichlet weights of alpha 1; a power of them stands for others.
        shares = exp(multiply(log(self._exponentials(stream, count)), 1.0 / self.alpha))
        total = reduce_sum(shares, 1, True)
        mixed = multiply(x, 0.0)
        for chain in range(self.num_chains):
            found = x
            depth = stream.part(800 + chain).below([count, 1, 1, 1], self.chain_depth)
            for step in range(self.chain_depth):
                changed = one_of(self.changes, found, stream.part(900 + chain * 50 + step), count)
                found = changed if step == 0 else where(greater_equal(depth, step), changed, found)
            weight = divide(self._one(shares, chain, count), total)
            mixed = add(mixed, multiply(weight, found))
        kept = beta([count, 1, 1, 1], self.alpha * 1.0, self.alpha * 1.0, None, stream.part(1))
        return self.limited(add(multiply(kept, x), multiply(add(negative(kept), 1.0), mixed)))

    def _exponentials(self, stream, count):
        uniform = stream.part(2).uniform([count, self.num_chains, 1, 1])
        return negative(log(add(multiply(uniform, -0.999999), 1.0)))

    def _one(self, shares, chain, count):
        chosen = [1.0 if i == chain else 0.0 for i in range(self.num_chains)]
        return reduce_sum(multiply(shares, [[[number]] for number in chosen]), 1, True)


class Pipeline(Layer):
    """Layers one after the other as one layer, such as a chain of augmentations."""

    def __init__(self, layers, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.layers = layers

    def default_training(self):
        """Each layer has its own."""
        return None

    def call(self, x, training=None):
        for layer in self.layers:
            x = layer.apply_to(x, training)
        return x


register("RandAugment", RandAugment)
register("AugMix", AugMix)
register("Pipeline", Pipeline)
