"""Opening frozen models: first what needs only the manifest, then the rest when the weights are there."""

from ..backends.active import backend_named
from ..backends.recovery import on_engine
from ..platform.numbers import is_dict, is_string
from ..platform.tasks import waits
from .frozen import FrozenModel
from .frozen_file import read_manifest, read_variables, state_of
from .frozen_steps import CheckedRunner


class BegunModel:
    """What is known of a model before its weights are there: its checked manifest, and the runners of its plans."""

    def __init__(self, manifest, place):
        self.place = place
        self.manifest = read_manifest(manifest, place)
        self.runners = {}
        for kind in self.manifest["plans"].keys():
            self.runners[kind] = CheckedRunner(self.manifest["plans"][kind], [], place + ": plans." + kind)

    @waits
    def make_ready(self, wanted, wasm=True):
        """Have an engine that compiles do so for a prediction of one row, while weights are on their way. What goes
        wrong is told by the first prediction, which then begins anew.
        """
        runner = self.runners["predict"]
        sizes = _sizes_of_one(runner.plan)
        if sizes is None or wanted == "auto":
            return None
        try:
            backend = backend_named(wanted, wasm)
            if backend.compiles:
                runner.check_for(sizes)
                yield from on_engine(backend, lambda held: runner.prepare_for(held, sizes))
        except Exception:
            return None
        return None

    def completed(self, weights, backend=None, wasm=True, remember=True, threads=None, thread_script=None):
        """The FrozenModel; see `open_frozen`."""
        variables = read_variables(self.manifest["state"], weights, self.place)
        for kind in self.runners.keys():
            runner = self.runners[kind]
            runner.variables = state_of(runner.plan, variables, runner.place)
        model = FrozenModel(self.manifest, variables, self.runners)
        if backend is not None:
            model.set_backend(backend, wasm, remember, threads, thread_script)
            if model.choice is not None and is_string(self.manifest.get("engine")):
                model.choice.keep_to(self.manifest["engine"])
        return model


def _sizes_of_one(plan):
    """The sizes of a plan for one row, where rows are all that it leaves open; else None."""
    sizes = {}
    for entry in plan["inputs"]:
        shape = plan["values"][entry["value"]]["shape"]
        for axis in range(len(shape)):
            if is_dict(shape[axis]):
                if axis > 0 or not is_string(shape[axis]["dim"]):
                    return None
                sizes[shape[axis]["dim"]] = 1
    return sizes if len(sizes) == len(plan["sizes"]) else None


def open_frozen(
    manifest, weights, place, backend=None, wasm=True, remember=True, threads=None, thread_script=None
):
    """The FrozenModel in a manifest and weight files.

    manifest: the bytes of model.json; weights: list of [file name, bytes], or of [file name, list of arrays], all but
    the last of one length, which are the model's from now on: it reads them where they are; place: the manifest's name
    for messages; backend and what follows: as FrozenModel.set_backend; None takes the active engine. A model that was
    saved while it was trained goes on, for "auto", on the engine that it was trained on. Raises FormatError for
    whatever is wrong with them.
    """
    return BegunModel(manifest, place).completed(weights, backend, wasm, remember, threads, thread_script)
