"""The instructions of expressions on four lanes: (operation, kinds) → function(lanes, operands), which gives the
result's expression.

Kinds are those of cpu/instructions: "f" float32, "u" uint32, "i" what else is an integer; and "m", truth as a mask.
The result's number of a dtype of 8 bits is made afterwards (`narrowed`).
"""

from ....core.dtypes import is_float
from ..instructions import CLOSED
from . import doubles, functions, random


class Value:
    """An operand: its Local, its dtype's kind; number: its number where that is known, else None; uniform: it stands
    before the loop.
    """

    def __init__(self, local, kind, number, uniform):
        self.local = local
        self.kind = kind
        self.number = number
        self.uniform = uniform


FLOAT_FUNCTIONS = {
    "exp": functions.exp,
    "expm1": functions.expm1,
    "log": functions.log,
    "log1p": functions.log1p,
    "rsqrt": functions.rsqrt,
    "reciprocal": functions.reciprocal,
    "sin": doubles.sin,
    "cos": doubles.cos,
    "tan": doubles.tan,
    "tanh": functions.tanh,
    "sigmoid": functions.sigmoid,
    "erf": functions.erf,
    "sign": functions.sign,
    "isnan": functions.isnan,
    "isfinite": functions.isfinite,
}
# What is one instruction of vectors: by kind of the operands.
DIRECT = {
    "f": {
        "negative": "f32x4.neg",
        "absolute": "f32x4.abs",
        "sqrt": "f32x4.sqrt",
        "floor": "f32x4.floor",
        "ceil": "f32x4.ceil",
        "round": "f32x4.nearest",
        "add": "f32x4.add",
        "subtract": "f32x4.sub",
        "multiply": "f32x4.mul",
        "divide": "f32x4.div",
        "equal": "f32x4.eq",
        "not_equal": "f32x4.ne",
        "less": "f32x4.lt",
        "less_equal": "f32x4.le",
        "greater": "f32x4.gt",
        "greater_equal": "f32x4.ge",
    },
    "i": {
        "negative": "i32x4.neg",
        "absolute": "i32x4.abs",
        "add": "i32x4.add",
        "subtract": "i32x4.sub",
        "multiply": "i32x4.mul",
        "maximum": "i32x4.max_s",
        "minimum": "i32x4.min_s",
        "equal": "i32x4.eq",
        "not_equal": "i32x4.ne",
        "less": "i32x4.lt_s",
        "less_equal": "i32x4.le_s",
        "greater": "i32x4.gt_s",
        "greater_equal": "i32x4.ge_s",
        "bitwise_and": "v128.and",
        "bitwise_or": "v128.or",
        "bitwise_xor": "v128.xor",
    },
    "u": {
        "negative": "i32x4.neg",
        "add": "i32x4.add",
        "subtract": "i32x4.sub",
        "multiply": "i32x4.mul",
        "maximum": "i32x4.max_u",
        "minimum": "i32x4.min_u",
        "equal": "i32x4.eq",
        "not_equal": "i32x4.ne",
        "less": "i32x4.lt_u",
        "less_equal": "i32x4.le_u",
        "greater": "i32x4.gt_u",
        "greater_equal": "i32x4.ge_u",
        "bitwise_and": "v128.and",
        "bitwise_or": "v128.or",
        "bitwise_xor": "v128.xor",
    },
    "m": {
        "logical_and": "v128.and",
        "logical_or": "v128.or",
        "logical_not": "v128.not",
        "bitwise_and": "v128.and",
        "bitwise_or": "v128.or",
        "bitwise_xor": "v128.xor",
        "maximum": "v128.or",
        "minimum": "v128.and",
        "equal": "i32x4.eq",
        "not_equal": "v128.xor",
    },
}


