"""What a fragment of a product computes: L rows by 4 columns of C, for each way in which the operands are stored."""

from .access import index_map
from .shader import fill

SWIZZLE = ["", ".x", ".xy", ".xyz", ""]
LANE = [".x", ".y", ".z", ".w"]


def quad_rows(shader, i, row, quad, aligned, prefix):
    """Emit four texels <prefix>0..3 of rows row .. row + 3 of input i; aligned: row is a multiple of 4."""
    layers = shader.inputs[i].layers
    if aligned and layers >= 4:
        shader.locate(i, prefix, shader.group_of(i, row))
        shader.line("int " + prefix + "l = " + shader.layer_of(i, row) + ";")
        shader.spot(i, prefix + "s", prefix + "x + " + quad, prefix + "y")
        for t in range(4):
            layer = prefix + "l" if t == 0 else prefix + "l + " + str(t)
            shader.line("vec4 " + prefix + str(t) + " = " + shader.texel_on(i, prefix + "s", layer) + ";")
    else:
        for t in range(4):
            shader.line("vec4 " + prefix + str(t) + " = " + shader.fetch(i, row + " + " + str(t), quad) + ";")


def block(shader, product, rows):
    """The product for `rows` rows from m0 of one matrix; returns the names of the accumulators."""
    values = []
    for j in range(rows):
        shader.line("vec4 acc" + str(j) + " = vec4(0.0);")
        values.append("acc" + str(j))
    shader.line("int a_row = a_batch * " + ("k_high" if product.transpose_a else "0") + ";")
    if product.batch > 1:
        place = shader.uniform(product.m, product.k, product.n, 0)
        shader.line("a_row = a_batch * " + place + (".y" if product.transpose_a else ".x") + ";")
        shader.line("int b_row = b_batch * " + place + (".z" if product.transpose_b else ".y") + ";")
    else:
        shader.line("const int b_row = 0;")
    aligned_k = product.batch == 1 or product.k % 4 == 0
    aligned_n = product.batch == 1 or product.n % 4 == 0
    tail = product.k % 4
    if product.transpose_a and not product.transpose_b:
        _block_tn(shader, product, rows)
        return values
    shader.line("int q_high = k_high >> 2;")
    view = shader.views[0]
    if view is not None and view.parts > 1:
        _parts_of_k(shader, product, rows, view)
        return values
    if _by_groups(shader, product, rows):
        _groups_of_k(shader, rows)
    elif _by_columns(shader, product, rows, aligned_n):
        _columns_of_k(shader, product, rows)
    else:
        shader.line("for (int q = k_low >> 2; q < q_high; q++) {")
        _four_steps(shader, product, rows, aligned_k, aligned_n, 4)
        shader.line("}")
    if tail > 0:
        shader.line("if ((k_high & 3) != 0) { int q = q_high;")
        _four_steps(shader, product, rows, aligned_k, aligned_n, tail)
        shader.line("}")
    return values


def _by_groups(shader, product, rows):
    """Whether B can be walked by the groups that its rows lie in."""
    a = shader.inputs[0]
    b = shader.inputs[1]
    if product.transpose_a or product.transpose_b or shader.paged or a.flat or b.flat:
        return False
    return b.layers >= 4 and product.k % b.layers == 0 and a.layers == rows


def _groups_of_k(shader, rows):
    """As many steps of k as B has layers share the place of their group, and stand there one after the other: a third
    less time on a software rasteriser, for which a turn of a loop is dear.
    """
    layers = shader.inputs[1].layers
    quads = layers // 4
    shader.locate(0, "a", shader.group_of(0, "a_row + m0"))
    shader.spot(0, "a_first", "ax", "ay")
    shader.line("int b_group = " + shader.group_of(1, "b_row") + ";")
    shader.line(fill("for (int g = k_low / @l@; g < k_high / @l@; g++) {", ["l", layers]))
    shader.locate(1, "b", "b_group + g")
    shader.spot(1, "b_spot", "bx + c4", "by")
    sum_text = " + ".join(["a" + LANE[t] + " * b" + str(t) for t in range(4)])
    for s in range(quads):
        shader.line("{")
        shader.beside(0, "a_spot", "a_first", "g * " + str(quads) + " + " + str(s))
        for t in range(4):
            texel = shader.texel_on(1, "b_spot", str(4 * s + t))
            shader.line("vec4 b" + str(t) + " = " + texel + ";")
        for j in range(rows):
            shader.line("{ vec4 a = " + shader.texel_on(0, "a_spot", str(j)) + ";")
            shader.line("acc" + str(j) + " += " + sum_text + "; }")
        shader.line("}")
    shader.line("}")


