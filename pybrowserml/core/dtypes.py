"""Dtypes: float32, int32, bool, uint8, and how they combine."""

from ..platform.errors import error

DTYPES = ["bool", "uint8", "int32", "float32"]


def check_dtype(dtype):
    """The dtype itself; raises DtypeError for an unknown one."""
    if dtype not in DTYPES:
        raise error("DtypeError", "unknown dtype '" + str(dtype) + "'; known: " + ", ".join(DTYPES))
    return dtype


def is_float(dtype):
    return dtype == "float32"


def promote(a, b):
    """The dtype that holds both: bool < uint8 < int32 < float32."""
    return a if DTYPES.index(a) > DTYPES.index(b) else b
