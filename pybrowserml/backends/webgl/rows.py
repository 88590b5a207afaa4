"""Rows in two draws: one walks along each row for what the reductions give, the next computes whole rows with that.

Up to four numbers a row lie in one texel between the draws. What stands before a reduction is computed anew in each
walk, which costs less than a texture in between.
"""

from ...core.dtypes import is_float
from ...core.lists import same_items
from ..rows import ROW_INSTRUCTIONS, RowValues, cut
from .access import Operand, index_map_cached
from .elementwise import elementwise
from .expressions import emit_expression
from .reduce import COMBINE, IDENTITY_FLOAT, LIBRARY, copy_value, reduce

# Texels of a row that one fragment walks along; longer rows are reduced in parts.
MOST_QUADS = 1024
LANES = ["xxxx", "yyyy", "zzzz", "wwww"]


class _Known:
    """The values that textures hold. place: per value the builder's number, or -1; lane: which lane of its texels, or
    None where the texture is that of the value alone.
    """

    def __init__(self, values, inputs):
        self.place = []
        self.lane = []
        for value in range(len(values.narrow)):
            self.place.append(inputs[value] if value < values.count else -1)
            self.lane.append(None)

    def made(self):
        """The results of instructions among them."""
        found = []
        for value in range(len(self.place)):
            if self.place[value] >= 0:
                found.append(value)
        return found


def rows(builder, step):
    """The numbers of rows in a draw (for long rows one by one), then the whole rows in a draw."""
    shape = step["params"]["shape"]
    last = len(shape) - 1
    values = RowValues(
        step["params"]["expr"], [builder.shapes[value] for value in step["inputs"]], shape[last]
    )
    known = _Known(values, step["inputs"])
    kept = _needed(values, step)
    if len(kept) > 0:
        if shape[last] > 4 * MOST_QUADS or shape[last] == 0:
            _step_by_step(builder, values, known, shape)
        else:
            for at in range(0, len(kept), 4):
                _draw_numbers(builder, values, step, known, kept[at : min(at + 4, len(kept))])
    _write_results(builder, values, step, known, shape)
    return None


def _floats(values):
    """The numbers of rows that a texel can hold."""
    return [value for value in values.kept_narrow() if values.instr(value)[1] == "float32"]


def _needed(values, step):
    """The numbers of rows that results read, or are."""
    wanted = []
    for k in range(len(step["outputs"])):
        if step["outputs"][k] is not None:
            wanted.append(values.expr["results"][k])
    read = cut(values.expr, values.count, wanted, _floats(values))[1]
    return [value for value in read if value >= values.count]


def _narrow(shape, count):
    dims = [dim for dim in shape]
    dims[len(dims) - 1] = count
    return dims


def _write_results(builder, values, step, known, shape):
    wanted = []
    outputs = []
    for k in range(len(step["outputs"])):
        out = step["outputs"][k]
        if out is None:
            continue
        value = values.expr["results"][k]
        if same_items(builder.shapes[out], shape):
            wanted.append(value)
            outputs.append(out)
            continue
        source = known.place[value]
        if source < 0 or known.lane[value] is not None:
            source = builder.add(_narrow(shape, 1), builder.dtypes[out])
            _elementwise(builder, values, known, [value], [source])
        copy_value(builder, source, out)
    if len(wanted) > 0:
        _elementwise(builder, values, known, wanted, outputs)
    return None


def _elementwise(builder, values, known, wanted, outputs):
    """Draw some values from those that textures hold."""
    made = cut(values.expr, values.count, wanted, known.made())
    elementwise(
        builder,
        {
            "inputs": [known.place[value] for value in made[1]],
            "lanes": [known.lane[value] for value in made[1]],
            "outputs": outputs,
            "params": {"expr": made[0]},
        },
    )
    return None


