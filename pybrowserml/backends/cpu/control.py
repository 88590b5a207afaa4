"""Loops on the CPU: the body's launches run once a step, all their values inside of the loop's workspace.

A tile is a tile of one of the body's launches, so the page can breathe within a step too. Slices of stacked inputs are
read, and those of stacked results written, where they lie. Carries alternate between two places; the last step
writes them into the loop's outputs.
"""

from ...platform.buffers import copy_within, set_at, zeros
from ..resolve import element_count
from .heap import rounded
from .launch import Launch, units_of, write_values
from .storage import Storage

ENDLESS = 1000000000
# Steps from which on it pays to keep a matrix as products read it, and kernels that would need the same place.
LEAST_HELD = 12
PRODUCTS = ["matmul", "conv2d", "conv2d_input_grad", "conv2d_filter_grad", "attention", "scan", "while"]


class BodyMemory:
    """The body of a loop, placed: where in the loop's workspace everything lies.

    launches: those with work to do, as [launch, step, first tile, tiles, number of the step]; a launch that does not
    know its tiles beforehand counts as one. tiles: of one step. prepared: a launch for each step; watch: who runs them
    while somebody profiles.
    """

    def __init__(self, plan, carries, prepare_step):
        self.plan = plan
        launches = [prepare_step(step, plan["values"]) for step in plan["steps"]]
        self.prepared = launches
        self.watch = None
        self.storage = Storage(plan, launches, False, -1)
        self.launches = []
        self.tiles = 0
        for s in range(len(launches)):
            launch = launches[s]
            if self.storage.skipped[s] or launch.tiles == 0:
                continue
            tiles = 1 if launch.tiles >= ENDLESS else launch.tiles
            self.launches.append([launch, plan["steps"][s], self.tiles, tiles, s])
            self.tiles = self.tiles + tiles
        self.scratch = 0
        at = rounded(self.storage.total)
        self.constants = []
        for entry in plan["constants"]:
            spec = plan["values"][entry["value"]]
            data = zeros(spec["dtype"], element_count(spec["shape"]))
            set_at(data, entry["data"], 0)
            self.constants.append([entry["value"], at, data, spec["dtype"]])
            at = rounded(at + len(data) * units_of(spec["dtype"]))
        # Two places for each carry.
        self.carried = []
        for i in range(carries):
            count = self.count_of_output(i)
            self.carried.append([at, rounded(at + count)])
            at = rounded(self.carried[i][1] + count)
        self.total = at
        self.bound = [-1 for value in plan["values"]]

    def hold_matrix(self, fixed):
        """Let the only product of the body keep its matrix, where that is one of the inputs from number `fixed` on."""
        steps = [s for s in range(len(self.prepared)) if self.plan["steps"][s]["kernel"] in PRODUCTS]
        if len(steps) == 1 and self.plan["steps"][steps[0]]["kernel"] == "matmul":
            operand = self.plan["steps"][steps[0]]["inputs"][1]
            inputs = self.plan["inputs"]
            for i in range(fixed, len(inputs)):
                if inputs[i]["value"] == operand:
                    self.prepared[steps[0]].hold()

    def count_of_output(self, i):
        """In four-byte units."""
        value = self.plan["values"][self.plan["outputs"][i]["value"]]
        return element_count(value["shape"]) * units_of(value["dtype"])

    def begin(self, memory, base):
        """Fill in the constants and what does not change from step to step."""
        for entry in self.constants:
            write_values(memory, entry[3], base + entry[1], entry[2])
            self.bound[entry[0]] = base + entry[1]
        for launch in self.prepared:
            launch.renew()

    def bind(self, base, inputs, outputs):
        """The places of all values for one step. inputs, outputs: offsets in the order of the plan."""
        plan = self.plan
        storage = self.storage
        bound = self.bound
        for i in range(len(inputs)):
            bound[plan["inputs"][i]["value"]] = inputs[i]
        for i in range(len(outputs)):
            if storage.direct_outputs[i]:
                bound[plan["outputs"][i]["value"]] = outputs[i]
        for v in range(len(bound)):
            root = storage.root[v]
            if root != v:
                kind = storage.home[root][0]
                bound[v] = base + storage.offsets[v] if kind == "scratch" else bound[root]
            elif storage.home[v][0] == "scratch":
                bound[v] = base + storage.offsets[v]

    def start(self, k, memory, base):
        """Bind one launch to the places of this step."""
        entry = self.launches[k]
        ins = [self.bound[v] for v in entry[1]["inputs"]]
        outs = [-1 if v is None else self.bound[v] for v in entry[1]["outputs"]]
        entry[0].start(memory, ins, outs, base + self.storage.works[entry[4]])

    def run(self, k, lo, hi):
        """Tiles lo to hi - 1 of one launch."""
        entry = self.launches[k]
        if self.watch is None:
            entry[0].run(lo, hi)
        else:
            self.watch.run_inside(self, entry[0], entry[4], lo, hi)

    def finish(self, i32, outputs):
        """Copy the results that no launch could write into their place."""
        for i in range(len(outputs)):
            if not self.storage.direct_outputs[i]:
                source = self.bound[self.plan["outputs"][i]["value"]]
                copy_within(i32, outputs[i], source, source + self.count_of_output(i))

    def record(self, commands, memory, base, outputs):
        """Write the step that is bound on a list of commands; whether it fits one."""
        for k in range(len(self.launches)):
            launch = self.launches[k][0]
            self.start(k, memory, base)
            if launch.tiles >= ENDLESS or not launch.record(commands):
                return False
        for i in range(len(outputs)):
            if not self.storage.direct_outputs[i]:
                source = self.bound[self.plan["outputs"][i]["value"]]
                commands.carry(source, outputs[i], self.count_of_output(i))
        return True