def _maximum(lanes, operands):
    """The first one where it is larger or NaN, else the second one."""
    a = operands[0].local
    b = operands[1].local
    if operands[1].number == 0:
        return ["v128.andnot", a, ["f32x4.le", a, lanes.number(0.0)]]
    if operands[0].number == 0:
        return ["v128.andnot", b, ["f32x4.le", b, lanes.number(0.0)]]
    if _is_plain(operands[1]):
        return ["f32x4.pmax", a, b]
    larger = ["f32x4.pmax", b, a]
    return larger if _is_plain(operands[0]) else lanes.choose(["f32x4.ne", a, a], a, larger)


def _minimum(lanes, operands):
    a = operands[0].local
    b = operands[1].local
    if _is_plain(operands[1]):
        return ["f32x4.pmin", a, b]
    smaller = ["f32x4.pmin", b, a]
    return smaller if _is_plain(operands[0]) else lanes.choose(["f32x4.ne", a, a], a, smaller)


def _is_plain(operand):
    """True for a known number that is neither 0 nor NaN."""
    return operand.number is not None and (operand.number < 0 or operand.number > 0)


def _power(lanes, operands):
    x = operands[0].local
    if operands[1].number == 2:
        return ["f32x4.mul", x, x]
    if operands[1].number == 1:
        return x
    return doubles.power(lanes, x, operands[1].local)


def _mod(lanes, operands):
    return doubles.mod(lanes, operands[0].local, operands[1].local)


def _floor_divide(lanes, operands):
    return doubles.floor_divide(lanes, operands[0].local, operands[1].local)


def _bits_of_power(number):
    """n of a whole number 2**n that is known, -1 for others."""
    for n in range(31):
        if number == 1 << n:
            return n
    return -1


def _int_mod(lanes, operands):
    a = operands[0].local
    if _bits_of_power(operands[1].number) >= 0:
        return ["v128.and", a, lanes.whole(int(operands[1].number) - 1)]
    return doubles.int_mod(lanes, a, operands[1].local, operands[0].kind == "u")


def _int_floor_divide(lanes, operands):
    a = operands[0].local
    unsigned = operands[0].kind == "u"
    bits = _bits_of_power(operands[1].number)
    if bits >= 0:
        return ["i32x4.shr_u" if unsigned else "i32x4.shr_s", a, bits]
    return doubles.int_floor_divide(lanes, a, operands[1].local, unsigned)


def _shift_left(lanes, operands):
    return _shift(lanes, operands, "shl")


def _shift_right(lanes, operands):
    return _shift(lanes, operands, "shr_u" if operands[0].kind == "u" else "shr_s")


def _shift(lanes, operands, op):
    """A count outside of 0..31 leaves 0, or with shr_s the sign."""
    a = operands[0].local
    number = operands[1].number
    if number is not None:
        if number >= 0 and number < 32:
            return ["i32x4." + op, a, int(number)]
        return ["i32x4.shr_s", a, 31] if op == "shr_s" else lanes.whole(0)

    def shifted(scalars):
        inside = ["i32.lt_u", scalars[1], 32]
        if op == "shr_s":
            return ["i32.shr_s", scalars[0], ["select", scalars[1], 31, inside]]
        return ["select", ["i32." + op, scalars[0], scalars[1]], 0, inside]

    return lanes.each_lane([a, operands[1].local], shifted)


def _int_sign(lanes, operands):
    a = operands[0].local
    above = ["v128.and", ["i32x4.gt_s", a, lanes.whole(0)], lanes.whole(1)]
    return ["v128.or", above, ["i32x4.shr_s", a, 31]]


def _unsigned_sign(lanes, operands):
    return ["v128.and", ["i32x4.ne", operands[0].local, lanes.whole(0)], lanes.whole(1)]


def _itself(lanes, operands):
    return operands[0].local


def _uniform(lanes, operands):
    return random.bits_to_uniform(lanes, operands[0].local)


def _normal(lanes, operands):
    return random.bits_to_normal(lanes, operands[0].local)


