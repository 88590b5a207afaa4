"""The table of elementwise instructions: name, kind of its operands → block function.

A kind is "f" for floats, "u" for uint32 and "i" for what else is stored as int32. Two dtypes decide: that of the
operands (the first one, the second for `where`) and, for `cast`, that of the result. Results of 8-bit integers
and of float16 need not be numbers of their dtype: a second block function makes them so (`narrowing`).
"""

from ...core.dtypes import is_float
from ...platform.errors import error
from . import blocks_float, blocks_int, blocks_random, blocks_uint

# op: [its block function for float operands, for the others]; None where there is none. By count of operands.
UNARY = {
    "negative": [blocks_float.negative, blocks_int.negative],
    "absolute": [blocks_float.absolute, blocks_int.absolute],
    "sign": [blocks_float.sign, blocks_int.sign],
    "exp": [blocks_float.exp, None],
    "expm1": [blocks_float.expm1, None],
    "log": [blocks_float.log, None],
    "log1p": [blocks_float.log1p, None],
    "sqrt": [blocks_float.sqrt, None],
    "rsqrt": [blocks_float.rsqrt, None],
    "reciprocal": [blocks_float.reciprocal, None],
    "sin": [blocks_float.sin, None],
    "cos": [blocks_float.cos, None],
    "tan": [blocks_float.tan, None],
    "tanh": [blocks_float.tanh, None],
    "sigmoid": [blocks_float.sigmoid, None],
    "erf": [blocks_float.erf_of, None],
    "floor": [blocks_float.floor, None],
    "ceil": [blocks_float.ceil, None],
    "round": [blocks_float.round_even, None],
    "isnan": [blocks_float.isnan, None],
    "isfinite": [blocks_float.isfinite, None],
    "logical_not": [None, blocks_int.logical_not],
    "bits_to_uniform": [None, blocks_random.bits_to_uniform],
    "bits_to_normal": [None, blocks_random.bits_to_normal],
}

BINARY = {
    "add": [blocks_float.add, blocks_int.add],
    "subtract": [blocks_float.subtract, blocks_int.subtract],
    "multiply": [blocks_float.multiply, blocks_int.multiply],
    "divide": [blocks_float.divide, None],
    "maximum": [blocks_float.maximum, blocks_int.maximum],
    "minimum": [blocks_float.minimum, blocks_int.minimum],
    "power": [blocks_float.power, blocks_int.power],
    "mod": [blocks_float.mod, blocks_int.mod],
    "floor_divide": [blocks_float.floor_divide, blocks_int.floor_divide],
    "arctan2": [blocks_float.arctan2, None],
    "equal": [blocks_float.equal, blocks_int.equal],
    "not_equal": [blocks_float.not_equal, blocks_int.not_equal],
    "less": [blocks_float.less, blocks_int.less],
    "less_equal": [blocks_float.less_equal, blocks_int.less_equal],
    "greater": [blocks_float.greater, blocks_int.greater],
    "greater_equal": [blocks_float.greater_equal, blocks_int.greater_equal],
    "logical_and": [None, blocks_int.logical_and],
    "logical_or": [None, blocks_int.logical_or],
    "bitwise_and": [None, blocks_int.bitwise_and],
    "bitwise_or": [None, blocks_int.bitwise_or],
    "bitwise_xor": [None, blocks_int.bitwise_xor],
    "shift_left": [None, blocks_int.shift_left],
    "shift_right": [None, blocks_int.shift_right],
    "gcd": [None, blocks_uint.signed_gcd],
}

TERNARY = {
    "where": [blocks_int.where, blocks_int.where],
    "random_bits": [None, blocks_random.random_bits],
}

# For uint32 operands, where the sign bit counts as a digit; the others are the same on the bits.
UNSIGNED = {
    "absolute": blocks_int.copy,
    "sign": blocks_uint.sign,
    "maximum": blocks_uint.maximum,
    "minimum": blocks_uint.minimum,
    "power": blocks_uint.power,
    "mod": blocks_uint.mod,
    "floor_divide": blocks_uint.floor_divide,
    "less": blocks_uint.less,
    "less_equal": blocks_uint.less_equal,
    "greater": blocks_uint.greater,
    "greater_equal": blocks_uint.greater_equal,
    "shift_right": blocks_uint.shift_right,
    "gcd": blocks_uint.gcd,
}

CAST = {
    "ff": blocks_float.copy,
    "fint32": blocks_float.to_int,
    "fuint32": blocks_float.to_int,
    "fuint8": blocks_float.to_uint8,
    "fint8": blocks_float.to_int8,
    "fbool": blocks_float.to_bool,
    "if": blocks_int.to_float,
    "uf": blocks_uint.to_float,
    "iint32": blocks_int.copy,
    "iuint32": blocks_int.copy,
    "iuint8": blocks_int.to_uint8,
    "iint8": blocks_int.to_int8,
    "ibool": blocks_int.to_bool,
}

# Instructions whose result is a number of their dtype when the operands are: of 8-bit integers, of float16.
CLOSED = ["constant", "size", "cast", "bitcast", "where", "maximum", "minimum", "mod", "sign", "bitwise_and"]
CLOSED.extend(["bitwise_or", "bitwise_xor", "shift_right"])
CLOSED_HALF = ["constant", "where", "maximum", "minimum", "negative", "absolute", "sign"]


def kind_of_dtype(dtype):
    """How this engine computes with a dtype: "f" (float), "u" (uint32) or "i" (as int32)."""
    if is_float(dtype):
        return "f"
    return "u" if dtype == "uint32" else "i"


def block_function(op, dtype, operand_dtypes):
    """The block function of one instruction. Raises EngineError for an unknown one."""
    if op == "constant" or op == "size":
        return blocks_float.constant if is_float(dtype) else blocks_int.constant
    if op == "iota":
        return blocks_int.iota
    kind = kind_of_dtype(operand_dtypes[1] if op == "where" else operand_dtypes[0])
    if op == "cast":
        return CAST[kind + "f"] if is_float(dtype) else CAST[("f" if kind == "f" else "i") + dtype]
    if op == "bitcast":
        return _bitcast(dtype)
    if kind == "u" and op in UNSIGNED:
        return UNSIGNED[op]
    row = _row_of(op)
    found = None if row is None else row[0 if kind == "f" else 1]
    if found is None:
        raise error("EngineError", "the cpu engine has no instruction '" + op + "' for " + operand_dtypes[0])
    return found


def _bitcast(dtype):
    """All 32-bit dtypes are the same bits already."""
    if dtype == "uint8":
        return blocks_int.to_uint8
    return blocks_int.to_int8 if dtype == "int8" else blocks_int.copy


def narrowing(op, dtype):
    """The block function that turns an instruction's result into a number of its dtype, or None."""
    if dtype == "float16":
        return None if op in CLOSED_HALF else blocks_float.to_half
    if op in CLOSED:
        return None
    if dtype == "uint8":
        return blocks_int.to_uint8
    return blocks_int.to_int8 if dtype == "int8" else None


def _row_of(op):
    for table in [UNARY, BINARY, TERNARY]:
        if op in table:
            return table[op]
    return None


def is_zero(instr):
    """True for the instruction that makes the float constant 0."""
    return instr[0] == "constant" and is_float(instr[1]) and instr[3] == 0


def copy_function(dtype):
    """The block function that copies a dtype."""
    return blocks_float.copy if is_float(dtype) else blocks_int.copy
