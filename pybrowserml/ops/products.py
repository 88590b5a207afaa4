"""Products of vectors, matrices and tensors, under Keras's names."""

from typing import Any

from ..core.dims import dim_mul, dims_equal, is_symbolic
from ..core.dtypes import is_float
from ..core.opset.binary import multiply, subtract
from ..core.opset.convolution import conv2d
from ..core.opset.matmul import matmul as matmul_primitive
from ..core.opset.movement import flip, reshape
from ..core.opset.registry import float_pair, pair, to_tensor, with_dtype
from ..core.shapes import broadcast_shapes, format_shape, normalize_axis
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .arguments import require_choice, shown
from .contraction import contract, counted, joined, product_dtype
from .joining import stack, unstack
from .movement import moveaxis, swapaxes


def matmul(x1, x2, transpose_a=False, transpose_b=False):
    """Matrix products of the last two axes, [..., M, K] times [..., K, N]; leading axes broadcast.

    A vector counts as a row on the left and as a column on the right, and its axis is left out of the result.
    transpose_a, transpose_b: the matrices are stored transposed. Sums of integers are exact; they wrap where they do
    not fit into the dtype in which the operands meet (int32 of int8).
    """
    x1 = to_tensor(x1, None, "matmul", "x1")
    x2 = to_tensor(x2, None, "matmul", "x2")
    if is_float(x1.dtype) or is_float(x2.dtype) or len(x1.shape) == 0 or len(x2.shape) == 0:
        return matmul_primitive(x1, x2, transpose_a, transpose_b)
    left = swapaxes(x1, -1, -2) if transpose_a and len(x1.shape) > 1 else x1
    right = swapaxes(x2, -1, -2) if transpose_b and len(x2.shape) > 1 else x2
    return with_dtype(_integer_product(counted(left), counted(right)), product_dtype([x1, x2]))


def _integer_product(a, b):
    """matmul of int32 tensors by products and a sum, which are exact."""
    lead = broadcast_shapes(
        a.shape[0 : max(len(a.shape) - 2, 0)], b.shape[0 : max(len(b.shape) - 2, 0)], "matmul"
    )
    names = ["." + str(len(lead) - 1 - i) for i in range(len(lead))]
    rows = ["m"] if len(a.shape) > 1 else []
    columns = ["n"] if len(b.shape) > 1 else []
    labels_a = joined([names[len(names) - max(len(a.shape) - 2, 0) : len(names)], rows, ["k"]])
    labels_b = joined([names[len(names) - max(len(b.shape) - 2, 0) : len(names)], ["k"], columns])
    depth_a = a.shape[len(a.shape) - 1]
    depth_b = b.shape[len(b.shape) - 2 if len(b.shape) > 1 else 0]
    if not dims_equal(depth_a, depth_b):
        raise error(
            "ShapeError",
            "matmul: the inner dimensions of "
            + format_shape(a.shape)
            + " and "
            + format_shape(b.shape)
            + " differ",
        )
    result = joined([names, rows, columns])
    found = contract([a, labels_a], [b, labels_b], result)
    order = [found[1].index(label) for label in result]
    return moveaxis(found[0], order, [i for i in range(len(order))])


def _given(x1, x2):
    """[x1, x2, dtype]: two operands of one dtype in which sums of their products are exact, and that of the result."""
    x1 = to_tensor(x1)
    x2 = to_tensor(x2)
    tensors = pair(x1, x2)
    return [counted(tensors[0]), counted(tensors[1]), product_dtype([x1, x2])]