OF_FLOATS = {
    "maximum": _maximum,
    "minimum": _minimum,
    "power": _power,
    "mod": _mod,
    "floor_divide": _floor_divide,
}
OF_INTEGERS = {
    "mod": _int_mod,
    "floor_divide": _int_floor_divide,
    "shift_left": _shift_left,
    "shift_right": _shift_right,
    "sign": _int_sign,
    "bits_to_uniform": _uniform,
    "bits_to_normal": _normal,
}
OF_UNSIGNED = {
    "mod": _int_mod,
    "floor_divide": _int_floor_divide,
    "shift_left": _shift_left,
    "shift_right": _shift_right,
    "absolute": _itself,
    "sign": _unsigned_sign,
}
OTHERS = {"f": OF_FLOATS, "i": OF_INTEGERS, "u": OF_UNSIGNED, "m": {}}


def kind_of(dtype):
    """The kind of a dtype, or "" where vectors have none."""
    if is_float(dtype):
        return "f" if dtype == "float32" else ""
    if dtype == "bool":
        return "m"
    return "u" if dtype == "uint32" else "i"


def emitter(op, kind, dtype):
    """function(lanes, operands) for operands of a kind and a result of a dtype; None where there is none."""
    if op == "cast" or op == "bitcast":
        return _cast_to(kind, dtype) if op == "cast" else _itself
    if op == "where":
        return _where
    if op in DIRECT[kind]:
        return _direct(DIRECT[kind][op])
    if op in OTHERS[kind]:
        return OTHERS[kind][op]
    if kind == "f" and op in FLOAT_FUNCTIONS:
        return _of_one(FLOAT_FUNCTIONS[op])
    return None


def _direct(name):
    def made(lanes, operands):
        found = [name]
        for operand in operands:
            found.append(operand.local)
        return found

    return made


def _of_one(function):
    return lambda lanes, operands: function(lanes, operands[0].local)


def _where(lanes, operands):
    return lanes.choose(operands[0].local, operands[1].local, operands[2].local)


def _cast_to(kind, dtype):
    """The function of a cast from a kind; integers of 8 bits are cut afterwards."""
    target = kind_of(dtype)
    if target == kind or (kind != "f" and kind != "m" and target != "f" and target != "m"):
        return _itself
    if target == "m":
        return _to_mask
    if kind == "m":
        one = 1.0 if target == "f" else 1
        return lambda lanes, operands: masked(lanes, operands[0].local, target, one)
    if target == "f":
        return _direct("f32x4.convert_i32x4_u" if kind == "u" else "f32x4.convert_i32x4_s")
    return _to_whole


def masked(lanes, mask, kind, one):
    """Zero or one of a kind."""
    return ["v128.and", mask, lanes.number(one) if kind == "f" else lanes.whole(one)]


def _to_mask(lanes, operands):
    if operands[0].kind == "f":
        return ["f32x4.ne", operands[0].local, lanes.number(0.0)]
    return ["i32x4.ne", operands[0].local, lanes.whole(0)]


def _to_whole(lanes, operands):
    """Truncated; numbers of 2**31 and more lose whole times 2**32, which is exact. NaN and infinity give 0."""
    x = operands[0].local
    turns = ["f32x4.floor", ["f32x4.mul", x, lanes.number(2.3283064365386963e-10)]]
    rest = ["f32x4.sub", x, ["f32x4.mul", turns, lanes.number(4294967296.0)]]
    near = ["f32x4.lt", lanes.magnitude(x), lanes.number(2147483648.0)]
    return lanes.choose(near, ["i32x4.trunc_sat_f32x4_s", x], ["i32x4.trunc_sat_f32x4_u", rest])


def narrowed(lanes, value, op, dtype):
    """An expression of 8-bit integers as a number of its dtype."""
    if op in CLOSED and op != "cast" and op != "bitcast":
        return value
    if dtype == "uint8":
        return ["v128.and", value, lanes.whole(255)]
    if dtype == "int8":
        return ["i32x4.shr_s", ["i32x4.shl", value, 24], 24]
    return value
