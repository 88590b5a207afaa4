"""Constant folding of scalars: numbers that depend on no input are computed once, in float32."""

import math

from ..core.dtypes import is_float, is_integer
from ..core.graph import Node, Tensor, new_serial
from ..core.host import HostArray
from ..platform import real
from ..platform.buffers import from_numbers
from ..platform.numbers import is_finite, to_int
from .rewrite import rewrite, scalar_value

# The largest float32.
LARGEST = 3.4028234663852886e38


def fold(outputs):
    """Equivalent tensors in which elementwise nodes of scalar constants became constants."""
    return rewrite(outputs, fold_node)


def fold_node(node, inputs):
    """The constant that stands for a node of these inputs, in a list, or None to keep it."""
    if node.op == "broadcast_to" or node.op == "reshape":
        if len(node.outputs[0][0]) == 0 and scalar_value(inputs[0]) is not None:
            return [inputs[0]]
        return None
    rule = RULES.get(node.op)
    if rule is None or len(inputs) == 0:
        return None
    numbers = []
    for tensor in inputs:
        number = scalar_value(tensor)
        if number is None or not is_finite(number):
            return None
        numbers.append(float(number))
    dtype = node.outputs[0][1]
    result = rule(numbers)
    if result is None or not is_finite(result):
        return None
    if is_integer(dtype):
        if abs(result) >= 2147483648.0:
            return None
        result = to_int(result)
    if is_float(dtype) and abs(result) > LARGEST:
        return None
    data = HostArray(from_numbers(dtype, [result]), [], dtype)
    return [Tensor(Node("constant", [], {"data": data}, [[[], dtype]], new_serial(), node.label), 0)]


def _guarded(function, low):
    """A function of one number that is folded only above `low`."""

    def rule(numbers):
        return function(numbers[0]) if numbers[0] > low else None

    return rule


def _power(numbers):
    return real.power(numbers[0], numbers[1]) if numbers[0] > 0.0 else None


def _divide(numbers):
    return numbers[0] / numbers[1] if numbers[1] != 0.0 else None


RULES = {
    "negative": lambda numbers: -numbers[0],
    "absolute": lambda numbers: abs(numbers[0]),
    "add": lambda numbers: numbers[0] + numbers[1],
    "subtract": lambda numbers: numbers[0] - numbers[1],
    "multiply": lambda numbers: numbers[0] * numbers[1],
    "divide": _divide,
    "power": _power,
    "maximum": lambda numbers: numbers[0] if numbers[0] > numbers[1] else numbers[1],
    "minimum": lambda numbers: numbers[0] if numbers[0] < numbers[1] else numbers[1],
    "sqrt": _guarded(lambda x: math.sqrt(x), 0.0),
    "rsqrt": _guarded(lambda x: 1.0 / math.sqrt(x), 0.0),
    "log": _guarded(lambda x: math.log(x), 0.0),
    "exp": lambda numbers: math.exp(numbers[0]) if abs(numbers[0]) < 80.0 else None,
    "reciprocal": lambda numbers: 1.0 / numbers[0] if numbers[0] != 0.0 else None,
    "cast": lambda numbers: numbers[0],
}
