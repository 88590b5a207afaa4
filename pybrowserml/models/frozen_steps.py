"""The steps of frozen models: plans from a file, run for batches."""

from ..backends.check import check_sizes
from ..backends.runner import PlanRunner
from ..core.host import HostArray
from ..core.rng import fold_in_text
from ..platform.buffers import from_numbers
from ..platform.numbers import is_dict, is_string
from ..platform.text import to_json
from .batches import require_labels
from .loop import number_of
from .sample_weights import weights_of_batch


class CheckedRunner(PlanRunner):
    """Runs a plan from a file: shapes are checked for the sizes of each run that is the first of its kind."""

    def __init__(self, plan, variables, place):
        super().__init__(plan, variables)
        self.place = place
        self.checked = []

    def check_for(self, sizes):
        """Raise FormatError unless the plan's shapes agree for these sizes; whether this had to be found out."""
        key = to_json(sizes)
        if key not in self.checked:
            check_sizes(self.plan, sizes, self.place)
            self.checked.append(key)
            if len(self.checked) > 64:
                self.checked.pop(0)
            return True
        return False


class FrozenSteps:
    """What the loop needs of a frozen model; see models/loop.py."""

    def __init__(self, model):
        self.owner = model

    def log_names(self, kind):
        return self.owner.log_names(kind)

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

    def predict(self, batch):
        """Generator → HostArrays of the outputs."""
        hosts = yield from self.owner.run_plan("predict", batch.xs)
        return hosts

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


def _note_sizes(sizes, specs, hosts):
    """Add to a dict the sizes that the axes of arrays name in their specs."""
    for i in range(len(specs)):
        shape = specs[i]["shape"]
        for axis in range(len(shape)):
            if is_dict(shape[axis]) and is_string(shape[axis]["dim"]):
                sizes[shape[axis]["dim"]] = hosts[i].shape[axis]
    return None
