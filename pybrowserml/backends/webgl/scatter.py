"""Scatter: updates taken into the rows that indices name, without atomics and in a fixed order.

A small one is a walk over all indices for every row of the result. Else the indices are sorted once, with their
places; then a row finds its own run of the sorted updates by bisection, and joins it by a tree over all sorted
updates: level l + 1 holds the joined blocks of 16 of level l, so a run of any length is at most 30 texels a level.
"""

from .gather import axis_sizes
from .reduce import combiner
from .shader import fill
from .sort import order_of, pick

BLOCK = 16
# Without sorting: so few indices, or a walk that is neither long nor, over all rows, much.
FEW_INDICES = 32
LONGEST_WALK = 512
MOST_FETCHES = 524288
OPS = {"add": "sum", "mul": "prod", "max": "max", "min": "min", "update": "sum"}


def scatter(builder, step):
    target = step["outputs"][0]
    if target is None:
        return None
    work = _Scatter(builder, step, target)
    fetches = builder.layouts[target].texels * builder.layouts[target].layers * work.count
    if work.count <= FEW_INDICES or (work.count <= LONGEST_WALK and fetches <= MOST_FETCHES):
        work.walk()
    else:
        work.by_sorting()
    return None


class _Scatter:
    """One step's values and sizes. Updates are seen as [outer, count, inner] rows of texels, or, along the last
    axis, as [outer, count] single elements; `row` below is the place among them.
    """

    def __init__(self, builder, step, target):
        self.builder = builder
        self.target = target
        self.indices = step["inputs"][0]
        self.updates = step["inputs"][1]
        self.base = step["inputs"][2] if len(step["inputs"]) > 2 else -1
        params = step["params"]
        shape = params["shape"]
        sizes = axis_sizes(shape, params["axis"])
        self.last = params["axis"] == len(shape) - 1
        self.outer = sizes[0]
        self.length = sizes[1]
        self.inner = sizes[2]
        self.count = builder.layouts[self.indices].size
        self.clamp = params["clamp"]
        self.latest = params["reduction"] == "update"
        self.op = OPS[params["reduction"]]

    def sources(self, values):
        """Inputs of a shader, the base behind them."""
        found = [value for value in values]
        if self.base >= 0:
            found.append(self.base)
        return found

    def start(self, shader, identity, row):
        """GLSL of what a row of the result begins with."""
        if self.base < 0:
            return identity
        return shader.fetch(len(shader.inputs) - 1, row, "c4")

    def joined(self, update):
        """GLSL of a texel that takes in an update."""
        return update if self.latest else "join(acc, " + update + ")"

    def walk(self):
        """Every row of the result looks at all indices."""
        builder = self.builder
        sources = self.sources([self.indices, self.updates])
        shader = builder.shader(sources, [self.target])
        identity = combiner(shader, self.op)
        place = shader.uniform(self.length, self.inner, self.count, 0)
        index = shader.element(0, "k")
        if self.clamp:
            index = fill("clamp(@i@, 0, @u@.x - 1)", ["i", index, "u", place])
        lines = ["@v@ one(int r, int c4) {", "@v@ acc = @start@;"]
        if self.last:
            lines.append("for (int k = 0; k < @u@.z; k++) { int p = @index@; if (p >> 2 == c4) {")
            lines.append("@v@ x = @v@(@element@); @v@ y = @joined@; acc[p & 3] = y[p & 3]; } }")
        else:
            lines.append("int t = r / @u@.y; int inner = r - t * @u@.y;")
            lines.append("int outer = t / @u@.x; int own = t - outer * @u@.x;")
            lines.append("for (int k = 0; k < @u@.z; k++) if (@index@ == own) {")
            lines.append("@v@ x = @fetch@; acc = @joined@; }")
        lines.append("return acc; }")
        row = "(outer * " + place + ".z + k) * " + place + ".y + inner"
        shader.local(
            fill(
                "\n".join(lines),
                [
                    "index",
                    index,
                    "start",
                    self.start(shader, identity, "r"),
                    "joined",
                    self.joined("x"),
                    "element",
                    shader.element(1, "r * " + place + ".z + k") if self.last else "",
                    "fetch",
                    "" if self.last else shader.fetch(1, row, "c4"),
                    "v",
                    shader.out_vector(),
                    "u",
                    place,
                ],
            )
        )
        shader.write_rows(0, "one(r0 + j, c4)")
        builder.draw(shader, sources, [self.target], self.count * shader.rows + shader.rows)

    def by_sorting(self):
        """Sorted indices, a tree of joined updates, and for every row its part of it."""
        builder = self.builder
        keys = self.targets()
        order = order_of(builder, keys, 1, self.count, None)
        ordered = builder.add([self.count], "int32")
        pick(builder, keys, order, ordered)
        levels = [self.updates]
        count = self.count
        counts = [count]
        while count > 2 * BLOCK and not self.latest:
            level = self.blocks(order, levels[len(levels) - 1], count, len(levels) == 1)
            levels.append(level)
            count = (count + BLOCK - 1) // BLOCK
            counts.append(count)
        self.gather_runs(ordered, order, levels, counts)

    def targets(self):
        """The indices in one row, clamped if need be."""
        builder = self.builder
        keys = builder.add([self.count], "int32")
        shader = builder.shader([self.indices], [keys])
        place = shader.uniform(self.count, self.length, 0, 0)
        lanes = []
        for t in range(4):
            index = shader.element(0, fill("min(c4 * 4 + @t@, @u@.x - 1)", ["t", t, "u", place]))
            lanes.append(fill("clamp(@i@, 0, @u@.y - 1)", ["i", index, "u", place]) if self.clamp else index)
        shader.write_rows(0, "ivec4(" + ", ".join(lanes) + ")")
        builder.draw(shader, [self.indices], [keys], 4)
        return keys

    def value(self, shader, i, row):
        """GLSL of a texel of updates, or of one element in all lanes."""
        if self.last:
            return shader.out_vector() + "(" + shader.element(i, row) + ")"
        return shader.fetch(i, row, "c4")

    def blocks(self, order, below, count, first):
        """Joined blocks of a level: of the updates in sorted order (first), or of joined blocks."""
        builder = self.builder
        made = (count + BLOCK - 1) // BLOCK
        dtype = builder.dtypes[self.updates]
        if self.last:
            shape = [self.outer, made]
        else:
            shape = [self.outer * made * self.inner, builder.layouts[self.updates].channels]
        level = builder.add(shape, dtype)
        sources = [below, order] if first else [below]
        shader = builder.shader(sources, [level])
        identity = combiner(shader, self.op)
        place = shader.uniform(self.inner, made, count, BLOCK)
        at = shader.fetch(1, "0", "k >> 2") + "[k & 3]" if first else "k"
        row = fill("(outer * @u@.z + @at@) * @u@.x + inner", ["u", place, "at", at])
        shader.local(
            fill(
                """@v@ one(int r, int c4) {
int t = r / @u@.x; int inner = r - t * @u@.x;
int outer = t / @u@.y; int low = (t - outer * @u@.y) * @u@.w; int high = min(low + @u@.w, @u@.z);
@v@ acc = @identity@;
for (int k = low; k < high; k++) acc = join(acc, @value@);
return acc;
}""",
                [
                    "identity",
                    identity,
                    "value",
                    self.value(shader, 0, row),
                    "v",
                    shader.out_vector(),
                    "u",
                    place,
                ],
            )
        )
        if self.last:
            first_row = "one((r0 + j) * u[0].w + c4 * 4 + "
            lanes = [first_row + str(t) + ", 0).x" for t in range(4)]
            shader.write_rows(0, shader.out_vector() + "(" + ", ".join(lanes) + ")")
        else:
            shader.write_rows(0, "one(r0 + j, c4)")
        builder.draw(shader, sources, [level], 2 * BLOCK * shader.rows)
        return level

    def gather_runs(self, ordered, order, levels, counts):
        """Every row of the result joins its run of the sorted updates, from both ends up the levels."""
        builder = self.builder
        sources = [ordered, order]
        sources.extend(levels)
        sources = self.sources(sources)
        shader = builder.shader(sources, [self.target])
        identity = combiner(shader, self.op)
        place = shader.uniform(self.length, self.inner, self.count, BLOCK)
        lines = ["@v@ run(int outer, int inner, int own, int c4, @v@ acc) {"]
        lines.append("int a = lower(own); int b = a; if (a < @u@.z && key(a) == own) b = lower(own + 1);")
        if self.latest:
            at = self.row_of(shader, place, 0, counts)
            lines.append("if (b > a) { int k = b - 1; acc = " + self.value(shader, 2, at) + "; }")
        else:
            for i in range(len(levels)):
                update = self.value(shader, 2 + i, self.row_of(shader, place, i, counts))
                pairs = ["update", update]
                if i < len(levels) - 1:
                    lines.append(
                        fill(
                            "for (; a < b && a % @u@.w != 0; a++) { int k = a; acc = join(acc, @update@); }",
                            pairs,
                        )
                    )
                    lines.append(
                        fill(
                            "for (; a < b && b % @u@.w != 0;) { int k = --b; acc = join(acc, @update@); }",
                            pairs,
                        )
                    )
                    lines.append("a /= @u@.w; b /= @u@.w;")
                else:
                    lines.append(fill("for (int k = a; k < b; k++) acc = join(acc, @update@);", pairs))
        lines.append("return acc; }")
        shader.local(
            fill(
                """int key(int k) { return @key@[k & 3]; }
int lower(int own) {
int low = 0; int high = @u@.z;
while (low < high) { int m = (low + high) >> 1; if (key(m) < own) low = m + 1; else high = m; }
return low;
}
"""
                + "\n".join(lines),
                ["key", shader.fetch(0, "0", "k >> 2"), "v", shader.out_vector(), "u", place],
            )
        )
        start = self.start(shader, identity, "r")
        pairs = ["start", start, "v", shader.out_vector(), "u", place]
        if self.last:
            shader.local(
                fill(
                    """@v@ one(int r, int c4) {
@v@ acc = @start@;
for (int t = 0; t < 4; t++) acc[t] = run(r, 0, c4 * 4 + t, 0, @v@(acc[t])).x;
return acc;
}""",
                    pairs,
                )
            )
        else:
            shader.local(
                fill(
                    """@v@ one(int r, int c4) {
int t = r / @u@.y; int inner = r - t * @u@.y;
int outer = t / @u@.x; int own = t - outer * @u@.x;
return run(outer, inner, own, c4, @start@);
}""",
                    pairs,
                )
            )
        shader.write_rows(0, "one(r0 + j, c4)")
        lanes = 4 if self.last else 1
        builder.draw(shader, sources, [self.target], 60 * lanes * shader.rows)

    def row_of(self, shader, place, level, counts):
        """GLSL of the row of entry k of a level."""
        at = shader.fetch(1, "0", "k >> 2") + "[k & 3]" if level == 0 else "k"
        count = shader.uniform(counts[level], 0, 0, 0)
        return fill("(outer * @n@.x + @at@) * @u@.y + inner", ["n", count, "at", at, "u", place])
