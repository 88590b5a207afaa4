"""What runs did on an engine that may lose its memory, so that it can be done again.

A value in such memory can be had again in one of three ways. A variable whose value came from the host keeps that copy
(`Slot.saved`). A variable that runs have changed is the result of those runs, from the copies of a moment on which all
agree: the journal of the engine lists the runs since then, with their inputs, and now and then begins anew with a
snapshot, which is read while training goes on. A tensor has the run that made it as its recipe.

Nothing of this is done for an engine that keeps its memory.
"""

from ..core.host import HostArray
from ..platform.buffers import copy_of, element_bytes
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_number, is_whole
from ..platform.tasks import PAUSE, drive
from .buffer import Buffer

# A recipe that has grown beyond these is given up.
DEEPEST = 64
MOST_BYTES = 16777216
MEGABYTE = 1048576
# Entries before those are looked for that nobody needs any more.
FEW = 8


class Settings:
    """steps: runs that change variables between two snapshots; bytes: of inputs kept since the last; wait: how many
    milliseconds an engine has to come back.
    """

    def __init__(self):
        self.steps = 50
        self.bytes = 64 * MEGABYTE
        self.wait = 1000.0


SETTINGS = Settings()


def set_recovery(steps=50, megabytes=64, wait=1.0):
    """How training survives the loss of the GPU.

    steps: after so many training steps the variables are read from the GPU, while training goes on; the steps since
    then are done again after a loss. megabytes: they are read earlier when the batches kept since then are larger.
    wait: seconds that the GPU has to come back before the CPU takes over.
    """
    if not is_whole(steps) or steps < 1:
        raise error("ArgumentError", "set_recovery: steps must be a whole number of at least 1")
    for number in [megabytes, wait]:
        if not is_number(number) or not number >= 0:
            raise error("ArgumentError", "set_recovery: megabytes and wait must be numbers of at least 0")
    SETTINGS.steps = steps
    SETTINGS.bytes = megabytes * MEGABYTE
    SETTINGS.wait = wait * 1000.0
    return None


class Entry:
    """A run, or the moment when a variable got a value from the host (`placed`; then slots has that one).

    ordered: whether its results depend on its place in the journal. complete: whether all its inputs can be had again.
    reading: transfers of its results under way; needed: whether later runs take its results; past: whether a snapshot
    under way makes it superfluous; dropped: whether it is so already; values: its results, done again.
    """

    def __init__(self, runner, inputs, slots, placed):
        self.runner = runner
        self.inputs = inputs
        self.slots = slots
        self.placed = placed
        self.outputs = []
        self.values = None
        self.changes = runner is None or len(runner.plan["updates"]) > 0
        self.ordered = len(slots) > 0
        self.complete = True
        self.bytes = 0 if placed is None else bytes_of_host(placed)
        self.depth = 1
        self.reading = 0
        self.needed = False
        self.past = False
        self.dropped = False
        for given in inputs:
            if not isinstance(given, Buffer):
                self.bytes = self.bytes + bytes_of_host(given)
            elif given.recipe is None or given.recipe.dropped:
                self.complete = False
            else:
                recipe = given.recipe
                self.ordered = self.ordered or recipe.ordered
                if not recipe.ordered:
                    self.bytes = self.bytes + recipe.bytes
                self.depth = recipe.depth + 1 if recipe.depth >= self.depth else self.depth

    def is_wanted(self):
        """Whether anybody may still ask for its results."""
        if self.changes or self.needed or self.reading > 0:
            return True
        for buffer in self.outputs:
            if buffer.handle is not None:
                return True
        return False

    def value_of(self, buffer):
        """The value, done again, of one of the results."""
        for i in range(len(self.outputs)):
            if self.outputs[i] is buffer:
                return self.values[i]
        return None

    def rests(self):
        """Whether all that it takes from other runs can still be had."""
        for given in self.inputs:
            if isinstance(given, Buffer) and (given.recipe is None or given.recipe.dropped):
                return False
        return True


