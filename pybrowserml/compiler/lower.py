"""Groups → steps: values, expressions, lifetimes. What stands here is JSON."""

from ..core.dims import dims_equal
from ..core.shapes import encode_shape
from ..platform.buffers import to_numbers
from ..platform.maps import new_map
from .causal import is_causal
from .fuse import is_elementwise, is_inline, order_groups
from .rewrite import contains, encode_attrs, plain_number
from .rows import REDUCTIONS


class Lowering:
    """The value table and steps under construction. compile_body: Body → plan."""

    def __init__(self, fusion, kept_tensors, compile_body):
        self.fusion = fusion
        self.compile_body = compile_body
        self.subplans = []
        self.kept_tensors = kept_tensors
        self.values = []
        self.steps = []
        self.places = new_map()

    def value_of(self, tensor):
        """The index of a tensor in the value table, made when it is new. A barrier has the value of its operand."""
        tensor = behind_barriers(tensor)
        key = str(tensor.node.serial) + ":" + str(tensor.output)
        if not self.places.has(key):
            self.places.put(key, len(self.values))
            spec = tensor.node.outputs[tensor.output]
            self.values.append({"shape": encode_shape(spec[0]), "dtype": spec[1]})
        return self.places.at(key)

    def is_kept(self, node, output):
        for tensor in self.kept_tensors:
            if tensor.node is node and tensor.output == output:
                return True
        return False

    def lower_group(self, group):
        """Append the step of one group."""
        first = group.nodes[0]
        if first.op == "barrier" or group.absorbed:
            return None
        if group.second is not None:
            self._attention_step(group)
            return None
        if (
            group.anchor is None
            and group.rows is None
            and len(group.nodes) == 1
            and (not is_elementwise(first) or first.op == "broadcast_to")
        ):
            self._primitive_step(first)
            return None
        escaping = self.fusion.escaping(group)
        expression = Expression(self, group)
        results = [expression.reference(Handle(node, 0)) for node in escaping]
        expr = {"instrs": expression.instrs, "results": results}
        outputs = [self.value_of(Handle(node, 0)) for node in escaping]
        if group.anchor is None:
            inputs = [self.value_of(tensor) for tensor in expression.operands]
            params = {"expr": expr}
            kernel = "elementwise"
            if group.rows is not None:
                kernel = "rows"
                params["shape"] = encode_shape(group.rows)
            elif group.reduced is not None:
                kernel = "reductions"
                params["shape"] = encode_shape(group.shape)
                params["axes"] = group.reduced
                params["ops"] = [node.attrs["op"] if node.op == "reduce" else None for node in escaping]
            self._append(kernel, inputs, outputs, params, first)
            return None
        inputs = [self.value_of(tensor) for tensor in group.anchor.inputs]
        for i in range(1, len(expression.operands)):
            inputs.append(self.value_of(expression.operands[i]))
        params = encode_attrs(group.anchor.attrs)
        params["epilogue"] = expr
        self._append(group.anchor.op, inputs, outputs, params, group.anchor)
        return None

    def _attention_step(self, group):
        """Two products and the rows between them. Operand 0 of the expression is the result of the first."""
        expression = Expression(self, group)
        result = expression.reference(group.second.inputs[0])
        params = {
            "transpose_q": group.anchor.attrs["transpose_a"],
            "transpose_k": group.anchor.attrs["transpose_b"],
            "transpose_v": group.second.attrs["transpose_b"],
            "shape": encode_shape(group.rows),
            "expr": {"instrs": expression.instrs, "results": [result]},
        }
        inputs = [self.value_of(tensor) for tensor in group.anchor.inputs]
        inputs.append(self.value_of(group.second.inputs[1]))
        # The operands that number the rows, and the columns.
        numbered = [-1, -1]
        for i in range(1, len(expression.operands)):
            node = expression.operands[i].node
            indices = node.op == "iota" and contains(group.inlined, node)
            inputs.append(self._indices(node) if indices else self.value_of(expression.operands[i]))
            for side in range(2):
                if indices and _numbers_axis(node, group.rows, 2 - side):
                    numbered[side] = i
        params["causal"] = is_causal(params["expr"], len(expression.operands), numbered[0], numbered[1])
        self._append("attention", inputs, [self.value_of(Handle(group.second, 0))], params, group.anchor)

    def _indices(self, node):
        """A value with the indices of an `iota` along its axis, and 1 along others; the first to ask makes its step."""
        key = str(node.serial) + ":indices"
        if not self.places.has(key):
            axis = node.attrs["axis"]
            dims = encode_shape(node.outputs[0][0])
            dtype = node.outputs[0][1]
            shape = [dims[i] if i == axis else 1 for i in range(len(dims))]
            self.places.put(key, len(self.values))
            self.values.append({"shape": shape, "dtype": dtype})
            expr = {"instrs": [["iota", dtype, [], axis]], "results": [0]}
            self._append("elementwise", [], [self.places.at(key)], {"expr": expr}, node)
        return self.places.at(key)

    def _primitive_step(self, node):
        params = self._loop_params(node) if "body" in node.attrs else encode_attrs(node.attrs)
        if node.op == "matmul" or node.op == "conv2d":
            params["epilogue"] = None
        outputs = []
        for i in range(len(node.outputs)):
            # Stacked results of a loop are written whether they are read or not.
            stacked = node.op == "scan" and i >= node.attrs["carries"]
            single = len(node.outputs) == 1
            read = single or stacked or self.fusion.is_read(node, i) or self.is_kept(node, i)
            outputs.append(self.value_of(Handle(node, i)) if read else None)
        self._append(node.op, [self.value_of(tensor) for tensor in node.inputs], outputs, params, node)

    def _loop_params(self, node):
        """The body of a loop becomes a plan of its own, which the step names by its number."""
        params = {"subplan": len(self.subplans)}
        self.subplans.append(self.compile_body(node.attrs["body"]))
        for key in node.attrs.keys():
            if key != "body":
                params[key] = encode_attrs(node.attrs[key])
        return params

    def materialise_sizes(self):
        """Sizes that a step reads as a value, not inside an expression, get a step of their own, first in the plan."""
        for node in self.fusion.nodes:
            if node.op == "size" and self.places.has(str(node.serial) + ":0"):
                instr = ["size", "int32", [], encode_attrs(node.attrs["size"])]
                step = {
                    "kernel": "elementwise",
                    "inputs": [],
                    "outputs": [self.value_of(Handle(node, 0))],
                    "params": {"expr": {"instrs": [instr], "results": [0]}},
                    "name": node.label,
                }
                self.steps.insert(0, step)

    def copied(self, value):
        """A new value that a copying step makes of another."""
        self.values.append({"shape": self.values[value]["shape"], "dtype": self.values[value]["dtype"]})
        fresh = len(self.values) - 1
        expr = {"instrs": [], "results": [0]}
        self.steps.append(
            {
                "kernel": "elementwise",
                "inputs": [value],
                "outputs": [fresh],
                "params": {"expr": expr},
                "name": None,
            }
        )
        return fresh

    def _append(self, kernel, inputs, outputs, params, node):
        self.steps.append(
            {"kernel": kernel, "inputs": inputs, "outputs": outputs, "params": params, "name": node.label}
        )


