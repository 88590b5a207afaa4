"""What bad calls are made with. In the subset."""

from pybrowserml import ops
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder


def given():
    """Tensors that are wrong for most calls: [3, 4], [2, 4], [5], int32 [3], images, of unknown size."""
    a = ops.ones([3, 4])
    b = ops.ones([2, 4])
    v = ops.ones([5])
    i = ops.zeros([3], "int32")
    im = ops.ones([1, 8, 8, 3])
    n = placeholder("x", [size_named("n"), 4], "float32")
    return [a, b, v, i, im, n]
