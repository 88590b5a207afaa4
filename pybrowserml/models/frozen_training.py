"""The training of frozen models: their steps for the loop, and the data that they take."""

from ..callbacks.base import History
from ..core.host import HostArray
from ..core.rng import fold_in_text
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_string
from .batches import Batches, require_labels, require_one_count, target_arrays, to_host
from .callback_list import Callbacks, listed
from .loop import Schedule, evaluate_batches, fit_epochs, logs_of, number_of
from .sample_weights import class_weights_of, fitting_weights, weight_arrays, weights_of_batch


class FrozenTraining:
    """The training of a frozen model, and what the loop needs of it (models/loop.py)."""

    def __init__(self, model):
        self.owner = model

    def log_names(self, kind="train"):
        """The names of loss and metrics, of the "train" or the "test" step."""
        return [name for name in self.owner.training["logs" if kind == "train" else "test_logs"]]

    def shuffle_key(self):
        return fold_in_text(self.owner.training["random_key"], "shuffle")

    def next_epoch(self):
        training = self.owner.training
        training["epochs"] = training["epochs"] + 1
        return training["epochs"] - 1

    def finish(self):
        return None

    def present_epoch(self):
        return self.owner.training["epochs"] - 1

    def train(self, batch, restart):
        """Generator → list of numbers."""
        numbers = yield from self._step("train", batch, restart)
        return numbers

    def test(self, batch, restart):
        """Generator → list of numbers."""
        numbers = yield from self._step("test", batch, restart)
        return numbers

    def _step(self, kind, batch, restart):
        targets = self.owner.targets
        inputs = [host for host in batch.xs]
        for i in range(len(targets)):
            if targets[i]["classes"] is not None:
                require_labels(batch.ys[i], targets[i], batch.first, batch.rows)
            inputs.append(batch.ys[i])
        weights = self.owner.weights
        if weights is not None:
            sizes = {}
            _note_sizes(sizes, self.owner.signature["inputs"], batch.xs)
            _note_sizes(sizes, targets, batch.ys)
            inputs.extend(weights_of_batch(batch.weights, weights, sizes))
        inputs.append(HostArray(from_numbers("bool", [1 if restart else 0]), [], "bool"))
        hosts = yield from self.owner.run_plan(kind, inputs)
        return [number_of(host) for host in hosts]

    # Data

    def _data(self, x, y, sample_weight, class_weight, batch_size, action):
        xs = self.owner.inputs_of(x)
        targets = self.owner.targets
        if y is None and len(targets) > 0:
            names = ", ".join([target["name"] for target in targets])
            raise error("ArgumentError", action + " needs targets y for: " + names)
        ys = target_arrays(_target_batches(y, targets), targets) if len(targets) > 0 else []
        weights = self._sample_weights(sample_weight, class_weight, ys)
        labels = ["input '" + spec["name"] + "'" for spec in self.owner.signature["inputs"]]
        labels.extend(["target '" + target["name"] + "'" for target in targets])
        labels.extend(["sample_weight" for host in weights])
        arrays = [host for host in xs]
        arrays.extend(ys)
        arrays.extend(weights)
        require_one_count(arrays, labels)
        return Batches(xs, ys, weights, batch_size)

    def _sample_weights(self, sample_weight, class_weight, ys):
        """HostArrays that fit the training step, or none."""
        if sample_weight is None and class_weight is None:
            return []
        if self.owner.weights is None:
            raise error(
                "ArgumentError", "the training step of this model takes no sample weights and class weights"
            )
        found = weight_arrays(sample_weight, self.owner.weights)
        if class_weight is not None:
            found = [class_weights_of(class_weight, found, ys, self.owner.targets)]
        return fitting_weights(found, self.owner.weights)

    # Use

    def train_on_batch(self, x, y, sample_weight, class_weight):
        """One training step; a dict of loss and metrics of this batch, before the step."""
        batches = self._data(x, y, sample_weight, class_weight, 1, "train")
        numbers = yield from self.train(batches.whole(), True)
        return logs_of(self.log_names(), numbers)

    def evaluate(self, x, y, batch_size, sample_weight):
        """A dict of loss and metrics over data."""
        batches = self._data(x, y, sample_weight, None, 32 if batch_size is None else batch_size, "evaluate")
        logs = yield from evaluate_batches(self, batches, None, Callbacks(None, self.owner, {}))
        return logs

    def fit(
        self,
        x,
        y,
        batch_size,
        epochs,
        callbacks,
        validation_split,
        validation_data,
        shuffle,
        class_weight,
        sample_weight,
        initial_epoch,
    ):
        """Train as Model.fit does; returns a History. validation_data: [x, y] or [x, y, sample_weight]."""
        size = 32 if batch_size is None else batch_size
        batches = self._data(x, y, sample_weight, class_weight, size, "fit")
        validation = None
        if validation_data is not None:
            if not is_list(validation_data) or len(validation_data) not in [2, 3]:
                raise error("ArgumentError", "validation_data must be [x, y] or [x, y, sample_weight]")
            held = validation_data[2] if len(validation_data) == 3 else None
            validation = self._data(validation_data[0], validation_data[1], held, None, size, "validate")
        elif validation_split != 0:
            parts = batches.cut(validation_split)
            batches = parts[0]
            validation = parts[1]
        schedule = Schedule(epochs, initial_epoch, shuffle, None, None, 1)
        history = History()
        entries = listed([history], callbacks)
        hooks = Callbacks(entries, self.owner, {"epochs": epochs, "steps": batches.batch_count()})
        yield from fit_epochs(self, batches, validation, schedule, hooks)
        return history


def _target_batches(y, targets):
    """A single label, a number, as a batch of one."""
    if len(targets) == 1 and not is_list(y) and not is_dict(y):
        host = to_host(y, "target '" + targets[0]["name"] + "'")
        if len(host.shape) == 0:
            return HostArray(host.data, [1], host.dtype)
    return y


def _note_sizes(sizes, specs, hosts):
    """Add to a dict the sizes that the axes of arrays name in their specs."""
    for i in range(len(specs)):
        shape = specs[i]["shape"]
        for axis in range(len(shape)):
            if is_dict(shape[axis]) and is_string(shape[axis]["dim"]):
                sizes[shape[axis]["dim"]] = hosts[i].shape[axis]
    return None


# A table, since models that only predict do without.
TRAINING = {"training": FrozenTraining}
