"""Python's operators and conveniences on tensors, variables and sizes (CPython only)."""

# pyright: reportAttributeAccessIssue=false

import functools

import numpy as np

from . import config, ops
from .compiler.realise import read_tensor
from .core.dims import Dim, dim_add, dim_floordiv, dim_mul, dim_sub, format_dim
from .core.dtypes import check_dtype, promote, promote_number
from .core.graph import Tensor
from .core.naming import automatic_name
from .core.operands import Operands
from .core.opset import binary, bits, unary
from .core.opset.matmul import matmul
from .core.opset.registry import to_tensor
from .core.policies import DTypePolicy
from .core.slots import fetch_host
from .core.variables import Variable
from .ops import cast, reshape, squeeze, transpose
from .ops.bits import bitwise_not
from .ops.keys import get_item
from .platform.buffers import to_user
from .platform.errors import error
from .platform.tasks import drive
from .transforms import jvp


def _numpy(tensor):
    """The value as a NumPy array."""
    host = drive(read_tensor(tensor))
    return to_user(host.data, host.shape, host.dtype)


def _variable_numpy(variable):
    """The present value as a NumPy array."""
    host = drive(fetch_host(variable))
    return to_user(host.data, host.shape, host.dtype).copy()


BINARY = {
    "add": binary.add,
    "sub": binary.subtract,
    "mul": binary.multiply,
    "truediv": binary.divide,
    "floordiv": binary.floor_divide,
    "mod": binary.mod,
    "pow": binary.power,
    "matmul": matmul,
    "and": bits.bitwise_and,
    "or": bits.bitwise_or,
    "xor": bits.bitwise_xor,
    "lshift": bits.shift_left,
    "rshift": bits.shift_right,
}
SIZES = {"add": dim_add, "sub": dim_sub, "mul": dim_mul, "floordiv": dim_floordiv}
COMPARE = {"lt": binary.less, "le": binary.less_equal, "gt": binary.greater, "ge": binary.greater_equal}


def _item(tensor, key):
    """tensor[key]: see `ops.get_item`; lists and arrays in a key are indices."""
    parts = key if isinstance(key, tuple) else (key,)
    return get_item(tensor, [_entry(part) for part in parts])


def _entry(part):
    if isinstance(part, (list, np.ndarray)):
        return to_tensor(part)
    return part.item() if isinstance(part, np.integer) else part


def _formatted(tensor, spec):
    """A number as a format asks for it (`f"{loss:.3f}"`); without one the same as str."""
    return str(tensor) if spec == "" else format(tensor.numpy().item(), spec)


def _length(tensor):
    if len(tensor.shape) == 0:
        raise TypeError("a scalar has no length")
    return tensor.shape[0]


def _slices(tensor):
    """An iterator over the slices along the first axis."""
    return iter([get_item(tensor, i) for i in range(_length(tensor))])


def _reversed(function):
    return lambda a, b: function(b, a)


def _equal(tensor, other):
    """Elementwise where there is something to compare with."""
    return _compared(binary.equal, tensor, other)


def _not_equal(tensor, other):
    return _compared(binary.not_equal, tensor, other)


def _compared(function, tensor, other):
    if isinstance(other, (Tensor, Variable, int, float, np.ndarray, np.generic)):
        return function(tensor, other)
    return NotImplemented


def _same_policy(policy, other):
    """Whether two policies of precision have one name."""
    return isinstance(other, DTypePolicy) and policy.name == other.name


def _tensor_name(tensor):
    """Of a model's Input the name that it was given, else "keras_tensor", "keras_tensor_1", ... when asked for."""
    if not tensor.node.symbolic:
        raise AttributeError("only symbolic tensors of a model have a name")
    if tensor.given_name is None:
        tensor.given_name = automatic_name("KerasTensor")
    return tensor.given_name


def _truth(tensor):
    """What `if tensor:` asks: whether the only element is not 0."""
    if tensor.node.symbolic:
        raise error(
            "ArgumentError",
            "a tensor that has no value yet is neither true nor false: use ops.where or ops.cond",
        )
    value = _numpy(tensor)
    if value.size != 1:
        raise error(
            "ArgumentError",
            f"a tensor of shape {tensor.shape} is neither true nor false: use ops.any or ops.all",
        )
    return bool(value)


def _arithmetic(function):
    """An operator of sizes; with anything else than a size Python goes on searching."""
    return lambda a, b: function(a, b) if isinstance(b, (int, Dim)) else NotImplemented


def _same_size(a, b):
    """Whether two sizes are equal; a size that is not known is what Keras writes as None."""
    return b is None or isinstance(b, Dim) and a.key == b.key


def _shown_tensor(tensor):
    """The numbers, as NumPy prints them; of a tensor without a value its shape and dtype."""
    return TENSOR_REPR(tensor) if tensor.node.symbolic else str(_numpy(tensor))


