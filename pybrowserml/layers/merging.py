"""Layers of several inputs: Add, Concatenate and their like."""

from ..core.config import register_all
from ..core.opset.binary import add, divide, maximum, minimum, multiply, subtract
from ..core.opset.movement import concatenate, reshape
from ..core.opset.registry import to_tensor
from ..ops.arguments import shown
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .layer import Layer


class Merge(Layer):
    """Base of the elementwise merges: `pair(a, b)` combines two tensors; inputs broadcast.

    An input of lower rank gets axes of size 1 after its batch axis.
    """

    def __init__(self, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)

    def pair(self, a, b):
        raise error("ArgumentError", "a merge needs a method pair(a, b)")

    def call(self, x, training):
        parts = several(x)
        rank = 0
        for part in parts:
            rank = len(part.shape) if len(part.shape) > rank else rank
        result = None
        for part in parts:
            wide = _with_rank(part, rank)
            result = wide if result is None else self.pair(result, wide)
        return result


def several(x):
    """The inputs of a merge; raises ArgumentError when they are not a list of at least one tensor."""
    if not is_list(x) or len(x) == 0:
        raise error("ArgumentError", "expected a list of tensors")
    return [to_tensor(part) for part in x]


def _with_rank(x, rank):
    if len(x.shape) == rank or len(x.shape) == 0:
        return x
    shape = [x.shape[0]]
    shape.extend([1 for i in range(rank - len(x.shape))])
    shape.extend(x.shape[1 : len(x.shape)])
    return reshape(x, shape)


class Add(Merge):
    """The sum of the inputs."""

    def pair(self, a, b):
        return add(a, b)


class Multiply(Merge):
    """The product of the inputs."""

    def pair(self, a, b):
        return multiply(a, b)


class Maximum(Merge):
    """The largest of the inputs, elementwise."""

    def pair(self, a, b):
        return maximum(a, b)


class Minimum(Merge):
    """The smallest of the inputs, elementwise."""

    def pair(self, a, b):
        return minimum(a, b)


class Average(Merge):
    """The mean of the inputs."""

    def pair(self, a, b):
        return add(a, b)

    def call(self, x, training):
        return divide(super().call(x, training), len(x) * 1.0)


class Subtract(Merge):
    """The first of two inputs minus the second."""

    def pair(self, a, b):
        return subtract(a, b)

    def call(self, x, training):
        if len(several(x)) != 2:
            raise error("ArgumentError", "expected exactly 2 inputs, got " + str(len(x)))
        return super().call(x, training)


class Concatenate(Layer):
    """The inputs joined along an axis; all other sizes agree."""

    def __init__(self, axis=-1, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        if not is_whole(axis):
            raise error("ArgumentError", self.argument("axis") + " must be an integer, got " + shown(axis))
        self.axis = axis

    def call(self, x, training):
        return concatenate(several(x), self.axis)


register_all(
    {
        "add": Add,
        "multiply": Multiply,
        "maximum": Maximum,
        "minimum": Minimum,
        "average": Average,
        "subtract": Subtract,
        "concatenate": Concatenate,
    },
    "layer",
)