def _step_by_step(builder, values, known, shape):
    """Each reduction by itself."""
    for value in range(values.count, len(values.narrow)):
        if values.is_reduction(value):
            instr = values.instr(value)
            source = instr[2][0]
            place = known.place[source]
            if place < 0 or known.lane[source] is not None or not same_items(builder.shapes[place], shape):
                place = builder.add(shape, "float32")
                _elementwise(builder, values, known, [source], [place])
            known.place[value] = builder.add(_narrow(shape, 1), "float32")
            params = {"op": ROW_INSTRUCTIONS[instr[0]], "axes": [len(shape) - 1], "keepdims": True}
            reduce(builder, {"inputs": [place], "outputs": [known.place[value]], "params": params})
    return None


def _draw_numbers(builder, values, step, known, wanted):
    """One draw that computes up to four numbers of each row from the step's inputs."""
    shape = step["params"]["shape"]
    made = cut(values.expr, values.count, wanted, [])
    given = [step["inputs"][value] for value in made[1]]
    inputs = []
    for place in given:
        if place not in inputs:
            inputs.append(place)
    target = builder.add(_narrow(shape, len(wanted)), "float32")
    shader = builder.shader(inputs, [target])
    inner = RowValues(made[0], [builder.shapes[place] for place in given], shape[len(shape) - 1])
    walk = _Walk(shader, inner, [inputs.index(place) for place in given], shape)
    shader.local(walk.function())
    shader.write_rows(0, "one_row(r0 + j)")
    builder.draw(shader, inputs, [target], walk.fetches * shader.rows)
    for k in range(len(wanted)):
        known.place[wanted[k]] = target
        known.lane[wanted[k]] = None if len(wanted) == 1 else LANES[k]
    return None