def _described_tensor(tensor):
    if tensor.node.symbolic:
        return TENSOR_REPR(tensor)
    numbers = np.array2string(_numpy(tensor), separator=", ", prefix="Tensor(")
    return f"Tensor({numbers}, shape={tensor.shape}, dtype={tensor.dtype})"


TENSOR_REPR = Tensor.__repr__


def _reshape(tensor, *shape):
    """The same elements in another shape: a tuple or list of sizes, or the sizes."""
    return reshape(tensor, shape[0] if len(shape) == 1 and isinstance(shape[0], (list, tuple)) else shape)


def _rearrange(function):
    """`ops.rearrange` that also takes the sizes of axes by name, as Keras's does."""

    @functools.wraps(function)
    def rearranged(tensor, pattern, axes_lengths=None, **named):
        return function(tensor, pattern, {**(axes_lengths or {}), **named})

    return rearranged


def _meshgrid(function):
    """`ops.meshgrid` that also takes the vectors one by one, as Keras's does."""

    @functools.wraps(function)
    def grids(*x, indexing="xy"):
        if len(x) == 2 and isinstance(x[1], str):
            return function(*x)
        return function(list(x[0]) if len(x) == 1 and isinstance(x[0], (list, tuple)) else list(x), indexing)

    return grids


REARRANGE = _rearrange(ops.rearrange)
MESHGRID = _meshgrid(ops.meshgrid)


def _result_type(*dtypes):
    """The dtype in which tensors of several dtypes meet; int and float, Python's types, stand for bare numbers."""
    found = None
    for dtype in dtypes:
        if dtype not in (int, float):
            name = check_dtype(dtype)
            found = name if found is None else promote(found, name)
    for kind in (int, float):
        if kind in dtypes:
            weak = "int32" if kind is int else "float32"
            found = weak if found is None else promote_number(found, 0, kind is float)
    return "float32" if found is None else found


def _set_mask(tensor, mask):
    tensor.mask = mask


def install():
    """Attach operators to Tensor and Variable."""
    for op, function in BINARY.items():
        setattr(Operands, f"__{op}__", function)
        setattr(Operands, f"__r{op}__", _reversed(function))
    for op, function in COMPARE.items():
        setattr(Operands, f"__{op}__", function)
    for op, function in SIZES.items():
        setattr(Dim, f"__{op}__", _arithmetic(function))
        setattr(Dim, f"__r{op}__", _arithmetic(_reversed(function)))
    Dim.__neg__ = lambda size: dim_mul(size, -1)
    Dim.__eq__ = _same_size
    Dim.__str__ = format_dim
    Dim.__repr__ = lambda size: "None"
    Operands.__getitem__ = _item
    Operands.__len__ = _length
    Operands.__iter__ = _slices
    Operands.__neg__ = unary.negative
    Operands.__abs__ = unary.absolute
    Operands.__invert__ = bitwise_not
    # Arrays leave operators to tensors by this, and NumPy's own functions (`np.sum(tensor)`) go through __array__.
    Operands.__array_priority__ = 100
    Operands.reshape = _reshape
    Operands.squeeze = lambda tensor, axis=None: squeeze(tensor, axis)
    Operands.astype = lambda tensor, dtype: cast(tensor, check_dtype(dtype))
    Operands.ndim = property(lambda tensor: len(tensor.shape))
    Operands.T = property(transpose)
    Operands.item = lambda tensor: tensor.numpy().item()
    Operands.tolist = lambda tensor: tensor.numpy().tolist()
    config.result_type = _result_type
    ops.rearrange = REARRANGE
    ops.meshgrid = MESHGRID
    ops.jvp = jvp
    Operands.__format__ = _formatted
    for kind in (Tensor, Variable):
        kind.__eq__ = _equal
        kind.__ne__ = _not_equal
        kind.__hash__ = object.__hash__
    Tensor.__bool__ = _truth
    Tensor.name = property(_tensor_name)
    DTypePolicy.__eq__ = _same_policy
    DTypePolicy.__hash__ = lambda policy: hash(policy.name)
    DTypePolicy.__repr__ = lambda policy: f'<DTypePolicy "{policy.name}">'
    Tensor.__repr__ = _described_tensor
    Tensor.__str__ = _shown_tensor
    Tensor.numpy = _numpy
    # Keras's own name of it, which its guides use.
    Tensor._keras_mask = property(lambda tensor: tensor.mask, _set_mask)
    Tensor.__array__ = lambda tensor, dtype=None, copy=None: _numpy(tensor)
    Tensor.__float__ = lambda tensor: float(_numpy(tensor))
    Tensor.__int__ = lambda tensor: int(_numpy(tensor))
    Variable.numpy = _variable_numpy
    Variable.__array__ = lambda variable, dtype=None, copy=None: _variable_numpy(variable)
    Variable.__float__ = lambda variable: float(_variable_numpy(variable))
    Variable.__int__ = lambda variable: int(_variable_numpy(variable))
    Tensor.__round__ = lambda tensor, digits=None: round(float(tensor), digits)
    Variable.__round__ = lambda variable, digits=None: round(float(variable), digits)
