"""Is a plan from a file a plan at all? Every id, name and number is looked at before an engine sees it.

`check_plan` looks at the structure once; `check_sizes` at shapes and memory for the integers of one run,
since symbolic dimensions have no size before.
"""

from ..core.dims import evaluate
from ..core.dtypes import DTYPES
from ..platform.errors import attempt, error, message_of
from ..platform.numbers import is_bool, is_dict, is_list, is_number, is_string, is_whole
from .cpu.instructions import BINARY, TERNARY, UNARY
from .cpu.kernels import KERNELS
from .kernel_shapes.control import loop_problem
from .resolve import element_count

MOST_VALUES = 200000
MOST_RANK = 16
MOST_ELEMENTS = 536870912
MOST_TOTAL = 4294967296
MOST_DEPTH = 50
MOST_LOOPS = 8
DIM_OPS = ["+", "*", "//", "max", "min"]


def _arities():
    table = {"constant": 0, "size": 0, "iota": 0, "cast": 1, "bitcast": 1}
    for op in UNARY.keys():
        table[op] = 1
    for op in BINARY.keys():
        table[op] = 2
    for op in TERNARY.keys():
        table[op] = 3
    return table


ARITIES = _arities()


def _refuse(place, message):
    raise error("FormatError", place + ": " + message)


def _field(item, key, place):
    if not is_dict(item):
        _refuse(place, "must be an object")
    if key not in item:
        _refuse(place, "has no '" + key + "'")
    return item[key]


def _list_field(item, key, place):
    found = _field(item, key, place)
    if not is_list(found):
        _refuse(place + "." + key, "must be a list")
    if len(found) > MOST_VALUES:
        _refuse(
            place + "." + key,
            "has " + str(len(found)) + " entries; at most " + str(MOST_VALUES) + " are allowed",
        )
    return found


def _is_index(value, count):
    return is_whole(value) and value >= 0 and value < count


def check_plan(plan, place):
    """Raise FormatError, naming step and field, unless the plan is well formed. place: what it is, for
    messages.
    """
    _check_plan(plan, place, None, 0)
    return None


def _check_plan(plan, place, known_sizes, depth):
    """known_sizes: None, or for the body of a loop the sizes of the plan around it."""
    sizes = _list_field(plan, "sizes", place)
    for item in sizes:
        if not is_string(item):
            _refuse(place + ".sizes", "must be names")
        if known_sizes is not None and item not in known_sizes:
            _refuse(place + ".sizes", "names '" + item + "', which the plan around it has not")
    subplans = _list_field(plan, "subplans", place)
    for i in range(len(subplans)):
        here = place + ".subplans[" + str(i) + "]"
        if depth >= MOST_LOOPS:
            _refuse(here, "is a loop inside of " + str(MOST_LOOPS) + " others, the most there may be")
        _check_plan(subplans[i], here, sizes, depth + 1)
        for group in ["state", "updates"]:
            if len(subplans[i][group]) > 0:
                _refuse(here + "." + group, "must be empty in the body of a loop")
    values = _list_field(plan, "values", place)
    for i in range(len(values)):
        _check_value(values[i], sizes, place + ".values[" + str(i) + "]")
    made = [False for value in values]
    for group in ["inputs", "state"]:
        _check_named(_list_field(plan, group, place), made, place + "." + group)
    _check_constants(plan, values, made, place)
    steps = _list_field(plan, "steps", place)
    for i in range(len(steps)):
        _check_step(steps[i], plan, made, sizes, place + ".steps[" + str(i) + "]")
    _check_results(plan, values, place)
    return None


def _check_value(value, sizes, place):
    shape = _list_field(value, "shape", place)
    if len(shape) > MOST_RANK:
        _refuse(place, "has rank " + str(len(shape)) + "; at most " + str(MOST_RANK) + " is allowed")
    for dim in shape:
        _check_dim(dim, sizes, place + ".shape")
    dtype = _field(value, "dtype", place)
    if not is_string(dtype) or dtype not in DTYPES:
        _refuse(place, "has an unknown dtype; known: " + ", ".join(DTYPES))
    return None


