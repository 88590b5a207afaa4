"""Functions of one element applied to many, as ops."""

from ..core.opset.registry import to_tensor
from ..core.structure import flatten
from ..platform.errors import error
from ..transforms.mapping import mapped


def vectorized_map(function, elements):
    """`function` of each slice of elements along the first axis, computed as one batch, stacked.

    elements: a tensor, or a structure of tensors with equal first axes, of which the function gets a slice each. Where
    steps depend on each other use `scan`, where they need too much memory together `map`; `vmap` says more.
    """
    for leaf in flatten(elements, True)[0]:
        if len(to_tensor(leaf).shape) == 0:
            raise error(
                "ShapeError", "vectorized_map: elements must have a first axis to walk along, got a scalar"
            )
    return mapped(lambda element: function(element), [elements], 0, 0)
