"""What each pass of the compiler did to a graph, for `explain`."""

from ..platform.maps import new_map


class Tally:
    """How often each name was noted, in the order of first notes."""

    def __init__(self):
        self.names = []
        self.counts = new_map()

    def note(self, entry):
        if not self.counts.has(entry):
            self.names.append(entry)
            self.counts.put(entry, 0)
        self.counts.put(entry, self.counts.at(entry) + 1)

    def text(self):
        """The names, with counts above 1."""
        parts = []
        for entry in self.names:
            count = self.counts.at(entry)
            parts.append(entry if count == 1 else str(count) + " " + entry)
        return ", ".join(parts)


class Passes:
    """entries: [pass, size before, size after, unit, what it was about], in order."""

    def __init__(self):
        self.entries = []
        self.rules = {"simplify": Tally(), "fold": Tally(), "share": Tally()}
        self.scales = Tally()

    def add_scales(self, after):
        """After absorb_scales left so many nodes."""
        self.add(
            "scales into weights", self.entries[len(self.entries) - 1][2], after, "nodes", self.scales.text()
        )

    def add_groups(self, title, groups, is_made):
        """After a pass over groups of nodes. is_made: whether a group is one of those that it makes."""
        about = titles_of([group for group in groups if is_made(group)])
        before = [entry[2] for entry in self.entries if entry[3] == "steps"]
        self.add(title, before[len(before) - 1], len(groups), "steps", about)

    def add(self, title, before, after, unit, about):
        self.entries.append([title, before, after, unit, about])

    def lines(self):
        found = ["pass: before -> after"]
        for entry in self.entries:
            text = entry[0] + ": " + str(entry[1]) + " -> " + str(entry[2]) + " " + entry[3]
            found.append(text if entry[4] == "" else text + "  (" + entry[4] + ")")
        return found


class _Report:
    """wanted: whether compilations take note of their passes."""

    def __init__(self):
        self.wanted = False


REPORT = _Report()


def with_passes(compile_it):
    """What a function gives that compiles something, with a note of the passes in its Compilation or runner."""
    before = REPORT.wanted
    REPORT.wanted = True
    try:
        return compile_it()
    finally:
        REPORT.wanted = before


def titles_of(groups):
    """Text: what some groups of nodes are, by the layer and the operations."""
    tally = Tally()
    for group in groups:
        node = group.nodes[0] if group.anchor is None else group.anchor
        title = node.op if node.label is None else node.label
        ops = []
        for member in sorted(group.nodes, key=lambda each: each.serial):
            ops.append(member.attrs["op"] if member.op == "reduce" else member.op)
        tally.note(title + " [" + " ".join(ops) + "]")
    return tally.text()
