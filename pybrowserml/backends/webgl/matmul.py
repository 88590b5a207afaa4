"""Matrix products: each fragment computes L rows by 4 columns, so that L rows of A share the texels of B.

Four steps of k cost 4 texels of B and L of A for 16 L multiply-adds (0.09 fetches each for L = 8). All four
ways of storing the operands have such a kernel. A batch of matrices runs the same kernel when M is a multiple
of L (a fragment's rows then belong to one matrix), else row by row. When the product has few elements and K
is long (weight gradients), or the columns of B are long, K is split: partial products are matrices of a
temporary batch, added up by a second draw, which also runs the epilogue.
"""

from .access import collapse, index_map, padded
from .along_k import stored_along_k
from .elementwise import write_results
from .layout import Layout
from .product_code import block, row_by_row
from .shared_epilogue import inputs_of, store

# With fewer fragments than this a GPU idles; with K shorter than this a part is not worth a draw of its own.
SPLIT_FRAGMENTS = 4096
SPLIT_LENGTH = 128
# Of a wide B that meets many rows of A so many rows are walked at most, or else what the next fragments read of
# them has left the caches (each row is in memory pages of its own): twice the speed for K = 1024 on a software
# rasteriser. The partial products may take so many bytes.
BLOCK_LENGTH = 256
BLOCK_COLUMNS = 256
BLOCK_BYTES = 134217728


class Product:
    """The sizes of one product: out[batch, m, n] = sum over k, with matrices found through batch maps."""

    def __init__(self, a_shape, b_shape, out_shape, transpose_a, transpose_b):
        rank_a = len(a_shape)
        rank_b = len(b_shape)
        self.transpose_a = transpose_a
        self.transpose_b = transpose_b
        self.m = a_shape[rank_a - 1] if transpose_a else a_shape[rank_a - 2]
        self.k = a_shape[rank_a - 2] if transpose_a else a_shape[rank_a - 1]
        self.n = b_shape[rank_b - 2] if transpose_b else b_shape[rank_b - 1]
        leading = out_shape[0 : len(out_shape) - 2]
        a_leading = padded(a_shape[0 : rank_a - 2], len(leading))
        b_leading = padded(b_shape[0 : rank_b - 2], len(leading))
        self.batch = _count(leading)
        self.a_axes = collapse(leading, a_leading)
        self.b_axes = collapse(leading, b_leading)
        self.b_batched = _count(b_leading) > 1
        if not transpose_a and not self.b_batched and _count(a_leading) == self.batch:
            self.m = self.m * self.batch
            self.batch = 1


def _count(dims):
    count = 1
    for dim in dims:
        count = count * dim
    return count


def matmul(builder, step):
    params = step["params"]
    a = step["inputs"][0]
    b = step["inputs"][1]
    out = step["outputs"][0]
    if out is None:
        return None
    product = Product(
        builder.shapes[a],
        builder.shapes[b],
        builder.shapes[out],
        params["transpose_a"],
        params["transpose_b"],
    )
    stored = stored_along_k(builder, product, a, b)
    emit_product(builder, step, product, stored[0], stored[1], out)
    return None


def emit_product(builder, step, product, a, b, out):
    """The draws of a product of values a and b into out, with the step's epilogue."""
    epilogue = step["params"]["epilogue"] if "epilogue" in step["params"] else None
    layout = builder.layouts[out]
    rows = layout.layers
    parts = _parts(builder, product, layout)
    inputs = [a, b]
    inputs.extend(step["inputs"][2 : len(step["inputs"])])
    if parts > 1:
        _split(builder, product, a, b, inputs, out, epilogue, parts)
        return None
    end = builder.ends.at(out)
    if end is not None:
        inputs = inputs_of(builder, step, end)
    shader = builder.shader(inputs, [out])
    if product.batch > 1 and product.m % rows != 0:
        values = row_by_row(shader, product)
    else:
        place = shader.uniform(product.m, product.k, 0, 0)
        if product.batch > 1:
            shader.line("int batch = r0 / " + place + ".x; int m0 = r0 - batch * " + place + ".x;")
            index_map(shader, product.a_axes, "batch", "a_batch")
            index_map(shader, product.b_axes, "batch", "b_batch")
        else:
            shader.line("int m0 = r0; const int a_batch = 0; const int b_batch = 0;")
        shader.line("int k_low = 0; int k_high = " + place + ".y;")
        values = block(shader, product, rows)
    store(builder, shader, step, out, end, values)
    builder.draw(shader, inputs, [out], _fetches(product.k, rows))


def _fetches(k, rows):
    return (k * (4 + rows)) // 4


def _parts(builder, product, layout):
    """Into how many parts K is split: as many as keep a GPU busy, and blocks where B has long columns."""
    if product.batch > 1 or product.m == 1 or product.k < 2 * SPLIT_LENGTH:
        return 1
    # A processor that plays a GPU has few threads to keep busy.
    wanted = 1 if builder.sampled and not product.transpose_a else SPLIT_FRAGMENTS // layout.texels
    longest = product.k // SPLIT_LENGTH
    parts = wanted if wanted < longest else longest
    blocks = (product.k + BLOCK_LENGTH - 1) // BLOCK_LENGTH
    wide = product.n >= BLOCK_COLUMNS and product.m >= BLOCK_COLUMNS and product.k >= 2 * BLOCK_LENGTH
    if wide and blocks > parts and not product.transpose_b:
        temp = Layout([blocks, product.m, product.n], "float32", builder.targets, builder.max_shift)
        if temp.bytes <= BLOCK_BYTES and temp.pages == 1:
            return blocks
    return parts if parts > 1 else 1


def _split(builder, product, a, b, inputs, out, epilogue, parts):
    rows = builder.targets
    length = (product.k + parts - 1) // parts
    length = ((length + 7) // 8) * 8
    parts = (product.k + length - 1) // length
    high = ((product.m + rows - 1) // rows) * rows
    temp = builder.add([parts, high, product.n], "float32")
    shader = builder.shader([a, b], [temp])
    place = shader.uniform(high, product.k, length, 0)
    shader.line("int part = r0 / " + place + ".x; int m0 = r0 - part * " + place + ".x;")
    shader.line(
        "int k_low = part * " + place + ".z; int k_high = min(k_low + " + place + ".z, " + place + ".y);"
    )
    shader.line("const int a_batch = 0; const int b_batch = 0;")
    values = block(shader, product, shader.rows)
    for j in range(shader.rows):
        shader.write(0, j, values[j])
    builder.draw(shader, [a, b], [temp], _fetches(length, rows))
    add_parts(builder, temp, parts, high, inputs[2 : len(inputs)], out, epilogue)


def add_parts(builder, temp, parts, high, extras, out, epilogue):
    """Add the parts [parts, high, n] of a split sum into the value `out`, with an epilogue."""
    inputs = [temp]
    inputs.extend(extras)
    shader = builder.shader(inputs, [out])
    place = shader.uniform(parts, high, 0, 0)
    values = []
    for j in range(shader.rows):
        shader.line("vec4 acc" + str(j) + " = vec4(0.0);")
        values.append("acc" + str(j))
    shader.line("for (int p = 0; p < " + place + ".x; p++) { int row = p * " + place + ".y + r0;")
    for j in range(shader.rows):
        shader.line("acc" + str(j) + " += " + shader.fetch(0, "row + " + str(j), "c4") + ";")
    shader.line("}")
    write_results(shader, epilogue, 1, builder.shapes[out], values)
    builder.draw(shader, inputs, [out], parts * shader.rows)
