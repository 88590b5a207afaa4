"""The training loop: one generator for Python and JavaScript, for models with layers and for frozen ones.

It knows batches, epochs, callbacks and logs. What a step is, the `steps` object knows:

    log_names(kind)         names of the numbers that a "train" or "test" step returns, "loss" first
    train(batch, restart)   generator → list of numbers, the means since the last restart
    test(batch, restart)    the same, without learning
    predict(batch)          generator → list of HostArrays, one per output
    shuffle_key()           the key of the order of rows
    next_epoch()            counts epochs over all calls of fit; returns the number of the one that starts
    finish()                what is to be done at the end of fit
    present_epoch()         the number of the epoch that was stopped in the middle
    owner                   what callbacks see as their model; has `stop_training`, `stop_evaluating`,
                            `stop_predicting`; `position`: [epoch, batch] where training goes on; `data_state`:
                            where the data stands there, or None

Where batches come from, a source knows (`Batches` of arrays, `Stream` of datasets and generators):

    batch_count()                   how many an epoch has, None when that is not known
    begin(shuffle, key, number, at) generator: start a pass at batch `at`; key, number: of the order of rows
    take()                          generator → the next Batch, None at the end
    state(), restore(state)         where the data stands, as JSON or None
"""

from ..core.host import HostArray
from ..platform.buffers import set_at, to_user, zeros
from ..platform.console import warn
from ..platform.errors import error
from ..platform.numbers import is_finite, is_list, is_whole, show
from ..platform.tasks import PAUSE
from .callback_list import BatchHooks
from .passes import Passes


class Schedule:
    """How long to train. steps_per_epoch, validation_steps: most batches an epoch or validation takes, or
    None.
    """

    def __init__(self, epochs, initial_epoch, shuffle, steps_per_epoch, validation_steps, validation_freq):
        start = initial_epoch if is_list(initial_epoch) else [initial_epoch, 0]
        if len(start) != 2:
            raise error(
                "ArgumentError", "initial_epoch must be an epoch, or [epoch, batch] to go on within it"
            )
        entries = [["epochs", epochs], ["initial_epoch", start[0]], ["the batch of initial_epoch", start[1]]]
        for entry in entries:
            if not is_whole(entry[1]) or entry[1] < 0:
                raise error(
                    "ArgumentError", entry[0] + " must be a whole number of at least 0, got " + str(entry[1])
                )
        self.epochs = epochs
        self.resumes = is_list(initial_epoch)
        self.initial_epoch = start[0]
        self.initial_batch = start[1]
        self.shuffle = shuffle
        self.steps_per_epoch = steps_per_epoch
        self.validation_steps = validation_steps
        self.validation_freq = validation_freq

    def validates_after(self, epoch):
        if is_list(self.validation_freq):
            return epoch + 1 in self.validation_freq
        return (epoch + 1) % self.validation_freq == 0


def fit_epochs(steps, batches, validation, schedule, callbacks):
    """Generator: train for the epochs of a schedule. batches, validation: sources; validation may be None.

    Logs of an epoch: the means of loss and metrics over its batches, and with "val_" before their names those
    of the validation data.
    """
    owner = steps.owner
    owner.stop_training = False
    owner._train_position = [schedule.initial_epoch, schedule.initial_batch]
    watch = _LossWatch()
    yield from callbacks.call_each("on_train_begin", None, {})
    # A callback may have brought back an earlier state.
    if schedule.resumes or owner._train_position[0] > schedule.initial_epoch or owner._train_position[1] > 0:
        batches.restore(owner._data_state)
    owner._data_state = None
    first = owner._train_position[0]
    logs = {}
    passes = Passes(batches, schedule, first)
    for epoch in range(first, schedule.epochs):
        yield from callbacks.call_each("on_epoch_begin", epoch, {})
        found = yield from _train_epoch(steps, batches, schedule, callbacks, epoch, watch, passes)
        if found is None:
            break
        batches.epoch_ends()
        logs = found
        if validation is not None and schedule.validates_after(epoch):
            found = yield from evaluate_batches(steps, validation, schedule.validation_steps, callbacks)
            for key in found.keys():
                logs["val_" + key] = found[key]
        yield from callbacks.call_each("on_epoch_end", epoch, logs)
        if owner.stop_training:
            break
    steps.finish()
    yield from callbacks.call_each("on_train_end", None, logs)
    return None


def _train_epoch(steps, batches, schedule, callbacks, epoch, watch, passes):
    """Generator → the logs, None where the data has nothing left."""
    owner = steps.owner
    index = owner._train_position[1] if owner._train_position[0] == epoch else 0
    number = steps.next_epoch() if index == 0 else steps.present_epoch()
    count = yield from passes.begin(steps.shuffle_key(), number, epoch, index)
    logs = {}
    whole = True
    hooks = BatchHooks(callbacks, "train", index)
    while count is None or index < count:
        batch = yield from batches.take()
        if batch is None:
            passes.ended = True
            _warn_of_end(index, schedule)
            if index == 0:
                return None
            break
        yield from hooks.begin(index)
        numbers = yield from steps.train(batch, index == 0)
        owner._train_position = [epoch, index + 1]
        logs = logs_of(steps.log_names("train"), numbers)
        watch.look(logs, epoch, index)
        yield from hooks.end(index, logs_of(steps.log_names("train"), numbers))
        index = index + 1
        if owner.stop_training:
            whole = count is not None and index >= count
            break
        yield PAUSE
    yield from hooks.finish()
    passes.seen = passes.seen + index
    if whole:
        owner._train_position = [epoch + 1, 0]
    return logs