class _Walk:
    """The GLSL of the function that walks along a row, as often as there are passes. inputs: per operand, the number of
    the shader's input.
    """

    def __init__(self, shader, values, inputs, shape):
        self.shader = shader
        self.values = values
        self.inputs = inputs
        self.shape = shape
        self.length = shape[len(shape) - 1]
        self.dtypes = [shader.inputs[i].dtype for i in inputs]
        for instr in values.expr["instrs"]:
            self.dtypes.append(instr[1])
        self.names = []
        self.rows = []
        self.lines = []
        self.done = []
        self.fetches = 0

    def function(self):
        """vec4 one_row(int row): the results in its lanes."""
        shader = self.shader
        values = self.values
        for k in range(values.count):
            self._operand(k)
        for op in ["sum", "max", "min"]:
            if self._reduces_by(op):
                for name in LIBRARY[op]:
                    shader.need(name)
                shader.local("vec4 join_" + op + "(vec4 a, vec4 b) { return " + COMBINE[op] + "; }")
        for turn in range(values.last_pass() + 1):
            for value in values.kept_narrow():
                if values.passes[value] == turn and not values.is_reduction(value):
                    self._number(value)
            reductions = values.reductions(turn)
            if len(reductions) > 0:
                self._reduce(reductions)
        lanes = []
        for value in values.expr["results"]:
            lanes.append(self.names[value] + ".x")
        while len(lanes) < 4:
            lanes.append("0.0")
        body = "\n".join(self.lines)
        return "vec4 one_row(int row) {\n" + body + "\nreturn vec4(" + ", ".join(lanes) + ");\n}"

    def _reduces_by(self, op):
        for instr in self.values.expr["instrs"]:
            if ROW_INSTRUCTIONS.get(instr[0]) == op:
                return True
        return False

    def _operand(self, k):
        """Where an operand's row is; what is the same along the row is read at once."""
        shader = self.shader
        i = self.inputs[k]
        operand = Operand(shader, i, self.shape)
        row = "row"
        if operand.mode == "scalar" or operand.mode == "vector":
            row = "0"
        elif operand.mode == "rows":
            row = shader.fresh("at")
            kept = shader.lines
            shader.lines = []
            index_map_cached(shader, operand.axes, "row", row)
            self.lines.extend(shader.lines)
            shader.lines = kept
        self.rows.append(row)
        self.names.append("")
        if self.values.narrow[k]:
            name = shader.fresh("n")
            self.names[k] = name
            self.lines.append(shader.vector(i) + " " + name + " = " + shader.fetch(i, row, "0") + ".xxxx;")
            self.done.append(k)
            self.fetches = self.fetches + 1

    def _number(self, value):
        """A value that is one number a row."""
        shader = self.shader
        made = cut(self.values.expr, self.values.count, [value], self.done)
        call = emit_expression(shader, made[0], 0, [self.dtypes[v] for v in made[1]], self.shape)
        name = shader.fresh("n")
        given = [self.names[made[1][p]] for p in call[1]]
        given.append("row, 0")
        kind = "vec4" if is_float(self.dtypes[value]) else "ivec4"
        self.lines.append(kind + " " + name + " = " + call[0] + "(" + ", ".join(given) + ");")
        self._finish(value, name)

    def _finish(self, value, name):
        while len(self.names) <= value:
            self.names.append("")
        self.names[value] = name
        self.done.append(value)

    def _reduce(self, reductions):
        """One walk for the reductions of a pass."""
        shader = self.shader
        values = self.values
        full = self.length // 4
        tail = self.length % 4
        place = shader.uniform(full, 0, 0, 0)
        steps = []
        fetched = []
        fetches = []
        accumulators = []
        for value in reductions:
            instr = values.instr(value)
            op = ROW_INSTRUCTIONS[instr[0]]
            made = cut(values.expr, values.count, [instr[2][0]], self.done)
            call = emit_expression(shader, made[0], 0, [self.dtypes[v] for v in made[1]], self.shape)
            given = []
            for p in call[1]:
                v = made[1][p]
                if self.names[v] != "":
                    given.append(self.names[v])
                else:
                    if v not in fetched:
                        fetched.append(v)
                        i = self.inputs[v]
                        fetch = shader.fetch(i, self.rows[v], "q")
                        fetches.append(shader.vector(i) + " x" + str(v) + " = " + fetch + ";")
                    given.append("x" + str(v))
            given.append("row, q")
            name = shader.fresh("sum")
            accumulators.append([name, op])
            steps.append([name, "join_" + op, call[0] + "(" + ", ".join(given) + ")"])
        for entry in accumulators:
            self.lines.append("vec4 " + entry[0] + " = vec4(" + IDENTITY_FLOAT[entry[1]] + ");")
        inner = " ".join(fetches)
        for entry in steps:
            inner = inner + " " + entry[0] + " = " + entry[1] + "(" + entry[0] + ", " + entry[2] + ");"
        self.lines.append("for (int q = 0; q < " + place + ".x; q++) { " + inner + " }")
        if tail > 0:
            self._tail(place, fetches, steps, accumulators, tail)
        for entry in accumulators:
            join = entry[0] + " = join_" + entry[1] + "(" + entry[0] + ", " + entry[0]
            self.lines.append(join + ".zwxy); " + join + ".yxwz);")
        self.fetches = self.fetches + len(fetches) * (full + 1)
        for k in range(len(reductions)):
            self._finish(reductions[k], accumulators[k][0])

    def _tail(self, place, fetches, steps, accumulators, tail):
        """The last texel, without the lanes behind the row's end."""
        kept = ["v.x, e.yzw", "v.xy, e.zw", "v.xyz, e.w"][tail - 1]
        self.lines.append("{ int q = " + place + ".x; vec4 v, e; " + " ".join(fetches))
        for k in range(len(steps)):
            entry = steps[k]
            self.lines.append("v = " + entry[2] + "; e = vec4(" + IDENTITY_FLOAT[accumulators[k][1]] + ");")
            self.lines.append(entry[0] + " = " + entry[1] + "(" + entry[0] + ", vec4(" + kept + "));")
        self.lines.append("}")
