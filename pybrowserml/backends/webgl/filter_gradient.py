"""The gradient of a convolution's filter: a sum over all output pixels, split into parts of pixel lines.

Each fragment holds L rows (tap, channel) by 4 filters; a pixel costs one texel of dy and, where the channels
fill texels, L / 4 texels of x. The lines (image, output row) are dealt out to parts, which a second draw adds
up.
"""

from .convolution import Window, accumulators
from .matmul import Product, add_parts, emit_product
from .product_code import LANE
from .shader import fill

FRAGMENTS = 4096
SHORTEST = 64


def conv2d_filter_grad(builder, step):
    out = step["outputs"][0]
    if out is None:
        return None
    x = step["inputs"][0]
    dy = step["inputs"][1]
    window = Window(step["params"], builder.shapes[x], step["params"]["filter_shape"], builder.shapes[dy])
    if window.pointwise:
        product = Product(
            [window.pixels(), window.channels],
            [window.pixels(), window.filters],
            [window.channels, window.filters],
            True,
            False,
        )
        emit_product(builder, step, product, x, dy, out)
        return None
    layout = builder.layouts[out]
    if layout.size == 0:
        return None
    targets = layout.layers
    lines = window.batch * window.out_height
    parts = FRAGMENTS // layout.texels
    most = window.pixels() // SHORTEST
    if parts > most:
        parts = most
    if parts > lines:
        parts = lines
    if parts < 1:
        parts = 1
    chunk = (lines + parts - 1) // parts
    if chunk > 0:
        parts = (lines + chunk - 1) // chunk
    high = ((layout.rows + targets - 1) // targets) * targets
    if parts > 1 and layout.rows == 1:
        # One row would share its fragment with other parts: without the split it has its own.
        parts = 1
        chunk = lines
    target = out
    if parts > 1:
        target = builder.add([parts, high, window.filters], "float32")
    shader = builder.shader([x, dy], [target])
    window.uniforms(shader)
    values = accumulators(shader)
    place = shader.uniform(high, chunk, lines, layout.rows)
    shader.line(fill("int part = r0 / @u@.x; int first_row = r0 - part * @u@.x;", ["u", place]))
    shader.line(fill("int low = part * @u@.y; int high = min(low + @u@.y, @u@.z);", ["u", place]))
    _gather_rows(shader, window)
    for j in range(shader.rows):
        shader.write(0, j, values[j])
    fetches = chunk * window.out_width * (1 + shader.rows)
    builder.draw(shader, [x, dy], [target], fetches)
    if parts > 1:
        add_parts(builder, target, parts, high, [], out, None)
    return None


def _gather_rows(shader, window):
    """The walk over pixels. Rows come in units that share an input texel: four channels of a tap, or a single
    row.
    """
    texelwise = window.depthwise
    whole = window.group_filters % 4 == 0 or window.groups == 1
    unit = 1
    if not texelwise and whole and window.group_channels % 4 == 0 and shader.rows >= 4:
        unit = 4
    units = shader.rows // unit
    names = window.names()
    if whole and not texelwise and window.groups > 1:
        shader.line(fill("int channel0 = (c4 * 4 / @group@.y) * @group@.x;", names))
    elif not texelwise:
        shader.line("const int channel0 = 0;")
    for k in range(units):
        pairs = ["k", k, "row", "first_row + " + str(k * unit)]
        pairs.extend(names)
        shader.line(
            fill(
                """int tap@k@ = (@row@) / @group@.x; int ch@k@ = (@row@) - tap@k@ * @group@.x;
int ky@k@ = tap@k@ / @taps@.y; int dx@k@ = (tap@k@ - ky@k@ * @taps@.y) * @steps@.w - @taps@.w;
int dy@k@ = ky@k@ * @steps@.z - @taps@.z;""",
                pairs,
            )
        )
        if texelwise:
            shader.line("int q" + str(k) + " = c4;")
        else:
            shader.line(fill("ch@k@ += channel0; int q@k@ = ch@k@ >> 2;", pairs))
    shader.line("for (int line = low; line < high; line++) {")
    shader.line(fill("int n = line / @sizes@.z; int oy = (line - n * @sizes@.z) * @steps@.x;", names))
    for k in range(units):
        pairs = ["k", k]
        pairs.extend(names)
        shader.line(
            fill(
                "int iy@k@ = oy + dy@k@; bool in@k@ = uint(iy@k@) < uint(@sizes@.x); "
                + "int base@k@ = (n * @sizes@.x + iy@k@)"
                + " * @sizes@.y;",
                pairs,
            )
        )
    shader.line(fill("int dy_row = line * @sizes@.w;", names))
    shader.line(fill("for (int ox = 0; ox < @sizes@.w; ox++, dy_row++) {", names))
    shader.line("vec4 b = " + shader.fetch(1, "dy_row", "c4") + ";")
    shader.line(fill("int sx = ox * @steps@.y;", names))
    for k in range(units):
        pairs = ["k", k]
        pairs.extend(names)
        shader.line(
            fill(
                "{ int ix = sx + dx@k@; if (in@k@ && uint(ix) < uint(@sizes@.y)) { int row = base@k@ + ix;",
                pairs,
            )
        )
        if not whole and not texelwise:
            _mixed_groups(shader, window, k)
        else:
            shader.line("vec4 a = " + shader.fetch(0, "row", "q" + str(k)) + ";")
            if texelwise:
                shader.line("acc" + str(k) + " += a * b;")
            elif unit == 1:
                shader.line(fill("acc@k@ += a[ch@k@ & 3] * b;", pairs))
            else:
                for t in range(4):
                    shader.line("acc" + str(4 * k + t) + " += a" + LANE[t] + " * b;")
        shader.line("} }")
    shader.line("} }")


def _mixed_groups(shader, window, k):
    """The four filters of a texel belong to several groups: each lane has its own input channel."""
    shader.line(
        fill(
            "for (int t = 0; t < 4; t++) { int m = ((c4 * 4 + t) / @group@.y) * @group@.x + ch@k@;"
            + " acc@k@[t] += @x@[m & 3] * b[t]; }",
            ["k", k, "group", window.group, "x", shader.fetch(0, "row", "m >> 2")],
        )
    )
