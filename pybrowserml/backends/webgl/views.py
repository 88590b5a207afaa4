"""Views: values that are no textures of their own but whole texels of another one, read where they lie.

A slice that begins at a texel, and the slice of a stacked input that a loop's body reads in each step, need no draw
where all who read them are expressions: these add an offset to what they fetch. For all others `settle` copies it.
"""

from .shader import fill

# Kernels whose inputs may be views, from that place on; the first ones of products are read in many ways.
READERS = {"elementwise": 0, "reductions": 0, "matmul": 2, "conv2d": 2, "slice": 0}


class View:
    """The texels of `source` from a row and a quad on. unit: rows by which each step of the loop goes on; drawn:
    whether the value is made there; parts: into how many rows, one after the other, a row of it is divided (`direct`).
    """

    def __init__(self, source, row, quad, unit):
        self.source = source
        self.row = row
        self.quad = quad
        self.unit = unit
        self.drawn = False
        self.parts = 1

    def whole_groups(self, layers):
        """Whether rows lie in the layers where those of a tensor of its own would lie."""
        return self.row % layers == 0 and self.unit % layers == 0

    def uniform(self, shader, layers):
        """The name of an ivec4: row, quad, and the row counted in groups of `layers`."""
        place = len(shader.ints)
        name = shader.uniform(self.row, self.quad, self.row // layers, 0)
        if self.unit > 0:
            shader.steps.append([place, self.row, self.unit])
            shader.steps.append([place + 2, self.row // layers, self.unit // layers])
        return name


def view_of_slice(builder, step):
    """Make the result of a slice a view; False where it is none."""
    source = step["inputs"][0]
    target = step["outputs"][0]
    shape = builder.shapes[target]
    given = builder.shapes[source]
    params = step["params"]
    rank = len(shape)
    if rank == 0 or builder.layouts[target].size == 0:
        return False
    last = rank - 1
    begin = params["begin"][last]
    if begin % 4 != 0 or (shape[last] % 4 != 0 and begin + shape[last] != given[last]):
        return False
    for axis in range(rank):
        if params["strides"][axis] != 1 and shape[axis] > 1:
            return False
        if axis < last and (params["begin"][axis] != 0 or shape[axis] != given[axis]):
            return False
    quad = begin // 4
    known = builder.views[source]
    if known is None:
        builder.views[target] = View(source, 0, quad, 0)
    else:
        builder.views[target] = View(known.source, known.row, known.quad + quad, known.unit)
    return True


def settle(builder, value):
    """Give a value a texture of its own, if it is a view."""
    view = builder.views[value]
    if view is None:
        return None
    builder.views[value] = None
    shader = builder.shader([view.source], [value])
    place = view.uniform(shader, 1)
    if view.parts > 1:
        size = shader.uniform(builder.layouts[value].quads // view.parts, view.parts, 0, 0)
        row = fill("@p@.x + (r0 + j) * @s@.y + c4 / @s@.x", ["p", place, "s", size])
        shader.write_rows(0, shader.fetch(0, row, fill("c4 % @s@.x", ["s", size])))
    else:
        shader.write_rows(0, shader.fetch(0, place + ".x + r0 + j", place + ".y + c4"))
    builder.draw(shader, [view.source], [value], shader.rows)
    return None


def settle_inputs(builder, step):
    """Settle what the kernel of a step does not read as a view."""
    first = READERS[step["kernel"]] if step["kernel"] in READERS else len(step["inputs"])
    for i in range(len(step["inputs"])):
        if i < first and not _walks_parts(builder, step, i):
            settle(builder, step["inputs"][i])


def _walks_parts(builder, step, i):
    """Whether a step is a product that walks along the parts of an operand's rows."""
    view = builder.views[step["inputs"][i]]
    return step["kernel"] == "matmul" and i == 0 and view is not None and view.parts > 1


def settle_results(builder, plan):
    """Settle what a plan, or a loop's body, hands out; what is drawn where it belongs stays there."""
    for entry in plan["outputs"]:
        view = builder.views[entry["value"]]
        if view is None or not view.drawn:
            settle(builder, entry["value"])
    for entry in plan["updates"]:
        settle(builder, entry["value"])
