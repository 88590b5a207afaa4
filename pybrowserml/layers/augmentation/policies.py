"""Several random changes one after the other."""

from typing import Any

from ...core.config import made_of
from ...core.known import register
from ...core.opset.binary import add, divide, equal, multiply, where
from ...core.opset.movement import reshape, slice_strided
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import to_tensor
from ...core.opset.unary import log, negative
from ...core.shapes import copy_shape
from ...ops.arguments import require_whole, shown
from ...ops.bounding_boxes import with_boxes
from ...ops.distributions import beta, gamma
from ...ops.image.transforms import affine_transform
from ...platform.errors import error
from ...platform.numbers import is_list
from ...platform.reflection import method_arguments
from ..layer import Layer
from .base import ImageLayer
from .color import RandomBrightness, RandomColorDegeneration, RandomContrast
from .geometry import STAY, RandomRotation, RandomShear, RandomTranslation
from .tones import AutoContrast, Equalization, RandomPosterization, RandomSharpness, Solarization


class PolicyLayer(ImageLayer):
    """The base of layers that choose among changes, for each image one.

    All maps of the plane together cost one: the chosen matrix moves an image, one that stays moves the others. Colours
    are changed after it.
    """

    def take_changes(self, factor, interpolation, all_colors):
        """Make the changes. factor: how strong they are, a number of 0 to 1 or two."""
        self.factor = self.factor_pair(factor, "factor", 0.0, 1.0)
        self.interpolation: Any = interpolation
        pair: Any = self.factor
        form = self.data_format
        box_form = self.bounding_box_format
        ranges = self.value_range
        self.maps = [
            RandomShear(pair, pair, interpolation, "reflect", 0.0, form, None, box_form),
            RandomTranslation(pair, pair, "reflect", interpolation, None, 0.0, form, box_form),
            RandomRotation(pair, "reflect", interpolation, None, 0.0, form, box_form),
        ]
        self.colors = [
            RandomPosterization(max(1, int(8 * pair[1])), ranges),
            Solarization(pair, pair, ranges),
            AutoContrast(ranges),
            Equalization(ranges),
        ]
        if all_colors:
            self.colors.extend(
                [
                    RandomBrightness(pair, ranges),
                    RandomColorDegeneration(pair, ranges),
                    RandomContrast(pair, ranges),
                    RandomSharpness(pair, ranges),
                ]
            )

    def moves_pixels(self):
        return True

    def draw_step(self, shape, stream, choices):
        """What is done to each image at one step. choices: how many there are; the last may be no change."""
        count = shape[0]
        choice = stream.part(500).below([count, 1], choices)
        maps = []
        matrices = to_tensor(STAY, "float32")
        for i in range(len(self.maps)):
            made = self.maps[i].draw(shape, stream.part(600 + i))
            maps.append(made)
            matrix = self.maps[i].matrices(made, [shape[1], shape[2]])
            matrices = where(equal(choice, i), matrix, matrices)
        first = len(self.maps)
        colors = [self.colors[i].draw(shape, stream.part(600 + first + i)) for i in range(len(self.colors))]
        return {
            "choice": reshape(choice, [count, 1, 1, 1]),
            "maps": maps,
            "matrices": matrices,
            "colors": colors,
        }

    def step_changed(self, x, step, interpolation):
        """Images after one step."""
        kind: Any = self.interpolation if interpolation is None else interpolation
        moved = affine_transform(x, step["matrices"], kind, "reflect", 0, "channels_last")
        if interpolation is not None:
            return moved
        found = moved
        for i in range(len(self.colors)):
            chosen = equal(step["choice"], len(self.maps) + i)
            found = where(chosen, self.colors[i].changed(moved, step["colors"][i], None), found)
        return found

    def step_boxes(self, bounding_boxes, step, input_shape):
        """{"boxes", "labels"} after one step."""
        found = bounding_boxes
        for i in range(len(self.maps)):
            made = {"input_shape": input_shape}
            for key in step["maps"][i].keys():
                made[key] = step["maps"][i][key]
            moved = self.maps[i].changed_boxes(bounding_boxes, made)
            chosen = equal(step["choice"], i)
            count = chosen.shape[0]
            boxes = where(reshape(chosen, [count, 1, 1]), moved["boxes"], found["boxes"])
            found = with_boxes(found, boxes)
            shape = [count]
            for k in range(len(moved["labels"].shape) - 1):
                shape.append(1)
            found["labels"] = where(reshape(chosen, shape), moved["labels"], found["labels"])
        return found


