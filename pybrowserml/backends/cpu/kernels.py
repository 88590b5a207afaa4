"""The kernel table: how each kernel of a plan is launched."""

from ...platform.errors import error
from .arg_reduce import prepare_arg_reduce
from .attention import prepare_attention
from .control import scan_with, while_with
from .conv2d import prepare_conv2d
from .conv2d_gradients import prepare_conv2d_filter_grad, prepare_conv2d_input_grad
from .cumulative import prepare_cumulative
from .elementwise import prepare_elementwise
from .fourier import prepare_fft
from .gather import prepare_gather
from .gather_sum import prepare_gather_sum
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
from .reduce import prepare_reduce
from .reductions import prepare_reductions
from .rows import prepare_rows
from .scatter import prepare_scatter
from .sort import prepare_sort
from .spectral import prepare_eigh, prepare_svd


class _Doubles:
    """kernels: those of float64 that need a form of their own. The whole library installs them; the runtime of built
    models, which has no float64, does not carry them.
    """

    def __init__(self):
        self.kernels = None


DOUBLES = _Doubles()


def has_doubles(params, ins, outs):
    """True for a step with a float64 value, or with one inside of its expression."""
    for value in ins:
        if value[1] == "float64":
            return True
    for value in outs:
        if value is not None and value[1] == "float64":
            return True
    for key in ["expr", "epilogue"]:
        if key in params and params[key] is not None:
            for instr in params[key]["instrs"]:
                if instr[1] == "float64":
                    return True
    return False


def prepare_step(step, values, tier):
    """The launch of one step of a resolved plan. tier: that of WebAssembly, or None. Raises EngineError for an unknown
    kernel.
    """
    if step["kernel"] not in KERNELS:
        raise error("EngineError", "the cpu engine has no kernel '" + step["kernel"] + "'")
    ins = []
    for v in step["inputs"]:
        ins.append([values[v]["shape"], values[v]["dtype"]])
    outs = []
    for v in step["outputs"]:
        outs.append(None if v is None else [values[v]["shape"], values[v]["dtype"]])
    kernel = step["kernel"]
    if not has_doubles(step["params"], ins, outs) or kernel == "scan" or kernel == "while":
        if tier is not None and kernel in tier.kernels:
            faster = tier.kernels[kernel](step["params"], ins, outs, tier)
            if faster is not None:
                return faster
        return KERNELS[kernel](step["params"], ins, outs)
    if DOUBLES.kernels is None:
        raise error(
            "EngineError", "the step '" + kernel + "' uses float64, which this runtime does not carry"
        )
    prepare = DOUBLES.kernels[kernel] if kernel in DOUBLES.kernels else KERNELS[kernel]
    launch = prepare(step["params"], ins, outs)
    launch.use_doubles(ins, outs)
    return launch


def prepare_plain(step, values):
    """The launch of one step in plain JavaScript."""
    return prepare_step(step, values, None)


# kernel: function that makes its launch. What a step must look like stands in kernel_shapes/rules.
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
    "reductions": prepare_reductions,
    "rows": prepare_rows,
    "attention": prepare_attention,
    "arg_reduce": prepare_arg_reduce,
    "reshape": prepare_reshape,
    "transpose": prepare_transpose,
    "broadcast_to": prepare_broadcast_to,
    "slice": prepare_slice,
    "pad": prepare_pad,
    "concat": prepare_concat,
    "flip": prepare_flip,
    "fft": prepare_fft,
    "gather": prepare_gather,
    "gather_sum": prepare_gather_sum,
    "scatter": prepare_scatter,
    "cumulative": prepare_cumulative,
    "sort": prepare_sort,
    "eigh": prepare_eigh,
    "svd": prepare_svd,
    "scan": scan_with(prepare_plain),
    "while": while_with(prepare_plain),
}
