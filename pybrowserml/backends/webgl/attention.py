"""Attention: a product, the draws of `rows`, and a product; of many scores part by part.

What a fragment would save by keeping scores to itself it would pay several times over, since every four columns of the
result need all scores of their row. So the draws are those of three steps. But scores of some heads, or of some
queries of one, are all that there is at a time.
"""

from ...core.lists import same_items
from ..kernel_shapes.attention import AttentionSizes, product_of
from .matmul import matmul
from .movement import concat, reshape, slice_step
from .rows import rows

# Scores of a part, or as many as there are in the smallest texture of the largest size.
MOST_SCORES = 4194304


def attention(builder, step):
    params = step["params"]
    out = step["outputs"][0]
    if out is None:
        return None
    given = step["inputs"]
    sizes = AttentionSizes(params, [builder.shapes[value] for value in given])
    parts = Parts(sizes, params, min(MOST_SCORES, 4 << (2 * builder.max_shift)))
    if parts.length == 0:
        whole = _flat(builder, given[0], sizes.count)
        keys = _flat(builder, given[1], sizes.count)
        values = _flat(builder, given[2], sizes.count)
        _emit(builder, params, params["shape"], [whole, keys, values], given[3 : len(given)], out)
        return None
    query = _reshaped(builder, given[0], [sizes.count * sizes.m, sizes.k])
    keys = _flat(builder, given[1], sizes.count)
    values = _flat(builder, given[2], sizes.count)
    found = []
    for begin in parts.begins():
        shape = parts.shape_at(begin)
        first = parts.row_of(begin)
        count = product_of(shape[0 : len(shape) - 1])
        matrices = max(1, count // sizes.m)
        part = _sliced(builder, query, [first, 0], [count, sizes.k])
        part = _reshaped(builder, part, [matrices, count // matrices, sizes.k])
        operands = [part]
        for value in [keys, values]:
            dims = [matrices]
            dims.extend(builder.shapes[value][1:3])
            operands.append(_sliced(builder, value, [first // sizes.m, 0, 0], dims))
        extras = [_cut(builder, value, begin, shape) for value in given[3 : len(given)]]
        found.append(builder.add([count, sizes.v], "float32"))
        _emit(builder, params, shape, operands, extras, found[len(found) - 1])
    joined = builder.add([sizes.count * sizes.m, sizes.v], "float32")
    concat(builder, {"inputs": found, "outputs": [joined], "params": {"axis": 0}})
    reshape(builder, {"inputs": [joined], "outputs": [out], "params": {}})
    return None


class Parts:
    """How scores are cut into parts of at most `most`: along `axis` of their shape into pieces of `length`, for each
    index of the axes before. length is 0 where they are not.
    """

    def __init__(self, sizes, params, most):
        self.shape = params["shape"]
        self.axis = 0
        self.length = 0
        last = len(self.shape) - 1
        if product_of(self.shape) <= most or params["transpose_q"]:
            return
        axis = 0
        while axis < last - 1 and product_of(self.shape[axis + 1 : last + 1]) > most:
            axis = axis + 1
        # Rows that one index along the axis stands for.
        rows_each = product_of(self.shape[axis + 1 : last])
        length = max(1, most // (rows_each * self.shape[last]))
        self.axis = axis
        self.length = self._fitting(length, rows_each, sizes.m)

    def _fitting(self, length, rows_each, m):
        """At most `length`, such that a piece is whole matrices of m rows, or lies in one; 0 where there is no such."""
        if rows_each % m == 0:
            return length
        if m % rows_each != 0:
            return 0
        each = m // rows_each
        if length >= each:
            return length // each * each
        if self.shape[self.axis] % each == 0 or self.axis == len(self.shape) - 2:
            while self.shape[self.axis] % length != 0 or each % length != 0:
                length = length - 1
            return length
        return 0

    def begins(self):
        """The first index of each part."""
        found = []
        outer = product_of(self.shape[0 : self.axis])
        for number in range(outer):
            rest = number
            begin = [0 for _dim in self.shape]
            axis = self.axis - 1
            while axis >= 0:
                begin[axis] = rest % self.shape[axis]
                rest = rest // self.shape[axis]
                axis = axis - 1
            for place in range(0, self.shape[self.axis], self.length):
                here = [dim for dim in begin]
                here[self.axis] = place
                found.append(here)
        return found

    def shape_at(self, begin):
        """The shape of the part that begins there."""
        made = [1 for _axis in range(self.axis)]
        made.append(min(self.length, self.shape[self.axis] - begin[self.axis]))
        made.extend(self.shape[self.axis + 1 : len(self.shape)])
        return made

    def row_of(self, begin):
        """The first row of the part that begins there."""
        row = 0
        for axis in range(len(self.shape) - 1):
            row = row * self.shape[axis] + begin[axis]
        return row


def _emit(builder, params, shape, operands, extras, out):
    """The draws for scores of a shape. operands: queries, keys and values, of rank 3; out: of as many elements."""
    query = builder.shapes[operands[0]]
    key = builder.shapes[operands[1]]
    m = query[2] if params["transpose_q"] else query[1]
    s = key[1] if params["transpose_k"] else key[2]
    product = [query[0], m, s]
    scores = builder.add(product, "float32")
    _multiply(builder, operands[0:2], scores, params["transpose_q"], params["transpose_k"])
    inputs = [_reshaped(builder, scores, shape)]
    inputs.extend(extras)
    weights = builder.add(shape, "float32")
    made = {"shape": shape, "expr": params["expr"]}
    rows(builder, {"inputs": inputs, "outputs": [weights], "params": made})
    result = builder.shapes[out]
    flat = [query[0], m, result[len(result) - 1]]
    target = out if same_items(flat, result) else builder.add(flat, "float32")
    _multiply(
        builder, [_reshaped(builder, weights, product), operands[2]], target, False, params["transpose_v"]
    )
    if target != out:
        reshape(builder, {"inputs": [target], "outputs": [out], "params": {}})


def _multiply(builder, inputs, out, transpose_a, transpose_b):
    params = {"transpose_a": transpose_a, "transpose_b": transpose_b, "epilogue": None}
    matmul(builder, {"inputs": inputs, "outputs": [out], "params": params})


def _flat(builder, value, count):
    """Matrices with one leading axis."""
    shape = builder.shapes[value]
    return _reshaped(builder, value, [count, shape[len(shape) - 2], shape[len(shape) - 1]])


def _reshaped(builder, value, shape):
    if same_items(builder.shapes[value], shape):
        return value
    made = builder.add(shape, builder.dtypes[value])
    reshape(builder, {"inputs": [value], "outputs": [made], "params": {}})
    return made


def _sliced(builder, value, begin, shape):
    if same_items(builder.shapes[value], shape):
        return value
    made = builder.add(shape, builder.dtypes[value])
    params = {"begin": begin, "strides": [1 for _dim in shape]}
    slice_step(builder, {"inputs": [value], "outputs": [made], "params": params})
    return made


def _cut(builder, value, begin, shape):
    """The part of an operand that broadcasts to a part of the scores."""
    own = builder.shapes[value]
    lead = len(shape) - len(own)
    first = []
    dims = []
    for i in range(len(own)):
        repeats = own[i] == 1
        first.append(0 if repeats else begin[lead + i])
        dims.append(1 if repeats else shape[lead + i])
    return _sliced(builder, value, first, dims)
