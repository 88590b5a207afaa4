"""Filters over neighbouring pixels, and measures of how alike two images are."""

import math

from ...core.dims import is_symbolic
from ...core.graph import is_tensor
from ...core.opset.binary import add, divide, maximum, multiply, subtract
from ...core.opset.movement import broadcast_to, concatenate, reshape, slice_strided, transpose
from ...core.opset.plain import plain
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import as_float, computed, to_tensor, with_dtype
from ...core.opset.unary import exp, log
from ...core.shapes import copy_shape, format_shape, same_shape
from ...platform.errors import error
from ...platform.numbers import is_list, is_number
from ..arguments import per_axis, require_whole, shown
from ..convolution import convolve_depthwise
from ..math import square
from ..reduction import mean
from .shapes import Images

# A bell of no width is one pixel.
SMALLEST = 1.0e-6


def _pair_of_numbers(value, argument):
    pair = []
    value = plain(value)
    if is_list(value):
        pair.extend(value)
    else:
        pair.extend([value, value])
    if len(pair) != 2 or not is_number(pair[0]) or not is_number(pair[1]):
        raise error("ArgumentError", argument + " must be a number or two of them, got " + shown(value))
    return pair


def gaussian_weights(size, sigma):
    """`size` numbers of a bell around their middle, with sum 1."""
    weights = [math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2) for i in range(size)]
    total = 0.0
    for weight in weights:
        total = total + weight
    return [weight / total for weight in weights]


def bell_of(size, sigma):
    """float32 [size]: a bell around the middle with sum 1, whose width is a scalar tensor."""
    places = to_tensor([i - (size - 1) / 2.0 for i in range(size)], "float32")
    shares = divide(places, maximum(sigma, SMALLEST))
    weights = exp(multiply(multiply(shares, shares), -0.5))
    return divide(weights, reduce_sum(weights, [0], True))


def smoothed_by(x, vertical, horizontal):
    """Channels-last images under the outer product of two tensors of weights, zeros around them."""
    channels = x.shape[3]
    if is_symbolic(channels):
        raise error("ShapeError", "needs a known number of channels, got " + format_shape(x.shape))
    for k in range(2):
        weights = vertical if k == 0 else horizontal
        size = weights.shape[0]
        shape = [size, 1, 1, 1] if k == 0 else [1, size, 1, 1]
        filters = broadcast_to(reshape(weights, shape), [shape[0], shape[1], channels, 1])
        x = convolve_depthwise(x, filters, [1, 1], "same", [1, 1])
    return x


def smoothed(x, vertical, horizontal, padding):
    """Channels-last images under the outer product of two vectors of weights, one axis after the other."""
    channels = x.shape[3]
    if is_symbolic(channels):
        raise error("ShapeError", "needs a known number of channels, got " + format_shape(x.shape))
    for k in range(2):
        weights = vertical if k == 0 else horizontal
        size = len(weights)
        # Written out for every channel here: a constant costs no step.
        filters = [[[[weights[i]] for c in range(channels)]] for i in range(size)]
        if k == 1:
            filters = [[[[weights[i]] for c in range(channels)] for i in range(size)]]
        x = convolve_depthwise(x, to_tensor(filters, "float32"), [1, 1], padding, [1, 1])
    return x


def gaussian_blur(images, kernel_size=3, sigma=1.0, data_format=None):
    """Images smoothed by a bell of kernel_size pixels and a width of sigma, zeros around them.

    kernel_size, sigma: a number, or one for the width and one for the height (in this order, as in Keras). sigma may be
    a tensor of one number or two.
    """
    sizes = per_axis(kernel_size, 2, 1, "gaussian_blur: kernel_size")
    given = Images(images, data_format, "gaussian_blur")
    if is_tensor(sigma):
        pair = broadcast_to(as_float(sigma), [2])
        bells = [bell_of(sizes[i], slice_strided(pair, [i], [1], [1])) for i in range(2)]
        y = smoothed_by(computed(as_float(given.x)), bells[1], bells[0])
        return given.back(with_dtype(y, as_float(given.x).dtype))
    widths = _pair_of_numbers(sigma, "sigma")
    down = gaussian_weights(sizes[1], widths[1])
    across = gaussian_weights(sizes[0], widths[0])
    x = as_float(given.x)
    return given.back(with_dtype(smoothed(computed(x), down, across, "same"), x.dtype))