class LoopLaunch(Launch):
    """What `scan` and `while` share: the carries' places and one step."""

    def __init__(self, params, ins, outs, prepare_step):
        self.carries = params["carries"]
        self.body = BodyMemory(params["body"], self.carries, prepare_step)
        self.memory = None
        super().__init__(0, self.body.total)
        self.ins_of_step = [-1 for value in params["body"]["inputs"]]
        self.outs_of_step = [-1 for value in params["body"]["outputs"]]

    def start(self, memory, ins, outs, work):
        self.memory = memory
        super().start(memory, ins, outs, work)

    def begin(self):
        self.body.begin(self.memory, self.work)

    def place_carries(self, step, last):
        """Where step number `step` reads its carries and writes the next; last: whether it is the last one."""
        for i in range(self.carries):
            pair = self.body.carried[i]
            self.ins_of_step[i] = self.ins[i] if step == 0 else self.work + pair[step % 2]
            into = self.work + pair[(step + 1) % 2]
            self.outs_of_step[i] = self.outs[i] if last and self.outs[i] >= 0 else into


class ScanLaunch(LoopLaunch):
    """tiles: steps times the tiles of one step."""

    def __init__(self, params, ins, outs, prepare_step):
        super().__init__(params, ins, outs, prepare_step)
        self.length = params["length"]
        self.reverse = params["reverse"]
        self.stacked = params["stacked"]
        self.strides_in = []
        for i in range(self.stacked):
            value = ins[self.carries + i]
            self.strides_in.append(element_count(value[0][1 : len(value[0])]) * units_of(value[1]))
        self.strides_out = []
        for i in range(self.carries, len(outs)):
            self.strides_out.append(self.body.count_of_output(i))
        if self.length >= LEAST_HELD:
            self.body.hold_matrix(self.carries + self.stacked)
        # A step without work still hands on its results; a scan of no steps hands on its carries.
        self.tiles_of_step = self.body.tiles if self.body.tiles > 0 else 1
        self.tiles = self.length * self.tiles_of_step if self.length > 0 else 1

    def run(self, lo, hi):
        if self.length == 0:
            self._hand_on()
            return None
        tile = lo
        while tile < hi:
            inside = tile % self.tiles_of_step
            step = int((tile - inside) / self.tiles_of_step)
            # A chunk may end within a step; the places are set again, the launch goes on where it was.
            self._bind(step)
            end = (step + 1) * self.tiles_of_step
            if end > hi:
                end = hi
            self._run_step(inside, inside + end - tile)
            if end == (step + 1) * self.tiles_of_step:
                self.body.finish(self.i32, self.outs_of_step)
            tile = end
        return None

    def record(self, commands):
        if self.length == 0 or len(self.body.constants) > 0:
            return False
        turns = []
        for step in range(self.length):
            self._bind(step)
            turn = commands.turn()
            if not self.body.record(turn, self.memory, self.work, self.outs_of_step):
                return False
            turns.append(turn)
        return commands.repeat(turns)

    def _bind(self, step):
        place = self.length - 1 - step if self.reverse else step
        self.place_carries(step, step == self.length - 1)
        for i in range(self.carries, len(self.ins)):
            stacked = i - self.carries
            moved = place * self.strides_in[stacked] if stacked < self.stacked else 0
            self.ins_of_step[i] = self.ins[i] + moved
        for i in range(self.carries, len(self.outs)):
            self.outs_of_step[i] = self.outs[i] + place * self.strides_out[i - self.carries]
        self.body.bind(self.work, self.ins_of_step, self.outs_of_step)

    def _run_step(self, lo, hi):
        """Tiles lo to hi - 1 of the present step."""
        launches = self.body.launches
        for k in range(len(launches)):
            entry = launches[k]
            first = entry[2]
            if first >= hi:
                break
            if first + entry[3] <= lo:
                continue
            low = lo - first if lo > first else 0
            high = entry[3] if first + entry[3] < hi else hi - first
            if low == 0:
                self.body.start(k, self.memory, self.work)
            if entry[0].tiles >= ENDLESS:
                self.body.run(k, 0, entry[0].tiles)
            else:
                self.body.run(k, low, high)

    def _hand_on(self):
        for i in range(self.carries):
            if self.outs[i] >= 0:
                count = self.body.count_of_output(i)
                copy_within(self.i32, self.outs[i], self.ins[i], self.ins[i] + count)


