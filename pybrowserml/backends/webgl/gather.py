"""Rows picked by integer indices, and the adjoint: updates added at indices, as a walk over the indices per
output row.
"""

from .reduce import lanes_of
from .shader import fill


def axis_sizes(shape, axis):
    """[product before the axis, the axis, product of the axes between it and the last]."""
    outer = 1
    inner = 1
    for i in range(axis):
        outer = outer * shape[i]
    for i in range(axis + 1, len(shape) - 1):
        inner = inner * shape[i]
    return [outer, shape[axis], inner]


def gather(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    values = step["inputs"]
    shape = builder.shapes[values[0]]
    axis = step["params"]["axis"]
    sizes = axis_sizes(shape, axis)
    count = builder.layouts[values[1]].size
    shader = builder.shader(values, [target])
    place = shader.uniform(sizes[1], sizes[2], count, 0)
    index = shader.element(1, "k")
    if axis == len(shape) - 1:
        scalar = "float" if shader.out.kind == "f" else "int"
        shader.local(
            fill(
                """@s@ one(int e) {
int row = e / @u@.z; int k = e - row * @u@.z;
int c = clamp(@index@, 0, @u@.x - 1);
return @fetch@[c & 3];
}""",
                ["s", scalar, "u", place, "index", index, "fetch", shader.fetch(0, "row", "c >> 2")],
            )
        )
        first = "(r0 + j) * u[0].w + c4 * 4 + "
        shader.write_rows(0, lanes_of(shader, ["one(" + first + str(t) + ")" for t in range(4)]))
    else:
        shader.local(
            fill(
                """@v@ one(int r, int c4) {
int t = r / @u@.y; int inner = r - t * @u@.y;
int outer = t / @u@.z; int k = t - outer * @u@.z;
int row = (outer * @u@.x + clamp(@index@, 0, @u@.x - 1)) * @u@.y + inner;
return @fetch@;
}""",
                ["v", shader.out_vector(), "u", place, "index", index, "fetch", shader.fetch(0, "row", "c4")],
            )
        )
        shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, values, [target], 4 * shader.rows)
    return None


def scatter_add(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    values = step["inputs"]
    shape = step["params"]["shape"]
    axis = step["params"]["axis"]
    sizes = axis_sizes(shape, axis)
    indices = builder.layouts[values[0]]
    shader = builder.shader(values, [target])
    place = shader.uniform(sizes[1], sizes[2], indices.size, 0)
    walk = shader.uniform(indices.rows, indices.channels, 0, 0)
    vector = shader.out_vector()
    last = axis == len(shape) - 1
    for j in range(shader.rows):
        shader.line(fill("@v@ acc@j@ = @v@(0);", ["v", vector, "j", j]))
        if last:
            shader.line("int row" + str(j) + " = r0 + " + str(j) + ";")
        else:
            shader.line(
                fill(
                    """int t@j@ = (r0 + @j@) / @u@.y; int outer@j@ = t@j@ / @u@.x;
int p@j@ = t@j@ - outer@j@ * @u@.x;
int row@j@ = outer@j@ * @u@.z * @u@.y + r0 + @j@ - t@j@ * @u@.y;""",
                    ["j", j, "u", place],
                )
            )
    shader.line(
        fill("for (int i = 0, k = 0; i < @w@.x; i++) for (int c = 0; c < @w@.y; c++, k++) {", ["w", walk])
    )
    shader.line(
        fill("int p = clamp(@f@[c & 3], 0, @u@.x - 1);", ["f", shader.fetch(0, "i", "c >> 2"), "u", place])
    )
    if last:
        shader.line("if (p >> 2 == c4) {")
        for j in range(shader.rows):
            update = shader.element(1, "row" + str(j) + " * " + place + ".z + k")
            shader.line("acc" + str(j) + "[p & 3] += " + update + ";")
        shader.line("}")
    else:
        for j in range(shader.rows):
            update = shader.fetch(1, fill("row@j@ + k * @u@.y", ["j", j, "u", place]), "c4")
            shader.line(fill("if (p == p@j@) acc@j@ += @update@;", ["j", j, "update", update]))
    shader.line("}")
    for j in range(shader.rows):
        shader.write(0, j, "acc" + str(j))
    builder.draw(shader, values, [target], indices.size + shader.rows)
    return None
