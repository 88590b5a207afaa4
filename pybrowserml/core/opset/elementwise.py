"""`ELEMENTWISE` lists the primitives that fuse into expressions; `GENERATORS` those that need no operand's shape."""

from .binary import BINARY, COMPARISONS
from .bits import BITWISE
from .unary import UNARY

GENERATORS = ["iota", "random_bits"]
ELEMENTWISE = [row[0] for row in UNARY]
ELEMENTWISE.extend([row[0] for row in BINARY])
ELEMENTWISE.extend(COMPARISONS)
ELEMENTWISE.extend(BITWISE)
ELEMENTWISE.extend(GENERATORS)
ELEMENTWISE.extend(
    [
        "negative",
        "absolute",
        "sign",
        "isnan",
        "isfinite",
        "logical_not",
        "logical_and",
        "logical_or",
        "where",
        "cast",
        "bitcast",
    ]
)
ELEMENTWISE.extend(["size", "bits_to_uniform", "bits_to_normal"])

_NAMED = {}
for _name in ELEMENTWISE:
    _NAMED[_name] = True


def is_elementwise_op(op):
    """Whether a primitive fuses into expressions."""
    return op in _NAMED