class WhileLaunch(LoopLaunch):
    """Each tile is one step; `tiles` becomes their number when the flag is found false."""

    def __init__(self, params, ins, outs, prepare_step):
        super().__init__(params, ins, outs, prepare_step)
        self.limit = ENDLESS if params["limit"] is None else params["limit"]
        self.tiles = ENDLESS

    def begin(self):
        super().begin()
        self.tiles = ENDLESS

    def run(self, lo, hi):
        for step in range(lo, hi):
            self.place_carries(step, False)
            for i in range(self.carries, len(self.ins)):
                self.ins_of_step[i] = self.ins[i]
            if self.i32[self.ins_of_step[0]] == 0 or step >= self.limit:
                self._end(step)
                return None
            self.body.bind(self.work, self.ins_of_step, self.outs_of_step)
            for k in range(len(self.body.launches)):
                self.body.start(k, self.memory, self.work)
                self.body.run(k, 0, self.body.launches[k][0].tiles)
            self.body.finish(self.i32, self.outs_of_step)
        return None

    def _end(self, step):
        """Hand out the carries that the step would read, and stop."""
        self.tiles = step
        for i in range(self.carries):
            if self.outs[i] >= 0:
                at = self.ins_of_step[i]
                copy_within(self.i32, self.outs[i], at, at + self.body.count_of_output(i))


def scan_with(prepare_step):
    """The row `scan` of a kernel table, whose bodies `prepare_step` prepares."""
    return lambda params, ins, outs: ScanLaunch(params, ins, outs, prepare_step)


def while_with(prepare_step):
    """The row `while` of a kernel table, whose bodies `prepare_step` prepares."""
    return lambda params, ins, outs: WhileLaunch(params, ins, outs, prepare_step)
