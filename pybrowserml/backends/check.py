"""Is a plan from a file a plan at all? Every id, name and number is looked at before an engine sees it.

`check_plan` looks at the structure once; `check_sizes` at shapes and memory for the integers of one run,
since symbolic dimensions have no size before.
"""

from ..core.dims import evaluate
from ..core.dtypes import DTYPES
from ..platform.errors import attempt, message_of
from ..platform.numbers import is_bool, is_dict, is_list, is_number, is_string, is_whole
from .check_fields import (
    MOST_ELEMENTS,
    check_dim,
    check_dims_within,
    check_expr,
    field,
    is_index,
    list_field,
    refuse,
)
from .instructions import ARITIES
from .kernel_shapes.control import loop_problem
from .kernel_shapes.rules import RULES
from .resolve import element_count
from .rows import ROW_INSTRUCTIONS

MOST_RANK = 16
MOST_TOTAL = 4294967296
MOST_LOOPS = 8


def check_plan(plan, place):
    """Raise FormatError, naming step and field, unless the plan is well formed. place: what it is, for
    messages.
    """
    _check_plan(plan, place, None, 0)
    return None


def _check_plan(plan, place, known_sizes, depth):
    """known_sizes: None, or for the body of a loop the sizes of the plan around it."""
    sizes = list_field(plan, "sizes", place)
    for item in sizes:
        if not is_string(item):
            refuse(place + ".sizes", "must be names")
        if known_sizes is not None and item not in known_sizes:
            refuse(place + ".sizes", "names '" + item + "', which the plan around it has not")
    subplans = list_field(plan, "subplans", place)
    for i in range(len(subplans)):
        here = place + ".subplans[" + str(i) + "]"
        if depth >= MOST_LOOPS:
            refuse(here, "is a loop inside of " + str(MOST_LOOPS) + " others, the most there may be")
        _check_plan(subplans[i], here, sizes, depth + 1)
        for group in ["state", "updates"]:
            if len(subplans[i][group]) > 0:
                refuse(here + "." + group, "must be empty in the body of a loop")
    values = list_field(plan, "values", place)
    for i in range(len(values)):
        _check_value(values[i], sizes, place + ".values[" + str(i) + "]")
    made = [False for value in values]
    for group in ["inputs", "state"]:
        _check_named(list_field(plan, group, place), made, place + "." + group)
    _check_constants(plan, values, made, place)
    steps = list_field(plan, "steps", place)
    for i in range(len(steps)):
        _check_step(steps[i], plan, made, sizes, place + ".steps[" + str(i) + "]")
    _check_results(plan, values, place)
    if "demands" in plan:
        demands = list_field(plan, "demands", place)
        for i in range(len(demands)):
            here = place + ".demands[" + str(i) + "]"
            for side in ["left", "right"]:
                check_expr(field(demands[i], side, here), sizes, here, 0)
            if not is_string(field(demands[i], "text", here)):
                refuse(here, "must have a text")
    return None


def _check_value(value, sizes, place):
    shape = list_field(value, "shape", place)
    if len(shape) > MOST_RANK:
        refuse(place, "has rank " + str(len(shape)) + "; at most " + str(MOST_RANK) + " is allowed")
    for dim in shape:
        check_dim(dim, sizes, place + ".shape")
    dtype = field(value, "dtype", place)
    if not is_string(dtype) or dtype not in DTYPES:
        refuse(place, "has an unknown dtype; known: " + ", ".join(DTYPES))
    return None


def _check_named(entries, made, place):
    names = []
    for i in range(len(entries)):
        here = place + "[" + str(i) + "]"
        entry_name = field(entries[i], "name", here)
        if not is_string(entry_name):
            refuse(here, "must have a text as its name")
        if entry_name in names:
            refuse(here, "has the name '" + entry_name + "' of another")
        names.append(entry_name)
        _produce(field(entries[i], "value", here), made, here)
    return None


def _produce(value, made, place):
    if not is_index(value, len(made)):
        refuse(place, "names a value that does not exist")
    if made[value]:
        refuse(place, "makes value " + str(value) + ", which is made already")
    made[value] = True
    return None


def _check_constants(plan, values, made, place):
    entries = list_field(plan, "constants", place)
    for i in range(len(entries)):
        here = place + ".constants[" + str(i) + "]"
        _produce(field(entries[i], "value", here), made, here)
        shape = values[entries[i]["value"]]["shape"]
        for dim in shape:
            if is_dict(dim):
                refuse(here, "has a symbolic shape")
        data = field(entries[i], "data", here)
        if not is_list(data) or len(data) != element_count(shape):
            refuse(here, "must have " + str(element_count(shape)) + " numbers")
        for item in data:
            if not is_number(item) and not is_bool(item):
                refuse(here, "has something that is no number")
    return None


