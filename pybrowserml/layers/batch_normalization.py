"""Batch normalisation, and batch renormalisation."""

from typing import Any

from .. import initializers
from ..core.annotations import Initial
from ..core.known import register
from ..core.opset.binary import add, divide, maximum, minimum, multiply, subtract, where
from ..core.opset.movement import reshape
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float
from ..core.opset.unary import cast, sqrt, stop_gradient
from ..core.shapes import format_shape, normalize_axis
from ..ops.activations import relu
from ..ops.arguments import shown
from ..ops.creation import ones_like
from ..ops.math import square
from ..ops.movement import expand_dims
from ..ops.normalization import batch_normalization
from ..ops.reduction import mean
from ..platform import real
from ..platform.errors import error
from ..platform.numbers import is_dict
from .affine import AffineLayer, not_negative, single_axis

# What Keras adds to the number of places that count.
FEW = 1e-7


class BatchNormalization(AffineLayer):
    """Each channel with mean 0 and variance 1, times gamma, plus beta.

    In training the mean and (biased) variance are those of the batch (of the places that its mask leaves), and moving
    averages of them are kept, which take their place otherwise and when the layer is not trainable.

    axis: of the channels. renorm: batch renormalisation, which corrects the numbers of the batch towards moving
    averages of its own (kept with renorm_momentum), limited by renorm_clipping, a dict of "rmin", "rmax", "dmax".
    synchronized has no meaning on one device.

    Weights: gamma, beta, moving_mean, moving_variance; with renorm also moving_stddev, renorm_mean, renorm_stddev.
    Sources: Ioffe, Szegedy 2015, arXiv:1502.03167; Ioffe 2017, arXiv:1702.03275.
    """

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer: Initial = "zeros",
        gamma_initializer: Initial = "ones",
        moving_mean_initializer: Initial = "zeros",
        moving_variance_initializer: Initial = "ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        renorm=False,
        renorm_clipping=None,
        renorm_momentum=0.99,
        synchronized=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.axis = single_axis(axis, self.argument("axis"))
        self.momentum = not_negative(momentum, self.argument("momentum"))
        self.epsilon = not_negative(epsilon, self.argument("epsilon"))
        self.moving_mean_initializer = initializers.get(moving_mean_initializer, self.shown_name())
        self.moving_variance_initializer = initializers.get(moving_variance_initializer, self.shown_name())
        self.keep_affine(
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
        )
        self.supports_masking = True
        self.renorm = renorm
        if renorm_clipping is not None:
            if not is_dict(renorm_clipping):
                raise error(
                    "ArgumentError",
                    self.argument("renorm_clipping") + " must be a dict, got " + shown(renorm_clipping),
                )
            for key in renorm_clipping.keys():
                if key not in ["rmin", "rmax", "dmax"]:
                    raise error(
                        "ArgumentError",
                        self.argument("renorm_clipping") + " has rmin, rmax and dmax only, got '" + key + "'",
                    )
            for key in ["dmax", "rmin", "rmax"]:
                if renorm_clipping.get(key) is not None:
                    not_negative(renorm_clipping.get(key), self.argument("renorm_clipping") + " " + key)
            least = renorm_clipping.get("rmin")
            most = renorm_clipping.get("rmax")
            if least is not None and most is not None and most < least:
                raise error(
                    "ArgumentError", self.argument("renorm_clipping") + ": rmax must be at least rmin"
                )
        self.renorm_clipping = renorm_clipping
        self.renorm_momentum = not_negative(renorm_momentum, self.argument("renorm_momentum"))
        self.synchronized = synchronized

    def build(self, input_shape):
        axis = normalize_axis(self.axis, len(input_shape), "BatchNormalization")
        shape = [self.require_static(input_shape, axis)]
        self.build_affine(shape)
        self.moving_mean = self.new_weight("moving_mean", shape, self.moving_mean_initializer, False)
        self.moving_variance = self.new_weight(
            "moving_variance", shape, self.moving_variance_initializer, False
        )
        if self.renorm:
            # Deviations begin as the roots of what the variances begin with.
            self.moving_stddev = self.new_weight(
                "moving_stddev", shape, self.moving_variance_initializer, False
            )
            self.renorm_mean = self.new_weight("renorm_mean", shape, self.moving_mean_initializer, False)
            self.renorm_stddev = self.new_weight(
                "renorm_stddev", shape, self.moving_variance_initializer, False
            )
            self.moving_stddev.assign(sqrt(self.moving_stddev.value))
            self.renorm_stddev.assign(sqrt(self.renorm_stddev.value))

    def call(self, x, training=None, mask=None):
        x = as_float(x)
        rank = len(x.shape)
        axis = normalize_axis(self.axis, rank, "BatchNormalization")
        self.require_size(x.shape, axis, self.moving_mean.shape[0])
        if mask is not None and len(mask.shape) != rank - 1:
            raise error(
                "ShapeError",
                "the mask must have one axis less than the input, got "
                + format_shape(mask.shape)
                + " for "
                + format_shape(x.shape),
            )
        gamma = self.gamma_value()
        beta = self.beta_value()
        if training and self.trainable:
            moments = _moments(x, [i for i in range(rank) if i != axis], mask)
            centre = moments[0]
            variance = moments[1]
            if self.renorm:
                correction = self._correction(centre, variance)
                shift = correction[1] if gamma is None else multiply(correction[1], gamma)
                gamma = correction[0] if gamma is None else multiply(correction[0], gamma)
                beta = shift if beta is None else add(shift, beta)
                self._follow_renormalised(centre, variance)
            else:
                _follow(self.moving_mean, centre, self.momentum)
                _follow(self.moving_variance, variance, self.momentum)
        else:
            centre = self.moving_mean.value
            variance = self.moving_variance.value
        return batch_normalization(x, centre, variance, axis, beta, gamma, self.epsilon)

    def _correction(self, centre, variance):
        """[r, d], what makes the numbers of the batch those of the moving averages; no gradient passes them."""
        spread = maximum(self.renorm_stddev.value, real.sqrt(self.epsilon))
        r = divide(sqrt(add(variance, self.epsilon)), spread)
        d = divide(subtract(centre, self.renorm_mean.value), spread)
        limits: Any = {} if self.renorm_clipping is None else self.renorm_clipping
        if limits.get("rmin") is not None:
            r = maximum(r, limits.get("rmin"))
        if limits.get("rmax") is not None:
            r = minimum(r, limits.get("rmax"))
        if limits.get("dmax") is not None:
            d = minimum(maximum(d, -limits.get("dmax")), limits.get("dmax"))
        return [stop_gradient(r), stop_gradient(d)]

    def _follow_renormalised(self, centre, variance):
        spread = sqrt(add(variance, self.epsilon))
        _follow(self.renorm_mean, centre, self.renorm_momentum)
        _follow(self.renorm_stddev, spread, self.renorm_momentum)
        _follow(self.moving_mean, centre, self.momentum)
        followed = _follow(self.moving_stddev, spread, self.momentum)
        self.moving_variance.assign(relu(subtract(square(followed), self.epsilon)))


def _moments(x, others, mask):
    """[mean, variance] over some axes, of the places where the mask is true."""
    if mask is None:
        centre = mean(x, others, True)
        variance = mean(square(subtract(x, centre)), others, False)
        return [mean(centre, others, False), variance]
    counts = cast(expand_dims(mask, -1), "bool")
    weights = where(counts, ones_like(x), 0.0)
    number = add(reduce_sum(weights, others, True), FEW)
    centre = divide(reduce_sum(where(counts, x, 0.0), others, True), number)
    deviation = where(counts, subtract(x, centre), 0.0)
    variance = divide(reduce_sum(square(deviation), others, True), number)
    size = [x.shape[i] for i in range(len(x.shape)) if i not in others]
    return [reshape(centre, size), reshape(variance, size)]


def _follow(average, value, momentum):
    """Move a moving average towards a value; the new average."""
    followed = add(multiply(average.value, momentum), multiply(value, 1.0 - momentum))
    average.assign(followed)
    return followed


register("BatchNormalization", BatchNormalization)
