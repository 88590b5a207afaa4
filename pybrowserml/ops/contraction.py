"""Sums of products over named axes: the one step that einsum, tensordot and attention are made of.

An operand is a pair [tensor, labels] with one label (any text) an axis; labels of a pair are distinct.
"""

from ..core.dims import dims_equal
from ..core.dtypes import WIDTHS, is_float, promote
from ..core.lists import same_items
from ..core.opset.binary import multiply
from ..core.opset.matmul import matmul
from ..core.opset.movement import reshape, transpose
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import with_dtype
from ..core.shapes import element_count


def counted(x):
    """bool and 8-bit integers as int32, in which sums of their products are exact."""
    return with_dtype(x, "int32") if WIDTHS[x.dtype] == 8 else x


def product_dtype(tensors):
    """The dtype of sums of products, as in Keras: that in which the operands meet, but int32 where all are int8."""
    dtype = tensors[0].dtype
    for tensor in tensors:
        dtype = promote(dtype, tensor.dtype)
    return "int32" if dtype == "int8" and not _has_bool(tensors) else dtype


def _has_bool(tensors):
    for tensor in tensors:
        if tensor.dtype == "bool":
            return True
    return False


def joined(lists):
    """The entries of several lists in one."""
    found = []
    for item in lists:
        found.extend(item)
    return found


def arranged(operand, labels):
    """The tensor with its axes in the order of labels."""
    x, own = operand[0], operand[1]
    if same_items(own, labels):
        return x
    return transpose(x, [own.index(label) for label in labels])


def summed(operand, kept):
    """The operand without the axes whose labels are not kept, which are summed over."""
    axes = [i for i in range(len(operand[1])) if operand[1][i] not in kept]
    if len(axes) == 0:
        return operand
    return [reduce_sum(operand[0], axes, False), [label for label in operand[1] if label in kept]]


def contract(a, b, kept):
    """The operand of the products of two, summed over every label that is not kept.

    One batched matrix product: the labels of both that are kept are its batch, those of both that are not its inner
    axis; axes are merged by reshapes, and moved only where no way of reading the operands as stored matrices fits.
    Without an inner axis it is a product with broadcasting, without outer ones a product and a sum.
    """
    shortened = [_without_ones(a, b), _without_ones(b, a)]
    a = summed(shortened[0], joined([kept, shortened[1][1]]))
    b = summed(shortened[1], joined([kept, a[1]]))
    batch = [label for label in a[1] if label in b[1] and label in kept]
    rows = [label for label in a[1] if label not in b[1]]
    columns = [label for label in b[1] if label not in a[1]]
    inner = [label for label in a[1] if label in b[1] and label not in kept]
    outer = len(rows) + len(columns)
    if len(inner) == 0 or outer == 0 or not is_float(a[0].dtype) or not is_float(b[0].dtype):
        return _elementwise(a, b, joined([batch, rows, columns]), inner)
    swapped = _order(b, a, kept)
    straight = _order(a, b, kept)
    if swapped[0] < straight[0]:
        return _matrix_product(b, a, swapped[1])
    return _matrix_product(a, b, straight[1])


def _without_ones(operand, other):
    """Axes of size 1 that the other operand has at full length are left out: they broadcast."""
    x, labels = operand[0], operand[1]
    kept = []
    for i in range(len(labels)):
        long = False
        if labels[i] in other[1]:
            size = other[0].shape[other[1].index(labels[i])]
            long = dims_equal(x.shape[i], 1) and not dims_equal(size, 1)
        if not long:
            kept.append(i)
    if len(kept) == len(labels):
        return operand
    return [reshape(x, [x.shape[i] for i in kept]), [labels[i] for i in kept]]


def _elementwise(a, b, outer, inner):
    labels = joined([outer, inner])
    product = multiply(_spread(a, labels), _spread(b, labels))
    if len(inner) == 0:
        return [product, labels]
    return [reduce_sum(product, [len(outer) + i for i in range(len(inner))], False), outer]


def _spread(operand, labels):
    """The tensor with an axis a label, of size 1 where it has none."""
    x = arranged(operand, [label for label in labels if label in operand[1]])
    shape = []
    place = 0
    for label in labels:
        if label in operand[1]:
            shape.append(x.shape[place])
            place = place + 1
        else:
            shape.append(1)
    return reshape(x, shape)


def _order(a, b, kept):
    """[transposes needed, the groups of labels] of the product a b: the cheapest order of batch and inner labels."""
    rows = [label for label in a[1] if label not in b[1]]
    columns = [label for label in b[1] if label not in a[1]]
    best = None
    for batch_of in [a[1], b[1]]:
        batch = [label for label in batch_of if label in a[1] and label in b[1] and label in kept]
        for inner_of in [a[1], b[1]]:
            inner = [label for label in inner_of if label in a[1] and label in b[1] and label not in kept]
            groups = [batch, rows, columns, inner]
            cost = 0
            if not same_items(a[1], _stored_order(a[1], batch, rows, inner)):
                cost = cost + 1
            if not same_items(b[1], _stored_order(b[1], batch, columns, inner)):
                cost = cost + 1
            result = joined([batch, rows, columns])
            if not same_items(result, [label for label in kept if label in result]):
                cost = cost + 1
            if best is None or cost < best[0]:
                best = [cost, groups]
    return best


def _stored_order(labels, batch, outer, inner):
    """The order in which an operand is stored: batch, then outer and inner such that its last axis stays last."""
    if len(inner) == 0 or labels[len(labels) - 1] in inner:
        return joined([batch, outer, inner])
    return joined([batch, inner, outer])


def _matrix_product(a, b, groups):
    """a [batch, rows, inner] times b [batch, inner, columns], either stored the other way round."""
    batch, rows, columns, inner = groups[0], groups[1], groups[2], groups[3]
    order_a = _stored_order(a[1], batch, rows, inner)
    order_b = _stored_order(b[1], batch, columns, inner)
    x = arranged(a, order_a)
    y = arranged(b, order_b)
    count = len(batch)
    transpose_a = len(rows) > 0 and order_a[count] == inner[0]
    transpose_b = not (len(columns) > 0 and order_b[count] == inner[0])
    sizes = [a[0].shape[a[1].index(label)] for label in batch]
    height = [a[0].shape[a[1].index(label)] for label in rows]
    width = [b[0].shape[b[1].index(label)] for label in columns]
    depth = element_count([a[0].shape[a[1].index(label)] for label in inner])
    lead = [element_count(sizes)] if count > 0 else []
    m = element_count(height)
    n = element_count(width)
    x = reshape(x, joined([lead, [depth, m] if transpose_a else [m, depth]]))
    y = reshape(y, joined([lead, [n, depth] if transpose_b else [depth, n]]))
    product = matmul(x, y, transpose_a, transpose_b)
    return [reshape(product, joined([sizes, height, width])), joined([batch, rows, columns])]
