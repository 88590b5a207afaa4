"""What the steps of a model do: its losses, gradients and metrics as tensors, or what the user wrote in their place."""

from typing import Any

from ..core.autodiff import gradients
from ..core.context import pop_layer, pop_step, push_layer, push_step
from ..core.graph import is_tensor
from ..core.opset.generators import size_of
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.shapes import encode_shape
from ..core.watching import watch
from ..layers.call import flat, mapped_structure
from ..platform.construct import call_taking
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list
from ..platform.records import as_tuple
from .forms import Form
from .means import restarted


class StepRecorder:
    """Records steps of a compiled model.

    own_names: of the numbers that steps of the user's gave.
    """

    def __init__(self, model):
        self.owner = model
        self.own_names = new_map()
        # How a step of the user's has its targets and sample weights.
        self.targets_form = Form(None)
        self.weights_form = Form(None)
        # Whether the data of the call has no targets, so that only a compute_loss of the user's can do with it.
        self.without_targets = False
        # What the user's predict_step gave, for its structure.
        self.predictions_form: Any = None
        self.predicted: Any = []

    def is_own(self, kind):
        """Whether the "train" or "test" step is one of the user's: written, or without a loss of compile."""
        owner = self.owner
        if owner.has_own(kind + "_step"):
            return True
        if owner.has_own("compute_metrics"):
            return True
        if owner.has_own("compute_loss") and self.without_targets:
            return True
        own = owner.has_own("compute_loss") or owner.has_own("train_step")
        return own and owner.compiled.given["loss"] is None

    def take_targets(self, y, sample_weight):
        """Note how the targets and sample weights of a step of the user's are structured."""
        self.targets_form = Form(y)
        self.weights_form = Form(sample_weight)

    def record_predictions(self, tensors):
        """What a predict_step of the user's gives; `predictions_form` keeps its structure."""
        model = self.owner
        x = model._structured_inputs(tensors)
        push_layer("", False)
        try:
            made = model.predict_step(as_tuple([x]) if is_list(x) else x)
        finally:
            pop_layer()
        self.predictions_form = mapped_structure(made, to_tensor)
        found = flat(self.predictions_form)
        names = ["output_" + str(i + 1) for i in range(len(found))]
        if self.predictions_by() == "name":
            names = [key for key in self.predictions_form.keys()]
        self.predicted = [[names[i], found[i]] for i in range(len(found))]
        return self.predicted

    def predictions_by(self):
        """How the results of a predict_step of the user's are told apart: "one", by "order" or by "name"."""
        form = self.predictions_form
        if is_dict(form) and len(form.keys()) == len(flat(form)):
            return "name"
        return "one" if is_tensor(form) else "order"

    def predicted_specs(self):
        """{"name", "shape", "dtype"} per result of a predict_step of the user's, which was recorded."""
        return [
            {"name": output[0], "shape": encode_shape(output[1].shape), "dtype": output[1].dtype}
            for output in self.predicted
        ]

    def record(self, kind, xs, ys, weights, restart):
        if self.is_own(kind):
            return self._record_own(kind, xs, ys, weights, restart)
        compiled = self.owner.compiled
        optimizer = compiled.optimizer
        training = kind == "train"
        for metric in kept_metrics(self.owner):
            restarted(metric, metric.variables, restart)
        push_step(optimizer.iterations.value if training else None)
        try:
            outputs = self.owner._run_outputs(xs, training)
            found = self._losses(xs, ys, outputs, weights, training)
        finally:
            pop_step()
        if training:
            self.learn(found[0])
        rows = cast(size_of(xs[0].shape[0]), "float32")
        logs = compiled.record_logs(found, ys, outputs, weights, rows, restart)
        for metric in kept_metrics(self.owner):
            logs.append([metric.name, cast(to_tensor(metric.result()), "float32")])
        return logs

    def _losses(self, xs, ys, outputs, weights, training):
        """[total, losses of the outputs], by compute_loss of the model where it has its own."""
        model = self.owner
        compiled = model.compiled
        if not model.has_own("compute_loss"):
            return compiled.total_loss(ys, outputs, weights, model)
        weight = weights if len(weights) > 1 else weights[0] if len(weights) > 0 else None
        compiled.parts = None
        compiled.tracks_parts = False
        given = [model._structured_inputs(xs), self.targets_form.structured(ys), model.structured(outputs)]
        given.extend([weight, training])
        total = call_taking(model.compute_loss, given)
        compiled.tracks_parts = True
        if compiled.parts is None:
            return [total, compiled.total_loss(ys, outputs, weights, model)[1]]
        return [total, compiled.parts]

    def _record_own(self, kind, xs, ys, weights, restart):
        """The step that the user wrote."""
        model = self.owner
        if len(model._model_outputs) > 0:
            model.compiled.settle(model)
        model.compiled.ensure_metrics(ys, model._model_outputs)
        for metric in model.metrics:
            restarted(metric, metric.variables, restart)
        x = model._structured_inputs(xs)
        y = self.targets_form.structured(ys)
        weight = self.weights_form.structured(weights)
        parts = [x, y]
        if weight is not None:
            parts.append(weight)
        data = x if y is None and weight is None else as_tuple(parts)
        training = kind == "train"
        push_step(model.compiled.optimizer.iterations.value if training else None)
        push_layer("", training)
        try:
            if not model.has_own(kind + "_step"):
                logs = model._usual_step(x, y, weight, training)
            elif training:
                logs = model.train_step(data)
            else:
                logs = model.test_step(data)
        finally:
            pop_layer()
            pop_step()
        if not is_dict(logs):
            raise error("ArgumentError", kind + "_step must return a dict of name and scalar tensor")
        self.own_names.put(kind, [key for key in logs.keys()])
        return [[key, cast(to_tensor(logs[key]), "float32")] for key in logs.keys()]

    def learn(self, loss):
        """Record one update of the weights by the gradients of a loss."""
        model = self.owner
        variables = model.trainable_weights
        watch("the loss", loss)
        loss = model.compiled.optimizer.scale_loss(loss)
        found = gradients([loss], [variable.value for variable in variables])
        if len(variables) == 0:
            return None
        moved = False
        for i in range(len(variables)):
            if found[i] is not None:
                moved = True
                watch("the gradient of '" + variables[i].path + "'", found[i])
        if not moved:
            raise error(
                "ArgumentError",
                "model '" + model.name + "': the loss depends on none of its trainable weights",
            )
        # As in Keras, weights that this loss does not move have their state, too.
        model.compiled.optimizer.build(variables)
        model.compiled.optimizer.apply(found, variables)
        return None


def kept_metrics(model):
    """The metrics that a model and its layers keep as attributes, save those that nothing was given to yet."""
    return [metric for metric in model._own_metrics if len(metric.variables) > 0]
