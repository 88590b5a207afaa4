"""The kernel table: a step's kernel name to the function that turns the step into draws."""

from .elementwise import elementwise
from .gather import gather, scatter_add
from .matmul import matmul
from .movement import broadcast_to, concat, flip, pad, reshape, slice_step, transpose
from .reduce import arg_reduce, reduce

KERNELS = {
    "elementwise": elementwise,
    "matmul": matmul,
    "reduce": reduce,
    "arg_reduce": arg_reduce,
    "reshape": reshape,
    "transpose": transpose,
    "broadcast_to": broadcast_to,
    "slice": slice_step,
    "pad": pad,
    "concat": concat,
    "flip": flip,
    "gather": gather,
    "scatter_add": scatter_add,
}
