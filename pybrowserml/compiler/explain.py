"""A plan as a person reads it."""

from ..backends.invariant import steps_that_run_once
from ..backends.islands import ISLANDS
from ..backends.resolve import element_count, resolve


def explain(plan, sizes=None, passes=None):
    """Text: one line a step with kernel, layer, shapes, what is fused, and bytes when sizes are given.

    The steps of a loop's body stand below its own, further to the right. "(once)": a step that depends on variables
    only, and runs when one of them has changed. passes: a Passes, shown first: what each did to how many nodes or
    steps.
    """
    shown = plan if sizes is None else resolve(plan, sizes)
    lines = []
    if passes is not None:
        lines = passes.lines()
        once = [each for each in steps_that_run_once(plan) if each]
        steps = len(plan["steps"])
        lines.append("once: " + str(steps) + " -> " + str(steps - len(once)) + " steps a run")
        lines.append("")
    lines.append(
        str(len(shown["steps"]))
        + " steps, "
        + str(len(shown["inputs"]))
        + " inputs, "
        + str(len(shown["state"]))
        + " state, "
        + str(len(shown["updates"]))
        + " updates"
    )
    _add_steps(shown, "", lines)
    if sizes is not None:
        lines.append(str(_bytes_of(shown)) + " bytes of intermediate values before reuse")
    return "\n".join(lines)


def _bytes_of(plan):
    total = 0
    for i in range(len(plan["values"])):
        if plan["lifetimes"][i] is not None:
            total = total + 4 * element_count(plan["values"][i]["shape"])
    for subplan in plan["subplans"]:
        total = total + _bytes_of(subplan)
    return total


def _add_steps(shown, indent, lines):
    names = [None for value in shown["values"]]
    for group in ["inputs", "state", "outputs"]:
        for entry in shown[group]:
            if names[entry["value"]] is None:
                names[entry["value"]] = entry["name"]
    for entry in shown["updates"]:
        names[entry["value"]] = shown["state"][entry["state"]]["name"] + "'"
    once = steps_that_run_once(shown)
    for i in range(len(shown["steps"])):
        lines.append(indent + _step_line(shown, i, names) + ("  (once)" if once[i] and indent == "" else ""))
        params = shown["steps"][i]["params"]
        if "subplan" in params:
            _add_steps(shown["subplans"][params["subplan"]], indent + "    ", lines)


def _step_line(plan, i, names):
    step = plan["steps"][i]
    outputs = []
    for value in step["outputs"]:
        outputs.append("_" if value is None else _value_text(plan, value, names))
    inputs = [_value_text(plan, value, names) for value in step["inputs"]]
    text = str(i) + "  " + step["kernel"]
    if step["name"] is not None:
        text = text + " (" + step["name"] + ")"
    text = text + "  " + ", ".join(inputs) + " -> " + ", ".join(outputs)
    if step["kernel"] in ISLANDS:
        text = text + "  (on the processor; on webgl an island)"
    if "subplan" in step["params"]:
        text = text + "  " + _loop_text(step)
    fused = _fused_ops(step)
    if len(fused) > 0:
        text = text + "  [" + " ".join(fused) + "]"
    return text


def _loop_text(step):
    params = step["params"]
    if step["kernel"] == "while":
        return "" if params["limit"] is None else "at most " + str(params["limit"]) + " times"
    return _dim_text(params["length"]) + " times" + (", backward" if params["reverse"] else "")


def _value_text(plan, value, names):
    spec = plan["values"][value]
    dims = [_dim_text(dim) for dim in spec["shape"]]
    label = "%" + str(value) if names[value] is None else names[value]
    kind = "" if spec["dtype"] == "float32" else " " + spec["dtype"]
    return label + "[" + ",".join(dims) + "]" + kind


def _dim_text(dim):
    if isinstance(dim, dict):
        return dim["dim"] if isinstance(dim["dim"], str) else _expr_text(dim["dim"])
    return str(dim)


def _expr_text(expr):
    if isinstance(expr, list):
        return "(" + _expr_text(expr[1]) + expr[0] + _expr_text(expr[2]) + ")"
    return str(expr)


def _fused_ops(step):
    params = step["params"]
    expr = None
    if "expr" in params:
        expr = params["expr"]
    elif "epilogue" in params:
        expr = params["epilogue"]
    if expr is None:
        return []
    return [instr[0] for instr in expr["instrs"] if instr[0] != "constant"]
