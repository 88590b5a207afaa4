"""Stable sorting of rows by merging: each pass joins neighbouring runs that are in order to one of twice the length.

A fragment makes four neighbouring results. It finds how many of those before them come from the first run by
bisection along the diagonal of the merge (Odeh, Green, Mwassi, Shmueli and Birk 2012, "Merge path"), then merges
four elements, the first run's first among equals. So n elements take log2(n / 4) draws of one program, which only
write int32 indices; elements are compared by integer keys (see backends/cpu/sort.py).
"""

from .reduce import lanes_of
from .shader import fill

KEYS_FLOAT = """ivec4 keys(ivec4 b) {
ivec4 k = x_select(greaterThanEqual(b, ivec4(0)), b, (b ^ 0x7fffffff) + 1);
k = x_select(greaterThan(b & 0x7fffffff, ivec4(0x7f800000)), ivec4(0x7fffffff), k);
return @turned@;
}"""


def sort(builder, step):
    value = step["inputs"][0]
    layout = builder.layouts[value]
    rows = layout.rows
    length = layout.channels
    keys = _keys(builder, value, step["params"]["descending"])
    order = order_of(builder, keys, rows, length, step["outputs"][1])
    if step["outputs"][0] is not None:
        pick(builder, value, order, step["outputs"][0])
    return None


def order_of(builder, keys, rows, length, wanted):
    """The int32 places of integer keys in order, row by row: the value `wanted`, or a temporary where that is None."""
    width = 4
    order = _target(builder, wanted, rows, length, width >= length)
    _first(builder, keys, order)
    while width < length:
        merged = _target(builder, wanted, rows, length, 2 * width >= length)
        _merge(builder, keys, order, merged, width, length)
        order = merged
        width = 2 * width
    return order


def _target(builder, wanted, rows, length, last):
    """The value that a pass writes: the step's output if it is the last and wanted, else a temporary."""
    return wanted if last and wanted is not None else builder.add([rows, length], "int32")


def _keys(builder, value, descending):
    """Integers in the order of the elements."""
    layout = builder.layouts[value]
    floats = layout.kind == "f"
    unsigned = layout.dtype == "uint32"
    if not floats and not descending and not unsigned:
        return value
    keys = builder.add([layout.rows, layout.channels], "int32")
    shader = builder.shader([value], [keys])
    if floats:
        shader.need("select")
        shader.local(fill(KEYS_FLOAT, ["turned", "-k" if descending else "k"]))
    turned = "~" if descending else ""
    for j in range(shader.rows):
        texel = shader.fetch(0, "r0 + " + str(j), "c4")
        key = "keys(floatBitsToInt(" + texel + "))" if floats else turned + texel
        shader.write(0, j, key + (" ^ (-2147483647 - 1)" if unsigned else ""))
    builder.draw(shader, [value], [keys], shader.rows)
    return keys


def _first(builder, keys, order):
    """Every texel in order by itself; lanes beyond the row come last."""
    shader = builder.shader([keys], [order])
    shader.need("select")
    place = shader.uniform(builder.layouts[keys].channels, 0, 0, 0)
    shader.local(
        fill(
            """void ordered(inout ivec4 k, inout ivec4 i, int a, int b) {
if (k[a] > k[b] || (k[a] == k[b] && i[a] > i[b])) {
int t = k[a]; k[a] = k[b]; k[b] = t; t = i[a]; i[a] = i[b]; i[b] = t; }
}
ivec4 one(int row, int c4) {
ivec4 k = @fetch@; ivec4 i = ivec4(0, 1, 2, 3) + 4 * c4;
k = x_select(greaterThanEqual(i, ivec4(@u@.x)), ivec4(0x7fffffff), k);
ordered(k, i, 0, 1); ordered(k, i, 2, 3); ordered(k, i, 0, 2); ordered(k, i, 1, 3); ordered(k, i, 1, 2);
return i;
}""",
            ["u", place, "fetch", shader.fetch(0, "row", "c4")],
        )
    )
    shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, [keys], [order], shader.rows)


def _merge(builder, keys, order, merged, width, length):
    shader = builder.shader([order, keys], [merged])
    place = shader.uniform(width, length, 0, 0)
    shader.local(
        fill(
            """int at(int row, int p) { return @order@[p & 3]; }
int key(int row, int p) { return @key@[p & 3]; }
ivec4 one(int row, int c4) {
int d = c4 * 4; int a0 = d / (2 * @u@.x) * (2 * @u@.x); int b0 = a0 + @u@.x; d -= a0;
int na = min(@u@.x, @u@.y - a0); int nb = clamp(@u@.y - b0, 0, @u@.x);
if (nb == 0) return @same@;
int low = max(0, d - nb); int high = min(d, na);
while (low < high) {
int m = (low + high) >> 1;
if (key(row, at(row, a0 + m)) <= key(row, at(row, b0 + d - 1 - m))) low = m + 1; else high = m;
}
int a = low; int b = d - low;
ivec4 found = ivec4(0);
for (int t = 0; t < 4; t++) {
if (d + t >= na + nb) break;
int ia = at(row, a0 + min(a, na - 1)); int ib = at(row, b0 + min(b, nb - 1));
bool first = b >= nb || (a < na && key(row, ia) <= key(row, ib));
if (first) { found[t] = ia; a++; } else { found[t] = ib; b++; }
}
return found;
}""",
            [
                "u",
                place,
                "order",
                shader.fetch(0, "row", "p >> 2"),
                "key",
                shader.fetch(1, "row", "p >> 2"),
                "same",
                shader.fetch(0, "row", "c4"),
            ],
        )
    )
    shader.write_rows(0, "one(r0 + j, c4)")
    steps = 0
    while 2**steps < width:
        steps = steps + 1
    builder.draw(shader, [order, keys], [merged], (4 * steps + 16) * shader.rows)


def pick(builder, value, order, target):
    """The elements in order."""
    shader = builder.shader([value, order], [target])
    shader.local(
        fill(
            """@s@ pick(int row, int p) { return @fetch@[p & 3]; }
@v@ one(int row, int c4) {
ivec4 i = min(@order@, @u@.w - 1);
return @lanes@;
}""",
            [
                "s",
                "float" if shader.out.kind == "f" else "int",
                "v",
                shader.out_vector(),
                "fetch",
                shader.fetch(0, "row", "p >> 2"),
                "order",
                shader.fetch(1, "row", "c4"),
                "u",
                "u[0]",
                "lanes",
                lanes_of(shader, ["pick(row, i." + lane + ")" for lane in ["x", "y", "z", "w"]]),
            ],
        )
    )
    shader.write_rows(0, "one(r0 + j, c4)")
    builder.draw(shader, [value, order], [target], 5 * shader.rows)
