"""Layers of several inputs: Add, Concatenate and their like, and functions that apply them."""

from typing import Any

from ..core.dims import dim_mul, dims_equal
from ..core.known import register_all
from ..core.opset import binary
from ..core.opset.binary import divide, logical_or, where
from ..core.opset.movement import broadcast_to, reshape, transpose
from ..core.opset.registry import scalar, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import format_shape
from ..ops import reduction
from ..ops.arguments import shown
from ..ops.joining import concatenate
from ..ops.movement import expand_dims
from ..ops.products import matmul
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .layer import Layer


class Merge(Layer):
    """Base of the elementwise merges: `pair(a, b)` combines two tensors; inputs broadcast.

    An input of lower rank gets axes of size 1 after its batch axis.
    """

    def __init__(self, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.supports_masking = True

    def compute_mask(self, inputs, mask: Any = None):
        """Where any input counts; None where an input has no mask."""
        if mask is None:
            return None
        require_masks(inputs, mask)
        joined = None
        for part in mask:
            if part is None:
                return None
            joined = to_tensor(part) if joined is None else logical_or(joined, to_tensor(part))
        return joined

    def pair(self, a, b):
        raise error("ArgumentError", "a merge needs a method pair(a, b)")

    def call(self, x, training=None, mask: Any = None):
        parts = with_one_rank(several(x))
        result = None
        for part in parts:
            result = part if result is None else self.pair(result, part)
        return result


class Masked(Merge):
    """Base of the merges in which an element that a mask leaves out does not count: the others alone do."""

    def call(self, x, training=None, mask: Any = None):
        parts = with_one_rank(several(x))
        result = None
        counts = None
        for i in range(len(parts)):
            part = parts[i]
            flags = None
            if is_list(mask) and mask[i] is not None:
                flags = expand_dims(cast(to_tensor(mask[i]), "bool"), -1)
                flags = with_one_rank([flags, part])[0]
            if result is None:
                result = part
                counts = flags
                continue
            merged = self.pair(result, part)
            if counts is not None:
                merged = where(counts, merged, part)
            if flags is not None:
                merged = where(flags, merged, result)
            counts = None if flags is None or counts is None else logical_or(flags, counts)
            result = merged
        return self.left_out(result, counts)

    def left_out(self, result, counts):
        """The result where `counts`, a mask or None, says that no input counts."""
        return result


def require_masks(inputs, mask):
    """Raise ArgumentError unless inputs and masks are lists of one length."""
    if not is_list(mask):
        raise error("ArgumentError", "mask must be a list, with one entry per input")
    if not is_list(inputs):
        raise error("ArgumentError", "inputs must be a list of tensors")
    if len(mask) != len(inputs):
        raise error(
            "ArgumentError",
            "inputs and mask must have the same length, got " + str(len(inputs)) + " and " + str(len(mask)),
        )
    return None


def with_one_rank(parts):
    """The tensors, those of lower rank with axes of size 1 after the batch axis."""
    rank = 0
    for part in parts:
        rank = len(part.shape) if len(part.shape) > rank else rank
    return [_with_rank(part, rank) for part in parts]


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
        return binary.add(a, b)


class Multiply(Masked):
    """The product of the inputs."""

    def pair(self, a, b):
        return binary.multiply(a, b)

    def left_out(self, result, counts):
        return result if counts is None else where(counts, result, scalar(0, result.dtype))


class Maximum(Masked):
    """The largest of the inputs, elementwise."""

    def pair(self, a, b):
        return binary.maximum(a, b)


class Minimum(Masked):
    """The smallest of the inputs, elementwise."""

    def pair(self, a, b):
        return binary.minimum(a, b)


class Average(Merge):
    """The mean of the inputs."""

    def pair(self, a, b):
        return binary.add(a, b)

    def call(self, x, training=None, mask: Any = None):
        return divide(super().call(x, training), len(x) * 1.0)


class Subtract(Merge):
    """The first of two inputs minus the second."""

    def pair(self, a, b):
        return binary.subtract(a, b)

    def call(self, x, training=None, mask: Any = None):
        if len(several(x)) != 2:
            raise error("ArgumentError", "expected exactly 2 inputs, got " + str(len(x)))
        return super().call(x, training)


class Concatenate(Layer):
    """The inputs joined along an axis; all other sizes agree."""

    def __init__(self, axis=-1, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        if not is_whole(axis):
            raise error("ArgumentError", self.argument("axis") + " must be an integer, got " + shown(axis))
        self.axis = axis
        self.supports_masking = True

    def compute_mask(self, inputs, mask: Any = None):
        """The masks joined likewise; an input without one counts everywhere. None where no input has one."""
        if mask is None:
            return None
        require_masks(inputs, mask)
        if all([part is None for part in mask]):
            return None
        parts = []
        for i in range(len(inputs)):
            shape = to_tensor(inputs[i]).shape
            if mask[i] is None:
                parts.append(broadcast_to(scalar(True, "bool"), shape))
                continue
            flags = cast(to_tensor(mask[i]), "bool")
            if len(flags.shape) < len(shape):
                parts.append(broadcast_to(expand_dims(flags, -1), shape))
            else:
                parts.append(flags)
        return reduction.any(concatenate(parts, self.axis), -1)

    def call(self, x, training=None):
        return concatenate(several(x), self.axis)


class Dot(Layer):
    """The products of two tensors, sample by sample, summed over an axis of each.

    axes: an axis, or one of each input; never the batch's. normalize: divide by the Euclidean norms along it first,
    which gives cosines. Of [batch, a..., n, b...] and [batch, c..., n, d...] comes [batch, a..., b..., c..., d...]; of
    two vectors [batch, 1].
    """

    def __init__(self, axes: Any = -1, normalize=False, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        given: Any = axes
        is_pair = is_list(given) and len(given) == 2 and is_whole(given[0]) and is_whole(given[1])
        if not is_whole(axes) and not is_pair:
            raise error(
                "ArgumentError",
                self.argument("axes") + " must be an integer or two of them, got " + shown(axes),
            )
        self.axes: Any = axes
        self.normalize = normalize
        self.supports_masking = True

    def compute_mask(self, inputs, mask: Any = None):
        return None

    def call(self, x, training=None):
        parts = several(x)
        if len(parts) != 2:
            raise error("ArgumentError", "expected exactly 2 inputs, got " + str(len(parts)))
        places = []
        for i in range(2):
            rank = len(parts[i].shape)
            axis = self.axes if is_whole(self.axes) else self.axes[i]
            place = axis + rank if axis < 0 else axis
            if place < 1 or place >= rank:
                raise error(
                    "ShapeError",
                    "axis "
                    + str(axis)
                    + " must be one after the batch axis, got an input of shape "
                    + format_shape(parts[i].shape),
                )
            places.append(place)
            if self.normalize:
                parts[i] = reduction.normalize(parts[i], place)
        a, b = parts[0], parts[1]
        if not dims_equal(a.shape[places[0]], b.shape[places[1]]):
            raise error(
                "ShapeError",
                "the axes to sum over have different sizes in "
                + format_shape(a.shape)
                + " and "
                + format_shape(b.shape),
            )
        kept = _others(a.shape, places[0])
        more = _others(b.shape, places[1])
        # Matrices of each sample: [rest of a, n] times [n, rest of b].
        left = _as_matrix(a, places[0], False)
        right = _as_matrix(b, places[1], True)
        shape = [a.shape[0]]
        shape.extend(kept)
        shape.extend(more)
        if len(shape) == 1:
            shape.append(1)
        return reshape(matmul(left, right, False, False), shape)


def _others(shape, axis):
    return [shape[i] for i in range(1, len(shape)) if i != axis]


def _as_matrix(x, axis, first):
    """[batch, rest, n], or [batch, n, rest] where the summed axis comes first."""
    order = [0]
    if first:
        order.append(axis)
    rest = 1
    for i in range(1, len(x.shape)):
        if i != axis:
            order.append(i)
            rest = dim_mul(rest, x.shape[i])
    if not first:
        order.append(axis)
    size = x.shape[axis]
    shape = [x.shape[0], size, rest] if first else [x.shape[0], rest, size]
    return reshape(transpose(x, order), shape)


register_all(
    {
        "add": Add,
        "multiply": Multiply,
        "maximum": Maximum,
        "minimum": Minimum,
        "average": Average,
        "subtract": Subtract,
        "concatenate": Concatenate,
        "dot": Dot,
    },
    "layer",
)
