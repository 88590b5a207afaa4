"""Tensors from numbers, and what is known of a tensor without its values."""

from ..compiler.realise import read_tensor
from ..core.dims import dims_equal, format_dim, is_symbolic
from ..core.dtypes import check_dtype
from ..core.graph import is_tensor as is_tensor_object
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to
from ..core.opset.registry import record, scalar, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import broadcast_shapes, copy_shape, element_count, format_shape
from ..platform.buffers import to_user
from ..platform.errors import error
from ..platform.numbers import is_bool, is_list, is_number
from ..platform.tasks import waits
from .arguments import require_shape


def convert_to_tensor(x, dtype=None):
    """A tensor of a tensor, variable, number, nested list or typed array, cast when a dtype is given.

    Without a dtype floats become float32, integers int32, booleans bool, and uint8 stays.
    """
    if dtype is not None:
        dtype = check_dtype(dtype, "convert_to_tensor")
    tensor = to_tensor(x, dtype)
    return tensor if dtype is None else cast(tensor, dtype)


def array(x, dtype=None):
    """The same as `convert_to_tensor`."""
    return convert_to_tensor(x, dtype)


def full(shape, fill_value, dtype=None):
    """A tensor of one number. dtype None: float32 (bool of a boolean)."""
    kind = dtype
    if kind is None:
        kind = "bool" if is_bool(fill_value) else "float32"
    return _filled(shape, fill_value, kind, "full")


def _filled(shape, fill_value, kind, op):
    sizes = require_shape(copy_shape(shape) if is_list(shape) else [shape], op)
    number = _number(fill_value, check_dtype(kind, op))
    return broadcast_to(number, sizes)


def _number(value, dtype):
    return scalar(value, dtype) if is_number(value) or is_bool(value) else cast(to_tensor(value), dtype)


def zeros(shape, dtype=None):
    """A tensor of zeros, float32 unless told."""
    return _filled(shape, 0, "float32" if dtype is None else dtype, "zeros")


def ones(shape, dtype=None):
    """A tensor of ones, float32 unless told."""
    return _filled(shape, 1, "float32" if dtype is None else dtype, "ones")


def zeros_like(x, dtype=None):
    """Zeros of the shape and dtype of x."""
    x = to_tensor(x, None, "zeros_like", "x")
    return full(x.shape, 0, x.dtype if dtype is None else dtype)


def ones_like(x, dtype=None):
    """Ones of the shape and dtype of x."""
    x = to_tensor(x, None, "ones_like", "x")
    return full(x.shape, 1, x.dtype if dtype is None else dtype)


def full_like(x, fill_value, dtype=None):
    """One number in the shape and dtype of x."""
    x = to_tensor(x, None, "full_like", "x")
    return full(x.shape, fill_value, x.dtype if dtype is None else dtype)


def empty(shape, dtype=None):
    """A tensor whose numbers do not matter: zeros."""
    return zeros(shape, dtype)


def empty_like(x, dtype=None):
    """Zeros of the shape and dtype of x."""
    return zeros_like(x, dtype)


def fill(shape, value, dtype=None):
    """The same as `full`."""
    return full(shape, value, dtype)


def copy(x):
    """The numbers of x as a tensor of its own; once computed, it outlives the disposal of x."""
    x = to_tensor(x, None, "copy", "x")
    return record("reshape", [x], {"shape": copy_shape(x.shape)})[0]


def clone(x):
    """The same as `copy`."""
    return copy(x)


def shape(x):
    """The shape of a tensor: a list of dimensions."""
    return copy_shape(to_tensor(x, None, "shape", "x").shape)


def ndim(x):
    """The number of axes."""
    return len(to_tensor(x, None, "ndim", "x").shape)


def size(x):
    """The number of elements: an integer, or an int32 scalar where a dimension is symbolic."""
    count = element_count(to_tensor(x, None, "size", "x").shape)
    return size_of(count) if is_symbolic(count) else count


def dtype(x):
    """The name of a tensor's dtype."""
    return to_tensor(x, None, "dtype", "x").dtype


def is_tensor(x):
    """Whether x is a tensor (a variable or an array is none)."""
    return is_tensor_object(x)


@waits
def convert_to_numpy(x):
    """The value, computed now if need be: a NumPy array; in JavaScript a promise of {data, shape, dtype}."""
    host = yield from read_tensor(to_tensor(x, None, "convert_to_numpy", "x"))
    return to_user(host.data, host.shape, host.dtype)


def broadcast_args(shape1, shape2):
    """The common shape of two shapes, aligned at the right as in NumPy."""
    return broadcast_shapes(shape1, shape2, "broadcast_args")


def ensure_shape(x, shape):
    """x itself; raises ShapeError unless it has the shape, in which None stands for any size."""
    x = to_tensor(x, None, "ensure_shape", "x")
    fits = len(shape) == len(x.shape)
    if fits:
        for i in range(len(shape)):
            fits = fits and (shape[i] is None or dims_equal(shape[i], x.shape[i]))
    if not fits:
        wanted = ", ".join(["None" if dim is None else format_dim(dim) for dim in shape])
        raise error(
            "ShapeError", "ensure_shape: x must have shape (" + wanted + "), got " + format_shape(x.shape)
        )
    return x