def _check_step(step, plan, made, sizes, place):
    values = plan["values"]
    kernel = field(step, "kernel", place)
    if not is_string(kernel) or kernel not in RULES:
        known = "; this runtime has: " + ", ".join([name for name in RULES.keys()])
        refuse(place + ".kernel", "is unknown: " + (kernel + known if is_string(kernel) else "not a text"))
    rule = RULES[kernel]
    inputs = list_field(step, "inputs", place)
    if len(inputs) < rule[0] or rule[1] is not None and len(inputs) > rule[1]:
        refuse(place + ".inputs", kernel + " cannot take " + str(len(inputs)) + " inputs")
    for value in inputs:
        if not is_index(value, len(values)) or not made[value]:
            refuse(place + ".inputs", "names a value that is not there at this step")
    outputs = list_field(step, "outputs", place)
    if len(outputs) < 1 or rule[2] is not None and len(outputs) != rule[2]:
        refuse(place + ".outputs", kernel + " cannot have " + str(len(outputs)) + " outputs")
    some = False
    for value in outputs:
        if value is not None:
            _produce(value, made, place + ".outputs")
            some = True
    if not some:
        refuse(place + ".outputs", "are all null")
    params = field(step, "params", place)
    if not is_dict(params):
        refuse(place + ".params", "must be an object")
    for key in rule[3]:
        if key not in params:
            refuse(place + ".params", "has no '" + key + "'")
    check_dims_within(params, sizes, place + ".params", 0)
    dtypes = [values[value]["dtype"] for value in inputs]
    if kernel == "elementwise" or kernel == "rows" or kernel == "reductions":
        _check_expression(params["expr"], dtypes, outputs, values, place + ".params.expr", kernel == "rows")
        if kernel == "reductions":
            _check_reductions(params, dtypes, outputs, values, place)
    elif kernel == "attention":
        for k in range(3):
            if dtypes[k] != "float32":
                refuse(place + ".inputs", "attention multiplies float32 only")
        operands = ["float32"]
        operands.extend(dtypes[3 : len(dtypes)])
        _check_expression(params["expr"], operands, outputs, values, place + ".params.expr", True)
    elif "epilogue" in params and params["epilogue"] is not None:
        if rule[1] is not None:
            refuse(place + ".params.epilogue", kernel + " takes none")
        operands = [dtypes[0]]
        operands.extend(dtypes[rule[0] : len(dtypes)])
        _check_expression(params["epilogue"], operands, outputs, values, place + ".params.epilogue", False)
    elif "subplan" in rule[3]:
        wrong = loop_problem(step, plan)
        if wrong is not None:
            refuse(place, kernel + " " + wrong)
    elif rule[1] is None and kernel != "concat" and len(inputs) > rule[0]:
        refuse(place + ".inputs", "has further inputs but no epilogue")
    name = field(step, "name", place)
    if name is not None and not is_string(name):
        refuse(place + ".name", "must be a text or null")
    return None


def _check_reductions(params, dtypes, outputs, values, place):
    if not is_list(params["ops"]) or len(params["ops"]) != len(outputs):
        refuse(place + ".params.ops", "must be as many as outputs")
    kinds = [dtype for dtype in dtypes]
    for instr in params["expr"]["instrs"]:
        kinds.append(instr[1])
        if instr[0] == "random_bits":
            refuse(place + ".params.expr", "draws random numbers, which reductions do not")
    if "float64" in kinds:
        refuse(place + ".params.expr", "has float64, which reductions do not take")
    for i in range(len(outputs)):
        reduces = outputs[i] is not None and params["ops"][i] is not None
        if reduces and values[outputs[i]]["dtype"] not in ["float32", "int32"]:
            refuse(place + ".outputs", "reduces what is neither float32 nor int32")
    return None


