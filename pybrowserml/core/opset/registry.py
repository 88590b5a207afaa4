"""The table of primitives: shape rule and gradient rule of each."""

from ...platform.buffers import from_numbers
from ...platform.errors import error
from ...platform.numbers import has_fraction_type, is_bool, is_number
from ..dims import is_symbolic
from ..dtypes import is_float, promote, promote_number
from ..graph import Tensor, constant, make_node
from ..host import HostArray, host_array, host_scalar

PRIMITIVES = {}


class _Late:
    """What rules use and modules above define: `gradients` of core/autodiff, set when that module is loaded."""

    def __init__(self):
        self.gradients = None


LATE = _Late()


class Primitive:
    """infer(shapes, dtypes, attrs) → [[shape, dtype], ...]; grad(node, cotangents) → cotangents of the inputs.

    elementwise: it fuses into expressions. generator: elementwise, but its shape is an attribute.
    """

    def __init__(self, op, infer, grad):
        self.op = op
        self.infer = infer
        self.grad = grad
        self.elementwise = False
        self.generator = False


def register(op, infer, grad):
    """Add a row to the table. grad None: nothing to differentiate."""
    PRIMITIVES[op] = Primitive(op, infer, grad)


def register_elementwise(op, infer, grad):
    """Add a row whose kernel is an instruction of fused expressions."""
    register(op, infer, grad)
    PRIMITIVES[op].elementwise = True


def register_generator(op, infer, grad):
    """Add an elementwise row whose shape is not that of its operands but an attribute."""
    register_elementwise(op, infer, grad)
    PRIMITIVES[op].generator = True


def is_elementwise(op):
    """True for ops that fuse into expressions; False for leaves too."""
    return op in PRIMITIVES and PRIMITIVES[op].elementwise


def is_generator(op):
    """True for elementwise ops that need no operand's shape."""
    return op in PRIMITIVES and PRIMITIVES[op].generator


def record(op, inputs, attrs):
    """Record a primitive on tensors; returns its output tensors. Raises ShapeError or DtypeError here."""
    primitive = PRIMITIVES[op]
    shapes = []
    dtypes = []
    for i in range(len(inputs)):
        shapes.append(inputs[i].shape)
        dtypes.append(inputs[i].dtype)
    return make_node(op, inputs, attrs, primitive.infer(shapes, dtypes, attrs))


def result_of(node, output):
    """The tensor of a node's output, for gradient rules that use the result."""
    return Tensor(node, output)


def to_tensor(value, dtype=None, op=None, argument=None):
    """A tensor of what a user may pass: tensor, variable, number, nested list, typed array; a size that is not known
    yet is an int32 scalar.

    op, argument: what an error names.
    """
    if isinstance(value, Tensor):
        return value
    if value is None:
        wanted = "expected" if op is None else op + ": " + argument + " must be"
        raise error("ArgumentError", wanted + " a tensor, an array or a number, got None")
    if hasattr(value, "slot"):
        return value.value
    if is_symbolic(value):
        return record("size", [], {"size": value})[0]
    return constant(host_array(value, dtype, op, argument))


def scalar(number, dtype):
    """A constant of rank 0."""
    return constant(host_scalar(number, dtype))


def constant_of(numbers, shape, dtype):
    """A constant of a flat row-major list of numbers, rounded once to the dtype."""
    return constant(HostArray(from_numbers(dtype, numbers), shape, dtype))


def _number_dtype(number, other):
    """The dtype of a bare number that meets a tensor of dtype `other`."""
    return other if is_bool(number) else promote_number(other, number, has_fraction_type(number))


def pair(a, b, op=None):
    """Two operands as tensors of one dtype. op: what an error names, beside "x1" and "x2"."""
    if is_number(a) or is_bool(a):
        if is_number(b) or is_bool(b):
            left = to_tensor(a)
            right = to_tensor(b)
        else:
            right = to_tensor(b, None, op, "x2")
            left = scalar(a, _number_dtype(a, right.dtype))
    elif is_number(b) or is_bool(b):
        left = to_tensor(a, None, op, "x1")
        right = scalar(b, _number_dtype(b, left.dtype))
    else:
        left = to_tensor(a, None, op, "x1")
        right = to_tensor(b, None, op, "x2")
    dtype = promote(left.dtype, right.dtype)
    return [with_dtype(left, dtype), with_dtype(right, dtype)]


def with_dtype(x, dtype):
    """The tensor itself, or its cast."""
    return x if x.dtype == dtype else record("cast", [x], {"dtype": dtype})[0]


def as_float(x, op=None, argument="x"):
    """A float tensor: integers and booleans are cast to float32."""
    x = to_tensor(x, None, op, argument)
    return x if is_float(x.dtype) else with_dtype(x, "float32")


def float_pair(a, b, op=None):
    """Two operands as float tensors of one dtype."""
    operands = pair(a, b, op)
    return [as_float(operands[0]), as_float(operands[1])]


def computed_dtype(dtype):
    """The dtype in which kernels compute with a dtype: float32 for float16, whose results they round at the end."""
    return "float32" if dtype == "float16" else dtype


def computed(x, op=None, argument="x"):
    """A float tensor in the dtype in which kernels compute with it."""
    x = as_float(x, op, argument)
    return with_dtype(x, computed_dtype(x.dtype))


def computed_pair(a, b, op=None):
    """[a, b, dtype]: two operands as float tensors for a kernel, and the dtype that its result is to have."""
    operands = float_pair(a, b, op)
    return [computed(operands[0]), computed(operands[1]), operands[0].dtype]


def require_dtypes(op, dtypes, allowed):
    for dtype in dtypes:
        if dtype not in allowed:
            raise error("DtypeError", op + ": dtype must be " + " or ".join(allowed) + ", got " + dtype)
