"""Reductions in passes, each along one run of axes, with long runs cut into parts that a further pass joins.

Along leading axes the work is texel by texel; along the last axis each lane of the output walks one row of
texels and joins its lanes, without those beyond the last channel. The parts of a cut row are texels whose
lanes are joined by the last pass.
"""

from ...core.dtypes import is_float
from .shader import fill

COMBINE = {
    "sum": "a + b",
    "prod": "a * b",
    "max": "x_maximum(a, b)",
    "min": "x_minimum(a, b)",
    "logsumexp": "x_logaddexp(a, b)",
}
LIBRARY = {"sum": [], "prod": [], "max": ["maximum"], "min": ["minimum"], "logsumexp": ["logaddexp"]}
IDENTITY_FLOAT = {
    "sum": "0.0",
    "prod": "1.0",
    "max": "intBitsToFloat((-2147483647 - 1) + 2139095040)",
    "min": "intBitsToFloat(2139095040)",
    "logsumexp": "intBitsToFloat((-2147483647 - 1) + 2139095040)",
}
IDENTITY_INTEGER = {"sum": "0", "prod": "1", "max": "(-2147483647 - 1)", "min": "2147483647"}
# Of uint32, where signed numbers would do otherwise.
COMBINE_UNSIGNED = {"max": "ivec4(max(uvec4(a), uvec4(b)))", "min": "ivec4(min(uvec4(a), uvec4(b)))"}
IDENTITY_UNSIGNED = {"max": "0", "min": "-1"}
# A pass reads at most so many texels one after the other, and is cut when it has fewer fragments than a GPU
# likes.
LONGEST = 2048
SHORTEST = 16
FRAGMENTS = 4096


class Stored:
    """What a pass reads: here a value, in webgl/reductions an expression of values.

    inputs: the values that a draw reads; shape, dtype, layout: of what is reduced.
    """

    def __init__(self, builder, value):
        self.inputs = [value]
        self.shape = builder.shapes[value]
        self.dtype = builder.dtypes[value]
        self.layout = builder.layouts[value]
        self.fetches = 1

    def texel(self, shader, row, quad, fixed):
        """[GLSL before a walk, GLSL of a texel in it]; fixed: which of row and quad stays the same, "row" or "quad"."""
        return ["", shader.fetch(0, row, quad)]

    def settle(self, builder):
        """A value of its elements."""
        return self.inputs[0]


def reduce(builder, step):
    out = step["outputs"][0]
    if out is not None:
        params = step["params"]
        reduce_source(builder, params["op"], params["axes"], Stored(builder, step["inputs"][0]), out)
    return None


def reduce_source(builder, op, axes, source, out):
    """Reduce along axes what a source tells."""
    shape = source.shape
    rank = len(shape)
    runs = leading_runs(shape, axes)
    channels = shape[rank - 1]
    last = (rank - 1) in axes and channels != 1
    left = 0
    for run in runs:
        if run[1]:
            left = left + 1
    if left == 0 and not last:
        copy_value(builder, source.settle(builder), out)
        return None
    direct = not last and builder.layouts[out].channels == channels
    while left > 0:
        left = left - 1
        chosen = _longest(runs)
        target = out if left == 0 and direct else -1
        source = Stored(builder, _reduce_rows(builder, op, source, runs, chosen, channels, target))
        runs[chosen] = [1, False]
    if last:
        _reduce_last(builder, op, source, out)
    elif not direct:
        copy_value(builder, source.inputs[0], out)
    return None


def leading_runs(shape, axes):
    """The leading axes merged into runs: a list of [size, whether it is reduced]."""
    runs = []
    for axis in range(len(shape) - 1):
        reduced = axis in axes
        if shape[axis] == 1:
            continue
        if len(runs) > 0 and runs[len(runs) - 1][1] == reduced:
            runs[len(runs) - 1][0] = runs[len(runs) - 1][0] * shape[axis]
        else:
            runs.append([shape[axis], reduced])
    return runs


def _longest(runs):
    best = -1
    for i in range(len(runs)):
        if runs[i][1] and (best < 0 or runs[i][0] > runs[best][0]):
            best = i
    return best


def parts_of(length, fragments):
    """Into how many parts to cut a walk of `length` texels that `fragments` fragments do."""
    if length <= 4 * SHORTEST:
        return 1
    wanted = FRAGMENTS // fragments
    most = length // SHORTEST
    parts = wanted if wanted < most else most
    least = (length + LONGEST - 1) // LONGEST
    if parts < least:
        parts = least
    return parts if parts > 1 else 1


