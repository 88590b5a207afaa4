"""One op, read before the next: no graph to walk, no handles to look for, no turn of the page where nobody waits."""

from ..backends.runner import COUNTERS, PlanRunner
from ..core.graph import Node, Tensor, new_serial
from ..core.shapes import same_shape
from ..platform.maps import new_map
from .compile import compile_graph
from .rewrite import same_value

KEPT_PLANS_OF_AN_OP = 16
# Lists of _SingleOp, the plans of single nodes, for each op.
OF_OPS = new_map()


def is_realised(tensor):
    return tensor.node.buffers is not None or tensor.node.op == "constant"


def compiled_of(outputs, inputs, assignments):
    COUNTERS.compiles = COUNTERS.compiles + 1
    return compile_graph(
        outputs,
        [str(i) for i in range(len(outputs))],
        inputs,
        ["leaf" + str(i) for i in range(len(inputs))],
        assignments,
    )


def leaf_of(spec):
    """An input of a plan in the place of a value. spec: [shape, dtype]."""
    return Tensor(Node("input", [], {}, [spec], new_serial(), None), 0)


class _SingleOp:
    """A plan of one node, whose operands are its inputs, each one even where two are the same tensor."""

    def __init__(self, node):
        self.attrs = node.attrs
        self.names = [key for key in node.attrs.keys()]
        self.inputs = [leaf_of([tensor.shape, tensor.dtype]) for tensor in node.inputs]
        copy = Node(node.op, self.inputs, node.attrs, node.outputs, new_serial(), node.label)
        outputs = [Tensor(copy, i) for i in range(len(node.outputs))]
        self.runner = PlanRunner(compiled_of(outputs, self.inputs, []).plan, [])

    def fits(self, node):
        if len(node.inputs) != len(self.inputs) or len(node.attrs.keys()) != len(self.names):
            return False
        for key in self.names:
            if key not in node.attrs or not same_value(node.attrs[key], self.attrs[key]):
                return False
        for i in range(len(self.inputs)):
            own = self.inputs[i]
            other = node.inputs[i]
            if own.dtype != other.dtype or not same_shape(own.shape, other.shape):
                return False
        return True


def is_alone(node):
    """True where nothing but this node has to be computed."""
    for tensor in node.inputs:
        if not is_realised(tensor):
            return False
    return node.buffers is None and len(node.inputs) > 0


def runner_of(node):
    """The runner of the plan of a single node, None where there is none yet."""
    known = OF_OPS.at(node.op)
    if known is not None:
        for i in range(len(known)):
            entry = known[len(known) - 1 - i]
            if entry.fits(node):
                return entry.runner
    return None


def plan_of(node):
    """The runner of the plan of a single node."""
    found = runner_of(node)
    if found is not None:
        return found
    if not OF_OPS.has(node.op):
        OF_OPS.put(node.op, [])
    known = OF_OPS.at(node.op)
    known.append(_SingleOp(node))
    if len(known) > KEPT_PLANS_OF_AN_OP:
        known.pop(0)
    return known[len(known) - 1].runner


def operands_of(node):
    values = []
    for tensor in node.inputs:
        source = tensor.node
        values.append(source.attrs["data"] if source.op == "constant" else source.buffers[tensor.output])
    return values
