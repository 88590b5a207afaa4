"""Dtypes and how they combine.

Values of float16 are stored rounded to half precision and computed in float32. float64 exists for checking gradients;
the NumPy and the CPU engine have it. There is no 64-bit integer and no 16-bit one: where Keras would take int16 or
int64, the result is int32, as in JAX without 64-bit types.
"""

from ..platform.buffers import dtype_name
from ..platform.errors import error

INTEGERS = ["uint8", "int8", "int32", "uint32"]
FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", "uint8", "int8", "int32", "uint32", "float16", "float32", "float64"]
# The smallest and the largest number of each integer dtype.
BOUNDS = {
    "uint8": [0, 255],
    "int8": [-128, 127],
    "int32": [-2147483648, 2147483647],
    "uint32": [0, 4294967295],
}
# Integers that scripts for Keras name, and what stands in for them.
STAND_INS = {"int16": "int32", "int64": "int32", "uint16": "uint32", "uint64": "uint32"}
# The bits of an element.
WIDTHS = {
    "bool": 8,
    "uint8": 8,
    "int8": 8,
    "int32": 32,
    "uint32": 32,
    "float16": 16,
    "float32": 32,
    "float64": 64,
}


def check_dtype(dtype, op=None):
    """The name of a dtype; raises DtypeError for an unknown one, which names `op`.

    "int" and "float" are int32 and float32; in CPython also NumPy's dtypes and Python's int, float and bool. Integers
    of 16 and 64 bits are those of 32 bits, as in JAX without 64-bit types.
    """
    name = dtype_name(dtype)
    if name in STAND_INS:
        name = STAND_INS[name]
    if name not in DTYPES:
        place = "" if op is None else op + ": "
        raise error("DtypeError", place + "unknown dtype '" + name + "'; known: " + ", ".join(DTYPES))
    return name


def is_float(dtype):
    return dtype in FLOATS


def is_integer(dtype):
    """True for the integer dtypes; bool is none."""
    return dtype in INTEGERS


def promote(a, b):
    """The dtype in which two tensors meet, as in Keras: bool < integers < floats.

    A float wins over an integer of any width. uint8 meets uint32 in uint32; other integers that differ meet in int32,
    which cannot hold a uint32 above 2**31 - 1: it wraps.
    """
    if a == b:
        return a
    if is_float(a) or is_float(b):
        return a if DTYPES.index(a) > DTYPES.index(b) else b
    if a == "bool":
        return b
    if b == "bool":
        return a
    return "uint32" if a != "int8" and b != "int8" and a != "int32" and b != "int32" else "int32"


def promote_number(dtype, number, fraction):
    """The dtype in which a tensor meets a bare number (fraction: whether it is a float), as in Keras.

    A number is weak: it takes the tensor's dtype, unless it has a fraction that would be lost, or lies outside of the
    range of an 8-bit integer (there Keras wraps it).
    """
    if is_float(dtype):
        return dtype
    if fraction:
        return "float32"
    if dtype == "bool":
        return "int32"
    bounds = BOUNDS[dtype]
    return "int32" if WIDTHS[dtype] == 8 and (number < bounds[0] or number > bounds[1]) else dtype
