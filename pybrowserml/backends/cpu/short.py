"""Plans so short that to prepare a run would take longer than the run: one op on a small tensor.

Where such a plan's values lie changes only with the place of the scratch region, so it is kept from run to run.
"""

from ...core.dtypes import is_float
from ...platform.buffers import set_at
from ..buffer import Buffer
from ..resolve import element_count

# Numbers that the steps of a short plan give.
MOST_SHORT = 65536


class Result:
    """An output: count of units of four bytes, and its place in the memory of the last run."""

    def __init__(self, value, count):
        self.shape = value["shape"]
        self.dtype = value["dtype"]
        self.count = count
        self.place = 0


class ShortRun:
    """The steps of a plan and where they read and write. results: a Result for each output."""

    def __init__(self, plan, launches, storage):
        self.plan = plan
        self.storage = storage
        self.base = -1
        self.places = []
        self.works = []
        self.launches = []
        self.steps = []
        self.numbers = []
        for s in range(len(launches)):
            if not storage.skipped[s] and launches[s].tiles > 0:
                self.numbers.append(s)
                self.launches.append(launches[s])
                self.steps.append(plan["steps"][s])
        self.ins = []
        self.outs = []
        values = plan["values"]
        self.inputs = [values[entry["value"]]["dtype"] for entry in plan["inputs"]]
        self.results = []
        for entry in plan["outputs"]:
            self.results.append(Result(values[entry["value"]], storage.counts[entry["value"]]))

    def _move(self, base):
        """The scratch region begins at `base`."""
        plan = self.plan
        offsets = self.storage.offsets
        self.base = base
        self.works = [base + self.storage.works[s] for s in self.numbers]
        self.places = [base + offsets[entry["value"]] for entry in plan["inputs"]]
        self.ins = [[base + offsets[v] for v in step["inputs"]] for step in self.steps]
        self.outs = [[-1 if v is None else base + offsets[v] for v in step["outputs"]] for step in self.steps]
        for i in range(len(self.results)):
            self.results[i].place = base + offsets[plan["outputs"][i]["value"]]

    def run(self, memory, base, inputs):
        """Compute; the results lie at their places until the next run of the engine.

        inputs: HostArrays, or Buffers whose numbers are outside of the engine's memory.
        """
        if base != self.base:
            self._move(base)
        for i in range(len(inputs)):
            given = inputs[i]
            data = given.handle.host if isinstance(given, Buffer) else given.data
            if self.inputs[i] == "float64":
                set_at(memory.f64, data, self.places[i] >> 1)
            else:
                set_at(memory.f32 if is_float(self.inputs[i]) else memory.i32, data, self.places[i])
        for s in range(len(self.launches)):
            launch = self.launches[s]
            launch.start(memory, self.ins[s], self.outs[s], self.works[s])
            launch.run(0, launch.tiles)


def short_run(plan, launches, storage, small, most_tiles):
    """The ShortRun of a plan that has few tiles, and none but small inputs and outputs; None for others."""
    if len(plan["state"]) + len(plan["constants"]) + len(plan["subplans"]) > 0:
        return None
    tiles = 0
    for launch in launches:
        tiles = tiles + launch.tiles
    fits = tiles <= most_tiles
    for entry in plan["inputs"]:
        fits = fits and storage.counts[entry["value"]] <= small
    for entry in plan["outputs"]:
        fits = fits and storage.counts[entry["value"]] <= small
    return ShortRun(plan, launches, storage) if fits else None


def is_short(plan):
    """Whether a plan predicts, in steps of few numbers: then it is mostly run often, and each call counts."""
    if len(plan["state"]) == 0 or len(plan["updates"]) > 0:
        return False
    count = 0
    for step in plan["steps"]:
        for v in step["outputs"]:
            if v is not None:
                count = count + element_count(plan["values"][v]["shape"])
    return count <= MOST_SHORT
