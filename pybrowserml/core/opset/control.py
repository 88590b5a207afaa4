"""Loops: `scan` runs a body a known number of times, `while` as long as its flag holds. Bodies are sub-graphs.

A scan's inputs are the first carries, the stacked inputs and what stays the same; its body gets the carries, a slice of
each stacked input and what stays the same, and gives the next carries and a slice of each stacked result. Outputs: the
last carries, the stacked results.
"""

from ...platform.errors import error
from ...platform.maps import new_map
from ..dims import dims_equal
from ..dtypes import is_float
from ..graph import STATE, new_serial, record_trace
from ..shapes import copy_shape, format_shape, same_shape
from ..subgraph import Body, key_of, nodes_below, param_like, substitute
from .binary import add
from .registry import LATE, is_elementwise, record, register, result_of, scalar

# Recomputed where the gradient needs them; results of everything else are stored by the forward pass.
CHEAP = ["reshape", "broadcast_to", "slice", "transpose", "flip", "pad", "concat"]


def scan(body, inits, stacked, fixed, length, reverse):
    """Record a scan. body: a Body over carries, slices and `fixed`; length: a dimension. Returns its outputs."""
    inputs = list(inits)
    inputs.extend(stacked)
    inputs.extend(fixed)
    attrs = {
        "body": body,
        "carries": len(inits),
        "stacked": len(stacked),
        "length": length,
        "reverse": reverse,
    }
    return record("scan", inputs, attrs)


def repeat_while(body, flag, inits, fixed, limit):
    """Record a loop that goes on while its flag holds, at most `limit` times (None: without end).

    body: a Body over [flag, carries, fixed] that gives [flag, carries]; once the flag is false it must give the
    carries as they came, since an engine may run it a few times more. Returns [flag, carries].
    """
    inputs = [flag]
    inputs.extend(inits)
    inputs.extend(fixed)
    return record("while", inputs, {"body": body, "carries": 1 + len(inits), "limit": limit})


def _specs_of(tensors):
    return [[copy_shape(tensor.shape), tensor.dtype] for tensor in tensors]


def _scan_rule(shapes, dtypes, attrs):
    body = attrs["body"]
    carries = attrs["carries"]
    last = carries + attrs["stacked"]
    for i in range(len(shapes)):
        shape = shapes[i]
        if i >= carries and i < last:
            if len(shape) == 0:
                raise error("ShapeError", "scan: xs must have a first axis to walk along, got a scalar")
            if not dims_equal(shape[0], attrs["length"]):
                raise error(
                    "ShapeError",
                    "scan: the first axes of xs and length differ: "
                    + format_shape([shape[0]])
                    + " and "
                    + format_shape([attrs["length"]]),
                )
            shape = shape[1 : len(shape)]
        _require_same("input " + str(i), body.params[i], shape, dtypes[i])
    for i in range(carries):
        _require_same("carry " + str(i), body.results[i], shapes[i], dtypes[i])
    outputs = _specs_of(body.results[0:carries])
    for i in range(carries, len(body.results)):
        shape = [attrs["length"]]
        shape.extend(body.results[i].shape)
        outputs.append([shape, body.results[i].dtype])
    return outputs


def _while_rule(shapes, dtypes, attrs):
    body = attrs["body"]
    if len(shapes[0]) > 0 or dtypes[0] != "bool":
        raise error(
            "ShapeError",
            "while_loop: cond must give one bool, got " + dtypes[0] + " of shape " + format_shape(shapes[0]),
        )
    for i in range(len(shapes)):
        _require_same("input " + str(i), body.params[i], shapes[i], dtypes[i])
        if i < attrs["carries"]:
            _require_same("carry " + str(i), body.results[i], shapes[i], dtypes[i])
    return _specs_of(body.results)


def _require_same(what, tensor, shape, dtype):
    if not same_shape(tensor.shape, shape) or tensor.dtype != dtype:
        raise error(
            "ShapeError",
            "loop: the body has "
            + tensor.dtype
            + " of shape "
            + format_shape(tensor.shape)
            + " as its "
            + what
            + ", but the loop "
            + dtype
            + " of shape "
            + format_shape(shape),
        )


# The gradient of a scan is a scan in the other direction over what the forward scan kept of each step.


