"""The plans of a model with layers: predict, test and train, each traced once per kind of data."""

from ..backends.runner import read_outputs
from ..compiler.function import trace_runner
from ..core.autodiff import gradients
from ..core.context import collected_losses, pop_step, push_step
from ..core.graph import constant
from ..core.host import HostArray, host_scalar
from ..core.opset.binary import add, divide, multiply, where
from ..core.opset.generators import size_of
from ..core.opset.unary import cast
from ..core.rng import fold_in_text
from ..core.variables import Variable
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.text import to_json
from .batches import converted, require_labels


class MeanOfLoss:
    """The mean of a loss over batches, each counted by its number of rows."""

    def __init__(self, label):
        self.label = label
        self.total = Variable(0.0, "float32", False, "metrics/" + label + "/total")
        self.count = Variable(0.0, "float32", False, "metrics/" + label + "/count")

    def variables(self):
        return [self.total, self.count]

    def reset_state(self):
        self.total.assign(constant(host_scalar(0, "float32")))
        self.count.assign(constant(host_scalar(0, "float32")))
        return None

    def add_batch(self, value, rows):
        """value: scalar tensor; rows: scalar tensor."""
        self.total.assign(add(self.total.value(), multiply(value, rows)))
        self.count.assign(add(self.count.value(), rows))
        return None

    def result(self):
        return divide(self.total.value(), self.count.value())


def restarted(metric, variables, restart):
    """Record: a metric's variables as they are, or as new where `restart`, a bool scalar tensor, is true."""
    before = [variable.value() for variable in variables]
    metric.reset_state()
    for i in range(len(variables)):
        variables[i].assign(where(restart, variables[i].value(), before[i]))
    return None


class ModelSteps:
    """What the loop needs of a compiled model; see models/loop.py."""

    def __init__(self, model):
        self.owner = model
        self.runners = new_map()

    def forget(self):
        """Trace anew from now on: the model or its compilation changed."""
        self.runners = new_map()

    def log_names(self):
        return self.owner.compiled.log_names()

    def shuffle_key(self):
        return fold_in_text(self.owner.compiled.random_key, "shuffle")

    def next_epoch(self):
        compiled = self.owner.compiled
        compiled.epochs = compiled.epochs + 1
        return compiled.epochs - 1

    def predict(self, batch):
        """Generator → HostArrays of the outputs."""
        model = self.owner
        runner = self.predict_runner()
        specs = model.input_specs()
        inputs = [converted(batch.xs[i], specs[i]["dtype"]) for i in range(len(specs))]
        buffers = yield from runner.run(inputs)
        hosts = yield from read_outputs(buffers)
        return hosts

    def train(self, batch, restart):
        """Generator → list of numbers."""
        numbers = yield from self._run("train", batch, restart)
        return numbers

    def test(self, batch, restart):
        """Generator → list of numbers."""
        numbers = yield from self._run("test", batch, restart)
        return numbers

    def _run(self, kind, batch, restart):
        compiled = self.owner.compiled
        targets = compiled.targets_for(self.owner, batch.ys)
        runner = self.step_runner(kind, targets, batch.weights)
        specs = self.owner.input_specs()
        inputs = [converted(batch.xs[i], specs[i]["dtype"]) for i in range(len(specs))]
        for i in range(len(targets)):
            if targets[i]["classes"] is not None:
                require_labels(batch.ys[i], targets[i], batch.first, batch.rows)
            inputs.append(converted(batch.ys[i], targets[i]["dtype"]))
        for host in batch.weights:
            inputs.append(converted(host, "float32"))
        inputs.append(HostArray(from_numbers("bool", [1 if restart else 0]), [], "bool"))
        buffers = yield from runner.run(inputs)
        hosts = yield from read_outputs(buffers)
        return [float(host.data[0]) for host in hosts]

    def predict_runner(self):
        model = self.owner
        if not self.runners.has("predict"):
            specs = model.input_dims()

            def function(tensors):
                outputs = model.run_outputs(tensors, False)
                names = model.output_names
                return [[names[i], outputs[i]] for i in range(len(outputs))]

            self.runners.put("predict", trace_runner(function, specs))
        return self.runners.at("predict")

    def step_runner(self, kind, targets, weights):
        """The PlanRunner of "train" or "test". targets: specs; weights: HostArrays of sample weights, or
        empty.
        """
        key = kind + to_json([[t["shape"], t["dtype"]] for t in targets])
        key = key + to_json([len(host.shape) for host in weights])
        if not self.runners.has(key):
            self.runners.put(key, self._trace_step(kind, targets, [len(host.shape) for host in weights]))
        return self.runners.at(key)

    def _trace_step(self, kind, targets, weight_ranks):
        model = self.owner
        specs = model.input_dims()
        count = len(specs)
        for target in targets:
            specs.append(["target:" + target["name"], target["dims"], target["dtype"]])
        for i in range(len(weight_ranks)):
            shape = targets[i]["dims"][0 : weight_ranks[i]]
            specs.append(["weight:" + targets[i]["name"], shape, "float32"])
        specs.append(["restart", [], "bool"])

        def function(tensors):
            xs = tensors[0:count]
            ys = tensors[count : count + len(targets)]
            weights = tensors[count + len(targets) : len(tensors) - 1]
            return self._record(kind, xs, ys, weights, tensors[len(tensors) - 1])

        return trace_runner(function, specs)

    def _record(self, kind, xs, ys, weights, restart):
        compiled = self.owner.compiled
        optimizer = compiled.optimizer
        training = kind == "train"
        push_step(optimizer.iterations.value() if training else None)
        try:
            outputs = self.owner.run_outputs(xs, training)
            found = compiled.total_loss(ys, outputs, weights, self.owner)
        finally:
            pop_step()
        if training:
            self._learn(found[0])
        rows = cast(size_of(xs[0].shape[0]), "float32")
        return compiled.record_logs(found, ys, outputs, weights, rows, restart)

    def _learn(self, loss):
        model = self.owner
        variables = model.trainable_weights
        found = gradients([loss], [variable.value() for variable in variables])
        moved = []
        slopes = []
        for i in range(len(variables)):
            if found[i] is not None:
                moved.append(variables[i])
                slopes.append(found[i])
        if len(moved) == 0:
            raise error(
                "ArgumentError",
                "model '" + model.name + "': the loss depends on none of its trainable weights",
            )
        model.compiled.optimizer.apply(slopes, moved)
        return None


def added_losses(model):
    """Scalar tensors: penalties of the weights, and what layers added while the step was recorded."""
    found = [loss for loss in model.regularization_losses()]
    found.extend(collected_losses())
    return found
