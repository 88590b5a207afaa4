"""What convolutions and poolings must look like for integer shapes."""

from ...core.lists import same_items
from ...platform.numbers import is_list, is_whole
from .common import epilogue_fits, expect, is_whole_list


def _window_params(params, size):
    if not is_whole_list(params["strides"], 2, 1) or not is_whole_list(size, 2, 1):
        return "needs two strides and window sizes of at least 1"
    pads = params["pads"]
    if (
        not is_list(pads)
        or len(pads) != 2
        or not is_whole_list(pads[0], 2, 0)
        or not is_whole_list(pads[1], 2, 0)
    ):
        return "needs pads [[top, bottom], [left, right]] of at least 0"
    return None


def _windows(size, window, dilation, stride, pad):
    room = size + pad[0] + pad[1] - ((window - 1) * dilation + 1)
    return 0 if room < 0 else room // stride + 1


def _convolution(params, x, w):
    """The result's shape, or a text that says what is wrong."""
    if len(x) != 4 or len(w) != 4:
        return "needs an image and filters of rank 4"
    wrong = _window_params(params, w[0:2])
    if wrong is not None:
        return wrong
    groups = params["groups"]
    if not is_whole_list(params["dilations"], 2, 1) or not is_whole(groups) or groups < 1:
        return "needs two dilations and groups of at least 1"
    if w[2] * groups != x[3] or w[3] % groups != 0:
        return "has channels that do not fit its filters and groups"
    return [x[0], _axis_windows(params, x, w, 0), _axis_windows(params, x, w, 1), w[3]]


def _axis_windows(params, x, w, axis):
    return _windows(
        x[1 + axis], w[axis], params["dilations"][axis], params["strides"][axis], params["pads"][axis]
    )


def conv2d_shape(params, inputs, outputs):
    shape = _convolution(params, inputs[0], inputs[1])
    if not is_list(shape):
        return shape
    wrong = expect(shape, outputs[0])
    return wrong if wrong is not None else epilogue_fits(inputs, outputs)


def conv2d_input_grad_shape(params, inputs, outputs):
    if not is_whole_list(params["input_shape"], 4, 0):
        return "needs an input_shape of rank 4"
    return _conv_grad(params, params["input_shape"], inputs[1], inputs[0], params["input_shape"], outputs)


def conv2d_filter_grad_shape(params, inputs, outputs):
    if not is_whole_list(params["filter_shape"], 4, 0):
        return "needs a filter_shape of rank 4"
    return _conv_grad(params, inputs[0], params["filter_shape"], inputs[1], params["filter_shape"], outputs)


def _conv_grad(params, x, w, cotangent, target, outputs):
    shape = _convolution(params, x, w)
    if not is_list(shape):
        return shape
    if not same_items(shape, cotangent):
        return "has a cotangent that does not fit the convolution"
    return expect(target, outputs[0])


def _pooled(params, x):
    if len(x) != 4:
        return "needs an image of rank 4"
    wrong = _window_params(params, params["pool_size"])
    if wrong is not None:
        return wrong
    size = params["pool_size"]
    high = _windows(x[1], size[0], 1, params["strides"][0], params["pads"][0])
    wide = _windows(x[2], size[1], 1, params["strides"][1], params["pads"][1])
    return [x[0], high, wide, x[3]]


def pool_shape(params, inputs, outputs):
    shape = _pooled(params, inputs[0])
    if not is_list(shape):
        return shape
    for output in outputs:
        wrong = expect(shape, output)
        if wrong is not None:
            return wrong
    return None


def pool_take_shape(params, inputs, outputs):
    shape = _pooled(params, inputs[0])
    if not is_list(shape):
        return shape
    if not same_items(shape, inputs[1]):
        return "has indices that do not fit the pooling"
    return expect(shape, outputs[0])


def pool_grad_shape(params, inputs, outputs):
    if not is_whole_list(params["input_shape"], 4, 0):
        return "needs an input_shape of rank 4"
    shape = _pooled(params, params["input_shape"])
    if not is_list(shape):
        return shape
    for given in inputs:
        if not same_items(shape, given):
            return "has a cotangent or indices that do not fit the pooling"
    return expect(params["input_shape"], outputs[0])
