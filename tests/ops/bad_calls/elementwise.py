"""Elementwise ops and reductions: calls that must fail, each with the kind and the text of its error.

In the subset.
"""

from pybrowserml import ops

from .given import given


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
        [
            lambda: ops.multiply(a, None),
            "ArgumentError: multiply: x2 must be a tensor, an array or a number, got None",
        ],
        [
            lambda: ops.logical_or(None, True),
            "ArgumentError: logical_or: x1 must be a tensor, an array or a number, got None",
        ],
        [
            lambda: ops.where(None, a, a),
            "ArgumentError: where: condition must be a tensor, an array or a number, got None",
        ],
        [lambda: ops.relu(None), "ArgumentError: relu: x must be a tensor, an array or a number, got None"],
        [lambda: ops.round(None), "ArgumentError: round: x must be a tensor, an array or a number, got None"],
        [
            lambda: ops.matmul(a, None),
            "ArgumentError: matmul: x2 must be a tensor, an array or a number, got None",
        ],
        [lambda: ops.mean(None), "ArgumentError: mean: x must be a tensor, an array or a number, got None"],
        [lambda: ops.max(None), "ArgumentError: max: x must be a tensor, an array or a number, got None"],
        [
            lambda: ops.concatenate([a, None]),
            "ArgumentError: concatenate: each tensor must be a tensor, an array or a number, got None",
        ],
        [
            lambda: ops.conv(None, a),
            "ArgumentError: conv: inputs must be a tensor, an array or a number, got None",
        ],
        [
            lambda: ops.take_along_axis(a, None),
            "ArgumentError: take_along_axis: indices must be a tensor, an array or a number, got None",
        ],
        [
            lambda: ops.add(None, 1.0),
            "ArgumentError: add: x1 must be a tensor, an array or a number, got None",
        ],
        [
            lambda: ops.add("one", 1.0),
            "DtypeError: add: x1 must be numbers in a regular (not ragged) nested list or array",
        ],
        [
            lambda: ops.add([[1, 2], [3]], 1.0),
            "DtypeError: add: x1 must be numbers in a regular (not ragged) nested list or array",
        ],
        [
            lambda: ops.sin("x"),
            "DtypeError: sin: x must be numbers in a regular (not ragged) nested list or array",
        ],
        [
            lambda: ops.cast(a, "double"),
            (
                "DtypeError: cast: unknown dtype 'double'; known: bool, uint8, int8, int32, uint32, "
                "float16, float32, float64"
            ),
        ],
        [
            lambda: ops.cast(a, "complex64"),
            (
                "DtypeError: cast: unknown dtype 'complex64'; known: bool, uint8, int8, int32, uint32, "
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
