"""The ends of a model, its inputs and its outputs: how they are structured, named, and what is given for them."""

from ..core.dims import is_symbolic
from ..core.graph import is_tensor
from ..core.opset.unary import cast
from ..core.shapes import format_shape, open_shape
from ..layers.call import Place, filled, flat
from ..layers.history import history_of
from ..layers.input import Input
from ..ops.movement import expand_dims, squeeze
from ..platform.buffers import is_array
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list
from .functional import LayerGraph, source_of


class Ends:
    """The inputs, or the outputs, of a model.

    structure: a symbolic tensor, or a list or dict of such structures. field: "inputs" or "outputs", for messages.
    tensors: all of them in order, those of a dict by rising keys, as in Keras; template: the structure with a Place for
    each; keys: those of a dict of tensors, else None; several: whether they stand in a list or a dict.
    """

    def __init__(self, structure, field):
        self.tensors = _leaves(structure)
        for tensor in self.tensors:
            if not is_tensor(tensor):
                raise error(
                    "ArgumentError",
                    field + " of a model must be symbolic tensors, as Input() and layers make them",
                )
        if len(self.tensors) == 0:
            raise error("ArgumentError", field + " of a model must not be empty")
        self.template = _placed(structure, [0])
        self.several = is_list(structure) or is_dict(structure)
        self.keys = None
        if is_dict(structure) and len(self.tensors) == len(structure.keys()):
            self.keys = sorted(structure.keys())
        self.names = _names(self.tensors) if self.keys is None else self.keys
        self.nested = self.several and _is_nested(self.template)

    def structured(self, found):
        """A list with one entry per tensor in the structure."""
        return filled(self.template, found)

    def in_order(self, value):
        """What a user gave in a nested structure, as a list with one entry per tensor; all else as it is."""
        if not self.nested or value is None:
            return value
        found = []
        return found if _taken(value, self.template, found) else value


def _is_nested(template):
    items = template if is_list(template) else [template[key] for key in template.keys()]
    for item in items:
        if not isinstance(item, Place):
            return True
    return False


def _taken(value, template, found):
    """Whether a value is structured as a template; its parts are added to `found`, None for those that are missing."""
    if isinstance(template, Place):
        found.append(value)
        return True
    if is_list(template):
        if value is not None and (not is_list(value) or is_array(value) or len(value) != len(template)):
            return False
        for i in range(len(template)):
            if not _taken(None if value is None else value[i], template[i], found):
                return False
        return True
    if value is not None:
        if not is_dict(value) or is_array(value):
            return False
        for key in value.keys():
            if key not in template:
                return False
    for key in template.keys():
        part = value[key] if value is not None and key in value else None
        if not _taken(part, template[key], found):
            return False
    return True


def _leaves(structure):
    """The leaves of lists and dicts, those of a dict by rising keys."""
    found = []
    if is_dict(structure):
        for key in sorted(structure.keys()):
            found.extend(_leaves(structure[key]))
    elif is_list(structure):
        for item in structure:
            found.extend(_leaves(item))
    else:
        found.append(structure)
    return found


def _placed(structure, count):
    """A structure with a Place for each of its leaves, in order. count: [places so far]."""
    if is_list(structure):
        return [_placed(item, count) for item in structure]
    if is_dict(structure):
        made = {}
        for key in sorted(structure.keys()):
            made[key] = _placed(structure[key], count)
        return made
    count[0] = count[0] + 1
    return Place(count[0] - 1)


def _names(tensors):
    """Names of tensors: those of their layers, numbered where they repeat."""
    found = []
    for tensor in tensors:
        history = source_of(tensor.node)
        base = tensor.node.op if history is None else history.layer.name
        name = base
        number = 1
        while name in found:
            name = base + "_" + str(number)
            number = number + 1
        found.append(name)
    return found


def is_input(tensor):
    """Whether a tensor was made by `Input`."""
    history = history_of(tensor)
    return history is not None and len(history.inputs) == 0


def input_like(tensor, name=None):
    """A new Input of the shape and dtype of a symbolic tensor."""
    shape = plain_shape(tensor)
    return Input(shape[1 : len(shape)], shape[0], tensor.dtype, None, name)


def from_inputs(inputs, outputs):
    """[inputs, outputs] of a model that may begin in the midst of another.

    Inputs that layers made become new Inputs, and what follows is run again on these.
    """
    begins = Ends(inputs, "inputs")
    started = True
    for tensor in begins.tensors:
        started = started and is_input(tensor)
    if started:
        return [inputs, outputs]
    ends = Ends(outputs, "outputs")
    fresh = []
    for tensor in begins.tensors:
        if is_input(tensor):
            fresh.append(tensor)
        else:
            fresh.append(input_like(tensor))
    found = LayerGraph(begins.tensors, ends.tensors).run(fresh, None)
    return [begins.structured(fresh), ends.structured(found)]


def given_for(x, ends):
    """One tensor per input of what a model was called with. Raises ArgumentError where one is missing."""
    if is_dict(x) and not is_array(x):
        found = _by_name(x, ends)
    else:
        found = flat(x)
    if len(found) != len(ends.tensors):
        raise error(
            "ArgumentError",
            "expected "
            + str(len(ends.tensors))
            + (" input (" if len(ends.tensors) == 1 else " inputs (")
            + ", ".join(ends.names)
            + "), got "
            + str(len(found)),
        )
    return [_fitted(found[i], ends.tensors[i]) for i in range(len(found))]


def _by_name(x, ends):
    """The tensors of a dict by the names of inputs; a dict structured as the inputs may hold others within."""
    if is_dict(ends.template) and ends.keys is None:
        return _in_order(x, ends.template)
    for name in ends.names:
        if name not in x:
            raise error(
                "ArgumentError",
                "input '" + name + "' is missing; got: " + ", ".join([key for key in x.keys()]),
            )
    return [x[name] for name in ends.names]


def _in_order(x, template):
    """The leaves of x in the order of a template's places."""
    found = []
    if is_dict(template):
        for key in template.keys():
            if not is_dict(x) or key not in x:
                raise error("ArgumentError", "input '" + key + "' is missing")
            found.extend(_in_order(x[key], template[key]))
        return found
    if is_list(template):
        if not is_list(x) or len(x) != len(template):
            raise error("ArgumentError", "expected a list of " + str(len(template)) + " inputs")
        for i in range(len(template)):
            found.extend(_in_order(x[i], template[i]))
        return found
    return [x]


def _fitted(tensor, wanted):
    """A tensor in the dtype of an input, with a trailing axis of size 1 that is missing or too much mended."""
    rank = len(tensor.shape)
    count = len(wanted.shape)
    if tensor.dtype != wanted.dtype:
        tensor = cast(tensor, wanted.dtype)
    if rank == count + 1 and not is_symbolic(tensor.shape[rank - 1]) and tensor.shape[rank - 1] == 1:
        return squeeze(tensor, rank - 1)
    if rank + 1 == count and not is_symbolic(wanted.shape[rank]) and wanted.shape[rank] == 1:
        return expand_dims(tensor, rank)
    if rank != count:
        history = history_of(wanted)
        label = "an input" if history is None else "input '" + history.layer.name + "'"
        raise error(
            "ShapeError",
            label + " must have shape " + format_shape(wanted.shape) + ", got " + format_shape(tensor.shape),
        )
    return tensor


def plain_shape(tensor):
    """The shape of a symbolic tensor with None for any size."""
    return open_shape(tensor.shape)