def _by_columns(shader, product, rows, aligned_n):
    """Whether the rows of B that a fragment multiplies, its columns, are layers of one group."""
    a = shader.inputs[0]
    b = shader.inputs[1]
    if product.transpose_a or not product.transpose_b or shader.paged or a.flat or b.flat:
        return False
    return aligned_n and b.layers >= 4 and a.layers == rows


def _columns_of_k(shader, product, rows):
    """The steps of k along the rows of A and of B, whose places stay: only their distance from the first grows."""
    shader.locate(0, "a", shader.group_of(0, "a_row + m0"))
    shader.spot(0, "a_first", "ax", "ay")
    _first_columns(shader)
    # Two texels of each row at a turn where they come out even.
    turns = 2 if product.k % 8 == 0 else 1
    shader.line("for (int q = k_low >> 2; q < q_high; q += " + str(turns) + ") {")
    for s in range(turns):
        shader.line("{")
        shader.beside(0, "a_spot", "a_first", "q + " + str(s))
        shader.beside(1, "b_spot", "b_first", "q + " + str(s))
        _columns_of_b(shader)
        for j in range(rows):
            shader.line("{ vec4 a = " + shader.texel_on(0, "a_spot", str(j)) + ";")
            shader.line("acc" + str(j) + " += " + dot_rows("a", "b", 4) + "; }")
        shader.line("}")
    shader.line("}")


def _first_columns(shader):
    """Emit where the rows of B that are the fragment's columns begin."""
    shader.line("int b_column = b_row + c4 * 4;")
    shader.locate(1, "b", shader.group_of(1, "b_column"))
    shader.spot(1, "b_first", "bx", "by")
    # As numbers of the type that a place takes, once for all.
    kind = "float" if shader.sampled else "int"
    first = kind + "(" + shader.layer_of(1, "b_column") + ")"
    for t in range(4):
        shader.line(kind + " b_layer" + str(t) + " = " + first + " + " + kind + "(" + str(t) + ");")


def _columns_of_b(shader):
    """Emit the texels b0..b3 of these rows."""
    for t in range(4):
        texel = shader.texel_on(1, "b_spot", "b_layer" + str(t))
        shader.line("vec4 b" + str(t) + " = " + texel + ";")


