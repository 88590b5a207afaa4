"""Models whose `call` or `train_step` a user wrote: they learn what their inputs look like from the first data."""

from ..core.dims import is_symbolic
from ..core.dtypes import is_float
from ..core.host import HostArray
from ..layers.call import mapped
from ..layers.input import Input
from ..layers.preprocessing.tokens import texts_of
from ..platform.buffers import is_array
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list
from .batches import to_host
from .ends import plain_shape


def is_several(x):
    """Whether data is a list of arrays, and not one array as nested numbers."""
    return is_list(x) and not is_array(x) and len(x) > 0 and (is_array(x[0]) or isinstance(x[0], HostArray))


def inputs_like(x):
    """Symbolic tensors for data: one, a list or a dict of them, of any batch size."""
    if is_dict(x) and not is_array(x):
        made = {}
        for key in x.keys():
            made[key] = _input_like(x[key], key)
        return made
    if is_several(x) and texts_of(x) is None:
        return [_input_like(x[i], "input_" + str(i + 1)) for i in range(len(x))]
    return _input_like(x, "input_1")


def _input_like(value, name):
    tokens = texts_of(value)
    if tokens is not None:
        return Input(tokens.shape[1 : len(tokens.shape)], None, "string", None, name)
    host = to_host(value, "input '" + name + "'")
    if len(host.shape) == 0:
        raise error("ShapeError", "input '" + name + "' must have a batch axis, got a single number")
    dtype = "float32" if is_float(host.dtype) else host.dtype
    return Input(host.shape[1 : len(host.shape)], None, dtype, None, name)


def inputs_of_tensors(template, tensors):
    """Symbolic tensors like those of a call, of any batch size. template: how they stand in it; see layers/call."""
    return mapped(template, lambda index: _input_with(tensors[index], index))


def _input_with(tensor, index):
    name = "input_" + str(index + 1)
    shape = plain_shape(tensor)
    if len(shape) == 0:
        raise error("ShapeError", "input '" + name + "' must have a batch axis, got a single number")
    dtype = "float32" if is_float(tensor.dtype) else tensor.dtype
    return Input(shape[1 : len(shape)], None, dtype, None, name)


def inputs_of_shapes(shape):
    """Symbolic float32 tensors of a shape with the batch first, or of a list or dict of shapes."""
    if is_dict(shape):
        made = {}
        for key in shape.keys():
            made[key] = _input_of(shape[key], key)
        return made
    if is_list(shape) and len(shape) > 0 and is_list(shape[0]):
        return [_input_of(shape[i], "input_" + str(i + 1)) for i in range(len(shape))]
    return _input_of(shape, "input_1")


def _input_of(shape, name):
    if not is_list(shape) or len(shape) == 0:
        raise error("ArgumentError", "build takes a list of sizes, the batch's first")
    sizes = [None if is_symbolic(dim) else dim for dim in shape]
    return Input(sizes[1 : len(sizes)], sizes[0], "float32", None, name)
