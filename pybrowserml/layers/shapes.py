"""Lists and dicts of shapes, and of the tensors that stand in for them."""

from ..core.dims import size_named
from ..core.graph import placeholder
from ..core.shapes import copy_shape
from ..platform.numbers import is_dict, is_list
from ..platform.records import as_tuple, is_tuple


def stand_in(tensor):
    """A symbolic tensor of the shape, dtype and mask of another."""
    made = placeholder("stand_in", copy_shape(tensor.shape), tensor.dtype)
    if tensor.mask is not None:
        made.mask = placeholder("mask", copy_shape(tensor.mask.shape), "bool")
    return made


def named_sizes(shape):
    """A shape with a named size in the place of each None."""
    made = []
    for i in range(len(shape)):
        made.append(size_named("batch" if i == 0 else "axis_" + str(i)) if shape[i] is None else shape[i])
    return as_tuple(made)


def structured(structure, leaves):
    """Lists and dicts as `structure` has them, with other leaves."""
    return _next_structured(structure, [leaf for leaf in leaves])


def _next_structured(structure, leaves):
    if is_list(structure):
        items = [_next_structured(item, leaves) for item in structure]
        return as_tuple(items) if is_tuple(structure) else items
    if is_dict(structure):
        made = {}
        for key in structure.keys():
            made[key] = _next_structured(structure[key], leaves)
        return made
    return leaves.pop(0)


def over_shapes(shape, function):
    """What a function makes of a shape, or of each shape in a list or dict; None, for what is no tensor, stays."""
    if shape is None:
        return None
    if is_dict(shape):
        made = {}
        for key in shape.keys():
            made[key] = over_shapes(shape[key], function)
        return made
    if holds_shapes(shape):
        return [over_shapes(part, function) for part in shape]
    return function(shape)


def holds_shapes(shape):
    """Whether a list is one of shapes, and not the sizes of a shape."""
    for part in shape:
        if is_list(part) or is_dict(part):
            return True
    return False


class StandIns:
    """Makes symbolic tensors for shapes: every None another size, but one "batch" for all first axes."""

    def __init__(self):
        self.count = 0

    def tensor(self, shape):
        """The symbolic tensor of a shape."""
        made = []
        for dim in shape:
            self.count = self.count + 1
            made.append(size_named("axis_" + str(self.count)) if dim is None else dim)
        if len(made) > 0 and shape[0] is None:
            made[0] = size_named("batch")
        return placeholder("stand_in", made, "float32")
