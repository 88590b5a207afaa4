"""Kernels that only move elements: each output texel (or element) computes where it comes from.

Where the last axis stays as it is, whole texels move and only row numbers are computed; otherwise each lane
finds its own element. The source index is a sum over the output's axes, merged where they walk through the
source alike.
"""

from .access import padded
from .expressions import number_literal
from .reduce import copy_value, lanes_of
from .shader import fill
from .views import settle, view_of_slice


def reshape(builder, step):
    if step["outputs"][0] is not None:
        copy_value(builder, step["inputs"][0], step["outputs"][0])


def strides_of(dims):
    """Row-major strides."""
    strides = []
    for i in range(len(dims)):
        stride = 1
        for k in range(i + 1, len(dims)):
            stride = stride * dims[k]
        strides.append(stride)
    return strides


class Walk:
    """source index = base + sum of stride * place, over output axes [size, stride, low, step, count].

    An axis with step 0 is plain: place is the output's coordinate. Otherwise the coordinate minus low must be
    a multiple of step and below step * (count - 1) + 1; place is the quotient, and other coordinates have no
    source.
    """

    def __init__(self, base, axes):
        self.base = base
        self.axes = []
        for axis in axes:
            if axis[0] == 1 and axis[3] == 0:
                continue
            if len(self.axes) > 0 and axis[3] == 0:
                before = self.axes[len(self.axes) - 1]
                if before[3] == 0 and before[1] == axis[1] * axis[0]:
                    self.axes[len(self.axes) - 1] = [before[0] * axis[0], axis[1], 0, 0, 0]
                    continue
            self.axes.append(axis)

    def emit(self, shader):
        """Add the GLSL function `source`: the source index of an output index, or -1 for none."""
        first = shader.uniform(self.base, 0, 0, 0)
        lines = ["int source(int e) { int s = " + first + ".x;"]
        i = len(self.axes) - 1
        while i >= 0:
            axis = self.axes[i]
            place = shader.uniform(axis[0], axis[1], 0, 0)
            if i > 0:
                lines.append("{ int t = e / " + place + ".x; int o = e - t * " + place + ".x; e = t;")
            else:
                lines.append("{ int o = e;")
            if axis[3] == 0:
                lines.append("s += o * " + place + ".y; }")
            else:
                rule = shader.uniform(axis[2], axis[3], (axis[4] - 1) * axis[3] + 1, 0)
                lines.append(fill("o -= @r@.x; if (o < 0 || o >= @r@.z) return -1;", ["r", rule]))
                lines.append(
                    fill(
                        "int k = o / @r@.y; if (k * @r@.y != o) return -1; s += k * @p@.y; }",
                        ["r", rule, "p", place],
                    )
                )
            i = i - 1
        lines.append("return s; }")
        shader.local("\n".join(lines))


