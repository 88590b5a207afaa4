"""What kernels build on: the layouts of a plan's values, temporaries, the list of actions they append to."""

from ...platform.buffers import int32_array
from ...platform.errors import error
from ...platform.maps import new_map
from .layout import Layout
from .shader import Shader
from .views import settle_inputs


class Draw:
    """One draw call for each page of its outputs: program source, integers, values read and written, the first and the
    number of the layers that are written.
    """

    def __init__(self, shader, inputs, outputs, fetches):
        self.source = shader.source()
        self.kinds = [layout.kind for layout in shader.inputs]
        self.targets = shader.rows * shader.results
        self.inputs = inputs
        self.outputs = outputs
        self.layout = shader.out
        # [place, number, unit] of integers that are number + step * unit in each step of a loop.
        self.steps = shader.steps
        # Of a draw into slices of a loop's stacked result: the lines of texels of a slice, and those of the step.
        self.slice_lines = shader.slice_lines
        self.lines = [0, shader.out.lines]
        self.first = shader.first
        self.rows = shader.rows
        self.fetches = fetches if fetches > 1 else 1
        self.program = None
        self.pages = []
        for page in range(shader.out.pages):
            ints = int32_array(len(shader.ints))
            for i in range(len(shader.ints)):
                ints[i] = shader.ints[i]
            ints[2] = page
            self.pages.append(ints)

    def set_step(self, step):
        """In a loop: the integers of a step."""
        for ints in self.pages:
            for entry in self.steps:
                ints[entry[0]] = entry[1] + step * entry[2]
        if self.slice_lines > 0:
            self.lines = [step * self.slice_lines, (step + 1) * self.slice_lines]


class Alias:
    """A value that is another value's texture: equal rows and channels under another shape."""

    def __init__(self, source, target):
        self.inputs = [source]
        self.outputs = [target]


class Builder:
    """Turns steps into actions. targets: render targets; max_shift: log2 of the texture size; units: samplers; half:
    floats are stored in half precision; kernels: the kernel table, for the bodies of loops; sampled: see Shader. names,
    steps: of each action, the name and the number of its step. views: of each value, a View as long as it has no
    texture of its own, else None. swapped: [value, its copy with rows and columns swapped], see along_k. ends: see
    shared_epilogue.
    """

    def __init__(self, shapes, dtypes, targets, max_shift, units, half, kernels, sampled):
        self.targets = targets
        self.sampled = sampled
        self.max_shift = max_shift
        self.units = units
        self.half = half
        self.kernels = kernels
        self.shapes = []
        self.dtypes = []
        self.layouts = []
        self.views = []
        self.actions = []
        self.names = []
        self.steps = []
        self.tables = []
        self.swapped = []
        self.ends = new_map()
        self.step_name = ""
        self.step = -1
        for i in range(len(shapes)):
            self.add(shapes[i], dtypes[i])

    def add(self, shape, dtype):
        """A new value; returns its index."""
        self.shapes.append(shape)
        self.dtypes.append(dtype)
        self.layouts.append(Layout(shape, dtype, self.targets, self.max_shift))
        self.views.append(None)
        return len(self.shapes) - 1

    def begin(self, step):
        """The steps that follow belong to this one. Raises EngineError for one that uses float64."""
        name = step["name"] if "name" in step and step["name"] is not None else step["kernel"]
        self.step_name = name
        self.step = self.step + 1
        dtypes = [self.dtypes[value] for value in step["inputs"]]
        dtypes.extend([self.dtypes[value] for value in step["outputs"] if value is not None])
        for key in ["expr", "epilogue"]:
            if key in step["params"] and step["params"][key] is not None:
                dtypes.extend([instr[1] for instr in step["params"][key]["instrs"]])
        if "float64" in dtypes:
            raise error(
                "EngineError",
                "the step '"
                + name
                + "' uses float64, which no GPU has here: cast to float32 or use the cpu engine",
            )
        settle_inputs(self, step)

    def table(self, numbers, shape):
        """A new value that holds float32 numbers of the kernel's own (a typed array); returns its index."""
        place = self.add(shape, "float32")
        self.tables.append([place, numbers])
        return place

    def shader(self, inputs, outputs):
        """A shader from values to values; the outputs share one layout."""
        return self.shader_of_rows(inputs, outputs, 0, self.layouts[outputs[0]].layers)

    def shader_of_rows(self, inputs, outputs, first, rows):
        """A shader of `rows` layers only of the outputs, from the layer `first` on."""
        layouts = [self.layouts[self.texture_of(i)] for i in inputs]
        out = self.layouts[self.texture_of(outputs[0])]
        shader = Shader(out, layouts, len(outputs), self.sampled, self.half, first, rows)
        if self.views[outputs[0]] is not None:
            shader.draw_slices(self.views[outputs[0]].unit)
        shader.shown = [self.layouts[i] for i in inputs]
        shader.views = [self.views[i] for i in inputs]
        return shader

    def texture_of(self, value):
        """The value in whose texture a value lies."""
        return value if self.views[value] is None else self.views[value].source

    def draw(self, shader, inputs, outputs, fetches):
        """Append the finished shader. fetches: about how many texels one fragment reads."""
        if self.layouts[outputs[0]].size > 0:
            places = [self.texture_of(i) for i in inputs]
            self.act(Draw(shader, places, [self.texture_of(i) for i in outputs], fetches))

    def alias(self, source, target):
        self.act(Alias(source, target))

    def act(self, action):
        """Append an action."""
        self.actions.append(action)
        self.names.append(self.step_name)
        self.steps.append(self.step)
