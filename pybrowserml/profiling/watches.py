"""How engines tell what their steps cost: a watch a run."""

from ..backends.webgl.island import Island
from ..platform.gpu_clock import (
    end_span,
    open_clock,
    span_ready,
    start_span,
    take_span,
    wait_for_gpu,
    was_disturbed,
)
from ..platform.maps import new_map
from ..platform.tasks import TURN, now, sleep


class HostWatch:
    """For engines on the processor: each step takes the time between two looks at the clock."""

    def __init__(self, journal, record):
        self.journal = journal
        self.record = record
        self.rows = []
        self.last = -1
        self.inside = 0.0
        self.loops = []

    def start(self, backend, executable):
        """Before a run."""
        self.rows = self.record.add(executable, self.record.plan, "")
        self.last = -1
        self.inside = 0.0
        if hasattr(executable, "launches"):
            self._watch_bodies(executable.launches, self.rows)
        backend.watch = self

    def stop(self, backend):
        """After a run, however it ended."""
        backend.watch = None
        for body in self.loops:
            body.watch = None
        self.loops = []

    def _watch_bodies(self, launches, rows):
        for s in range(len(launches)):
            if launches[s] is not None and hasattr(launches[s], "body"):
                body = launches[s].body
                inner = self.record.add_body(body, body.plan, rows[s])
                body.watch = self
                self.loops.append(body)
                self._watch_bodies(body.prepared, inner)

    def ran(self, s, started):
        """The engine worked on step s from `started` until now."""
        ended = now()
        row = self.rows[s]
        if s != self.last:
            row.calls = row.calls + 1
            self.last = s
        row.milliseconds = row.milliseconds + ended - started - self.inside
        self.inside = 0.0
        self.journal.span("steps", row.path + " " + row.kernel, row.label, started, ended)

    def run_inside(self, body, launch, s, lo, hi):
        """Run tiles of a launch of a loop's body, which is step s of it."""
        before = self.inside
        self.inside = 0.0
        started = now()
        launch.run(lo, hi)
        took = now() - started
        row = self.record.known.at(body)[s]
        if lo == 0:
            row.calls = row.calls + 1
        row.milliseconds = row.milliseconds + took - self.inside
        self.inside = before + took


class GpuWatch:
    """For WebGL: each draw takes the time that the GPU tells, where the browser lets it (a timer query); else that
    from its submission until a pixel of its result has been read, less what such a read takes when nothing was drawn.
    """

    def __init__(self, journal, record):
        self.journal = journal
        self.record = record
        self.context = record.backend.context
        self.queue = record.backend.queue
        self.clock = open_clock(self.context)
        self.stack = []
        self.plans = new_map()
        self.started = 0.0
        self.query = None
        self.pending = []
        self.waits = []
        self.disturbed = False

    def start(self, backend, executable):
        """Before a run."""
        self.stack = []
        self.plans.put(executable, self.record.plan)
        backend.watch = self
        backend.queue.watch = self

    def stop(self, backend):
        """After a run, however it ended."""
        backend.watch = None
        backend.queue.watch = None

    def enter(self, container, i):
        """An action begins. container: the executable, or the loop whose body it belongs to."""
        if len(self.stack) == 0:
            rows = self.record.add(container, self.record.plan, "")
        else:
            rows = self.record.add_body(container, container.body, self.stack[len(self.stack) - 1][0])
        steps = container.builder.steps
        row = rows[steps[i]]
        if i == 0 or steps[i - 1] != steps[i]:
            row.calls = row.calls + 1
        self.stack.append([row, container.actions[i], now()])

    def leave(self):
        """The action has ended."""
        entry = self.stack.pop()
        if isinstance(entry[1], Island):
            ended = now()
            entry[0].milliseconds = entry[0].milliseconds + ended - entry[2]
            self._span("steps", entry[0], entry[2], ended)

    def begin(self, action):
        """Before a draw."""
        self.started = now()
        if self.clock is not None:
            self.query = start_span(self.context, self.clock)

    def end(self, action, fetches):
        """After a draw that reads about so many texels."""
        row = self.stack[len(self.stack) - 1][0]
        row.draws = row.draws + 1
        row.fetches = row.fetches + fetches
        row.programs.put(action.source, True)
        if self.clock is not None:
            end_span(self.context, self.clock)
            self.pending.append([row, self.query, self.started])
            return None
        wait_for_gpu(self.context, action.layout.kind)
        drawn = now()
        wait_for_gpu(self.context, action.layout.kind)
        self.waits.append(now() - drawn)
        row.milliseconds = row.milliseconds + drawn - self.started
        self._span("GPU", row, self.started, drawn)
        return None

    def _span(self, track, row, started, ended):
        self.journal.span(track, row.path + " " + row.kernel, row.label, started, ended)

    def finish(self):
        """Generator: when all runs have ended, collect what the GPU has to tell."""
        if self.clock is None:
            self._subtract_waits()
            return None
        free = 0.0
        for entry in self.pending:
            while not span_ready(self.context, entry[1]):
                hurried = yield TURN
                if not hurried:
                    yield sleep(1)
            took = take_span(self.context, entry[1])
            entry[0].milliseconds = entry[0].milliseconds + took
            # The GPU tells how long, not when: draws follow each other, none before it was asked for.
            started = entry[2] if entry[2] > free else free
            free = started + took
            self._span("GPU", entry[0], started, free)
        if was_disturbed(self.context, self.clock):
            self.journal.note("the GPU was disturbed meanwhile (its clock changed): profile once more")
        return None

    def _subtract_waits(self):
        if len(self.waits) == 0:
            return None
        ordered = sorted(self.waits)
        wait = ordered[int(len(ordered) / 2)]
        for row in self.record.rows:
            left = row.milliseconds - row.draws * wait
            row.milliseconds = left if left > 0.0 else 0.0
        return wait
