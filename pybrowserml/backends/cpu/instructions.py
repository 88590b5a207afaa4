"""The table of elementwise instructions: name, kind of its operands → block function.

A kind is "f" for float32 and "i" for what is stored as int32. Two dtypes decide: that of the operands (the
first one, the second for `where`) and, for `cast`, that of the result.
"""

from ...platform.errors import error
from .blocks_float import absolute as float_absolute
from .blocks_float import add as float_add
from .blocks_float import ceil as float_ceil
from .blocks_float import constant as float_constant
from .blocks_float import copy as float_copy
from .blocks_float import cos as float_cos
from .blocks_float import divide as float_divide
from .blocks_float import equal as float_equal
from .blocks_float import erf_of as float_erf_of
from .blocks_float import exp as float_exp
from .blocks_float import expm1 as float_expm1
from .blocks_float import floor as float_floor
from .blocks_float import floor_divide as float_floor_divide
from .blocks_float import greater as float_greater
from .blocks_float import greater_equal as float_greater_equal
from .blocks_float import isfinite as float_isfinite
from .blocks_float import isnan as float_isnan
from .blocks_float import less as float_less
from .blocks_float import less_equal as float_less_equal
from .blocks_float import log as float_log
from .blocks_float import log1p as float_log1p
from .blocks_float import maximum as float_maximum
from .blocks_float import minimum as float_minimum
from .blocks_float import mod as float_mod
from .blocks_float import multiply as float_multiply
from .blocks_float import negative as float_negative
from .blocks_float import not_equal as float_not_equal
from .blocks_float import power as float_power
from .blocks_float import reciprocal as float_reciprocal
from .blocks_float import relu as float_relu
from .blocks_float import round_even as float_round_even
from .blocks_float import rsqrt as float_rsqrt
from .blocks_float import sigmoid as float_sigmoid
from .blocks_float import sign as float_sign
from .blocks_float import sin as float_sin
from .blocks_float import sqrt as float_sqrt
from .blocks_float import subtract as float_subtract
from .blocks_float import tan as float_tan
from .blocks_float import tanh as float_tanh
from .blocks_float import to_bool as float_to_bool
from .blocks_float import to_int as float_to_int
from .blocks_float import to_uint8 as float_to_uint8
from .blocks_int import absolute as int_absolute
from .blocks_int import add as int_add
from .blocks_int import constant as int_constant
from .blocks_int import copy as int_copy
from .blocks_int import equal as int_equal
from .blocks_int import floor_divide as int_floor_divide
from .blocks_int import greater as int_greater
from .blocks_int import greater_equal as int_greater_equal
from .blocks_int import iota as int_iota
from .blocks_int import less as int_less
from .blocks_int import less_equal as int_less_equal
from .blocks_int import logical_and as int_logical_and
from .blocks_int import logical_not as int_logical_not
from .blocks_int import logical_or as int_logical_or
from .blocks_int import maximum as int_maximum
from .blocks_int import minimum as int_minimum
from .blocks_int import mod as int_mod
from .blocks_int import multiply as int_multiply
from .blocks_int import negative as int_negative
from .blocks_int import not_equal as int_not_equal
from .blocks_int import power as int_power
from .blocks_int import sign as int_sign
from .blocks_int import subtract as int_subtract
from .blocks_int import to_bool as int_to_bool
from .blocks_int import to_float as int_to_float
from .blocks_int import to_uint8 as int_to_uint8
from .blocks_int import where as int_where
from .blocks_random import bits_to_normal, bits_to_uniform, random_bits

FLOAT = {
    "negative": float_negative,
    "absolute": float_absolute,
    "sign": float_sign,
    "exp": float_exp,
    "expm1": float_expm1,
    "log": float_log,
    "log1p": float_log1p,
    "sqrt": float_sqrt,
    "rsqrt": float_rsqrt,
    "reciprocal": float_reciprocal,
    "sin": float_sin,
    "cos": float_cos,
    "tan": float_tan,
    "tanh": float_tanh,
    "sigmoid": float_sigmoid,
    "erf": float_erf_of,
    "floor": float_floor,
    "ceil": float_ceil,
    "round": float_round_even,
    "isnan": float_isnan,
    "isfinite": float_isfinite,
    "add": float_add,
    "subtract": float_subtract,
    "multiply": float_multiply,
    "divide": float_divide,
    "maximum": float_maximum,
    "minimum": float_minimum,
    "power": float_power,
    "mod": float_mod,
    "floor_divide": float_floor_divide,
    "equal": float_equal,
    "not_equal": float_not_equal,
    "less": float_less,
    "less_equal": float_less_equal,
    "greater": float_greater,
    "greater_equal": float_greater_equal,
    "where": int_where,
}

INT = {
    "negative": int_negative,
    "absolute": int_absolute,
    "sign": int_sign,
    "logical_not": int_logical_not,
    "logical_and": int_logical_and,
    "logical_or": int_logical_or,
    "add": int_add,
    "subtract": int_subtract,
    "multiply": int_multiply,
    "maximum": int_maximum,
    "minimum": int_minimum,
    "power": int_power,
    "mod": int_mod,
    "floor_divide": int_floor_divide,
    "equal": int_equal,
    "not_equal": int_not_equal,
    "less": int_less,
    "less_equal": int_less_equal,
    "greater": int_greater,
    "greater_equal": int_greater_equal,
    "where": int_where,
    "random_bits": random_bits,
    "bits_to_uniform": bits_to_uniform,
    "bits_to_normal": bits_to_normal,
}

CAST = {
    "ff": float_copy,
    "fint32": float_to_int,
    "fuint8": float_to_uint8,
    "fbool": float_to_bool,
    "if": int_to_float,
    "iint32": int_copy,
    "iuint8": int_to_uint8,
    "ibool": int_to_bool,
}


def kind_of_dtype(dtype):
    """How this engine stores a dtype: "f" (float32) or "i" (int32)."""
    return "f" if dtype == "float32" else "i"


def block_function(op, dtype, operand_dtypes):
    """The block function of one instruction. Raises EngineError for an unknown one."""
    if op == "constant" or op == "size":
        return float_constant if dtype == "float32" else int_constant
    if op == "iota":
        return int_iota
    if op == "relu":
        return float_relu
    kind = kind_of_dtype(operand_dtypes[1] if op == "where" else operand_dtypes[0])
    if op == "cast":
        return CAST[kind + ("f" if dtype == "float32" else dtype)]
    table = FLOAT if kind == "f" else INT
    if op not in table:
        raise error("EngineError", "the cpu engine has no instruction '" + op + "' for " + operand_dtypes[0])
    return table[op]


def is_zero(instr):
    """True for the instruction that makes the float constant 0."""
    return instr[0] == "constant" and instr[1] == "float32" and instr[3] == 0


def copy_function(dtype):
    """The block function that copies a dtype."""
    return float_copy if dtype == "float32" else int_copy
