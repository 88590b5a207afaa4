"""What a layer is called with: tensors, alone or in lists and dicts, as first argument and by further names."""

from ..core.graph import is_tensor
from ..core.opset.registry import to_tensor
from ..platform.buffers import is_array
from ..platform.numbers import is_dict, is_list
from ..platform.records import as_tuple, is_tuple


class Place:
    """Stands for the tensor of a number where a call's arguments are kept without their tensors."""

    def __init__(self, index):
        self.index = index


class CallInputs:
    """The arguments of a call, its tensors taken out.

    tensors: all of them, in order; x, given: the first argument and a dict of those passed by name, with a Place
    for each tensor. Arrays become tensors, and so do numbers as first argument.
    """

    def __init__(self, x, given):
        self.tensors = []
        self.x = self._taken(x) if _is_structure(x) else self._kept(to_tensor(x))
        self.given = {}
        for key in given.keys():
            self.given[key] = self._taken(given[key])

    def _kept(self, tensor):
        self.tensors.append(tensor)
        return Place(len(self.tensors) - 1)

    def _taken(self, value):
        if is_tensor_like(value):
            return self._kept(to_tensor(value))
        if is_list(value):
            items = [self._taken(item) for item in value]
            return as_tuple(items) if is_tuple(value) else items
        if is_dict(value):
            made = {}
            for key in value.keys():
                made[key] = self._taken(value[key])
            return made
        return value


def is_tensor_like(value):
    """True for tensors, variables and arrays, not for lists of numbers."""
    return is_tensor(value) or hasattr(value, "slot") or is_array(value)


def _is_structure(x):
    """Whether x is a list or dict of tensors or arrays, and not nested numbers."""
    if is_tensor_like(x):
        return False
    if is_dict(x):
        return True
    if not is_list(x) or len(x) == 0:
        return False
    for part in x:
        if part is not None and not is_tensor_like(part) and not _is_structure(part):
            return False
    return True


def mapped(template, function):
    """What a template of Places becomes when `function(index)` makes what stands in the place of each tensor."""
    if isinstance(template, Place):
        return function(template.index)
    if is_list(template):
        items = [mapped(item, function) for item in template]
        return as_tuple(items) if is_tuple(template) else items
    if is_dict(template):
        made = {}
        for key in template.keys():
            made[key] = mapped(template[key], function)
        return made
    return template


def mapped_structure(structure, function):
    """A list or dict of things, or one of them, with what a function makes of each."""
    if is_list(structure):
        return [mapped_structure(item, function) for item in structure]
    if is_dict(structure):
        made = {}
        for key in structure.keys():
            made[key] = mapped_structure(structure[key], function)
        return made
    return function(structure)


def filled(template, tensors):
    """A template with tensors in their places."""
    return mapped(template, lambda index: tensors[index])


def filled_all(given, tensors):
    """The arguments by name with tensors in their places."""
    made = {}
    for key in given.keys():
        made[key] = filled(given[key], tensors)
    return made


def shapes_of(template, tensors):
    """A template with the shapes of the tensors in their places."""
    return mapped(template, lambda index: tensors[index].shape)


def masks_of(template, tensors):
    """A template with the masks of the tensors in their places, or None where no tensor has one."""
    indices = []
    mapped(template, lambda index: indices.append(index))
    for index in indices:
        if tensors[index].mask is not None:
            return mapped(template, lambda place: tensors[place].mask)
    return None


def has_places(template):
    """Whether a template holds tensors."""
    indices = []
    mapped(template, lambda index: indices.append(index))
    return len(indices) > 0


def flat(structure):
    """The leaves of lists and dicts, in order; None is a leaf."""
    if is_list(structure):
        found = []
        for item in structure:
            found.extend(flat(item))
        return found
    if is_dict(structure):
        found = []
        for key in structure.keys():
            found.extend(flat(structure[key]))
        return found
    return [structure]
