"""Where each value of a plan lives: aliases, updates written in place, offsets of the scratch region.

A *group* is a set of values that share one place; it is named by its root value. A group's home is "scratch",
"input", "constant", "state" (the slot of a variable), "kept" (see kept) or "output" (a new buffer of the run).
Reshapes join the group of their operand; an elementwise result may overwrite a scratch operand that nobody reads
later; the new version of a variable is written straight over the old one when no later step reads that.
"""

from ..memory import plan_offsets
from ..resolve import element_count
from .heap import ALIGNMENT, rounded
from .launch import units_of

NEVER = 1000000000
# Elements of a workspace that has a place of its own while its step runs; smaller ones share one.
LEAST_PLACED = 16384


class Storage:
    """The decision for one resolved plan.

    root: per value, its group. home: per root, [kind, index]. offsets: per value, in the scratch region, -1
    elsewhere. scratch: size of that region; works: per step, where in it or behind it the workspace of its launch lies;
    total: size of the region with all workspaces. direct: per output and update, True when the steps write it into
    its final place. skipped: per step, True for a reshape that costs nothing. launches: per step, its launch
    or None. holds_inputs: whether inputs need a place in the scratch region. small: outputs up to this size
    stay where they are computed, since the engine copies them out of its memory at the end.
    """

    def __init__(self, plan, launches, holds_inputs, small):
        self.plan = plan
        self.holds_inputs = holds_inputs
        self.small = small
        self.launches = launches
        self.counts = []
        self.root = []
        self.home = []
        self.producer = []
        self.last_read = []
        self.skipped = []
        for v in range(len(plan["values"])):
            value = plan["values"][v]
            self.counts.append(element_count(value["shape"]) * units_of(value["dtype"]))
            self.root.append(v)
            self.home.append(["scratch", 0])
            self.producer.append(-1)
            self.last_read.append(-1)
        for i in range(len(plan["inputs"])):
            self.home[plan["inputs"][i]["value"]] = ["input", i]
        for i in range(len(plan["state"])):
            self.home[plan["state"][i]["value"]] = ["state", i]
        for i in range(len(plan["constants"])):
            self.home[plan["constants"][i]["value"]] = ["constant", i]
        for i in range(len(plan["kept"])):
            self.home[plan["kept"][i]] = ["kept", i]
        self._read_steps()
        self._join_reshapes()
        self._place_outputs()
        self._place_updates()
        self._overwrite_operands()
        self._assign_offsets()

    def _read_steps(self):
        steps = self.plan["steps"]
        for s in range(len(steps)):
            self.skipped.append(False)
            for v in steps[s]["inputs"]:
                self.last_read[v] = s
            for v in steps[s]["outputs"]:
                if v is not None:
                    self.producer[v] = s
        self.pinned = []
        for _v in range(len(self.counts)):
            self.pinned.append(0)
        for entry in self.plan["outputs"]:
            self.pinned[entry["value"]] = self.pinned[entry["value"]] + 1
        for entry in self.plan["updates"]:
            self.pinned[entry["value"]] = self.pinned[entry["value"]] + 1

    def _join(self, v, root):
        """Put a value that owns its place into another group."""
        self.root[v] = root
        if self.last_read[v] > self.last_read[root]:
            self.last_read[root] = self.last_read[v]

    def _join_reshapes(self):
        steps = self.plan["steps"]
        for s in range(len(steps)):
            if steps[s]["kernel"] != "reshape":
                continue
            v = steps[s]["outputs"][0]
            if v is None:
                self.skipped[s] = True
            elif self.pinned[v] == 0:
                self._join(v, self.root[steps[s]["inputs"][0]])
                self.skipped[s] = True

    def _place_outputs(self):
        """An output or update that is read from its group at the end keeps the group alive until then."""
        self.direct_outputs = []
        outputs = self.plan["outputs"]
        for i in range(len(outputs)):
            v = outputs[i]["value"]
            direct = (
                self.pinned[v] == 1
                and self.home[self.root[v]][0] == "scratch"
                and self.root[v] == v
                and self.producer[v] >= 0
                and self.counts[v] > self.small
            )
            self.direct_outputs.append(direct)
            if direct:
                self.home[v] = ["output", i]
            else:
                self.last_read[self.root[v]] = NEVER

    def _place_updates(self):
        self.direct_updates = []
        updates = self.plan["updates"]
        state = self.plan["state"]
        for entry in updates:
            v = entry["value"]
            if self.home[self.root[v]][0] == "state":
                self.last_read[self.root[v]] = NEVER
        for entry in updates:
            v = entry["value"]
            old = state[entry["state"]]["value"]
            fits = (
                self.pinned[v] == 1
                and self.root[v] == v
                and self.producer[v] >= 0
                and self.home[v][0] == "scratch"
            )
            if fits:
                fits = self._may_overwrite(v, old)
            self.direct_updates.append(fits)
            if fits:
                self.home[v] = ["state", entry["state"]]
            else:
                self.last_read[self.root[v]] = NEVER

    def _may_overwrite(self, v, operand):
        """True when the step that produces v may write over the group of `operand`; tells its launch if it
        reads it.
        """
        s = self.producer[v]
        root = self.root[operand]
        if self.counts[v] != self.counts[root] or self.last_read[root] > s:
            return False
        step = self.plan["steps"][s]
        launch = self.launches[s]
        position = -1
        for k in range(len(step["outputs"])):
            if step["outputs"][k] == v:
                position = k
        chosen = -1
        for k in range(len(step["inputs"])):
            if self.root[step["inputs"][k]] != root:
                continue
            if launch is None or position >= len(launch.reuse) or k not in launch.reuse[position]:
                return False
            chosen = k
        for k in range(len(step["outputs"])):
            other = step["outputs"][k]
            if other is not None and other != v and self._same_home(other, root):
                return False
        if chosen >= 0:
            launch.accepted.append([position, chosen])
            launch.accept_reuse(position, chosen)
        return True

    def _same_home(self, v, root):
        mine = self.home[self.root[v]]
        theirs = self.home[root]
        return self.root[v] == root or (mine[0] == "state" and theirs[0] == "state" and mine[1] == theirs[1])

    def _overwrite_operands(self):
        steps = self.plan["steps"]
        for s in range(len(steps)):
            launch = self.launches[s]
            if launch is None or self.skipped[s]:
                continue
            for k in range(len(launch.reuse)):
                v = steps[s]["outputs"][k]
                if (
                    v is None
                    or self.root[v] != v
                    or self.home[v][0] != "scratch"
                    or self.last_read[v] == NEVER
                ):
                    continue
                for operand in launch.reuse[k]:
                    root = self.root[steps[s]["inputs"][operand]]
                    if (
                        self.home[root][0] == "scratch"
                        and self.last_read[root] == s
                        and self._may_overwrite(v, root)
                    ):
                        self._join_group(v, root)
                        break

    def _join_group(self, v, root):
        """Put the group of v, reshapes of it included, into another group."""
        for w in range(len(self.root)):
            if self.root[w] == v:
                self.root[w] = root
        if self.last_read[v] > self.last_read[root]:
            self.last_read[root] = self.last_read[v]

    def _is_fixed(self, i):
        """Whether an input is always a Buffer with a place of its own."""
        entry = self.plan["inputs"][i]
        return "fixed" in entry and self.counts[entry["value"]] > self.small

    def _assign_offsets(self):
        lifetimes = []
        for v in range(len(self.counts)):
            root = self.root[v]
            kind = self.home[root][0]
            if kind == "input" and self.holds_inputs and not self._is_fixed(self.home[root][1]):
                lifetimes.append([-1, self.last_read[root]])
            elif kind == "scratch" and (self.producer[v] >= 0):
                end = self.last_read[root]
                lifetimes.append([self.producer[v], end if end > self.producer[v] else self.producer[v]])
            else:
                lifetimes.append(None)
        # A large workspace is often not needed while most values are alive.
        values = len(self.counts)
        counts = [count for count in self.counts]
        roots = [root for root in self.root]
        places = []
        shared = 0
        for s in range(len(self.skipped)):
            launch = self.launches[s]
            need = 0 if launch is None or self.skipped[s] else launch.workspace
            places.append(-1)
            if need < LEAST_PLACED:
                shared = max(shared, need)
                continue
            places[s] = len(counts)
            counts.append(need)
            roots.append(places[s])
            lifetimes.append([s, s])
        planned = plan_offsets(counts, lifetimes, roots, ALIGNMENT)
        offsets = planned["offsets"]
        self.scratch = planned["total"]
        self.offsets = [offsets[v] for v in range(values)]
        self.works = [self.scratch if place < 0 else offsets[place] for place in places]
        self.total = self.scratch if shared == 0 else self.scratch + rounded(shared)
