"""Freezing: a model with layers → plans and weights, which models/frozen.py runs.

The result, apart from `tensors`, is JSON:

    {"format", "version", "library",
     "signature": {"inputs": [spec], "outputs": [spec], "outputs_by": "one" | "order" | "name"},
     "plans":     {"predict": plan, "train": plan, "test": plan},     train and test where wanted
     "state":     [{"name", "shape", "dtype", "role": "weight" | "optimizer" | "metric"}],    "zeros": true where an
                  optimizer's value is that yet, and not among the tensors
     "training":  {"targets": [spec with "classes"], "weights": [spec] or null, "logs": [name], "test_logs": [name],
                   "random_key", "epochs"} or null,
     "tensors":   [[name, HostArray]]}            the values of weights and optimizer state

The plans "train" and "test" take the inputs, the targets, sample weights (unless `weights` is null), and `restart`, a
bool: whether the means in the logs begin anew. Weights that a user does not give are ones. In plans, the texts
"Infinity", "-Infinity" and "NaN" stand for these numbers.
"""

from ..platform.maps import new_map
from ..platform.tasks import waits
from .frozen_file import FORMAT, FORMAT_VERSION, encoded_numbers, without_zeros
from .recording import kept_metrics
from .saving import LIBRARY_VERSION
from .weights import read_state, unique_keys


@waits
def freeze(model, trainable=False):
    """The frozen form of a built model, a dict; trainable: with its training step (it must be compiled)."""
    model.require_built("be frozen")
    runners = {"predict": model._model_steps.predict_runner()}
    training = None
    if trainable:
        model.require_compiled("be frozen with its training step")
        data = model._model_steps.frozen_data()
        targets = data[0]
        weights = data[1]
        shapes = [] if weights is None else [spec["dims"] for spec in weights]
        for kind in ["train", "test"]:
            runners[kind] = model._model_steps.step_runner(kind, targets, shapes)
        training = {
            "targets": [_plain_target(target) for target in targets],
            "weights": None if weights is None else [_plain_spec(spec) for spec in weights],
            "logs": model._model_steps.log_names("train"),
            "test_logs": model._model_steps.log_names("test"),
            "random_key": model.compiled.random_key,
            "epochs": model.compiled.epochs,
        }
    own = model.has_own("predict_step")
    state = _State(model, runners, trainable)
    plans = {}
    for kind in runners.keys():
        plans[kind] = encoded_numbers(_renamed(runners[kind], state))
    tensors = yield from read_state(state.stored, [state.key_of(variable) for variable in state.stored])
    tensors = without_zeros(tensors, state.entries)
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "library": LIBRARY_VERSION,
        "signature": {
            "inputs": model.input_specs(),
            "outputs": model._model_steps.predicted_specs() if own else model.output_specs(),
            "outputs_by": model._model_steps.predictions_by() if own else _outputs_by(model),
        },
        "plans": plans,
        "state": state.entries,
        "training": training,
        "tensors": tensors,
    }


def _plain_spec(spec):
    return {"name": spec["name"], "shape": spec["shape"], "dtype": spec["dtype"]}


def _plain_target(target):
    plain = _plain_spec(target)
    plain["classes"] = target["classes"]
    return plain


def _outputs_by(model):
    if model._output_keys is not None:
        return "name"
    return "order" if model._several_outputs else "one"


class _State:
    """The variables that the plans use, with a unique name each: weights, then optimizer state, then means of
    logs.
    """

    def __init__(self, model, runners, trainable):
        used = new_map()
        for kind in runners.keys():
            for variable in runners[kind].variables:
                used.put(variable, True)
        weights = [variable for variable in model.weights if used.has(variable)]
        optimizer = []
        if trainable:
            optimizer = [variable for variable in model.compiled.state() if used.has(variable)]
        self.keys = new_map()
        self.entries = []
        self.stored = []
        self._add(weights, "", "weight")
        self._add(optimizer, "optimizer/", "optimizer")
        means = model.compiled.log_variables() if trainable else []
        if trainable:
            for metric in kept_metrics(model):
                means.extend(metric.variables)
        others = [variable for variable in used.all_keys() if not self.keys.has(variable)]
        self._add([variable for variable in others if not _contains(means, variable)], "", "weight")
        self._add([variable for variable in others if _contains(means, variable)], "logs/", "metric")

    def _add(self, variables, prefix, role):
        keys = unique_keys(variables, prefix)
        for i in range(len(variables)):
            variable = variables[i]
            self.keys.put(variable, keys[i])
            if role != "metric":
                self.stored.append(variable)
            self.entries.append(
                {"name": keys[i], "shape": variable.shape, "dtype": variable.dtype, "role": role}
            )

    def key_of(self, variable):
        return self.keys.at(variable)


def _contains(items, wanted):
    for item in items:
        if item is wanted:
            return True
    return False


def _renamed(runner, state):
    """The plan with the unique names of its state."""
    plan = {}
    for key in runner.plan.keys():
        plan[key] = runner.plan[key]
    entries = []
    for i in range(len(runner.plan["state"])):
        entries.append({"name": state.key_of(runner.variables[i]), "value": runner.plan["state"][i]["value"]})
    plan["state"] = entries
    return plan