def tensordot(x1, x2, axes: Any = 2):
    """Sums of products over pairs of axes; the result has the other axes of x1, then those of x2.

    axes: a number n, for the last n axes of x1 and the first n of x2; or [axes of x1, axes of x2].
    """
    tensors = _given(x1, x2)
    a = tensors[0]
    b = tensors[1]
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise error("ArgumentError", "tensordot: axes must be a number or two lists, got " + shown(axes))
        first = axes[0] if is_list(axes[0]) else [axes[0]]
        second = axes[1] if is_list(axes[1]) else [axes[1]]
    else:
        if not is_whole(axes) or axes < 0 or axes > len(a.shape) or axes > len(b.shape):
            raise error(
                "ArgumentError",
                "tensordot: axes must be a number of axes of both or two lists, got " + shown(axes),
            )
        first = [len(a.shape) - axes + i for i in range(axes)]
        second = [i for i in range(axes)]
    first = [normalize_axis(axis, len(a.shape), "tensordot") for axis in first]
    second = [normalize_axis(axis, len(b.shape), "tensordot") for axis in second]
    return with_dtype(_paired(a, b, first, second, "tensordot"), tensors[2])


def _paired(a, b, first, second, op):
    """The contraction of axes `first` of a with axes `second` of b, in pairs."""
    fits = len(first) == len(second)
    for i in range(len(first)):
        fits = fits and dims_equal(a.shape[first[i]], b.shape[second[i]])
    if not fits:
        raise error(
            "ShapeError",
            op
            + ": axes "
            + shown(first)
            + " of "
            + format_shape(a.shape)
            + " and "
            + shown(second)
            + " of "
            + format_shape(b.shape)
            + " do not agree",
        )
    labels_a = ["a" + str(i) for i in range(len(a.shape))]
    labels_b = ["b" + str(i) for i in range(len(b.shape))]
    for i in range(len(first)):
        labels_b[second[i]] = labels_a[first[i]]
    result = [labels_a[i] for i in range(len(labels_a)) if i not in first]
    result.extend([labels_b[i] for i in range(len(labels_b)) if i not in second])
    found = contract([a, labels_a], [b, labels_b], result)
    order = [found[1].index(label) for label in result]
    return moveaxis(found[0], order, [i for i in range(len(order))])


def dot(x1, x2):
    """Sums of products over the last axis of x1 and the last but one of x2 (of a vector, its only one).

    A scalar multiplies. The result has the other axes of x1, then those of x2.
    """
    tensors = _given(x1, x2)
    a = tensors[0]
    b = tensors[1]
    if len(a.shape) == 0 or len(b.shape) == 0:
        return with_dtype(multiply(a, b), tensors[2])
    place = len(b.shape) - 2 if len(b.shape) > 1 else 0
    return with_dtype(_paired(a, b, [len(a.shape) - 1], [place], "dot"), tensors[2])


def inner(x1, x2):
    """Sums of products over the last axes of both; a scalar multiplies."""
    tensors = _given(x1, x2)
    a = tensors[0]
    b = tensors[1]
    if len(a.shape) == 0 or len(b.shape) == 0:
        return with_dtype(multiply(a, b), tensors[2])
    return with_dtype(_paired(a, b, [len(a.shape) - 1], [len(b.shape) - 1], "inner"), tensors[2])


def vdot(x1, x2):
    """The sum of the products of all elements of two tensors of one size."""
    tensors = _given(x1, x2)
    found = _paired(reshape(tensors[0], [-1]), reshape(tensors[1], [-1]), [0], [0], "vdot")
    return with_dtype(found, tensors[2])


def outer(x1, x2):
    """The product of every element of x1 with every one of x2: [size of x1, size of x2]."""
    return multiply(
        reshape(to_tensor(x1, None, "outer", "x1"), [-1, 1]),
        reshape(to_tensor(x2, None, "outer", "x2"), [1, -1]),
    )