def _check_expression(expr, dtypes, outputs, values, place, of_rows):
    """dtypes: those of the operands that are inputs. of_rows: it is that of a kernel `rows`."""
    if of_rows and "float64" in dtypes:
        refuse(place, "has an operand of float64, which rows do not take")
    instrs = list_field(expr, "instrs", place)
    kinds = [dtype for dtype in dtypes]
    for i in range(len(instrs)):
        instr = instrs[i]
        here = place + ".instrs[" + str(i) + "]"
        if not is_list(instr) or len(instr) != 4 or not is_string(instr[0]) or instr[0] not in ARITIES:
            refuse(here, "is no instruction [op, dtype, operands, attr] of a known op")
        if not is_string(instr[1]) or instr[1] not in DTYPES:
            refuse(here, "has an unknown dtype")
        if not is_list(instr[2]) or len(instr[2]) != ARITIES[instr[0]]:
            refuse(here, instr[0] + " must have " + str(ARITIES[instr[0]]) + " operands")
        for operand in instr[2]:
            if not is_index(operand, len(kinds)):
                refuse(here, "names an operand that is not there")
        if instr[0] in ROW_INSTRUCTIONS and (
            not of_rows or instr[1] != "float32" or kinds[instr[2][0]] != "float32"
        ):
            refuse(here, "belongs into the kernel rows, and works on float32")
        if of_rows and (instr[0] in ["iota", "random_bits"] or instr[1] == "float64"):
            refuse(here, "does not belong into the kernel rows")
        if instr[0] in ["constant", "size", "iota"] and instr[3] is None:
            refuse(here, "has no attr")
        kinds.append(instr[1])
    results = list_field(expr, "results", place)
    if len(results) != len(outputs):
        refuse(place + ".results", "must be as many as outputs")
    for i in range(len(results)):
        if not is_index(results[i], len(kinds)):
            refuse(place + ".results", "names an operand that is not there")
        if outputs[i] is not None and values[outputs[i]]["dtype"] != kinds[results[i]]:
            refuse(place + ".results", "has another dtype than its output")
    return None


def _check_results(plan, values, place):
    """Each output and update is a value of its own that a step makes; each state has at most one update."""
    taken = _values_no_step_makes(plan, values)
    entries = list_field(plan, "outputs", place)
    for i in range(len(entries)):
        here = place + ".outputs[" + str(i) + "]"
        if not is_string(field(entries[i], "name", here)):
            refuse(here, "must have a text as its name")
        _take_result(field(entries[i], "value", here), taken, here)
    updates = list_field(plan, "updates", place)
    updated = [False for entry in plan["state"]]
    for i in range(len(updates)):
        here = place + ".updates[" + str(i) + "]"
        state = field(updates[i], "state", here)
        if not is_index(state, len(updated)) or updated[state]:
            refuse(here, "names a state entry that does not exist or has an update already")
        updated[state] = True
        _take_result(field(updates[i], "value", here), taken, here)
        old = values[plan["state"][state]["value"]]
        if old["dtype"] != values[updates[i]["value"]]["dtype"]:
            refuse(here, "changes the dtype of its state")
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
    if not is_index(value, len(taken)) or taken[value]:
        refuse(place, "names a value that no step makes, or that another result names")
    taken[value] = True
    return None


def _check_lifetimes(plan, values, place):
    """Each step's value must live at least from its producer to its last reader; results live to the end."""
    entries = list_field(plan, "lifetimes", place)
    if len(entries) != len(values):
        refuse(place + ".lifetimes", "must have one entry a value")
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
                refuse(here, "is null, but a step makes this value")
            continue
        if not is_list(entry) or len(entry) != 2 or not is_whole(entry[0]) or not is_whole(entry[1]):
            refuse(here, "must be [first step, last step] or null")
        if first[i] is None or entry[0] > first[i] or entry[0] < 0 or entry[1] < last[i]:
            refuse(here, "does not span the steps that make and read this value")
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
                refuse(here, "has the impossible size " + str(size))
            shape.append(size)
        count = 1
        for size in shape:
            count = count * size
            if count > MOST_ELEMENTS:
                refuse(here, "has more than " + str(MOST_ELEMENTS) + " elements")
        total = total + count
        shapes.append(shape)
    if total > MOST_TOTAL:
        refuse(place, "needs " + str(total) + " elements; at most " + str(MOST_TOTAL) + " are allowed")
    for i in range(len(plan["steps"])):
        step = plan["steps"][i]
        rule = RULES[step["kernel"]][4]
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
            refuse(here, "has params that do not fit: " + message_of(found[1]))
        if found[0] is not None:
            refuse(here, found[0])
    for i in range(len(plan["updates"])):
        entry = plan["updates"][i]
        old = shapes[plan["state"][entry["state"]]["value"]]
        new = shapes[entry["value"]]
        same = len(old) == len(new)
        for axis in range(len(old)):
            same = same and old[axis] == new[axis]
        if not same:
            refuse(place + ".updates[" + str(i) + "]", "changes the shape of its state")
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
