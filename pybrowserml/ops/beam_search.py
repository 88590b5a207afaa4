"""Beam search over the label sequences of connectionist temporal classification.

Source: Graves 2012, "Sequence transduction with recurrent neural networks", section 2.5; the form with one score of
paths that end in a label and one of those that end in a blank: Hannun et al. 2014, arXiv:1408.2873, algorithm 1.
"""

from ..core.dims import dim_mul
from ..core.opset.binary import (
    add,
    equal,
    floor_divide,
    less,
    logical_and,
    multiply,
    subtract,
    where,
)
from ..core.opset.bits import bitwise_xor, shift_right
from ..core.opset.generators import iota
from ..core.opset.matmul import matmul
from ..core.opset.movement import broadcast_to, concatenate, reshape, transpose
from ..core.opset.reduction import reduce_max
from ..core.opset.registry import scalar
from ..core.opset.unary import cast, logical_not
from ..platform.real import INFINITY
from .control import scan
from .indexing import take, take_along_axis
from .math import logaddexp
from .movement import expand_dims
from .sorting import top_k

# The logarithm of a probability of nothing: finite, so that differences are not NaN, and far below any other.
NOTHING = -1e30
# Below this a score is nothing plus rounding.
DEAD = -1e29
# Multipliers of the two hashes by which paths are compared.
FIRST = 668265263
SECOND = 374761393


def beam_search(rows, lengths, beam_width, top_paths, blank):
    """[labels, scores] of the best paths: int32 [top_paths, batch, time], -1 behind the labels; [batch, top_paths].

    rows: float32 [batch, time, classes], logarithms of probabilities; lengths: int32 [batch]. blank: a class, an
    integer or an int32 scalar. A path that does not exist has no labels and the score -infinity.

    A beam holds `beam_width` paths. A step keeps each (by a blank, or by its last label again) and appends each label
    to each; what comes to a path that is there already is added to its score. Whether two paths are one is asked of
    64 bits of hash, which costs no comparison of whole paths.
    """
    batch, time, classes = rows.shape[0], rows.shape[1], rows.shape[2]
    width = beam_width
    places = iota([width], 0)
    beams = [batch, width]
    first = broadcast_to(equal(places, 0), beams)
    start = [
        broadcast_to(scalar(-1, "int32"), [batch, width, time]),
        broadcast_to(scalar(0, "int32"), beams),
        broadcast_to(scalar(-1, "int32"), beams),
        broadcast_to(scalar(NOTHING, "float32"), beams),
        where(first, 0.0, NOTHING),
        where(first, 1, -1),
        where(first, 1, -1),
        broadcast_to(scalar(-2, "int32"), beams),
        broadcast_to(scalar(-2, "int32"), beams),
    ]

    def step(state, item):
        x, t = item
        goes_on = less(t, expand_dims(lengths, 1))
        found = _next_beam(state, x, width, classes, time, blank)
        kept = [where(expand_dims(goes_on, 2), found[0], state[0])]
        for i in range(1, len(state)):
            kept.append(where(goes_on, found[i], state[i]))
        return [kept, None]

    last = scan(step, start, [transpose(rows, [1, 0, 2]), iota([time], 0)])[0]
    best = top_k(logaddexp(last[3], last[4]), top_paths)
    scores = where(less(best[0], DEAD), 0.0 - INFINITY, best[0])
    labels = take_along_axis(last[0], expand_dims(best[1], 2), 1)
    labels = where(expand_dims(less(best[0], DEAD), 2), -1, labels)
    return [transpose(labels, [1, 0, 2]), scores]


def _next_beam(state, x, width, classes, time, blank):
    """The state after a time step with the scores x [batch, classes].

    The state: paths [batch, width, time]; and [batch, width] their lengths, last labels (-1: none), scores with a label
    and with a blank at the end, two hashes, and the two hashes of the path without its last label.
    """
    paths, counts, tails, by_label, by_blank = state[0], state[1], state[2], state[3], state[4]
    batch = x.shape[0]
    labels = iota([classes], 0)
    either = logaddexp(by_label, by_blank)
    none = less(tails, 0)
    again = where(none, NOTHING, take_along_axis(x, where(none, 0, tails), 1))
    # Kept by a blank, and by the last label once more.
    kept_blank = add(either, expand_dims(take(x, blank, 1), 1))
    kept_label = add(by_label, again)
    # Longer by a label: one equal to the last needs a blank between.
    repeats = equal(labels, expand_dims(tails, 2))
    longer = where(repeats, expand_dims(by_blank, 2), expand_dims(either, 2))
    longer = where(equal(labels, blank), NOTHING, add(longer, expand_dims(x, 1)))
    # is_parent[b, i, j]: path j is path i and a label more; what i's extension scores goes to j.
    is_parent = logical_and(
        equal(expand_dims(state[5], 2), expand_dims(state[7], 1)),
        equal(expand_dims(state[6], 2), expand_dims(state[8], 1)),
    )
    doubled = equal(expand_dims(tails, 2), expand_dims(tails, 1))
    joins = where(doubled, expand_dims(by_blank, 2), expand_dims(either, 2))
    joins = where(is_parent, add(joins, expand_dims(again, 1)), NOTHING)
    kept_label = logaddexp(kept_label, reduce_max(joins, 1, False))
    there = matmul(cast(is_parent, "float32"), cast(repeats, "float32"), False, False)
    longer = where(less(there, 0.5), longer, NOTHING)
    # The best of all.
    flat = reshape(longer, [batch, dim_mul(classes, width)])
    best = top_k(concatenate([logaddexp(kept_label, kept_blank), flat], 1), width)
    chosen = best[1]
    stays = less(chosen, width)
    rest = where(stays, 0, subtract(chosen, width))
    parent = where(stays, chosen, floor_divide(rest, classes))
    label = where(stays, 0, subtract(rest, multiply(floor_divide(rest, classes), classes)))
    old = take_along_axis(paths, expand_dims(parent, 2), 1)
    old_count = take_along_axis(counts, parent, 1)
    at_end = logical_and(
        equal(iota([time], 0), expand_dims(old_count, 2)), expand_dims(logical_not(stays), 2)
    )
    dead = less(best[0], DEAD)
    hashes = [take_along_axis(part, parent, 1) for part in state[5:9]]
    first = where(stays, hashes[0], _hashed(hashes[0], label, FIRST))
    second = where(stays, hashes[1], _hashed(hashes[1], label, SECOND))
    return [
        where(at_end, expand_dims(label, 2), old),
        where(stays, old_count, add(old_count, 1)),
        where(stays, take_along_axis(tails, parent, 1), label),
        where(stays, take_along_axis(kept_label, parent, 1), best[0]),
        where(stays, take_along_axis(kept_blank, parent, 1), NOTHING),
        where(dead, -1, first),
        where(dead, -1, second),
        where(dead, -2, where(stays, hashes[2], hashes[0])),
        where(dead, -2, where(stays, hashes[3], hashes[1])),
    ]


def _hashed(hash, label, factor):
    """The hash of a path with a label more."""
    mixed = bitwise_xor(hash, shift_right(hash, 15))
    return add(multiply(mixed, factor), multiply(add(label, 1), SECOND if factor == FIRST else FIRST))
