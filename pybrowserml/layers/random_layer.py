"""The base of layers that draw random numbers."""

from ..core.context import current_path, next_call, training_step
from ..core.rng import fold_in, next_key
from ..ops.arguments import shown
from ..ops.streams import Stream
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, is_whole
from ..platform.reflection import overrides
from .layer import Layer


class RandomLayer(Layer):
    """A layer with a key of random numbers, made when it is built: of its `seed`, or of the global one.

    What it draws depends on the key, on how often it was called before in this step, and on the step.
    """

    def __init__(self, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.seed = seed
        self._makes_weights = overrides(self, "build", RandomLayer)
        self.supports_masking = True

    def build(self, input_shape):
        self._random_key = next_key(self.seed)

    def next_stream(self):
        """The stream of this call."""
        return Stream(fold_in(self._random_key, next_call(current_path())), training_step())

    def share_of(self, value, argument, below_one):
        """A number from 0 to 1 (without 1, if below_one)."""
        right = is_number(value) and value >= 0 and value <= 1
        if not right or (below_one and value == 1):
            range_text = "[0, 1)" if below_one else "[0, 1]"
            raise error(
                "ArgumentError",
                self.argument(argument) + " must be in " + range_text + ", got " + shown(value),
            )
        return value

    def checked_noise_shape(self, noise_shape):
        """A list of sizes and None, or None; raises ArgumentError for anything else."""
        if noise_shape is None:
            return None
        right = is_list(noise_shape) and all(
            [size is None or (is_whole(size) and size > 0) for size in noise_shape]
        )
        if not right:
            raise error(
                "ArgumentError",
                self.argument("noise_shape")
                + " must be a list of positive integers and None, got "
                + shown(noise_shape),
            )
        return noise_shape
