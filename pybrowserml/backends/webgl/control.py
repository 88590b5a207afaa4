"""Loops on WebGL: the draws of the body are repeated; carries are textures that change hands.

A slice of a stacked input is a view whose row is a uniform: who can, reads it where it lies. The slices of a stacked
result are copied, those of several steps at once, into their rows of a texture that all steps share: fragments of
other rows are discarded. There each slice begins at a group of rows, so that no fragment belongs to two slices; where
slices have other numbers of rows, the result is packed at the end.
"""

from ...platform.errors import error
from .along_k import stored_before
from .builder import Alias, Builder, Draw
from .direct import with_direct
from .island import Island
from .movement import move, strides_of
from .rearranged import arranged_steps
from .reduce import copy_value
from .views import View, settle_results

# A `while` asks for its flag after so many steps; those too many change nothing.
STEPS_PER_FLAG = 4
# So many steps' slices of a stacked result wait to be copied in one draw.
MOST_HELD = 8
# A processor that plays a GPU computes all sides of the branch that tells them apart, which a draw of so few texels in
# each layer costs as well.
SMALL_SLICE = 256


class Loop:
    """A loop among the actions of a plan.

    inputs, outputs: values of the plan around it; places: those of the inputs in the body. builder, actions, dying,
    constants: of the body, as in an executable. sources: for each stacked input the value of the body that is all of
    it, or None and a Scalar in `scalars`; stacks: a Stack for each stacked result; direct: for each of them a Direct or
    None; stepped: the draws whose integers tell the step.
    """

    def __init__(self, step, inputs, places, outputs, body, builder):
        params = step["params"]
        self.inputs = inputs
        self.outputs = outputs
        self.body = body
        self.builder = builder
        self.actions = builder.actions
        self.dying = []
        self.constants = []
        self.carries = params["carries"]
        self.stacked = params["stacked"] if "stacked" in params else 0
        self.length = params["length"] if "length" in params else None
        self.reverse = params["reverse"] if "reverse" in params else False
        self.limit = params["limit"] if "limit" in params else None
        self.places_in = places
        self.places_out = [entry["value"] for entry in body["outputs"]]
        self.sources = []
        self.direct = []
        self.scalars = []
        self.stacks = []
        self.stepped = []
        for action in self.actions:
            if isinstance(action, Draw) and len(action.steps) > 0:
                self.stepped.append(action)

    def own_draws(self):
        """The draws around the body's own."""
        found = [item.draw for item in self.scalars if item is not None]
        found.extend([item.draw for item in self.stacks if item.draw is not None])
        return found


def draws_of(actions):
    """All draws among actions, those inside of loops included."""
    found = []
    for action in actions:
        if isinstance(action, Loop):
            found.extend(action.own_draws())
            found.extend(draws_of(action.actions))
        elif not isinstance(action, Alias) and not isinstance(action, Island):
            found.append(action)
    return found


class Scalar:
    """An element of a stacked input without other axes."""

    def __init__(self, builder, stacked, dtype):
        self.value = builder.add([], dtype)
        shader = builder.shader([stacked], [self.value])
        self.place = len(shader.ints)
        zero = "0.0" if builder.layouts[self.value].kind == "f" else "0"
        element = shader.element(0, shader.uniform(0, 0, 0, 0) + ".x")
        texel = ", ".join([element, zero, zero, zero])
        shader.write_rows(0, shader.out_vector() + "(" + texel + ")")
        self.draw = Draw(shader, [stacked], [self.value], shader.rows)

    def set_step(self, step):
        for ints in self.draw.pages:
            ints[self.place] = step


