"""Frozen models: plans and weights from a file, without layers, ops or compiler.

A frozen model predicts, and trains where its training step was frozen too. Everything in the file is checked
before it is used; see models/freeze.py for the format.
"""

from typing import Any

from ..backends.active import (
    active_backend,
    ask_for_threads,
    backend_named,
    reason_for,
    reason_of_change,
    tell_change,
    watch_engines,
)
from ..backends.backend import sizes_from_inputs
from ..backends.choice import EngineChoice
from ..backends.fast_path import FastPath, require_at_once
from ..backends.runner import read_outputs
from ..core.host import HostArray
from ..core.slots import fetch_hosts
from ..platform.buffers import copy_of, to_user
from ..platform.errors import error
from ..platform.numbers import is_dict
from ..platform.tasks import PAUSE, drive_sync, waits
from ..platform.text import to_json, utf8_encode
from .batches import Batches, converted, require_dtype, require_one_count, require_shape, separate, to_host
from .frozen_file import encoded_numbers, without_zeros
from .frozen_training import TRAINING
from .loop import joined, named
from .safetensors import encode_tensors
from .weights import set_from_list


class FrozenModel:
    """A model of plans and weights. Made by `opening.open_frozen`.

    signature: {"inputs", "outputs"}, lists of {"name", "shape", "dtype"}. trainable: whether it has a
    training step. targets: specs of what it learns from; weights: of their sample weights, or None. backend: the engine
    it was told to use, None for the active one; choice: who chooses one instead, or None. at_once: while a prediction
    must not wait.
    """

    def __init__(self, manifest, variables, runners):
        self.manifest = manifest
        self.signature = manifest["signature"]
        self.training = manifest["training"]
        self.trainable = self.training is not None
        self.targets = self.training["targets"] if self.trainable else []
        self.weights = self.training["weights"] if self.trainable else None
        self.variables = variables
        self.runners = runners
        self.backend = None
        self.choice = None
        self.stop_training = False
        self._train_position = [0, 0]
        self._data_state = None
        self.disposed = False
        self.why = None
        self.listeners = []
        self.training_steps = TRAINING["training"](self) if self.trainable else None
        self.fast_path = FastPath(True)
        self.at_once = False
        watch_engines(self)

    @property
    def position(self):
        """[epoch, batch]: how far training came."""
        return self._train_position

    def require_alive(self):
        """Raise EngineError for a model that was disposed of."""
        if self.disposed:
            raise error("EngineError", "this model was disposed of")
        return None

    def run_plan(self, kind, inputs):
        """Generator → HostArrays. inputs: HostArrays in plan order, of any dtype that converts."""
        self.require_alive()
        runner = self.runners[kind]
        plan = runner.plan
        given = []
        for i in range(len(inputs)):
            given.append(converted(inputs[i], plan["values"][plan["inputs"][i]["value"]]["dtype"]))
        sizes = sizes_from_inputs(plan, [host.shape for host in given])
        if runner.check_for(sizes):
            yield PAUSE
        if self._stays(given):
            hosts = runner.run_instant(self.engine(), given, sizes)
            if hosts is not None:
                if kind == "predict":
                    self.fast_path.look(runner, self.engine(), sizes, given[0])
                return hosts
        if self.choice is not None and not self.at_once:
            if len(plan["updates"]) == 0:
                hosts = yield from self.choice.predict(runner, given)
                return hosts
            yield from self.choice.before_training(runner, given)
        runner.backend = self.engine()
        buffers = yield from runner.run(given)
        hosts = yield from read_outputs(buffers)
        return hosts

    def _stays(self, inputs):
        """Whether a prediction is done by the present engine, whatever it takes."""
        return self.choice is None or self.at_once or self.choice.keeps(inputs)

    # Data

    def inputs_of(self, x):
        """HostArrays of the inputs; one sample without its batch axis is taken as a batch of one."""
        specs = self.signature["inputs"]
        entries = separate(x, specs, "input")
        found = []
        for i in range(len(specs)):
            host = _with_batch(to_host(entries[i], "input '" + specs[i]["name"] + "'"), specs[i])
            require_shape(host, specs[i], "input")
            require_dtype(host, specs[i], "input")
            found.append(host)
        require_one_count(found, ["input '" + spec["name"] + "'" for spec in specs])
        return found

    def require_trainable(self, action) -> Any:
        """What trains the model. Raises ArgumentError unless a training step was frozen."""
        if not self.trainable:
            raise error(
                "ArgumentError", "this model was built without its training step, so it cannot " + action
            )
        return self.training_steps

    def _results(self, hosts):
        arrays = [to_user(host.data, host.shape, host.dtype) for host in hosts]
        if self.signature["outputs_by"] == "name":
            return named([spec["name"] for spec in self.signature["outputs"]], arrays)
        return arrays if self.signature["outputs_by"] == "order" else arrays[0]

    # Use

    @waits
    def predict(self, x, batch_size=None):
        """The outputs for inputs of any number of rows: one array, or several in order or by name.

        batch_size: rows per run; None takes 256.
        """
        found = self._answered(x)
        if found is None:
            found = yield from self._predicted(x, 256 if batch_size is None else batch_size)
        return found

    def predict_sync(self, x):
        """The same at once, in JavaScript without a promise: for engines on the processor. Raises EngineError where the
        engine cannot, or is in the middle of something else.
        """
        found = self._answered(x)
        if found is not None:
            return found
        if not self.disposed:
            require_at_once(self.engine())
        self.at_once = True
        try:
            return drive_sync(self._predicted(x, 256))
        finally:
            self.at_once = False

    def _answered(self, x):
        """The result, where the same was asked before and the engine has a way to do it at once; else None."""
        fast_path = self.fast_path
        if (
            self.disposed
            or fast_path.backend is None
            or fast_path.backend is not self.engine()
            or not fast_path.passes(x)
        ):
            return None
        instant = fast_path.instant
        data = instant.result(0)
        if self.signature["outputs_by"] == "one":
            return to_user(data, instant.out_shapes[0], "float32")
        return self._results([HostArray(data, instant.out_shapes[0], "float32")])

    def _predicted(self, x, batch_size):
        """Generator → the results."""
        xs = self.inputs_of(x)
        batches = Batches(xs, [], [], batch_size)
        if batches.rows <= batches.batch_size:
            hosts = yield from self.run_plan("predict", xs)
            return self._results(hosts)
        parts = []
        for index in range(batches.batch_count()):
            if index > 0:
                yield PAUSE
            hosts = yield from self.run_plan("predict", batches.batch(index).xs)
            parts.append(hosts)
        return self._results([joined([hosts[i] for hosts in parts]) for i in range(len(parts[0]))])

    @waits
    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None):
        """One training step; a dict of loss and metrics of this batch, before the step."""
        logs = yield from self.require_trainable("train").train_on_batch(x, y, sample_weight, class_weight)
        return logs

    @waits
    def evaluate(self, x, y=None, batch_size=None, sample_weight=None):
        """A dict of loss and metrics over data."""
        logs = yield from self.require_trainable("evaluate").evaluate(x, y, batch_size, sample_weight)
        return logs

    @waits
    def fit(
        self,
        x,
        y=None,
        batch_size=None,
        epochs=1,
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle: str | bool = True,
        class_weight=None,
        sample_weight=None,
        initial_epoch=0,
    ):
        """Train as Model.fit does; returns a History. validation_data: [x, y] or [x, y, sample_weight]."""
        history = yield from self.require_trainable("fit").fit(
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
        )
        return history

    def weight_names(self):
        """The names of the weights, in order."""
        return [variable.path for variable in self._weights()]

    def _weights(self):
        return [variable for variable in self.variables if variable.role == "weight"]

    @waits
    def get_weights(self):
        """All weights as arrays."""
        self.require_alive()
        hosts = yield from fetch_hosts(self._weights())
        return [to_user(copy_of(host.data), host.shape, host.dtype) for host in hosts]

    @waits
    def set_weights(self, weights):
        """Set all weights from a list of arrays in their order."""
        self.require_alive()
        yield from set_from_list(self._weights(), weights)
        return None

    @waits
    def to_bytes(self):
        """{"manifest", "weights"}: the model as it is now, as the bytes of a JSON and a safetensors file."""
        self.require_alive()
        kept = [variable for variable in self.variables if variable.role != "metric"]
        hosts = yield from fetch_hosts(kept)
        manifest = {}
        for key in self.manifest.keys():
            manifest[key] = self.manifest[key]
        manifest["state"] = [_unmarked(entry) for entry in self.manifest["state"]]
        tensors = without_zeros([[kept[i].path, hosts[i]] for i in range(len(kept))], manifest["state"])
        manifest["plans"] = encoded_numbers(self.manifest["plans"])
        manifest["weights"] = []
        # Training that goes on elsewhere gives the same numbers only on the same engine.
        if self.choice is not None and self.choice.fixed:
            manifest["engine"] = self.engine().backend_name
        return {"manifest": utf8_encode(to_json(manifest)), "weights": encode_tensors(tensors)}

    def watches_engine(self):
        """Whether a change of its engine is of interest."""
        return not self.disposed

    def engine_changed(self, old, new, change):
        """Another engine goes on for this model: `why` tells it from now on, and listeners are called."""
        self.why = reason_of_change(change)
        if self.choice is not None:
            if self.choice.backend is not old:
                return None
            self.choice.changed(new, self.why)
        elif self.backend is old:
            self.backend = new
        elif self.backend is not None or active_backend() is not new:
            return None
        for listener in self.listeners:
            tell_change(listener, change)
        return None

    def on_engine_change(self, listener):
        """Call `listener(change)` when this model's engine has to be given up and another goes on in its place. change:
        a dict of the engines' names, "from" and "to", and "why".
        """
        self.listeners.append(listener)
        return None

    def engine(self) -> Any:
        """The Backend in use."""
        if self.choice is not None:
            return self.choice.backend
        return active_backend() if self.backend is None else self.backend

    def backend_info(self):
        """The engine of this model: its name, why it was chosen, its limits; where it was chosen by measuring,
        "measured": milliseconds of a run on each engine that was tried, and "settled": whether it stays.
        """
        info = self.engine().capabilities()
        if self.choice is not None:
            info["why"] = self.choice.why
            info["settled"] = self.choice.settled
            info["measured"] = self.choice.times
        elif self.why is not None:
            info["why"] = self.why
        else:
            info["why"] = reason_for(
                "auto" if self.backend is None else self.engine().backend_name, self.engine()
            )
        return info

    def set_backend(self, wanted, wasm=True, remember=True, threads=None, thread_script=None):
        """Run this model on another engine from now on: a name, or "auto": that which takes less time for this model,
        found by its first runs (see backends/choice.py). remember: whether what was found is kept in the browser for
        the next visit; wasm, threads, thread_script: as of the library's set_backend.
        """
        self.require_alive()
        choice = EngineChoice(wasm, remember) if wanted == "auto" else None
        backend = backend_named(wanted, wasm) if choice is None else choice.backend
        ask_for_threads(backend, threads, thread_script)
        if self.choice is not None:
            self.choice.closed = True
        self.choice = choice
        self.backend = backend
        self.why = None
        return None

    def dispose(self):
        """Give the engine's memory back; the model cannot be used afterwards."""
        for variable in self.variables:
            variable.slot.give_back()
        for kind in self.runners.keys():
            self.runners[kind].give_back()
        self.fast_path.close()
        if self.choice is not None:
            self.choice.closed = True
        self.disposed = True
        return None


def _unmarked(entry):
    """What the manifest says of a variable, whatever its value."""
    return {key: entry[key] for key in entry.keys() if key != "zeros"}


def _with_batch(host, spec):
    """A sample as a batch of one, where its rank says that the batch axis is missing."""
    wanted = spec["shape"]
    if len(host.shape) + 1 != len(wanted):
        return host
    for i in range(len(host.shape)):
        if not is_dict(wanted[i + 1]) and wanted[i + 1] != host.shape[i]:
            return host
    shape = [1]
    shape.extend(host.shape)
    return HostArray(host.data, shape, host.dtype)
