"""Expressions, instruction by instruction, and the random numbers."""

import numpy as np

from ...core.dtypes import FLOATS
from ...platform.random import normal_of_bits, threefry_array
from ..rows import ROW_INSTRUCTIONS

F32 = np.float32
DTYPES = {
    "bool": np.bool_,
    "uint8": np.uint8,
    "int8": np.int8,
    "int32": np.int32,
    "uint32": np.uint32,
    "float16": np.float16,
    "float32": np.float32,
    "float64": np.float64,
}


def bits_to_uniform(bits):
    return (bits.view(np.uint32) >> np.uint32(8)).astype(F32) * F32(2.0**-24)


def bits_to_normal(bits):
    return normal_of_bits(bits.view(np.uint32))


def is_float_array(x):
    return x.dtype.kind == "f"


def _polynomial(coefficients, x):
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def _erf(x):
    """Double-precision erf by W. J. Cody 1969, rational approximations, to about 1e-15."""
    dtype = x.dtype
    x = x.astype(np.float64)
    a = np.abs(x)
    small = np.minimum(a, 0.5)
    z = small * small
    p = [
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ]
    q = [1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3]
    inner = small * _polynomial(p, z) / _polynomial(q, z)
    middle = np.clip(a, 0.46875, 4.0)
    p = [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1]
    p += [2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3]
    p += [1.23033935479799725e3]
    q = [1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3]
    q += [3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3]
    outer = 1.0 - np.exp(-middle * middle) * _polynomial(p, middle) / _polynomial(q, middle)
    result = np.where(a <= 0.46875, inner, np.where(a > 4.0, 1.0 - 1.541725790028002e-8 * (a < 4.0), outer))
    return np.where(np.isnan(x), np.nan, np.copysign(result, x)).astype(dtype)


def _sigmoid(x):
    small = np.exp(-np.abs(x))
    one = x.dtype.type(1)
    return np.where(x >= 0, one, small) / (one + small)


def _power(a, b):
    """Integers wrap; a negative power truncates toward zero: only 1 and -1 have one (that of 0 is 0)."""
    if is_float_array(a):
        return np.power(a, b)
    unit = (
        np.where(a == 1, 1, np.where(a == -1, 1 - 2 * (b & 1), 0))
        if a.dtype.kind == "i"
        else np.zeros_like(a)
    )
    return np.where(b < 0, unit, np.power(a, np.maximum(b, 0))).astype(a.dtype)


def _cast(x, dtype):
    if dtype == "bool":
        return x != 0
    if is_float_array(x) and dtype not in FLOATS:
        return np.trunc(x).astype(np.int64).astype(DTYPES[dtype])
    return x.astype(DTYPES[dtype])


FUNCTIONS = {
    "negative": np.negative,
    "absolute": np.absolute,
    "sign": np.sign,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: x.dtype.type(1) / np.sqrt(x),
    "reciprocal": lambda x: x.dtype.type(1) / x,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "erf": _erf,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "isnan": np.isnan,
    "isfinite": np.isfinite,
    "logical_not": np.logical_not,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "power": _power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "mod": np.mod,
    "floor_divide": np.floor_divide,
    "arctan2": np.arctan2,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "where": np.where,
    "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or,
    "bitwise_xor": np.bitwise_xor,
    "shift_left": np.left_shift,
    "shift_right": np.right_shift,
    "gcd": np.gcd,
    "bits_to_uniform": bits_to_uniform,
    "bits_to_normal": bits_to_normal,
}


def _generator(op, attr, shape):
    """Instructions whose value follows from the shape."""
    if op == "iota":
        line = np.arange(shape[attr], dtype=np.int32)
        view = line.reshape([-1 if i == attr else 1 for i in range(len(shape))])
        return lambda: np.broadcast_to(view, shape)
    count = int(np.prod(shape, dtype=np.int64))
    return lambda key0, key1, step: threefry_array(key0, key1, step, count).view(np.int32).reshape(shape)


def _instruction(instr, shape):
    op, dtype, operands, attr = instr
    if op == "constant" or op == "size":
        number = DTYPES[dtype](attr)
        return operands, lambda: number
    if op == "cast":
        return operands, lambda x: _cast(np.asarray(x), dtype)
    if op == "bitcast":
        return operands, lambda x: np.asarray(x).view(DTYPES[dtype])
    if op == "iota" or op == "random_bits":
        return operands, _generator(op, attr, shape)
    if op in ROW_INSTRUCTIONS:
        return operands, _along_rows(op, shape[-1])
    return operands, _rounded(FUNCTIONS[op]) if dtype == "float16" and op != "where" else FUNCTIONS[op]


def _along_rows(op, length):
    function = {"row_sum": np.sum, "row_max": np.max, "row_min": np.min}[op]
    # As in `reduce`.
    exact = {"dtype": np.float64} if op == "row_sum" else {}

    def run(x):
        x = np.asarray(x)
        x = np.broadcast_to(x, [*x.shape[:-1], length])
        return function(x, axis=-1, keepdims=True, **exact).astype(F32)

    return run


def _rounded(function):
    """A function of float16 arrays that computes in float32 and rounds once."""
    return lambda *xs: np.asarray(function(*[np.asarray(x).astype(F32) for x in xs])).astype(np.float16)


def expression(expr, operand_count, shape, finish=None):
    """A function of the operands that returns the list of results, each of the given shape and contiguous. finish:
    (number of the result, array) → the result, instead of that.
    """
    instructions = [_instruction(instr, shape) for instr in expr["instrs"]]
    last = {}
    for i, (operands, _) in enumerate(instructions):
        for operand in operands:
            last[operand] = i
    for result in expr["results"]:
        last[result] = len(instructions)
    dying = [[o for o in set(operands) if last[o] == i] for i, (operands, _) in enumerate(instructions)]

    def run(*operands):
        slots = list(operands) + [None] * len(instructions)
        for i, (sources, function) in enumerate(instructions):
            slots[operand_count + i] = function(*[slots[source] for source in sources])
            for operand in dying[i]:
                slots[operand] = None
        if finish is not None:
            return [finish(k, slots[result]) for k, result in enumerate(expr["results"])]
        return [_full(slots[result], shape) for result in expr["results"]]

    return run


def _full(array, shape):
    array = np.asarray(array)
    return array if list(array.shape) == shape else np.ascontiguousarray(np.broadcast_to(array, shape))


def elementwise(params, inputs, outputs):
    return expression(params["expr"], len(inputs), outputs[0]["shape"])


def rows(params, inputs, outputs):
    """Reductions along the last axis between elementwise work; results may lack that axis, or have it as 1."""
    shape = params["shape"]

    def finish(k, array):
        out = None if outputs[k] is None else outputs[k]["shape"]
        if out is None or out == shape:
            return None if out is None else _full(array, shape)
        return _full(array, [*shape[:-1], 1]).reshape(out)

    return expression(params["expr"], len(inputs), shape, finish)


def with_epilogue(maker, operand_count):
    """A kernel maker whose result goes through the expression in params["epilogue"]."""

    def make(params, inputs, outputs):
        product = maker(params, inputs[:operand_count], outputs)
        if params.get("epilogue") is None:
            return product
        finish = expression(params["epilogue"], len(inputs) - operand_count + 1, outputs[0]["shape"])

        def run(*arrays):
            return finish(product(*arrays[:operand_count])[0], *arrays[operand_count:])

        return run

    return make
