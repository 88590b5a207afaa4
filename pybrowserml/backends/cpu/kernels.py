"""The kernel table: name → function that makes a launch of it."""

from ...platform.errors import error
from .elementwise import prepare_elementwise
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
from .reduce import prepare_arg_reduce, prepare_reduce

KERNELS = {
    "elementwise": prepare_elementwise,
    "matmul": prepare_matmul,
    "reduce": prepare_reduce,
    "arg_reduce": prepare_arg_reduce,
    "reshape": prepare_reshape,
    "transpose": prepare_transpose,
    "broadcast_to": prepare_broadcast_to,
    "slice": prepare_slice,
    "pad": prepare_pad,
    "concat": prepare_concat,
    "flip": prepare_flip,
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
