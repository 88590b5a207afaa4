"""Tensors from numbers, and what is known of a tensor without its values."""

from ..core.dtypes import check_dtype
from ..core.graph import constant
from ..core.host import HostArray
from ..core.opset.binary import add, equal
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to
from ..core.opset.registry import scalar, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.numbers import has_fraction_type, is_bool, is_list, is_number


def convert_to_tensor(x, dtype=None):
    """A tensor of a tensor, variable, number, nested list or typed array, cast when a dtype is given.

    Without a dtype floats become float32, integers int32, booleans bool, and uint8 stays.
    """
    if dtype is not None:
        check_dtype(dtype)
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
    sizes = copy_shape(shape) if is_list(shape) else [shape]
    return broadcast_to(_number(fill_value, check_dtype(kind)), sizes)


def _number(value, dtype):
    return scalar(value, dtype) if is_number(value) or is_bool(value) else cast(to_tensor(value), dtype)


def zeros(shape, dtype=None):
    """A tensor of zeros, float32 unless told."""
    return full(shape, 0, "float32" if dtype is None else dtype)


def ones(shape, dtype=None):
    """A tensor of ones, float32 unless told."""
    return full(shape, 1, "float32" if dtype is None else dtype)


def zeros_like(x, dtype=None):
    """Zeros of the shape and dtype of x."""
    x = to_tensor(x)
    return full(x.shape, 0, x.dtype if dtype is None else dtype)


def ones_like(x, dtype=None):
    """Ones of the shape and dtype of x."""
    x = to_tensor(x)
    return full(x.shape, 1, x.dtype if dtype is None else dtype)


def full_like(x, fill_value, dtype=None):
    """One number in the shape and dtype of x."""
    x = to_tensor(x)
    return full(x.shape, fill_value, x.dtype if dtype is None else dtype)


def arange(start, stop=None, step=1, dtype=None):
    """start, start + step, ... below stop; with one argument 0 .. start - 1.

    int32, or float32 when a number has a fraction.
    """
    first = 0 if stop is None else start
    last = start if stop is None else stop
    if step == 0:
        raise error("ArgumentError", "arange: step must not be 0")
    kind = dtype
    if kind is None:
        fractional = has_fraction_type(first) or has_fraction_type(last) or has_fraction_type(step)
        kind = "float32" if fractional else "int32"
    numbers = []
    value = first
    while (step > 0 and value < last) or (step < 0 and value > last):
        numbers.append(value)
        value = first + step * len(numbers)
    return constant(HostArray(from_numbers(check_dtype(kind), numbers), [len(numbers)], kind))


def linspace(start, stop, num=50, endpoint=True):
    """`num` float32 numbers in equal steps from start to stop, which is left out unless `endpoint`."""
    parts = num - 1 if endpoint else num
    numbers = [start + (stop - start) * (i / parts if parts > 0 else 0.0) for i in range(num)]
    return constant(HostArray(from_numbers("float32", numbers), [num], "float32"))


def eye(N, M=None, k=0, dtype=None):
    """An N × M matrix (square by default) with ones on the k-th diagonal."""
    shape = [N, N if M is None else M]
    hit = equal(add(iota(shape, 0), k), iota(shape, 1))
    return cast(hit, "float32" if dtype is None else check_dtype(dtype))


def identity(n, dtype=None):
    """The n × n identity matrix."""
    return eye(n, None, 0, dtype)


def shape(x):
    """The shape of a tensor: a list of dimensions."""
    return copy_shape(to_tensor(x).shape)


def ndim(x):
    """The number of axes."""
    return len(to_tensor(x).shape)
