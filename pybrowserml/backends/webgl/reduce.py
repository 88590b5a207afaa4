"""Reductions in passes, each along one run of axes, with long runs cut into parts that a further pass joins.

Along leading axes the work is texel by texel; along the last axis each lane of the output walks one row of
texels and joins its lanes, without those beyond the last channel. The parts of a cut row are texels whose
lanes are joined by the last pass.
"""

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
    """What a pass reads: here a value, in webgl/reductions results of an expression of values.

    inputs: the values that a draw reads; shape, dtype, layout: of what is reduced.
    """

    def __init__(self, builder, value):
        self.inputs = [value]
        self.shape = builder.shapes[value]
        self.dtype = builder.dtypes[value]
        self.layout = builder.layouts[value]
        self.fetches = 1

    def texels(self, shader, row, quad, fixed):
        """[GLSL to stand before a walk, GLSL to stand in it, per result the GLSL of its texel after that]; fixed: which
        of row and quad stays the same, "row" or "quad".
        """
        return ["", "", [shader.fetch(0, row, quad)]]

    def result(self, k):
        """A source of result k alone."""
        return self

    def settled(self, builder):
        """A value of the elements of the only result."""
        return self.inputs[0]


def reduce(builder, step):
    out = step["outputs"][0]
    if out is not None:
        params = step["params"]
        reduce_source(builder, [params["op"]], params["axes"], Stored(builder, step["inputs"][0]), [out])
    return None


def reduce_source(builder, ops, axes, source, outs):
    """Reduce along axes each result of a source. The first pass along leading axes is one for all."""
    shape = source.shape
    rank = len(shape)
    runs = leading_runs(shape, axes)
    channels = shape[rank - 1]
    last = (rank - 1) in axes and channels != 1
    left = 0
    for run in runs:
        if run[1]:
            left = left + 1
    direct = not last and builder.layouts[outs[0]].channels == channels
    sources = [source.result(k) for k in range(len(ops))]
    if left > 0:
        targets = outs if left == 1 and direct else [-1 for op in ops]
        values = _reduce_run(builder, ops, source, runs, channels, targets)
        sources = [Stored(builder, value) for value in values]
        left = left - 1
        if left == 0 and direct:
            return None
    for k in range(len(ops)):
        rest = [[run[0], run[1]] for run in runs]
        for after in range(left):
            target = outs[k] if after == left - 1 and direct else -1
            value = _reduce_run(builder, [ops[k]], sources[k], rest, channels, [target])[0]
            sources[k] = Stored(builder, value)
        if last:
            _reduce_last(builder, ops[k], sources[k], outs[k])
        elif left == 0 or not direct:
            copy_value(builder, sources[k].settled(builder), outs[k])
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


def combiner(shader, op, name="join"):
    """Add the GLSL function `name` of two texels; returns the identity as a vector."""
    vector = shader.out_vector()
    combine = COMBINE[op]
    if shader.out.dtype == "uint32" and op in COMBINE_UNSIGNED:
        combine = COMBINE_UNSIGNED[op]
    else:
        for function_name in LIBRARY[op]:
            shader.need(function_name)
    shader.local(fill("@v@ @name@(@v@ a, @v@ b) { return @c@; }", ["v", vector, "name", name, "c", combine]))
    return vector + "(" + identity_of(shader, op) + ")"


def identity_of(shader, op):
    """GLSL of what joining leaves as it is."""
    if shader.out.dtype == "uint32" and op in IDENTITY_UNSIGNED:
        return IDENTITY_UNSIGNED[op]
    return IDENTITY_FLOAT[op] if shader.out.kind == "f" else IDENTITY_INTEGER[op]


def _reduce_run(builder, ops, source, runs, channels, targets):
    """The values of a source with its longest run of reduced leading axes reduced, which is marked as done in `runs`.
    targets: those values, or -1 for new temporaries.
    """
    chosen = _longest(runs)
    outer = 1
    inner = 1
    for i in range(len(runs)):
        if i < chosen:
            outer = outer * runs[i][0]
        elif i > chosen:
            inner = inner * runs[i][0]
    length = runs[chosen][0]
    runs[chosen] = [1, False]
    return _reduce_rows(builder, ops, source, [outer, length, inner, channels], targets)


