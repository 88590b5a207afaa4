"""Attention: a product, the draws of `rows`, and a product."""

from ..kernel_shapes.attention import AttentionSizes
from .matmul import matmul
from .movement import reshape
from .rows import rows


def attention(builder, step):
    params = step["params"]
    out = step["outputs"][0]
    if out is None:
        return None
    given = step["inputs"]
    sizes = AttentionSizes(params, [builder.shapes[value] for value in given])
    query = builder.shapes[given[0]]
    product = [dim for dim in query[0 : len(query) - 2]]
    product.extend([sizes.m, sizes.s])
    scores = builder.add(product, "float32")
    _multiply(builder, [given[0], given[1]], scores, params["transpose_q"], params["transpose_k"])
    shown = _reshaped(builder, scores, params["shape"])
    weights = builder.add(params["shape"], "float32")
    inputs = [shown]
    inputs.extend(given[3 : len(given)])
    rows(builder, {"inputs": inputs, "outputs": [weights], "params": params})
    product = [dim for dim in sizes.lead]
    product.extend([sizes.m, sizes.s])
    _multiply(builder, [_reshaped(builder, weights, product), given[2]], out, False, params["transpose_v"])
    return None


def _multiply(builder, inputs, out, transpose_a, transpose_b):
    params = {"transpose_a": transpose_a, "transpose_b": transpose_b, "epilogue": None}
    matmul(builder, {"inputs": inputs, "outputs": [out], "params": params})


def _reshaped(builder, value, shape):
    made = builder.add(shape, "float32")
    reshape(builder, {"inputs": [value], "outputs": [made], "params": {}})
    return made