def move(builder, source, target, base, axes, value):
    """Fill target by a walk over all its axes, in elements of source; value: GLSL of an element without
    source.

    The last axis moves by texels when it is plain with stride 1 and starts at a texel, in both tensors.
    """
    a = builder.layouts[source]
    b = builder.layouts[target]
    shader = builder.shader([source], [target])
    rank = len(axes)
    offset = base % a.channels if a.channels > 0 else 0
    whole = rank > 0 and axes[rank - 1][3] == 0 and axes[rank - 1][1] == 1 and offset % 4 == 0
    whole = whole and offset + axes[rank - 1][0] <= a.channels
    spread = rank > 0 and axes[rank - 1][3] == 0 and axes[rank - 1][1] == 0 and a.channels == 1
    rows_only = (whole or spread) and a.size > 0
    for i in range(rank - 1):
        if a.channels == 0 or axes[i][1] % a.channels != 0:
            rows_only = False
    if rows_only:
        rows = []
        for i in range(rank - 1):
            rows.append([axes[i][0], axes[i][1] // a.channels, axes[i][2], axes[i][3], axes[i][4]])
        Walk((base - offset) // a.channels, rows).emit(shader)
        quad = "c4" if whole else "0"
        if offset > 0:
            quad = "c4 + " + shader.uniform(offset // 4, 0, 0, 0) + ".x"
        for j in range(shader.rows):
            row = "s" + str(j)
            shader.line("int " + row + " = source(r0 + " + str(j) + ");")
            fetched = shader.fetch(0, row, quad) + (".xxxx" if spread else "")
            if value is None:
                shader.write(0, j, fetched)
            else:
                shader.write(0, j, row + " < 0 ? " + value + " : " + fetched)
        builder.draw(shader, [source], [target], shader.rows)
        return None
    Walk(base, axes).emit(shader)
    scalar = "float" if b.kind == "f" else "int"
    found = shader.element(0, "s")
    if value is not None:
        found = "s < 0 ? " + value + ".x : " + found
    shader.local(fill("@s@ one(int e) { int s = source(e); return @found@; }", ["s", scalar, "found", found]))
    first = "(r0 + j) * u[0].w + c4 * 4 + "
    shader.write_rows(0, lanes_of(shader, ["one(" + first + str(t) + ")" for t in range(4)]))
    builder.draw(shader, [source], [target], 4 * shader.rows)
    return None


def transpose(builder, step):
    """shape, where the step has it: what the input is reshaped to before; see `arranged_steps`."""
    source = step["inputs"][0]
    target = step["outputs"][0]
    if target is None:
        return None
    shape = step["shape"] if "shape" in step else builder.shapes[source]
    strides = strides_of(shape)
    axes = []
    for p in step["params"]["perm"]:
        axes.append([shape[p], strides[p], 0, 0, 0])
    if "shape" in step:
        _move_texels(builder, source, target, axes)
    else:
        move(builder, source, target, 0, axes, None)


def _move_texels(builder, source, target, axes):
    """Fill target by a walk over axes of which the last has whole texels that stay together. Source and target have
    other rows than these axes tell.
    """
    shader = builder.shader([source], [target])
    last = len(axes) - 1
    texels = []
    for i in range(last):
        texels.append([axes[i][0], axes[i][1] // 4, 0, 0, 0])
    texels.append([axes[last][0] // 4, 1, 0, 0, 0])
    Walk(0, texels).emit(shader)
    for j in range(shader.rows):
        name = "s" + str(j)
        row = "row" + str(j)
        shader.line("int " + name + " = source((r0 + " + str(j) + ") * u[0].x + c4);")
        shader.line("int " + row + " = " + name + " / " + shader.quads_of(0) + ";")
        shader.write(0, j, shader.fetch(0, row, name + " - " + row + " * " + shader.quads_of(0)))
    builder.draw(shader, [source], [target], shader.rows)


def broadcast_to(builder, step):
    source = step["inputs"][0]
    target = step["outputs"][0]
    if target is None:
        return None
    shape = builder.shapes[target]
    dims = padded(builder.shapes[source], len(shape))
    strides = strides_of(dims)
    axes = []
    for i in range(len(shape)):
        axes.append([shape[i], 0 if dims[i] == 1 and shape[i] != 1 else strides[i], 0, 0, 0])
    move(builder, source, target, 0, axes, None)


def slice_step(builder, step):
    source = step["inputs"][0]
    target = step["outputs"][0]
    if target is None:
        return None
    if view_of_slice(builder, step):
        return None
    settle(builder, source)
    strides = strides_of(builder.shapes[source])
    shape = builder.shapes[target]
    base = 0
    axes = []
    for i in range(len(shape)):
        base = base + step["params"]["begin"][i] * strides[i]
        axes.append([shape[i], strides[i] * step["params"]["strides"][i], 0, 0, 0])
    move(builder, source, target, base, axes, None)


def flip(builder, step):
    source = step["inputs"][0]
    target = step["outputs"][0]
    if target is None:
        return None
    shape = builder.shapes[source]
    strides = strides_of(shape)
    base = 0
    axes = []
    for i in range(len(shape)):
        if i in step["params"]["axes"]:
            base = base + (shape[i] - 1) * strides[i]
            axes.append([shape[i], -strides[i], 0, 0, 0])
        else:
            axes.append([shape[i], strides[i], 0, 0, 0])
    move(builder, source, target, base, axes, None)


def pad(builder, step):
    source = step["inputs"][0]
    target = step["outputs"][0]
    if target is None:
        return None
    shape = builder.shapes[source]
    strides = strides_of(shape)
    out_shape = builder.shapes[target]
    axes = []
    for i in range(len(shape)):
        rule = step["params"]["pads"][i]
        if rule[0] == 0 and rule[1] == 0 and (rule[2] == 0 or shape[i] <= 1):
            axes.append([shape[i], strides[i], 0, 0, 0])
        else:
            axes.append([out_shape[i], strides[i], rule[0], rule[2] + 1, shape[i]])
    dtype = builder.dtypes[target]
    value = step["params"]["value"]
    literal = number_literal(value, dtype)
    if dtype == "bool":
        literal = "ivec4(1)" if value else "ivec4(0)"
    move(builder, source, target, 0, axes, literal)


def concat(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    axis = step["params"]["axis"]
    values = []
    for value in step["inputs"]:
        if builder.layouts[value].size > 0:
            values.append(value)
    while len(values) > builder.units:
        joined = []
        for start in range(0, len(values), builder.units):
            group = values[start : min(start + builder.units, len(values))]
            if len(group) == 1:
                joined.append(group[0])
                continue
            shape = []
            shape.extend(builder.shapes[group[0]])
            shape[axis] = 0
            for value in group:
                shape[axis] = shape[axis] + builder.shapes[value][axis]
            part = builder.add(shape, builder.dtypes[target])
            _concat(builder, group, part, axis)
            joined.append(part)
        values = joined
    if len(values) == 1:
        copy_value(builder, values[0], target)
    elif len(values) > 0:
        _concat(builder, values, target, axis)
    return None


def _concat(builder, values, target, axis):
    shader = builder.shader(values, [target])
    shape = builder.shapes[target]
    rank = len(shape)
    vector = shader.out_vector()
    scalar = "float" if shader.out.kind == "f" else "int"
    last = axis == rank - 1
    aligned = True
    for value in values:
        if builder.shapes[value][rank - 1] % 4 != 0:
            aligned = False
    inner = 1
    for i in range(axis + 1, rank - 1):
        inner = inner * shape[i]
    place = shader.uniform(inner * shape[axis], 0, 0, 0)
    start = 0
    lines = []
    for i in range(len(values)):
        size = builder.shapes[values[i]][axis]
        if last:
            unit = 4 if aligned else 1
            rule = shader.uniform(start // unit, (start + size) // unit, 0, 0)
            if aligned:
                text = shader.fetch(i, "r", "c4 - " + rule + ".x")
            else:
                text = shader.fetch(i, "r", "(c - " + rule + ".x) >> 2") + "[(c - " + rule + ".x) & 3]"
            condition = ("c4" if aligned else "c") + " < " + rule + ".y"
        else:
            rule = shader.uniform(start * inner, (start + size) * inner, size * inner, 0)
            text = shader.fetch(i, fill("outer * @r@.z + part - @r@.x", ["r", rule]), "c4")
            condition = "part < " + rule + ".y"
        if i == len(values) - 1:
            lines.append("return " + text + ";")
        else:
            lines.append("if (" + condition + ") return " + text + ";")
        start = start + size
    body = "\n".join(lines)
    if last and not aligned:
        shader.local(scalar + " one(int r, int c) {\n" + body + "\n}")
        lanes = ["one(r0 + j, c4 * 4 + " + str(t) + ")" for t in range(4)]
        shader.write_rows(0, lanes_of(shader, lanes))
    else:
        if not last:
            body = fill("int outer = r / @u@.x; int part = r - outer * @u@.x;\n", ["u", place]) + body
        shader.local(vector + " one(int r, int c4) {\n" + body + "\n}")
        shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, values, [target], 4 * shader.rows)
