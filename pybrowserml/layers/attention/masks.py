"""Who may look at whom: boolean masks of attention, made of the masks of its inputs."""

from ...core.opset.binary import greater, greater_equal, logical_and, subtract
from ...core.opset.generators import iota
from ...core.opset.unary import cast
from ...ops.movement import expand_dims

# What a masked score becomes before the softmax, as in Keras's Softmax.
MASKED = -1.0e9


def both(a, b):
    """The conjunction of two masks; None allows everything."""
    if a is None or b is None:
        return b if a is None else a
    return logical_and(a, b)


def causal_mask(query_length, value_length):
    """bool [1, T, S]: a query sees keys up to its own place."""
    shape = [1, query_length, value_length]
    return greater_equal(iota(shape, 1), iota(shape, 2))


def window_mask(query_length, value_length, width):
    """bool [1, T, S]: a query sees keys less than `width` places away, before and behind."""
    shape = [1, query_length, value_length]
    distance = subtract(iota(shape, 1), iota(shape, 2))
    return logical_and(greater(width, distance), greater(distance, -width))


def attention_mask_of(query, value, query_mask, value_mask, key_mask, attention_mask, is_causal, window):
    """The mask [batch, T, S] of all that is given, or None.

    query_mask [batch, T], value_mask and key_mask [batch, S], attention_mask [batch, T, S]; query, value: the inputs,
    whose axis 1 is time.
    """
    found = None
    if query_mask is not None:
        found = expand_dims(cast(query_mask, "bool"), -1)
    if value_mask is not None:
        found = both(found, expand_dims(cast(value_mask, "bool"), -2))
    if key_mask is not None:
        found = both(found, expand_dims(cast(key_mask, "bool"), -2))
    if is_causal:
        found = both(found, causal_mask(query.shape[1], value.shape[1]))
    if window is not None:
        found = both(found, window_mask(query.shape[1], value.shape[1], window))
    if attention_mask is not None:
        found = both(found, cast(attention_mask, "bool"))
    return found


def with_head_axes(mask, rank, query_axes):
    """A mask [batch, T, S] with axes of size 1 for the heads, so that it has the rank of the scores."""
    while mask is not None and len(mask.shape) < rank:
        mask = expand_dims(mask, -2 * query_axes - 1)
    return mask
