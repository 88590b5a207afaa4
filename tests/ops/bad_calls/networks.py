"""Products, networks and random numbers: calls that must fail, each with the kind and the text of its error.

In the subset.
"""

from pybrowserml import ops
from pybrowserml.ops import random
from pybrowserml.ops.distributions import categorical

from .given import given


def products():
    a, _b, v, _i, _im, _n = given()
    return [
        [lambda: ops.matmul(a, a), "ShapeError: matmul: the inner dimensions of (3, 4) and (3, 4) differ"],
        [lambda: ops.matmul(a, 1.0), "ShapeError: matmul: operands must have rank >= 1, got a scalar"],
        [
            lambda: ops.matmul(ops.ones([2, 3, 4]), ops.ones([3, 4, 5])),
            "ShapeError: matmul: leading axes: shapes (2) and (3) do not broadcast",
        ],
        [lambda: ops.dot(a, v), "ShapeError: dot: axes [1] of (3, 4) and [0] of (5) do not agree"],
        [lambda: ops.vdot(a, v), "ShapeError: vdot: axes [0] of (12) and [0] of (5) do not agree"],
        [lambda: ops.inner(a, v), "ShapeError: inner: axes [1] of (3, 4) and [0] of (5) do not agree"],
        [
            lambda: ops.tensordot(a, a, 3),
            "ArgumentError: tensordot: axes must be a number of axes of both or two lists, got 3",
        ],
        [
            lambda: ops.tensordot(a, v, 1),
            "ShapeError: tensordot: axes [1] of (3, 4) and [0] of (5) do not agree",
        ],
        [lambda: ops.cross(a, a), "ShapeError: cross: x1 must have 2 or 3 along its axis, got (3, 4)"],
        [
            lambda: ops.einsum("ij,jk->ik", a),
            "ArgumentError: einsum: 'ij,jk->ik' names 2 operands, but got 1",
        ],
        [
            lambda: ops.einsum("ij,jk->ik", a, a),
            "ShapeError: einsum: 'ij,jk->ik' gives 'j' two sizes, (4, 3)",
        ],
        [lambda: ops.einsum("ij->z", a), "ArgumentError: einsum: 'ij->z' has 'z' in its result only"],
        [
            lambda: ops.correlate(a, v),
            ("ShapeError: correlate: needs vectors of known size with at least one element, got (3, 4)"),
        ],
        [
            lambda: ops.cdist(a, v),
            "ShapeError: cdist: needs points [..., P, M] and [..., R, M], got (3, 4) and (5)",
        ],
        [
            lambda: ops.dot_product_attention(a, a, a),
            (
                "ShapeError: dot_product_attention: needs query [batch, T, heads, H] and key, value "
                "[batch, S, key heads, H] whose heads divide the query's, got (3, 4), (3, 4), (3, 4)"
            ),
        ],
    ]


