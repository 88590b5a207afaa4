"""Two-dimensional convolution (cross-correlation) on NHWC images with HWIO filters, and its two transposes.

The three are linear in each operand, so the gradient of each is made of the other two.
"""

from ...platform.errors import error
from ..dims import dims_equal, is_symbolic
from ..shapes import copy_shape, format_shape, windowed_size
from .registry import computed_pair, record, register, require_dtypes, with_dtype
from .rules import COMPUTED, require_one_dtype


def conv2d(x, w, strides, pads, dilations, groups):
    """x [N, H, W, C], w [kh, kw, C/groups, F] → [N, H', W', F].

    strides, dilations: [height, width]; pads: [[top, bottom], [left, right]]; F divisible by groups.
    """
    attrs = {"strides": strides, "pads": pads, "dilations": dilations, "groups": groups}
    operands = computed_pair(x, w, "conv2d")
    return with_dtype(record("conv2d", [operands[0], operands[1]], attrs)[0], operands[2])


def conv2d_input_grad(dy, w, attrs, input_shape):
    """The cotangent of conv2d's x; also the transposed convolution."""
    operands = computed_pair(dy, w)
    found = record("conv2d_input_grad", [operands[0], operands[1]], _with(attrs, "input_shape", input_shape))
    return with_dtype(found[0], operands[2])


def conv2d_filter_grad(x, dy, attrs, filter_shape):
    """The cotangent of conv2d's w."""
    operands = computed_pair(x, dy)
    found = record(
        "conv2d_filter_grad", [operands[0], operands[1]], _with(attrs, "filter_shape", filter_shape)
    )
    return with_dtype(found[0], operands[2])


def _with(attrs, key, shape):
    return {
        "strides": attrs["strides"],
        "pads": attrs["pads"],
        "dilations": attrs["dilations"],
        "groups": attrs["groups"],
        key: shape,
    }


def _output_shape(x, w, attrs, op):
    if len(x) != 4 or len(w) != 4:
        raise error(
            "ShapeError",
            op + ": needs rank 4 images and filters, got " + format_shape(x) + " and " + format_shape(w),
        )
    groups = attrs["groups"]
    if is_symbolic(x[3]) or not dims_equal(x[3], w[2] * groups) or w[3] % groups != 0:
        raise error(
            "ShapeError",
            op
            + ": filters "
            + format_shape(w)
            + " with "
            + str(groups)
            + " groups do not fit an input of "
            + format_shape(x),
        )
    return [
        x[0],
        windowed_size(x[1], w[0], attrs["strides"][0], attrs["dilations"][0], attrs["pads"][0], op),
        windowed_size(x[2], w[1], attrs["strides"][1], attrs["dilations"][1], attrs["pads"][1], op),
        w[3],
    ]


def _conv_rule(shapes, dtypes, attrs):
    _require_floats("conv2d", dtypes)
    return [[_output_shape(shapes[0], shapes[1], attrs, "conv2d"), dtypes[0]]]


def _require_floats(op, dtypes):
    require_dtypes(op, dtypes, COMPUTED)
    require_one_dtype(op, dtypes[0], dtypes[1])


def _require_output(dy, x, w, attrs, op):
    wanted = _output_shape(x, w, attrs, op)
    for i in range(4):
        if len(dy) != 4 or not dims_equal(dy[i], wanted[i]):
            raise error(
                "ShapeError",
                op + ": the cotangent must be " + format_shape(wanted) + ", got " + format_shape(dy),
            )


def _input_grad_rule(shapes, dtypes, attrs):
    _require_floats("conv2d_input_grad", dtypes)
    _require_output(shapes[0], attrs["input_shape"], shapes[1], attrs, "conv2d_input_grad")
    return [[copy_shape(attrs["input_shape"]), dtypes[0]]]


def _filter_grad_rule(shapes, dtypes, attrs):
    _require_floats("conv2d_filter_grad", dtypes)
    _require_output(shapes[1], shapes[0], attrs["filter_shape"], attrs, "conv2d_filter_grad")
    return [[copy_shape(attrs["filter_shape"]), dtypes[0]]]


def _conv_again(x, w, attrs):
    return conv2d(x, w, attrs["strides"], attrs["pads"], attrs["dilations"], attrs["groups"])


def _conv_grad(node, cotangents):
    x, w = node.inputs[0], node.inputs[1]
    return [
        conv2d_input_grad(cotangents[0], w, node.attrs, copy_shape(x.shape)),
        conv2d_filter_grad(x, cotangents[0], node.attrs, copy_shape(w.shape)),
    ]


def _input_grad_grad(node, cotangents):
    dy, w = node.inputs[0], node.inputs[1]
    return [
        _conv_again(cotangents[0], w, node.attrs),
        conv2d_filter_grad(cotangents[0], dy, node.attrs, copy_shape(w.shape)),
    ]


def _filter_grad_grad(node, cotangents):
    x, dy = node.inputs[0], node.inputs[1]
    return [
        conv2d_input_grad(dy, cotangents[0], node.attrs, copy_shape(x.shape)),
        _conv_again(x, cotangents[0], node.attrs),
    ]


register("conv2d", _conv_rule, _conv_grad)
register("conv2d_input_grad", _input_grad_rule, _input_grad_grad)
register("conv2d_filter_grad", _filter_grad_rule, _filter_grad_grad)
