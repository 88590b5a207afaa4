"""The kernels that WebAssembly SIMD has: kernel → function(params, ins, outs, tier) → launch, or None where plain JavaScript serves."""

from ..control import ScanLaunch, WhileLaunch
from ..conv2d import conv2d_launch
from ..conv2d_gradients import filter_grad_launch, input_grad_launch
from ..kernels import prepare_step
from ..matmul import matmul_launch
from .chains import simd_elementwise
from .tile import SimdTile


def _is_float(ins, outs):
    """True where both operands of a product and the result are float32."""
    return ins[0][1] == "float32" and ins[1][1] == "float32" and outs[0][1] == "float32"


def _tile(tier):
    return SimdTile(tier, 6 if tier.relaxed else 4)


def _matmul(params, ins, outs, tier):
    return matmul_launch(params, ins, outs, _tile(tier)) if _is_float(ins, outs) else None


def _conv2d(params, ins, outs, tier):
    return conv2d_launch(params, ins, outs, _tile(tier)) if _is_float(ins, outs) else None


def _conv2d_input_grad(params, ins, outs, tier):
    return input_grad_launch(params, ins, outs, lambda: _tile(tier)) if _is_float(ins, outs) else None


def _conv2d_filter_grad(params, ins, outs, tier):
    # Its rows are channels, of which there are mostly a multiple of four.
    return filter_grad_launch(params, ins, outs, SimdTile(tier, 4)) if _is_float(ins, outs) else None


def _scan(params, ins, outs, tier):
    return ScanLaunch(params, ins, outs, lambda step, values: prepare_step(step, values, tier))


def _while(params, ins, outs, tier):
    return WhileLaunch(params, ins, outs, lambda step, values: prepare_step(step, values, tier))


SIMD_KERNELS = {
    "elementwise": simd_elementwise,
    "matmul": _matmul,
    "conv2d": _conv2d,
    "conv2d_input_grad": _conv2d_input_grad,
    "conv2d_filter_grad": _conv2d_filter_grad,
    "scan": _scan,
    "while": _while,
}
