"""Plans with their state, run on the engine in use.

A runner needs no graph and no compiler: built models make theirs from files.
"""

from ..platform.text import to_json
from .active import active_backend
from .backend import Buffer, sizes_from_inputs

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
    engine to use, None for the active one.
    """

    def __init__(self, plan, variables):
        self.plan = plan
        self.variables = variables
        self.backend = None
        self.executables = []

    def run(self, inputs):
        """Generator → Buffers of the outputs. inputs: HostArrays or Buffers, one per plan input."""
        backend = active_backend() if self.backend is None else self.backend
        ticket = yield backend.lock.acquire()
        try:
            buffers = yield from self.run_locked(backend, inputs)
        finally:
            backend.lock.release(ticket)
        return buffers

    def run_locked(self, backend, inputs):
        """Generator → Buffers; for a caller that holds the engine's lock."""
        sizes = sizes_from_inputs(self.plan, [given.shape for given in inputs])
        executable = self._kept(backend, sizes)
        if executable is None:
            COUNTERS.prepares = COUNTERS.prepares + 1
            executable = yield from backend.prepare(self.plan, sizes)
            self.executables.append([backend, to_json(sizes), executable])
            if len(self.executables) > KEPT_EXECUTABLES:
                oldest = self.executables.pop(0)
                oldest[0].forget(oldest[2])
        if len(self.plan["updates"]) > 0 and HOOKS.before_overwrite is not None:
            overwritten = [self.variables[entry["state"]] for entry in self.plan["updates"]]
            yield from HOOKS.before_overwrite(backend, overwritten)
        COUNTERS.runs = COUNTERS.runs + 1
        slots = [variable.slot for variable in self.variables]
        for slot in slots:
            if slot.buffer is not None and slot.buffer.backend is not backend:
                yield from _to_host(slot)
        local = []
        for given in inputs:
            if isinstance(given, Buffer) and given.backend is not backend:
                host = yield from given.backend.read(given)
                local.append(host)
            else:
                local.append(given)
        buffers = yield from backend.run(executable, local, slots)
        return buffers

    def run_at_once(self, backend, inputs):
        """Buffers, or None where a run takes time, or something must be made ready first. For a plan without sizes and
        state, by a caller that holds the engine's lock.
        """
        executable = self._kept(backend, {})
        if executable is None:
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


def _to_host(slot):
    """Generator: move a slot's value from its engine to the host."""
    buffer = slot.buffer
    host = yield from buffer.backend.read(buffer)
    slot.host = host
    slot.buffer = None
    buffer.backend.release(buffer)


def read_outputs(buffers):
    """Generator → HostArrays of Buffers of one engine, which are released."""
    if len(buffers) == 0:
        return []
    backend = buffers[0].backend
    hosts = yield from backend.read_many(buffers)
    for buffer in buffers:
        backend.release(buffer)
    return hosts
