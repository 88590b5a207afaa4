"""Movement and creation: calls that must fail, each with the kind and the text of its error.

In the subset.
"""

from pybrowserml import ops

from .given import given


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
        [
            lambda: ops.expand_dims(a, [0, 0]),
            "ShapeError: expand_dims: an axis is given twice in (0, 0)",
        ],
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


def creation():
    a, _b, v, _i, _im, _n = given()
    return [
        [lambda: ops.zeros([-1, 2]), "ArgumentError: zeros: shape must hold integers >= 0, got [-1, 2]"],
        [lambda: ops.zeros([0.5]), "ArgumentError: zeros: shape must hold integers >= 0, got [0.5]"],
        [
            lambda: ops.ones([2], "double"),
            (
                "DtypeError: ones: unknown dtype 'double'; known: bool, uint8, int8, int32, uint32, "
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
            lambda: ops.eye(2, 2, 0, "long"),
            (
                "DtypeError: eye: unknown dtype 'long'; known: bool, uint8, int8, int32, uint32, float16, "
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
            lambda: ops.array([1, 2], "int128"),
            (
                "DtypeError: convert_to_tensor: unknown dtype 'int128'; known: bool, uint8, int8, int32, uint32, "
                "float16, float32, float64"
            ),
        ],
    ]
