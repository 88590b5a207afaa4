"""How a draw reads an operand that broadcasts to its output: the cheapest of five ways, chosen from the
shapes.

whole: the same rows and channels, so the same texel; scalar: one element; vector: one row for all rows; rows:
the operand's row is computed from the output's row (with the operand's last axis equal to the output's, or
1).
"""


def collapse(out_dims, in_dims):
    """Leading axes merged where they broadcast alike: a list of [size, stride] (stride 0 repeats), innermost
    first.
    """
    axes = []
    stride = 1
    axis = len(out_dims) - 1
    while axis >= 0:
        size = out_dims[axis]
        own = in_dims[axis]
        if size != 1:
            step = stride if own != 1 else 0
            if len(axes) > 0:
                before = axes[len(axes) - 1]
                joined = before[1] * before[0] == step if before[1] != 0 else step == 0
                if joined:
                    before[0] = before[0] * size
                else:
                    axes.append([size, step])
            else:
                axes.append([size, step])
        stride = stride * own
        axis = axis - 1
    return axes


def padded(shape, rank):
    """A shape with ones in front, up to a rank."""
    dims = []
    for i in range(rank - len(shape)):
        dims.append(1)
    dims.extend(shape)
    return dims


def index_map(shader, axes, source, target):
    """Emit GLSL that declares int `target`, the source row of row `source`, for collapsed axes."""
    if len(axes) == 0:
        shader.line("int " + target + " = 0;")
        return None
    if len(axes) == 1:
        shader.line("int " + target + " = " + (source if axes[0][1] == 1 else "0") + ";")
        return None
    left = shader.fresh("t")
    shader.line("int " + left + " = " + source + "; int " + target + " = 0;")
    for i in range(len(axes)):
        place = axis_uniform(shader, axes[i][0], axes[i][1])
        last = i == len(axes) - 1
        if last:
            if axes[i][1] != 0:
                shader.line(target + " += " + left + " * " + place + ".y;")
        elif axes[i][1] == 0:
            shader.line(left + " /= " + place + ".x;")
        else:
            part = shader.fresh("p")
            shader.line("int " + part + " = " + left + " / " + place + ".x;")
            shader.line(
                target
                + " += ("
                + left
                + " - "
                + part
                + " * "
                + place
                + ".x) * "
                + place
                + ".y; "
                + left
                + " = "
                + part
                + ";"
            )
    return None


def axis_uniform(shader, size, stride):
    return shader.uniform(size, stride, 0, 0)


