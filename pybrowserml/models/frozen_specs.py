"""What a file of a frozen model says of inputs, outputs and training must fit its plans."""

from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_string, is_whole
from ..platform.text import to_json


def check_specs(specs, plan, group, start, end, place):
    """Specs must say what the plan's values say."""
    if len(plan[group]) < end:
        raise error("FormatError", place + ": 'signature' does not fit its plan")
    for i in range(start, end):
        spec = specs[i - start]
        value = plan["values"][plan[group][i]["value"]]
        if not is_dict(spec) or not is_string(spec.get("name")) or not is_list(spec.get("shape")):
            raise error("FormatError", place + ": 'signature' has an entry without name or shape")
        if to_json(spec["shape"]) != to_json(value["shape"]) or spec.get("dtype") != value["dtype"]:
            raise error(
                "FormatError", place + ": '" + spec["name"] + "' differs from its plan in shape or dtype"
            )
        if group == "inputs" and (len(spec["shape"]) == 0 or not _starts_with_rows(spec["shape"][0])):
            raise error("FormatError", place + ": '" + spec["name"] + "' has no batch axis")
    return None


def _starts_with_rows(dim):
    return is_whole(dim) or is_dict(dim) and is_string(dim.get("dim"))


def _check_training(training, inputs, plans, place):
    if not is_dict(training) or not is_list(training.get("targets")) or not is_list(training.get("logs")):
        raise error("FormatError", place + ": 'training' needs targets and logs")
    key = training.get("random_key")
    if not is_list(key) or len(key) != 2 or not is_whole(key[0]) or not is_whole(key[1]):
        raise error("FormatError", place + ": 'training.random_key' must be two whole numbers")
    if not is_whole(training.get("epochs")):
        raise error("FormatError", place + ": 'training.epochs' must be a whole number")
    # Files of version 1 know neither weights nor logs of their own for the test step.
    test_logs = training.get("test_logs") if "test_logs" in training else training["logs"]
    training["test_logs"] = test_logs
    if not is_list(test_logs):
        raise error("FormatError", place + ": 'training.test_logs' must be names")
    for names in [training["logs"], test_logs]:
        for name in names:
            if not is_string(name):
                raise error("FormatError", place + ": 'training.logs' must be names")
    targets = training["targets"]
    for target in targets:
        if not is_dict(target) or not (target.get("classes") is None or is_whole(target["classes"])):
            raise error("FormatError", place + ": 'training.targets' has no valid classes")
        target["classes"] = target.get("classes")
    weights = training.get("weights")
    training["weights"] = weights
    weights = [] if weights is None else weights
    if not is_list(weights):
        raise error("FormatError", place + ": 'training.weights' must be a list or null")
    for kind in ["train", "test"]:
        if kind not in plans:
            raise error("FormatError", place + ": it has 'training' but no plan '" + kind + "'")
        plan = plans[kind]
        first = len(inputs) + len(targets)
        count = first + len(weights)
        names = training["logs"] if kind == "train" else test_logs
        if len(plan["inputs"]) != count + 1 or len(plan["outputs"]) != len(names):
            raise error("FormatError", place + ": 'training' does not fit the plan '" + kind + "'")
        check_specs(inputs, plan, "inputs", 0, len(inputs), place)
        check_specs(targets, plan, "inputs", len(inputs), first, place)
        check_specs(weights, plan, "inputs", first, count, place)
        last = plan["values"][plan["inputs"][count]["value"]]
        if last["dtype"] != "bool" or len(last["shape"]) > 0:
            raise error(
                "FormatError", place + ": the last input of plan '" + kind + "' must be a bool scalar"
            )
        for entry in plan["outputs"]:
            if len(plan["values"][entry["value"]]["shape"]) > 0:
                raise error("FormatError", place + ": an output of plan '" + kind + "' is no single number")
    return None


# A table, since models that only predict do without.
CHECKS = {"training": _check_training}
