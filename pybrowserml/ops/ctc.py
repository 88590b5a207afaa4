"""Connectionist temporal classification: the loss of unaligned labels, and decoding.

Source: Graves et al. 2006, "Connectionist temporal classification".
"""

from ..core.dims import dim_mul, dims_equal
from ..core.opset.binary import (
    add,
    equal,
    greater,
    greater_equal,
    less,
    logical_and,
    maximum,
    mod,
    multiply,
    not_equal,
    subtract,
    where,
)
from ..core.opset.generators import iota, size_of
from ..core.opset.movement import broadcast_to, concatenate, pad_interior, reshape, slice_strided, transpose
from ..core.opset.reduction import argmax, reduce_max, reduce_sum
from ..core.opset.registry import as_float, computed, scalar, to_tensor
from ..core.opset.unary import cast, exp, log, negative
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from .activations import log_softmax
from .arguments import require_choice, require_whole
from .beam_search import beam_search
from .control import scan
from .indexing import take_along_axis
from .movement import expand_dims, squeeze
from .sorting import argsort

# The logarithm of a probability of nothing: finite, so that differences of two are not NaN.
NOTHING = -1e5


def ctc_loss(target, output, target_length, output_length, mask_index=0):
    """The negative logarithm of the probability of each label sequence, summed over all alignments; shape [batch].

    target: int [batch, labels]; output: logits [batch, time, classes]; target_length, output_length: int [batch], how
    many labels and time steps count. mask_index: the class that stands for no label. Labels that do not fit into the
    time give a loss of about 1e5.
    """
    target = cast(to_tensor(target, None, "ctc_loss", "target"), "int32")
    output = as_float(output, "ctc_loss", "output")
    labels = cast(to_tensor(target_length, None, "ctc_loss", "target_length"), "int32")
    steps = cast(to_tensor(output_length, None, "ctc_loss", "output_length"), "int32")
    _check(target, output, labels, steps)
    batch, time = output.shape[0], output.shape[1]
    count = target.shape[1]
    blanks = broadcast_to(scalar(mask_index, "int32"), copy_shape(target.shape))
    pairs = concatenate([expand_dims(blanks, 2), expand_dims(target, 2)], 2)
    blank = broadcast_to(scalar(mask_index, "int32"), [batch, 1])
    path = concatenate([reshape(pairs, [batch, dim_mul(count, 2)]), blank], 1)
    places = iota([path.shape[1]], 0)
    # A label may follow the label before it without a blank between when the two differ.
    odd = equal(mod(places, 2), 1)
    skips = logical_and(odd, not_equal(path, _moved(path, 2, -1)))
    rows = take_along_axis(log_softmax(output, -1), expand_dims(path, 1), -1)
    first = where(equal(places, 0), scalar(0.0, "float32"), NOTHING)
    start = broadcast_to(first, copy_shape(path.shape))

    def step(state, item):
        found, t = item
        one = _moved(state, 1, NOTHING)
        two = where(skips, _moved(state, 2, NOTHING), NOTHING)
        new = add(_log_sum(_log_sum(state, one), two), found)
        return [where(less(t, expand_dims(steps, 1)), new, state), None]

    walked = [transpose(rows, [1, 0, 2]), iota([time], 0)]
    last = scan(step, start, walked)[0]
    ends = expand_dims(multiply(labels, 2), 1)
    blank_end = take_along_axis(last, ends, 1)
    label_end = take_along_axis(last, maximum(subtract(ends, 1), 0), 1)
    label_end = where(greater(ends, 0), label_end, NOTHING)
    return negative(squeeze(_log_sum(blank_end, label_end), 1))


def _check(target, output, labels, steps):
    fits = (
        len(output.shape) == 3 and len(target.shape) == 2 and len(labels.shape) == 1 and len(steps.shape) == 1
    )
    if fits:
        batch = output.shape[0]
        for tensor in [target, labels, steps]:
            fits = fits and dims_equal(tensor.shape[0], batch)
    if not fits:
        raise error(
            "ShapeError",
            "ctc_loss: needs target (batch, labels), output (batch, time, classes) and lengths (batch), got "
            + ", ".join([format_shape(tensor.shape) for tensor in [target, output, labels, steps]]),
        )


def _moved(x, count, value):
    """The columns of [batch, n] moved right by `count`, `value` in the first ones."""
    wide = pad_interior(x, [[0, 0, 0], [count, 0, 0]], value)
    return slice_strided(wide, [0, 0], copy_shape(x.shape), [1, 1])


def _log_sum(a, b):
    """log(exp(a) + exp(b)) of finite numbers."""
    top = maximum(a, b)
    return add(top, log(add(exp(subtract(a, top)), exp(subtract(b, top)))))


def ctc_decode(
    inputs,
    sequence_lengths,
    strategy="greedy",
    beam_width=100,
    top_paths=1,
    merge_repeated=True,
    mask_index=0,
):
    """[labels, scores]: what label sequences the classes of the time steps most likely spell.

    inputs: [batch, time, classes], logits; sequence_lengths: int [batch]. mask_index: the class that stands for no
    label, None: the last. labels are int32, -1 after the last one.

    strategy "greedy": the most likely class of each step, without repeats and blanks. labels: [1, batch, time]; scores:
    [batch, 1], the negative sum of the largest logits. merge_repeated: equal neighbours count once.
    "beam_search": the top_paths most likely sequences, each summed over its alignments, of beam_width that are kept at
    every step. labels: [top_paths, batch, time]; scores: [batch, top_paths], logarithms of probabilities, the largest
    first; see ops/beam_search.
    """
    require_choice(strategy, ["greedy", "beam_search"], "ctc_decode: strategy")
    inputs = computed(inputs, "ctc_decode", "inputs")
    lengths = cast(to_tensor(sequence_lengths, None, "ctc_decode", "sequence_lengths"), "int32")
    if len(inputs.shape) != 3 or len(lengths.shape) != 1 or not dims_equal(lengths.shape[0], inputs.shape[0]):
        raise error(
            "ShapeError",
            "ctc_decode: needs inputs (batch, time, classes) and sequence_lengths (batch), got "
            + format_shape(inputs.shape)
            + " and "
            + format_shape(lengths.shape),
        )
    time = inputs.shape[1]
    blank = mask_index if mask_index is not None else subtract(size_of(inputs.shape[2]), 1)
    if strategy == "beam_search":
        beam_width = require_whole(beam_width, 1, "ctc_decode: beam_width")
        top_paths = require_whole(top_paths, 1, "ctc_decode: top_paths")
        if top_paths > beam_width:
            raise error(
                "ArgumentError",
                "ctc_decode: top_paths must be at most beam_width, got "
                + str(top_paths)
                + " and "
                + str(beam_width),
            )
        return beam_search(log_softmax(inputs, -1), lengths, beam_width, top_paths, blank)
    places = iota([time], 0)
    beyond = greater_equal(places, expand_dims(lengths, 1))
    labels = where(beyond, blank, argmax(inputs, -1, False))
    scores = where(beyond, 0.0, reduce_max(inputs, -1, False))
    found = labels
    if merge_repeated:
        found = where(equal(labels, _moved(labels, 1, -1)), blank, labels)
    none = equal(found, blank)
    order = argsort(where(none, size_of(time), places), -1)
    packed = take_along_axis(where(none, -1, found), order, -1)
    return [expand_dims(packed, 0), negative(reduce_sum(scores, 1, True))]
