"""Matrix products over the last two axes; leading axes broadcast."""

from ...platform.errors import error
from ..dims import dims_equal
from ..shapes import broadcast_shapes, copy_shape, format_shape
from .binary import unbroadcast
from .registry import computed_pair, record, register, require_dtypes, with_dtype
from .rules import COMPUTED, require_one_dtype


def matmul(a, b, transpose_a=False, transpose_b=False):
    """a [..., M, K] times b [..., K, N] → [..., M, N].

    Either operand may be stored transposed. A vector (rank 1) is taken as a row on the left, a column on the right,
    and its axis is left out of the result, as in NumPy.
    """
    operands = computed_pair(a, b, "matmul")
    return with_dtype(_product(operands[0], operands[1], transpose_a, transpose_b), operands[2])


def _product(a, b, transpose_a, transpose_b):
    if len(a.shape) == 0 or len(b.shape) == 0:
        raise error("ShapeError", "matmul: operands must have rank >= 1, got a scalar")
    if len(a.shape) > 1 and len(b.shape) > 1:
        return _record_matmul(a, b, transpose_a, transpose_b)
    left = a if len(a.shape) > 1 else record("reshape", [a], {"shape": [1, a.shape[0]]})[0]
    right = b if len(b.shape) > 1 else record("reshape", [b], {"shape": [b.shape[0], 1]})[0]
    product = _record_matmul(left, right, transpose_a and len(a.shape) > 1, transpose_b and len(b.shape) > 1)
    shape = copy_shape(product.shape[0 : len(product.shape) - 2])
    if len(a.shape) > 1:
        shape.append(product.shape[len(product.shape) - 2])
    if len(b.shape) > 1:
        shape.append(product.shape[len(product.shape) - 1])
    return record("reshape", [product], {"shape": shape})[0]


def _record_matmul(a, b, transpose_a, transpose_b):
    return record("matmul", [a, b], {"transpose_a": transpose_a, "transpose_b": transpose_b})[0]


def _matmul_rule(shapes, dtypes, attrs):
    require_dtypes("matmul", dtypes, COMPUTED)
    require_one_dtype("matmul", dtypes[0], dtypes[1])
    a, b = shapes[0], shapes[1]
    rows, inner_a = a[len(a) - 2], a[len(a) - 1]
    inner_b, columns = b[len(b) - 2], b[len(b) - 1]
    if attrs["transpose_a"]:
        rows, inner_a = inner_a, rows
    if attrs["transpose_b"]:
        inner_b, columns = columns, inner_b
    if not dims_equal(inner_a, inner_b):
        raise error(
            "ShapeError",
            "matmul: the inner dimensions of " + format_shape(a) + " and " + format_shape(b) + " differ",
        )
    shape = broadcast_shapes(a[0 : len(a) - 2], b[0 : len(b) - 2], "matmul: leading axes")
    shape.append(rows)
    shape.append(columns)
    return [[shape, dtypes[0]]]


def _matmul_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    dy = cotangents[0]
    ta, tb = node.attrs["transpose_a"], node.attrs["transpose_b"]
    da = _record_matmul(b, dy, tb, True) if ta else _record_matmul(dy, b, False, not tb)
    db = _record_matmul(dy, a, True, ta) if tb else _record_matmul(a, dy, not ta, False)
    return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)]


register("matmul", _matmul_rule, _matmul_grad)