def combiner(shader, op):
    """Add the GLSL function `join` of two texels; returns the identity as a vector."""
    vector = shader.out_vector()
    combine = COMBINE[op]
    if shader.out.dtype == "uint32" and op in COMBINE_UNSIGNED:
        combine = COMBINE_UNSIGNED[op]
    else:
        for function_name in LIBRARY[op]:
            shader.need(function_name)
    shader.local(fill("@v@ join(@v@ a, @v@ b) { return @c@; }", ["v", vector, "c", combine]))
    return vector + "(" + identity_of(shader, op) + ")"


def identity_of(shader, op):
    """GLSL of what joining leaves as it is."""
    if shader.out.dtype == "uint32" and op in IDENTITY_UNSIGNED:
        return IDENTITY_UNSIGNED[op]
    return IDENTITY_FLOAT[op] if shader.out.kind == "f" else IDENTITY_INTEGER[op]


def _reduce_rows(builder, op, source, runs, chosen, channels, target):
    """The value of a source with one run of leading axes reduced; target: that value, or -1 for a new temporary."""
    outer = 1
    inner = 1
    for i in range(len(runs)):
        if i < chosen:
            outer = outer * runs[i][0]
        elif i > chosen:
            inner = inner * runs[i][0]
    length = runs[chosen][0]
    dtype = source.dtype
    while True:
        rows = outer * inner
        groups = (rows + builder.targets - 1) // builder.targets
        fragments = groups * ((channels + 3) // 4)
        parts = parts_of(length, fragments) if fragments > 0 else 1
        chunk = (length + parts - 1) // parts
        if parts > 1:
            parts = (length + chunk - 1) // chunk
            result = builder.add([outer * parts * inner, channels], dtype)
        else:
            result = target if target >= 0 else builder.add([rows, channels], dtype)
        shader = builder.shader(source.inputs, [result])
        identity = combiner(shader, op)
        place = shader.uniform(inner, length, chunk, parts)
        texel = source.texel(shader, "row", "c4", "quad")
        shader.local(
            fill(
                """@v@ one_row(int r, int c4) {
int t = r / @u@.x; int inner = r - t * @u@.x;
int outer = t / @u@.w; int part = t - outer * @u@.w;
int low = part * @u@.z; int high = min(low + @u@.z, @u@.y);
int row = (outer * @u@.y + low) * @u@.x + inner;
@v@ acc = @identity@; @before@
for (int i = low; i < high; i++) { acc = join(acc, @fetch@); row += @u@.x; }
return acc;
}""",
                [
                    "v",
                    shader.out_vector(),
                    "u",
                    place,
                    "identity",
                    identity,
                    "before",
                    texel[0],
                    "fetch",
                    texel[1],
                ],
            )
        )
        shader.write_rows(0, "one_row(r0 + j, c4)")
        builder.draw(shader, source.inputs, [result], chunk * shader.rows * source.fetches)
        if parts == 1:
            return result
        source = Stored(builder, result)
        length = parts


def _reduce_last(builder, op, source, out):
    """Reduce the last axis of a source (its leading rows in order are the elements of `out`)."""
    dtype = source.dtype
    while True:
        layout = source.layout
        count = layout.rows
        parts = parts_of(layout.quads, (count + 3) // 4) if count > 0 else 1
        chunk = (layout.quads + parts - 1) // parts
        if parts > 1:
            parts = (layout.quads + chunk - 1) // chunk
            result = builder.add([count, 4 * parts], dtype)
        else:
            result = out
        shader = builder.shader(source.inputs, [result])
        identity = combiner(shader, op)
        texel = source.texel(shader, "row", "q", "row")
        place = shader.uniform(chunk, layout.channels // 4, layout.quads, 0)
        tail = layout.channels % 4
        lines = ["@v@ one(int row, int low) {"]
        lines.append("int high = min(low + @u@.x, @u@.z); int full = min(high, @u@.y); @v@ acc = @identity@;")
        lines.append("@before@")
        lines.append("for (int q = low; q < full; q++) acc = join(acc, @fetch@);")
        if tail > 0:
            kept = "v"
            if tail == 1:
                kept = "@v@(v.x, e.yzw)"
            elif tail == 2:
                kept = "@v@(v.xy, e.zw)"
            else:
                kept = "@v@(v.xyz, e.w)"
            lines.append(
                "if (high > full) { int q = full; @v@ v = @fetch@, e = @identity@; acc = join(acc, " + kept
            )
            lines.append("); }")
        if parts == 1:
            lines.append("acc = join(acc, acc.zwxy); acc = join(acc, acc.yxwz);")
        lines.append("return acc; }")
        shader.local(
            fill(
                "\n".join(lines),
                [
                    "v",
                    shader.out_vector(),
                    "u",
                    place,
                    "identity",
                    identity,
                    "before",
                    texel[0],
                    "fetch",
                    texel[1],
                ],
            )
        )
        if parts > 1:
            shader.write_rows(0, "one(r0 + j, c4 * " + place + ".x)")
            builder.draw(shader, source.inputs, [result], chunk * shader.rows * source.fetches)
        else:
            row = "(r0 + j) * u[0].w + c4 * 4"
            shader.write_rows(
                0, lanes_of(shader, ["one(" + row + " + " + str(t) + ", 0).x" for t in range(4)])
            )
            lanes = 1 if shader.out.channels == 1 else 4
            builder.draw(shader, source.inputs, [result], chunk * shader.rows * lanes * source.fetches)
        if parts == 1:
            return None
        source = Stored(builder, result)


def lanes_of(shader, lanes):
    """GLSL of a texel of four scalars; only the first is computed where the output has one channel."""
    if shader.out.channels == 1:
        return shader.out_vector() + "(" + lanes[0] + ")"
    return shader.out_vector() + "(" + ", ".join(lanes) + ")"


def write_lanes(shader, j, lanes):
    """Store four scalars as the texel of row j."""
    shader.write(0, j, lanes_of(shader, lanes))


def copy_value(builder, source, target):
    """target has the elements of source in the same order, and the same rows and channels or others."""
    a = builder.layouts[source]
    b = builder.layouts[target]
    if a.rows == b.rows and a.channels == b.channels:
        builder.alias(source, target)
        return None
    shader = builder.shader([source], [target])
    if a.channels % 4 == 0 and b.channels % 4 == 0:
        for j in range(shader.rows):
            name = "t" + str(j)
            shader.line("int " + name + " = (r0 + " + str(j) + ") * u[0].x + c4;")
            row = name + " / " + shader.quads_of(0)
            shader.line("int row" + str(j) + " = " + row + ";")
            quad = name + " - row" + str(j) + " * " + shader.quads_of(0)
            shader.write(0, j, shader.fetch(0, "row" + str(j), quad))
    else:
        for j in range(shader.rows):
            name = "e" + str(j)
            shader.line("int " + name + " = (r0 + " + str(j) + ") * u[0].w + c4 * 4;")
            write_lanes(shader, j, [shader.element(0, name + " + " + str(t)) for t in range(4)])
    builder.draw(shader, [source], [target], 4 * shader.rows)
    return None


def arg_reduce(builder, step):
    """The first index of the largest or smallest element; a NaN counts as the extreme, as in NumPy."""
    out = step["outputs"][0]
    if out is None:
        return None
    value = step["inputs"][0]
    shape = builder.shapes[value]
    rank = len(shape)
    axis = step["params"]["axis"]
    shader = builder.shader([value], [out])
    compare = ">" if step["params"]["op"] == "argmax" else "<"
    floats = is_float(builder.dtypes[value])
    scalar = "float" if floats else "int"
    better = "v " + compare + " best"
    if builder.dtypes[value] == "uint32":
        better = "uint(v) " + compare + " uint(best)"
    if floats:
        better = better + " || (bad(v) && !bad(best))"
        shader.local("bool bad(float v) { return (floatBitsToUint(v) & 0x7fffffffu) > 0x7f800000u; }")
    if axis == rank - 1:
        place = shader.uniform(shape[axis], 0, 0, 0)
        shader.local(
            fill(
                """int one(int row) {
int found = 0; @s@ best = @first@.x;
for (int c = 1; c < @u@.x; c++) { @s@ v = @next@[c & 3]; if (@better@) { best = v; found = c; } }
return found;
}""",
                [
                    "s",
                    scalar,
                    "u",
                    place,
                    "better",
                    better,
                    "first",
                    shader.fetch(0, "row", "0"),
                    "next",
                    shader.fetch(0, "row", "c >> 2"),
                ],
            )
        )
        row = "(r0 + j) * u[0].w + c4 * 4 + "
        shader.write_rows(0, lanes_of(shader, ["one(" + row + str(t) + ")" for t in range(4)]))
        builder.draw(shader, [value], [out], shape[axis] * shader.rows)
        return None
    inner = 1
    for i in range(axis + 1, rank - 1):
        inner = inner * shape[i]
    place = shader.uniform(inner, shape[axis], 0, 0)
    vector = shader.vector(0)
    shader.local("bool better(" + scalar + " v, " + scalar + " best) { return " + better + "; }")
    shader.local(
        fill(
            """ivec4 one(int r, int c4) {
int outer = r / @u@.x; int row = outer * @u@.y * @u@.x + r - outer * @u@.x;
@v@ best = @fetch@; ivec4 found = ivec4(0);
for (int i = 1; i < @u@.y; i++) {
  row += @u@.x; @v@ v = @fetch@;
  for (int t = 0; t < 4; t++) if (better(v[t], best[t])) { best[t] = v[t]; found[t] = i; }
}
return found;
}""",
            ["u", place, "v", vector, "fetch", shader.fetch(0, "row", "c4")],
        )
    )
    shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, [value], [out], shape[axis] * shader.rows)
    return None