def sobel_edges(images, data_format=None):
    """[dy, dx] of every pixel as a new last axis: Sobel's differences, with zeros around the images.

    images: [batch, height, width, channels] or [batch, channels, height, width].
    """
    if len(to_tensor(images, None, "sobel_edges", "images").shape) != 4:
        raise error(
            "ShapeError",
            "sobel_edges: needs images of rank 4, got "
            + format_shape(to_tensor(images, None, "sobel_edges", "images").shape),
        )
    given = Images(images, data_format, "sobel_edges")
    x = as_float(given.x)
    channels = x.shape[3]
    if is_symbolic(channels):
        raise error(
            "ShapeError", "sobel_edges: needs a known number of channels, got " + format_shape(x.shape)
        )
    smooth = [1.0, 2.0, 1.0]
    slope = [-1.0, 0.0, 1.0]
    taps = [
        [[[slope[i] * smooth[j], smooth[i] * slope[j]] for c in range(channels)] for j in range(3)]
        for i in range(3)
    ]
    filters = to_tensor(taps, "float32")
    y = convolve_depthwise(x, filters, [1, 1], "same", [1, 1])
    y = reshape(y, [y.shape[0], y.shape[1], y.shape[2], channels, 2])
    return transpose(y, [0, 3, 1, 2, 4]) if given.form == "channels_first" else y


def ssim(image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None):
    """Structural similarity of two images, or of each pair of two batches: 1 where they are equal.

    max_val: the largest value of a pixel; filter_size, filter_sigma: of the bell under which means and variances
    are taken, everywhere where it fits; k1, k2: small constants against dividing by 0. Returns [batch], or a scalar.
    Source: Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment".
    """
    first = Images(image1, data_format, "ssim")
    second = Images(image2, data_format, "ssim")
    if not same_shape(first.x.shape, second.x.shape):
        raise error(
            "ShapeError",
            "ssim: the images must have one shape, got "
            + format_shape(first.x.shape)
            + " and "
            + format_shape(second.x.shape),
        )
    weights = gaussian_weights(require_whole(filter_size, 1, "ssim: filter_size"), filter_sigma)
    x = as_float(first.x)
    y = as_float(second.x)
    # All five moments of all channels at once.
    joined = concatenate([x, y, multiply(x, x), multiply(y, y), multiply(x, y)], 3)
    means = smoothed(joined, weights, weights, "valid")
    channels = x.shape[3]
    shape = copy_shape(means.shape)
    shape[3] = channels
    parts = [slice_strided(means, [0, 0, 0, k * channels], copy_shape(shape), [1, 1, 1, 1]) for k in range(5)]
    both = multiply(parts[0], parts[1])
    squares = add(multiply(parts[0], parts[0]), multiply(parts[1], parts[1]))
    covariance = subtract(parts[4], both)
    variances = subtract(add(parts[2], parts[3]), squares)
    c1 = (k1 * max_val) ** 2
    c2 = (k2 * max_val) ** 2
    alike = multiply(add(multiply(both, 2.0), c1), add(multiply(covariance, 2.0), c2))
    quality = divide(alike, multiply(add(squares, c1), add(variances, c2)))
    found = mean(quality, [1, 2, 3], False)
    return reshape(found, []) if first.single else found


def psnr(x1, x2, max_val):
    """Peak signal-to-noise ratio in decibels, 20 log10(max_val) - 10 log10(mean of (x1 - x2)²), over all elements."""
    a = as_float(x1, "psnr", "x1")
    b = as_float(x2, "psnr", "x2")
    if not same_shape(a.shape, b.shape):
        raise error(
            "ShapeError",
            "psnr: both inputs must have one shape, got "
            + format_shape(a.shape)
            + " and "
            + format_shape(b.shape),
        )
    noise = log(mean(square(subtract(a, b)), None, False))
    return subtract(
        multiply(log(as_float(max_val, "psnr", "max_val")), 20.0 / math.log(10.0)),
        multiply(noise, 10.0 / math.log(10.0)),
    )
