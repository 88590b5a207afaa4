"""Weights as the kernels read them, packed in panels or transformed, made once and not at every run.

That is worth its memory where a constant, a variable that the plan does not update, or what the runner computes once of
such variables (an input marked "fixed": see backends/invariant), is operand 1 of a product with few rows (see
launch.Launch.packed_size). All packed weights of an executable lie in one block of the persistent region; they are made
again when the version of a variable has changed, or the input is another Buffer.
"""

from ...platform.tasks import PAUSE, now
from ...platform.weak import on_collect
from .heap import rounded
from .kernels import prepare_step


class _Place:
    """The block that packed weights lie in; offset -1 before it is taken."""

    def __init__(self):
        self.offset = -1
        self.count = 0


def _releaser(heap, place):
    """A function that gives a block back, once."""

    def release():
        if place.offset >= 0:
            heap.give_back(place.offset, place.count)
            place.offset = -1

    return release


class Kept:
    """The packed weights of a resolved plan, found step by step with `prepare`. Each is a new value of the plan, named
    in its list "kept", and takes the place of the weights in its step.
    """

    def __init__(self, plan, tier):
        self.plan = plan
        self.tier = tier
        # Launches that pack, what they read, where they write.
        self.launches = []
        self.sources = []
        self.offsets = []
        self.place = _Place()
        self.release = None
        self.fresh = False
        self.states = []
        self.slots = []
        self.versions = []
        self.inputs = []
        self.given = []
        self.stays = [False for _value in plan["values"]]
        for entry in plan["constants"]:
            self.stays[entry["value"]] = True
        for entry in plan["state"]:
            self.stays[entry["value"]] = True
        for entry in plan["inputs"]:
            self.stays[entry["value"]] = "fixed" in entry
        for entry in plan["updates"]:
            self.stays[plan["state"][entry["state"]]["value"]] = False

    def prepare(self, s):
        """The launch of the plan's step s."""
        step = self.plan["steps"][s]
        launch = prepare_step(step, self.plan["values"], self.tier)
        if len(step["inputs"]) < 2 or not self.stays[step["inputs"][1]] or launch.packed_size() == 0:
            return launch
        return prepare_step(self._packed(step, launch), self.plan["values"], self.tier)

    def _packed(self, step, launch):
        """The step, with its operand 1 packed from now on."""
        values = self.plan["values"]
        source = step["inputs"][1]
        step["params"]["packed"] = values[source]["shape"]
        step["inputs"][1] = len(values)
        self.plan["kept"].append(len(values))
        self.stays.append(False)
        values.append({"shape": [launch.packed_size()], "dtype": "float32"})
        self.launches.append(launch)
        self.sources.append(source)
        self.offsets.append(self.place.count)
        self.place.count += rounded(launch.packed_size())
        for i in range(len(self.plan["state"])):
            if self.plan["state"][i]["value"] == source and i not in self.states:
                self.states.append(i)
        for i in range(len(self.plan["inputs"])):
            if self.plan["inputs"][i]["value"] == source and i not in self.inputs:
                self.inputs.append(i)
        return step

    def take(self, heap):
        """Have a place for what is packed."""
        if self.place.offset < 0 and self.place.count > 0:
            self.place.offset = heap.take(self.place.count)
            self.fresh = False
            if self.release is None:
                self.release = _releaser(heap, self.place)
                # An executable may be forgotten by everybody.
                on_collect(self, self.release)

    def give_back(self):
        if self.release is not None:
            self.release()

    def offset(self, k):
        """Where the plan's kept value number k lies."""
        return self.place.offset + self.offsets[k]

    def is_stale(self, state, inputs):
        """Whether a variable or a fixed input is not what was packed."""
        if not self.fresh:
            return len(self.launches) > 0
        for k in range(len(self.states)):
            slot = state[self.states[k]]
            if slot is not self.slots[k] or slot.version != self.versions[k]:
                return True
        for k in range(len(self.inputs)):
            if inputs[self.inputs[k]] is not self.given[k]:
                return True
        return False

    def pack(self, bound, state, inputs, milliseconds):
        """Generator: pack all, with a pause after so many milliseconds. bound: the offset of every value."""
        self.fresh = False
        pause_at = now() + milliseconds
        for k in range(len(self.launches)):
            self.launches[k].pack_into(bound[self.sources[k]], self.offset(k))
            if now() > pause_at:
                yield PAUSE
                pause_at = now() + milliseconds
        self.slots = [state[i] for i in self.states]
        self.versions = [slot.version for slot in self.slots]
        self.given = [inputs[i] for i in self.inputs]
        self.fresh = True
        return None