def _check_dim(dim, sizes, place):
    if is_dict(dim):
        _check_expr(_field(dim, "dim", place), sizes, place, 0)
    elif not is_whole(dim) or dim < 0 or dim > MOST_ELEMENTS:
        _refuse(place, "must be made of whole numbers from 0 to " + str(MOST_ELEMENTS) + " or {dim}")
    return None


def _check_expr(expr, sizes, place, depth):
    if depth > MOST_DEPTH:
        _refuse(place, "has a dimension that nests too deep")
    if is_string(expr):
        if expr not in sizes:
            _refuse(place, "uses the unknown size '" + expr + "'")
    elif is_list(expr):
        if len(expr) != 3 or not is_string(expr[0]) or expr[0] not in DIM_OPS:
            _refuse(place, "has a dimension that is no expression [op, a, b]; ops: " + " ".join(DIM_OPS))
        _check_expr(expr[1], sizes, place, depth + 1)
        _check_expr(expr[2], sizes, place, depth + 1)
        if expr[0] == "//" and (not is_whole(expr[2]) or expr[2] < 1):
            _refuse(place, "divides a dimension by something that is no whole number of at least 1")
    elif not is_whole(expr):
        _refuse(place, "has a dimension that is no whole number")
    return None


def _check_named(entries, made, place):
    names = []
    for i in range(len(entries)):
        here = place + "[" + str(i) + "]"
        entry_name = _field(entries[i], "name", here)
        if not is_string(entry_name):
            _refuse(here, "must have a text as its name")
        if entry_name in names:
            _refuse(here, "has the name '" + entry_name + "' of another")
        names.append(entry_name)
        _produce(_field(entries[i], "value", here), made, here)
    return None


def _produce(value, made, place):
    if not _is_index(value, len(made)):
        _refuse(place, "names a value that does not exist")
    if made[value]:
        _refuse(place, "makes value " + str(value) + ", which is made already")
    made[value] = True
    return None


def _check_constants(plan, values, made, place):
    entries = _list_field(plan, "constants", place)
    for i in range(len(entries)):
        here = place + ".constants[" + str(i) + "]"
        _produce(_field(entries[i], "value", here), made, here)
        shape = values[entries[i]["value"]]["shape"]
        for dim in shape:
            if is_dict(dim):
                _refuse(here, "has a symbolic shape")
        data = _field(entries[i], "data", here)
        if not is_list(data) or len(data) != element_count(shape):
            _refuse(here, "must have " + str(element_count(shape)) + " numbers")
        for item in data:
            if not is_number(item) and not is_bool(item):
                _refuse(here, "has something that is no number")
    return None


def _check_step(step, plan, made, sizes, place):
    values = plan["values"]
    kernel = _field(step, "kernel", place)
    if not is_string(kernel) or kernel not in KERNELS:
        _refuse(place + ".kernel", "is unknown: " + (kernel if is_string(kernel) else "not a text"))
    rule = KERNELS[kernel]
    inputs = _list_field(step, "inputs", place)
    if len(inputs) < rule[1] or rule[2] is not None and len(inputs) > rule[2]:
        _refuse(place + ".inputs", kernel + " cannot take " + str(len(inputs)) + " inputs")
    for value in inputs:
        if not _is_index(value, len(values)) or not made[value]:
            _refuse(place + ".inputs", "names a value that is not there at this step")
    outputs = _list_field(step, "outputs", place)
    if len(outputs) < 1 or rule[3] is not None and len(outputs) != rule[3]:
        _refuse(place + ".outputs", kernel + " cannot have " + str(len(outputs)) + " outputs")
    some = False
    for value in outputs:
        if value is not None:
            _produce(value, made, place + ".outputs")
            some = True
    if not some:
        _refuse(place + ".outputs", "are all null")
    params = _field(step, "params", place)
    if not is_dict(params):
        _refuse(place + ".params", "must be an object")
    for key in rule[4]:
        if key not in params:
            _refuse(place + ".params", "has no '" + key + "'")
    _check_dims_within(params, sizes, place + ".params", 0)
    dtypes = [values[value]["dtype"] for value in inputs]
    if kernel == "elementwise":
        _check_expression(params["expr"], dtypes, outputs, values, place + ".params.expr")
    elif "epilogue" in params and params["epilogue"] is not None:
        if rule[2] is not None:
            _refuse(place + ".params.epilogue", kernel + " takes none")
        operands = [dtypes[0]]
        operands.extend(dtypes[rule[1] : len(dtypes)])
        _check_expression(params["epilogue"], operands, outputs, values, place + ".params.epilogue")
    elif "subplan" in rule[4]:
        wrong = loop_problem(step, plan)
        if wrong is not None:
            _refuse(place, kernel + " " + wrong)
    elif rule[2] is None and kernel != "concat" and len(inputs) > rule[1]:
        _refuse(place + ".inputs", "has further inputs but no epilogue")
    name = _field(step, "name", place)
    if name is not None and not is_string(name):
        _refuse(place + ".name", "must be a text or null")
    return None


