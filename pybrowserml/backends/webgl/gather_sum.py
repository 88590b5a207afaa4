"""Weighted sums of rows picked by integer indices, in one draw."""

from .gather import axis_sizes
from .reduce import lanes_of
from .shader import fill

# Tables of at most so many columns, which most are, are written out: some drivers are slow at indexing vectors.
SHORT = 4
# `p`: the places of four terms, `w` their weights; the last texel of a table may hold fewer.
TERMS = """for (int q = 0; q < @u@.x; q++) {
  ivec4 p = clamp(@index@, ivec4(0), ivec4(@u@.z)); vec4 w = @weight@; int n = min(4, @u@.y - 4 * q);
  for (int t = 0; t < n; t++) if (w[t] != 0.0) acc += w[t] * @term@;
}
return acc;
}"""


def gather_sum(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    values = step["inputs"]
    shape = builder.shapes[values[0]]
    axis = step["params"]["axis"]
    sizes = axis_sizes(shape, axis)
    table = builder.layouts[values[1]]
    shader = builder.shader(values, [target])
    place = shader.uniform(sizes[1], sizes[2], table.rows, 0)
    walk = shader.uniform(table.quads, table.channels, sizes[1] - 1, 0)
    last = axis == len(shape) - 1
    if last:
        head = """float one(int e) {
int row = e / @c@.z; int k = e - row * @c@.z; float acc = 0.0;
"""
        term = shader.fetch(0, "row", "p[t] >> 2") + "[p[t] & 3]"
    else:
        head = """vec4 one(int r, int c4) {
int s = r / @c@.y; int inner = r - s * @c@.y;
int outer = s / @c@.z; int k = s - outer * @c@.z;
int base = outer * @c@.x * @c@.y + inner; vec4 acc = vec4(0.0);
"""
        term = shader.fetch(0, "base + p[t] * " + place + ".y", "c4")
    body = TERMS
    if table.channels <= SHORT:
        body = "ivec4 p = clamp(@index@, ivec4(0), ivec4(@u@.z)); vec4 w = @weight@;\n"
        for t in range(table.channels):
            lane = "." + "xyzw"[t]
            body = body + "if (w" + lane + " != 0.0) acc += w" + lane + " * "
            body = body + term.replace("p[t]", "p" + lane) + ";\n"
        body = body + "return acc;\n}"
    quad = "0" if table.channels <= SHORT else "q"
    index = shader.fetch(1, "k", quad)
    weight = shader.fetch(2, "k", quad)
    shader.local(fill(head + body, ["c", place, "u", walk, "index", index, "weight", weight, "term", term]))
    if last:
        first = "(r0 + j) * u[0].w + c4 * 4 + "
        shader.write_rows(0, lanes_of(shader, ["one(" + first + str(t) + ")" for t in range(4)]))
    else:
        shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, values, [target], (2 + table.channels) * shader.rows * (4 if last else 1))
    return None