class Journal:
    """The journal of an engine. changes, bytes: runs that changed variables, and bytes kept, since the last snapshot;
    saving: whether one is under way; broken: whether something in it cannot be done again, until the next snapshot.
    """

    def __init__(self, backend):
        self.backend = backend
        self.entries = []
        self.changes = 0
        self.bytes = 0
        self.saving = False
        self.broken = False
        self.many = FEW

    def adopt(self, slot):
        """A variable comes to the engine from the host."""
        if slot.uses == 0:
            slot.saved = slot.hand_out()
            slot.saved_version = slot.version
        elif slot.known != slot.version:
            self._append(Entry(None, [], [slot], slot.hand_out()))
        slot.known = slot.version

    def begin(self, runner, inputs, slots):
        """An Entry of a run that is about to start. A batch that changes variables is copied: its owner may use the
        array again before it is needed here.
        """
        kept = inputs
        if len(runner.plan["updates"]) > 0:
            kept = [given if isinstance(given, Buffer) else _copied(given) for given in inputs]
        return Entry(runner, kept, slots, None)

    def commit(self, entry, outputs):
        """The run is done. outputs: its Buffers."""
        entry.outputs = outputs
        if not entry.complete and not entry.changes:
            return None
        if not entry.ordered and (entry.depth > DEEPEST or entry.bytes > MOST_BYTES):
            return None
        for buffer in outputs:
            buffer.recipe = entry
        if entry.ordered or entry.changes:
            for given in entry.inputs:
                if isinstance(given, Buffer) and given.recipe is not None:
                    given.recipe.needed = True
            self._append(entry)
        return None

    def _append(self, entry):
        if len(self.entries) >= self.many:
            self._keep(_is_wanted)
            self.many = FEW + 2 * len(self.entries)
        self.entries.append(entry)
        self._count(entry)
        for slot in entry.slots:
            slot.uses = slot.uses + 1
        if entry.runner is not None:
            for update in entry.runner.plan["updates"]:
                slot = entry.slots[update["state"]]
                slot.known = slot.version

    def _count(self, entry):
        self.bytes = self.bytes + entry.bytes
        if entry.changes:
            self.changes = self.changes + 1
        if not entry.complete:
            self.broken = True

    def done(self, entry):
        """The results of a run have arrived where they are wanted."""
        if not entry.is_wanted():
            for i in range(len(self.entries)):
                if self.entries[i] is entry:
                    self.entries.pop(i)
                    self.bytes = self.bytes - entry.bytes
                    _leave(entry)
                    break
        return None

    def tidy(self):
        """Generator, before a run: start a snapshot where one is due."""
        if self.saving or not self._is_due(1):
            return None
        # What is on its way to the host may need the entries once more.
        hurried = False
        while not hurried and self._is_read():
            if not self._is_due(2):
                return None
            hurried = yield PAUSE
        self._start()
        return None

    def _is_due(self, factor):
        return self.broken or self.changes >= factor * SETTINGS.steps or self.bytes > factor * SETTINGS.bytes

    def _is_read(self):
        for entry in self.entries:
            if entry.reading > 0:
                return True
        return False

    def _start(self):
        slots = []
        seen = new_map()
        for entry in self.entries:
            entry.past = True
            for slot in entry.slots:
                if not seen.has(slot):
                    seen.put(slot, True)
                    if not self.holds(slot):
                        slot.known = -1
                    elif slot.known != slot.saved_version:
                        slots.append(slot)
        self.saving = True
        drive(self._save(slots))

    def holds(self, slot):
        """Whether a variable is in the engine's memory."""
        return slot.buffer is not None and slot.buffer.backend is self.backend

    def _save(self, slots):
        """Generator: read the variables as they are now, then begin anew with them."""
        versions = [slot.version for slot in slots]
        hosts = None
        try:
            hosts = yield from self.backend.read_many([slot.buffer for slot in slots])
        except Exception:
            # Whoever runs next finds out what happened.
            hosts = None
        self.saving = False
        if hosts is None:
            for entry in self.entries:
                entry.past = False
            return None
        for i in range(len(slots)):
            slots[i].saved = hosts[i]
            slots[i].saved_version = versions[i]
        self._keep(_is_present)
        return None

    def _keep(self, wanted):
        """Drop the entries that are not wanted."""
        entries = self.entries
        self.entries = []
        self.changes = 0
        self.bytes = 0
        self.broken = False
        for entry in entries:
            if wanted(entry):
                self.entries.append(entry)
            else:
                _leave(entry)
        for entry in self.entries:
            entry.complete = entry.complete and entry.rests()
            self._count(entry)

    def discard(self):
        """The engine's variables have been brought to one that keeps its memory."""
        for entry in self.entries:
            _leave(entry)
        self.entries = []


def _is_wanted(entry):
    return entry.is_wanted()


def _is_present(entry):
    return not entry.past


def _leave(entry):
    """An entry leaves the journal: its results have no recipe any more."""
    entry.dropped = True
    entry.inputs = []
    for buffer in entry.outputs:
        buffer.recipe = None
    entry.outputs = []
    for slot in entry.slots:
        slot.uses = slot.uses - 1
        if slot.uses == 0 and slot.saved_version != slot.version:
            slot.saved = None


def _copied(host):
    return HostArray(copy_of(host.data), host.shape, host.dtype)


def bytes_of_host(host):
    """The size of a HostArray."""
    return len(host.data) * element_bytes(host.dtype)
