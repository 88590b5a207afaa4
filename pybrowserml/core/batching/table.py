"""The table of batching: a rule for each primitive.

A rule is `rule(node, inputs, mapped, batch)` → the node's results, each with the mapped axis in front. mapped[i] tells
whether inputs[i] has that axis; at least one has it (random numbers excepted). batch.size: how many elements there are.
"""

from ..opset.registry import PRIMITIVES, is_elementwise, is_generator
from .indexing import gather_rule, gather_sum_rule, scatter_add_rule
from .loops import scan_rule, while_rule
from .makers import elementwise, folded, rows_apart, shifted
from .marks import barrier_rule, custom_gradient_rule, random_bits_rule, with_derivatives_rule
from .movement import broadcast_rule, concat_rule, pad_rule, reshape_rule, slice_rule, transpose_rule
from .products import convolution_rule, matmul_rule

BATCHING = {
    "reduce": shifted("axes"),
    "arg_reduce": shifted("axis"),
    "flip": shifted("axes"),
    "reshape": reshape_rule,
    "transpose": transpose_rule,
    "broadcast_to": broadcast_rule,
    "slice": slice_rule,
    "pad": pad_rule,
    "concat": concat_rule,
    "matmul": matmul_rule,
    "conv2d": convolution_rule([0], None),
    "conv2d_input_grad": convolution_rule([0], "input_shape"),
    "conv2d_filter_grad": convolution_rule([0, 1], "filter_shape"),
    "max_pool2d": folded(None),
    "max_pool2d_grad": folded("input_shape"),
    "max_pool2d_take": folded(None),
    "avg_pool2d": folded(None),
    "avg_pool2d_grad": folded("input_shape"),
    "gather": gather_rule,
    "scatter_add": scatter_add_rule,
    "gather_sum": gather_sum_rule,
    "cumulative": shifted("axis"),
    "sort": rows_apart,
    "fft": rows_apart,
    "eigh": rows_apart,
    "svd": rows_apart,
    "eigh": rows_apart,
    "svd": rows_apart,
    "scan": scan_rule,
    "while": while_rule,
    "random_bits": random_bits_rule,
    "stop_gradient": elementwise,
    "with_derivatives": with_derivatives_rule,
    "barrier": barrier_rule,
    "custom_gradient": custom_gradient_rule,
}
for op in PRIMITIVES.keys():
    if is_elementwise(op) and not is_generator(op):
        BATCHING[op] = elementwise
