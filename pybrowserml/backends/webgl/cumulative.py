"""Cumulative operations by blocks, on two levels or more: totals of the blocks, the same operation over the totals
(without the block itself), and in every block a short walk on top of it.

Along a leading axis whole texels are joined. Along the last axis blocks are of whole texels; a fragment joins the
texels before its own lane by lane, then the lanes, and runs over the four lanes of its own texel.
"""

from .reduce import combiner, identity_of, lanes_of
from .shader import fill

# Places (or texels, along the last axis) of a block, and up to how many no blocks are made.
BLOCK = 16
LONGEST = 32


def cumulative(builder, step):
    out = step["outputs"][0]
    if out is None:
        return None
    value = step["inputs"][0]
    shape = builder.shapes[value]
    rank = len(shape)
    params = step["params"]
    axis = params["axis"]
    scan = _Scan(builder, params["op"], params["reverse"])
    if axis == rank - 1:
        scan.last(value, out, params["exclusive"])
        return None
    outer = 1
    inner = 1
    for i in range(rank - 1):
        if i < axis:
            outer = outer * shape[i]
        elif i > axis:
            inner = inner * shape[i]
    scan.rows(value, out, outer, shape[axis], inner, shape[rank - 1], params["exclusive"])
    return None


class _Scan:
    """One step's op and direction."""

    def __init__(self, builder, op, reverse):
        self.builder = builder
        self.op = op
        self.reverse = reverse

    def rows(self, value, out, outer, length, inner, channels, exclusive):
        """Along the middle axis of rows [outer, length, inner] of texels."""
        builder = self.builder
        if length <= LONGEST:
            self.walk_rows(value, -1, out, length, inner, length, exclusive)
            return None
        blocks = (length + BLOCK - 1) // BLOCK
        dtype = builder.dtypes[value]
        totals = builder.add([outer * blocks * inner, channels], dtype)
        shader = builder.shader([value], [totals])
        identity = combiner(shader, self.op)
        place = shader.uniform(inner, length, blocks, BLOCK)
        shader.local(
            fill(
                """@v@ one(int r, int c4) {
int t = r / @u@.x; int inner = r - t * @u@.x;
int outer = t / @u@.z; int low = (t - outer * @u@.z) * @u@.w; int high = min(low + @u@.w, @u@.y);
@v@ acc = @identity@;
for (int i = low; i < high; i++) acc = join(acc, @fetch@);
return acc;
}""",
                [
                    "v",
                    shader.out_vector(),
                    "u",
                    place,
                    "identity",
                    identity,
                    "fetch",
                    shader.fetch(0, "(outer * " + place + ".y + i) * " + place + ".x + inner", "c4"),
                ],
            )
        )
        shader.write_rows(0, "one(r0 + j, c4)")
        builder.draw(shader, [value], [totals], BLOCK * shader.rows)
        before = builder.add([outer * blocks * inner, channels], dtype)
        self.rows(totals, before, outer, blocks, inner, channels, True)
        self.walk_rows(value, before, out, length, inner, BLOCK, exclusive)
        return None

    def walk_rows(self, value, before, out, length, inner, block, exclusive):
        """Join the places of a block up to one's own, on top of what lies before the block (-1: nothing)."""
        builder = self.builder
        sources = [value] if before < 0 else [value, before]
        shader = builder.shader(sources, [out])
        start = combiner(shader, self.op)
        blocks = (length + block - 1) // block
        place = shader.uniform(inner, length, blocks, block)
        if before >= 0:
            start = shader.fetch(1, "(outer * " + place + ".z + b) * " + place + ".x + inner", "c4")
        if self.reverse:
            span = "int low = p@more@, high = min((b + 1) * @u@.w, @u@.y);"
            more = " + 1" if exclusive else ""
        else:
            span = "int low = b * @u@.w, high = p@more@;"
            more = "" if exclusive else " + 1"
        shader.local(
            fill(
                """@v@ one(int r, int c4) {
int t = r / @u@.x; int inner = r - t * @u@.x;
int outer = t / @u@.y; int p = t - outer * @u@.y; int b = p / @u@.w;
"""
                + fill(span, ["more", more])
                + """
@v@ acc = @start@;
for (int i = low; i < high; i++) acc = join(acc, @fetch@);
return acc;
}""",
                [
                    "v",
                    shader.out_vector(),
                    "u",
                    place,
                    "start",
                    start,
                    "fetch",
                    shader.fetch(0, "(outer * " + place + ".y + i) * " + place + ".x + inner", "c4"),
                ],
            )
        )
        shader.write_rows(0, "one(r0 + j, c4)")
        builder.draw(shader, sources, [out], block * shader.rows)
        return None

    def last(self, value, out, exclusive):
        """Along the last axis."""
        builder = self.builder
        layout = builder.layouts[value]
        if layout.quads <= LONGEST:
            self.walk_last(value, -1, out, layout.quads, exclusive)
            return None
        blocks = (layout.quads + BLOCK - 1) // BLOCK
        dtype = builder.dtypes[value]
        totals = builder.add([layout.rows, blocks], dtype)
        shader = builder.shader([value], [totals])
        place = self.texels(shader, layout.quads, BLOCK)
        shader.local(
            fill(
                """@s@ total(int row, int b) {
int low = b * @u@.y; int high = min(low + @u@.y, @u@.x);
return joined(row, low, high).x;
}""",
                ["s", "float" if shader.out.kind == "f" else "int", "u", place],
            )
        )
        shader.write_rows(0, lanes_of(shader, ["total(r0 + j, c4 * 4 + " + str(t) + ")" for t in range(4)]))
        builder.draw(shader, [value], [totals], 4 * BLOCK * shader.rows)
        before = builder.add([layout.rows, blocks], dtype)
        self.last(totals, before, True)
        self.walk_last(value, before, out, BLOCK, exclusive)
        return None

    def texels(self, shader, quads, block):
        """GLSL functions `texel`, with the identity beyond the last channel, and `joined`, all texels of a span and
        their lanes in one; returns the uniform of [quads, block].
        """
        identity = combiner(shader, self.op)
        place = shader.uniform(quads, block, 0, 0)
        vector = shader.out_vector()
        channels = shader.inputs[0].channels
        tail = channels % 4
        kept = "v"
        if tail > 0:
            names = ["v.x"]
            for t in range(1, 4):
                names.append(("v." if t < tail else "e.") + "xyzw"[t])
            kept = "(q == " + place + ".x - 1 ? " + vector + "(" + ", ".join(names) + ") : v)"
        pairs = ["v", vector, "identity", identity, "kept", kept, "fetch", shader.fetch(0, "row", "q")]
        shader.local(
            fill(
                """@v@ texel(int row, int q) { @v@ v = @fetch@, e = @identity@; return @kept@; }
@v@ joined(int row, int low, int high) {
@v@ acc = @identity@;
for (int q = low; q < high; q++) acc = join(acc, texel(row, q));
acc = join(acc, acc.zwxy);
return join(acc, acc.yxwz);
}""",
                pairs,
            )
        )
        return place

    def walk_last(self, value, before, out, block, exclusive):
        """As walk_rows, along the last axis."""
        builder = self.builder
        sources = [value] if before < 0 else [value, before]
        shader = builder.shader(sources, [out])
        quads = builder.layouts[value].quads
        place = self.texels(shader, quads, block)
        vector = shader.out_vector()
        blocks = (quads + block - 1) // block
        count = shader.uniform(blocks, 0, 0, 0)
        lines = ["@v@ one(int row, int q) {", "int b = q / @u@.y;"]
        if self.reverse:
            lines.append("@v@ acc = joined(row, q + 1, min((b + 1) * @u@.y, @u@.x));")
        else:
            lines.append("@v@ acc = joined(row, b * @u@.y, q);")
        if before >= 0:
            lines.append("acc = join(@v@(" + shader.element(1, "row * " + count + ".x + b") + "), acc);")
        lines.append("@v@ v = texel(row, q), e = @identity@;")
        if self.reverse:
            one = "@v@(v.yzw, e.x)"
            two = "@v@(v.zw, e.xy)"
        else:
            one = "@v@(e.x, v.xyz)"
            two = "@v@(e.xy, v.xy)"
        lines.append("v = join(v, " + one + "); v = join(v, " + two + ");")
        lines.append("return join(acc, " + (one if exclusive else "v") + ");")
        lines.append("}")
        identity = vector + "(" + identity_of(shader, self.op) + ")"
        shader.local(fill("\n".join(lines), ["v", vector, "u", place, "identity", identity]))
        shader.write_rows(0, "one(r0 + j, c4)")
        builder.draw(shader, sources, [out], (block + 1) * shader.rows)
        return None