def _check_dims_within(item, sizes, place, depth):
    if depth > MOST_DEPTH:
        _refuse(place, "nests too deep")
    if is_list(item):
        if len(item) > MOST_VALUES:
            _refuse(place, "has too many entries")
        for part in item:
            _check_dims_within(part, sizes, place, depth + 1)
    elif is_dict(item):
        if "dim" in item:
            _check_expr(item["dim"], sizes, place, 0)
        else:
            for key in item.keys():
                _check_dims_within(item[key], sizes, place + "." + key, depth + 1)
    return None


def _check_expression(expr, dtypes, outputs, values, place):
    """dtypes: those of the operands that are inputs."""
    instrs = _list_field(expr, "instrs", place)
    kinds = [dtype for dtype in dtypes]
    for i in range(len(instrs)):
        instr = instrs[i]
        here = place + ".instrs[" + str(i) + "]"
        if not is_list(instr) or len(instr) != 4 or not is_string(instr[0]) or instr[0] not in ARITIES:
            _refuse(here, "is no instruction [op, dtype, operands, attr] of a known op")
        if not is_string(instr[1]) or instr[1] not in DTYPES:
            _refuse(here, "has an unknown dtype")
        if not is_list(instr[2]) or len(instr[2]) != ARITIES[instr[0]]:
            _refuse(here, instr[0] + " must have " + str(ARITIES[instr[0]]) + " operands")
        for operand in instr[2]:
            if not _is_index(operand, len(kinds)):
                _refuse(here, "names an operand that is not there")
        if instr[0] in ["constant", "size", "iota"] and instr[3] is None:
            _refuse(here, "has no attr")
        kinds.append(instr[1])
    results = _list_field(expr, "results", place)
    if len(results) != len(outputs):
        _refuse(place + ".results", "must be as many as outputs")
    for i in range(len(results)):
        if not _is_index(results[i], len(kinds)):
            _refuse(place + ".results", "names an operand that is not there")
        if outputs[i] is not None and values[outputs[i]]["dtype"] != kinds[results[i]]:
            _refuse(place + ".results", "has another dtype than its output")
    return None


def _check_results(plan, values, place):
    """Each output and update is a value of its own that a step makes; each state has at most one update."""
    taken = _values_no_step_makes(plan, values)
    entries = _list_field(plan, "outputs", place)
    for i in range(len(entries)):
        here = place + ".outputs[" + str(i) + "]"
        if not is_string(_field(entries[i], "name", here)):
            _refuse(here, "must have a text as its name")
        _take_result(_field(entries[i], "value", here), taken, here)
    updates = _list_field(plan, "updates", place)
    updated = [False for entry in plan["state"]]
    for i in range(len(updates)):
        here = place + ".updates[" + str(i) + "]"
        state = _field(updates[i], "state", here)
        if not _is_index(state, len(updated)) or updated[state]:
            _refuse(here, "names a state entry that does not exist or has an update already")
        updated[state] = True
        _take_result(_field(updates[i], "value", here), taken, here)
        old = values[plan["state"][state]["value"]]
        if old["dtype"] != values[updates[i]["value"]]["dtype"]:
            _refuse(here, "changes the dtype of its state")
    _check_lifetimes(plan, values, place)
    return None


def _values_no_step_makes(plan, values):
    taken = [True for value in values]
    for step in plan["steps"]:
        for value in step["outputs"]:
            if value is not None:
                taken[value] = False
    return taken


def _take_result(value, taken, place):
    if not _is_index(value, len(taken)) or taken[value]:
        _refuse(place, "names a value that no step makes, or that another result names")
    taken[value] = True
    return None


