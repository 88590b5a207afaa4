"""Losses, metrics, optimizers, ... as rows of numbers, run in Python and, transpiled, in JavaScript.

In the subset. A row is JSON: what Keras wrote as configuration, the inputs, and (not used here) what Keras computed.
"""

from pybrowserml import constraints, initializers, losses, metrics, optimizers, regularizers, schedules
from pybrowserml.backends.active import set_backend
from pybrowserml.backends.runner import read_outputs
from pybrowserml.compiler import realise
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.dims import size_named
from pybrowserml.core.host import HostArray, host_numbers
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.shapes import copy_shape
from pybrowserml.core.slots import fetch_host
from pybrowserml.core.variables import state_variable
from pybrowserml.engines import register_engines
from pybrowserml.platform.buffers import from_numbers
from pybrowserml.platform.errors import error, message_of
from pybrowserml.platform.tasks import PAUSE, drive
from pybrowserml.platform.text import from_json, to_json

# Each family has its base module, so that every class is known by its name.
FAMILIES = [losses, metrics, optimizers, schedules, regularizers, constraints, initializers]


def host_of(given):
    """A HostArray of {"shape", "dtype", "data"}."""
    return HostArray(from_numbers(given["dtype"], given["data"]), given["shape"], given["dtype"])


def shown(host):
    """[shape, numbers] of a HostArray; what is no number as text."""
    numbers = []
    for number in host_numbers(host):
        if number != number:
            numbers.append("NaN")
        elif number - number != 0:
            numbers.append("Infinity" if number > 0 else "-Infinity")
        else:
            numbers.append(number)
    return [host.shape, numbers]


def spec_of(name, host, dynamic):
    """The spec of a placeholder whose first size is known only when it runs, if `dynamic`."""
    shape = copy_shape(host.shape)
    if dynamic and len(shape) > 0:
        shape[0] = size_named("batch")
    return [name, shape, host.dtype]


def made_of(row, kind):
    """The object of a row, made from Keras's configuration, and again from its own: that must not change it."""
    first = from_config(row["object"], kind)
    entry = config_of(first)
    again = from_config(from_json(to_json(entry)), kind)
    if to_json(config_of(again)) != to_json(entry):
        raise error("FormatError", "the configuration changed: " + to_json(entry))
    return again


def run_plan(function, names, hosts, dynamic):
    """Generator → HostArrays of the outputs of function(list of tensors) → [[name, tensor], ...]."""
    specs = [spec_of(names[i], hosts[i], dynamic) for i in range(len(hosts))]
    runner = trace_runner(function, specs)
    buffers = yield from runner.run(hosts)
    found = yield from read_outputs(buffers)
    return found


def loss_row(row):
    """Generator → the loss and the gradient of its sum by the predictions."""
    loss = made_of(row, "loss")
    names = ["y_true", "y_pred"]
    for name in ["weights", "mask"]:
        if row[name] is not None:
            names.append(name)

    def function(inputs):
        weights = None
        if row["weights"] is not None:
            weights = inputs[2]
        if row["mask"] is not None:
            inputs[1].mask = inputs[len(inputs) - 1]
        value = loss.compute(inputs[0], inputs[1], weights)
        total = reduce_sum(value, None, False)
        return [["loss", value], ["gradient", gradients([total], [inputs[1]], None)[0]]]

    hosts = yield from run_plan(function, names, [host_of(row[name]) for name in names], True)
    return [shown(host) for host in hosts]


def metric_row(row):
    """Generator → the result after each batch, and after a reset and the last batch once more."""
    metric = made_of(row, "metric")
    answers = []
    runner = None
    inputs = []
    for batch in row["batches"]:
        inputs = [host_of(given) for given in batch]
        if runner is None:
            specs = [spec_of("x" + str(i), inputs[i], True) for i in range(len(inputs))]

            def function(tensors):
                weights = tensors[len(tensors) - 1] if row["weighted"] else None
                if row["unary"]:
                    metric.update_state(tensors[0], weights)
                else:
                    metric.update_state(tensors[0], tensors[1], weights)
                return [["result", metric.result()]]

            runner = trace_runner(function, specs)
        buffers = yield from runner.run(inputs)
        hosts = yield from read_outputs(buffers)
        answers.append(shown(hosts[0]))
    metric.reset_state()
    buffers = yield from runner.run(inputs)
    hosts = yield from read_outputs(buffers)
    answers.append(shown(hosts[0]))
    return answers


def optimizer_row(row):
    """Generator → the weights after every step, and after their values are made final."""
    optimizer = made_of(row, "optimizer")
    variables = []
    for entry in row["variables"]:
        variables.append(state_variable(host_of(entry["value"]), "float32", True, entry["path"]))
    if row["excluded"] is not None:
        optimizer.exclude_from_weight_decay([variables[1]], row["excluded"])
    answers = []
    first = [host_of(given) for given in row["gradients"][0]]
    specs = [spec_of("g" + str(i), first[i], False) for i in range(len(first))]

    def function(tensors):
        optimizer.apply(tensors, variables)
        return [["steps", optimizer.iterations.value]]

    runner = trace_runner(function, specs)
    for step in row["gradients"]:
        buffers = yield from runner.run([host_of(given) for given in step])
        yield from read_outputs(buffers)
        for variable in variables:
            host = yield from fetch_host(variable)
            answers.append(shown(host))
    optimizer.finalize_variable_values(variables)
    for variable in variables:
        host = yield from fetch_host(variable)
        answers.append(shown(host))
    return answers


def tensor_row(row):
    """Generator → what a regularizer, constraint or schedule makes of a tensor."""
    kind = row["kind"]
    made = made_of(row, kind)

    def function(inputs):
        if kind == "regularizer":
            value = made.penalty(inputs[0])
        elif kind == "constraint":
            value = made.project(inputs[0])
        else:
            value = made.at(inputs[0])
        return [["value", value]]

    hosts = yield from run_plan(function, ["x"], [host_of(row["x"])], False)
    return [shown(host) for host in hosts]


def initializer_row(row):
    """Generator → the numbers of an initializer."""
    made = made_of(row, "initializer")
    yield PAUSE
    return [shown(made.make(row["shape"], "float32"))]


RUNNERS = {
    "loss": loss_row,
    "metric": metric_row,
    "optimizer": optimizer_row,
    "regularizer": tensor_row,
    "constraint": tensor_row,
    "schedule": tensor_row,
    "initializer": initializer_row,
}


def answers_of(row):
    """Generator → JSON of a row's answers."""
    found = yield from RUNNERS[row["kind"]](row)
    return to_json(found)


def start(text):
    """Make the engines known (the text is not used)."""
    register_engines()
    realise.install()
    return to_json(True)


def run_row(text):
    """{"engine", "row"} as JSON → a promise of the answers as JSON."""
    given = from_json(text)
    set_backend(given["engine"])
    try:
        return drive(answers_of(given["row"]))
    except Exception as failure:
        return to_json({"failed": message_of(failure)})
