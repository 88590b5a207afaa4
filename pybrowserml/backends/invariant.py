"""What of a plan depends on its variables only is computed once per version of them, not at every run.

So a prediction does not fold the statistics of its batch normalizations anew, nor turn its filters: the steps that
depend on no input make a plan of their own, whose results are inputs of the plan that is left, marked "fixed": an
engine may keep what it makes of such an input for as long as it gets the same Buffer.
"""

from ..platform.maps import new_map
from .buffer import Keeper
from .memory import lifetimes_of
from .observed import run_on
from .resolve import element_count

# A result that is larger than what it is made of is kept only up to this size, in elements.
SMALL = 65536


class Part:
    """Some steps of a plan as a plan. updates: those of its entries that these steps make; state: the numbers of its
    variables in the whole one.
    """

    def __init__(self, plan, steps, given, wanted, updates):
        used = new_map()
        for step in steps:
            for v in step["inputs"]:
                used.put(v, True)
        for entry in updates:
            used.put(plan["state"][entry["state"]]["value"], True)
        for v in wanted:
            used.put(v, True)
        self.state = []
        places = new_map()
        for i in range(len(plan["state"])):
            if used.has(plan["state"][i]["value"]):
                places.put(i, len(self.state))
                self.state.append(i)
        self.plan = {
            "sizes": plan["sizes"],
            "values": plan["values"],
            "inputs": given,
            "state": [plan["state"][i] for i in self.state],
            "constants": [entry for entry in plan["constants"] if used.has(entry["value"])],
            "outputs": [{"name": str(v), "value": v} for v in wanted],
            "updates": [],
            "steps": steps,
            "lifetimes": lifetimes_of(plan["values"], steps, wanted),
            "subplans": plan["subplans"],
        }
        self.places = places


def split_plan(plan):
    """[what runs once, what runs each time], two Parts; None where nothing is worth it."""
    hoisted = steps_that_run_once(plan)
    once = []
    each = []
    needed = new_map()
    for s in range(len(plan["steps"])):
        step = plan["steps"][s]
        if hoisted[s]:
            once.append(step)
        else:
            each.append(step)
            for v in step["inputs"]:
                needed.put(v, True)
    kept = []
    for step in once:
        for v in step["outputs"]:
            if v is not None and needed.has(v):
                kept.append(v)
    if len(kept) == 0:
        return None
    given = [entry for entry in plan["inputs"]]
    given.extend([{"name": str(v), "value": v, "fixed": True} for v in kept])
    last = [entry["value"] for entry in plan["outputs"]]
    last.extend([entry["value"] for entry in plan["updates"]])
    rest = Part(plan, each, given, last, plan["updates"])
    rest.plan["outputs"] = plan["outputs"]
    rest.plan["updates"] = [
        {"state": rest.places.at(entry["state"]), "value": entry["value"]} for entry in plan["updates"]
    ]
    return [Part(plan, once, [], kept, []), rest]


def steps_that_run_once(plan):
    """Per step, whether it depends on variables and constants only, and on no variable that the plan changes.

    In a plan without variables or without inputs no step counts: all of it, or none, would run once.
    """
    if len(plan["state"]) == 0 or len(plan["inputs"]) == 0:
        return [False for step in plan["steps"]]
    fixed = new_map()
    for entry in plan["state"]:
        fixed.put(entry["value"], True)
    for entry in plan["updates"]:
        fixed.drop(plan["state"][entry["state"]]["value"])
    for entry in plan["constants"]:
        fixed.put(entry["value"], True)
    ends = new_map()
    for group in ["outputs", "updates"]:
        for entry in plan[group]:
            ends.put(entry["value"], True)
    found = []
    for step in plan["steps"]:
        hoists = _is_worth_it(plan, step)
        for v in step["inputs"]:
            hoists = hoists and fixed.has(v)
        for v in step["outputs"]:
            hoists = hoists and not (v is not None and ends.has(v))
        found.append(hoists)
        for v in step["outputs"]:
            if hoists and v is not None:
                fixed.put(v, True)
    return found


def _is_worth_it(plan, step):
    """Whether the results of a step are known without sizes, and not too large to be kept."""
    if len(step["inputs"]) == 0 or "subplan" in step["params"] or not _is_static(step["params"]):
        return False
    counts = [0, 0]
    groups = [step["inputs"], step["outputs"]]
    for k in range(2):
        for v in groups[k]:
            if v is not None:
                shape = plan["values"][v]["shape"]
                if not _is_static(shape):
                    return False
                counts[k] = counts[k] + element_count(shape)
    return counts[1] <= counts[0] or counts[1] <= SMALL


def _is_static(item):
    """Whether no symbolic size stands in a part of a plan."""
    parts = []
    if isinstance(item, list):
        parts = item
    elif isinstance(item, dict):
        if "dim" in item:
            return False
        parts = [item[key] for key in item.keys()]
    for part in parts:
        if not _is_static(part):
            return False
    return True


class Invariants:
    """The results of the part that runs once, on one engine and for one version of its variables."""

    def __init__(self, part):
        self.part = part
        self.backend = None
        self.slots = []
        self.versions = []
        self.buffers = []
        self.keeper = None

    def holds(self, backend, slots):
        """Whether the results are those of these slots as they are."""
        if self.backend is not backend:
            return False
        for k in range(len(self.slots)):
            slot = slots[self.part.state[k]]
            if self.slots[k] is not slot or self.versions[k] != slot.version:
                return False
        return True

    def compute(self, backend, slots, sizes):
        """Generator: the results anew."""
        self.forget()
        own = [slots[i] for i in self.part.state]
        executable = yield from backend.prepare(self.part.plan, sizes)
        try:
            buffers = yield from run_on(backend, executable, [], own)
        finally:
            backend.forget(executable)
        self.backend = backend
        self.slots = own
        self.versions = [slot.version for slot in own]
        self.buffers = buffers
        self.keeper = Keeper(buffers)
        return None

    def forget(self):
        """Give the results back."""
        for buffer in self.buffers:
            buffer.backend.release(buffer)
        self.backend = None
        self.slots = []
        self.buffers = []
        self.keeper = None
        return None
