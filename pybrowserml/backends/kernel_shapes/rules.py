"""What a step of each kernel must look like: plans from files are checked by it, whatever engine runs them."""

from .attention import attention_shape
from .control import scan_shape, while_shape
from .fourier import fft_shape
from .gathering import gather_shape, gather_sum_shape, scatter_shape
from .linear import (
    arg_reduce_shape,
    elementwise_shape,
    matmul_shape,
    reduce_shape,
    reductions_shape,
    rows_shape,
)
from .movement import (
    broadcast_to_shape,
    concat_shape,
    flip_shape,
    pad_shape,
    reshape_shape,
    slice_shape,
    transpose_shape,
)
from .ordering import cumulative_shape, sort_shape
from .spectral import eigh_shape, svd_shape
from .windows import (
    conv2d_filter_grad_shape,
    conv2d_input_grad_shape,
    conv2d_shape,
    pool_grad_shape,
    pool_shape,
    pool_take_shape,
)

# kernel: [least inputs, most inputs (None: any), outputs (None: any), required params, shape rule]
RULES = {
    "elementwise": [0, None, None, ["expr"], elementwise_shape],
    "matmul": [2, None, 1, ["transpose_a", "transpose_b", "epilogue"], matmul_shape],
    "conv2d": [2, None, 1, ["strides", "dilations", "pads", "groups", "epilogue"], conv2d_shape],
    "conv2d_input_grad": [
        2,
        2,
        1,
        ["strides", "dilations", "pads", "groups", "input_shape"],
        conv2d_input_grad_shape,
    ],
    "conv2d_filter_grad": [
        2,
        2,
        1,
        ["strides", "dilations", "pads", "groups", "filter_shape"],
        conv2d_filter_grad_shape,
    ],
    "max_pool2d": [1, 1, 2, ["pool_size", "strides", "pads"], pool_shape],
    "max_pool2d_grad": [2, 2, 1, ["pool_size", "strides", "pads", "input_shape"], pool_grad_shape],
    "max_pool2d_take": [2, 2, 1, ["pool_size", "strides", "pads"], pool_take_shape],
    "avg_pool2d": [1, 1, 1, ["pool_size", "strides", "pads"], pool_shape],
    "avg_pool2d_grad": [1, 1, 1, ["pool_size", "strides", "pads", "input_shape"], pool_grad_shape],
    "reduce": [1, 1, 1, ["op", "axes", "keepdims"], reduce_shape],
    "reductions": [0, None, None, ["expr", "shape", "axes", "ops"], reductions_shape],
    "rows": [0, None, None, ["expr", "shape"], rows_shape],
    "attention": [
        3,
        None,
        1,
        ["transpose_q", "transpose_k", "transpose_v", "shape", "expr", "causal"],
        attention_shape,
    ],
    "arg_reduce": [1, 1, 1, ["op", "axis", "keepdims"], arg_reduce_shape],
    "reshape": [1, 1, 1, [], reshape_shape],
    "transpose": [1, 1, 1, ["perm"], transpose_shape],
    "broadcast_to": [1, 1, 1, [], broadcast_to_shape],
    "slice": [1, 1, 1, ["begin", "strides"], slice_shape],
    "pad": [1, 1, 1, ["pads", "value"], pad_shape],
    "concat": [1, None, 1, ["axis"], concat_shape],
    "flip": [1, 1, 1, ["axes"], flip_shape],
    "fft": [2, 2, 2, ["inverse"], fft_shape],
    "gather": [2, 2, 1, ["axis"], gather_shape],
    "gather_sum": [3, 3, 1, ["axis"], gather_sum_shape],
    "scatter": [2, 3, 1, ["reduction", "axis", "shape", "clamp"], scatter_shape],
    "cumulative": [1, 1, 1, ["op", "axis", "reverse", "exclusive"], cumulative_shape],
    "sort": [1, 1, 2, ["descending"], sort_shape],
    "eigh": [1, 1, 2, [], eigh_shape],
    "svd": [1, 1, 3, [], svd_shape],
    "scan": [0, None, None, ["subplan", "carries", "stacked", "length", "reverse"], scan_shape],
    "while": [1, None, None, ["subplan", "carries", "limit"], while_shape],
}