def _warn_of_end(index, schedule):
    """The data ended before the epoch did."""
    if index == 0:
        warn("the data has no batch left: training stops")
    elif schedule.steps_per_epoch is not None:
        warn(
            "the data ended after "
            + str(index)
            + " batches, before steps_per_epoch="
            + str(schedule.steps_per_epoch)
            + "; repeat() it, or lower steps_per_epoch"
        )
    return None


def evaluate_batches(steps, batches, most_steps, callbacks):
    """Generator → logs: the means of loss and metrics over all batches, nothing learned."""
    owner = steps.owner
    owner.stop_evaluating = False
    yield from callbacks.call_each("on_test_begin", None, {})
    batches.epoch_begins()
    yield from batches.begin(False, None, 0, 0)
    count = _limited(batches.batch_count(), most_steps)
    logs = {}
    index = 0
    hooks = BatchHooks(callbacks, "test", 0)
    while count is None or index < count:
        batch = yield from batches.take()
        if batch is None:
            break
        yield from hooks.begin(index)
        numbers = yield from steps.test(batch, index == 0)
        logs = logs_of(steps.log_names("test"), numbers)
        yield from hooks.end(index, logs_of(steps.log_names("test"), numbers))
        index = index + 1
        if owner.stop_evaluating:
            break
        yield PAUSE
    yield from hooks.finish()
    batches.epoch_ends()
    if index == 0:
        raise error("ArgumentError", "there is no batch to evaluate")
    yield from callbacks.call_each("on_test_end", None, logs)
    return logs


def predict_batches(steps, batches, most_steps, callbacks, structured=None):
    """Generator → list of HostArrays, one per output, the batches joined.

    structured: what makes of the outputs of a batch those in the logs of on_predict_batch_end, or None.
    """
    owner = steps.owner
    owner.stop_predicting = False
    yield from callbacks.call_each("on_predict_begin", None, {})
    batches.epoch_begins()
    yield from batches.begin(False, None, 0, 0)
    count = _limited(batches.batch_count(), most_steps)
    parts = []
    hooks = BatchHooks(callbacks, "predict", 0)
    while count is None or len(parts) < count:
        batch = yield from batches.take()
        if batch is None:
            break
        index = len(parts)
        yield from hooks.begin(index)
        hosts = yield from steps.predict(batch)
        parts.append(hosts)
        logs = {}
        if structured is not None and hooks.ends_at(index):
            logs["outputs"] = structured(_together(parts[hooks.first : len(parts)]))
        yield from hooks.end(index, logs)
        if owner.stop_predicting:
            break
        yield PAUSE
    if hooks.open and structured is not None:
        hooks.logs["outputs"] = structured(_together(parts[hooks.first : len(parts)]))
    yield from hooks.finish()
    batches.epoch_ends()
    if len(parts) == 0:
        raise error("ArgumentError", "there is no batch to predict")
    yield from callbacks.call_each("on_predict_end", None, {})
    return _together(parts)


def _together(parts):
    """The outputs of several batches as those of one."""
    return [joined([hosts[i] for hosts in parts]) for i in range(len(parts[0]))]


def joined(hosts):
    """Host arrays joined along the first axis."""
    if len(hosts) == 1:
        return hosts[0]
    rows = 0
    count = 0
    for host in hosts:
        rows = rows + host.shape[0]
        count = count + len(host.data)
    data = zeros(hosts[0].dtype, count)
    offset = 0
    for host in hosts:
        set_at(data, host.data, offset)
        offset = offset + len(host.data)
    shape = [dim for dim in hosts[0].shape]
    shape[0] = rows
    return HostArray(data, shape, hosts[0].dtype)


def named(names, values):
    """A dict of values by name."""
    found = {}
    for i in range(len(names)):
        found[names[i]] = values[i]
    return found


def logs_of(names, numbers):
    """Logs: a dict of numbers by name, in alphabetical order, as Keras shows them."""
    found = named(names, numbers)
    logs = {}
    for name in sorted([key for key in found.keys()]):
        logs[name] = found[name]
    return logs


def number_of(host):
    """What the logs show of a result: a number, or an array where it has several."""
    if len(host.data) == 1:
        return float(host.data[0])
    return to_user(host.data, host.shape, host.dtype)


def _limited(count, most):
    if count is None or most is None:
        return most if count is None else count
    return min(count, most)


class _LossWatch:
    """Warns once when the loss is no number any more. Training goes on, as in Keras."""

    def __init__(self):
        self.warned = False

    def look(self, logs, epoch, index):
        if self.warned or "loss" not in logs:
            return None
        loss = logs["loss"]
        if not is_finite(loss):
            self.warned = True
            warn(
                "the loss is "
                + show(loss)
                + " since batch "
                + str(index + 1)
                + " of epoch "
                + str(epoch + 1)
                + ": lower the learning rate, or look for NaN in the data; TerminateOnNaN() stops here"
            )
        return None
