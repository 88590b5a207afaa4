"""The short way of one input to one result: what was asked before is answered without anything being made ready."""

from typing import Any

from ..platform.buffers import put_numbers
from ..platform.errors import error
from .observed import OBSERVER
from .runner import COUNTERS


class FastPath:
    """A prediction of one array of float32 from one, on an engine and for a shape on which it was done before.

    flat: in JavaScript, whether a typed array without a shape is taken. runner, backend: those of the runs, None while
    nothing is known; who owns a FastPath sees to it that they are still his.
    """

    def __init__(self, flat):
        self.flat = flat
        self.runner: Any = None
        self.backend: Any = None
        self.instant: Any = None
        self.shape = []

    def close(self):
        self.runner = None
        self.backend = None
        self.instant = None

    def look(self, runner, backend, sizes, host):
        """A run was done for a HostArray: note how to do it again, if it can be done at once."""
        plan = runner.plan
        if len(plan["inputs"]) != 1 or len(plan["outputs"]) != 1:
            return None
        for group in ["inputs", "outputs"]:
            if plan["values"][plan[group][0]["value"]]["dtype"] != "float32":
                return None
        self.instant = runner.instant(backend, sizes)
        if self.instant is None:
            self.close()
            return None
        self.runner = runner
        self.backend = backend
        self.shape = [size for size in host.shape]
        return None

    def passes(self, x):
        """Whether x can be answered; then its numbers are put and the run is done: `instant` has the result."""
        instant = self.instant
        if instant is None or OBSERVER.profiler is not None or self.backend.lock.busy():
            return False
        if not instant.ready() or not self.runner.holds(self.backend):
            self.close()
            return False
        if not put_numbers(x, self.shape, instant.floats(), instant.places[0], self.flat):
            return False
        COUNTERS.runs = COUNTERS.runs + 1
        instant.run()
        return True


def require_at_once(backend):
    """Raise EngineError where an engine cannot do a run now without waiting."""
    if not backend.answers_at_once:
        raise error(
            "EngineError",
            "predict_sync: the "
            + backend.backend_name
            + " engine cannot answer at once; use predict, or the engine cpu",
        )
    if backend.lock.busy():
        raise error("EngineError", "predict_sync: the engine is in the middle of another run; use predict")
    return None