def _parts_of_k(shader, product, rows, view):
    """`_columns_of_k` where each row of A lies in parts, which are rows one after the other."""
    layers = shader.inputs[0].layers
    parts = view.parts
    place = view.uniform(shader, layers)
    size = shader.uniform(product.k // parts // 4, 0, 0, 0)
    for h in range(parts):
        shader.locate(0, "a" + str(h), fill("group * @p@ + @h@ + @o@.z", ["p", parts, "h", h, "o", place]))
        shader.spot(0, "a_first" + str(h), "a" + str(h) + "x", "a" + str(h) + "y")
    _first_columns(shader)
    kind = "float" if shader.sampled else "int"
    shader.line("for (int s = 0; s < " + str(parts) + "; s++) {")
    shader.line(kind + " a_layer = " + kind + "(s);")
    shader.line(fill("for (int q = 0; q < @s@.x; q += 2) {", ["s", size]))
    for t in range(2):
        shader.line("{")
        for h in range(parts):
            shader.beside(0, "a_spot" + str(h), "a_first" + str(h), "q + " + str(t))
        shader.beside(1, "b_spot", "b_first", fill("s * @s@.x + q + @t@", ["s", size, "t", t]))
        _columns_of_b(shader)
        for j in range(rows):
            layer = "a_layer + " + kind + "(" + str(j * parts % layers) + ")"
            texel = shader.texel_on(0, "a_spot" + str(j * parts // layers), layer)
            shader.line("{ vec4 a = " + texel + ";")
            shader.line("acc" + str(j) + " += " + dot_rows("a", "b", 4) + "; }")
        shader.line("}")
    shader.line("} }")


def _four_steps(shader, product, rows, aligned_k, aligned_n, lanes):
    """Up to four steps of k from 4 q: A and B by texels along k or by rows of k, as they are stored."""
    if product.transpose_b:
        quad_rows(shader, 1, "(b_row + c4 * 4)", "q", aligned_n, "b")
    elif lanes == 4:
        quad_rows(shader, 1, "(b_row + q * 4)", "c4", aligned_k, "b")
    else:
        for t in range(lanes):
            shader.line("vec4 b" + str(t) + " = " + shader.fetch(1, "b_row + q * 4 + " + str(t), "c4") + ";")
    if not product.transpose_a:
        shared = shader.inputs[0].layers == rows
        if shared:
            shader.locate(0, "a", shader.group_of(0, "a_row + m0"))
            shader.spot(0, "a_spot", "ax + q", "ay")
        for j in range(rows):
            # Fetched just before its use: fewer live registers (8 % on a software rasteriser).
            texel = shader.fetch(0, "a_row + m0 + " + str(j), "q")
            if shared:
                texel = shader.texel_on(0, "a_spot", str(j))
            if product.transpose_b:
                sum_text = dot_rows("a", "b", lanes)
            else:
                sum_text = " + ".join(["a" + LANE[t] + " * b" + str(t) for t in range(lanes)])
            shader.line("{ vec4 a = " + texel + "; acc" + str(j) + " += " + sum_text + "; }")
        return None
    for t in range(lanes):
        shader.line(
            "{ vec4 b = vec4(b0" + LANE[t] + ", b1" + LANE[t] + ", b2" + LANE[t] + ", b3" + LANE[t] + ");"
        )
        _columns_of_a(shader, "a_row + q * 4 + " + str(t), rows)
        shader.line("}")
    return None


def by_fours(shader, count, step):
    """Emit `step(lanes)` for `count` numbers: in a loop over f for four at a time, and once for those that are left."""
    place = shader.uniform(count // 4, 0, 0, 0)
    if count >= 4:
        shader.line("for (int f = 0; f < " + place + ".x; f++) {")
        step(4)
        shader.line("}")
    if count % 4 > 0:
        shader.line("{ int f = " + place + ".x;")
        step(count % 4)
        shader.line("}")


def dot_rows(a, b, lanes):
    """GLSL: the inner products of texel a with texels b0..b3 over the first lanes, as a vec4."""
    cut = SWIZZLE[lanes]
    parts = []
    for t in range(4):
        if lanes == 1:
            parts.append(a + ".x * " + b + str(t) + ".x")
        else:
            parts.append("dot(" + a + cut + ", " + b + str(t) + cut + ")")
    return "vec4(" + ", ".join(parts) + ")"


def _columns_of_a(shader, row, rows):
    """Emit acc += A[row, m0 + j] * b for each of the fragment's rows: A is stored with k as its rows."""
    if rows >= 4:
        for t in range(rows // 4):
            name = "a" + str(t)
            shader.line("vec4 " + name + " = " + shader.fetch(0, row, "(m0 >> 2) + " + str(t)) + ";")
            for s in range(4):
                shader.line("acc" + str(4 * t + s) + " += " + name + LANE[s] + " * b;")
    else:
        shader.line("vec4 a = " + shader.fetch(0, row, "m0 >> 2") + ";")
        for j in range(rows):
            shader.line("acc" + str(j) + " += a[(m0 & 3) + " + str(j) + "] * b;")


def _block_tn(shader, product, rows):
    """A stored [K, M], B stored [K, N]: every step of k reads rows / 4 texels of A and one of B."""
    start = "k_low"
    if _share_groups(shader, product, rows):
        start = _groups_of_rows(shader, rows)
    shader.line("for (int k = " + start + "; k < k_high; k++) {")
    shader.line("vec4 b = " + shader.fetch(1, "b_row + k", "c4") + ";")
    _columns_of_a(shader, "a_row + k", rows)
    shader.line("}")


def _share_groups(shader, product, rows):
    """Whether equal rows of A and B, both of which have k as their rows, lie in equal layers of groups."""
    a = shader.inputs[0]
    b = shader.inputs[1]
    if shader.paged or a.flat or b.flat or a.layers != b.layers or a.layers < 4 or rows != a.layers:
        return False
    return product.batch == 1 or product.k % a.layers == 0


def _groups_of_rows(shader, rows):
    """The steps of k in whole groups, which share a place; returns GLSL of the first step that is left."""
    layers = shader.inputs[0].layers
    size = str(layers)
    shader.line(fill("int kg = k_low / @l@, kg_high = k_high / @l@;", ["l", size]))
    shader.line(fill("int a_group = a_row / @l@, b_group = b_row / @l@, a_quad = m0 >> 2;", ["l", size]))
    shader.line("for (; kg < kg_high; kg++) {")
    shader.locate(0, "a", "a_group + kg")
    shader.locate(1, "b", "b_group + kg")
    for t in range(rows // 4):
        shader.spot(0, "a_spot" + str(t), "ax + a_quad + " + str(t), "ay")
    shader.spot(1, "b_spot", "bx + c4", "by")
    for l in range(layers):
        shader.line("{ vec4 b = " + shader.texel_on(1, "b_spot", str(l)) + ";")
        for t in range(rows // 4):
            texel = shader.texel_on(0, "a_spot" + str(t), str(l))
            shader.line("vec4 a" + str(t) + " = " + texel + ";")
        for j in range(rows):
            shader.line("acc" + str(j) + " += a" + str(j // 4) + LANE[j % 4] + " * b;")
        shader.line("}")
    shader.line("}")
    return "kg_high * " + size


def row_by_row(shader, product):
    """A batch whose M is no multiple of L: each row finds its own matrix."""
    place = shader.uniform(product.m, product.k, product.n, 0)
    kept = shader.lines
    shader.lines = []
    shader.line("int batch = r / " + place + ".x; int m = r - batch * " + place + ".x;")
    index_map(shader, product.a_axes, "batch", "a_batch")
    index_map(shader, product.b_axes, "batch", "b_batch")
    shader.line("int a_row = a_batch * " + place + (".y" if product.transpose_a else ".x") + ";")
    shader.line("int b_row = b_batch * " + place + (".z" if product.transpose_b else ".y") + ";")
    shader.line("vec4 acc = vec4(0.0); for (int k = 0; k < " + place + ".y; k++) {")
    if product.transpose_a:
        shader.line("float a = " + shader.fetch(0, "a_row + k", "m >> 2") + "[m & 3];")
    else:
        shader.line("float a = " + shader.fetch(0, "a_row + m", "k >> 2") + "[k & 3];")
    if product.transpose_b:
        parts = []
        for t in range(4):
            parts.append(shader.fetch(1, "b_row + c4 * 4 + " + str(t), "k >> 2") + "[k & 3]")
        shader.line("acc += a * vec4(" + ", ".join(parts) + ");")
    else:
        shader.line("acc += a * " + shader.fetch(1, "b_row + k", "c4") + ";")
    shader.line("} return acc;")
    shader.local(fill("vec4 one_row(int r, int c4) {@body@}", ["body", "\n".join(shader.lines)]))
    shader.lines = kept
    values = []
    for j in range(shader.rows):
        values.append("one_row(r0 + " + str(j) + ", c4)")
    return values
