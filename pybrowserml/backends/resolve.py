"""Replace every symbolic dimension of a plan by its integer."""

from ..core.dims import evaluate


def resolve(plan, sizes):
    """A copy of a plan in which each {"dim": expr} is an integer. sizes: dict of name → integer.

    Constant data is shared, not copied. The params of a loop get its resolved subplan as "body"; "kept" is for engines.
    """
    resolved = {}
    for key in ["sizes", "inputs", "state", "outputs", "updates", "constants", "lifetimes"]:
        resolved[key] = plan[key]
    resolved["values"] = _resolved(plan["values"], sizes)
    resolved["steps"] = _resolved(plan["steps"], sizes)
    resolved["kept"] = []
    resolved["subplans"] = [resolve(subplan, sizes) for subplan in plan["subplans"]]
    for step in resolved["steps"]:
        if "subplan" in step["params"]:
            step["params"]["body"] = resolved["subplans"][step["params"]["subplan"]]
    return resolved


def _resolved(item, sizes):
    if isinstance(item, list):
        return [_resolved(entry, sizes) for entry in item]
    if isinstance(item, dict):
        if "dim" in item:
            return evaluate(item["dim"], sizes)
        made = {}
        for key in item.keys():
            made[key] = _resolved(item[key], sizes)
        return made
    return item


def element_count(shape):
    """The number of elements of a shape of integers; of one with symbolic sizes see `core/shapes`."""
    count = 1
    for dim in shape:
        count = count * dim
    return count
