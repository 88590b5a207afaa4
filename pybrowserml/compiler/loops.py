"""Loops before lowering: equal ones become one, what nobody reads is dropped, what can leave a loop does.

The gradient of a scan asks for a second forward scan that also gives what each step keeps; both have bodies of one
origin, so they become one here.
"""

from ..core.graph import walk
from ..core.opset.control import scan_parts
from ..core.subgraph import Body, key_of, nodes_below
from ..platform.maps import new_map
from .hoist import Loop
from .rewrite import derive, rewrite

LOOPS = ["scan", "while"]


def prepare_loops(outputs, simplified, passes=None):
    """Equivalent tensors with smaller loops. simplified: function that simplifies the results of a body; passes: a
    Passes that is told, or None.
    """
    if not _has_loops(outputs):
        return outputs
    merged = _merge(simplified(outputs))
    read = _read_outputs(merged)

    def rule(node, inputs):
        if not read.has(node.serial):
            return [None for spec in node.outputs]
        if node.op not in LOOPS:
            return None
        return Loop(node, inputs, read.at(node.serial), simplified).outputs()

    made = rewrite(merged, rule)
    if passes is not None:
        before = _counts_of(outputs)
        after = _counts_of(made)
        about = "" if before[0] == after[0] else str(before[0]) + " -> " + str(after[0]) + " loops"
        passes.add("loops", before[1], after[1], "nodes in them", about)
    return made


def _counts_of(outputs):
    """How many loops there are, and how many nodes stand in them, loops in loops included."""
    counts = [0, 0]
    for node in walk(outputs):
        if node.op in LOOPS:
            nodes = walk(node.attrs["body"].results)
            inner = _counts_of(node.attrs["body"].results)
            counts[0] = counts[0] + 1 + inner[0]
            counts[1] = counts[1] + len(nodes) + inner[1]
    return counts


def _has_loops(outputs):
    for node in walk(outputs):
        if node.op in LOOPS:
            return True
    return False


def _loop_key(node):
    """Text that is equal for scans of one origin over the same inputs."""
    keys = [key_of(tensor) for tensor in node.inputs]
    return str(node.attrs["body"].origin) + " " + " ".join(keys)


def _merge(outputs):
    """Scans that differ only in which values of each step they give become one that gives them all."""
    groups = new_map()
    for node in walk(outputs):
        if node.op == "scan":
            key = _loop_key(node)
            if not groups.has(key):
                groups.put(key, _Union(node))
            groups.at(key).take(node)
    made = new_map()

    def rule(node, inputs):
        if node.op != "scan":
            return None
        key = _loop_key(node)
        union = groups.at(key)
        if not union.is_needed():
            return None
        if not made.has(key):
            made.put(key, derive("scan", inputs, union.attrs(), node.label))
        found = made.at(key)
        return [found[place] for place in union.places_of(node)]

    return rewrite(outputs, rule)


class _Union:
    """The results of several scans of one origin, each once."""

    def __init__(self, node):
        self.first = node
        self.carries = node.attrs["carries"]
        self.results = list(node.attrs["body"].results[0 : self.carries])
        self.numbers = new_map()
        self.members = 0

    def take(self, node):
        self.members = self.members + 1
        results = node.attrs["body"].results
        for i in range(self.carries, len(results)):
            key = key_of(results[i])
            if not self.numbers.has(key):
                self.numbers.put(key, len(self.results))
                self.results.append(results[i])

    def is_needed(self):
        return self.members > 1

    def attrs(self):
        body = self.first.attrs["body"]
        made = {}
        for key in self.first.attrs.keys():
            made[key] = self.first.attrs[key]
        made["body"] = Body(body.params, self.results, body.origin)
        return made

    def places_of(self, node):
        results = node.attrs["body"].results
        places = [i for i in range(self.carries)]
        for i in range(self.carries, len(results)):
            places.append(self.numbers.at(key_of(results[i])))
        return places


def _read_outputs(outputs):
    """Per node that is needed, by serial: which of its outputs are; for a loop, which results of its body, carries
    that only feed what is needed included.
    """
    needed = new_map()
    for tensor in outputs:
        needed.put(key_of(tensor), True)
    found = new_map()
    nodes = walk(outputs)
    for k in range(len(nodes)):
        node = nodes[len(nodes) - 1 - k]
        wanted = [needed.has(str(node.serial) + ":" + str(i)) for i in range(len(node.outputs))]
        if True not in wanted:
            continue
        if node.op in LOOPS:
            flags = needed_results(node, wanted)
            found.put(node.serial, flags[0])
            for i in range(len(node.inputs)):
                if flags[1][i]:
                    needed.put(key_of(node.inputs[i]), True)
        else:
            found.put(node.serial, wanted)
            for tensor in node.inputs:
                needed.put(key_of(tensor), True)
    return found


def needed_results(node, wanted):
    """[which results of a loop's body are needed, which of its inputs], for the outputs that are wanted."""
    body = node.attrs["body"]
    parts = scan_parts(node)
    flags = list(wanted)
    if node.op == "while":
        flags[0] = True
    grown = True
    used = [False for param in body.params]
    while grown:
        grown = False
        results = []
        for i in range(len(flags)):
            if flags[i]:
                results.append(body.results[i])
        below = new_map()
        for below_node in nodes_below(results, new_map()):
            below.put(below_node.serial, True)
        for i in range(len(body.params)):
            used[i] = below.has(body.params[i].node.serial)
            if i < parts[0] and used[i] and not flags[i]:
                flags[i] = True
                grown = True
    for i in range(parts[0]):
        used[i] = flags[i]
    return [flags, used]
