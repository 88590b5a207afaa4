"""The kernels that WebAssembly SIMD has: kernel → function(params, ins, outs, tier) → launch, or None where plain
JavaScript serves.
"""

from ..attention import attention_launch
from ..control import ScanLaunch, WhileLaunch
from ..conv2d import conv2d_launch
from ..conv2d_gradients import FilterGradLaunch, filter_grad_launch, input_grad_launch
from ..kernels import prepare_step
from ..matmul import matmul_launch
from ..rows import prepare_rows
from .chains import simd_elementwise
from .depthwise import simd_depthwise
from .depthwise_gradients import simd_depthwise_filter_grad, simd_depthwise_input_grad
from .filter_gradient import SimdFilterGradLaunch, suits_lines
from .movement import simd_broadcast_to, simd_slice, simd_transpose
from .pool import simd_avg_pool2d, simd_avg_pool2d_grad, simd_max_pool2d, simd_max_pool2d_grad
from .reduce import simd_reduce, simd_reductions
from .rows import simd_rows
from .thin import thin_launch
from .tier import LEAST_IN_LOOP
from .tile import RunsTile, SimdTile
from .winograd import SimdWinogradFilterLaunch, SimdWinogradLaunch


def _is_float(ins, outs):
    """True where both operands of a product and the result are float32."""
    return ins[0][1] == "float32" and ins[1][1] == "float32" and outs[0][1] == "float32"


def _rows(tier):
    """Rows of the register tile: with a fused multiply-add one register more is free."""
    return 6 if tier.relaxed else 4


def _unpacked(params, ins):
    """The operands of a step as they are without the param "packed" (see launch.Launch.packed_size)."""
    if "packed" not in params:
        return ins
    found = [value for value in ins]
    found[1] = [params["packed"], "float32"]
    return found


def _matmul(params, ins, outs, tier):
    if not _is_float(ins, outs):
        return None
    # Rows of A whose elements are neighbours are read where they are.
    rows = _rows(tier)
    tile = SimdTile(tier, rows) if params["transpose_a"] else RunsTile(tier, rows)
    tile.packed = "packed" in params
    return matmul_launch(params, _unpacked(params, ins), outs, tile, thin_launch(tier))


def _attention(params, ins, outs, tier):
    def tile(turned):
        return SimdTile(tier, _rows(tier)) if turned else RunsTile(tier, _rows(tier))

    def rows(params, ins, outs):
        found = simd_rows(params, ins, outs, tier)
        return prepare_rows(params, ins, outs) if found is None else found

    return attention_launch(params, ins, outs, tile, rows, thin_launch(tier))


def _conv2d(params, ins, outs, tier):
    if not _is_float(ins, outs):
        return None

    tile = RunsTile(tier, _rows(tier))
    tile.packed = "packed" in params
    ways = {name: WAYS[name](tier, tile.packed) for name in WAYS.keys()}
    return conv2d_launch(params, _unpacked(params, ins), outs, tile, ways)


def _conv2d_input_grad(params, ins, outs, tier):
    if not _is_float(ins, outs):
        return None

    def depthwise(params, dx, w, dy):
        return simd_depthwise_input_grad(tier, params, dx, w, dy)

    packed = "packed" in params

    def tile():
        made = RunsTile(tier, _rows(tier))
        made.packed = packed
        return made

    return input_grad_launch(params, _unpacked(params, ins), outs, tile, _winograd(tier, packed), depthwise)


def _winograd(tier, packed):
    return lambda geometry, program: SimdWinogradLaunch(tier, _rows(tier), geometry, program, packed)


def _depthwise(tier, _packed):
    return lambda params, x, w, y, program: simd_depthwise(tier, params, x, w, y, program)


# As in cpu/conv2d: way → function(tier, whether the filter comes packed) → the way with SIMD.
WAYS = {"winograd": _winograd, "depthwise": _depthwise}


def _conv2d_filter_grad(params, ins, outs, tier):
    if not _is_float(ins, outs):
        return None

    def winograd(params, x, dy):
        return SimdWinogradFilterLaunch(tier, _rows(tier), params, x, dy)

    def depthwise(params, x, w, dy):
        return simd_depthwise_filter_grad(tier, params, x, w, dy)

    def dense(params, x, w, dy):
        if suits_lines(params, x, w, dy):
            return SimdFilterGradLaunch(tier, params, x, w, dy)
        return FilterGradLaunch(params, x, w, dy, SimdTile(tier, 4))

    return filter_grad_launch(params, ins, outs, dense, winograd, depthwise)


def _scan(params, ins, outs, tier):
    return ScanLaunch(params, ins, outs, _step_of_loop(tier))


def _while(params, ins, outs, tier):
    return WhileLaunch(params, ins, outs, _step_of_loop(tier))


def _step_of_loop(tier):
    def prepare(step, values):
        outside = tier.least
        tier.least = min(outside, LEAST_IN_LOOP)
        launch = prepare_step(step, values, tier)
        tier.least = outside
        return launch

    return prepare


SIMD_KERNELS = {
    "elementwise": simd_elementwise,
    "matmul": _matmul,
    "conv2d": _conv2d,
    "conv2d_input_grad": _conv2d_input_grad,
    "conv2d_filter_grad": _conv2d_filter_grad,
    "max_pool2d": simd_max_pool2d,
    "max_pool2d_grad": simd_max_pool2d_grad,
    "avg_pool2d": simd_avg_pool2d,
    "avg_pool2d_grad": simd_avg_pool2d_grad,
    "reduce": simd_reduce,
    "reductions": simd_reductions,
    "rows": simd_rows,
    "attention": _attention,
    "transpose": simd_transpose,
    "broadcast_to": simd_broadcast_to,
    "slice": simd_slice,
    "scan": _scan,
    "while": _while,
}
