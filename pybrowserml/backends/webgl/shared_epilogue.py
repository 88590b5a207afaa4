"""Epilogues in one form, so that convolutions that differ only in them share a program.

Machine code of programs is most of a first prediction on a software rasteriser, and nets end one convolution with a
bias, another with a residual or an activation besides. Where a plan has several such ends behind convolutions of one
kind, all of them add the bias, add a second tensor if a uniform says so, and keep within bounds that are uniforms.
"""

from typing import Any

from ...platform.maps import new_map
from ...platform.numbers import is_nan
from ...platform.text import to_json
from ...platform.webgl import float_bits
from .access import Operand
from .elementwise import write_results
from .expressions import number_of
from .views import settle

# As bits: what does not bound.
LOWEST = -8388608
HIGHEST = 2139095040


class End:
    """bias, residual: values, residual -1 where there is none; low, high: bits of the bounds."""

    def __init__(self, bias, residual, low, high):
        self.bias = bias
        self.residual = residual
        self.low = low
        self.high = high

    def key(self):
        return to_json([self.residual >= 0, self.low, self.high])


def shared_ends(builder, steps):
    """By value that a convolution gives, its End, where convolutions of its kind have several."""
    found = new_map()
    if not builder.sampled:
        return found
    kinds = new_map()
    for step in steps:
        end = _end_of(builder, step)
        if end is not None:
            params = step["params"]
            taps = builder.shapes[step["inputs"][1]]
            kind = to_json([taps[0], taps[1], params["strides"], params["dilations"]])
            if not kinds.has(kind):
                kinds.put(kind, [])
            kinds.at(kind).append([step["outputs"][0], end])
    for members in kinds.all_values():
        keys = new_map()
        for member in members:
            keys.put(member[1].key(), True)
        if keys.size() > 1:
            for member in members:
                found.put(member[0], member[1])
    return found


def _end_of(builder, step):
    """The End of a convolution, or None where its epilogue is something else."""
    if step["kernel"] != "conv2d" or step["params"]["groups"] != 1 or step["outputs"][0] is None:
        return None
    epilogue = step["params"]["epilogue"] if "epilogue" in step["params"] else None
    out = step["outputs"][0]
    layout = builder.layouts[out]
    if epilogue is None or layout.rows < 2 or layout.size == 0:
        return None
    # What an operand is: the value that it stands for, -1 for what the instructions make.
    places = [-1]
    places.extend(step["inputs"][2 : len(step["inputs"])])
    for value in places:
        if value >= 0 and builder.dtypes[value] != "float32":
            return None
    numbers: list[Any] = [None for _place in places]
    end = End(-1, -1, LOWEST, HIGHEST)
    at = 0
    for instr in epilogue["instrs"]:
        places.append(-1)
        numbers.append(None)
        here = len(places) - 1
        if instr[1] != "float32":
            return None
        if instr[0] == "constant":
            numbers[here] = number_of(instr[3])
            if is_nan(numbers[here]):
                return None
            continue
        if len(instr[2]) != 2 or (instr[2][0] == at) == (instr[2][1] == at):
            return None
        other = instr[2][1] if instr[2][0] == at else instr[2][0]
        if not _takes(builder, end, instr[0], places[other], numbers[other], layout):
            return None
        at = here
    return end if end.bias >= 0 and epilogue["results"][0] == at else None


def _takes(builder, end, op, value, number, layout):
    """Put an instruction with a value or a number into an End; whether it is of its form."""
    unbounded = end.low == LOWEST and end.high == HIGHEST
    if op == "add" and value >= 0 and unbounded:
        given = builder.layouts[value]
        if end.bias < 0 and given.rows == 1 and given.channels == layout.channels:
            end.bias = value
            return True
        if end.bias >= 0 and end.residual < 0 and given.key == layout.key and given.rows == layout.rows:
            end.residual = value
            return given.channels == layout.channels
    elif op == "maximum" and number is not None and unbounded:
        end.low = float_bits(number)
        return True
    elif op == "minimum" and number is not None and end.high == HIGHEST:
        end.high = float_bits(number)
        return True
    return False


def inputs_of(builder, step, end):
    """What the draw of a convolution reads. A program reads a residual even where there is none to read."""
    if end is None:
        return step["inputs"]
    residual = end.residual
    if residual < 0:
        residual = end.bias
    settle(builder, residual)
    return [step["inputs"][0], step["inputs"][1], end.bias, residual]


def store(builder, shader, step, out, end, values):
    """Store what a convolution, or a product, gives. values: GLSL of each row, for an End names of variables."""
    if end is None:
        epilogue = step["params"]["epilogue"] if "epilogue" in step["params"] else None
        write_results(shader, epilogue, 2, builder.shapes[out], values)
        return None
    place = shader.uniform(1 if end.residual >= 0 else 0, end.low, end.high, 0)
    bias = Operand(shader, 2, builder.shapes[out])
    bias.prepare()
    for j in range(shader.rows):
        shader.line(values[j] + " += " + bias.texel(j) + ";")
    shader.line("if (" + place + ".x != 0) {")
    for j in range(shader.rows):
        shader.line(values[j] + " += " + shader.same_place(3, j) + ";")
    shader.line("}")
    shader.line(
        "vec4 low = vec4(intBitsToFloat(" + place + ".y)), high = vec4(intBitsToFloat(" + place + ".z));"
    )
    for j in range(shader.rows):
        name = values[j]
        # As `maximum` and `minimum` are made: what is no number stays.
        shader.line(name + " = mix(" + name + ", low, lessThan(" + name + ", low));")
        shader.write(0, j, "mix(" + name + ", high, greaterThan(" + name + ", high))")
    return None
