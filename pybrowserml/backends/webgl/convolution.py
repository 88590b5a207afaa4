"""Direct convolution, NHWC by HWIO: each fragment computes L neighbouring pixels by 4 output channels.

The 4 L multiply-adds per tap and input channel share one texel of the filter (0.09 fetches a multiply-add for
L = 8); no im2col. Variants: a 1x1 filter with stride 1 is a matrix product; groups whose channels fill texels
run the dense kernel on their part of the channels; depthwise multiplies texel by texel; other groups go
element by element.
"""

from .elementwise import write_looped
from .matmul import Product, emit_product
from .product_code import LANE, by_fours, dot_rows, quad_rows
from .rowwise import Rowwise, emit_rowwise, short_depthwise
from .rowwise_input import InputRows, emit_input_rows
from .shader import fill
from .shared_epilogue import inputs_of, store

# A depthwise convolution of so few fragments, whose rows lie badly, takes less time than a longer program for it.
FEW_FRAGMENTS = 4096


class Window:
    """Shapes and parameters of a convolution with input x, filter w and output y."""

    def __init__(self, params, x_shape, w_shape, y_shape):
        self.height = x_shape[1]
        self.width = x_shape[2]
        self.channels = x_shape[3]
        self.out_height = y_shape[1]
        self.out_width = y_shape[2]
        self.filters = w_shape[3]
        self.kernel_height = w_shape[0]
        self.kernel_width = w_shape[1]
        self.strides = params["strides"]
        self.dilations = params["dilations"]
        self.pads = params["pads"]
        self.groups = params["groups"]
        self.group_channels = w_shape[2]
        self.group_filters = self.filters // self.groups
        self.batch = x_shape[0]
        plain = (
            self.strides[0] == 1
            and self.strides[1] == 1
            and self.kernel_height == 1
            and self.kernel_width == 1
        )
        pads = self.pads
        self.padded = pads[0][0] > 0 or pads[0][1] > 0 or pads[1][0] > 0 or pads[1][1] > 0
        self.pointwise = plain and not self.padded and self.groups == 1
        self.depthwise = self.group_channels == 1 and self.group_filters == 1 and self.groups > 1
        self.aligned = self.groups == 1 or (self.group_channels % 4 == 0 and self.group_filters % 4 == 0)

    def pixels(self):
        return self.batch * self.out_height * self.out_width

    def input_pixels(self):
        return self.batch * self.height * self.width

    def uniforms(self, shader):
        """The names of three ivec4: x sizes and y sizes; strides and dilations; filter sizes and leading
        pads.
        """
        self.sizes = shader.uniform(self.height, self.width, self.out_height, self.out_width)
        self.steps = shader.uniform(self.strides[0], self.strides[1], self.dilations[0], self.dilations[1])
        self.taps = shader.uniform(self.kernel_height, self.kernel_width, self.pads[0][0], self.pads[1][0])
        self.group = shader.uniform(self.group_channels, self.group_filters, 0, 0)

    def names(self):
        return ["sizes", self.sizes, "steps", self.steps, "taps", self.taps, "group", self.group]

    def named(self, pairs):
        """Pairs for `fill`: these, and the names of the integers."""
        pairs.extend(self.names())
        return pairs


