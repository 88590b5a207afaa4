"""The kernel table of the NumPy engine: name → maker(params, input specs, output specs) → run(*arrays) → results."""

from .attention import attention
from .control import scan_with, while_with
from .convolution import conv2d, conv2d_filter_grad, conv2d_input_grad
from .elementwise import elementwise, rows, with_epilogue
from .fourier import fft
from .linear import arg_reduce, matmul, reduce, reductions
from .movement import (
    broadcast_to,
    concat,
    flip,
    gather,
    gather_sum,
    pad,
    reshape,
    scatter,
    slice_strided,
    transpose,
)
from .ordering import cumulative, sort
from .pooling import avg_pool2d, avg_pool2d_grad, max_pool2d, max_pool2d_grad, max_pool2d_take
from .spectral import eigh, svd

KERNELS = {
    "elementwise": elementwise,
    "matmul": with_epilogue(matmul, 2),
    "conv2d": with_epilogue(conv2d, 2),
    "conv2d_input_grad": conv2d_input_grad,
    "conv2d_filter_grad": conv2d_filter_grad,
    "max_pool2d": max_pool2d,
    "max_pool2d_grad": max_pool2d_grad,
    "max_pool2d_take": max_pool2d_take,
    "avg_pool2d": avg_pool2d,
    "avg_pool2d_grad": avg_pool2d_grad,
    "reduce": reduce,
    "reductions": reductions,
    "rows": rows,
    "attention": attention,
    "arg_reduce": arg_reduce,
    "reshape": reshape,
    "transpose": transpose,
    "broadcast_to": broadcast_to,
    "slice": slice_strided,
    "pad": pad,
    "concat": concat,
    "flip": flip,
    "gather": gather,
    "gather_sum": gather_sum,
    "fft": fft,
    "scatter": scatter,
    "cumulative": cumulative,
    "sort": sort,
    "eigh": eigh,
    "svd": svd,
}

KERNELS["scan"] = scan_with(KERNELS)
KERNELS["while"] = while_with(KERNELS)