class Stack:
    """The place of a stacked result: `value` has a whole number of groups of rows for each step.

    draw: copies the slices of up to `held` steps that follow each other at once; None without elements, and where they
    are drawn where they belong (direct). waiting: [step, texture] of those that are still to be copied in a run.
    """

    def __init__(self, builder, length, shape, dtype, target, direct):
        rank = len(shape)
        rows = 1
        for axis in range(rank - 1):
            rows = rows * shape[axis]
        channels = shape[rank - 1] if rank > 0 else 1
        self.draw = None
        self.value = target
        self.direct = direct
        self.groups = 0
        self.waiting = []
        if direct is not None:
            if direct.parts > 1:
                self.value = builder.add([length, direct.rows, channels // direct.parts], dtype)
            return
        if rows * channels * length == 0:
            return
        layers = builder.targets if rows * length > 1 else 1
        self.groups = (rows + layers - 1) // layers
        padded = self.groups * layers
        if rank == 0 or padded != rows:
            self.value = builder.add([length, padded, channels], dtype)
        small = self.groups * ((channels + 3) // 4) <= SMALL_SLICE
        most = MOST_HELD if small or not builder.sampled else 1
        self.held = length if length < most else most
        item = builder.add(shape, dtype)
        items = [item for k in range(self.held)]
        shader = builder.shader(items, [self.value])
        self.place = len(shader.ints)
        own = shader.uniform(0, 0, self.groups, 0)
        shader.line("if (group < " + own + ".x || group >= " + own + ".y) discard;")
        shader.line("int slot = (group - " + own + ".x) / " + own + ".z;")
        first = "(" + own + ".x + slot * " + own + ".z) * " + str(layers)
        shader.line("int first = " + first + ";")
        shader.local(_chooser(shader, self.held))
        shader.write_rows(0, "chosen(slot, r0 + j - first, c4)")
        self.draw = Draw(shader, items, [self.value], shader.rows)
        self.layout = builder.layouts[self.value]

    def lines(self, low, high):
        """Tell the draw that it copies the steps low to high; [first, end) of the lines of texels that hold them."""
        first = low * self.groups
        last = (high + 1) * self.groups
        for ints in self.draw.pages:
            ints[self.place] = first
            ints[self.place + 1] = last
        layout = self.layout
        last = last - 1
        if layout.flat:
            first = first * layout.quads
            last = last * layout.quads + layout.quads - 1
        unit = 2**layout.shift
        return [first // unit, last // unit + 1]


def _chooser(shader, count):
    """GLSL of a texel of one of several inputs."""
    lines = [shader.out_vector() + " chosen(int slot, int row, int c4) {"]
    for k in range(count - 1):
        lines.append("if (slot == " + str(k) + ") return " + shader.fetch(k, "row", "c4") + ";")
    lines.append("return " + shader.fetch(count - 1, "row", "c4") + "; }")
    return " ".join(lines)


def _body_of(builder, step):
    """A Loop with its body's actions."""
    kernels = builder.kernels
    body = step["params"]["body"]
    values = body["values"]
    inner = Builder(
        [value["shape"] for value in values],
        [value["dtype"] for value in values],
        builder.targets,
        builder.max_shift,
        builder.units,
        builder.half,
        kernels,
        builder.sampled,
    )
    sources = _view_slices(builder, inner, step)
    inputs = list(step["inputs"])
    places = [entry["value"] for entry in body["inputs"]]
    first = step["params"]["carries"] + len(sources)
    parts = stored_before(builder, inner, arranged_steps(inner, body), inputs, places, first)
    direct = with_direct(builder, inner, step, parts)
    for part in direct[0]:
        if part["kernel"] not in kernels:
            raise error("EngineError", "the webgl engine has no kernel '" + part["kernel"] + "'")
        inner.begin(part)
        kernels[part["kernel"]](inner, part)
    settle_results(inner, body)
    outputs = [value for value in step["outputs"] if value is not None]
    loop = Loop(step, inputs, places, outputs, body, inner)
    loop.sources = sources
    loop.direct = direct[1]
    return loop


def _view_slices(builder, inner, step):
    """Slices of stacked inputs, in the body, are views of the whole; the whole ones' values, None for scalars."""
    params = step["params"]
    sources = []
    for i in range(params["stacked"] if "stacked" in params else 0):
        place = params["body"]["inputs"][params["carries"] + i]["value"]
        if len(inner.shapes[place]) == 0:
            sources.append(None)
            continue
        whole = step["inputs"][params["carries"] + i]
        source = inner.add(builder.shapes[whole], builder.dtypes[whole])
        if inner.layouts[place].size > 0:
            inner.views[place] = View(source, 0, 0, inner.layouts[place].rows)
        sources.append(source)
    return sources


def scan(builder, step):
    """The row `scan` of the kernel table."""
    loop = _body_of(builder, step)
    params = step["params"]
    for i in range(loop.stacked):
        value = step["inputs"][loop.carries + i]
        scalar = loop.sources[i] is None and builder.layouts[value].size > 0
        loop.scalars.append(Scalar(builder, value, builder.dtypes[value]) if scalar else None)
    loop.outputs = []
    loop.finals = step["outputs"][0 : loop.carries]
    for value in loop.finals:
        if value is not None:
            loop.outputs.append(value)
    for i in range(loop.carries, len(step["outputs"])):
        target = step["outputs"][i]
        spec = loop.body["values"][loop.places_out[i]]
        direct = loop.direct[i - loop.carries]
        stack = Stack(builder, params["length"], spec["shape"], spec["dtype"], target, direct)
        loop.stacks.append(stack)
        loop.outputs.append(stack.value)
    builder.act(loop)
    for i in range(len(loop.stacks)):
        stack = loop.stacks[i]
        target = step["outputs"][loop.carries + i]
        if stack.value != target and stack.direct is not None:
            copy_value(builder, stack.value, target)
        elif stack.value != target:
            _unpack(builder, stack.value, target)


def _unpack(builder, source, target):
    """target has the rows of source without the padding of each step."""
    shape = builder.shapes[target]
    padded = builder.shapes[source]
    strides = strides_of(shape)
    axes = [[shape[0], padded[1] * padded[2], 0, 0, 0]]
    for axis in range(1, len(shape)):
        axes.append([shape[axis], strides[axis], 0, 0, 0])
    move(builder, source, target, 0, axes, None)


def repeat(builder, step):
    """The row `while` of the kernel table."""
    loop = _body_of(builder, step)
    loop.finals = step["outputs"]
    builder.act(loop)
