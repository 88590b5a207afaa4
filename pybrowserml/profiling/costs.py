"""What the step of a plan costs by formula: floating-point operations, and bytes read and written at least."""

from ..backends.resolve import element_count
from ..platform.real import log

LOG2_E = 1.4426950408889634
# Instructions that compute nothing.
FREE = ["constant", "size", "iota", "cast", "bitcast"]
# Kernels that read no more of their operands than they write.
READS_WHAT_IT_WRITES = ["slice", "gather", "max_pool2d_take"]
# One operation for each element of an input: [kernel, which input].
ONE_EACH = {"reduce": 0, "arg_reduce": 0, "cumulative": 0, "scatter": 1}


def flops_of(step, values):
    """Operations of a step whose shapes are known; 0 where it only moves, or where there is no formula.

    A multiply-add counts as two, any instruction of an expression as one. values: the plan's. Loops count the steps
    of a `scan`; how often a `while` goes round nobody knows beforehand.
    """
    kernel = step["kernel"]
    params = step["params"]
    shapes = input_shapes(step, values)
    made = [values[value]["shape"] for value in step["outputs"] if value is not None]
    if len(made) == 0:
        return 0
    count = element_count(made[0])
    if kernel == "elementwise":
        return _instructions(params["expr"]) * count
    if kernel == "rows":
        return _instructions(params["expr"]) * element_count(params["shape"])
    if kernel == "reductions":
        each = _instructions(params["expr"]) + len([op for op in params["ops"] if op is not None])
        return each * element_count(params["shape"])
    if kernel == "attention":
        scores = element_count(params["shape"])
        query = shapes[0]
        depth = query[len(query) - 2] if params["transpose_q"] else query[len(query) - 1]
        columns = made[0][len(made[0]) - 1]
        return (2 * depth + 2 * columns + _instructions(params["expr"])) * scores
    if kernel == "matmul":
        a = shapes[0]
        depth = a[len(a) - 2] if params["transpose_a"] else a[len(a) - 1]
        return 2 * depth * count + _instructions(params["epilogue"]) * count
    if kernel == "conv2d":
        return 2 * element_count(shapes[1][0:3]) * count + _instructions(params["epilogue"]) * count
    if kernel == "conv2d_input_grad":
        return 2 * element_count(shapes[1][0:3]) * element_count(shapes[0])
    if kernel == "conv2d_filter_grad":
        return 2 * element_count(made[0][0:3]) * element_count(shapes[1])
    if kernel == "max_pool2d" or kernel == "avg_pool2d":
        return element_count(params["pool_size"]) * count
    if kernel == "max_pool2d_grad":
        return element_count(shapes[0])
    if kernel == "avg_pool2d_grad":
        return element_count(params["pool_size"]) * element_count(shapes[0])
    if kernel in ONE_EACH:
        return element_count(shapes[ONE_EACH[kernel]])
    if kernel == "gather_sum":
        indices = shapes[1]
        return 2 * indices[len(indices) - 1] * count
    if kernel == "fft":
        points = made[0][len(made[0]) - 1]
        return 5 * count * log(points) * LOG2_E if points > 1 else 0
    if kernel == "scan":
        total = 0
        for inner in params["body"]["steps"]:
            total = total + flops_of(inner, params["body"]["values"])
        return params["length"] * total
    return 0


def bytes_of(step, values, width):
    """[read, written] of a step: each operand and result once. width(dtype): bytes of an element on the engine."""
    read = 0
    written = 0
    for value in step["outputs"]:
        if value is not None:
            written = written + element_count(values[value]["shape"]) * width(values[value]["dtype"])
    inputs = step["inputs"]
    shapes = input_shapes(step, values)
    for i in range(len(inputs)):
        if i == 0 and step["kernel"] in READS_WHAT_IT_WRITES:
            read = read + written
        elif inputs[i] not in inputs[0:i]:
            read = read + element_count(shapes[i]) * width(values[inputs[i]]["dtype"])
    return [read, written]


def input_shapes(step, values):
    """The shapes of a step's operands. Weights that the CPU engine has packed have that which they had before."""
    shapes = [values[value]["shape"] for value in step["inputs"]]
    if "packed" in step["params"]:
        shapes[1] = step["params"]["packed"]
    return shapes


def _instructions(expr):
    if expr is None:
        return 0
    return len([instr for instr in expr["instrs"] if instr[0] not in FREE])
