"""What a plan demands of its sizes: a reshape of (batch, 4) to (8) wants batch to be 2, which shows when data comes."""

from ..core.dims import dim_expr, dims_equal
from ..core.graph import walk
from ..core.shapes import element_count, format_shape


def demands_of(tensors):
    """[{"left": expr, "right": expr, "text": what to say when they differ}, ...] for all that the tensors depend on."""
    found = []
    for node in walk(tensors):
        if "body" in node.attrs:
            found.extend(demands_of(node.attrs["body"].results))
        elif node.op == "reshape":
            shape = node.inputs[0].shape
            target = node.outputs[0][0]
            left = element_count(shape)
            right = element_count(target)
            if not dims_equal(left, right):
                text = "reshape: cannot reshape " + format_shape(shape) + " to " + format_shape(target)
                if node.label is not None:
                    text = "layer '" + node.label + "': " + text
                found.append({"left": dim_expr(left), "right": dim_expr(right), "text": text})
    return found
