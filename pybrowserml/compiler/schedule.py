"""The order of a plan's steps, chosen so that few bytes are alive at once.

Which of the steps that do not wait for each other runs first is free: steps only make new values, and the new versions
of variables are committed when all have run. Finding the best order is NP-complete (Sethi, "Complete register
allocation problems", 1975), so three orders are tried beside that of recording, and that with the lowest peak is taken:

- forwards, always the ready step that adds the fewest bytes, or frees the most (list scheduling);
- the same backwards, from the results, by which what is large is made late;
- depth first, operands that need the most room beyond what they leave first (Sethi and Ullman, "The generation of
  optimal code for arithmetic expressions", 1970; for graphs an approximation).

Symbolic sizes count as TYPICAL. What is written to a place of its own (results, variables) or computed once counts as
nothing; what is written over an operand on some engines counts as another value.
"""

from ..backends.invariant import steps_that_run_once
from ..core.dims import evaluate

TYPICAL = 32
# An order is left for another where that saves one part in so many.
LEAST_GAIN = 50


def schedule(plan, passes=None):
    """Put the steps of a plan, whose lifetimes are not known yet, into a better order. passes: takes note of it."""
    graph = _Steps(plan)
    recorded = [s for s in range(graph.count)]
    best = recorded
    before = graph.peak(recorded)
    peak = before
    if graph.has_choice():
        for order in [graph.forwards(), graph.backwards(), graph.depth_first()]:
            found = graph.peak(order)
            if found < peak and (before - found) * LEAST_GAIN >= before:
                best = order
                peak = found
    plan["steps"] = [plan["steps"][s] for s in best]
    if passes is not None:
        about = "alive at once, sizes of " + str(TYPICAL) if len(plan["sizes"]) > 0 else "alive at once"
        passes.add("order of steps", before, peak, "bytes", about)
    return None