def _check_lifetimes(plan, values, place):
    """Each step's value must live at least from its producer to its last reader; results live to the end."""
    entries = _list_field(plan, "lifetimes", place)
    if len(entries) != len(values):
        _refuse(place + ".lifetimes", "must have one entry a value")
    first = [None for value in values]
    last = [None for value in values]
    count = len(plan["steps"])
    for i in range(count):
        for value in plan["steps"][i]["outputs"]:
            if value is not None:
                first[value] = i
                last[value] = i
        for value in plan["steps"][i]["inputs"]:
            last[value] = i
    for entry in plan["outputs"]:
        last[entry["value"]] = count - 1
    for entry in plan["updates"]:
        last[entry["value"]] = count - 1
    for i in range(len(values)):
        here = place + ".lifetimes[" + str(i) + "]"
        entry = entries[i]
        if entry is None:
            if first[i] is not None:
                _refuse(here, "is null, but a step makes this value")
            continue
        if not is_list(entry) or len(entry) != 2 or not is_whole(entry[0]) or not is_whole(entry[1]):
            _refuse(here, "must be [first step, last step] or null")
        if first[i] is None or entry[0] > first[i] or entry[0] < 0 or entry[1] < last[i]:
            _refuse(here, "does not span the steps that make and read this value")
    return None


def check_sizes(plan, sizes, place):
    """Raise FormatError unless shapes of a checked plan agree for the given sizes and fit into memory."""
    _check_sizes(plan, sizes, place)
    return None


def _check_sizes(plan, sizes, place):
    """[shapes of all values, elements of all together]"""
    bodies = []
    shapes = []
    total = 0
    for i in range(len(plan["subplans"])):
        found = _check_sizes(plan["subplans"][i], sizes, place + ".subplans[" + str(i) + "]")
        bodies.append(found[0])
        total = total + found[1]
    for i in range(len(plan["values"])):
        here = place + ".values[" + str(i) + "]"
        shape = []
        for dim in plan["values"][i]["shape"]:
            size = evaluate(dim["dim"], sizes) if is_dict(dim) else dim
            if size < 0 or size > MOST_ELEMENTS:
                _refuse(here, "has the impossible size " + str(size))
            shape.append(size)
        count = 1
        for size in shape:
            count = count * size
            if count > MOST_ELEMENTS:
                _refuse(here, "has more than " + str(MOST_ELEMENTS) + " elements")
        total = total + count
        shapes.append(shape)
    if total > MOST_TOTAL:
        _refuse(place, "needs " + str(total) + " elements; at most " + str(MOST_TOTAL) + " are allowed")
    for i in range(len(plan["steps"])):
        step = plan["steps"][i]
        rule = KERNELS[step["kernel"]][5]
        inputs = [shapes[value] for value in step["inputs"]]
        outputs = [None if value is None else shapes[value] for value in step["outputs"]]
        params = _with_sizes(step["params"], sizes)
        if "subplan" in params:
            body = plan["subplans"][params["subplan"]]
            own = bodies[params["subplan"]]
            params["own_inputs"] = [own[entry["value"]] for entry in body["inputs"]]
            params["own_outputs"] = [own[entry["value"]] for entry in body["outputs"]]
        found = attempt(_ruling(rule, params, inputs, outputs))
        here = place + ".steps[" + str(i) + "] (" + step["kernel"] + ")"
        if found[1] is not None:
            _refuse(here, "has params that do not fit: " + message_of(found[1]))
        if found[0] is not None:
            _refuse(here, found[0])
    for i in range(len(plan["updates"])):
        entry = plan["updates"][i]
        old = shapes[plan["state"][entry["state"]]["value"]]
        new = shapes[entry["value"]]
        same = len(old) == len(new)
        for axis in range(len(old)):
            same = same and old[axis] == new[axis]
        if not same:
            _refuse(place + ".updates[" + str(i) + "]", "changes the shape of its state")
    return [shapes, total]


def _ruling(rule, params, inputs, outputs):
    return lambda: rule(params, inputs, outputs)


def _with_sizes(item, sizes):
    if is_list(item):
        return [_with_sizes(part, sizes) for part in item]
    if is_dict(item):
        if "dim" in item:
            return evaluate(item["dim"], sizes)
        made = {}
        for key in item.keys():
            made[key] = _with_sizes(item[key], sizes)
        return made
    return item