def _scan_grad(node, cotangents):
    return _Backward(node, cotangents).cotangents()


class _Backward:
    """The reverse scan of a scan.

    Its carries are the cotangents of the forward carries and the sums of those of the fixed inputs; its stacked
    inputs are the cotangents of the stacked results and what the forward pass keeps.
    """

    def __init__(self, node, given):
        self.node = node
        self.body = node.attrs["body"]
        self.given = given
        self.carries = node.attrs["carries"]
        self.stacked = node.attrs["stacked"]
        params = self.body.params
        results = self.body.results
        self.floats = [i for i in range(self.carries) if is_float(params[i].dtype)]
        self.read = []
        for i in range(self.carries, len(results)):
            if given[i] is not None and is_float(results[i].dtype):
                self.read.append(i)
        self.pulled = [param_like("cotangent", params[i]) for i in self.floats]
        self.pushed = [param_like("cotangent", results[i]) for i in self.read]
        seeds = list(self.pulled)
        seeds.extend(self.pushed)
        outputs = [results[i] for i in self.floats]
        outputs.extend([results[i] for i in self.read])
        sums = []
        self.summed = []

        def differentiate():
            found = LATE.gradients(outputs, params, seeds)
            for i in range(len(params)):
                if found[i] is not None and not is_float(params[i].dtype):
                    found[i] = None
            for i in self.floats:
                if found[i] is None:
                    found[i] = zeros_of(params[i])
            for i in range(self.carries + self.stacked, len(params)):
                if found[i] is not None:
                    total = param_like("sum", params[i])
                    self.summed.append(i)
                    sums.append([total, add(total, found[i])])
            return found

        # What the rules of the gradient record is cheap to record again: see `_kept`.
        self.forward_end = STATE.serial
        self.found = record_trace(differentiate)[0]
        self.sums = sums

    def cotangents(self):
        found = [None for tensor in self.node.inputs]
        results = [self.found[i] for i in self.floats]
        results.extend([pair[1] for pair in self.sums])
        slices = []
        for i in range(self.carries, self.carries + self.stacked):
            if self.found[i] is not None:
                slices.append(i)
                results.append(self.found[i])
        inits = []
        for i in self.floats:
            inits.append(zeros_of(self.node.inputs[i]) if self.given[i] is None else self.given[i])
        for i in self.summed:
            inits.append(zeros_of(self.node.inputs[i]))
        outputs = self._reverse_scan(results, inits)
        at = 0
        for i in self.floats:
            found[i] = outputs[at]
            at = at + 1
        for i in self.summed:
            found[i] = outputs[at]
            at = at + 1
        for i in slices:
            found[i] = outputs[at]
            at = at + 1
        return found

    def _reverse_scan(self, results, inits):
        params = self.body.params
        kept = self._kept(results)
        slots = new_map()
        for tensor in kept:
            slots.put(key_of(tensor), param_like("kept", tensor))
        results = substitute(results, slots)
        used = new_map()
        for node in nodes_below(results, new_map()):
            used.put(node.serial, True)
        # Tensors of each step that the forward pass must hand over: its carries and what is kept.
        wanted = []
        places = []
        for i in range(self.carries):
            if used.has(params[i].node.serial):
                wanted.append(params[i])
                places.append(params[i])
        for tensor in kept:
            wanted.append(tensor)
            places.append(slots.at(key_of(tensor)))
        extra = self._forward_with(wanted)
        own = list(self.pulled)
        own.extend([pair[0] for pair in self.sums])
        stacked = []
        for i in range(len(self.read)):
            own.append(self.pushed[i])
            stacked.append(self.given[self.read[i]])
        own.extend(places)
        stacked.extend(extra)
        for i in range(self.carries, self.carries + self.stacked):
            if used.has(params[i].node.serial):
                own.append(params[i])
                stacked.append(self.node.inputs[i])
        fixed = []
        for i in range(self.carries + self.stacked, len(params)):
            if used.has(params[i].node.serial):
                own.append(params[i])
                fixed.append(self.node.inputs[i])
        attrs = self.node.attrs
        body = Body(own, results, new_serial())
        return scan(body, inits, stacked, fixed, attrs["length"], not attrs["reverse"])

    def _forward_with(self, wanted):
        """Stacked values of each step, by a forward scan that gives them too; the compiler makes one of the two."""
        if len(wanted) == 0:
            return []
        attrs = self.node.attrs
        results = list(self.body.results)
        first = len(results)
        results.extend(wanted)
        body = Body(self.body.params, results, self.body.origin)
        outputs = record(
            "scan",
            self.node.inputs,
            {
                "body": body,
                "carries": attrs["carries"],
                "stacked": attrs["stacked"],
                "length": attrs["length"],
                "reverse": attrs["reverse"],
            },
        )
        return outputs[first : len(outputs)]

    def _kept(self, results):
        """The forward tensors that the backward step gets instead of computing them again.

        Elementwise work and movement is done again, from the results of everything else; of a result that only an
        elementwise chain reads, the end of the chain is kept, so that it can be an epilogue.
        """
        nodes = nodes_below(results, new_map())
        depends = self._dependence(nodes)
        users = new_map()
        for node in nodes:
            for tensor in node.inputs:
                key = key_of(tensor)
                if not users.has(key):
                    users.put(key, [])
                users.at(key).append(node)
        needed = []
        for node in nodes:
            if depends.at(node.serial) >= COTANGENT:
                needed.extend(node.inputs)
        needed.extend(results)
        found = []
        seen = new_map()
        while len(needed) > 0:
            tensor = needed.pop()
            mark = depends.at(tensor.node.serial)
            key = key_of(tensor)
            if mark == 0 or mark >= COTANGENT or len(tensor.node.inputs) == 0 or seen.has(key):
                continue
            seen.put(key, True)
            op = tensor.node.op
            if op in CHEAP or is_elementwise(op) or tensor.node.serial > self.forward_end:
                needed.extend(tensor.node.inputs)
            else:
                found.append(tensor)
        kept = new_map()
        for tensor in found:
            end = self._end_of_chain(tensor, users, depends)
            kept.put(key_of(end), end)
        return kept.all_values()

    def _end_of_chain(self, tensor, users, depends):
        while True:
            readers = users.at(key_of(tensor))
            if readers is None or len(readers) != 1:
                return tensor
            reader = readers[0]
            if depends.at(reader.serial) >= COTANGENT or reader.serial > self.forward_end:
                return tensor
            spec = reader.outputs[0]
            if (
                not is_elementwise(reader.op)
                or not same_shape(spec[0], tensor.shape)
                or not is_float(spec[1])
            ):
                return tensor
            tensor = result_of(reader, 0)

    def _dependence(self, nodes):
        """serial → 0: follows from what is fixed; VARYING: changes from step to step; COTANGENT or more."""
        marks = new_map()
        for i in range(self.carries + self.stacked):
            marks.put(self.body.params[i].node.serial, VARYING)
        for tensor in self.pulled:
            marks.put(tensor.node.serial, COTANGENT)
        for tensor in self.pushed:
            marks.put(tensor.node.serial, COTANGENT)
        for pair in self.sums:
            marks.put(pair[0].node.serial, COTANGENT)
        for node in nodes:
            mark = marks.at(node.serial) if marks.has(node.serial) else 0
            for tensor in node.inputs:
                above = marks.at(tensor.node.serial)
                if above > mark:
                    mark = above
            marks.put(node.serial, mark)
        return marks


VARYING = 1
COTANGENT = 2


def zeros_of(tensor):
    """Zeros of the shape and dtype of a tensor."""
    zero = scalar(0, tensor.dtype)
    return record("broadcast_to", [zero], {"shape": copy_shape(tensor.shape)})[0]


def _while_grad(node, cotangents):
    limit = node.attrs["limit"]
    if limit is None:
        raise error(
            "ArgumentError",
            "while_loop has a gradient only with maximum_iterations, which says how many steps to keep",
        )
    carries = node.attrs["carries"]
    inits = node.inputs[0:carries]
    fixed = node.inputs[carries : len(node.inputs)]
    outputs = scan(node.attrs["body"], inits, [], fixed, limit, False)
    return _scan_grad(outputs[0].node, cotangents)


register("scan", _scan_rule, _scan_grad)
register("while", _while_rule, _while_grad)


def scan_parts(node):
    """[number of carries, number of stacked inputs] of a loop."""
    return [node.attrs["carries"], node.attrs["stacked"] if node.op == "scan" else 0]
