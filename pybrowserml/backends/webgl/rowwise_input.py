"""Gradients of a convolution's input, and transposed convolutions, that fetch a pixel once for all taps of a row.

As in rowwise.py, with the parts of x and y exchanged: pixel i of dy lies over tap kx of pixel j of dx where j + pad =
i * stride + kx * dilation. Where fragments begin at a multiple of the stride, which taps reach a pixel is known when
the shader is written: with a stride of 2 half of them are not even looked at, where tap by tap each pixel fetches and
drops them.
"""

from .product_code import by_fours, dot_rows, quad_rows
from .rowwise import MOST_HELD, rows_of_blocks
from .shader import fill


class InputBlock:
    """Pixels first .. first + count - 1 of a fragment. low: the first pixel of dy, counted from the block's first pixel
    over the stride; pixels: [i, name, [[j, kx], ...]], i counted from low.
    """

    def __init__(self, window, first, count):
        stride = window.strides[1]
        found = []
        for j in range(count):
            for kx in range(window.kernel_width):
                over = j + window.pads[1][0] - kx * window.dilations[1]
                i = _floor_divided(over, stride)
                if i * stride == over:
                    found.append([i, first + j, kx])
        self.first = first
        self.low = 0
        last = 0
        for k in range(len(found)):
            self.low = found[k][0] if k == 0 or found[k][0] < self.low else self.low
            last = found[k][0] if k == 0 or found[k][0] > last else last
        self.pixels = []
        for i in range(self.low, last + 1):
            pairs = [[each[1], each[2]] for each in found if each[0] == i]
            if len(pairs) > 0:
                self.pixels.append([i - self.low, str(first) + "_" + str(i - self.low), pairs])
        # Whether some of them lie beside dy's lines.
        self.over = self.low < 0 or last >= count // stride or window.out_width * stride < window.width


def _floor_divided(a, b):
    return (a - ((a % b) + b) % b) // b