def _numbers_axis(node, shape, back):
    """Whether an `iota` counts along an axis of a shape, `back` from its end."""
    own = node.outputs[0][0]
    axis = len(own) - back
    return node.attrs["axis"] == axis and dims_equal(own[axis], shape[len(shape) - back])


def behind_barriers(tensor):
    """The tensor whose value a chain of barriers hands on."""
    while tensor.node.op == "barrier":
        tensor = tensor.node.inputs[0]
    return tensor


class Handle:
    """An output of a node, without being a user's tensor."""

    def __init__(self, node, output):
        self.node = node
        self.output = output


class Expression:
    """The instructions of one group."""

    def __init__(self, lowering, group):
        self.lowering = lowering
        self.group = group
        self.nodes = [node for node in group.nodes if node is not group.second]
        self.nodes.extend([node for node in group.inlined if node.op != "iota"])
        self.operands = []
        self.operand_numbers = new_map()
        self.instrs = []
        self.references = new_map()
        self._collect()
        self._emit_all()

    def operand(self, tensor):
        """The operand number of a tensor from outside of the group."""
        key = str(tensor.node.serial) + ":" + str(tensor.output)
        if not self.operand_numbers.has(key):
            self.operand_numbers.put(key, len(self.operands))
            self.operands.append(tensor)
        return self.operand_numbers.at(key)

    def _collect(self):
        """Number the operands first: instruction references start after the last of them."""
        if self.group.anchor is not None:
            self.operand(Handle(self.group.anchor, 0))
        for node in self.nodes:
            for tensor in node.inputs:
                if not self._is_inside(tensor.node) and not is_inline(tensor.node):
                    self.operand(tensor)

    def _is_inside(self, node):
        """True for a node whose value an instruction of this expression makes."""
        if self.group.anchor is not None and node is self.group.anchor:
            return False
        if node.op != "iota" and contains(self.group.inlined, node):
            return True
        return self.lowering.fusion.group_of(node) is self.group

    def _emit_all(self):
        """One instruction a node, each after those that it reads: inputs have lower serials."""
        by_serial = new_map()
        for node in self.nodes:
            by_serial.put(node.serial, node)
        for serial in sorted([node.serial for node in self.nodes]):
            self._emit(by_serial.at(serial))

    def reference(self, tensor):
        """What an instruction writes to name a tensor."""
        if is_inline(tensor.node):
            return self._inline(tensor.node)
        if not self._is_inside(tensor.node):
            return self.operand(tensor)
        return self.references.at(tensor.node.serial)

    def _emit(self, node):
        operands = [self.reference(tensor) for tensor in node.inputs]
        in_place = node.op == "reduce" and self.group.reduced is not None
        if node.op == "broadcast_to" or node.op == "reshape" or in_place:
            self.references.put(node.serial, operands[0])
            return None
        attr = node.attrs["axis"] if node.op == "iota" else None
        op = REDUCTIONS[node.attrs["op"]] if node.op == "reduce" else node.op
        self._append(node.serial, [op, node.outputs[0][1], operands, attr])
        return None

    def _inline(self, node):
        if not self.references.has(node.serial):
            if node.op == "size":
                self._append(node.serial, ["size", "int32", [], encode_attrs(node.attrs["size"])])
            else:
                host = node.attrs["data"]
                self._append(
                    node.serial, ["constant", host.dtype, [], plain_number(to_numbers(host.data)[0])]
                )
        return self.references.at(node.serial)

    def _append(self, serial, instr):
        self.references.put(serial, len(self.operands) + len(self.instrs))
        self.instrs.append(instr)


def lower(fusion, kept_tensors, compile_body):
    """The steps and value table for ordered groups."""
    lowering = Lowering(fusion, kept_tensors, compile_body)
    for group in order_groups(fusion):
        lowering.lower_group(group)
    return lowering
