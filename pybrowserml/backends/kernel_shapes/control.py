"""What a loop and its subplan must agree on (docs/architecture.md, "Loops")."""

from ...core.lists import same_items
from ...platform.numbers import is_bool, is_dict, is_whole


def loop_problem(step, plan):
    """Counts, dtypes and params of a loop's step, or None when all fits; the subplans of the plan are well formed."""
    params = step["params"]
    number = params["subplan"]
    if not is_whole(number) or number < 0 or number >= len(plan["subplans"]):
        return "names a subplan that does not exist"
    body = plan["subplans"][number]
    carries = params["carries"]
    if not is_whole(carries) or carries < 0 or carries > len(step["outputs"]):
        return "has carries that are no number of its outputs"
    if len(body["inputs"]) != len(step["inputs"]) or len(body["outputs"]) != len(step["outputs"]):
        return "has other numbers of inputs or outputs than its subplan"
    wrong = _scan_params(step) if step["kernel"] == "scan" else _while_params(step, body)
    if wrong is not None:
        return wrong
    for i in range(len(step["inputs"])):
        inside = body["values"][body["inputs"][i]["value"]]["dtype"]
        if plan["values"][step["inputs"][i]]["dtype"] != inside:
            return "has an input of another dtype than its subplan"
        if i < carries and body["values"][body["outputs"][i]["value"]]["dtype"] != inside:
            return "has a carry whose dtype changes"
    for i in range(len(step["outputs"])):
        value = step["outputs"][i]
        if value is None:
            if i >= carries:
                return "must have all its stacked outputs"
        elif plan["values"][value]["dtype"] != body["values"][body["outputs"][i]["value"]]["dtype"]:
            return "has an output of another dtype than its subplan"
    return None


def _scan_params(step):
    params = step["params"]
    stacked = params["stacked"]
    if not is_whole(stacked) or stacked < 0 or params["carries"] + stacked > len(step["inputs"]):
        return "has more carries and stacked inputs than inputs"
    if not is_bool(params["reverse"]):
        return "needs a reverse that is true or false"
    if not is_dict(params["length"]) and (not is_whole(params["length"]) or params["length"] < 0):
        return "needs a whole number as its length"
    return None


def _while_params(step, body):
    params = step["params"]
    limit = params["limit"]
    if params["carries"] != len(step["outputs"]) or params["carries"] > len(step["inputs"]):
        return "must have its carries as outputs"
    if params["carries"] < 1 or body["values"][body["inputs"][0]["value"]]["dtype"] != "bool":
        return "needs a bool as its first carry"
    if limit is not None and (not is_whole(limit) or limit < 0):
        return "needs a whole number or null as its limit"
    return None


def scan_shape(params, inputs, outputs):
    """params also has the shapes of the subplan's inputs and outputs: `own_inputs`, `own_outputs`."""
    return _loop(params, params["stacked"], inputs, outputs)


def while_shape(params, inputs, outputs):
    """params as those of `scan_shape`."""
    if len(inputs[0]) > 0:
        return "needs a single bool as its first carry"
    return _loop(params, 0, inputs, outputs)


def _loop(params, stacked, inputs, outputs):
    carries = params["carries"]
    for i in range(len(inputs)):
        own = params["own_inputs"][i]
        expected = _raised(params, own) if i >= carries and i < carries + stacked else own
        if not same_items(inputs[i], expected):
            return "has input " + str(i) + " of another shape than its subplan"
        if i < carries and not same_items(params["own_outputs"][i], own):
            return "has a carry whose shape changes"
    for i in range(len(outputs)):
        own = params["own_outputs"][i]
        expected = _raised(params, own) if i >= carries else own
        if outputs[i] is not None and not same_items(outputs[i], expected):
            return "has output " + str(i) + " of another shape than its subplan"
    return None


def _raised(params, shape):
    """A slice's shape with the axis along which the loop walks."""
    made = [params["length"]]
    made.extend(shape)
    return made