class Operand:
    """Input `i` of a shader, read for each of the fragment's rows at the output's element positions.

    packed: its texels hold several numbers of each row, which the reader takes apart.
    """

    def __init__(self, shader, i, out_shape, packed=False):
        self.shader = shader
        self.i = i
        layout = shader.shown[i]
        rank = len(out_shape)
        dims = padded(layout.shape, rank)
        self.spread = "" if packed else ".xxxx"
        if packed:
            dims[rank - 1] = 1
        self.last_is_one = rank == 0 or (dims[rank - 1] == 1 and out_shape[rank - 1] != 1)
        self.mode = "rows"
        leading_out = []
        leading_in = []
        same_leading = True
        for axis in range(rank - 1):
            leading_out.append(out_shape[axis])
            leading_in.append(dims[axis])
            if out_shape[axis] != dims[axis]:
                same_leading = False
        if layout.size == 1 or (packed and layout.rows == 1):
            self.mode = "scalar"
        elif same_leading and not self.last_is_one:
            self.mode = "whole"
        elif layout.rows == 1 and not self.last_is_one:
            self.mode = "vector"
        elif same_leading:
            self.mode = "aligned"
        self.axes = collapse(leading_out, leading_in)
        self.shared = ""
        self.offset = ""
        self.place = ""

    def prepare(self):
        """Emit what all rows share."""
        shader = self.shader
        view = shader.views[self.i]
        if view is not None:
            layers = shader.inputs[self.i].layers
            aligned = view.whole_groups(layers)
            self.offset = view.uniform(shader, layers if aligned else 1)
            if self.mode == "whole" and aligned and layers == shader.out.layers:
                self.place = shader.fresh("at")
                shader.locate(self.i, self.place, "group + " + self.offset + ".z")
        elif self.mode == "whole" and shader.displaced:
            self.place = shader.fresh("at")
            shader.locate(self.i, self.place, "group")
        if self.mode == "scalar":
            self.shared = shader.fresh("a")
            shader.line(
                shader.vector(self.i) + " " + self.shared + " = " + self.fetch("0", "0") + self.spread + ";"
            )
        elif self.mode == "vector":
            self.shared = shader.fresh("a")
            shader.line(shader.vector(self.i) + " " + self.shared + " = " + self.fetch("0", "c4") + ";")

    def texel(self, j):
        """Emit what row j needs; returns GLSL of its texel."""
        shader = self.shader
        if self.mode == "scalar" or self.mode == "vector":
            return self.shared
        if self.place != "":
            quad = "c4" if self.offset == "" else "c4 + " + self.offset + ".y"
            return shader.texel(self.i, self.place, quad, str(j) + shader.begin)
        row = "r0" if j == 0 else "r0 + " + str(j)
        if self.mode == "whole":
            return shader.same_place(self.i, j) if self.offset == "" else self.fetch(row, "c4")
        if self.mode == "rows":
            target = shader.fresh("row")
            index_map_cached(shader, self.axes, row, target)
            row = target
        if self.last_is_one:
            return self.fetch(row, "0") + self.spread
        return self.fetch(row, "c4")

    def fetch(self, row, quad):
        """GLSL of one texel."""
        if self.offset == "":
            return self.shader.fetch(self.i, row, quad)
        return self.shader.fetch(self.i, row + " + " + self.offset + ".x", quad + " + " + self.offset + ".y")

    def anywhere(self, row, quad, fixed):
        """[GLSL to stand before a walk, GLSL of the texel at a row and a quad of the output in it]; fixed: which of the
        two stays the same, "row" or "quad".
        """
        shader = self.shader
        view = shader.views[self.i]
        if view is not None:
            self.offset = view.uniform(shader, 1)
        if self.mode == "scalar" or self.mode == "vector":
            row = "0"
        elif self.mode == "rows" and len(self.axes) > 1:
            row = row_map(shader, self.axes) + "(" + row + ")"
        elif self.mode == "rows" and (len(self.axes) == 0 or self.axes[0][1] == 0):
            row = "0"
        narrow = self.mode == "scalar" or self.last_is_one
        text = self.fetch(row, "0") + self.spread if narrow else self.fetch(row, quad)
        if row != "0" and fixed == "quad" or not narrow and fixed == "row":
            return ["", text]
        name = shader.fresh("a")
        return [shader.vector(self.i) + " " + name + " = " + text + ";", name]

    def fetches(self):
        """Texel fetches a fragment."""
        return 1 if self.mode == "scalar" or self.mode == "vector" else self.shader.rows


def index_map_cached(shader, axes, row, target):
    """index_map through a local function, so that its uniforms are added once."""
    shader.line("int " + target + " = " + row_map(shader, axes) + "(" + row + ");")


def row_map(shader, axes):
    """The name of the GLSL function of a row that gives the source row."""
    key = "map"
    for axis in axes:
        key = key + "_" + str(axis[0]) + "_" + str(axis[1])
    known = shader.maps.at(key)
    if known is None:
        known = shader.fresh("map")
        shader.maps.put(key, known)
        kept = shader.lines
        shader.lines = []
        index_map(shader, axes, "e", "s")
        shader.local("int " + known + "(int e) { " + " ".join(shader.lines) + " return s; }")
        shader.lines = kept
    return known
