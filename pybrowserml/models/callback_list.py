"""The callbacks of one call of `fit`, `evaluate` or `predict`, and the calls of their hooks."""

from ..platform.errors import error
from ..platform.numbers import is_dict, is_function, is_list, is_number, is_string

CAMEL = {
    "on_train_begin": "onTrainBegin",
    "on_train_end": "onTrainEnd",
    "on_epoch_begin": "onEpochBegin",
    "on_epoch_end": "onEpochEnd",
    "on_train_batch_begin": "onTrainBatchBegin",
    "on_train_batch_end": "onTrainBatchEnd",
    "on_batch_begin": "onBatchBegin",
    "on_batch_end": "onBatchEnd",
    "on_test_begin": "onTestBegin",
    "on_test_end": "onTestEnd",
    "on_test_batch_begin": "onTestBatchBegin",
    "on_test_batch_end": "onTestBatchEnd",
    "on_predict_begin": "onPredictBegin",
    "on_predict_end": "onPredictEnd",
    "on_predict_batch_begin": "onPredictBatchBegin",
    "on_predict_batch_end": "onPredictBatchEnd",
    "set_model": "setModel",
    "set_params": "setParams",
}


class Callbacks:
    """The callbacks of one call: objects with methods, or dicts of functions; results are waited for.

    steps: of how many batches the hooks of batches are told at once; see BatchHooks.
    """

    def __init__(self, callbacks, owner, params, steps=1):
        self.steps = steps
        self.entries = listed([], callbacks)
        for entry in self.entries:
            if entry is None or is_number(entry) or is_string(entry) or is_function(entry):
                raise error("ArgumentError", "callbacks must be instances of Callback or dicts of functions")
            give_model = _hook(entry, "set_model")
            if give_model is not None:
                give_model(owner)
            give_params = _hook(entry, "set_params")
            if give_params is not None:
                give_params(params)

    def call_each(self, hook_name, position, logs):
        """Generator: call a hook of each callback. position: epoch or batch from 0, or None."""
        for entry in self.entries:
            hook = _hook(entry, hook_name)
            if hook is None and hook_name == "on_train_batch_begin":
                hook = _hook(entry, "on_batch_begin")
            if hook is None and hook_name == "on_train_batch_end":
                hook = _hook(entry, "on_batch_end")
            if hook is not None:
                if position is None:
                    yield hook(logs)
                else:
                    yield hook(position, logs)


def listed(first, callbacks):
    """A list of callbacks: those given first, then one, a list or None."""
    found = [entry for entry in first]
    if is_list(callbacks):
        found.extend(callbacks)
    elif callbacks is not None:
        found.append(callbacks)
    return found


def _hook(entry, hook_name):
    """The function behind a hook's Python or JavaScript name, or None."""
    for spelling in [hook_name, CAMEL[hook_name]]:
        if is_dict(entry):
            if spelling in entry and is_function(entry[spelling]):
                return entry[spelling]
        elif hasattr(entry, spelling):
            return getattr(entry, spelling)
    return None


class BatchHooks:
    """The hooks of batches in one pass over the data, called once for every `callbacks.steps` batches.

    kind: "train", "test" or "predict". first: the batch where the pass begins, later that where the present group of
    batches began. As in Keras the begin of a group is told its first batch, and its end the last that it may have,
    even where the data ends before.
    """

    def __init__(self, callbacks, kind, first):
        self.callbacks = callbacks
        self.kind = kind
        self.first = first
        self.open = False
        self.logs = {}

    def ends_at(self, index):
        """Whether a batch is the last of its group."""
        return index - self.first + 1 >= self.callbacks.steps

    def begin(self, index):
        """Generator: a batch begins."""
        if not self.open:
            self.open = True
            self.first = index
            yield from self.callbacks.call_each("on_" + self.kind + "_batch_begin", index, {})

    def end(self, index, logs):
        """Generator: a batch ended. logs: what is known then."""
        self.logs = logs
        if self.ends_at(index):
            yield from self.finish()

    def finish(self):
        """Generator: the group ended, or the data did."""
        if self.open:
            self.open = False
            last = self.first + self.callbacks.steps - 1
            yield from self.callbacks.call_each("on_" + self.kind + "_batch_end", last, self.logs)
