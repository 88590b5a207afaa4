"""The plans of a model with layers: predict, test and train, each traced once per kind of data, and run.

What is in them: recording.py.
"""

from typing import Any

from ..backends.active import active_backend
from ..backends.backend import sizes_from_inputs
from ..backends.fast_path import FastPath
from ..backends.runner import read_outputs
from ..compiler.function import trace_runner
from ..core.dims import is_symbolic
from ..core.dtypes import is_float
from ..core.host import HostArray
from ..core.rng import fold_in_text
from ..core.shapes import encode_shape
from ..core.slots import fetch_host
from ..core.watching import WATCHING, start_watching, stop_watching, watch
from ..layers.shapes import structured
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.text import to_json
from .batches import converted, require_labels
from .loop import number_of
from .recording import StepRecorder, kept_metrics
from .sample_weights import weight_dims


class ModelSteps(StepRecorder):
    """What the loop needs of a compiled model; see models/loop.py."""

    def __init__(self, model):
        super().__init__(model)
        self.fast_path = FastPath(False)
        self.runners = new_map()
        self.watched = new_map()
        # [targets, shapes of sample weights] of the last step that was run.
        self.seen: Any = None

    def forget(self):
        """Trace anew from now on: the model or its compilation changed."""
        self.runners = new_map()
        self.watched = new_map()

    def log_names(self, kind):
        """The names of the numbers of a step; of a step of the user's, once it was recorded."""
        if self.is_own(kind):
            return self.own_names.at(kind) if self.own_names.has(kind) else []
        names = self.owner.compiled.log_names()
        names.extend([metric.name for metric in kept_metrics(self.owner)])
        return names

    def shuffle_key(self):
        return fold_in_text(self.owner.compiled.random_key, "shuffle")

    def next_epoch(self):
        compiled = self.owner.compiled
        compiled.epochs = compiled.epochs + 1
        return compiled.epochs - 1

    def finish(self):
        """Weights take the values that the optimizer averaged, where it does."""
        self.owner.compiled.optimizer.finalize_variable_values(self.owner.trainable_weights)
        return None

    def present_epoch(self):
        return self.owner.compiled.epochs - 1

    def predict(self, batch):
        """Generator → HostArrays of the outputs."""
        model = self.owner
        runner = self.predict_runner()
        specs = model.input_specs()
        inputs = [converted(batch.xs[i], specs[i]["dtype"]) for i in range(len(specs))]
        sizes = sizes_from_inputs(runner.plan, [host.shape for host in inputs])
        backend = active_backend()
        hosts = runner.run_instant(backend, inputs, sizes)
        if hosts is not None:
            self.fast_path.look(runner, backend, sizes, inputs[0])
            return hosts
        buffers = yield from runner.run(inputs)
        hosts = yield from read_outputs(buffers)
        return hosts

    def leads_on(self, fast_path):
        """Whether a FastPath leads to what `predict` runs now."""
        if fast_path.runner is None or fast_path.backend is not active_backend():
            return False
        return self.runners.has("predict") and self.runners.at("predict") is fast_path.runner

    def train(self, batch, restart):
        """Generator → list of numbers."""
        numbers = yield from self._run("train", batch, restart)
        return numbers

    def test(self, batch, restart):
        """Generator → list of numbers."""
        numbers = yield from self._run("test", batch, restart)
        return numbers

    def _run(self, kind, batch, restart):
        targets = self._targets_of(kind, batch)
        shapes = []
        for i in range(len(batch.weights)):
            dims = targets[i]["dims"] if len(targets) > 0 else self.owner.input_dims()[0][1]
            shapes.append(weight_dims(batch.weights[i].shape, dims))
        self.seen = [targets, shapes]
        runner = self.step_runner(kind, targets, shapes)
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
        numbers = [number_of(host) for host in hosts]
        if self.watched.has(kind):
            numbers = yield from self._look(kind, numbers)
        return numbers

    def _targets_of(self, kind, batch):
        if not self.is_own(kind):
            return self.owner.compiled.targets_for(self.owner, batch.ys)
        found = []
        for i in range(len(batch.ys)):
            dims = [dim for dim in batch.ys[i].shape]
            dims[0] = self.owner._model_inputs[0].shape[0]
            dtype = "float32" if is_float(batch.ys[i].dtype) else batch.ys[i].dtype
            name = "target_" + str(i + 1)
            found.append(
                {"name": name, "dims": dims, "shape": encode_shape(dims), "dtype": dtype, "classes": None}
            )
        return found

    def frozen_data(self):
        """[targets, specs of sample weights or None] of steps to be frozen.

        What steps of the user's take, only the data that they were run with tells; so it is with weights there.
        """
        model = self.owner
        own = self.is_own("train") or self.is_own("test")
        if not own:
            targets = model.compiled.frozen_targets(model)
            if not model.has_own("compute_loss"):
                return [targets, model.compiled.frozen_weights(model, targets)]
        elif self.seen is None:
            raise error(
                "NotBuiltError",
                "model '"
                + model.name
                + "' has a step of its own: train it on a batch before it is frozen, so that its targets are known",
            )
        else:
            targets = self.seen[0]
        shapes = [] if self.seen is None else self.seen[1]
        weights = []
        for i in range(len(shapes)):
            name = "x" if len(targets) == 0 else targets[i]["name"]
            weights.append(
                {"name": name, "dims": shapes[i], "shape": encode_shape(shapes[i]), "dtype": "float32"}
            )
        return [targets, weights if len(weights) > 0 else None]

    def predict_runner(self):
        if not self.runners.has("predict"):
            self.runners.put("predict", self.trace_predict())
        return self.runners.at("predict")

    def trace_predict(self):
        """A new PlanRunner of "predict"."""
        model = self.owner

        def function(tensors):
            if model.has_own("predict_step"):
                return self.record_predictions(tensors)
            outputs = model._run_outputs(tensors, False)
            names = model._output_names
            return [[names[i], outputs[i]] for i in range(len(outputs))]

        return trace_runner(function, model.input_dims())

    def structured_predictions(self, arrays):
        """A list of the results of `predict` as the model's outputs, or a predict_step of the user's, have them."""
        if self.owner.has_own("predict_step"):
            return structured(self.predictions_form, arrays)
        return self.owner.structured(arrays)

    def step_runner(self, kind, targets, weight_shapes):
        """The PlanRunner of "train" or "test". targets: specs; weight_shapes: those of sample weights, with symbolic
        dimensions, or empty.
        """
        key = kind + to_json([[t["shape"], t["dtype"]] for t in targets])
        key = key + to_json([encode_shape(shape) for shape in weight_shapes])
        if not self.runners.has(key):
            self.runners.put(key, self._trace_step(kind, targets, weight_shapes))
        return self.runners.at(key)

    def _trace_step(self, kind, targets, weight_shapes):
        model = self.owner
        specs = model.input_dims()
        count = len(specs)
        for target in targets:
            specs.append(["target:" + target["name"], target["dims"], target["dtype"]])
        for i in range(len(weight_shapes)):
            name = "x" if len(targets) == 0 else targets[i]["name"]
            specs.append(["weight:" + name, weight_shapes[i], "float32"])
        specs.append(["restart", [], "bool"])

        def function(tensors):
            xs = tensors[0:count]
            ys = tensors[count : count + len(targets)]
            weights = tensors[count + len(targets) : len(tensors) - 1]
            restart = tensors[len(tensors) - 1]
            if not WATCHING.enabled:
                return self.record(kind, xs, ys, weights, restart)
            start_watching()
            for i in range(count):
                watch("input '" + specs[i][0] + "'", xs[i])
            try:
                logs = self.record(kind, xs, ys, weights, restart)
            finally:
                entries = stop_watching()
            self.watched.put(kind, [[entry[0], entry[1]] for entry in entries])
            logs.extend([["watched " + str(i), entries[i][2]] for i in range(len(entries))])
            return logs

        return trace_runner(function, specs)

    def _look(self, kind, numbers):
        """Raise NumericError for the first of the watched tensors that has NaN or infinity."""
        watched = self.watched.at(kind)
        first = len(numbers) - len(watched)
        for i in range(len(watched)):
            place = int(numbers[first + i])
            if place >= 0:
                step = yield from fetch_host(self.owner.compiled.optimizer.iterations)
                raise error(
                    "NumericError",
                    kind
                    + " step "
                    + str(step.data[0])
                    + ": "
                    + watched[i][0]
                    + " has NaN or infinity, first at index "
                    + index_text(place, watched[i][1]),
                )
        return numbers[0:first]


def index_text(place, shape):
    """A row-major place as an index: [3, 0]; all but the first axis must have a known size, else it stays a number."""
    found = []
    for i in range(len(shape) - 1):
        size = shape[len(shape) - 1 - i]
        if is_symbolic(size) or size == 0:
            return str(place) + " of the flattened tensor"
        found.insert(0, str(place % size))
        place = place // size
    if len(shape) > 0:
        found.insert(0, str(place))
    return "[" + ", ".join(found) + "]"