class _Steps:
    """The steps as a graph. made, read: per step the values that it makes and those that it reads, each once; a reshape
    hands on its operand. before, after: steps that must run before and after a step. bytes: per value; readers: per
    value, how many steps read it, one more for what lives to the end.
    """

    def __init__(self, plan):
        steps = plan["steps"]
        self.count = len(steps)
        self.made = []
        self.read = []
        self.before = []
        self.after = []
        producer = [-1 for value in plan["values"]]
        root = [v for v in range(len(plan["values"]))]
        self.bytes = [0 for value in plan["values"]]
        self.readers = [0 for value in plan["values"]]
        sizes = {}
        for size_name in plan["sizes"]:
            sizes[size_name] = TYPICAL
        once = steps_that_run_once(plan)
        for s in range(self.count):
            step = steps[s]
            self.after.append([])
            self.read.append(_distinct([root[v] for v in step["inputs"]]))
            self.before.append(_distinct([producer[v] for v in step["inputs"] if producer[v] >= 0]))
            for v in self.read[s]:
                self.readers[v] = self.readers[v] + 1
            for other in self.before[s]:
                self.after[other].append(s)
            self.made.append([])
            for v in step["outputs"]:
                if v is None:
                    continue
                producer[v] = s
                if step["kernel"] == "reshape":
                    root[v] = root[step["inputs"][0]]
                else:
                    self.made[s].append(v)
                    self.bytes[v] = 0 if once[s] else _bytes_of(plan["values"][v], sizes)
        self.held = 0
        for entry in plan["inputs"]:
            self.bytes[entry["value"]] = _bytes_of(plan["values"][entry["value"]], sizes)
            self.held = self.held + self.bytes[entry["value"]]
        for group in ["outputs", "updates"]:
            for entry in plan[group]:
                v = entry["value"]
                self.readers[root[v]] = self.readers[root[v]] + 1
                if root[v] == v:
                    self.bytes[v] = 0

    def has_choice(self):
        """Whether some step need not come right after the one before it."""
        for s in range(1, self.count):
            if s - 1 not in self.before[s]:
                return True
        return False

    def peak(self, order):
        """The most bytes that are alive during a step of an order."""
        left = list(self.readers)
        alive = self.held
        most = alive
        for s in order:
            for v in self.made[s]:
                alive = alive + self.bytes[v]
            if alive > most:
                most = alive
            for v in self.made[s]:
                if left[v] == 0:
                    alive = alive - self.bytes[v]
            for v in self.read[s]:
                left[v] = left[v] - 1
                if left[v] == 0:
                    alive = alive - self.bytes[v]
        return most

    def forwards(self):
        """Always a ready step after which the fewest bytes are alive; the first recorded of such."""
        left = list(self.readers)
        waits = [len(others) for others in self.before]
        ready = [s for s in range(self.count) if waits[s] == 0]
        order = []
        while len(ready) > 0:
            chosen = -1
            least = 0
            for i in range(len(ready)):
                s = ready[i]
                added = 0
                for v in self.made[s]:
                    if left[v] > 0:
                        added = added + self.bytes[v]
                for v in self.read[s]:
                    if left[v] == 1:
                        added = added - self.bytes[v]
                if chosen < 0 or added < least or added == least and s < ready[chosen]:
                    chosen = i
                    least = added
            s = ready.pop(chosen)
            order.append(s)
            for v in self.read[s]:
                left[v] = left[v] - 1
            _release(ready, waits, self.after[s])
        return order

    def backwards(self):
        """From the last step on: always one before which the fewest bytes are alive; the last recorded of such."""
        read = [False for count in self.readers]
        waits = [len(others) for others in self.after]
        ready = [s for s in range(self.count) if waits[s] == 0]
        turned = []
        while len(ready) > 0:
            chosen = -1
            least = 0
            for i in range(len(ready)):
                s = ready[i]
                added = 0
                for v in self.made[s]:
                    added = added - self.bytes[v]
                for v in self.read[s]:
                    if not read[v]:
                        added = added + self.bytes[v]
                if chosen < 0 or added < least or added == least and s > ready[chosen]:
                    chosen = i
                    least = added
            s = ready.pop(chosen)
            turned.append(s)
            for v in self.read[s]:
                read[v] = True
            _release(ready, waits, self.before[s])
        return [turned[self.count - 1 - i] for i in range(self.count)]

    def depth_first(self):
        """Each step as soon as its operands are there, these one after the other; first those that leave the least of
        the room that they need.
        """
        spare = []
        needed = []
        for s in range(self.count):
            kept = 0
            for v in self.made[s]:
                kept = kept + self.bytes[v]
            alive = 0
            most = kept
            for other in self._by_spare(self.before[s], spare):
                most = max(most, alive + needed[other])
                alive = alive + needed[other] - spare[other]
            needed.append(max(most, alive + kept))
            spare.append(needed[s] - kept)
        placed = [False for s in range(self.count)]
        order = []
        for last in range(self.count):
            if len(self.after[last]) > 0:
                continue
            stack = [last]
            while len(stack) > 0:
                s = stack[len(stack) - 1]
                waiting = [other for other in self.before[s] if not placed[other]]
                if placed[s]:
                    stack.pop()
                elif len(waiting) == 0:
                    stack.pop()
                    placed[s] = True
                    order.append(s)
                else:
                    stack.append(self._by_spare(waiting, spare)[0])
        return order

    def _by_spare(self, steps, spare):
        """Steps by falling spare room; the first recorded of equals first."""
        found = []
        for s in sorted(steps):
            at = len(found)
            while at > 0 and spare[found[at - 1]] < spare[s]:
                at = at - 1
            found.insert(at, s)
        return found


def _release(ready, waits, steps):
    """Steps wait for one less; those that wait for none are ready."""
    for s in steps:
        waits[s] = waits[s] - 1
        if waits[s] == 0:
            ready.append(s)
    return None


def _distinct(numbers):
    found = []
    for number in numbers:
        if number not in found:
            found.append(number)
    return found


def _bytes_of(value, sizes):
    count = 8 if value["dtype"] == "float64" else 4
    for dim in value["shape"]:
        size = evaluate(dim["dim"], sizes) if isinstance(dim, dict) else dim
        count = count * max(size, 0)
    return count
