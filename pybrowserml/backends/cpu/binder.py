"""Where the values of a run lie: variables, constants and inputs come into the engine's memory, results leave it."""

from typing import Any

from ...platform.buffers import copy_of, set_at, subarray
from ...platform.errors import error
from ...platform.tasks import PAUSE, now
from ..buffer import Buffer
from .heap import ALIGNMENT
from .launch import write_values
from .store import Block, Store, find_form, is_small, move, units_for

SLICE_MILLISECONDS = 8.0


class Binder(Store):
    """A Store that runs read from and write to. sharing: the threads that share out the present run, or None."""

    def __init__(self, tier, shared):
        super().__init__(tier, shared)
        self.sharing: Any = None

    def new_outputs(self, executable):
        """Buffers for the results of a run."""
        values = executable.plan["values"]
        outputs = []
        for entry in executable.plan["outputs"]:
            value = values[entry["value"]]
            outputs.append(self._new_buffer(value["shape"], value["dtype"]))
        return outputs

    def _bind(self, executable, inputs, state, outputs):
        """The offset of every value for this run, and that of the scratch region; variables and constants become
        resident, inputs are copied in.
        """
        plan = executable.plan
        storage = executable.storage
        base = self.heap.top
        room = base + storage.total
        if self.sharing is not None:
            executable.job.own = room
            executable.job.own_size = executable.own
            room += executable.own * self.sharing.count
        self._grow(room + ALIGNMENT)
        bound = self.places(executable, inputs, state, outputs, base)
        for i in range(len(inputs)):
            given = inputs[i]
            place = bound[plan["inputs"][i]["value"]]
            if not isinstance(given, Buffer):
                write_values(self.memory, given.dtype, place, given.data)
            elif is_small(given):
                write_values(self.memory, given.dtype, place, given.handle.host)
        bound.append(base)
        return bound

    def places(self, executable, inputs, state, outputs, base) -> Any:
        """The offset of every value when the scratch region begins at `base`; None where one that is needed is not in
        the engine's memory.
        """
        plan = executable.plan
        storage = executable.storage
        kept = executable.kept
        bound = []
        for v in range(len(plan["values"])):
            root = storage.root[v]
            home = storage.home[root]
            if home[0] == "state":
                buffer = state[home[1]].buffer
                if not self._has(buffer, kept, root):
                    return None
                bound.append(buffer.handle.offset)
            elif home[0] == "constant":
                buffer = executable.constants[home[1]]
                if not self._has(buffer, kept, root):
                    return None
                bound.append(buffer.handle.offset)
            elif home[0] == "kept":
                buffer = self._buffer_of(executable, kept.source_of[home[1]], inputs, state)
                form = None
                if buffer is not None and buffer.backend is self and buffer.handle is not None:
                    form = find_form(buffer.handle, kept.keys[home[1]])
                if form is None:
                    return None
                bound.append(form.offset)
            elif home[0] == "output":
                bound.append(outputs[home[1]].handle.offset)
            elif home[0] == "input" and isinstance(inputs[home[1]], Buffer) and not is_small(inputs[home[1]]):
                bound.append(inputs[home[1]].handle.offset)
            else:
                bound.append(base + storage.offsets[v])
        return bound

    def _has(self, buffer, kept, v):
        """Whether a value of a plan is in the engine's memory, if the plan needs it as it is."""
        if buffer is None or buffer.backend is not self or buffer.handle is None:
            return False
        return buffer.handle.offset >= 0 or not kept.needs(v)

    def _bring(self, executable, inputs, state):
        """Generator: bring variables, constants and inputs into the engine's memory, packed where the plan reads them
        so, which takes long before the first run of a large model.
        """
        plan = executable.plan
        kept = executable.kept
        for entry in plan["updates"]:
            slot = state[entry["state"]]
            if slot.buffer is not None and slot.buffer.backend is self:
                self._settle(slot.buffer)
                self._drop_forms(slot.buffer.handle)
        pause_at = now() + SLICE_MILLISECONDS
        for i in range(len(state)):
            slot = state[i]
            self._make_resident(slot, kept.needs(plan["state"][i]["value"]))
            if now() > pause_at:
                yield PAUSE
                pause_at = now() + SLICE_MILLISECONDS
        for i in range(len(plan["constants"])):
            if kept.needs(plan["constants"][i]["value"]):
                self._settle(executable.constants[i])
        for i in range(len(inputs)):
            item = inputs[i]
            if isinstance(item, Buffer):
                if item.backend is not self:
                    raise error("EngineError", "an input lives on another engine; read it first")
                if not is_small(item) and kept.needs(plan["inputs"][i]["value"]):
                    self._settle(item)
        for source in kept.sources:
            buffer = self._buffer_of(executable, source, inputs, state)
            keys = [kept.keys[k] for k in source.kept]
            self._form(buffer, keys, [kept.launches[k] for k in source.kept], source.plain)
            if source.group == "state" and state[source.index].host is not None:
                state[source.index].arrived()
            if now() > pause_at:
                yield PAUSE
                pause_at = now() + SLICE_MILLISECONDS
        return None

    def _make_resident(self, slot, plain):
        """Have a Buffer for a variable. plain: as it is, in the engine's memory."""
        if slot.buffer is None:
            # Its numbers are written to their place at once, so they need no copy of their own.
            block = Block(-1, units_for(slot.shape, slot.dtype), slot.host.data)
            slot.buffer = Buffer(self, slot.shape, slot.dtype, block)
        elif slot.buffer.backend is not self:
            raise error("EngineError", "a variable lives on another engine; read it first")
        if plain:
            self._settle(slot.buffer)
            if slot.host is not None:
                slot.arrived()

    def _buffer_of(self, executable, source, inputs, state):
        """The Buffer of a value that is read in packed forms."""
        if source.group == "state":
            return state[source.index].buffer
        return executable.constants[source.index] if source.group == "constants" else inputs[source.index]

    def _commit(self, executable, bound, outputs, state):
        """Copy what the steps could not write into its final place; raise the versions."""
        plan = executable.plan
        i32 = self.memory.i32
        for i in range(len(outputs)):
            place = bound[plan["outputs"][i]["value"]]
            block = outputs[i].handle
            if block.offset < 0:
                block.host = self._taken_out(outputs[i].dtype, place, block.count)
            elif not executable.storage.direct_outputs[i]:
                move(i32, place, block)
        updates = plan["updates"]
        held = []
        for u in range(len(updates)):
            offset = bound[updates[u]["value"]]
            home = executable.storage.home[executable.storage.root[updates[u]["value"]]]
            if not executable.storage.direct_updates[u] and home[0] == "state":
                # Variables that exchange their values: every old value is saved before one is overwritten.
                held.append(
                    copy_of(subarray(i32, offset, offset + state[updates[u]["state"]].buffer.handle.count))
                )
            else:
                held.append(None)
        for u in range(len(updates)):
            slot = state[updates[u]["state"]]
            if held[u] is not None:
                set_at(i32, held[u], slot.buffer.handle.offset)
            elif not executable.storage.direct_updates[u]:
                move(i32, bound[updates[u]["value"]], slot.buffer.handle)
            slot.version = slot.version + 1
