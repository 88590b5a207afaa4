"""Dropout."""

from ..core.config import register
from ..core.context import current_path, next_call, training_step
from ..core.rng import fold_in, next_key
from ..ops.arguments import shown
from ..ops.random import dropout_with_key
from ..platform.errors import error
from ..platform.numbers import is_number
from .layer import Layer


class Dropout(Layer):
    """In training, sets a share `rate` of the elements to 0 and divides the others by 1 - rate.

    noise_shape: the shape of the mask, None entries as in the input. seed: an integer; None uses the global
    seed. Source: Srivastava et al. 2014.
    """

    def __init__(self, rate, noise_shape=None, seed=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        if not is_number(rate) or rate < 0 or rate > 1:
            raise error("ArgumentError", self.argument("rate") + " must be in [0, 1], got " + shown(rate))
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def build(self, input_shape):
        self.random_key = next_key(self.seed)

    def call(self, x, training):
        if not training or self.rate == 0:
            return x
        key = fold_in(self.random_key, next_call(current_path()))
        return dropout_with_key(x, self.rate, self.noise_shape, key, training_step())


register("Dropout", Dropout)