class RandAugment(PolicyLayer):
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
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.num_ops = require_whole(num_ops, 0, self.argument("num_ops"))
        self.take_changes(factor, interpolation, True)

    def draw(self, shape, stream):
        choices = len(self.maps) + len(self.colors)
        return {"steps": [self.draw_step(shape, stream.part(700 + i), choices) for i in range(self.num_ops)]}

    def changed(self, x, transformation, interpolation):
        for step in transformation["steps"]:
            x = self.step_changed(x, step, interpolation)
        return x

    def changed_boxes(self, bounding_boxes, transformation):
        for step in transformation["steps"]:
            bounding_boxes = self.step_boxes(bounding_boxes, step, transformation["input_shape"])
        return bounding_boxes


class AugMix(PolicyLayer):
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
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(value_range, seed, data_format, bounding_box_format)
        self.num_chains = require_whole(num_chains, 1, self.argument("num_chains"))
        self.chain_depth = require_whole(chain_depth, 1, self.argument("chain_depth"))
        self.alpha = alpha
        self.all_ops = all_ops
        self.take_changes(factor, interpolation, all_ops)

    def draw(self, shape, stream):
        count = shape[0]
        weights = [count, self.num_chains, 1, 1]
        if self.alpha == 1:
            # These distributions are then exponential and uniform.
            uniform = stream.part(2).uniform(copy_shape(weights))
            shares = negative(log(add(multiply(uniform, -0.999999), 1.0)))
            kept = stream.part(1).uniform([count, 1, 1, 1])
        else:
            shares = gamma(copy_shape(weights), self.alpha * 1.0, None, stream.part(2))
            kept = beta([count, 1, 1, 1], self.alpha * 1.0, self.alpha * 1.0, None, stream.part(1))
        choices = len(self.maps) + len(self.colors) + 1
        chains = []
        for chain in range(self.num_chains):
            parts = [stream.part(900 + chain * 50 + step) for step in range(self.chain_depth)]
            chains.append([self.draw_step(shape, part, choices) for part in parts])
        return {
            "chain_mixing_weights": divide(shares, reduce_sum(shares, [1], True)),
            "weight_sample": kept,
            "chain_transforms": chains,
        }

    def changed(self, x, transformation, interpolation):
        weights = transformation["chain_mixing_weights"]
        mixed = multiply(x, 0.0)
        for chain in range(self.num_chains):
            found = x
            for step in transformation["chain_transforms"][chain]:
                found = self.step_changed(found, step, interpolation)
            weight = slice_strided(weights, [0, chain, 0, 0], [weights.shape[0], 1, 1, 1], [1, 1, 1, 1])
            mixed = add(mixed, multiply(weight, found))
        kept = transformation["weight_sample"]
        found = add(multiply(kept, x), multiply(add(negative(kept), 1.0), mixed))
        return self.limited(found) if interpolation is None else found


class Pipeline(Layer):
    """Layers one after the other as one layer, such as a chain of augmentations."""

    def __init__(self, layers, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        if not is_list(layers):
            raise error(
                "ArgumentError", self.argument("layers") + " must be a list of layers, got " + shown(layers)
            )
        self.layers = layers

    @classmethod
    def from_config(cls, config):
        """A pipeline of a configuration, whose layers must be a list."""
        if not is_list(config.get("layers")):
            raise error(
                "ArgumentError", "a Pipeline needs layers, a list, got " + shown(config.get("layers"))
            )
        return made_of(cls, "Pipeline", config, "layer", 0)

    def _default_training(self):
        """Each layer has its own."""
        return None

    def call(self, x, training=None, mask=None):
        given = mask
        for layer in self.layers:
            keywords = {}
            if given is not None and "mask" in method_arguments(layer, "call"):
                keywords["mask"] = given
            x = layer.apply_to(x, training, keywords)
            # The next layer finds the mask at its input.
            given = None
        return x


register("RandAugment", RandAugment)
register("AugMix", AugMix)
register("Pipeline", Pipeline)
