"""Linear algebra, transforms of signals, images: calls that must fail, each with the kind and the text of its error.

In the subset.
"""

from pybrowserml import ops
from pybrowserml.ops import image

from .given import given


def linear_algebra_transforms_images():
    a, _b, v, _i, im, _n = given()
    return [
        [lambda: ops.cholesky(a), "ShapeError: cholesky: the matrices must be square, got shape (3, 4)"],
        [lambda: ops.inv(v), "ShapeError: inv: x must have rank >= 2, got shape (5)"],
        [lambda: ops.det(a), "ShapeError: det: the matrices must be square, got shape (3, 4)"],
        [
            lambda: ops.solve(ops.ones([3, 3]), ops.ones([4])),
            "ShapeError: solve: b must have shape (..., 3) or one axis more, got (4, 1)",
        ],
        [
            lambda: ops.solve_triangular(a, v),
            "ShapeError: solve_triangular: the matrices must be square, got shape (3, 4)",
        ],
        [lambda: ops.qr(v), "ShapeError: qr: x must have rank >= 2, got shape (5)"],
        [
            lambda: ops.qr(a, "full"),
            "ArgumentError: qr: mode must be one of 'reduced', 'complete', got 'full'",
        ],
        [lambda: ops.svd(v), "ShapeError: svd: x must have rank >= 2, got shape (5)"],
        [lambda: ops.eigh(a), "ShapeError: eigh: the matrices must be square, got shape (3, 4)"],
        [
            lambda: ops.matrix_power(a, 2),
            "ShapeError: matrix_power: the matrices must be square, got shape (3, 4)",
        ],
        [
            lambda: ops.lstsq(a, v),
            ("ShapeError: lstsq: needs a of shape (m, n) and b of shape (m) or (m, k), got (3, 4) and (5)"),
        ],
        [lambda: ops.trace(v), "ShapeError: diagonal: x must have rank >= 2, got (5)"],
        [lambda: ops.fft(a), "ArgumentError: fft: needs a pair [real, imaginary] of tensors"],
        [
            lambda: ops.fft([a, v]),
            "ShapeError: fft: real and imaginary part must have one shape, got (3, 4) and (5)",
        ],
        [lambda: ops.rfft(v, 0), "ArgumentError: rfft: fft_length must be an integer >= 1, got 0"],
        [lambda: ops.irfft([v, v], -2), "ArgumentError: irfft: fft_length must be an integer >= 1, got -2"],
        [
            lambda: ops.stft(v, 8, 2, 4),
            "ArgumentError: stft: fft_length must be an integer >= sequence_length, got 4 and 8",
        ],
        [lambda: ops.istft([v, v], 4, 2, 8), "ShapeError: istft: needs [..., frames, bins], got (5)"],
        [lambda: ops.frame(v, 2, 0), "ArgumentError: frame: frame_step must be an integer >= 1, got 0"],
        [
            lambda: ops.overlap_add(v, 2),
            "ShapeError: overlap_add: needs frames [..., count, known length], got (5)",
        ],
        [
            lambda: ops.kaiser(-1, 2.0),
            "ArgumentError: kaiser: the number of points must be an integer >= 0, got -1",
        ],
        [lambda: ops.kaiser(3, "wide"), "ArgumentError: kaiser: beta must be a number, got 'wide'"],
        [
            lambda: image.resize(v, [2, 2]),
            "ShapeError: resize: needs an image of rank 3 or a batch of rank 4, got (5)",
        ],
        [lambda: image.resize(im, [0, 2]), "ArgumentError: size must be an integer >= 1, got 0"],
        [
            lambda: image.resize(im, [2, 2], "cubic"),
            (
                "ArgumentError: resize: interpolation must be one of 'bilinear', 'nearest', "
                "'bicubic', 'lanczos3', 'lanczos5', got 'cubic'"
            ),
        ],
        [
            lambda: image.crop_images(im, 9),
            (
                "ArgumentError: crop_images: needs exactly two of top_cropping, bottom_cropping and "
                "target_height"
            ),
        ],
        [
            lambda: image.rgb_to_grayscale(a),
            ("ShapeError: rgb_to_grayscale: needs an image of rank 3 or a batch of rank 4, got (3, 4)"),
        ],
        [
            lambda: image.affine_transform(im, v),
            "ShapeError: affine_transform: needs 8 numbers, or as many for each image, got (5)",
        ],
        [
            lambda: image.extract_patches(im, 0),
            "ArgumentError: extract_patches: size must be an integer >= 1, got 0",
        ],
        [
            lambda: image.map_coordinates(a, v, 1),
            (
                "ShapeError: map_coordinates: coordinates of an input of (3, 4) must be [its rank, "
                "...] with rank 2 or more, got (5)"
            ),
        ],
        [
            lambda: image.non_max_suppression(a, v, 2),
            "ShapeError: non_max_suppression: needs one score a box, got (5) for (3, 4)",
        ],
    ]
