"""Rows picked by integer indices."""

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
