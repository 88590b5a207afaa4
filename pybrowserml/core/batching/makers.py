"""Rule makers: most primitives need nothing else."""

from ..dims import dim_mul
from ..opset.registry import record
from ..shapes import copy_shape
from .axes import aligned, all_raised, fold_rows, unfolded, with_attr


def elementwise(node, inputs, mapped, batch):
    """Operands broadcast to one shape."""
    rank = len(node.outputs[0][0])
    operands = [aligned(inputs[i], mapped[i], rank) for i in range(len(inputs))]
    return record(node.op, operands, node.attrs)


def shifted(key):
    """Primitives with one operand, and one axis or a list of them under a key."""

    def rule(node, inputs, mapped, batch):
        given = node.attrs[key]
        axes = [axis + 1 for axis in given] if isinstance(given, (list, tuple)) else given + 1
        return record(node.op, inputs, with_attr(node.attrs, key, axes))

    return rule


def folded(shape_key):
    """Primitives that treat the rows of their first axis alike: the mapped axis joins it.

    shape_key: the attribute that holds the shape of the result, or None.
    """

    def rule(node, inputs, mapped, batch):
        raised = all_raised(inputs, mapped, batch)
        rows = raised[0].shape[1]
        rows_of_all = [fold_rows(x) for x in raised]
        return unfolded(record(node.op, rows_of_all, folded_attrs(node, batch, shape_key)), rows, batch)

    return rule


def folded_attrs(node, batch, shape_key):
    """The attributes of a node, with the shape of the result for all elements."""
    if shape_key is None:
        return node.attrs
    shape = copy_shape(node.attrs[shape_key])
    shape[0] = dim_mul(batch.size, shape[0])
    return with_attr(node.attrs, shape_key, shape)


def rows_apart(node, inputs, mapped, batch):
    """Primitives that work along the last axes and have operands of one shape."""
    return record(node.op, all_raised(inputs, mapped, batch), node.attrs)
