"""Bad calls of indexing, ordering, counting and random ops: their kinds of errors and messages. In the subset."""

from pybrowserml import ops
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder
from pybrowserml.ops import distributions, random, streams
from pybrowserml.platform.errors import attempt, kind_of, message_of
from pybrowserml.platform.text import to_json


def calls():
    """[name, function that must fail]"""
    x = ops.array([[1.5, 2.0, 3.0], [4.0, 5.0, 6.0]])
    v = ops.array([3, 1, 2])
    loose = placeholder("loose", [size_named("rows"), 3], "float32")
    return [
        ["sort axis", lambda: ops.sort(x, 2)],
        ["sort scalar", lambda: ops.sort(1.0)],
        ["argsort axis", lambda: ops.argsort(v, -2)],
        ["top_k too many", lambda: ops.top_k(x, 4)],
        ["top_k negative", lambda: ops.top_k(x, -1)],
        ["top_k scalar", lambda: ops.top_k(2.0, 1)],
        ["partition place", lambda: ops.partition(v, 3)],
        ["argpartition place", lambda: ops.argpartition(x, -3, 0)],
        ["cumsum axis", lambda: ops.cumsum(x, 5)],
        ["cumsum dtype", lambda: ops.cumsum(x, 0, "long")],
        ["take axis", lambda: ops.take(x, v, 3)],
        ["take of nothing", lambda: ops.take(ops.zeros([0, 2]), v, 0)],
        ["take_along_axis rank", lambda: ops.take_along_axis(x, v, 1)],
        ["take_along_axis shapes", lambda: ops.take_along_axis(x, ops.zeros([3, 1], "int32"), 1)],
        ["gather_nd depth", lambda: ops.gather_nd(x, [[0, 1, 2]])],
        ["gather_nd scalar", lambda: ops.gather_nd(x, 1)],
        ["slice rank", lambda: ops.slice(x, [0], [1])],
        ["slice shape", lambda: ops.slice(x, [0, 0], [1])],
        ["slice beyond", lambda: ops.slice(x, [1, 0], [2, 3])],
        ["slice tensor", lambda: ops.slice(x, ops.array([0, 0, 0]), [1, 1])],
        ["slice_update rank", lambda: ops.slice_update(x, [0, 0], v)],
        ["slice_update beyond", lambda: ops.slice_update(x, [1, 1], x)],
        ["slice_update negative", lambda: ops.slice_update(x, [-1, 0], ops.zeros([1, 1]))],
        ["get_item range", lambda: ops.get_item(x, 2)],
        ["get_item negative", lambda: ops.get_item(x, [0, -4])],
        ["get_item many", lambda: ops.get_item(x, [0, 0, 0])],
        ["get_item step", lambda: ops.get_item(x, [[0, 2, 0]])],
        ["get_item entry", lambda: ops.get_item(x, ["all"])],
        ["get_item dots", lambda: ops.get_item(x, ["...", "..."])],
        ["get_item tensors", lambda: ops.get_item(x, [v, v])],
        ["scatter updates", lambda: ops.scatter([[0], [1]], [[1.0, 2.0, 3.0]], [4])],
        ["scatter depth", lambda: ops.scatter([[0, 1]], [1.0], [4])],
        ["scatter_update reduction", lambda: ops.scatter_update(x, [[0, 1]], [1.0], "sum")],
        [
            "segment_sum count",
            lambda: ops.segment_sum(loose, placeholder("ids", [size_named("rows")], "int32")),
        ],
        ["segment_sum ids", lambda: ops.segment_sum(x, [0, 1, 2], 2)],
        ["segment_max count", lambda: ops.segment_max(x, [0, 1], -1)],
        ["multi_hot classes", lambda: ops.multi_hot(v)],
        ["unravel_index sizes", lambda: ops.unravel_index(v, loose.shape)],
        ["ravel_multi_index count", lambda: ops.ravel_multi_index([v], [2, 3])],
        ["band_part rank", lambda: ops.band_part(v, 1, 1)],
        ["bincount dtype", lambda: ops.bincount(x, None, 3)],
        ["bincount weights", lambda: ops.bincount(v, [1.0], 3)],
        ["bincount sparse", lambda: ops.bincount(v, None, 3, True)],
        ["dense_bincount size", lambda: ops.dense_bincount(v, None, -1)],
        ["histogram bins", lambda: ops.histogram(x, 0)],
        ["histogram range", lambda: ops.histogram(x, 3, [2, 1])],
        ["searchsorted side", lambda: ops.searchsorted(v, v, "middle")],
        ["searchsorted rows", lambda: ops.searchsorted(x, v)],
        ["searchsorted size", lambda: ops.searchsorted(placeholder("s", [size_named("n")], "int32"), v)],
        ["digitize rank", lambda: ops.digitize(v, x)],
        ["in_top_k shapes", lambda: ops.in_top_k(v, x, 1)],
        ["in_top_k k", lambda: ops.in_top_k([0, 1], x, 0.5)],
        ["where half", lambda: ops.where([True], 1.0)],
        ["randint range", lambda: random.randint([2], 3, 3)],
        ["uniform seed", lambda: random.uniform([2], 0, 1, None, "x")],
        ["normal dtype", lambda: random.normal([2], 0, 1, "float8")],
        ["truncated_normal dtype", lambda: distributions.truncated_normal([2], 0, 1, "int32")],
        ["categorical rank", lambda: distributions.categorical(v, 2)],
        ["categorical count", lambda: distributions.categorical(x, -2)],
        ["categorical classes", lambda: distributions.categorical(ops.zeros([2, 0]), 1)],
        ["shuffle axis", lambda: distributions.shuffle(x, 2)],
        ["dropout rate", lambda: random.dropout(x, 1.5)],
        ["seed generator", lambda: streams.SeedGenerator("a")],
    ]


def failures():
    """[name, kind, message] of each."""
    found = []
    for row in calls():
        result = attempt(row[1])
        if result[1] is None:
            found.append([row[0], "none", ""])
        else:
            found.append([row[0], kind_of(result[1]), message_of(result[1])])
    return found


def run_failures(text):
    return to_json(failures())
