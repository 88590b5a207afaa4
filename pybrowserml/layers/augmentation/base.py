"""What random layers of images share: their stream of random numbers, ranges, layout."""

from typing import Any

from ...core.opset.binary import add, less, maximum, minimum, multiply, where
from ...core.opset.movement import reshape, transpose
from ...core.opset.registry import as_float
from ...ops.arguments import shown
from ...platform.errors import error
from ...platform.numbers import is_list, is_number
from ..random_layer import RandomLayer

PLANES = [0, 3, 1, 2]
PIXELS = [0, 2, 3, 1]


class ImageLayer(RandomLayer):
    """The base of layers that change images at random in training, and hand them on as they are else.

    A subclass writes changed(x, stream, count): x float [count, height, width, channels] → the same, where `stream`
    gives its random numbers; each image is changed by itself. One image [height, width, channels] is taken as well.
    """

    def __init__(self, trainable, name, dtype):
        super().__init__(None, name, trainable, dtype)
        self.supports_masking = False

    def take_common_arguments(self, value_range=None, seed=None, data_format=None):
        """Keep the arguments that most of these layers have; value_range None is [0, 255]."""
        if value_range is not None and (not is_list(value_range) or len(value_range) != 2):
            raise error(
                "ArgumentError",
                self.argument("value_range") + " must be [low, high], got " + shown(value_range),
            )
        if data_format not in [None, "channels_last", "channels_first"]:
            raise error(
                "ArgumentError",
                self.argument("data_format")
                + " must be channels_last or channels_first, got "
                + shown(data_format),
            )
        self.value_range: Any = [0, 255] if value_range is None else value_range
        self.seed: Any = seed
        self.data_format = "channels_last" if data_format is None else data_format

    def call(self, x, training=None):
        x = as_float(x)
        return self.with_layout(x, self.changed_at_random) if training else self.unchanged(x)

    def default_training(self):
        """Called alone, for data, they change images, as in Keras."""
        return True

    def unchanged(self, x):
        """What comes out when nothing is trained."""
        return x

    def changed_at_random(self, x):
        """The images of a batch changed by the layer's own random numbers."""
        return self.changed(x, self.next_stream(), x.shape[0])

    def changed(self, x, stream, count):
        """The images changed; see the class."""
        raise error("ArgumentError", "needs a method changed(x, stream, count)")

    def with_layout(self, x, function):
        """function(batch of images with channels last), in the layout and rank of x."""
        rank = len(x.shape)
        if rank != 3 and rank != 4:
            raise error("ShapeError", "expected images of rank 3 or 4, got rank " + str(rank))
        batch = x
        if rank == 3:
            shape = [1]
            shape.extend(x.shape)
            batch = reshape(x, shape)
        planes = self.data_format == "channels_first"
        result = function(transpose(batch, PIXELS) if planes else batch)
        if planes:
            result = transpose(result, PLANES)
        return reshape(result, result.shape[1:4]) if rank == 3 else result

    def limited(self, x):
        """x within value_range."""
        return maximum(minimum(x, self.value_range[1] * 1.0), self.value_range[0] * 1.0)

    def scaled(self, x, low, high, to_low, to_high):
        """x with the range [low, high] moved to [to_low, to_high]."""
        scale = (to_high - to_low) / (high - low)
        return add(multiply(x, scale), to_low - low * scale)

    def factor_pair(self, factor, argument_name, low, high, negative=False):
        """[lowest, highest] of a factor: of a number f [0, f], with negative [-f, f]; of two these in order."""
        if is_number(factor):
            pair = [-abs(factor) if negative else 0.0, abs(factor)]
        elif is_list(factor) and len(factor) == 2 and is_number(factor[0]) and is_number(factor[1]):
            pair = [min(factor[0], factor[1]), max(factor[0], factor[1])]
        else:
            raise error(
                "ArgumentError",
                self.argument(argument_name) + " must be a number or two, got " + shown(factor),
            )
        if pair[0] < low or pair[1] > high:
            raise error(
                "ArgumentError",
                self.argument(argument_name)
                + " must lie between "
                + shown(low)
                + " and "
                + shown(high)
                + ", got "
                + shown(factor),
            )
        return pair


def drawn(stream, part, count, pair):
    """float32 [count, 1, 1, 1]: a uniform number of [lowest, highest) for each image."""
    numbers = stream.part(part).uniform([count, 1, 1, 1])
    return add(multiply(numbers, (pair[1] - pair[0]) * 1.0), pair[0] * 1.0)


def chance(stream, part, count, pair):
    """bool [count, 1, 1, 1]: true with a probability that is itself drawn from [lowest, highest)."""
    return less(stream.part(part).uniform([count, 1, 1, 1]), drawn(stream, part + 1000, count, pair))


def applied(condition, changed, x):
    """The changed images where the condition [count, 1, 1, 1] is true."""
    return where(condition, changed, x)
