"""Places of extremes: each fragment walks along the axis."""

from ...core.dtypes import is_float
from .reduce import lanes_of
from .shader import fill


def arg_reduce(builder, step):
    """The first index of the largest or smallest element; a NaN counts as the extreme, as in NumPy."""
    out = step["outputs"][0]
    if out is None:
        return None
    value = step["inputs"][0]
    shape = builder.shapes[value]
    rank = len(shape)
    axis = step["params"]["axis"]
    shader = builder.shader([value], [out])
    compare = ">" if step["params"]["op"] == "argmax" else "<"
    floats = is_float(builder.dtypes[value])
    scalar = "float" if floats else "int"
    better = "v " + compare + " best"
    if builder.dtypes[value] == "uint32":
        better = "uint(v) " + compare + " uint(best)"
    if floats:
        better = better + " || (bad(v) && !bad(best))"
        shader.local("bool bad(float v) { return (floatBitsToUint(v) & 0x7fffffffu) > 0x7f800000u; }")
    if axis == rank - 1:
        place = shader.uniform(shape[axis], 0, 0, 0)
        shader.local(
            fill(
                """int one(int row) {
int found = 0; @s@ best = @first@.x;
for (int c = 1; c < @u@.x; c++) { @s@ v = @next@[c & 3]; if (@better@) { best = v; found = c; } }
return found;
}""",
                [
                    "s",
                    scalar,
                    "u",
                    place,
                    "better",
                    better,
                    "first",
                    shader.fetch(0, "row", "0"),
                    "next",
                    shader.fetch(0, "row", "c >> 2"),
                ],
            )
        )
        row = "(r0 + j) * u[0].w + c4 * 4 + "
        shader.write_rows(0, lanes_of(shader, ["one(" + row + str(t) + ")" for t in range(4)]))
        builder.draw(shader, [value], [out], shape[axis] * shader.rows)
        return None
    inner = 1
    for i in range(axis + 1, rank - 1):
        inner = inner * shape[i]
    place = shader.uniform(inner, shape[axis], 0, 0)
    vector = shader.vector(0)
    shader.local("bool better(" + scalar + " v, " + scalar + " best) { return " + better + "; }")
    shader.local(
        fill(
            """ivec4 one(int r, int c4) {
int outer = r / @u@.x; int row = outer * @u@.y * @u@.x + r - outer * @u@.x;
@v@ best = @fetch@; ivec4 found = ivec4(0);
for (int i = 1; i < @u@.y; i++) {
  row += @u@.x; @v@ v = @fetch@;
  for (int t = 0; t < 4; t++) if (better(v[t], best[t])) { best[t] = v[t]; found[t] = i; }
}
return found;
}""",
            ["u", place, "v", vector, "fetch", shader.fetch(0, "row", "c4")],
        )
    )
    shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, [value], [out], shape[axis] * shader.rows)
    return None
