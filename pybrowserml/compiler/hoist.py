"""One loop, made smaller: its dead parts go, and what each step would compute alike leaves it."""

from ..core.graph import new_serial
from ..core.opset.control import scan_parts
from ..core.subgraph import Body, key_of, nodes_below, param_like, substitute
from ..platform.maps import new_map
from .motion import CARRIED, FIXED, SLICE, Motion
from .rewrite import derive

# Cheaper to compute again, inside of an expression, than to read.
STAYS = ["broadcast_to"]


class Loop:
    """A loop under revision.

    carries, slices, fixed: entries [param of the body, tensor outside]; nexts: the next carries; emitted: results of
    each step that are stacked. needed: which results of the body are.
    """

    def __init__(self, node, inputs, needed, simplified):
        body = node.attrs["body"]
        parts = scan_parts(node)
        self.node = node
        self.count = parts[0]
        self.needed = needed
        results = []
        for i in range(len(body.results)):
            if needed[i]:
                results.append(body.results[i])
        results = simplified(results)
        self.results = [None for result in body.results]
        at = 0
        for i in range(len(body.results)):
            if needed[i]:
                self.results[i] = results[at]
                at = at + 1
        self.carries = []
        self.slices = []
        self.fixed = []
        for i in range(len(body.params)):
            entry = [body.params[i], inputs[i]]
            if i < parts[0]:
                self.carries.append(entry)
            elif i < parts[0] + parts[1]:
                self.slices.append(entry)
            else:
                self.fixed.append(entry)
        self._settle_unchanging()
        self._hoist_fixed()
        self.motion = Motion(self) if node.op == "scan" else None

    def live(self):
        return [result for result in self.results if result is not None]

    def put_in(self, replaced):
        """Put other tensors into the body."""
        fresh = substitute(self.live(), replaced)
        at = 0
        for i in range(len(self.results)):
            if self.results[i] is not None:
                self.results[i] = fresh[at]
                at = at + 1

    def _settle_unchanging(self):
        """A carry that each step hands on as it came is fixed."""
        if self.node.op != "scan":
            return None
        for i in range(self.count):
            result = self.results[i]
            if result is not None and key_of(result) == key_of(self.carries[i][0]):
                self.fixed.append(self.carries[i])
                self.results[i] = None
        return None

    def marks(self, nodes):
        """serial → FIXED, SLICE or CARRIED: what a node depends on at most."""
        marks = new_map()
        for i in range(self.count):
            if self.results[i] is not None:
                marks.put(self.carries[i][0].node.serial, CARRIED)
        for entry in self.slices:
            marks.put(entry[0].node.serial, SLICE)
        for node in nodes:
            mark = marks.at(node.serial) if marks.has(node.serial) else FIXED
            for tensor in node.inputs:
                above = marks.at(tensor.node.serial)
                if above > mark:
                    mark = above
            marks.put(node.serial, mark)
        return marks

    def outside(self, tensor):
        """A tensor that depends on what is fixed only, as it is outside of the loop."""
        replaced = new_map()
        for entry in self.fixed:
            replaced.put(key_of(entry[0]), entry[1])
        return substitute([tensor], replaced)[0]

    def _hoist_fixed(self):
        """What depends on fixed inputs only is computed once, before the loop."""
        nodes = nodes_below(self.live(), new_map())
        marks = self.marks(nodes)
        found = new_map()
        for node in nodes:
            if marks.at(node.serial) != FIXED:
                for tensor in node.inputs:
                    self._note_fixed(tensor, marks, found)
        for result in self.live():
            self._note_fixed(result, marks, found)
        replaced = new_map()
        for tensor in found.all_values():
            param = param_like("fixed", tensor)
            replaced.put(key_of(tensor), param)
            self.fixed.append([param, self.outside(tensor)])
        if replaced.size() > 0:
            self.put_in(replaced)

    def _note_fixed(self, tensor, marks, found):
        node = tensor.node
        if marks.at(node.serial) != FIXED or len(node.inputs) == 0 or node.op in STAYS:
            return None
        found.put(key_of(tensor), tensor)
        return None

    def outputs(self):
        """The tensors that stand for the loop's outputs, None for what nobody reads."""
        emitted = [] if self.motion is None else self.motion.emitted.all_values()
        used = new_map()
        wanted = self.live()
        wanted.extend(emitted)
        for node in nodes_below(wanted, new_map()):
            used.put(node.serial, True)
        params = []
        inputs = []
        results = []
        places = []
        carries = 0
        for i in range(len(self.results)):
            places.append(None)
            if self.results[i] is not None:
                places[i] = len(results)
                results.append(self.results[i])
                if i < self.count:
                    params.append(self.carries[i][0])
                    inputs.append(self.carries[i][1])
                    carries = carries + 1
        first = len(results)
        results.extend(emitted)
        stacked = 0
        for entry in self.slices:
            if used.has(entry[0].node.serial):
                params.append(entry[0])
                inputs.append(entry[1])
                stacked = stacked + 1
        for entry in self.fixed:
            if used.has(entry[0].node.serial):
                params.append(entry[0])
                inputs.append(entry[1])
        attrs = {}
        for key in self.node.attrs.keys():
            attrs[key] = self.node.attrs[key]
        attrs["carries"] = carries
        if self.node.op == "scan":
            attrs["stacked"] = stacked
        attrs["body"] = Body(params, results, new_serial())
        made = derive(self.node.op, inputs, attrs, self.node.label) if len(results) > 0 else []
        stacks = new_map()
        for k in range(len(emitted)):
            stacks.put(key_of(emitted[k]), made[first + k])
        found = []
        for i in range(len(self.results)):
            base = None
            if places[i] is not None:
                base = made[places[i]]
            elif i < self.count and self.needed[i]:
                base = self.carries[i][1]
            if self.motion is not None and self.needed[i]:
                base = self.motion.finish(i, base, stacks)
            found.append(base)
        return found
