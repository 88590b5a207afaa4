"""What `compile` fixes: optimizer, a loss and metrics per output, their names in the logs, and what targets
look like.
"""

from typing import Any

from .. import losses, metrics, optimizers
from ..core.dims import dims_equal
from ..core.dtypes import is_float, is_integer
from ..core.graph import placeholder, record_trace
from ..core.known import class_named
from ..core.opset.binary import add, multiply
from ..core.opset.generators import size_of
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.rng import next_key
from ..core.shapes import encode_shape, format_shape
from ..layers.call import flat
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_function, is_list, is_string
from ..platform.reflection import class_name_of
from .batches import separate, to_host
from .means import MeanOfLoss, added_losses, restarted
from .per_output import losses_of, per_output, per_output_lists

WITHOUT_LOSS = "compile(optimizer, loss), or add_loss in a layer"


class Compiled:
    """The result of `compile`. Lists have one entry per output of the model; random_key: of shuffles."""

    def __init__(self, optimizer, loss, loss_weights, given_metrics, weighted_metrics):
        self.optimizer = optimizers.get(optimizer)
        self.given = {
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": given_metrics,
            "weighted_metrics": weighted_metrics,
        }
        self.random_key = next_key(None)
        self.seen = new_map()
        self.epochs = 0
        self.shapes = []
        self.settled = False
        self.names = []
        self.losses = []
        self.loss_weights = []
        self.metrics = []
        # The means of the loss, and of those of several outputs.
        self.trackers = [MeanOfLoss("loss")]
        # The losses of the outputs in the loss computed last, and whether their means take note of them then.
        self.parts: Any = None
        self.tracks_parts = True

    def look_at(self, model, y):
        """Settle by the shapes of targets, as the user gave them, what means another thing for others."""
        names = model._output_names
        if self.settled or not self.depends_on_data(model):
            return None
        entries = separate(y, [{"name": name, "shape": []} for name in names], "target")
        self.shapes = [to_host(entry, "target").shape for entry in entries]
        self.settle(model)
        return None

    def depends_on_data(self, model):
        """Whether only the targets' shapes tell which loss or metric is meant, with a loss for every output."""
        if self.given["loss"] is None:
            return False
        wanted = losses_of(_in_order(model, self.given["loss"]), model._output_names)
        found = False
        for i in range(len(wanted)):
            if wanted[i] is None:
                return False
            found = found or _is_open(wanted[i], ["crossentropy", "ce"])
            found = found or is_function(wanted[i]) and not hasattr(wanted[i], "compute")
        return found

    def settle(self, model):
        """Give each output of a built model its loss and metrics."""
        if self.settled:
            return None
        names = model._output_names
        given = _in_order(model, self.given["loss"])
        wanted = [None for name in names] if given is None else losses_of(given, names)
        for i in range(len(names)):
            self.losses.append(self._loss(wanted[i], i, model))
        self.loss_weights = per_output(_in_order(model, self.given["loss_weights"]), names, "loss_weights")
        self.names = ["loss"]
        self.trackers = [self.trackers[0]]
        if len([loss for loss in self.losses if loss is not None]) > 1:
            for i in range(len(names)):
                if self.losses[i] is not None:
                    self.names.append(names[i] + "_loss")
                    self.trackers.append(MeanOfLoss(names[i] + "_loss"))
        for weighted in [False, True]:
            field = "weighted_metrics" if weighted else "metrics"
            self._settle_metrics(
                per_output_lists(_in_order(model, self.given[field]), names, field), model, weighted
            )
        self.settled = True
        return None

    def _loss(self, identifier, i, model):
        """The loss of output i; "crossentropy" is the one that fits the shapes of labels and predictions."""
        if identifier is None or not _is_open(identifier, ["crossentropy", "ce"]):
            return None if identifier is None else losses.get(identifier)
        output = model._model_outputs[i].shape
        shape = output if i >= len(self.shapes) else self.shapes[i]
        rank = len(shape)
        last = len(output) - 1
        if output[last] == 1:
            return losses.BinaryCrossentropy()
        if rank < len(output) or shape[rank - 1] == 1:
            return losses.SparseCategoricalCrossentropy()
        return losses.CategoricalCrossentropy()

    def _settle_metrics(self, wanted, model, weighted):
        names = model._output_names
        for i in range(len(names)):
            for identifier in wanted[i]:
                output_shape = model._model_outputs[i].shape
                target = self._target(i, model, None)
                shape = self.shapes[i] if i < len(self.shapes) else output_shape
                shape = target["dims"] if is_list(target["dims"]) else shape
                metric = metrics.get(identifier, shape, output_shape, _from_logits(self.losses[i]))
                if is_string(identifier):
                    metric.name = identifier
                start = "" if len(names) == 1 else names[i] + "_"
                label = start + metric.name
                if weighted and label in self.names:
                    label = start + "weighted_" + metric.name
                if label in self.names:
                    number = 1
                    while label + "_" + str(number) in self.names:
                        number = number + 1
                    label = label + "_" + str(number)
                self.names.append(label)
                self.metrics.append(_OutputMetric(metric, i, weighted, label))

    def unsettle(self):
        """The model changed: fit losses and metrics to its outputs anew."""
        self.settled = False
        self.losses = []
        self.metrics = []
        self.shapes = []
        return None

    def log_names(self):
        return [name for name in self.names]

    def targets(self, model):
        """A spec per output that has a loss or metrics; "shape" is None where any shape will do."""
        self.settle(model)
        return [self._target(i, model, None) for i in self._compared()]

    def _compared(self):
        """The outputs that have a loss or metrics."""
        measured = [entry.output for entry in self.metrics]
        return [i for i in range(len(self.losses)) if self.losses[i] is not None or i in measured]

    def targets_for(self, model, ys):
        """The specs with shapes and dtypes of given HostArrays filled in where any will do."""
        found = []
        for i in self._compared():
            host = ys[len(found)]
            self.seen.put(i, [host.shape, host.dtype])
            found.append(self._target(i, model, self.seen.at(i)))
        return found

    def frozen_targets(self, model):
        """The specs with every shape known: where any would do, that of the data trained on last, else the output's."""
        self.settle(model)
        found = []
        for i in range(len(self.losses)):
            if self.losses[i] is not None:
                target = self._target(i, model, self.seen.at(i))
                if target["shape"] is None:
                    target["dims"] = [dim for dim in model._model_outputs[i].shape]
                    target["shape"] = encode_shape(target["dims"])
                found.append(target)
        return found

    def frozen_weights(self, model, targets):
        """A spec per target of the weights that a frozen step takes: one for each number that the loss makes of it.

        None where a loss makes no such numbers of the rows of a batch.
        """
        found = []
        for target in targets:
            place = target["output"]
            output = model._model_outputs[place]
            loss = self.losses[place]
            dims = output.shape[0:1] if loss is None else _shape_of_values(loss, target, output)
            if len(dims) == 0 or not dims_equal(dims[0], output.shape[0]):
                return None
            found.append(
                {"name": target["name"], "dims": dims, "shape": encode_shape(dims), "dtype": "float32"}
            )
        return found

    def _target(self, i, model, seen):
        """The spec of output i. seen: [shape, dtype] of data, or None.

        dims: with symbolic dimensions; shape: the same for JSON; classes: how many labels there are, or None.
        """
        loss = self.losses[i]
        output = model._model_outputs[i].shape
        target = {
            "name": model._output_names[i],
            "output": i,
            "dims": None,
            "dtype": "float32",
            "classes": None,
        }
        kind = class_name_of(loss)
        if isinstance(loss, losses.SparseCategoricalCrossentropy):
            rank = len(output)
            place = rank + loss.axis if loss.axis < 0 else loss.axis
            target["dims"] = [output[axis] for axis in range(rank) if axis != place]
            target["dtype"] = "int32"
            if loss.ignore_class is None and not is_dict(encode_shape([output[place]])[0]):
                target["classes"] = output[place]
        elif isinstance(loss, losses.CategoricalGeneralizedCrossEntropy):
            last = len(output) - 1
            target["dims"] = [output[axis] for axis in range(last)]
            target["dtype"] = "int32"
            if not is_dict(encode_shape([output[last]])[0]):
                target["classes"] = output[last]
        elif class_named(kind, "loss") is not None and kind not in ["FunctionLoss", "CTC", "Circle"]:
            target["dims"] = [dim for dim in output]
        elif seen is not None:
            own = [dim for dim in seen[0]]
            own[0] = output[0]
            if len(own) == len(output):
                # A loss that is a function compares the two; an open size of the one is that of the other.
                for axis in range(1, len(own)):
                    if is_dict(encode_shape([output[axis]])[0]):
                        own[axis] = output[axis]
            target["dims"] = own
            target["dtype"] = seen[1]
            if is_float(seen[1]):
                target["dtype"] = "float32"
            elif is_integer(seen[1]):
                target["dtype"] = "int32"
        dims = target["dims"]
        target["shape"] = encode_shape(dims) if is_list(dims) else None
        return target

    def total_loss(self, ys, outputs, weights, model):
        """[total, losses of the outputs that have one], scalar tensors."""
        parts = []
        total = None
        compared = self._compared()
        for place in range(len(compared)):
            i = compared[place]
            if self.losses[i] is None:
                continue
            weight = weights[place] if len(weights) > 0 else None
            value = self.losses[i].compute(ys[place], outputs[i], weight)
            if len(value.shape) > 0:
                raise error(
                    "ShapeError",
                    "the loss of '"
                    + model._output_names[i]
                    + "' must be a single number, got shape "
                    + format_shape(value.shape)
                    + "; use reduction 'sum_over_batch_size'",
                )
            parts.append(value)
            scale = self.loss_weights[i]
            scaled = value if scale is None else multiply(value, scale)
            total = scaled if total is None else add(total, scaled)
        for extra in added_losses(model):
            total = extra if total is None else add(total, extra)
        if total is None:
            raise error("ArgumentError", "model '" + model.name + "' has no loss: " + WITHOUT_LOSS)
        return [total, parts]

    # For steps that a user wrote

    def own_trackers(self):
        """The mean of the loss and the metrics, with the names of the logs."""
        found = [tracker for tracker in self.trackers]
        for entry in self.metrics:
            entry.metric.name = entry.label
            found.append(entry.metric)
        return found

    def total_of(self, model, y, y_pred, sample_weight):
        """The total loss of lists of targets and predictions, as total_loss has it, noted in the means of the outputs'
        losses. sample_weight: one tensor for all, a list or dict of them, or None.
        """
        weights = [] if sample_weight is None else flat(sample_weight)
        if len(weights) == 1:
            weights = [weights[0] for loss in self.losses]
        found = self.total_loss(y, y_pred, weights, model)
        self.parts = found[1]
        if self.tracks_parts:
            rows = cast(size_of(y_pred[0].shape[0]), "float32")
            for i in range(1, len(self.trackers)):
                self.trackers[i].add_batch(self.parts[i - 1], rows)
        return found[0]

    def ensure_metrics(self, ys, outputs):
        """Build the metrics whose variables depend on shapes, before a step of the user's restarts them."""
        if len(ys) == len(outputs):
            for entry in self.metrics:
                entry.metric.ensure_built(ys[entry.output], outputs[entry.output])
        return None

    def update_metrics(self, y, y_pred, sample_weight):
        """Record the update of all metrics. y, y_pred: lists with an entry per output."""
        weights = [] if sample_weight is None else flat(sample_weight)
        for entry in self.metrics:
            weight = None
            if entry.weighted and len(weights) > 0:
                weight = weights[entry.output if len(weights) > 1 else 0]
            entry.metric.update_state(y[entry.output], y_pred[entry.output], weight)
        return None

    def record_logs(self, found, ys, outputs, weights, rows, restart):
        """Record the update of all means; returns [name, scalar tensor] entries in the order of the logs."""
        values = [found[0]]
        if len(self.trackers) > 1:
            values.extend(found[1])
        logs = []
        for i in range(len(self.trackers)):
            tracker = self.trackers[i]
            restarted(tracker, tracker.variables, restart)
            tracker.add_batch(values[i], rows)
            logs.append([self.names[i], tracker.mean()])
        compared = self._compared()
        for entry in self.metrics:
            place = compared.index(entry.output)
            weight = weights[place] if entry.weighted and len(weights) > 0 else None
            entry.metric.ensure_built(ys[place], outputs[entry.output])
            restarted(entry.metric, entry.metric.variables, restart)
            entry.metric.update_state(ys[place], outputs[entry.output], weight)
            logs.append([entry.label, cast(to_tensor(entry.metric.result()), "float32")])
        return logs

    def log_variables(self):
        """The variables of the means in the logs."""
        found = []
        for tracker in self.trackers:
            found.extend(tracker.variables)
        for entry in self.metrics:
            found.extend(entry.metric.variables)
        return found

    def state(self):
        """All variables of the optimizer that exist by now."""
        return [variable for variable in self.optimizer.variables]


def _in_order(model, value):
    """What compile or fit was given for nested outputs, as a list with one entry per output."""
    return value if model._model_ends is None else model._model_ends.in_order(value)


def _shape_of_values(loss, target, output):
    """The shape of what a loss makes of labels and predictions before it reduces them."""

    def body():
        y_true = placeholder("y_true", target["dims"], target["dtype"])
        return loss.call(y_true, placeholder("y_pred", output.shape, output.dtype)).shape

    return record_trace(body)[0]


def _from_logits(loss):
    return loss.from_logits if hasattr(loss, "from_logits") else False


class _OutputMetric:
    def __init__(self, metric, output, weighted, label):
        self.metric = metric
        self.output = output
        self.weighted = weighted
        self.label = label


def _is_open(identifier, names):
    return is_string(identifier) and identifier.lower() in names
