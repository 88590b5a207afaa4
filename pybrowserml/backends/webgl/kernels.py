"""The kernel table: a step's kernel name to the function that turns the step into draws."""

from .arg_reduce import arg_reduce
from .attention import attention
from .control import repeat, scan
from .convolution import conv2d, conv2d_input_grad
from .cumulative import cumulative
from .elementwise import elementwise
from .filter_gradient import conv2d_filter_grad
from .fourier import fft
from .gather import gather
from .gather_sum import gather_sum
from .island import island
from .matmul import matmul
from .movement import broadcast_to, concat, flip, pad, reshape, slice_step, transpose
from .pooling import avg_pool2d, avg_pool2d_grad, max_pool2d, max_pool2d_grad, max_pool2d_take
from .reduce import reduce
from .reductions import reductions
from .rows import rows
from .scatter import scatter
from .sort import sort
from .wide import is_wide, without_epilogue


def with_epilogue(kernel):
    """A kernel whose epilogue becomes a step of its own where one draw would read too many tensors."""

    def emit(builder, step):
        epilogue = step["params"]["epilogue"] if "epilogue" in step["params"] else None
        if epilogue is None or step["outputs"][0] is None or not is_wide(builder, step):
            kernel(builder, step)
            return None
        parts = without_epilogue(builder, step)
        kernel(builder, parts[0])
        elementwise(builder, parts[1])
        return None

    return emit


KERNELS = {
    "elementwise": elementwise,
    "matmul": with_epilogue(matmul),
    "conv2d": with_epilogue(conv2d),
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
    "slice": slice_step,
    "pad": pad,
    "concat": concat,
    "flip": flip,
    "gather": gather,
    "gather_sum": gather_sum,
    "fft": fft,
    "scatter": scatter,
    "cumulative": cumulative,
    "sort": sort,
    "eigh": island,
    "svd": island,
    "scan": scan,
    "while": repeat,
}
