"""Two-dimensional pooling on NHWC images. max_pool2d has two outputs: the maxima and where they stood."""

from ...platform.errors import error
from ..dims import dims_equal
from ..shapes import copy_shape, format_shape, windowed_size
from .registry import as_float, computed, record, register, require_dtypes, result_of, with_dtype
from .rules import COMPUTED


def max_pool2d(x, pool_size, strides, pads):
    """[maxima, indices]; indices are int32 h * W + w in the plane of x. Padding never wins.

    pool_size, strides: [height, width]; pads: [[top, bottom], [left, right]], each smaller than the window.
    """
    x = as_float(x)
    attrs = {"pool_size": pool_size, "strides": strides, "pads": pads}
    found = record("max_pool2d", [computed(x)], attrs)
    return [with_dtype(found[0], x.dtype), found[1]]


def avg_pool2d(x, pool_size, strides, pads):
    """The mean over the part of each window that lies inside x."""
    x = as_float(x)
    attrs = {"pool_size": pool_size, "strides": strides, "pads": pads}
    return with_dtype(record("avg_pool2d", [computed(x)], attrs)[0], x.dtype)


def _with_input(attrs, input_shape):
    return {
        "pool_size": attrs["pool_size"],
        "strides": attrs["strides"],
        "pads": attrs["pads"],
        "input_shape": input_shape,
    }


def _pooled(shape, attrs, op):
    if len(shape) != 4:
        raise error("ShapeError", op + ": needs rank 4 images, got " + format_shape(shape))
    size, strides, pads = attrs["pool_size"], attrs["strides"], attrs["pads"]
    return [
        shape[0],
        windowed_size(shape[1], size[0], strides[0], 1, pads[0], op),
        windowed_size(shape[2], size[1], strides[1], 1, pads[1], op),
        shape[3],
    ]


def _max_rule(shapes, dtypes, attrs):
    require_dtypes("max_pool2d", dtypes, COMPUTED)
    shape = _pooled(shapes[0], attrs, "max_pool2d")
    return [[shape, dtypes[0]], [copy_shape(shape), "int32"]]


def _avg_rule(shapes, dtypes, attrs):
    require_dtypes("avg_pool2d", dtypes, COMPUTED)
    return [[_pooled(shapes[0], attrs, "avg_pool2d"), dtypes[0]]]


def _transpose_rule(op):
    def infer(shapes, dtypes, attrs):
        wanted = _pooled(attrs["input_shape"], attrs, op)
        for i in range(4):
            if not dims_equal(shapes[0][i], wanted[i]):
                raise error(
                    "ShapeError",
                    op
                    + ": the cotangent must be "
                    + format_shape(wanted)
                    + ", got "
                    + format_shape(shapes[0]),
                )
        return [[copy_shape(attrs["input_shape"]), dtypes[0]]]

    return infer


def _take_rule(shapes, dtypes, attrs):
    return [[_pooled(shapes[0], attrs, "max_pool2d_take"), dtypes[0]]]


def _max_grad(node, cotangents):
    x = node.inputs[0]
    if cotangents[0] is None:
        return [None]
    attrs = _with_input(node.attrs, copy_shape(x.shape))
    return [record("max_pool2d_grad", [cotangents[0], result_of(node, 1)], attrs)[0]]


def _max_grad_grad(node, cotangents):
    return [record("max_pool2d_take", [cotangents[0], node.inputs[1]], node.attrs)[0], None]


def _take_grad(node, cotangents):
    x = node.inputs[0]
    attrs = _with_input(node.attrs, copy_shape(x.shape))
    return [record("max_pool2d_grad", [cotangents[0], node.inputs[1]], attrs)[0], None]


def _avg_grad(node, cotangents):
    attrs = _with_input(node.attrs, copy_shape(node.inputs[0].shape))
    return [record("avg_pool2d_grad", [cotangents[0]], attrs)[0]]


def _avg_grad_grad(node, cotangents):
    return [avg_pool2d(cotangents[0], node.attrs["pool_size"], node.attrs["strides"], node.attrs["pads"])]


register("max_pool2d", _max_rule, _max_grad)
register("max_pool2d_grad", _transpose_rule("max_pool2d_grad"), _max_grad_grad)
register("max_pool2d_take", _take_rule, _take_grad)
register("avg_pool2d", _avg_rule, _avg_grad)
register("avg_pool2d_grad", _transpose_rule("avg_pool2d_grad"), _avg_grad_grad)