def _reduce_rows(builder, ops, source, sizes, targets):
    """Reduce the middle one of [outer, length, inner, channels]."""
    outer = sizes[0]
    length = sizes[1]
    inner = sizes[2]
    groups = (outer * inner + builder.targets - 1) // builder.targets
    fragments = groups * ((sizes[3] + 3) // 4)
    parts = parts_of(length, fragments) if fragments > 0 else 1
    chunk = (length + parts - 1) // parts
    results = []
    for target in targets:
        if parts > 1:
            parts = (length + chunk - 1) // chunk
            results.append(builder.add([outer * parts * inner, sizes[3]], source.dtype))
        else:
            results.append(target if target >= 0 else builder.add([outer * inner, sizes[3]], source.dtype))
    layers = builder.layouts[results[0]].layers
    rows = layers
    while rows > 1 and rows * len(results) > builder.targets:
        rows = rows // 2
    for first in range(0, layers, rows):
        if first < builder.layouts[results[0]].rows:
            shader = builder.shader_of_rows(source.inputs, results, first, rows)
            _walk(shader, ops, source, [inner, length, chunk, parts])
            builder.draw(shader, source.inputs, results, chunk * rows * source.fetches)
    if parts == 1:
        return results
    values = []
    for k in range(len(ops)):
        rest = [outer, parts, inner, sizes[3]]
        values.extend(_reduce_rows(builder, [ops[k]], Stored(builder, results[k]), rest, [targets[k]]))
    return values


def _walk(shader, ops, source, numbers):
    """A fragment's rows of each result. numbers: inner, length, chunk, parts."""
    identities = [combiner(shader, ops[k], "join" + str(k)) for k in range(len(ops))]
    place = shader.uniform(numbers[0], numbers[1], numbers[2], numbers[3])
    texels = source.texels(shader, "row", "c4", "quad")
    params = ""
    starts = ""
    steps = ""
    for k in range(len(ops)):
        names = ["v", shader.out_vector(), "k", k, "identity", identities[k], "texel", texels[2][k]]
        params = params + fill(", out @v@ y@k@", names)
        starts = starts + fill("y@k@ = @identity@; ", names)
        steps = steps + fill("y@k@ = join@k@(y@k@, @texel@); ", names)
    shader.local(
        fill(
            """void one_row(int r, int c4@params@) {
int t = r / @u@.x; int inner = r - t * @u@.x;
int outer = t / @u@.w; int part = t - outer * @u@.w;
int low = part * @u@.z; int high = min(low + @u@.z, @u@.y);
int row = (outer * @u@.y + low) * @u@.x + inner;
@starts@@before@
for (int i = low; i < high; i++) { @inside@ @steps@row += @u@.x; }
}""",
            [
                "u",
                place,
                "params",
                params,
                "starts",
                starts,
                "before",
                texels[0],
                "inside",
                texels[1],
                "steps",
                steps,
            ],
        )
    )
    shader.write_all_rows("one_row")


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
        texels = source.texels(shader, "row", "q", "row")
        place = shader.uniform(chunk, layout.channels // 4, layout.quads, 0)
        tail = layout.channels % 4
        lines = ["@v@ one(int row, int low) {"]
        lines.append("int high = min(low + @u@.x, @u@.z); int full = min(high, @u@.y); @v@ acc = @identity@;")
        lines.append("@before@")
        lines.append("for (int q = low; q < full; q++) { @inside@ acc = join(acc, @fetch@); }")
        if tail > 0:
            kept = "v"
            if tail == 1:
                kept = "@v@(v.x, e.yzw)"
            elif tail == 2:
                kept = "@v@(v.xy, e.zw)"
            else:
                kept = "@v@(v.xyz, e.w)"
            lines.append(
                "if (high > full) { int q = full; @inside@ @v@ v = @fetch@, e = @identity@; acc = join(acc, "
                + kept
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
                    texels[0],
                    "inside",
                    texels[1],
                    "fetch",
                    texels[2][0],
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
