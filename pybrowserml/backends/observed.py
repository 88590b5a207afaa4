"""The place through which all runs of plans go, so that a profiler can do them in the place of the engine."""


class _Observer:
    """profiler: who does the runs, None while nobody profiles."""

    def __init__(self):
        self.profiler = None


OBSERVER = _Observer()


def run_on(backend, executable, inputs, slots):
    """Generator → Buffers, as Backend.run."""
    if OBSERVER.profiler is None:
        buffers = yield from backend.run(executable, inputs, slots)
    else:
        buffers = yield from OBSERVER.profiler.run(backend, executable, inputs, slots)
    return buffers
