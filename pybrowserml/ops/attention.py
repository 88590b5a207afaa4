"""Attention by scaled dot products."""

from ..core.dims import dims_equal, is_symbolic
from ..core.opset.binary import add, divide, greater_equal, multiply, where
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, reshape, transpose
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast, tanh
from ..core.shapes import format_shape
from ..platform import real
from ..platform.errors import error
from .activations import softmax
from .equations import einsum

# What a masked logit becomes: far below any other, and finite, so that a row without keys has no NaN.
MASKED = -2.0e38
MASKED_HALF = -6.0e4


def dot_product_attention(
    query,
    key,
    value,
    bias=None,
    mask=None,
    scale=None,
    is_causal=False,
    flash_attention=None,
    attn_logits_soft_cap=None,
):
    """softmax(query key' * scale + bias) value, for every head.

    query: [batch, T, heads, H]; key, value: [batch, S, key heads, H], where the number of heads is a multiple of that
    of key heads: neighbouring query heads share a key head (multi-query and grouped-query attention).
    bias: added to the logits; mask: bool, True where a query may look; both broadcast to [batch, heads, T, S].
    scale: 1 / sqrt(H) by default. is_causal: a query sees only keys up to its own place. attn_logits_soft_cap: c limits
    the logits to (-c, c) by c tanh(logits / c). flash_attention: has no effect, there is one way to compute it.
    Returns [batch, T, heads, H]. Source: Vaswani et al. 2017, arXiv:1706.03762; Ainslie et al. 2023, arXiv:2305.13245.
    """
    query = as_float(query, "dot_product_attention", "query")
    key = as_float(key, "dot_product_attention", "key")
    value = as_float(value, "dot_product_attention", "value")
    heads = _head_counts(query, key, value)
    batch, length, width = query.shape[0], query.shape[1], query.shape[3]
    group = heads[0] // heads[1]
    factor = 1.0 / real.sqrt(width) if scale is None else scale
    queries = reshape(multiply(query, factor), [batch, length, heads[1], group, width])
    # Moved here, heads and queries are the rows of one matrix a key head, and the logits lie in their order.
    logits = einsum("bkgth,bskh->bkgts", transpose(queries, [0, 2, 3, 1, 4]), key)
    full = [batch, heads[0], length, key.shape[1]]
    logits = reshape(logits, full)
    if attn_logits_soft_cap is not None:
        logits = multiply(tanh(divide(logits, attn_logits_soft_cap)), attn_logits_soft_cap)
    if bias is not None:
        logits = add(logits, bias)
    masked = MASKED_HALF if logits.dtype == "float16" else MASKED
    if mask is not None:
        logits = where(cast(to_tensor(mask, None, "dot_product_attention", "mask"), "bool"), logits, masked)
    if is_causal:
        seen = greater_equal(iota(full[2:4], 0), iota(full[2:4], 1))
        logits = where(seen, logits, masked)
    weights = softmax(broadcast_to(logits, full), -1)
    grouped = reshape(weights, [batch, heads[1], group, length, key.shape[1]])
    found = einsum("bkgts,bskh->btkgh", grouped, value)
    return reshape(found, [batch, length, heads[0], value.shape[3]])


def _head_counts(query, key, value):
    """[query heads, key heads], after a check of the shapes."""
    shapes = [query.shape, key.shape, value.shape]
    fits = len(shapes[0]) == 4 and len(shapes[1]) == 4 and len(shapes[2]) == 4
    if fits:
        heads = shapes[0][2]
        shared = shapes[1][2]
        fits = dims_equal(shapes[0][3], shapes[1][3]) and not is_symbolic(shapes[0][3])
        for axis in [0, 1, 2]:
            fits = fits and dims_equal(shapes[1][axis], shapes[2][axis])
        fits = fits and dims_equal(shapes[0][0], shapes[1][0])
        fits = (
            fits and not is_symbolic(heads) and not is_symbolic(shared) and shared > 0 and heads % shared == 0
        )
        if fits:
            return [heads, shared]
    raise error(
        "ShapeError",
        "dot_product_attention: needs query [batch, T, heads, H] and key, value [batch, S, key heads, H] whose heads"
        + " divide the query's, got "
        + ", ".join([format_shape(shape) for shape in shapes]),
    )
