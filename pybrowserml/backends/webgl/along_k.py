"""Operands of a product stored anew, so that a fragment walks along rows of both.

A processor that plays a GPU fetches from its own caches: numbers that lie in as many rows as a product has steps are in
memory pages and lines of their own, which costs it a sixth of the time of a plain product and a third of one of AᵀB.
A copy with rows and columns swapped takes a fetch for four numbers, some hundredths of what the product takes.
"""

from .joined import changed
from .product_code import LANE, quad_rows

# Products of fewer multiplications, and operands that meet fewer rows or columns of the other, stay as they are.
LEAST_WORK = 4000000
LEAST_ROWS = 64
# A loop's product is done once a step, the copy once for all: then operands of so many numbers will do.
LEAST_NUMBERS = 16384


def stored_along_k(builder, product, a, b):
    """[a, b], copies in their place where that pays; the product says then how they are stored."""
    if not builder.sampled or product.m * product.n * product.k * product.batch < LEAST_WORK:
        return [a, b]
    if product.m < LEAST_ROWS or product.n < LEAST_ROWS:
        return [a, b]
    if product.transpose_a and _can_swap(builder, a):
        a = _swapped(builder, a)
        product.transpose_a = False
    if not product.transpose_b and _can_swap(builder, b):
        b = _swapped(builder, b)
        product.transpose_b = True
    return [a, b]


def stored_before(builder, inner, steps, inputs, places, first):
    """The steps of a loop's body, whose products read copies of operands that stay the same. Those are drawn before the
    loop, and are added to its `inputs` and to their `places` in the body; `first`: the first input that stays.
    """
    if not builder.sampled:
        return steps
    made = []
    for step in steps:
        i = _fixed_operand(inner, step, places, first)
        if i < 0 or not _can_swap(builder, inputs[i]):
            made.append(step)
            continue
        copy = _swapped(builder, inputs[i])
        if copy not in inputs:
            inputs.append(copy)
            places.append(inner.add(builder.shapes[copy], builder.dtypes[copy]))
        operands = list(step["inputs"])
        operands[1] = places[inputs.index(copy)]
        other = changed(step, "inputs", operands)
        other["params"] = changed(step["params"], "transpose_b", True)
        made.append(other)
    return made


def _fixed_operand(inner, step, places, first):
    """Which input of the body, one that stays, a product has as a second operand whose rows it walks across, or -1."""
    if step["kernel"] != "matmul" or step["params"]["transpose_a"] or step["params"]["transpose_b"]:
        return -1
    value = step["inputs"][1]
    if inner.layouts[value].size < LEAST_NUMBERS:
        return -1
    for i in range(first, len(places)):
        if places[i] == value:
            return i
    return -1


def _can_swap(builder, value):
    """Whether no texel of the copy holds numbers of two matrices, nor a fragment rows of two."""
    shape = builder.shapes[value]
    rank = len(shape)
    rows = shape[rank - 2]
    columns = shape[rank - 1]
    if builder.layouts[value].rows == rows:
        return True
    return rows % 4 == 0 and columns % builder.targets == 0


def _swapped(builder, value):
    """The value that holds the matrices of `value` with rows and columns swapped; drawn once."""
    for entry in builder.swapped:
        if entry[0] == value:
            return entry[1]
    shape = builder.shapes[value]
    rank = len(shape)
    rows = shape[rank - 2]
    columns = shape[rank - 1]
    made = list(shape[0 : rank - 2])
    made.extend([columns, rows])
    target = builder.add(made, builder.dtypes[value])
    builder.swapped.append([value, target])
    shader = builder.shader([value], [target])
    if builder.layouts[value].rows == rows:
        shader.line("int c0 = r0; int row = c4 * 4;")
    else:
        place = shader.uniform(rows, columns, 0, 0)
        shader.line("int matrix = r0 / " + place + ".y; int c0 = r0 - matrix * " + place + ".y;")
        shader.line("int row = matrix * " + place + ".x + c4 * 4;")
    quads = (shader.rows + 3) // 4
    for h in range(quads):
        quad = "(c0 >> 2)" if h == 0 else "(c0 >> 2) + " + str(h)
        quad_rows(shader, 0, "row", quad, True, "x" + str(h))
    for j in range(shader.rows):
        lane = LANE[j % 4] if shader.rows >= 4 else "[(c0 & 3) + " + str(j) + "]"
        texel = ", ".join(["x" + str(j // 4) + str(t) + lane for t in range(4)])
        shader.write(0, j, "vec4(" + texel + ")")
    builder.draw(shader, [value], [target], 4 * quads)
    return target
