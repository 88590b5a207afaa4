"""Convolutions that fetch a pixel once for all taps of a row of the filter.

The L output pixels of a fragment follow each other. Where they lie in one line of the image, or input and output have
equal lines, so do the input pixels under a row of taps: pixel i lies under tap kx of output j for every j and
kx with i = j * stride + kx * dilation. With L = 8 and three taps 10 texels of the input and 12 of the filter do for
384 multiply-adds, 0.06 a multiply-add, where tap by tap takes 36; depthwise 13 for 96 where tap by tap takes 27.
"""

from .product_code import LANE, quad_rows
from .shader import fill

# Texels of the filter that a fragment holds at once.
MOST_HELD = 24


class Block:
    """Rows first .. first + rows - 1 of a fragment. pixels: [i, name, [[j, kx], ...]] for each under their taps."""

    def __init__(self, window, first, rows):
        self.first = first
        self.rows = rows
        self.pixels = []
        stride = window.strides[1]
        last = (rows - 1) * stride + (window.kernel_width - 1) * window.dilations[1]
        for i in range(last + 1):
            pairs = []
            for j in range(rows):
                for kx in range(window.kernel_width):
                    if j * stride + kx * window.dilations[1] == i:
                        pairs.append([first + j, kx])
            if len(pairs) > 0:
                self.pixels.append([i, str(first) + "_" + str(i), pairs])


def is_even(window):
    """Whether the pixels of the input follow each other as those of the output do, over the ends of lines."""
    same = window.strides[0] == 1 and window.strides[1] == 1 and window.out_width == window.width
    return same and (window.batch == 1 or window.out_height == window.height)


def rows_of_blocks(window, rows, width):
    """[rows of a block, whether they run over the ends of lines] for fragments of `rows` pixels in lines of `width`."""
    size = rows
    while width % size != 0:
        size = size // 2
    if (size < rows or window.depthwise) and is_even(window):
        return [rows, True]
    return [size, False]


