"""A plan as a person reads it."""

from ..backends.resolve import element_count, resolve


def explain(plan, sizes=None):
    """Text: one line a step with kernel, layer, shapes, what is fused, and bytes when sizes are given."""
    shown = plan if sizes is None else resolve(plan, sizes)
    names = [None for value in shown["values"]]
    for group in ["inputs", "state", "outputs"]:
        for entry in shown[group]:
            if names[entry["value"]] is None:
                names[entry["value"]] = entry["name"]
    for entry in shown["updates"]:
        names[entry["value"]] = shown["state"][entry["state"]]["name"] + "'"
    lines = []
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
    for i in range(len(shown["steps"])):
        lines.append(_step_line(shown, i, names))
    if sizes is not None:
        total = 0
        for i in range(len(shown["values"])):
            if shown["lifetimes"][i] is not None:
                total = total + 4 * element_count(shown["values"][i]["shape"])
        lines.append(str(total) + " bytes of intermediate values before reuse")
    return "\n".join(lines)


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
    fused = _fused_ops(step)
    if len(fused) > 0:
        text = text + "  [" + " ".join(fused) + "]"
    return text


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
