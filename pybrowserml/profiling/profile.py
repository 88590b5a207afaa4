"""`profile(body)`: what a function's runs of plans cost, step by step."""

from ..backends.observed import OBSERVER
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import fmt, is_function, is_whole
from ..platform.tasks import now, waits
from .limits import measured_limits
from .record import Journal, clock_step
from .report import Profile
from .watches import GpuWatch, HostWatch

# A clock is called coarse from so many milliseconds on.
COARSE = 0.02


class Profiler:
    """Does the runs in the place of the engines, and writes down in a Journal what they tell."""

    def __init__(self, journal):
        self.journal = journal
        self.watches = new_map()

    def prepared(self, backend, started):
        """A plan was made ready for an engine since `started`."""
        label = "prepare on " + backend.backend_name
        self.journal.span("plans", label, "prepare", started, now())
        return None

    def run(self, backend, executable, inputs, slots):
        """Generator → Buffers, as Backend.run."""
        plan = executable.resolved if hasattr(executable, "resolved") else executable.plan
        record = self.journal.record_of(backend, executable, plan)
        if not self.watches.has(record):
            gpu = hasattr(backend, "queue")
            self.watches.put(
                record, GpuWatch(self.journal, record) if gpu else HostWatch(self.journal, record)
            )
        watch = self.watches.at(record)
        started = now()
        watch.start(backend, executable)
        try:
            buffers = yield from backend.run(executable, inputs, slots)
        finally:
            watch.stop(backend)
        ended = now()
        record.runs = record.runs + 1
        record.milliseconds = record.milliseconds + ended - started
        self.journal.span("plans", record.title(), "run", started, ended)
        return buffers

    def finish(self):
        """Generator: collect what is still under way on a GPU."""
        for watch in self.watches.all_values():
            if isinstance(watch, GpuWatch):
                yield from watch.finish()
                if watch.clock is None:
                    self.journal.note(
                        "this browser gives no timer queries: times of draws are from submission until a pixel was read"
                    )
        return None


@waits
def profile(body, repeats=1, limits=False):
    """What the runs of plans in `body()` cost, step by step: a Profile to print, or to save for a viewer of traces.

    body: a function without arguments that predicts, trains or computes tensors; it may return a promise. What else
    runs meanwhile is counted too. Call it once before, or compiling and preparing its plans are in the picture.
    repeats: how often it is called; numbers are those of one call. limits: also measure, once for an engine, how fast
    it multiplies and copies at most (a second or less), and say how near each step comes to that.
    """
    if not is_function(body):
        raise error("ArgumentError", "profile: the first argument must be a function without arguments")
    if not is_whole(repeats) or repeats < 1:
        raise error("ArgumentError", "profile: repeats must be a whole number of at least 1")
    if OBSERVER.profiler is not None:
        raise error("EngineError", "profile: another profile is under way: await it first")
    journal = Journal()
    step = clock_step()
    profiler = Profiler(journal)
    OBSERVER.profiler = profiler  # pyright: ignore[reportAttributeAccessIssue]
    started = now()
    try:
        for _turn in range(repeats):
            yield body()
        ended = now()
        yield from profiler.finish()
    finally:
        OBSERVER.profiler = None
    if step >= COARSE:
        journal.note(
            "the clock counts in steps of " + fmt(step, 2) + " ms: take more repeats for short steps"
        )
    found = new_map()
    if limits:
        for record in journal.records:
            if not found.has(record.backend) and record.backend.successor is None:
                best = yield from measured_limits(record.backend, Profiler)
                found.put(record.backend, best)
    return Profile(journal, started, ended, repeats, found)
