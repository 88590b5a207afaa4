"""One draw in the making: its GLSL and its integers, collected by the kernels and joined at the end.

Uniforms: `u[0]` = output (quads, shift, page, channels); `u[1 + i]` = input i (quads, shift, mask, channels),
of which the first three stand in the globals Q<i>, H<i>, M<i>; then what the kernel adds. In `main`: `c4` the
quad, `group` the group, `r0` the first of the `rows` rows that this fragment computes. `f<i>(row, quad)`
fetches a texel of input i, `g<i>(element)` one element by its row-major index.
"""

from ...platform.maps import new_map
from .functions import library_source


def fill(template, pairs):
    """A template with each @name@ replaced: pairs is [name, text, name, text, ...]."""
    text = template
    for i in range(len(pairs) // 2):
        text = text.replace("@" + pairs[2 * i] + "@", str(pairs[2 * i + 1]))
    return text


class Shader:
    """out: Layout of every output; inputs: Layouts; results: how many outputs the draw writes; sampled: whether texels
    are read by `texture`, at the middle of a texel, in place of `texelFetch`; half: floats are stored in half
    precision; rows: how many of the rows of a group a fragment computes, of which the first is `first`.
    """

    def __init__(self, out, inputs, results, sampled, half, first, rows):
        self.sampled = sampled
        self.saturated = half and out.kind == "f"
        self.out = out
        self.inputs = inputs
        self.results = results
        # Of inputs that are views: the layout that they would have, and the View.
        self.shown = inputs
        self.views = []
        for _layout in inputs:
            self.views.append(None)
        self.steps = []
        # Whether `xy` is no longer the place of the result's texel: `c4` is another quad, or `group` another group.
        self.displaced = False
        # Of a draw into slices of a loop's stacked result: lines of texels and the first group of a slice.
        self.slice_lines = 0
        self.slice = ""
        self.first = first
        self.rows = rows
        self.single = out.rows <= 1
        self.paged = out.pages > 1
        for layout in inputs:
            if layout.pages > 1:
                self.paged = True
        if self.paged:
            self.sampled = False
        self.ints = [out.quads, out.shift, 0, out.channels]
        for layout in inputs:
            self.ints.extend([layout.quads, layout.shift, 2**layout.shift - 1, layout.channels])
        # Where it begins is a uniform, so that all parts of the rows have one program.
        self.begin = "" if rows == out.layers else " + " + self.uniform(first, 0, 0, 0) + ".x"
        self.lines = []
        self.local_functions = []
        self.needed = []
        self.fetchers = []
        self.element_fetchers = []
        self.names = 0
        self.maps = new_map()

    def uniform(self, a, b, c, d):
        """Add four integers; returns the name of their ivec4."""
        self.ints.extend([a, b, c, d])
        return "u[" + str(len(self.ints) // 4 - 1) + "]"

    def draw_slices(self, rows):
        """The result is a slice of so many rows for each step of a loop, whole lines of texels."""
        groups = rows // self.out.layers
        self.displaced = True
        self.slice_lines = groups // 2**self.out.shift
        self.steps.append([len(self.ints), 0, groups])
        self.slice = self.uniform(0, 0, 0, 0)

    def fresh(self, prefix):
        """A new local name."""
        self.names = self.names + 1
        return prefix + "_" + str(self.names)

    def line(self, text):
        self.lines.append(text)

    def lines_of(self, template, pairs):
        self.lines.append(fill(template, pairs))

    def local(self, text):
        """Add a GLSL function of this draw alone."""
        self.local_functions.append(text)

    def need(self, function_name):
        """Ask for a function of the GLSL library."""
        if function_name not in self.needed:
            self.needed.append(function_name)
        return function_name

    def vector(self, i):
        """The GLSL vector type of input i."""
        return "vec4" if self.inputs[i].kind == "f" else "ivec4"

    def out_vector(self):
        return "vec4" if self.out.kind == "f" else "ivec4"

    def fetch(self, i, row, quad):
        """GLSL of one texel by row and quad."""
        if i not in self.fetchers:
            self.fetchers.append(i)
        return "f" + str(i) + "(" + row + ", " + quad + ")"

    def element(self, i, index):
        """GLSL of one element by its row-major index."""
        if i not in self.fetchers:
            self.fetchers.append(i)
        if i not in self.element_fetchers:
            self.element_fetchers.append(i)
        return "g" + str(i) + "(" + index + ")"

    def locate(self, i, name, group):
        """Emit ints <name>x, <name>y: where the group of rows of input i begins; <name>g is the group."""
        k = str(i)
        if self.inputs[i].flat:
            self.line("int " + name + "x = (" + group + ") * Q" + k + ", " + name + "y = 0;")
        else:
            self.line(
                fill(
                    "int @p@g = @group@; int @p@x = (@p@g & M@i@) * Q@i@, @p@y = @p@g >> H@i@;",
                    ["p", name, "group", group, "i", k],
                )
            )

    def located(self, i, name, group):
        """The GLSL that `locate` emits."""
        kept = self.lines
        self.lines = []
        self.locate(i, name, group)
        text = " ".join(self.lines)
        self.lines = kept
        return text

    def masked(self, texel, mask):
        """GLSL of a texel of floats, or zeros where the int `mask` is 0; elsewhere it is -1."""
        return "intBitsToFloat(floatBitsToInt(" + texel + ") & " + mask + ")"

    def texel(self, i, name, quad, layer):
        """GLSL of a texel of a group that `locate` found."""
        return self.texel_at(i, name + "x + " + quad, name + "y", layer)

    def texel_at(self, i, x, y, layer):
        """GLSL of a texel by x and y (flat layouts: by its index x alone)."""
        k = str(i)
        place = self._unfolded(i, x, y)
        x = place[0]
        y = place[1]
        if self.paged:
            shift = str(self.inputs[i].max_shift)
            layer = layer + " + ((" + y + ") >> " + shift + ") * " + str(self.inputs[i].layers)
            y = "(" + y + ") & " + str(2 ** self.inputs[i].max_shift - 1)
        if self.sampled:
            return "texture(s" + k + ", vec3((vec2(" + x + ", " + y + ") + 0.5) * V" + k + ", " + layer + "))"
        return "texelFetch(s" + k + ", ivec3(" + x + ", " + y + ", " + layer + "), 0)"

    def _unfolded(self, i, x, y):
        """[x, y] of a texel in its line of texels: flat layouts know its index x alone."""
        if not self.inputs[i].flat:
            return [x, y]
        k = str(i)
        return ["(" + x + ") & M" + k, "(" + x + ") >> H" + k]

    def spot(self, i, name, x, y):
        """Emit <name>: where a texel lies in every layer of input i, for `texel_on`. x, y: as `texel_at` takes them."""
        k = str(i)
        place = ", ".join(self._unfolded(i, x, y))
        if self.sampled:
            self.line("vec2 " + name + " = (vec2(" + place + ") + 0.5) * V" + k + ";")
        else:
            self.line("ivec2 " + name + " = ivec2(" + place + ");")

    def texel_on(self, i, name, layer):
        """GLSL of the texel of a layer at a `spot`."""
        k = str(i)
        if self.sampled:
            return "texture(s" + k + ", vec3(" + name + ", " + layer + "))"
        if self.paged:
            shift = str(self.inputs[i].max_shift)
            layer = layer + " + (" + name + ".y >> " + shift + ") * " + str(self.inputs[i].layers)
            line = name + ".y & " + str(2 ** self.inputs[i].max_shift - 1)
            return "texelFetch(s" + k + ", ivec3(" + name + ".x, " + line + ", " + layer + "), 0)"
        return "texelFetch(s" + k + ", ivec3(" + name + ", " + layer + "), 0)"

    def beside(self, i, name, spot, quads):
        """Emit <name>: the `spot` so many texels on along x."""
        if self.sampled:
            self.line(
                "vec2 " + name + " = " + spot + " + vec2(float(" + quads + ") * V" + str(i) + ".x, 0.0);"
            )
        else:
            self.line("ivec2 " + name + " = " + spot + " + ivec2(" + quads + ", 0);")

    def place(self, i, name, x, y, layer):
        """Emit <name>: the place of a texel of input i, for `texel_from`. Not for folded rows, nor pages."""
        if self.sampled:
            middle = "(vec2(" + x + ", " + y + ") + 0.5) * V" + str(i)
            self.line("vec3 " + name + " = vec3(" + middle + ", " + layer + ");")
        else:
            self.line("ivec3 " + name + " = ivec3(" + x + ", " + y + ", " + layer + ");")

    def stride(self, i, name, quads):
        """Emit <name>: so many texels along x of input i, for `texel_from`."""
        if self.sampled:
            self.line("float " + name + " = float(" + quads + ") * V" + str(i) + ".x;")
        else:
            self.line("int " + name + " = " + quads + ";")

    def texel_from(self, i, place, stride):
        """GLSL of a texel at a `place`, or a `stride` from it ("" for none)."""
        if stride != "":
            vector = "vec3(" if self.sampled else "ivec3("
            place = vector + place + ".x + " + stride + ", " + place + ".yz)"
        if self.sampled:
            return "texture(s" + str(i) + ", " + place + ")"
        return "texelFetch(s" + str(i) + ", " + place + ", 0)"

    def same_place(self, i, j):
        """GLSL of the texel of an input of the output's own layout, for row j of the fragment."""
        layer = str(j) + self.begin
        if self.paged:
            layer = layer + " + u[0].z * " + str(self.out.layers)
        if self.sampled:
            return "texture(s" + str(i) + ", vec3((vec2(xy) + 0.5) * V" + str(i) + ", " + layer + "))"
        return "texelFetch(s" + str(i) + ", ivec3(xy, " + layer + "), 0)"

    def layer_of(self, i, row):
        layers = self.inputs[i].layers
        return "0" if layers == 1 else "((" + row + ") & " + str(layers - 1) + ")"

    def group_of(self, i, row):
        layers = self.inputs[i].layers
        return "(" + row + ")" if layers == 1 else "((" + row + ") >> " + str(_log2(layers)) + ")"

    def quads_of(self, i):
        return "Q" + str(i)

    def channels_of(self, i):
        return "u[" + str(1 + i) + "].w"

    def write(self, result, j, value):
        """Store the texel of row j of an output."""
        self.lines.append("o" + str(result * self.rows + j) + " = " + value + ";")

    def write_rows(self, result, value):
        """Store `value`, GLSL of the texel of row `r0 + j`, for every row of the fragment.

        A loop, because compilers put functions in line: what walks a window or an axis would otherwise stand
        there once a row, which software rasterisers compile for seconds, or (Mesa's) without end.
        """
        if self.rows == 1:
            self.lines.append("const int j = 0;")
            self.write(result, 0, value)
            return None
        name = self.fresh("texels")
        count = str(self.rows)
        self.lines.append(self.out_vector() + " " + name + "[" + count + "];")
        self.lines.append("for (int j = 0; j < " + count + "; j++) " + name + "[j] = " + value + ";")
        for j in range(self.rows):
            self.write(result, j, name + "[" + str(j) + "]")
        return None

    def write_all_rows(self, function):
        """Store what a GLSL function (row, c4, out texels of the results) gives for every row, in a loop, too."""
        rows = str(self.rows)
        given = ""
        for m in range(self.results):
            self.lines.append(self.out_vector() + " y" + str(m) + "[" + rows + "];")
            given = given + ", y" + str(m) + "[j]"
        self.lines.append("for (int j = 0; j < " + rows + "; j++) " + function + "(r0 + j, c4" + given + ");")
        for m in range(self.results):
            for j in range(self.rows):
                self.write(m, j, "y" + str(m) + "[" + str(j) + "]")

    def source(self):
        """The fragment shader."""
        parts = [
            "#version 300 es",
            "precision highp float; precision highp int;",
            "precision highp sampler2DArray; precision highp isampler2DArray;",
            "uniform ivec4 u[" + str(len(self.ints) // 4) + "];",
        ]
        for i in range(len(self.inputs)):
            sampler = "sampler2DArray" if self.inputs[i].kind == "f" else "isampler2DArray"
            parts.append("uniform " + sampler + " s" + str(i) + ";")
        for k in range(self.rows * self.results):
            parts.append("layout(location = " + str(k) + ") out " + self.out_vector() + " o" + str(k) + ";")
        for i in range(len(self.inputs)):
            k = str(i)
            parts.append("int Q" + k + ", H" + k + ", M" + k + ";")
            if self.sampled:
                parts.append("vec2 V" + k + ";")
        if self.saturated:
            # What lies beyond the largest half float is stored as infinity by some devices and as NaN by others.
            self.need("isnan")
        parts.append(library_source(self.needed))
        for i in self.fetchers:
            body = self.located(i, "p", self.group_of(i, "row"))
            parts.append(
                self.vector(i)
                + " f"
                + str(i)
                + "(int row, int quad) { "
                + body
                + " return "
                + self.texel(i, "p", "quad", self.layer_of(i, "row"))
                + "; }"
            )
        for i in self.element_fetchers:
            scalar = "float" if self.inputs[i].kind == "f" else "int"
            channels = self.channels_of(i)
            if self.inputs[i].rows <= 1:
                body = "return f" + str(i) + "(0, e >> 2)[e & 3];"
            elif self.inputs[i].channels == 1:
                body = "return f" + str(i) + "(e, 0).x;"
            else:
                body = (
                    "int r = e / "
                    + channels
                    + "; int c = e - r * "
                    + channels
                    + "; return f"
                    + str(i)
                    + "(r, c >> 2)[c & 3];"
                )
            parts.append(scalar + " g" + str(i) + "(int e) { " + body + " }")
        parts.extend(self.local_functions)
        parts.append("void main() {")
        for i in range(len(self.inputs)):
            k = str(i)
            place = "u[" + str(i + 1) + "]"
            parts.append(
                "Q" + k + " = " + place + ".x; H" + k + " = " + place + ".y; M" + k + " = " + place + ".z;"
            )
            if self.sampled:
                parts.append("V" + k + " = 1.0 / vec2(textureSize(s" + k + ", 0).xy);")
        parts.append("ivec2 xy = ivec2(gl_FragCoord.xy);")
        line = "xy.y"
        if self.paged:
            line = "(xy.y + (u[0].z << " + str(self.out.max_shift) + "))"
        if self.out.flat:
            parts.append("int i = (" + line + " << u[0].y) + xy.x;")
            parts.append(
                "int group = " + ("0" if self.single else "i / u[0].x") + "; int c4 = i - group * u[0].x;"
            )
        elif self.single:
            parts.append("const int group = 0; int c4 = xy.x;")
        else:
            parts.append("int side = xy.x / u[0].x; int c4 = xy.x - side * u[0].x;")
            start = "" if self.slice == "" else " - " + self.slice + ".x"
            parts.append("int group = (" + line + " << u[0].y) + side" + start + ";")
        parts.append(
            "const int r0 = 0;"
            if self.single
            else "int r0 = group * " + str(self.out.layers) + self.begin + ";"
        )
        parts.extend(self.lines)
        if self.saturated:
            for k in range(self.rows * self.results):
                o = "o" + str(k)
                parts.append(
                    o + " = mix(clamp(" + o + ", -65504.0, 65504.0), " + o + ", x_isnan(" + o + "));"
                )
        parts.append("}")
        return "\n".join(parts)


def _log2(n):
    e = 0
    while 2**e < n:
        e = e + 1
    return e
