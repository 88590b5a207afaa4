"""The kernel table: name → function that makes a launch of it."""

from ...platform.errors import error
from .conv2d import prepare_conv2d
from .conv2d_gradients import prepare_conv2d_filter_grad, prepare_conv2d_input_grad
from .elementwise import prepare_elementwise
from .gather import prepare_gather, prepare_scatter_add
from .matmul import prepare_matmul
from .movement import (
    prepare_broadcast_to,
    prepare_concat,
    prepare_flip,
    prepare_pad,
    prepare_reshape,
    prepare_slice,
    prepare_transpose,
)
from .pool2d import (
    prepare_avg_pool2d,
    prepare_avg_pool2d_grad,
    prepare_max_pool2d,
    prepare_max_pool2d_grad,
    prepare_max_pool2d_take,
)
from .reduce import prepare_arg_reduce, prepare_reduce

KERNELS = {
    "elementwise": prepare_elementwise,
    "matmul": prepare_matmul,
    "conv2d": prepare_conv2d,
    "conv2d_input_grad": prepare_conv2d_input_grad,
    "conv2d_filter_grad": prepare_conv2d_filter_grad,
    "max_pool2d": prepare_max_pool2d,
    "max_pool2d_grad": prepare_max_pool2d_grad,
    "max_pool2d_take": prepare_max_pool2d_take,
    "avg_pool2d": prepare_avg_pool2d,
    "avg_pool2d_grad": prepare_avg_pool2d_grad,
    "reduce": prepare_reduce,
    "arg_reduce": prepare_arg_reduce,
    "reshape": prepare_reshape,
    "transpose": prepare_transpose,
    "broadcast_to": prepare_broadcast_to,
    "slice": prepare_slice,
    "pad": prepare_pad,
    "concat": prepare_concat,
    "flip": prepare_flip,
    "gather": prepare_gather,
    "scatter_add": prepare_scatter_add,
}


def prepare_step(step, values):
    """The launch of one step of a resolved plan. Raises EngineError for an unknown kernel."""
    if step["kernel"] not in KERNELS:
        raise error("EngineError", "the cpu engine has no kernel '" + step["kernel"] + "'")
    ins = []
    for v in step["inputs"]:
        ins.append([values[v]["shape"], values[v]["dtype"]])
    outs = []
    for v in step["outputs"]:
        outs.append(None if v is None else [values[v]["shape"], values[v]["dtype"]])
    return KERNELS[step["kernel"]](step["params"], ins, outs)