def kron(x1, x2):
    """Kronecker product: every element of x1 times all of x2, as blocks."""
    tensors = _given(x1, x2)
    a = tensors[0]
    b = tensors[1]
    rank = max(len(a.shape), len(b.shape))
    wide_a = []
    wide_b = []
    for i in range(rank):
        place = i - rank + len(a.shape)
        wide_a.extend([a.shape[place] if place >= 0 else 1, 1])
        place = i - rank + len(b.shape)
        wide_b.extend([1, b.shape[place] if place >= 0 else 1])
    product = multiply(reshape(a, wide_a), reshape(b, wide_b))
    shape = []
    for i in range(rank):
        shape.append(dim_mul(product.shape[2 * i], product.shape[2 * i + 1]))
    return with_dtype(reshape(product, shape), tensors[2])


def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Cross products of vectors of 3 (or 2) along an axis; other axes broadcast.

    axisa, axisb: where the vectors lie in x1 and x2; axisc: where in the result; axis: all three. Of two vectors of 2
    it is the third component alone, without an axis for it.
    """
    tensors = _given(x1, x2)
    a = _components(tensors[0], axisa if axis is None else axis, "x1")
    b = _components(tensors[1], axisb if axis is None else axis, "x2")
    third = subtract(multiply(a[0], b[1]), multiply(a[1], b[0]))
    if len(a) == 2 and len(b) == 2:
        return with_dtype(third, tensors[2])
    if len(a) == 3 and len(b) == 3:
        first = subtract(multiply(a[1], b[2]), multiply(a[2], b[1]))
        second = subtract(multiply(a[2], b[0]), multiply(a[0], b[2]))
    elif len(a) == 3:
        first = multiply(-1, multiply(a[2], b[1]))
        second = multiply(a[2], b[0])
    else:
        first = multiply(a[1], b[2])
        second = multiply(-1, multiply(a[0], b[2]))
    return with_dtype(stack([first, second, third], axisc if axis is None else axis), tensors[2])


def _components(x, axis, argument):
    """The slices of a vector axis of 2 or 3."""
    place = normalize_axis(axis, len(x.shape), "cross")
    size = x.shape[place]
    if is_symbolic(size) or (size != 2 and size != 3):
        raise error(
            "ShapeError",
            "cross: " + argument + " must have 2 or 3 along its axis, got " + format_shape(x.shape),
        )
    return unstack(x, size, place)


def correlate(x1, x2, mode="valid"):
    """Sliding sums of products of two vectors, float32 of integers: result k is the sum over n of x1[n + k] x2[n].

    mode: "valid" (full overlaps), "same" (as many as the longer has), "full" (every overlap).
    """
    return _slid(x1, x2, mode, "correlate")


def convolve(x1, x2, mode="full"):
    """As `correlate` with the shorter vector reversed: result k is the sum over n of x1[n] x2[k - n]."""
    operands = float_pair(x1, x2, "convolve")
    a = _vector(operands[0], "convolve")
    b = _vector(operands[1], "convolve")
    if a.shape[0] < b.shape[0]:
        return _slid(b, flip(a, 0), mode, "convolve")
    return _slid(a, flip(b, 0), mode, "convolve")


def _vector(x, op):
    if len(x.shape) != 1 or is_symbolic(x.shape[0]) or x.shape[0] == 0:
        raise error(
            "ShapeError",
            op + ": needs vectors of known size with at least one element, got " + format_shape(x.shape),
        )
    return x


def _slid(x1, x2, mode, op):
    require_choice(mode, ["valid", "same", "full"], op + ": mode")
    operands = float_pair(x1, x2, op)
    a = _vector(operands[0], op)
    b = _vector(operands[1], op)
    if a.shape[0] < b.shape[0]:
        return flip(_slid(b, a, mode, op), 0)
    width = b.shape[0]
    before = 0
    after = 0
    if mode == "full":
        before = width - 1
        after = width - 1
    elif mode == "same":
        before = width // 2
        after = width - 1 - before
    image = reshape(a, [1, 1, a.shape[0], 1])
    found = conv2d(image, reshape(b, [1, width, 1, 1]), [1, 1], [[0, 0], [before, after]], [1, 1], 1)
    return reshape(found, [-1])