def conv2d(builder, step):
    out = step["outputs"][0]
    if out is None:
        return None
    x = step["inputs"][0]
    w = step["inputs"][1]
    window = Window(step["params"], builder.shapes[x], builder.shapes[w], builder.shapes[out])
    if window.pointwise:
        product = Product(
            [window.pixels(), window.channels],
            [window.channels, window.filters],
            [window.pixels(), window.filters],
            False,
            False,
        )
        emit_product(builder, step, product, x, w, out)
        return None
    end = builder.ends.at(out)
    inputs = inputs_of(builder, step, end)
    shader = builder.shader(inputs, [out])
    window.uniforms(shader)
    values = accumulators(shader)
    way = Rowwise(shader, window)
    if len(way.blocks) > 0:
        emit_rowwise(shader, window, way)
        store(builder, shader, step, out, end, values)
        builder.draw(shader, inputs, [out], way.fetches())
        return None
    if window.depthwise and shader.rows > 1 and builder.layouts[out].texels <= FEW_FRAGMENTS:
        epilogue = step["params"]["epilogue"] if "epilogue" in step["params"] else None
        write_looped(shader, epilogue, 2, builder.shapes[out], short_depthwise(shader, window))
        taps = window.kernel_height * window.kernel_width
        builder.draw(shader, step["inputs"], [out], 2 * taps * shader.rows)
        return None
    pixel_starts(shader, window)
    shader.line(
        fill("for (int ky = 0; ky < @taps@.x; ky++) for (int kx = 0; kx < @taps@.y; kx++) {", window.names())
    )
    shader.line(fill("int tap = ky * @taps@.y + kx;", window.names()))
    tap_places(shader, window, 0, "@j@y + ky * @steps@.z", "@j@x + kx * @steps@.w")
    if window.depthwise:
        shader.line("vec4 b = " + shader.fetch(1, "tap", "c4") + ";")
        for j in range(shader.rows):
            shader.line("acc" + str(j) + " += " + tap_texel(shader, window, 0, j, "c4") + " * b;")
    elif window.aligned:
        _dense_taps(shader, window)
    else:
        _grouped_taps(shader, window)
    shader.line("}")
    store(builder, shader, step, out, end, values)
    taps = window.kernel_height * window.kernel_width
    builder.draw(shader, inputs, [out], taps * ((window.group_channels + 3) // 4) * (4 + shader.rows))
    return None


def accumulators(shader):
    """Emit acc0 .. for the fragment's rows; returns their names."""
    names = []
    for j in range(shader.rows):
        names.append("acc" + str(j))
        shader.line("vec4 acc" + str(j) + " = vec4(0.0);")
    return names


def pixel_starts(shader, window):
    """Emit, for each row, ny (image times height), and y, x: where the output pixel's window starts in the
    input.
    """
    shader.line(
        fill(
            "int oy = r0 / @sizes@.w; int ox = r0 - oy * @sizes@.w; "
            + "int n = oy / @sizes@.z; oy -= n * @sizes@.z;",
            window.names(),
        )
    )
    for j in range(shader.rows):
        if j > 0:
            shader.line(
                fill(
                    "ox++; if (ox == @sizes@.w) { ox = 0; oy++; if (oy == @sizes@.z) { oy = 0; n++; } }",
                    window.names(),
                )
            )
        shader.line(
            fill(
                "int n@j@ = n * @sizes@.x, y@j@ = oy * @steps@.x - @taps@.z, "
                + "x@j@ = ox * @steps@.y - @taps@.w;",
                ["j", j, "sizes", window.sizes, "steps", window.steps, "taps", window.taps],
            )
        )


def tap_places(shader, window, i, y_text, x_text):
    """Emit, for each row, whether the tap lies in the image (inside<j>), and its texel index and layer in
    input i.
    """
    for j in range(shader.rows):
        pairs = ["j", j]
        pairs.extend(window.names())
        y = fill(y_text.replace("@j@y", "y@j@"), pairs)
        x = fill(x_text.replace("@j@x", "x@j@"), pairs)
        shader.line(fill("int ty@j@ = " + y + ", tx@j@ = " + x + ";", pairs))
        row = fill("(n@j@ + ty@j@) * @sizes@.y + tx@j@", pairs)
        if window.padded:
            shader.line(
                fill(
                    "bool inside@j@ = uint(ty@j@) < uint(@sizes@.x) && uint(tx@j@) < uint(@sizes@.y);", pairs
                )
            )
            shader.line(fill("int t@j@ = inside@j@ ? " + row + " : 0;", pairs))
        else:
            shader.line(fill("int t@j@ = " + row + ";", pairs))
        locate_tap(shader, i, j)


def locate_tap(shader, i, j):
    """Emit where row t<j> of input i lies: i<j>x, i<j>y and its layer l<j>."""
    row = "t" + str(j)
    shader.locate(i, "i" + str(j), shader.group_of(i, row))
    shader.line("int l" + str(j) + " = " + shader.layer_of(i, row) + ";")


def tap_texel(shader, window, i, j, quad):
    """GLSL of the texel of row j's tap: zero outside of the image."""
    row = str(j)
    text = shader.texel(i, "i" + row, quad, "l" + row)
    return "(inside" + row + " ? " + text + " : vec4(0.0))" if window.padded else text


def _dense_taps(shader, window):
    """Channels four at a time: 4 texels of the filter (rows tap * C + c), one texel of each pixel."""
    full = window.group_channels // 4
    tail = window.group_channels % 4
    place = shader.uniform(full, 0, 0, 0)
    if window.groups > 1:
        shader.line(fill("int first = (c4 * 4 / @group@.y) * (@group@.x >> 2);", window.names()))
    else:
        shader.line("const int first = 0;")
    shader.line(fill("int w_row = tap * @group@.x;", window.names()))
    if full > 0:
        shader.line("for (int c = 0; c < " + place + ".x; c++) {")
        quad_rows(shader, 1, "(w_row + c * 4)", "c4", tail == 0, "b")
        for j in range(shader.rows):
            shader.line(
                fill(
                    "{ vec4 a = @a@; acc@j@ += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }",
                    ["j", j, "a", tap_texel(shader, window, 0, j, "first + c")],
                )
            )
        shader.line("}")
    if tail > 0:
        shader.line("{ int c = " + place + ".x;")
        for t in range(tail):
            shader.line("vec4 b" + str(t) + " = " + shader.fetch(1, "w_row + c * 4 + " + str(t), "c4") + ";")
        for j in range(shader.rows):
            terms = ["a" + LANE[t] + " * b" + str(t) for t in range(tail)]
            shader.line(
                fill(
                    "{ vec4 a = @a@; acc@j@ += @terms@; }",
                    ["j", j, "a", tap_texel(shader, window, 0, j, "first + c"), "terms", " + ".join(terms)],
                )
            )
        shader.line("}")


def _grouped_taps(shader, window):
    """Groups that share texels: lane by lane, element by element."""
    shader.line(fill("for (int c = 0; c < @group@.x; c++) {", window.names()))
    shader.line("vec4 b = " + shader.fetch(1, fill("tap * @group@.x + c", window.names()), "c4") + ";")
    shader.line("for (int t = 0; t < 4; t++) {")
    shader.line(fill("int m = ((c4 * 4 + t) / @group@.y) * @group@.x + c;", window.names()))
    for j in range(shader.rows):
        texel = tap_texel(shader, window, 0, j, "(m >> 2)")
        shader.line("acc" + str(j) + "[t] += " + texel + "[m & 3] * b[t];")
    shader.line("} }")


def conv2d_input_grad(builder, step):
    """dx: for each input pixel, the taps of the output pixels whose windows cover it."""
    out = step["outputs"][0]
    if out is None:
        return None
    dy = step["inputs"][0]
    w = step["inputs"][1]
    window = Window(step["params"], step["params"]["input_shape"], builder.shapes[w], builder.shapes[dy])
    if window.pointwise:
        product = Product(
            [window.pixels(), window.filters],
            [window.channels, window.filters],
            [window.pixels(), window.channels],
            False,
            True,
        )
        emit_product(builder, step, product, dy, w, out)
        return None
    shader = builder.shader([dy, w], [out])
    window.uniforms(shader)
    values = accumulators(shader)
    way = InputRows(shader, window)
    if len(way.blocks) > 0:
        emit_input_rows(shader, window, way)
        for j in range(shader.rows):
            shader.write(0, j, values[j])
        builder.draw(shader, [dy, w], [out], way.fetches())
        return None
    shader.line(
        fill(
            "int py = r0 / @sizes@.y; int px = r0 - py * @sizes@.y; "
            + "int n = py / @sizes@.x; py -= n * @sizes@.x;",
            window.names(),
        )
    )
    for j in range(shader.rows):
        pairs = ["j", j]
        pairs.extend(window.names())
        if j > 0:
            shader.line(
                fill(
                    "px++; if (px == @sizes@.y) { px = 0; py++; if (py == @sizes@.x) { py = 0; n++; } }",
                    pairs,
                )
            )
        shader.line(fill("int n@j@ = n * @sizes@.z, y@j@ = py + @taps@.z, x@j@ = px + @taps@.w;", pairs))
    shader.line(
        fill("for (int ky = 0; ky < @taps@.x; ky++) for (int kx = 0; kx < @taps@.y; kx++) {", window.names())
    )
    shader.line(fill("int tap = ky * @taps@.y + kx;", window.names()))
    strided = window.strides[0] > 1 or window.strides[1] > 1
    window.padded = True
    for j in range(shader.rows):
        pairs = ["j", j]
        pairs.extend(window.names())
        shader.line(fill("int ty@j@ = y@j@ - ky * @steps@.z, tx@j@ = x@j@ - kx * @steps@.w;", pairs))
        if strided:
            shader.line(fill("int uy@j@ = ty@j@ / @steps@.x, ux@j@ = tx@j@ / @steps@.y;", pairs))
            shader.line(
                fill(
                    "bool inside@j@ = ty@j@ >= 0 && tx@j@ >= 0"
                    + " && uy@j@ * @steps@.x == ty@j@ && ux@j@ * @steps@.y == tx@j@"
                    + " && uy@j@ < @sizes@.z && ux@j@ < @sizes@.w; ty@j@ = uy@j@; tx@j@ = ux@j@;",
                    pairs,
                )
            )
        else:
            shader.line(
                fill(
                    "bool inside@j@ = uint(ty@j@) < uint(@sizes@.z) && uint(tx@j@) < uint(@sizes@.w);", pairs
                )
            )
        shader.line(fill("int t@j@ = inside@j@ ? (n@j@ + ty@j@) * @sizes@.w + tx@j@ : 0;", pairs))
        locate_tap(shader, 0, j)
    if strided:
        shader.line("if (!(" + " || ".join(["inside" + str(j) for j in range(shader.rows)]) + ")) continue;")
    if window.depthwise:
        shader.line("vec4 b = " + shader.fetch(1, "tap", "c4") + ";")
        for j in range(shader.rows):
            shader.line("acc" + str(j) + " += " + tap_texel(shader, window, 0, j, "c4") + " * b;")
    elif window.aligned:
        _dense_back(shader, window)
    else:
        _grouped_back(shader, window)
    shader.line("}")
    for j in range(shader.rows):
        shader.write(0, j, values[j])
    taps = window.kernel_height * window.kernel_width
    builder.draw(shader, [dy, w], [out], taps * ((window.group_filters + 3) // 4) * (4 + shader.rows))
    return None


def _dense_back(shader, window):
    """Filters four at a time: the texels of four rows of the filter (tap, channel) along its filters."""
    if window.groups > 1:
        shader.line(
            fill("int part = c4 * 4 / @group@.x; int first = part * (@group@.y >> 2);", window.names())
        )
        shader.line(fill("int w_row = tap * @group@.x + c4 * 4 - part * @group@.x;", window.names()))
    else:
        shader.line(fill("const int first = 0; int w_row = tap * @group@.x + c4 * 4;", window.names()))
    aligned = window.group_channels % 4 == 0
    by_fours(shader, window.group_filters, lambda lanes: _back_step(shader, window, aligned, lanes))


def _back_step(shader, window, aligned, lanes):
    quad_rows(shader, 1, "w_row", "(first + f)", aligned, "b")
    for j in range(shader.rows):
        shader.line(
            fill(
                "{ vec4 a = @a@; acc@j@ += @dot@; }",
                ["j", j, "a", tap_texel(shader, window, 0, j, "first + f"), "dot", dot_rows("a", "b", lanes)],
            )
        )


def _grouped_back(shader, window):
    shader.line(fill("for (int f = 0; f < @group@.y; f++) {", window.names()))
    shader.line("for (int t = 0; t < 4; t++) {")
    shader.line(
        fill(
            "int ch = c4 * 4 + t; int part = ch / @group@.x; int m = part * @group@.y + f;"
            + " int w_row = tap * @group@.x + ch - part * @group@.x;",
            window.names(),
        )
    )
    shader.line("float b = " + shader.fetch(1, "w_row", "m >> 2") + "[m & 3];")
    for j in range(shader.rows):
        texel = tap_texel(shader, window, 0, j, "(m >> 2)")
        shader.line("acc" + str(j) + "[t] += " + texel + "[m & 3] * b;")
    shader.line("} }")
