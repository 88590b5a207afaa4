"""Indexing and order: calls that must fail, each with the kind and the text of its error.

In the subset.
"""

from pybrowserml import ops

from .given import given


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
            lambda: ops.scatter(i, 1.0, [3]),
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
                "ShapeError: in_top_k: needs targets [...] and predictions [..., classes], got "
                "the shapes (3) and (5)"
            ),
        ],
        [
            lambda: ops.confusion_matrix(v, v, 0),
            "ArgumentError: confusion_matrix: num_classes must be an integer >= 1, got 0",
        ],
    ]
