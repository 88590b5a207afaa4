"""Fused elementwise steps, and the epilogues of other kernels."""

from .access import Operand
from .expressions import emit_expression, needed_instructions
from .wide import is_wide, narrowed

# Instructions of an expression that stands in a loop over the rows of a fragment; see Shader.write_rows.
LONG = 40


def elementwise(builder, step):
    """All results in one draw where the targets allow it, else one draw for each with the rest of the code
    dropped.

    lanes, where the step has it: per input, the lane of its texels that is the operand, one number a row; or None.
    """
    expr = step["params"]["expr"]
    wanted = []
    for k in range(len(step["outputs"])):
        if step["outputs"][k] is not None:
            wanted.append(k)
    if len(wanted) == 0 or _copies(builder, step, expr, wanted):
        return None
    layout = builder.layouts[step["outputs"][wanted[0]]]
    wide = is_wide(builder, step)
    if wide:
        shape = builder.shapes[step["outputs"][wanted[0]]]
        step = narrowed(builder, step, shape, lambda part, code: _draw(builder, part, code, [0]))
        expr = step["params"]["expr"]
    together = not wide and len(wanted) * layout.layers <= builder.targets
    for k in wanted:
        if builder.layouts[step["outputs"][k]].kind != layout.kind:
            together = False
    if together:
        _draw(builder, step, expr, wanted)
    else:
        for k in wanted:
            _draw(builder, step, expr, [k])
    return None


def _copies(builder, step, expr, wanted):
    """Results that only repeat an operand share its texture: a texture is never written twice. Whether all do."""
    if len(expr["instrs"]) > 0:
        return False
    if "lanes" in step:
        return False
    for k in wanted:
        a = builder.layouts[step["inputs"][expr["results"][k]]]
        b = builder.layouts[step["outputs"][k]]
        if a.rows != b.rows or a.channels != b.channels or a.dtype != b.dtype:
            return False
    for k in wanted:
        builder.alias(step["inputs"][expr["results"][k]], step["outputs"][k])
    return True


def _draw(builder, step, expr, wanted):
    count = len(step["inputs"])
    dtypes = [builder.dtypes[value] for value in step["inputs"]]
    inputs = []
    place = []
    lanes = [None for _input in range(count)]
    if "lanes" in step:
        lanes = step["lanes"]
    inner = []
    for i in range(count):
        needed = False
        for k in wanted:
            if needed_instructions(expr, count, k)[i]:
                needed = True
        place.append(-1)
        if needed:
            found = -1
            for m in range(len(inputs)):
                if inputs[m] == step["inputs"][i]:
                    found = m
            if found < 0:
                inputs.append(step["inputs"][i])
                inner.append(lanes[i] is not None)
                found = len(inputs) - 1
            place[i] = found
    outputs = [step["outputs"][k] for k in wanted]
    shader = builder.shader(inputs, outputs)
    shape = builder.shapes[outputs[0]]
    calls = []
    for k in wanted:
        calls.append(emit_expression(shader, expr, k, dtypes, shape))
    operands = []
    fetches = 0
    for i in range(len(inputs)):
        operand = Operand(shader, i, shape, inner[i])
        operand.prepare()
        operands.append(operand)
        fetches = fetches + operand.fetches()
    ends = ["" if lane is None else "." + lane for lane in lanes]
    if shader.rows > 1 and len(expr["instrs"]) > 0 and _is_long(expr):
        _write_in_a_loop(shader, operands, calls, place, ends)
    else:
        _write_by_rows(shader, operands, calls, place, ends)
    builder.draw(shader, inputs, outputs, fetches)


def _is_long(expr):
    """Whether an expression is so long that compilers take seconds where it stands once a row."""
    if len(expr["instrs"]) > LONG:
        return True
    for instr in expr["instrs"]:
        if instr[0] == "random_bits":
            return True
    return False


def _write_by_rows(shader, operands, calls, place, ends):
    for j in range(shader.rows):
        names = []
        for i in range(len(operands)):
            name = "x" + str(i) + "_" + str(j)
            shader.line(shader.vector(i) + " " + name + " = " + operands[i].texel(j) + ";")
            names.append(name)
        for m in range(len(calls)):
            given = [names[place[i]] + ends[i] for i in calls[m][1]]
            given.append("r0 + " + str(j) + ", c4")
            shader.write(m, j, calls[m][0] + "(" + ", ".join(given) + ")")
    return None


def _write_in_a_loop(shader, operands, calls, place, ends):
    for i in range(len(operands)):
        shader.line(shader.vector(i) + " x" + str(i) + "[" + str(shader.rows) + "];")
        for j in range(shader.rows):
            shader.line("x" + str(i) + "[" + str(j) + "] = " + operands[i].texel(j) + ";")
    for m in range(len(calls)):
        given = ["x" + str(place[i]) + "[j]" + ends[i] for i in calls[m][1]]
        given.append("r0 + j, c4")
        shader.write_rows(m, calls[m][0] + "(" + ", ".join(given) + ")")
    return None


def write_results(shader, epilogue, first, shape, values):
    """Store a kernel's results, through its epilogue where there is one.

    values: GLSL of the result of each row (float vec4); first: index of the shader's input that is operand 1.
    """
    if epilogue is None:
        for j in range(shader.rows):
            shader.write(0, j, values[j])
        return None
    dtypes = ["float32"]
    for i in range(first, len(shader.inputs)):
        dtypes.append(shader.inputs[i].dtype)
    call = emit_expression(shader, epilogue, 0, dtypes, shape)
    operands = []
    for i in call[1]:
        if i > 0:
            operand = Operand(shader, first + i - 1, shape)
            operand.prepare()
            operands.append(operand)
    for j in range(shader.rows):
        given = []
        k = 0
        for i in call[1]:
            if i == 0:
                given.append(values[j])
            else:
                given.append(operands[k].texel(j))
                k = k + 1
        given.append("r0 + " + str(j) + ", c4")
        shader.write(0, j, call[0] + "(" + ", ".join(given) + ")")
    return None