class InputRows:
    """How the fragments go row by row; blocks and running as in Rowwise. Without blocks it cannot be done."""

    def __init__(self, shader, window):
        self.blocks = []
        self.running = False
        self.window = window
        self.lanes = 1 if window.depthwise else (4 if window.group_filters >= 4 else window.group_filters)
        if shader.inputs[0].flat or shader.paged or window.kernel_width * self._held() > MOST_HELD:
            return
        if not window.depthwise and not window.aligned:
            return
        rows = shader.rows
        found = rows_of_blocks(window, rows, window.width)
        size = found[0]
        self.running = found[1]
        if size % window.strides[1] == 0 and (size >= 4 or size == rows):
            for b in range(rows // size):
                self.blocks.append(InputBlock(window, b * size, size))

    def _held(self):
        """Texels of the filter that a tap takes."""
        return 1 if self.window.depthwise else 4

    def fetches(self):
        """Texels that a fragment reads."""
        window = self.window
        steps = 1 if window.depthwise else (window.group_filters + 3) // 4
        count = window.kernel_width * self._held()
        for block in self.blocks:
            count = count + len(block.pixels)
        lines = (window.kernel_height + window.strides[0] - 1) // window.strides[0]
        return lines * steps * count


def emit_input_rows(shader, window, way):
    """Add the products to acc0, acc1, ... `window.uniforms` were added."""
    names = window.names()
    _starts(shader, window, way)
    whole = len(way.blocks) == 1 and not way.running
    if window.groups > 1 and not window.depthwise:
        shader.line(fill("int part = c4 * 4 / @group@.x; int first = part * (@group@.y >> 2);", names))
        shader.line(fill("int channel = c4 * 4 - part * @group@.x;", names))
    else:
        shader.line("int first = " + ("c4" if window.depthwise else "0") + "; int channel = c4 * 4;")
    if whole and window.dilations[0] == 1:
        # Only lines of taps that meet a line of dy.
        shader.line(fill("for (int ky = y0 % @steps@.x; ky < @taps@.x; ky += @steps@.x) {", names))
    else:
        shader.line(fill("for (int ky = 0; ky < @taps@.x; ky++) {", names))
    inside = []
    for block in way.blocks:
        _block(shader, window, way, block)
        inside.append("in" + str(block.first))
    if way.running:
        _insides(shader, window)
    else:
        shader.line("if (!(" + " || ".join(inside) + ")) continue;")
    shader.line(fill("int tap = ky * @taps@.y;", names))
    if window.depthwise:
        for kx in range(window.kernel_width):
            shader.line("vec4 b" + str(kx) + " = " + shader.fetch(1, "tap + " + str(kx), "c4") + ";")
        _products(shader, window, way, "", 0)
    else:
        _filters(shader, window, way)
    shader.line("}")


def _starts(shader, window, way):
    """Emit, for the first pixel of each block, or every one when they run on: its place in dx, x<j> and, with the
    padding, y<j>; n<j>: the lines of dy of the images before.
    """
    names = window.names()
    shader.line(fill("int py = r0 / @sizes@.y; int px = r0 - py * @sizes@.y;", names))
    shader.line(fill("int n = py / @sizes@.x; py -= n * @sizes@.x;", names))
    size = shader.rows // len(way.blocks)
    step = 1 if way.running else size
    for j in range(0, shader.rows, step):
        if j > 0:
            template = (
                "px += @step@; if (px == @sizes@.y) { px = 0; py++; if (py == @sizes@.x) { py = 0; n++; } }"
            )
            shader.line(fill(template, window.named(["step", step])))
        template = "int n@j@ = n * @sizes@.z, y@j@ = py + @taps@.z, x@j@ = px;"
        shader.line(fill(template, window.named(["j", j])))


def _block(shader, window, way, block):
    """Emit which line of dy a block meets, and where its pixels are."""
    b = str(block.first)
    names = window.named(["b", b, "low", block.low])
    shader.line(fill("int ty@b@ = y@b@ - ky * @steps@.z;", names))
    if window.strides[0] > 1:
        shader.line(
            fill(
                "int uy@b@ = ty@b@ / @steps@.x; bool in@b@ = ty@b@ >= 0 && uy@b@ * @steps@.x == ty@b@"
                + " && uy@b@ < @sizes@.z;",
                names,
            )
        )
    else:
        shader.line(fill("int uy@b@ = ty@b@; bool in@b@ = uint(ty@b@) < uint(@sizes@.z);", names))
    column = "x@b@" if window.strides[1] == 1 else "x@b@ / @steps@.y"
    shader.line(fill("int ux@b@ = " + column + " + @low@;", names))
    shader.line(fill("int t@b@ = (n@b@ + uy@b@) * @sizes@.w + ux@b@;", names))
    for pixel in block.pixels:
        name = "p" + pixel[1]
        row = name + "r"
        shader.line("int " + row + " = t" + b + " + " + str(pixel[0]) + ";")
        shader.locate(0, name, shader.group_of(0, row))
        shader.place(0, name, name + "x + first", name + "y", shader.layer_of(0, row))
        if not way.running:
            inside = "in" + b
            if block.over:
                inside = fill("in@b@ && uint(ux@b@ + " + str(pixel[0]) + ") < uint(@sizes@.w)", names)
            shader.line("bool in" + pixel[1] + " = " + inside + ";")


def _insides(shader, window):
    """Emit, for each pixel of dx and tap, whether the tap reaches dy there."""
    for j in range(shader.rows):
        names = window.named(["j", j])
        if j > 0:
            shader.line(fill("bool in@j@ = uint(y@j@ - ky * @steps@.z) < uint(@sizes@.z);", names))
        for kx in range(window.kernel_width):
            over = window.pads[1][0] - kx * window.dilations[1]
            names = window.named(["j", j, "k", kx, "over", over])
            if over == 0:
                shader.line(fill("bool in@j@_@k@ = in@j@;", names))
            else:
                shader.line(fill("bool in@j@_@k@ = in@j@ && uint(x@j@ + @over@) < uint(@sizes@.w);", names))


def _filters(shader, window, way):
    """Four filters at a time."""
    shader.line(fill("int w_row = tap * @group@.x + channel;", window.names()))
    by_fours(shader, window.group_filters, lambda lanes: _filter_step(shader, window, way, lanes))


def _filter_step(shader, window, way, lanes):
    aligned = window.group_channels % 4 == 0
    for kx in range(window.kernel_width):
        row = fill("(w_row + " + str(kx) + " * @group@.x)", window.names())
        quad_rows(shader, 1, row, "(first + f)", aligned, "b" + str(kx) + "_")
    shader.stride(0, "step", "f")
    _products(shader, window, way, "step", lanes)


def _products(shader, window, way, step, lanes):
    """Each pixel times the taps under which it lies; lanes: of a pixel's texel, 0 for depthwise."""
    for block in way.blocks:
        for pixel in block.pixels:
            texel = shader.texel_from(0, "p" + pixel[1], step)
            if not way.running:
                texel = "mix(vec4(0.0), " + texel + ", bvec4(in" + pixel[1] + "))"
            shader.line("{ vec4 a = " + texel + ";")
            for pair in pixel[2]:
                a = "a"
                if way.running:
                    name = "in" + str(pair[0]) + "_" + str(pair[1])
                    shader.line("{ vec4 m = mix(vec4(0.0), a, bvec4(" + name + "));")
                    a = "m"
                if lanes == 0:
                    product = a + " * b" + str(pair[1])
                else:
                    product = dot_rows(a, "b" + str(pair[1]) + "_", lanes)
                shader.line("acc" + str(pair[0]) + " += " + product + (";" if a == "a" else "; }"))
            shader.line("}")
