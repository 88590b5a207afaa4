"""Fused elementwise steps, and the epilogues of other kernels."""

from .access import Operand
from .direct import draw_divided
from .expressions import emit_expression, emit_expressions, needed_instructions
from .joined import draw_joined
from .views import settle
from .wide import is_wide, narrowed

# Instructions of an expression that stands in a loop over the rows of a fragment; see Shader.write_rows.
LONG = 40
# Of results with fewer texels a draw costs more than to compute something twice.
SMALL_TEXELS = 64
# Of results with fewer texels it pays to compute something twice where that makes fewer draws of many results.
FEW_TEXELS = 512


def elementwise(builder, step):
    """All results in one draw where the targets allow it. Else in one draw for each part of the layers, so that nothing
    is computed twice; or, of small tensors, in one for each result if those are fewer.

    lanes, where the step has it: per input, the lane of its texels that is the operand, one number a row; or None.
    joined, divided, where the step has them: see `with_joined` and `with_direct`.
    """
    if "joined" in step:
        draw_joined(builder, step)
    if "divided" in step:
        draw_divided(builder, step)
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
        layers = layout.layers
        shape = builder.shapes[step["outputs"][wanted[0]]]
        step = narrowed(builder, step, shape, lambda part, code: _draw(builder, part, code, [0], 0, layers))
        expr = step["params"]["expr"]
    together = not wide
    for k in wanted:
        if builder.layouts[step["outputs"][k]].kind != layout.kind:
            together = False
    groups = [wanted]
    if layout.texels < FEW_TEXELS and layout.layers > 1:
        groups = _groups(step, expr, wanted)
    for group in groups:
        rows = layout.layers
        while rows > 1 and len(group) * rows > builder.targets:
            rows = rows // 2
        small = layout.layers > len(group) * rows and layout.texels < SMALL_TEXELS
        if together and not small and len(group) * rows <= builder.targets:
            for first in range(0, layout.layers, rows):
                if first < layout.rows:
                    _draw(builder, step, expr, group, first, rows)
        else:
            for k in group:
                _draw(builder, step, expr, [k], 0, layout.layers)
    return None


def _groups(step, expr, wanted):
    """Results in groups of 1, 2, 4, ..., which leave no target unused: fewer draws, but what groups have in common is
    computed for each. Those that take the least are by themselves.
    """
    count = len(step["inputs"])
    lengths = []
    for k in wanted:
        length = 0
        for needed in needed_instructions(expr, count, k):
            length = length + (1 if needed else 0)
        lengths.append(length)
    order = sorted(range(len(wanted)), key=lambda i: lengths[i] * len(wanted) + i)
    groups = []
    size = 1
    start = 0
    while start < len(wanted):
        if ((len(wanted) // size) % 2) == 1:
            groups.append([wanted[i] for i in sorted(order[start : start + size])])
            start = start + size
        size = size * 2
    return groups


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
        settle(builder, step["inputs"][expr["results"][k]])
        builder.alias(step["inputs"][expr["results"][k]], step["outputs"][k])
    return True


def _draw(builder, step, expr, wanted, first, rows):
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
    shader = builder.shader_of_rows(inputs, outputs, first, rows)
    shape = builder.shapes[outputs[0]]
    call = emit_expressions(shader, expr, wanted, dtypes, shape)
    operands = []
    fetches = 0
    for i in range(len(inputs)):
        operand = Operand(shader, i, shape, inner[i])
        operand.prepare()
        operands.append(operand)
        fetches = fetches + operand.fetches()
    ends = ["" if lane is None else "." + lane for lane in lanes]
    if shader.rows > 1 and len(expr["instrs"]) > 0 and _is_long(expr):
        _write_in_a_loop(shader, operands, call, place, ends)
    else:
        _write_by_rows(shader, operands, call, place, ends)
    builder.draw(shader, inputs, outputs, fetches)


def _is_long(expr):
    """Whether an expression is so long that compilers take seconds where it stands once a row."""
    if len(expr["instrs"]) > LONG:
        return True
    for instr in expr["instrs"]:
        if instr[0] == "random_bits":
            return True
    return False


def _write_by_rows(shader, operands, call, place, ends):
    for j in range(shader.rows):
        names = []
        for i in range(len(operands)):
            name = "x" + str(i) + "_" + str(j)
            shader.line(shader.vector(i) + " " + name + " = " + operands[i].texel(j) + ";")
            names.append(name)
        given = [names[place[i]] + ends[i] for i in call[1]]
        given.append("r0 + " + str(j) + ", c4")
        for m in range(shader.results):
            given.append("o" + str(m * shader.rows + j))
        shader.line(call[0] + "(" + ", ".join(given) + ");")
    return None


def _write_in_a_loop(shader, operands, call, place, ends):
    rows = str(shader.rows)
    for i in range(len(operands)):
        shader.line(shader.vector(i) + " x" + str(i) + "[" + rows + "];")
        for j in range(shader.rows):
            shader.line("x" + str(i) + "[" + str(j) + "] = " + operands[i].texel(j) + ";")
    given = ["x" + str(place[i]) + "[j]" + ends[i] for i in call[1]]
    given.append("r0 + j, c4")
    for m in range(shader.results):
        shader.line(shader.out_vector() + " y" + str(m) + "[" + rows + "];")
        given.append("y" + str(m) + "[j]")
    shader.line("for (int j = 0; j < " + rows + "; j++) " + call[0] + "(" + ", ".join(given) + ");")
    for m in range(shader.results):
        for j in range(shader.rows):
            shader.write(m, j, "y" + str(m) + "[" + str(j) + "]")
    return None


def write_results(shader, epilogue, first, shape, values):
    """Store a kernel's results, through its epilogue where there is one.

    values: GLSL of the result of each row (float vec4); first: index of the shader's input that is operand 1.
    """
    if epilogue is None:
        for j in range(shader.rows):
            shader.write(0, j, values[j])
        return None
    made = _epilogue(shader, epilogue, first, shape)
    for j in range(shader.rows):
        shader.write(0, j, _finished(made, j, values[j]))
    return None


def write_looped(shader, epilogue, first, shape, value):
    """`write_results` with a loop over the rows of the fragment, a smaller program. value: GLSL of the result of row
    `r0 + j`.
    """
    if epilogue is None:
        shader.write_rows(0, value)
        return None
    made = _epilogue(shader, epilogue, first, shape)
    name = shader.fresh("texels")
    count = str(shader.rows)
    shader.line(shader.out_vector() + " " + name + "[" + count + "];")
    shader.line("for (int j = 0; j < " + count + "; j++) {")
    shader.line(name + "[j] = " + _finished(made, "j", value) + ";")
    shader.line("}")
    for j in range(shader.rows):
        shader.write(0, j, name + "[" + str(j) + "]")
    return None


def _epilogue(shader, epilogue, first, shape):
    """[the call of an epilogue's function, its operands behind the kernel's result]."""
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
    return [call, operands]


def _finished(made, j, value):
    """GLSL of a row's result as the epilogue makes it; emits what it needs."""
    call = made[0]
    given = []
    k = 0
    for i in call[1]:
        if i == 0:
            given.append(value)
        else:
            given.append(made[1][k].texel(j))
            k = k + 1
    given.append("r0 + " + str(j) + ", c4")
    return call[0] + "(" + ", ".join(given) + ")"