class Rowwise:
    """How the fragments of a convolution go row by row. blocks: rows of a fragment that lie in one line of the image
    each, or all of them when `running`: then the input's pixels follow each other as the output's do, over the ends of
    lines. Without blocks it cannot be done, or would fetch no less.
    """

    def __init__(self, shader, window):
        self.blocks = []
        self.running = False
        self.window = window
        lanes = 1 if window.depthwise else (4 if window.group_channels >= 4 else window.group_channels)
        if shader.inputs[0].flat or shader.paged or window.kernel_width * lanes > MOST_HELD:
            return
        if not window.depthwise and not window.aligned:
            return
        rows = shader.rows
        found = rows_of_blocks(window, rows, window.out_width)
        size = found[0]
        self.running = found[1]
        if window.depthwise and window.strides[1] > 1 and size == 8:
            size = 4  # with the program of other sizes; another one saves few texels
        if size >= 4 or size == rows:
            for b in range(rows // size):
                self.blocks.append(Block(window, b * size, size))

    def fetches(self):
        """Texels that a fragment reads."""
        window = self.window
        own = 1 if window.depthwise else 4
        steps = 1 if window.depthwise else (window.group_channels + 3) // 4
        count = window.kernel_width * own
        for block in self.blocks:
            count = count + len(block.pixels)
        return window.kernel_height * steps * count


def emit_rowwise(shader, window, way):
    """Add the products to acc0, acc1, ... `window.uniforms` were added."""
    names = window.names()
    _starts(shader, window, way)
    whole = len(way.blocks) == 1 and not way.running
    if whole and window.padded:
        # Lines outside are left out by the bounds of the loop.
        shader.line(fill("int ky_low = max(0, (@steps@.z - 1 - y0) / @steps@.z);", names))
        shader.line(fill("int ky_high = min(@taps@.x, (@sizes@.x - y0 + @steps@.z - 1) / @steps@.z);", names))
    else:
        shader.line(fill("const int ky_low = 0; int ky_high = @taps@.x;", names))
    if window.groups > 1 and not window.depthwise:
        shader.line(fill("int first = (c4 * 4 / @group@.y) * (@group@.x >> 2);", names))
    else:
        shader.line("int first = " + ("c4" if window.depthwise else "0") + ";")
    shader.line("for (int ky = ky_low; ky < ky_high; ky++) {")
    for block in way.blocks:
        b = str(block.first)
        start = "(n" + b + " + y" + b + " + ky * @steps@.z) * @sizes@.y + x" + b
        shader.line(fill("int t" + b + " = " + start + ";", names))
        if window.padded and not way.running and not whole:
            inside = " = uint(y" + b + " + ky * @steps@.z) < uint(@sizes@.x) ? -1 : 0;"
            shader.line(fill("int in" + b + inside, names))
        for pixel in block.pixels:
            name = "p" + pixel[1]
            row = name + "r"
            shader.line("int " + row + " = t" + b + " + " + str(pixel[0]) + ";")
            shader.locate(0, name, shader.group_of(0, row))
            shader.place(0, name, name + "x + first", name + "y", shader.layer_of(0, row))
            if _may_leave(window, way, block, pixel):
                inside = "uint(x" + b + " + " + str(pixel[0]) + ") < uint(@sizes@.y) ? "
                inside = inside + ("-1 : 0" if whole else "in" + b + " : 0")
                shader.line(fill("int in" + pixel[1] + " = " + inside + ";", names))
    if window.padded and way.running:
        _insides(shader, window)
    if window.depthwise:
        for kx in range(window.kernel_width):
            tap = fill("ky * @taps@.y + " + str(kx), names)
            shader.line("vec4 b" + str(kx) + " = " + shader.fetch(1, tap, "c4") + ";")
        for block in way.blocks:
            for pixel in block.pixels:
                shader.line("{ vec4 a = " + _pixel(shader, window, way, block, pixel, "") + ";")
                for pair in pixel[2]:
                    a = _inside(shader, window, way, pair)
                    shader.line("acc" + str(pair[0]) + " += " + a + " * b" + str(pair[1]) + ";")
                shader.line("}")
    else:
        _channels(shader, window, way)
    shader.line("}")


def _starts(shader, window, way):
    """Emit, for the first row of each block, or every row when they run on, where its window starts: n<j> (lines of the
    images before), y<j>, x<j>.
    """
    names = window.names()
    shader.line(fill("int oy = r0 / @sizes@.w; int ox = r0 - oy * @sizes@.w;", names))
    shader.line(fill("int n = oy / @sizes@.z; oy -= n * @sizes@.z;", names))
    size = shader.rows // len(way.blocks)
    step = 1 if way.running else size
    for j in range(0, shader.rows, step):
        if j > 0:
            shader.line(
                fill(
                    "ox += @step@; if (ox == @sizes@.w) { ox = 0; oy++; if (oy == @sizes@.z) { oy = 0; n++; } }",
                    window.named(["step", step]),
                )
            )
        shader.line(
            fill(
                "int n@j@ = n * @sizes@.x, y@j@ = oy * @steps@.x - @taps@.z, x@j@ = ox * @steps@.y - @taps@.w;",
                window.named(["j", j]),
            )
        )


def _channels(shader, window, way):
    """Four channels at a time."""
    full = window.group_channels // 4
    tail = window.group_channels % 4
    count = shader.uniform(full, 0, 0, 0)
    shader.line(fill("int w_row = ky * @taps@.y * @group@.x;", window.names()))
    if full > 0:
        shader.line("for (int c = 0; c < " + count + ".x; c++) {")
        _channel_step(shader, window, way, 4, tail == 0)
        shader.line("}")
    if tail > 0:
        shader.line("{ int c = " + count + ".x;")
        _channel_step(shader, window, way, tail, False)
        shader.line("}")


def _channel_step(shader, window, way, lanes, aligned):
    for kx in range(window.kernel_width):
        row = fill("(w_row + " + str(kx) + " * @group@.x + c * 4)", window.names())
        prefix = "b" + str(kx) + "_"
        if lanes == 4:
            quad_rows(shader, 1, row, "c4", aligned, prefix)
        else:
            for t in range(lanes):
                texel = shader.fetch(1, row + " + " + str(t), "c4")
                shader.line("vec4 " + prefix + str(t) + " = " + texel + ";")
    shader.stride(0, "step", "c")
    for block in way.blocks:
        for pixel in block.pixels:
            shader.line("{ vec4 a = " + _pixel(shader, window, way, block, pixel, "step") + ";")
            for pair in pixel[2]:
                a = _inside(shader, window, way, pair)
                if a != "a":
                    shader.line("{ vec4 m = " + a + ";")
                    a = "m"
                b = " * b" + str(pair[1]) + "_"
                terms = [a + LANE[t] + b + str(t) for t in range(lanes)]
                end = ";" if a == "a" else "; }"
                shader.line("acc" + str(pair[0]) + " += " + " + ".join(terms) + end)
            shader.line("}")


def _may_leave(window, way, block, pixel):
    """Whether a pixel of a block may lie beside its line of the image."""
    if not window.padded or way.running:
        return False
    pad = window.pads[1][0]
    last = (window.out_width - block.rows) * window.strides[1] - pad
    return pixel[0] < pad or last + pixel[0] >= window.width


def _pixel(shader, window, way, block, pixel, step):
    """GLSL of a pixel's texel; zero outside of the image."""
    texel = shader.texel_from(0, "p" + pixel[1], step)
    if _may_leave(window, way, block, pixel):
        return shader.masked(texel, "in" + pixel[1])
    if window.padded and not way.running and len(way.blocks) > 1:
        return shader.masked(texel, "in" + str(block.first))
    return texel


def _inside(shader, window, way, pair):
    """GLSL of pixel `a` as output pair[0] sees it through tap pair[1]: zero where the line has ended."""
    if way.running and window.padded:
        return shader.masked("a", "in" + str(pair[0]) + "_" + str(pair[1]))
    return "a"


def _insides(shader, window):
    """Emit, for each row and tap, whether the tap lies in the image."""
    for j in range(shader.rows):
        names = window.named(["j", j])
        shader.line(fill("int in@j@ = uint(y@j@ + ky * @steps@.z) < uint(@sizes@.x) ? -1 : 0;", names))
        for kx in range(window.kernel_width):
            x = kx * window.dilations[1]
            names = window.named(["j", j, "k", kx, "x", x])
            if x == window.pads[1][0]:
                shader.line(fill("int in@j@_@k@ = in@j@;", names))
            else:
                shader.line(fill("int in@j@_@k@ = uint(x@j@ + @x@) < uint(@sizes@.y) ? in@j@ : 0;", names))


def short_depthwise(shader, window):
    """GLSL of row `r0 + j`, for a loop over rows: a small program, for work so small that compiling takes longer."""
    template = """vec4 one(int r, int c4) {
int oy = r / @sizes@.w; int ox = r - oy * @sizes@.w; int n = oy / @sizes@.z; oy -= n * @sizes@.z;
int y0 = oy * @steps@.x - @taps@.z, x0 = ox * @steps@.y - @taps@.w; vec4 acc = vec4(0.0);
for (int ky = 0; ky < @taps@.x; ky++) for (int kx = 0; kx < @taps@.y; kx++) {
  int y = y0 + ky * @steps@.z, x = x0 + kx * @steps@.w;
  if (uint(y) < uint(@sizes@.x) && uint(x) < uint(@sizes@.y)) acc += @x@ * @w@;
}
return acc;
}"""
    row = fill("(n * @sizes@.x + y) * @sizes@.y + x", window.names())
    tap = fill("ky * @taps@.y + kx", window.names())
    shader.local(
        fill(template, window.named(["x", shader.fetch(0, row, "c4"), "w", shader.fetch(1, tap, "c4")]))
    )
    return "one(r0 + j, c4)"
