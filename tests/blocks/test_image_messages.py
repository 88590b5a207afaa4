"""What convolution, pooling and images say about arguments that do not fit."""

import pytest

from pybrowserml import ops
from pybrowserml.platform.errors import PybrowsermlError

image = ops.image
X = ops.zeros([1, 4, 5, 3])


def flat(*shape):
    return ops.zeros(list(shape))


CALLS = [
    (
        lambda: ops.conv(flat(4, 5), flat(1, 1, 3, 2)),
        r"conv: needs sequences, images or volumes .* got \(4, 5\)",
    ),
    (lambda: ops.conv(X, flat(3, 3, 2)), r"must be \[window, window, channels, filters\], got \(3, 3, 2\)"),
    (lambda: ops.conv(X, flat(3, 3, 2, 4)), "do not fit an input of"),
    (lambda: ops.conv(flat(1, 3, 3, 3, 4), flat(1, 1, 1, 3, 2)), "do not fit an input of"),
    (lambda: ops.conv(X, flat(6, 1, 3, 2)), "a window of 6 does not fit into a size of 4"),
    (lambda: ops.conv(X, flat(1, 1, 3, 2), [1, 2, 3]), "strides must be an integer or a list of 2"),
    (lambda: ops.conv(X, flat(1, 1, 3, 2), 0), "strides must be an integer >= 1, got 0"),
    (
        lambda: ops.conv(X, flat(1, 1, 3, 2), 1, "causal"),
        "padding must be one of 'valid', 'same', got 'causal'",
    ),
    (lambda: ops.conv(X, flat(1, 1, 3, 2), 1, [[1, 1]]), "padding must be a name, an integer or"),
    (lambda: ops.conv(X, flat(1, 1, 3, 2), 1, "same", "NHWC"), "data_format must be one of"),
    (lambda: ops.depthwise_conv(X, flat(3, 3, 4, 1)), r"\[window sizes, channels, multiplier\]"),
    (lambda: ops.conv_transpose(X, flat(3, 3, 2, 4)), r"\[window sizes, filters, channels\]"),
    (lambda: ops.conv_transpose(X, flat(3, 3, 2, 3), 1, 1), "padding must be one of 'valid', 'same', got 1"),
    (
        lambda: ops.conv1d(X, flat(1, 3, 2), 1, "same"),
        r"conv1d: needs an input of rank 3, or 2 without batch, got \(1, 4, 5, 3\)",
    ),
    (lambda: ops.conv2d(X, flat(1, 1, 3, 2), 1, "same", "NCW"), "data_format must be one of 'NHWC', 'NCHW'"),
    (
        lambda: ops.conv2d_transpose(X, flat(2, 2, 1, 3), [1, 9, 9, 1], 3, "same"),
        "does not have the size of x",
    ),
    (
        lambda: ops.conv2d_transpose(X, flat(2, 2, 1, 3), [9, 9], 3, "same"),
        "output_shape must have one entry an axis of x",
    ),
    (
        lambda: ops.dilation2d(X, flat(2, 2, 1), 1, "same"),
        r"the filter must be \[height, width, channels\]",
    ),
    (lambda: ops.max_pool(X, 2, 1, 2), "padding must be smaller than the window, got 2 for 2"),
    (lambda: ops.max_pool(X, 6), "a window of 6 does not fit"),
    (lambda: ops.average_pool(flat(3, 3), 2), r"rank 3, 4 or 5\), got \(3, 3\)"),
    (lambda: ops.adaptive_max_pool(X, [2, 2, 2]), "output_size must be an integer or a list of 2"),
    (lambda: ops.max_pool_with_argmax(flat(2, 3, 4), 2, 2, "same"), r"images of rank 4, got \(2, 3, 4\)"),
    (lambda: ops.pool(X, 2, "sum"), "pooling_type must be one of 'max', 'avg', got 'sum'"),
    (lambda: ops.depth_to_space(X, 2), "a size of 3 does not divide by 4"),
    (lambda: ops.space_to_depth(X, 2), "a size of 5 does not divide by 2"),
    (
        lambda: ops.space_to_batch_nd(X, [2], [[0, 0], [1, 1]]),
        r"paddings must be \[before, after\] for each of 1 axes",
    ),
    (lambda: ops.batch_to_space_nd(X, [2], [[0, 0]]), "a size of 1 does not divide by 2"),
    (lambda: ops.unfold(flat(2, 3, 4), 2), r"unfold: needs \[n, channels, height, width\]"),
    (lambda: ops.fold(flat(1, 9, 4), 3, 2), r"fold: needs \[n, a multiple of 4, 4\]"),
    (lambda: image.resize(flat(4, 5), [2, 2]), "an image of rank 3 or a batch of rank 4"),
    (lambda: image.resize(X, 2), r"size must be \[height, width\], got 2"),
    (lambda: image.resize(X, [0, 2]), "size must be an integer >= 1, got 0"),
    (lambda: image.resize(X, [2, 2], "area"), "interpolation must be one of 'bilinear', 'nearest'"),
    (lambda: image.resize(X, [2, 2], "nearest", False, True, True), "only one of crop_to_aspect_ratio"),
    (lambda: image.resize_bilinear(X, [2, 2], True, True), "only one of align_corners"),
    (
        lambda: image.scale_and_translate(X, [1, 4, 5, 3], [1.0], [0.0, 0.0], [1, 2], "linear"),
        "for each of 2 axes",
    ),
    (lambda: image.crop_images(X, 1), "needs exactly two of top_cropping, bottom_cropping and target_height"),
    (lambda: image.crop_images(X, 2, 0, 3, 0), "must be >= 0, got 2, 3, -1"),
    (lambda: image.pad_images(X, 1, 1, None, None, 4, 9), "must be >= 0, got 1, -1, 4"),
    (lambda: image.flip_left_right(flat(4, 5, 3)), "needs images of rank 4"),
    (lambda: image.rgb_to_grayscale(flat(4, 5, 2)), "needs 1 or 3 channels"),
    (lambda: image.grayscale_to_rgb(X), "needs 1 channels"),
    (lambda: image.rgb_to_hsv(ops.ones([2, 2, 3], "int32")), "dtype must be a float, got int32"),
    (lambda: image.threshold(flat(4, 5, 3), "mean"), "method must be one of 'binary', 'otsu'"),
    (lambda: image.gaussian_blur(X, 3, "wide"), "sigma must be a number or two of them, got 'wide'"),
    (lambda: image.ssim(X, flat(1, 4, 4, 3)), "ssim: the images must have one shape"),
    (lambda: image.ssim(X, X), "a window of 11 does not fit"),
    (lambda: image.sobel_edges(flat(4, 5, 3)), "sobel_edges: needs images of rank 4"),
    (lambda: ops.psnr(X, flat(3), 1.0), "psnr: both inputs must have one shape"),
    (lambda: image.map_coordinates(flat(3, 4), flat(3, 2), 1), r"must be \[its rank, ...\]"),
    (lambda: image.map_coordinates(flat(3), flat(1, 2), 2), "order must be 0 or 1, got 2"),
    (lambda: image.map_coordinates(flat(3), flat(1, 2), 1, "edge"), "fill_mode must be one of 'constant'"),
    (lambda: image.affine_transform(X, flat(6)), r"affine_transform: needs 8 numbers, .* got \(6\)"),
    (lambda: image.affine_transform(X, flat(2, 8)), r"or as many for each image, got \(2, 8\)"),
    (lambda: image.perspective_transform(X, flat(3, 2), flat(4, 2)), r"points must be \[4, 2\]"),
    (lambda: image.rotate_with_offset(X, 0.1, [1, 2]), "fill_value must be a number or three"),
    (lambda: image.crop_and_resize(X, flat(2, 3), [0, 0], [2, 2]), r"boxes must be \[count, 4\]"),
    (lambda: image.crop_and_resize(X, flat(2, 4), [0], [2, 2]), "box_ind must have one index a box"),
    (lambda: image.extract_patches(flat(5, 3), 2), "extract_patches: needs rank 3 or 4"),
    (lambda: image.extract_patches_3d(X, [1, 2]), "size must be an integer or a list of 3"),
]


@pytest.mark.parametrize("call, message", CALLS)
def test_messages(call, message):
    with pytest.raises(PybrowsermlError, match=message):
        call()
