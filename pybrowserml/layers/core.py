"""Dense, Embedding, Activation, Dropout."""

from .. import activations, constraints, initializers, regularizers
from ..core.config import register
from ..core.context import current_path, next_call, training_step
from ..core.opset.elementwise import add, cast
from ..core.opset.gathering import gather
from ..core.opset.matmul import matmul
from ..core.rng import fold_in, next_key
from ..ops.arguments import require_whole, shown
from ..ops.random import dropout_with_key
from ..platform.errors import error
from ..platform.numbers import is_number
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
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.units = require_whole(units, 1, "units")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.kernel = None
        self.bias = None

    def build(self, input_shape):
        features = self.require_static(input_shape, len(input_shape) - 1)
        self.kernel = self.add_weight(
            "kernel",
            [features, self.units],
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.units],
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def call(self, x, training):
        self.require_size(x.shape, len(x.shape) - 1, self.kernel.shape[0])
        y = matmul(x, self.kernel.value(), False, False)
        if self.use_bias:
            y = add(y, self.bias.value())
        return activations.activate(self.activation, y)


class Embedding(Layer):
    """Vectors of integers: int [...] in 0 .. input_dim - 1 → [..., output_dim]. Weight: embeddings."""

    def __init__(
        self,
        input_dim,
        output_dim,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        if mask_zero:
            raise error("ArgumentError", "Embedding: mask_zero=True is not supported")
        self.input_dim = require_whole(input_dim, 1, "input_dim")
        self.output_dim = require_whole(output_dim, 1, "output_dim")
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.embeddings = None

    def build(self, input_shape):
        self.embeddings = self.add_weight(
            "embeddings",
            [self.input_dim, self.output_dim],
            self.embeddings_initializer,
            True,
            self.dtype,
            self.embeddings_regularizer,
            self.embeddings_constraint,
        )

    def call(self, x, training):
        return gather(self.embeddings.value(), cast(x, "int32"), 0)


class Activation(Layer):
    """An activation function as a layer. activation: a name such as "relu", or a function of a tensor."""

    def __init__(self, activation, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.activation = activations.get(activation)

    def call(self, x, training):
        return activations.activate(self.activation, x)


class Dropout(Layer):
    """In training, sets a share `rate` of the elements to 0 and divides the others by 1 - rate; else does nothing.

    noise_shape: the shape of the mask, None entries as in the input. seed: an integer; None uses the global seed.
    Source: Srivastava et al. 2014.
    """

    def __init__(self, rate, noise_shape=None, seed=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        if not is_number(rate) or rate < 0 or rate > 1:
            raise error("ArgumentError", "Dropout: rate must be in [0, 1], got " + shown(rate))
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed
        self.key = None

    def build(self, input_shape):
        self.key = next_key(self.seed)

    def call(self, x, training):
        if not training or self.rate == 0:
            return x
        key = fold_in(self.key, next_call(current_path()))
        return dropout_with_key(x, self.rate, self.noise_shape, key, training_step())


register("Dense", Dense)
register("Embedding", Embedding)
register("Activation", Activation)
register("Dropout", Dropout)
