"""The compiler: graph → plan."""

from ..backends.memory import lifetimes_of
from ..core.dims import sizes_of
from ..core.graph import walk
from ..core.shapes import encode_shape
from ..platform.buffers import to_numbers
from ..platform.errors import error
from ..platform.maps import new_map
from .attention import join_attention
from .demands import demands_of
from .fuse import fuse
from .loops import prepare_loops
from .lower import behind_barriers, lower
from .normalise import normalise
from .paddings import absorb_pooling_pads
from .passes import REPORT, Passes
from .recompute import recompute
from .reductions import join_reductions
from .rewrite import plain_number
from .rows import join_rows
from .scales import absorb_scales
from .schedule import schedule


class Compilation:
    """A plan with what JSON cannot hold: the variables of its state, in order. passes: what was done to the graph."""

    def __init__(self, plan, variables, passes):
        self.plan = plan
        self.variables = variables
        self.passes = passes


def compile_graph(outputs, output_names, inputs, input_names, assignments):
    """Compile tensors to a plan.

    outputs, inputs: tensors; inputs are leaves. assignments: [[variable, tensor], ...]. Returns a Compilation whose
    plan reads `inputs` in order and returns `outputs` in order. Every output and update is a value of its own that a
    step made: what is an input, state, constant or another output already is copied.
    """
    compilation = _compile(outputs, output_names, inputs, input_names, assignments, _sizes_in(inputs))
    wanted = list(outputs)
    wanted.extend([pair[1] for pair in assignments])
    demands = demands_of(wanted)
    if len(demands) > 0:
        compilation.plan["demands"] = demands
    return compilation


def _compile(outputs, output_names, inputs, input_names, assignments, sizes):
    wanted = list(outputs)
    wanted.extend([pair[1] for pair in assignments])
    passes = Passes() if REPORT.wanted else None
    wanted = normalise(prepare_loops(wanted, normalise, passes), passes)
    wanted = absorb_pooling_pads(wanted, passes)
    wanted = absorb_scales(wanted, [pair[0] for pair in assignments], passes)

    def compile_body(body):
        names = ["in" + str(i) for i in range(len(body.params))]
        results = ["out" + str(i) for i in range(len(body.results))]
        return _compile(body.results, results, body.params, names, [], sizes).plan

    if passes is not None:
        passes.add_scales(len(walk(wanted)))
    fusion = fuse(wanted, passes)
    join_rows(fusion)
    if passes is not None:
        passes.add_groups("rows", fusion.live_groups(), lambda group: group.rows is not None)
    join_reductions(fusion)
    if passes is not None:
        passes.add_groups("reductions", fusion.live_groups(), lambda group: group.reduced is not None)
    copied = recompute(fusion, wanted, passes)
    if copied is not None:
        fusion = copied[0]
        wanted = copied[1]
    join_attention(fusion)
    if passes is not None:
        passes.add_groups("attention", fusion.live_groups(), lambda group: group.second is not None)
    lowering = lower(fusion, wanted, compile_body)
    input_entries = []
    input_serials = new_map()
    for i in range(len(inputs)):
        input_entries.append({"name": input_names[i], "value": lowering.value_of(inputs[i])})
        input_serials.put(inputs[i].node.serial, True)
    taken = new_map()
    results = [_result_value(lowering, tensor, taken) for tensor in wanted]
    lowering.materialise_sizes()
    binding = _StateBinding(lowering)
    for pair in assignments:
        binding.index_of(pair[0])
    constants = []
    for node in walk(wanted):
        key = str(node.serial) + ":0"
        if input_serials.has(node.serial) or not lowering.places.has(key):
            continue
        if node.op == "input":
            raise error("ArgumentError", "the input '" + node.attrs["name"] + "' is used but not given")
        if node.op == "variable":
            binding.bind(node.attrs["variable"], lowering.places.at(key))
        elif node.op == "constant":
            numbers = [plain_number(number) for number in to_numbers(node.attrs["data"].data)]
            constants.append({"value": lowering.places.at(key), "data": numbers})
    state = binding.entries()
    plan = {
        "sizes": list(sizes),
        "values": lowering.values,
        "inputs": input_entries,
        "state": state,
        "constants": constants,
        "outputs": [{"name": output_names[i], "value": results[i]} for i in range(len(outputs))],
        "updates": [
            {"state": binding.index_of(assignments[i][0]), "value": results[len(outputs) + i]}
            for i in range(len(assignments))
        ],
        "steps": lowering.steps,
        "lifetimes": [],
        "subplans": lowering.subplans,
    }
    schedule(plan, passes)
    plan["lifetimes"] = lifetimes_of(lowering.values, plan["steps"], results)
    return Compilation(plan, binding.variables, passes)


def _result_value(lowering, tensor, taken):
    value = lowering.value_of(tensor)
    op = behind_barriers(tensor).node.op
    leaf = op == "input" or op == "variable" or op == "constant"
    if leaf or taken.has(value):
        value = lowering.copied(value)
    taken.put(value, True)
    return value


class _StateBinding:
    """Which variable is which state entry, and the value under which it is read."""

    def __init__(self, lowering):
        self.lowering = lowering
        self.variables = []
        self.values = []

    def index_of(self, variable):
        for i in range(len(self.variables)):
            if self.variables[i] is variable:
                return i
        self.variables.append(variable)
        self.values.append(None)
        return len(self.variables) - 1

    def bind(self, variable, value):
        self.values[self.index_of(variable)] = value

    def entries(self):
        """The state entries of the plan; a variable that is written only gets a value that nobody reads."""
        found = []
        for i in range(len(self.variables)):
            variable = self.variables[i]
            if self.values[i] is None:
                self.lowering.values.append({"shape": encode_shape(variable.shape), "dtype": variable.dtype})
                self.values[i] = len(self.lowering.values) - 1
            found.append({"name": variable.path, "value": self.values[i]})
        return found


def _sizes_in(inputs):
    names = []
    for tensor in inputs:
        for dim in tensor.shape:
            for size_name in sizes_of(dim):
                if size_name not in names:
                    names.append(size_name)
    return names
