"""Slices of a loop's stacked results that are drawn where they lie in the whole, and read there by the same step.

A product's result needs no copy then. Results of one expression that stand side by side in a slice, as the cotangents
of an LSTM's gates, are stored as rows of their own, one after the other: a fragment computes some rows of the slice for
all parts, so one draw makes what else takes one for every few parts, one that joins them and one that copies. The
product that reads them walks along the parts of a row. Only on a processor that plays a GPU, for which a draw costs
little but what it computes.
"""

from .access import Operand
from .expressions import emit_expressions
from .joined import changed, links_of
from .layout import Layout
from .views import View
from .wide import is_wide


class Direct:
    """A stacked result that the steps of a loop draw into. value: that of the body which is all of it; rows: of a slice
    in the texture; parts: as in View.
    """

    def __init__(self, value, rows, parts):
        self.value = value
        self.rows = rows
        self.parts = parts


def with_direct(builder, inner, step, parts):
    """[the steps of a loop's body, for each stacked result a Direct or None]. step: the loop; parts: its body's
    steps.
    """
    body = step["params"]["body"]
    found = [None for i in range(step["params"]["carries"], len(body["outputs"]))]
    if not inner.sampled or "length" not in step["params"]:
        return [parts, found]
    links = links_of(inner, body, parts)
    made = list(parts)
    for i in range(len(found)):
        value = body["outputs"][step["params"]["carries"] + i]["value"]
        place = links[1][value]
        if place < 0 or _count(body["outputs"], value) > 1 or inner.dtypes[value] != "float32":
            continue
        kernel = made[place]["kernel"]
        if len(inner.shapes[value]) != 2:
            continue
        if kernel == "matmul":
            found[i] = _placed(builder, inner, step["params"]["length"], value, 1)
        elif kernel == "concat":
            source = _source_of(inner, made, links, place)
            if source >= 0 and _only_products(inner, made, value):
                count = len(made[place]["inputs"])
                found[i] = _placed(builder, inner, step["params"]["length"], value, count)
                if found[i] is not None:
                    _divide(made, source, place, value)
    return [made, found]


def _count(entries, value):
    count = 0
    for entry in entries:
        if entry["value"] == value:
            count = count + 1
    return count


def _placed(builder, inner, length, value, parts):
    """The Direct of a value of the body, or None where its slices are no whole pairs of lines of texels: a processor
    draws squares of four fragments.
    """
    shape = inner.shapes[value]
    rows = shape[0] * parts
    columns = shape[1] // parts
    whole = [length, rows, columns]
    layout = Layout(whole, "float32", builder.targets, builder.max_shift)
    if layout.size == 0 or layout.flat or layout.pages > 1 or rows % layout.layers != 0:
        return None
    groups = rows // layout.layers
    if groups % (2 * 2**layout.shift) != 0:
        return None
    source = inner.add(whole, "float32")
    view = View(source, 0, 0, rows)
    view.parts = parts
    view.drawn = True
    inner.views[value] = view
    return Direct(source, rows, parts)


def _source_of(inner, steps, links, place):
    """The step whose results a concatenation joins, all of them and in whole texels, or -1."""
    concat = steps[place]
    shape = inner.shapes[concat["outputs"][0]]
    count = len(concat["inputs"])
    if concat["params"]["axis"] != 1 or count not in [2, 4, 8] or inner.targets % count != 0:
        return -1
    source = links[1][concat["inputs"][0]]
    if source < 0 or steps[source]["kernel"] != "elementwise" or is_wide(inner, steps[source]):
        return -1
    part = [shape[0], shape[1] // count]
    if len(steps[source]["inputs"]) > inner.units:
        return -1
    for value in concat["inputs"]:
        if links[1][value] != source or links[0][value] != 1 or not _is(inner, value, part):
            return -1
    for value in steps[source]["inputs"]:
        if not _is(inner, value, part) and inner.layouts[value].size != 1:
            return -1
    for instr in steps[source]["params"]["expr"]["instrs"]:
        if instr[0] == "random_bits" or instr[0] == "iota":
            return -1
    return source if part[1] % 8 == 0 else -1


def _is(inner, value, shape):
    own = inner.shapes[value]
    return len(own) == 2 and own[0] == shape[0] and own[1] == shape[1] and inner.dtypes[value] == "float32"


def _only_products(inner, steps, value):
    """Whether all who read a value are products that walk along its rows and those of a matrix."""
    for step in steps:
        if value not in step["inputs"]:
            continue
        b = inner.layouts[step["inputs"][1]] if step["kernel"] == "matmul" else None
        if b is None or step["inputs"][0] != value or value in step["inputs"][1 : len(step["inputs"])]:
            return False
        if step["params"]["transpose_a"] or not step["params"]["transpose_b"]:
            return False
        if b.layers < 4 or b.flat or b.pages > 1 or len(b.shape) != 2:
            return False
    return True


def _divide(steps, source, place, value):
    """Have the step `source` draw what the concatenation joined."""
    parts = []
    outputs = list(steps[source]["outputs"])
    for item in steps[place]["inputs"]:
        parts.append(outputs.index(item))
    for part in parts:
        outputs[part] = None
    steps[source] = changed(steps[source], "outputs", outputs)
    steps[source]["divided"] = [value, parts]
    steps[place] = changed(steps[place], "outputs", [None])


def draw_divided(builder, step):
    """The draw of results that are stored as rows one after the other."""
    expr = step["params"]["expr"]
    target = step["divided"][0]
    parts = step["divided"][1]
    count = len(parts)
    shape = [builder.shapes[target][0], builder.shapes[target][1] // count]
    shader = builder.shader(step["inputs"], [target])
    call = emit_expressions(shader, expr, parts, [builder.dtypes[value] for value in step["inputs"]], shape)
    operands = []
    for i in range(len(step["inputs"])):
        operand = Operand(shader, i, shape)
        walk = operand.anywhere("row", "c4", "quad")
        operands.append(walk)
        if walk[0] != "":
            shader.line(walk[0])
    together = shader.rows // count
    for i in range(together):
        shader.line("{ int row = r0 / " + str(count) + " + " + str(i) + ";")
        given = [operands[k][1] for k in call[1]]
        given.append("row, c4")
        for p in range(count):
            given.append("o" + str(i * count + p))
        shader.line(call[0] + "(" + ", ".join(given) + "); }")
    builder.draw(shader, step["inputs"], [target], together * len(step["inputs"]))
    return None
