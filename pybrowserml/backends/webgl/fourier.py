"""The Fourier transform of rows: one draw for each of Stockham's passes, of radix 4, 2 and odd primes.

Between the passes a row is interleaved: a texel holds two complex numbers, so one fetch gives both parts. The roots of
unity are a table, made in double precision: sines of a shader are too coarse. Each complex number of a pass is a sum
over its radix, so all lengths share three programs.
"""

from ...core.fourier_tables import radices_of, roots_of
from ...platform.buffers import float32_array
from .shader import fill

PASS = """vec2 item(int row, int e) { @item@ }
vec2 one(int row, int o) {
int block = o / @b@.y; int within = o - block * @b@.y;
int r = within / @a@.y;
int e = block * @a@.y + within - r * @a@.y;
int turn = within * @b@.x, k = 0;
vec2 sum = item(row, e);
for (int q = 1; q < @a@.z; q++) {
  e += @a@.w; k += turn; if (k >= @a@.x) k -= @a@.x;
  vec2 x = item(row, e), w = @root@;
  sum += vec2(x.x * w.x - x.y * w.y, x.x * w.y + x.y * w.x);
}
return sum;
}"""


def fft(builder, step):
    shape = builder.shapes[step["inputs"][0]]
    n = shape[len(shape) - 1]
    if builder.layouts[step["inputs"][0]].size == 0:
        return None
    table = builder.table(_interleaved(roots_of(n, step["params"]["inverse"]), n), [n, 2])
    wide = shape[0 : len(shape) - 1]
    wide.append(2 * n)
    span = 1
    source = -1
    for radix in radices_of(n):
        target = builder.add(wide, "float32")
        values = [source] if source >= 0 else [step["inputs"][0], step["inputs"][1]]
        values.append(table)
        _pass(builder, values, target, n, span, radix)
        source = target
        span = span * radix
    for part in range(2):
        if step["outputs"][part] is not None:
            _part(builder, source, step["outputs"][part], part)
    return None


def _interleaved(roots, n):
    numbers = float32_array(2 * n)
    for k in range(n):
        numbers[2 * k] = roots[0][k]
        numbers[2 * k + 1] = roots[1][k]
    return numbers


def _pass(builder, values, target, n, span, radix):
    """One pass; values: [interleaved, roots] or, for the first, [real, imaginary, roots]."""
    shader = builder.shader(values, [target])
    sizes = shader.uniform(n, span, radix, n // radix)
    steps = shader.uniform(n // (span * radix), span * radix, 0, 0)
    if len(values) == 3:
        real = shader.fetch(0, "row", "e >> 2") + "[e & 3]"
        item = "return vec2(" + real + ", " + shader.fetch(1, "row", "e >> 2") + "[e & 3]);"
    else:
        item = "vec4 t = " + shader.fetch(0, "row", "e >> 1") + "; return (e & 1) == 0 ? t.xy : t.zw;"
    root = shader.fetch(len(values) - 1, "k", "0") + ".xy"
    shader.local(fill(PASS, ["item", item, "a", sizes, "b", steps, "root", root]))
    shader.write_rows(0, "vec4(one(r0 + j, c4 * 2), one(r0 + j, c4 * 2 + 1))")
    builder.draw(shader, values, [target], 2 * len(values) * radix * shader.rows)


def _part(builder, source, target, part):
    """The real (0) or imaginary (1) parts of interleaved rows."""
    shader = builder.shader([source], [target])
    lanes = "xz" if part == 0 else "yw"
    first = shader.fetch(0, "r0 + j", "c4 * 2") + "." + lanes
    second = shader.fetch(0, "r0 + j", "c4 * 2 + 1") + "." + lanes
    shader.write_rows(0, "vec4(" + first + ", " + second + ")")
    builder.draw(shader, [source], [target], 2 * shader.rows)
