"""Calls of ops that must fail, each with the kind and the text of its error. In the subset: CPython and JavaScript."""

from pybrowserml import ops, transforms
from pybrowserml.backends.active import register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import realise
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder
from pybrowserml.ops import image, random
from pybrowserml.ops.distributions import categorical
from pybrowserml.platform.errors import kind_of, message_of
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import to_json


def given():
    """Tensors that are wrong for most calls: [3, 4], [2, 4], [5], int32 [3], images, of unknown size."""
    a = ops.ones([3, 4])
    b = ops.ones([2, 4])
    v = ops.ones([5])
    i = ops.zeros([3], "int32")
    im = ops.ones([1, 8, 8, 3])
    n = placeholder("x", [size_named("n"), 4], "float32")
    return [a, b, v, i, im, n]


def elementwise():
    a, b, v, i, _im, n = given()
    return [
        [lambda: ops.add(a, v), "ShapeError: add: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.subtract(a, b), "ShapeError: subtract: shapes (3, 4) and (2, 4) do not broadcast"],
        [
            lambda: ops.multiply(n, ops.ones([3, 4])),
            "ShapeError: multiply: shapes (n, 4) and (3, 4) do not broadcast",
        ],
        [lambda: ops.divide(v, ops.ones([4])), "ShapeError: divide: shapes (5) and (4) do not broadcast"],
        [lambda: ops.power(a, v), "ShapeError: power: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.maximum(v, a), "ShapeError: maximum: shapes (5) and (3, 4) do not broadcast"],
        [lambda: ops.arctan2(a, v), "ShapeError: arctan2: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.mod(a, b), "ShapeError: mod: shapes (3, 4) and (2, 4) do not broadcast"],
        [
            lambda: ops.floor_divide(a, b),
            "ShapeError: floor_divide: shapes (3, 4) and (2, 4) do not broadcast",
        ],
        [lambda: ops.equal(a, b), "ShapeError: equal: shapes (3, 4) and (2, 4) do not broadcast"],
        [
            lambda: ops.greater_equal(v, b),
            "ShapeError: greater_equal: shapes (5) and (2, 4) do not broadcast",
        ],
        [lambda: ops.logical_and(a, b), "ShapeError: logical_and: shapes (3, 4) and (2, 4) do not broadcast"],
        [lambda: ops.where(a, b, 1.0), "ShapeError: where: shapes (3, 4) and (2, 4) do not broadcast"],
        [lambda: ops.where(True, a, v), "ShapeError: where: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.where(True, a), "ArgumentError: where: needs both x1 and x2, or none of them"],
        [lambda: ops.add(None, 1.0), "ArgumentError: expected a tensor, an array or a number, got None"],
        [
            lambda: ops.add("one", 1.0),
            "DtypeError: expected numbers in a regular (not ragged) nested list or array",
        ],
        [
            lambda: ops.add([[1, 2], [3]], 1.0),
            "DtypeError: expected numbers in a regular (not ragged) nested list or array",
        ],
        [lambda: ops.sin("x"), "DtypeError: expected numbers in a regular (not ragged) nested list or array"],
        [
            lambda: ops.cast(a, "float"),
            (
                "DtypeError: unknown dtype 'float'; known: bool, uint8, int8, int32, uint32, "
                "float16, float32, float64"
            ),
        ],
        [
            lambda: ops.cast(a, "complex64"),
            (
                "DtypeError: unknown dtype 'complex64'; known: bool, uint8, int8, int32, uint32, "
                "float16, float32, float64"
            ),
        ],
        [
            lambda: ops.bitwise_and(a, 1),
            "DtypeError: bitwise_and: dtype must be uint8 or int8 or int32 or uint32, got float32",
        ],
        [
            lambda: ops.bitwise_not(v),
            "DtypeError: bitwise_not: dtype must be an integer or bool, got float32",
        ],
        [
            lambda: ops.left_shift(v, 1),
            "DtypeError: left_shift: dtype must be uint8 or int8 or int32 or uint32, got float32",
        ],
        [
            lambda: ops.bitwise_xor(i, ops.ones([2], "int32")),
            "ShapeError: bitwise_xor: shapes (3) and (2) do not broadcast",
        ],
        [
            lambda: ops.view(ops.ones([3], "uint8"), "float32"),
            "ShapeError: view: the last axis must be a multiple of 4, got shape (3)",
        ],
        [lambda: ops.clip(a, v, 1.0), "ShapeError: clip: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.round(a, 0.5), "ArgumentError: round: decimals must be an integer, got 0.5"],
        [lambda: ops.gcd(v, v), "DtypeError: gcd: dtype must be an integer or bool, got float32"],
        [lambda: ops.nextafter(a, v), "ShapeError: nextafter: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.add_n([]), "ArgumentError: add_n: needs a list of at least one tensor"],
        [lambda: ops.add_n([a, v]), "ShapeError: add_n: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.prelu(a, v), "ShapeError: prelu: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.hypot(a, v), "ShapeError: hypot: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.logaddexp(a, v), "ShapeError: logaddexp: shapes (3, 4) and (5) do not broadcast"],
        [lambda: ops.polar(a, v), "ShapeError: polar: shapes (3, 4) and (5) do not broadcast"],
        [
            lambda: ops.select([True], [a, v]),
            "ArgumentError: select: condlist and choicelist must be lists of the same length",
        ],
    ]


def reductions():
    a, _b, v, _i, _im, _n = given()
    return [
        [lambda: ops.sum(a, 2), "ShapeError: sum: axis 2 is out of range for rank 2"],
        [lambda: ops.sum(a, [0, 0]), "ShapeError: sum: an axis is given twice in (0, 0)"],
        [lambda: ops.sum(a, 0.5), "ArgumentError: sum: axis must be an integer, got 0.5"],
        [lambda: ops.sum(a, "rows"), "ArgumentError: sum: axis must be an integer, got 'rows'"],
        [lambda: ops.mean(v, -2), "ShapeError: mean: axis -2 is out of range for rank 1"],
        [lambda: ops.max(ops.ones([0, 3]), 0), "ShapeError: max: axis 0 is empty and has no maximum"],
        [lambda: ops.min(ops.ones([0])), "ShapeError: min: axis 0 is empty and has no minimum"],
        [lambda: ops.argmax(a, 5), "ShapeError: argmax: axis 5 is out of range for rank 2"],
        [lambda: ops.argmax(ops.ones([0])), "ShapeError: argmax: axis 0 is empty"],
        [lambda: ops.prod(v, [1]), "ShapeError: prod: axis 1 is out of range for rank 1"],
        [lambda: ops.any(a, 3), "ShapeError: any: axis 3 is out of range for rank 2"],
        [lambda: ops.logsumexp(a, 4), "ShapeError: logsumexp: axis 4 is out of range for rank 2"],
        [
            lambda: ops.average(a, 0, v),
            "ShapeError: average: weights of shape (5) do not fit axis 0 of (3, 4)",
        ],
        [lambda: ops.median(a, 2), "ShapeError: median: axis 2 is out of range for rank 2"],
        [lambda: ops.quantile(v, 1.5), "ArgumentError: quantile: q must lie in [0, 1], got 1.5"],
        [
            lambda: ops.quantile(v, 0.5, None, "nearby"),
            (
                "ArgumentError: quantile: method must be one of 'linear', 'lower', 'higher', "
                "'midpoint', 'nearest', got 'nearby'"
            ),
        ],
        [lambda: ops.percentile(v, 120), "ArgumentError: percentile: q must lie in [0, 100], got 120"],
        [
            lambda: ops.norm(a, "nuclear"),
            ("ArgumentError: norm: ord must be a number, None, 'fro', 'nuc' or 'euclidean', got 'nuclear'"),
        ],
        [lambda: ops.norm(v, 2, 1), "ShapeError: norm: axis 1 is out of range for rank 1"],
        [lambda: ops.ptp(v, 1), "ShapeError: ptp: axis 1 is out of range for rank 1"],
        [
            lambda: ops.bincount(v),
            ("ShapeError: bincount: x must be integers with one axis or two, got float32 of shape (5)"),
        ],
        [lambda: ops.histogram(v, 0), "ArgumentError: histogram: bins must be an integer >= 1, got 0"],
        [lambda: ops.nanmax(a, 2), "ShapeError: nanmax: axis 2 is out of range for rank 2"],
        [lambda: ops.moments(a, 2), "ShapeError: moments: axis 2 is out of range for rank 2"],
        [lambda: ops.trapezoid(v, a), "ShapeError: slice: axis 0 of (3, 4) ends before the slice does"],
    ]


def movement():
    a, b, v, _i, im, n = given()
    return [
        [lambda: ops.reshape(a, [5, -1]), "ShapeError: reshape: cannot reshape (3, 4) to (5, -1)"],
        [lambda: ops.reshape(a, [-1, -1]), "ShapeError: reshape: only one dimension may be -1 in (-1, -1)"],
        [lambda: ops.reshape(a, [3, 5]), "ShapeError: reshape: cannot reshape (3, 4) to (3, 5)"],
        [lambda: ops.reshape(n, [5, -1]), "ShapeError: reshape: cannot reshape (n, 4) to (5, -1)"],
        [lambda: ops.reshape(ops.ones([0, 3]), [0, -1]), "ShapeError: reshape: cannot infer -1 in (0, -1)"],
        [lambda: ops.transpose(a, [0]), "ShapeError: transpose: axes (0) are not an order of 2 axes"],
        [lambda: ops.transpose(a, [0, 0]), "ShapeError: transpose: axes (0, 0) are not an order of 2 axes"],
        [lambda: ops.transpose(a, [0, 2]), "ShapeError: transpose: axis 2 is out of range for rank 2"],
        [
            lambda: ops.broadcast_to(a, [4, 3]),
            "ShapeError: broadcast_to: shape (3, 4) does not broadcast to (4, 3)",
        ],
        [lambda: ops.broadcast_to(v, []), "ShapeError: broadcast_to: shape (5) does not broadcast to ()"],
        [lambda: ops.expand_dims(a, 4), "ShapeError: expand_dims: axis 4 is out of range for rank 3"],
        [lambda: ops.squeeze(a, 0), "ShapeError: squeeze: axis 0 of (3, 4) does not have size 1"],
        [lambda: ops.squeeze(a, 5), "ShapeError: squeeze: axis 5 is out of range for rank 2"],
        [lambda: ops.moveaxis(a, 0, 2), "ShapeError: moveaxis: axis 2 is out of range for rank 2"],
        [
            lambda: ops.moveaxis(a, [0, 1], [0]),
            "ArgumentError: moveaxis: source and destination must be as many",
        ],
        [lambda: ops.swapaxes(v, 0, 1), "ShapeError: swapaxes: axis 1 is out of range for rank 1"],
        [lambda: ops.flip(a, 2), "ShapeError: flip: axis 2 is out of range for rank 2"],
        [lambda: ops.concatenate([], 0), "ArgumentError: concatenate: needs a list of at least one tensor"],
        [
            lambda: ops.concatenate([a, v], 0),
            "ShapeError: concatenate: shapes (3, 4) and (5) differ outside of axis 0",
        ],
        [lambda: ops.concatenate([a, a], 2), "ShapeError: concatenate: axis 2 is out of range for rank 2"],
        [
            lambda: ops.stack([a, b], 0),
            "ShapeError: stack: tensors must have one shape, got (3, 4) and (2, 4)",
        ],
        [lambda: ops.stack([a, a], 3), "ShapeError: stack: axis 3 is out of range for rank 3"],
        [lambda: ops.split(v, 2), "ShapeError: split: axis 0 of size 5 does not divide into 2 parts"],
        [
            lambda: ops.split(v, 0),
            "ArgumentError: split: needs a positive number of parts or a list of places",
        ],
        [lambda: ops.split(v, 2, 1), "ShapeError: split: axis 1 is out of range for rank 1"],
        [lambda: ops.unstack(n), "ShapeError: unstack: needs num where the size of the axis is not known"],
        [lambda: ops.unstack(a, 4), "ShapeError: unstack: num must be the size of axis 0 of (3, 4), got 4"],
        [lambda: ops.tile(a, -1), "ArgumentError: tile: repeats must be an integer >= 0, got -1"],
        [lambda: ops.repeat(v, -1), "ArgumentError: repeat: repeats must be an integer >= 0, got -1"],
        [
            lambda: ops.repeat(v, [1, 2]),
            "ShapeError: repeat: needs one number a slice of an axis of size 5, got 2",
        ],
        [lambda: ops.roll(a, [1, 2], [0]), "ArgumentError: roll: shift and axis must be as many"],
        [lambda: ops.roll(a, 1, 2), "ShapeError: roll: axis 2 is out of range for rank 2"],
        [lambda: ops.pad(a, -1), "ArgumentError: pad: pad_width must be an integer >= 0, got -1"],
        [
            lambda: ops.pad(a, [[1, 1], [1, 1], [1, 1]]),
            ("ShapeError: pad: pad_width must hold a pair an axis of (3, 4), got [[1, 1], [1, 1], [1, 1]]"),
        ],
        [
            lambda: ops.pad(a, 1, "mirror"),
            (
                "ArgumentError: pad: mode must be one of 'constant', 'edge', 'reflect', 'symmetric', "
                "'wrap', got 'mirror'"
            ),
        ],
        [lambda: ops.rot90(v), "ShapeError: rot90: axis 1 is out of range for rank 1"],
        [
            lambda: ops.slice(a, [0, 0], [4, 4]),
            "ShapeError: slice: axis 0 of (3, 4) ends before the slice does",
        ],
        [lambda: ops.slice(a, [0], [2]), "ShapeError: slice: start_indices must have 2 entries, got [0]"],
        [
            lambda: ops.slice_update(a, [0], b),
            "ShapeError: slice_update: start_indices must have 2 entries, got [0]",
        ],
        [
            lambda: ops.slice_update(a, [0, 0], ops.ones([4, 4])),
            (
                "ShapeError: slice_update: updates of shape (4, 4) at axis 0 and start 0 do not fit "
                "into (3, 4)"
            ),
        ],
        [
            lambda: ops.strided_slice(a, [0, 0], [2, 2], [0, 1]),
            "ArgumentError: get_item: a step must be an integer other than 0, got 0",
        ],
        [lambda: ops.diag(ops.ones([1, 1, 1])), "ShapeError: diag: x must have rank 1 or 2, got (1, 1, 1)"],
        [lambda: ops.diagonal(a, 0, 1, 1), "ShapeError: diagonal: axis1 and axis2 must differ, got 1 twice"],
        [lambda: ops.tril(v), "ShapeError: tril: x must have rank >= 2, got (5)"],
        [
            lambda: ops.meshgrid([v], "yx"),
            "ArgumentError: meshgrid: indexing must be one of 'xy', 'ij', got 'yx'",
        ],
        [
            lambda: ops.rearrange(a, "a b -> a c"),
            "ArgumentError: rearrange: the pattern 'a b -> a c' has 'b' on the left only",
        ],
        [lambda: ops.space_to_depth(im, 3), "ShapeError: space_to_depth: a size of 8 does not divide by 3"],
        [lambda: ops.depth_to_space(im, 2), "ShapeError: depth_to_space: a size of 3 does not divide by 4"],
        [
            lambda: ops.batch_to_space_nd(im, [2, 2], [[0, 0], [0, 0]]),
            "ShapeError: batch_to_space_nd: a size of 1 does not divide by 2",
        ],
        [lambda: ops.unfold(a, 2), "ShapeError: unfold: needs [n, channels, height, width], got (3, 4)"],
    ]


def indexing_and_order():
    a, _b, v, i, _im, _n = given()
    return [
        [lambda: ops.take(a, i, 2), "ShapeError: take: axis 2 is out of range for rank 2"],
        [lambda: ops.take(ops.ones([0]), i, 0), "ShapeError: take: axis 0 of (0) is empty"],
        [
            lambda: ops.take_along_axis(a, i, 0),
            ("ShapeError: take_along_axis: x and indices must have one rank, got the shapes (3, 4) and (3)"),
        ],
        [
            lambda: ops.gather_nd(a, ops.zeros([2, 3], "int32")),
            (
                "ShapeError: gather_nd: the last axis of indices must be at most the rank of (3, 4), "
                "got indices of shape (2, 3)"
            ),
        ],
        [lambda: ops.get_item(a, 3), "ShapeError: get_item: index 3 is out of range for axis 0 of (3, 4)"],
        [
            lambda: ops.scatter(i, v, [3]),
            (
                "ShapeError: scatter: the last axis of indices must be at most the rank of (3), got "
                "indices of shape (3)"
            ),
        ],
        [
            lambda: ops.scatter_update(a, i, v),
            (
                "ShapeError: scatter_update: the last axis of indices must be at most the rank of "
                "(3, 4), got indices of shape (3)"
            ),
        ],
        [
            lambda: ops.segment_sum(a, ops.zeros([4], "int32"), 2),
            (
                "ShapeError: segment_sum: segment_ids must have one entry a slice of data, got the "
                "shapes (4) and (3, 4)"
            ),
        ],
        [
            lambda: ops.unsorted_segment_sum(a, v, 2),
            (
                "ShapeError: unsorted_segment_sum: segment_ids must have one entry a slice of data, "
                "got the shapes (5) and (3, 4)"
            ),
        ],
        [lambda: ops.multi_hot(i), "ArgumentError: multi_hot: num_classes must be given"],
        [lambda: ops.top_k(v, 6), "ShapeError: top_k: k = 6 is larger than the last axis of (5)"],
        [lambda: ops.sort(a, 2), "ShapeError: sort: axis 2 is out of range for rank 2"],
        [lambda: ops.argsort(v, 1), "ShapeError: argsort: axis 1 is out of range for rank 1"],
        [lambda: ops.partition(v, 5), "ShapeError: partition: kth = 5 is out of range for a size of 5"],
        [
            lambda: ops.searchsorted(a, v),
            (
                "ShapeError: searchsorted: the sequence must have one axis, or the leading axes of "
                "the values, got the shapes (3, 4) and (5)"
            ),
        ],
        [
            lambda: ops.searchsorted(v, v, "middle"),
            "ArgumentError: searchsorted: side must be one of 'left', 'right', got 'middle'",
        ],
        [lambda: ops.cumsum(a, 2), "ShapeError: cumsum: axis 2 is out of range for rank 2"],
        [lambda: ops.cumprod(v, 1), "ShapeError: cumprod: axis 1 is out of range for rank 1"],
        [lambda: ops.cummax(v, -2), "ShapeError: cummax: axis -2 is out of range for rank 1"],
        [
            lambda: ops.boolean_mask(a, [True, False]),
            (
                "ShapeError: boolean_mask: the mask must have the shape of axes of x, got (2) for "
                "(3, 4) from axis 0"
            ),
        ],
        [
            lambda: ops.in_top_k(i, v, 1),
            (
                "ShapeError: in_top_k: needs targets [batch] and predictions [batch, classes], got "
                "the shapes (3) and (5)"
            ),
        ],
        [
            lambda: ops.confusion_matrix(v, v, 0),
            "ArgumentError: confusion_matrix: num_classes must be an integer >= 1, got 0",
        ],
    ]


def creation():
    a, _b, v, _i, _im, _n = given()
    return [
        [lambda: ops.zeros([-1, 2]), "ArgumentError: zeros: shape must hold integers >= 0, got [-1, 2]"],
        [lambda: ops.zeros([0.5]), "ArgumentError: zeros: shape must hold integers >= 0, got [0.5]"],
        [
            lambda: ops.ones([2], "float"),
            (
                "DtypeError: unknown dtype 'float'; known: bool, uint8, int8, int32, uint32, "
                "float16, float32, float64"
            ),
        ],
        [lambda: ops.full([2, 2], v), "ShapeError: broadcast_to: shape (5) does not broadcast to (2, 2)"],
        [lambda: ops.arange(1, 5, 0), "ArgumentError: arange: step must not be 0"],
        [lambda: ops.linspace(0, 1, -1), "ArgumentError: linspace: num must be an integer >= 0, got -1"],
        [
            lambda: ops.geomspace(-1, 1),
            "ArgumentError: geomspace: start and stop must be of one sign and not 0, got -1 and 1",
        ],
        [lambda: ops.eye(-1), "ArgumentError: eye: shape must hold integers >= 0, got [-1, -1]"],
        [
            lambda: ops.eye(2, 2, 0, "int"),
            (
                "DtypeError: unknown dtype 'int'; known: bool, uint8, int8, int32, uint32, float16, "
                "float32, float64"
            ),
        ],
        [lambda: ops.tri(0.5), "ArgumentError: tri: shape must hold integers >= 0, got [0.5, 0.5]"],
        [lambda: ops.vander(a), "ShapeError: vander: x must be a vector, got rank 2"],
        [
            lambda: ops.array([[1], [2, 3]]),
            "DtypeError: expected numbers in a regular (not ragged) nested list or array",
        ],
        [
            lambda: ops.array([1, 2], "int64"),
            (
                "DtypeError: unknown dtype 'int64'; known: bool, uint8, int8, int32, uint32, "
                "float16, float32, float64"
            ),
        ],
    ]


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
        [lambda: random.dropout(a, 1.0), "ArgumentError: dropout: rate must be in [0, 1), got 1"],
        [lambda: random.dropout(a, 0.5, [1, 1, 1]), "ShapeError: dropout: noise_shape must have 2 entries"],
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


def control_flow():
    a, _b, v, _i, _im, _n = given()
    return [
        [lambda: ops.scan(lambda c, x: c, 1.0, v), "ArgumentError: scan: f must return [carry, y]"],
        [lambda: ops.scan(lambda c, x: [c, x], 1.0), "ArgumentError: scan: needs xs or length"],
        [
            lambda: ops.scan(lambda c, x: [v, x], 1.0, v),
            (
                "ShapeError: scan: the carry must keep shape and dtype; leaf 0 is float32 of shape "
                "() at first, but the function returns float32 of shape (5)"
            ),
        ],
        [lambda: ops.scan(1.0, 1.0, v), "ArgumentError: scan: f must be a function"],
        [
            lambda: ops.map(lambda x: x, 1.0),
            "ShapeError: map: xs must have a first axis to walk along, got a scalar",
        ],
        [
            lambda: ops.fori_loop(0, 3, lambda k, x: v, 1.0),
            (
                "ShapeError: fori_loop: the carry must keep shape and dtype; leaf 0 is float32 of "
                "shape () at first, but the function returns float32 of shape (5)"
            ),
        ],
        [
            lambda: ops.while_loop(lambda x: v, lambda x: x, [1.0]),
            "ArgumentError: while_loop: body must return a list of 1 variables",
        ],
        [
            lambda: ops.cond(v, lambda: a, lambda: a),
            "ShapeError: cond: pred must be a single number, got shape (5)",
        ],
        [
            lambda: ops.vectorized_map(lambda x: x, 1.0),
            ("ShapeError: vectorized_map: elements must have a first axis to walk along, got a scalar"),
        ],
    ]


def transformations():
    a, _b, v, i, _im, _n = given()
    return [
        [
            lambda: transforms.grad(lambda x: x)(v),
            "ShapeError: grad: the function must return a single number, got shape (5)",
        ],
        [
            lambda: transforms.grad(lambda x: ops.sum(x), 1)(v),
            "ArgumentError: grad: there is no argument 1; the function got 1",
        ],
        [
            lambda: transforms.grad(lambda x: ops.sum(x))(i),
            "DtypeError: grad: argument 0 must be a float, got int32",
        ],
        [
            lambda: transforms.grad(lambda x: [x, x])(1.0),
            "ArgumentError: grad: the function must return a single number, got a structure",
        ],
        [lambda: transforms.grad(2.0), "ArgumentError: grad: the first argument must be a function"],
        [
            lambda: transforms.value_and_grad(lambda x: ops.sum(x), 0, True)(v),
            "ArgumentError: value_and_grad: with has_aux the function must return [value, aux]",
        ],
        [
            lambda: transforms.vmap(lambda x, y: x)(a, v),
            (
                "ShapeError: vmap: the mapped axes differ in size: argument 0 of shape (3, 4) along "
                "0, argument 1 of shape (5) along 0"
            ),
        ],
        [
            lambda: transforms.vmap(lambda x: x, 2)(a),
            "ShapeError: vmap: in_axes of argument 0 is 2, out of range for shape (3, 4)",
        ],
        [lambda: transforms.vmap(lambda x: x, None)(a), "ArgumentError: vmap: in_axes maps no argument"],
        [
            lambda: transforms.vmap(lambda x: x, 0, 2)(a),
            "ShapeError: vmap: out_axes is 2, out of range for shape (4)",
        ],
        [
            lambda: transforms.jvp(lambda x: x, [v], [a]),
            "ShapeError: jvp: a tangent of float32 (5) was expected, got float32 (3, 4)",
        ],
        [
            lambda: transforms.jvp(lambda x: x, v, [v]),
            "ArgumentError: jvp: primals must be a list with one entry an argument",
        ],
        [
            lambda: transforms.jacobian(lambda x: x, 0, "both"),
            "ArgumentError: jacobian: mode must be 'forward' or 'reverse', got 'both'",
        ],
        [
            lambda: transforms.custom_gradient(lambda x: x)(v),
            "ArgumentError: custom_gradient: the function must return [value, gradient function]",
        ],
    ]


def rows():
    """[call, "Kind: text"] each."""
    found = []
    for part in [
        elementwise,
        reductions,
        movement,
        indexing_and_order,
        creation,
        products,
        networks,
        linear_algebra_transforms_images,
        control_flow,
        transformations,
    ]:
        found.extend(part())
    return found


def failure(action):
    """Generator → "Kind: text" of what an action raises, at once or when it is awaited."""
    try:
        yield action()
    except Exception as caught:
        kind = kind_of(caught)
        return ("no error of ours" if kind is None else kind) + ": " + message_of(caught)
    return "no error"


def answers():
    """Generator → JSON of all texts."""
    found = []
    for row in rows():
        text = yield from failure(row[0])
        found.append(text)
    return to_json(found)


def run_job(text):
    """A promise of the answers, on the CPU engine."""
    realise.install()
    register_engine("cpu", lambda: [True, ""], CpuBackend)
    set_backend("cpu")
    return drive(answers())