def networks():
    a, b, v, i, im, _n = given()
    return [
        [
            lambda: ops.conv(im, ops.ones([3, 3, 2, 4])),
            ("ShapeError: conv2d: filters (3, 3, 2, 4) with 1 groups do not fit an input of (1, 8, 8, 3)"),
        ],
        [
            lambda: ops.conv(im, ops.ones([3, 3, 3, 4]), 0),
            "ArgumentError: conv: strides must be an integer >= 1, got 0",
        ],
        [
            lambda: ops.conv(im, ops.ones([3, 3, 3, 4]), 1, "full"),
            "ArgumentError: conv: padding must be one of 'valid', 'same', got 'full'",
        ],
        [
            lambda: ops.conv(im, ops.ones([9, 9, 3, 4])),
            "ShapeError: conv2d: a window of 9 does not fit into a size of 8",
        ],
        [
            lambda: ops.conv(a, ops.ones([3, 3, 3, 4])),
            "ShapeError: conv: needs sequences, images or volumes (rank 3, 4 or 5), got (3, 4)",
        ],
        [
            lambda: ops.conv(im, ops.ones([3, 3, 3, 4]), 1, "valid", "nhwc"),
            ("ArgumentError: conv: data_format must be one of 'channels_last', 'channels_first', got 'nhwc'"),
        ],
        [
            lambda: ops.depthwise_conv(im, ops.ones([3, 3, 4, 1])),
            (
                "ShapeError: depthwise_conv: the kernel must be [window sizes, channels, multiplier] "
                "with the channels of an input of (1, 8, 8, 3), got (3, 3, 4, 1)"
            ),
        ],
        [
            lambda: ops.separable_conv(im, ops.ones([3, 3, 3, 1]), ops.ones([1, 1, 4, 2])),
            ("ShapeError: conv2d: filters (1, 1, 4, 2) with 1 groups do not fit an input of (1, 6, 6, 3)"),
        ],
        [
            lambda: ops.conv_transpose(im, ops.ones([3, 3, 4, 2])),
            (
                "ShapeError: conv_transpose: the kernel must be [window sizes, filters, channels] "
                "with the channels of an input of (1, 8, 8, 3), got (3, 3, 4, 2)"
            ),
        ],
        [lambda: ops.max_pool(im, 0), "ArgumentError: max_pool: pool_size must be an integer >= 1, got 0"],
        [lambda: ops.max_pool(im, 9), "ShapeError: max_pool2d: a window of 9 does not fit into a size of 8"],
        [
            lambda: ops.max_pool(a, 2),
            ("ShapeError: max_pool: needs sequences, images or volumes (rank 3, 4 or 5), got (3, 4)"),
        ],
        [
            lambda: ops.average_pool(im, [2, 2, 2]),
            ("ArgumentError: average_pool: pool_size must be an integer or a list of 2, got [2, 2, 2]"),
        ],
        [
            lambda: ops.average_pool(im, 2, 1, "full"),
            "ArgumentError: average_pool: padding must be one of 'valid', 'same', got 'full'",
        ],
        [
            lambda: ops.adaptive_average_pool(im, 0),
            "ArgumentError: adaptive_average_pool: output_size must be an integer >= 1, got 0",
        ],
        [
            lambda: ops.batch_normalization(im, v, v, -1),
            "ShapeError: batch_normalization: mean must have shape (3), got (5)",
        ],
        [
            lambda: ops.layer_normalization(a, v),
            "ShapeError: layer_normalization: gamma must have shape (4), got (5)",
        ],
        [lambda: ops.softmax(a, 2), "ShapeError: softmax: axis 2 is out of range for rank 2"],
        [lambda: ops.log_softmax(v, 1), "ShapeError: log_softmax: axis 1 is out of range for rank 1"],
        [lambda: ops.glu(v), "ShapeError: glu: axis 0 must have an even size, got (5)"],
        [lambda: ops.normalize(a, 3), "ShapeError: normalize: axis 3 is out of range for rank 2"],
        [
            lambda: ops.sparse_categorical_crossentropy(i, ops.ones([4, 3])),
            (
                "ShapeError: sparse_categorical_crossentropy: labels must have shape (4) for an "
                "output of (4, 3), got (3)"
            ),
        ],
        [
            lambda: ops.categorical_crossentropy(a, b),
            (
                "ShapeError: categorical_crossentropy: the target must have the shape of the output, "
                "(2, 4), got (3, 4)"
            ),
        ],
        [
            lambda: ops.binary_crossentropy(a, v),
            (
                "ShapeError: binary_crossentropy: the target must have the shape of the output, (5), "
                "got (3, 4)"
            ),
        ],
        [
            lambda: ops.huber_loss(a, v),
            ("ShapeError: huber_loss: labels and predictions must have one shape, got (3, 4) and (5)"),
        ],
        [
            lambda: ops.mean_squared_error(a, a, None, "average"),
            (
                "ArgumentError: compute_weighted_loss: reduction must be one of 'none', 'mean', "
                "'sum', 'sum_by_nonzero_weights', got 'average'"
            ),
        ],
        [
            lambda: ops.ctc_loss(a, a, i, i),
            (
                "ShapeError: ctc_loss: needs target (batch, labels), output (batch, time, classes) "
                "and lengths (batch), got (3, 4), (3, 4), (3), (3)"
            ),
        ],
        [lambda: random.dropout(a, 1.5), "ArgumentError: dropout: rate must be in [0, 1], got 1.5"],
        [
            lambda: random.randint([2], 0, 5, "float32"),
            "ArgumentError: randint: dtype must be an integer dtype, got float32",
        ],
        [
            lambda: ops.ctc_decode(ops.ones([1, 2, 3]), [2], "beam"),
            "ArgumentError: ctc_decode: strategy must be one of 'greedy', 'beam_search', got 'beam'",
        ],
        [
            lambda: ops.ctc_decode(ops.ones([1, 2, 3]), [2], "beam_search", 0),
            "ArgumentError: ctc_decode: beam_width must be an integer >= 1, got 0",
        ],
        [
            lambda: ops.ctc_decode(ops.ones([1, 2, 3]), [2], "beam_search", 2, 3),
            "ArgumentError: ctc_decode: top_paths must be at most beam_width, got 3 and 2",
        ],
        [lambda: ops.one_hot(i, -2), "ArgumentError: one_hot: num_classes must be an integer >= 0, got -2"],
        [
            lambda: ops.one_hot(i, 3, -1, None, True),
            "ArgumentError: one_hot: there are no sparse tensors",
        ],
        [
            lambda: ops.normalize(a, -1, 0),
            "ArgumentError: normalize: order must be a number >= 1, got 0",
        ],
        [
            lambda: ops.norm(v, "fro"),
            "ShapeError: norm: ord 'fro' needs two axes, got (0)",
        ],
        [
            lambda: ops.rms_normalization(im, ops.ones([1, 8, 8, 2])),
            "ShapeError: rms_normalization: scale must have shape (3), got (1, 8, 8, 2)",
        ],
        [
            lambda: ops.depth_to_space(im, 1),
            "ArgumentError: depth_to_space: block_size must be an integer >= 2, got 1",
        ],
        [
            lambda: random.dropout(a, 0.5, [1, 1, 1]),
            "ShapeError: dropout: noise_shape must have at most 2 entries",
        ],
        [
            lambda: ops.take(a, ops.cast(ops.ones([2, 2]), "int32"), 1, 1),
            (
                "ShapeError: take: x and indices must share 1 axes before the axis 1, got the shapes "
                "(3, 4) and (2, 2)"
            ),
        ],
        [
            lambda: ops.local_response_normalization(a, 0.5),
            ("ArgumentError: local_response_normalization: depth_radius must be an integer >= 0, got 0.5"),
        ],
        [
            lambda: ops.conv2d(
                ops.ones([1, 8, 8, 3]), ops.ones([2, 2, 3, 1]), 1, [[1, 0], [0, 0], [0, 0], [0, 0]]
            ),
            (
                "ArgumentError: conv: padding of batch and channels must be 0, got "
                "[[1, 0], [0, 0], [0, 0], [0, 0]]"
            ),
        ],
        [
            lambda: random.randint([2], 5, 5),
            (
                "ArgumentError: randint: minval and maxval must be integers with 1 to 2**32 - 1 "
                "numbers between them, got 5 and 5"
            ),
        ],
        [
            lambda: categorical(v, 2),
            "ShapeError: categorical: logits must have shape [batch, classes], got (5)",
        ],
        [lambda: random.set_seed(0.5), "ArgumentError: set_seed: the seed must be an integer"],
    ]
