"""Results of one expression that only a concatenation reads, as the cotangents of an LSTM's gates, are drawn where
they stand in it: one draw in the place of one for each result and one that copies.
"""

from .access import Operand
from .expressions import emit_expression
from .wide import is_wide, unique_inputs


def links_of(builder, plan, steps):
    """Per value how many steps read it, two more for what outlives the plan, and the number of the step that writes
    it, or -1.
    """
    readers = [0 for layout in builder.layouts]
    writers = [-1 for layout in builder.layouts]
    for i in range(len(steps)):
        for value in steps[i]["inputs"]:
            readers[value] = readers[value] + 1
        for value in steps[i]["outputs"]:
            if value is not None:
                writers[value] = i
    for group in ["outputs", "updates"]:
        for entry in plan[group]:
            readers[entry["value"]] = readers[entry["value"]] + 2
    return [readers, writers]


def with_joined(builder, plan):
    """The steps of a plan; expressions whose results are drawn into a concatenation say so by a key `joined`, [the
    concatenation, the numbers of its parts among the results], and the concatenation's step has nothing left to do.
    """
    steps = plan["steps"]
    # A processor that plays a GPU computes both sides of a branch, so all parts for each.
    if builder.sampled:
        return steps
    made = list(steps)
    links = links_of(builder, plan, steps)
    readers, writers = links[0], links[1]
    for i in range(len(steps)):
        step = steps[i]
        if step["kernel"] != "concat" or step["outputs"][0] is None:
            continue
        target = step["outputs"][0]
        place = writers[step["inputs"][0]]
        if not _is_along_texels(builder, step, target) or place < 0:
            continue
        source = made[place]
        if not _takes(builder, source):
            continue
        parts = []
        outputs = list(source["outputs"])
        for value in step["inputs"]:
            if readers[value] == 1 and writers[value] == place:
                part = _index_of(source["outputs"], value)
                parts.append(part)
                outputs[part] = None
        if len(parts) == len(step["inputs"]):
            made[place] = changed(source, "outputs", outputs)
            made[place]["joined"] = [target, parts]
            made[i] = changed(step, "outputs", [None])
    return made


def _is_along_texels(builder, step, target):
    """Whether the parts of a concatenation are whole texels of floats, side by side."""
    axis = len(builder.shapes[target]) - 1
    if step["params"]["axis"] != axis or builder.dtypes[target] != "float32" or len(step["inputs"]) < 2:
        return False
    for value in step["inputs"]:
        if builder.shapes[value][axis] % 4 != 0:
            return False
    return builder.layouts[target].size > 0


def _takes(builder, step):
    """Whether a step is an expression that can be drawn in parts: not more than one concatenation, no counting of
    elements.
    """
    if step["kernel"] != "elementwise" or "joined" in step or is_wide(builder, step):
        return False
    for instr in step["params"]["expr"]["instrs"]:
        if instr[0] == "random_bits":
            return False
    return True


def _index_of(values, value):
    for i in range(len(values)):
        if values[i] == value:
            return i
    return -1


def changed(step, name, value):
    """A step with another entry."""
    made = {}
    for key in step.keys():
        made[key] = step[key]
    made[name] = value
    return made


def draw_joined(builder, step):
    """The draw of the parts of a concatenation."""
    expr = step["params"]["expr"]
    target = step["joined"][0]
    parts = step["joined"][1]
    count = len(step["inputs"])
    firsts = unique_inputs(step["inputs"])
    dtypes = [builder.dtypes[value] for value in step["inputs"]]
    inputs = []
    place = []
    for i in range(count):
        if firsts[i] == i:
            inputs.append(step["inputs"][i])
            place.append(len(inputs) - 1)
        else:
            place.append(place[firsts[i]])
    shape = list(builder.shapes[target])
    shape[len(shape) - 1] = shape[len(shape) - 1] // len(parts)
    shader = builder.shader(inputs, [target])
    shader.displaced = True
    params = [shader.vector(i) + " x" + str(i) for i in range(len(inputs))]
    lines = ["vec4 part_of(int part, " + ", ".join(params) + ", int row, int c4) {"]
    for p in range(len(parts)):
        call = emit_expression(shader, expr, parts[p], dtypes, shape)
        given = ["x" + str(place[i]) for i in call[1]]
        given.append("row, c4")
        text = "return " + call[0] + "(" + ", ".join(given) + ");"
        lines.append(text if p == len(parts) - 1 else "if (part == " + str(p) + ") " + text)
    lines.append("}")
    shader.local("\n".join(lines))
    width = shader.uniform(shape[len(shape) - 1] // 4, 0, 0, 0) + ".x"
    shader.line("int part = c4 / " + width + "; c4 -= part * " + width + ";")
    operands = []
    fetches = 0
    for i in range(len(inputs)):
        operand = Operand(shader, i, shape)
        operand.prepare()
        operands.append(operand)
        fetches = fetches + operand.fetches()
    rows = str(shader.rows)
    shader.line("vec4 y[" + rows + "];")
    shader.line("for (int j = 0; j < " + rows + "; j++) {")
    for i in range(len(inputs)):
        shader.line(shader.vector(i) + " x" + str(i) + " = " + operands[i].texel("j") + ";")
    given = ["x" + str(i) for i in range(len(inputs))]
    shader.line("y[j] = part_of(part, " + ", ".join(given) + ", r0 + j, c4);")
    shader.line("}")
    for j in range(shader.rows):
        shader.write(0, j, "y[" + str(j) + "]")
    builder.draw(shader, inputs, [target], fetches)
