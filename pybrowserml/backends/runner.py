"""Plans with their state, run on the engine in use.

A runner needs no graph and no compiler: built models make theirs from files.
"""

from ..core.host import HostArray
from ..platform.tasks import now
from ..platform.text import to_json
from .backend import sizes_from_inputs
from .buffer import Buffer, Keeper
from .invariant import Invariants, split_plan
from .journal import Journal
from .observed import OBSERVER, run_on
from .recovery import fetch, fetch_slot, on_engine

KEPT_EXECUTABLES = 8


class Counters:
    """How often something was recorded, compiled, prepared or run; tests and reports read it."""

    def __init__(self):
        self.traces = 0
        self.compiles = 0
        self.prepares = 0
        self.runs = 0


COUNTERS = Counters()


class _Hooks:
    """before_overwrite(backend, variables): generator; computes what still waits for the present versions."""

    def __init__(self):
        self.before_overwrite = None


HOOKS = _Hooks()


class PlanRunner:
    """A plan with its variables; keeps the executables of the sizes used last, per engine.

    Frozen bundles make one from JSON; compiled functions from a trace. variables: objects with a `slot`. backend: the
    engine to use, None for the active one. passes: what the compiler did, where somebody asked for it.
    """

    def __init__(self, plan, variables):
        self.plan = plan
        self.variables = variables
        self.passes = None
        self.backend = None
        self.executables = []
        parts = split_plan(plan)
        self.invariants = None if parts is None else Invariants(parts[0])
        self.each = None if parts is None else parts[1]

    def run(self, inputs):
        """Generator → Buffers of the outputs. inputs: HostArrays or Buffers, one per plan input."""
        buffers = yield from on_engine(self.backend, lambda backend: self.run_locked(backend, inputs))
        return buffers

    def run_locked(self, backend, inputs):
        """Generator → Buffers; for a caller that holds the engine's lock."""
        if len(self.plan["updates"]) > 0 and HOOKS.before_overwrite is not None:
            overwritten = [self.variables[entry["state"]] for entry in self.plan["updates"]]
            yield from HOOKS.before_overwrite(backend, overwritten)
        COUNTERS.runs = COUNTERS.runs + 1
        slots = [variable.slot for variable in self.variables]
        for slot in slots:
            if slot.buffer is not None and slot.buffer.backend is not backend:
                yield from _to_host(slot, backend)
        local = []
        for given in inputs:
            value = yield from _brought(given, backend)
            local.append(value)
        journal = _journal_of(backend)
        if journal is None:
            for slot in slots:
                if slot.saved is not None and slot.uses == 0:
                    slot.saved = None
        else:
            yield from journal.tidy()
        fresh = [slot for slot in slots if slot.buffer is None]
        entry = None
        if journal is not None:
            for slot in fresh:
                journal.adopt(slot)
            entry = journal.begin(self, local, slots)
        try:
            buffers = yield from self._done(backend, local, slots)
        finally:
            for slot in fresh:
                if slot.buffer is not None:
                    slot.keeper = Keeper([slot.buffer])
        if journal is not None:
            journal.commit(entry, buffers)
        return buffers

    def run_again(self, backend, inputs, slots):
        """Generator → Buffers of a run that was done before, on an engine of the caller's own; nothing is noted."""
        buffers = yield from self._done(backend, inputs, slots)
        return buffers

    def make_ready(self, backend, inputs):
        """Generator: prepare the plan for inputs, so that a run of them need not; for a caller that holds the engine's
        lock.
        """
        yield from self.prepare_for(backend, sizes_from_inputs(self.plan, [given.shape for given in inputs]))
        return None

    def prepare_for(self, backend, sizes):
        """Generator: the same for sizes; the variables need not be there yet."""
        yield from self._prepared(backend, sizes)
        return None

    def _done(self, backend, inputs, slots):
        """Generator → Buffers of a run on values that are at hand."""
        sizes = sizes_from_inputs(self.plan, [given.shape for given in inputs])
        executable = yield from self._prepared(backend, sizes)
        if self.each is None:
            buffers = yield from run_on(backend, executable, inputs, slots)
            return buffers
        if not self.invariants.holds(backend, slots):
            yield from self.invariants.compute(backend, slots, sizes)
        given = [value for value in inputs]
        given.extend(self.invariants.buffers)
        buffers = yield from run_on(backend, executable, given, [slots[i] for i in self.each.state])
        return buffers

    def _prepared(self, backend, sizes):
        """Generator → the executable for sizes."""
        executable = self._kept(backend, sizes)
        if executable is None:
            COUNTERS.prepares = COUNTERS.prepares + 1
            self._forget(_is_given_up)
            started = now()
            plan = self.plan if self.each is None else self.each.plan
            executable = yield from backend.prepare(plan, sizes)
            if OBSERVER.profiler is not None:
                OBSERVER.profiler.prepared(backend, started)
            self.executables.append([backend, to_json(sizes), executable])
            if len(self.executables) > KEPT_EXECUTABLES:
                oldest = self.executables.pop(0)
                oldest[0].forget(oldest[2])
        return executable

    def forget_engine(self, backend):
        """Drop what was made ready for an engine that is not used any more."""
        self._forget(lambda entry: entry[0] is backend)
        if self.invariants is not None and self.invariants.backend is backend:
            self.invariants.forget()
        return None

    def give_back(self):
        """Give back what was made ready, for a plan that will not run again. What an engine holds that is in the middle
        of a run is left to the garbage collector.
        """
        self._forget(lambda entry: not entry[0].lock.busy())
        invariants = self.invariants
        if invariants is not None and invariants.backend is not None and not invariants.backend.lock.busy():
            invariants.forget()
        return None

    def _forget(self, dropped):
        kept = []
        for entry in self.executables:
            if dropped(entry):
                entry[0].forget(entry[2])
            else:
                kept.append(entry)
        self.executables = kept

    def instant(self, backend, sizes):
        """What runs the plan for some sizes at once, ready to do so (see cpu/instant); None where there is no such
        thing, or not now. For a caller that does not hold the engine's lock, and does the run before he waits.
        """
        if OBSERVER.profiler is not None or len(self.plan["updates"]) > 0 or backend.lock.busy():
            return None
        executable = self._kept(backend, sizes)
        if executable is None:
            return None
        slots = [variable.slot for variable in self.variables]
        given = [None for _entry in self.plan["inputs"]]
        if self.each is not None:
            if not self.invariants.holds(backend, slots):
                return None
            given.extend(self.invariants.buffers)
            slots = [slots[i] for i in self.each.state]
        return backend.instant(executable, given, slots)

    def holds(self, backend):
        """Whether what the plan reads of its variables, computed beforehand, is that of their present versions."""
        return self.each is None or self.invariants.holds(
            backend, [variable.slot for variable in self.variables]
        )

    def run_instant(self, backend, inputs, sizes):
        """HostArrays of the outputs, of a run as `instant` does it, or None. inputs: HostArrays, of the dtypes of the
        plan.
        """
        instant = self.instant(backend, sizes)
        if instant is None:
            return None
        COUNTERS.runs = COUNTERS.runs + 1
        for i in range(len(inputs)):
            instant.put(i, inputs[i].data)
        instant.run()
        found = []
        for k in range(len(instant.out_shapes)):
            found.append(HostArray(instant.result(k), instant.out_shapes[k], instant.out_dtypes[k]))
        return found

    def run_at_once(self, backend, inputs):
        """Buffers, or None where a run takes time, or something must be made ready first. For a plan without sizes and
        state, by a caller that holds the engine's lock.
        """
        executable = self._kept(backend, {})
        if executable is None or OBSERVER.profiler is not None:
            return None
        for given in inputs:
            if isinstance(given, Buffer) and given.backend is not backend:
                return None
        buffers = backend.run_at_once(executable, inputs)
        if buffers is not None:
            COUNTERS.runs = COUNTERS.runs + 1
        return buffers

    def _kept(self, backend, sizes):
        key = "{}" if len(self.plan["sizes"]) == 0 else to_json(sizes)
        if len(self.executables) > 0:
            newest = self.executables[len(self.executables) - 1]
            if newest[0] is backend and newest[1] == key:
                return newest[2]
        for i in range(len(self.executables)):
            entry = self.executables[i]
            if entry[0] is backend and entry[1] == key:
                self.executables.pop(i)
                self.executables.append(entry)
                return entry[2]
        return None


def _is_given_up(entry):
    return entry[0].successor is not None


def _to_host(slot, held):
    """Generator: move a slot's value to the host from an engine that is not the one whose lock is held."""
    host = yield from fetch_slot(slot, held)
    buffer = slot.buffer
    if buffer.backend is not held:
        slot.host = host
        slot.buffer = None
        buffer.backend.release(buffer)
    return None


def _brought(given, backend):
    """Generator → an input of a run for an engine, whose lock is held: as it is, or read from another engine."""
    if not isinstance(given, Buffer) or given.backend is backend:
        return given
    hosts = yield from fetch([given], backend)
    return given if given.backend is backend else hosts[0]


def _journal_of(backend):
    """The journal of an engine, None for one that keeps its memory."""
    if backend.journal is None and backend.may_lose:
        backend.journal = Journal(backend)
    return backend.journal


def read_outputs(buffers):
    """Generator → HostArrays of Buffers of one engine, which are released."""
    if len(buffers) == 0:
        return []
    hosts = yield from fetch(buffers, None)
    for buffer in buffers:
        buffer.backend.release(buffer)
    for buffer in buffers:
        if buffer.recipe is not None and buffer.backend.journal is not None:
            buffer.backend.journal.done(buffer.recipe)
    return hosts
