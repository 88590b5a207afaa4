"""Dense."""

from typing import Any

from .. import activations, constraints, initializers, regularizers
from ..core.annotations import Initial
from ..core.known import register
from ..core.opset.binary import add
from ..core.opset.matmul import matmul
from ..ops.arguments import require_whole
from .layer import Layer


class Dense(Layer):
    """activation(x · kernel + bias) along the last axis: [..., features] → [..., units].

    units: the size of the result's last axis. Weights: kernel [features, units], bias [units].
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer: Initial = "glorot_uniform",
        bias_initializer: Initial = "zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.units = require_whole(units, 1, self.argument("units"))
        self.activation = activations.get(activation, self.shown_name())
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.bias: Any = None
        self.supports_masking = True

    def build(self, input_shape):
        features = self.require_static(input_shape, len(input_shape) - 1)
        self.kernel = self.new_weight(
            "kernel",
            [features, self.units],
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.new_weight(
                "bias",
                [self.units],
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def call(self, x, training=None):
        self.require_size(x.shape, len(x.shape) - 1, self.kernel.shape[0])
        y = matmul(x, self.kernel.value, False, False)
        if self.bias is not None:
            y = add(y, self.bias.value)
        return activations.activate(self.activation, y)


register("Dense", Dense)
