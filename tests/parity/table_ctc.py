"""Rows of connectionist temporal classification, against all alignments one by one and against loops in NumPy."""

import itertools

import numpy as np

from pybrowserml import ops

from .rows import Row, uniform, values

# Sums of up to ten logarithms; the shader's exp and log are the coarse part.
LOGS = {
    "rtol": 1e-5,
    "atol": 1e-5,
    "webgl": (4e-5, 4e-5),
    "grad_tolerance": (1e-4, 2e-5),
    "webgl_grad": (4e-4, 1e-4),
}


def collapsed(path, blank):
    """The labels of an alignment: repeats once, blanks not at all."""
    return [c for i, c in enumerate(path) if c != blank and (i == 0 or path[i - 1] != c)]


def by_alignments(target, output, target_length, output_length, blank=0):
    """The definition: the sum over all class sequences that collapse to the labels."""
    losses = []
    for b in range(len(target)):
        logits = output[b, : output_length[b]]
        logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        labels = list(target[b, : target_length[b]])
        total = 0.0
        for path in itertools.product(range(output.shape[2]), repeat=len(logits)):
            if collapsed(path, blank) == labels:
                total += np.exp(sum(logs[t, c] for t, c in enumerate(path)))
        losses.append(-np.log(total))
    return np.asarray(losses)


def decoded(inputs, lengths, blank, merge):
    batch, time, _ = inputs.shape
    labels = np.full((1, batch, time), -1, np.int64)
    scores = np.zeros((batch, 1))
    for b in range(batch):
        best = inputs[b, : lengths[b]].argmax(-1)
        found = collapsed(best, blank) if merge else [c for c in best if c != blank]
        labels[0, b, : len(found)] = found
        scores[b, 0] = -inputs[b, : lengths[b]].max(-1).sum()
    return [labels, scores]


def by_beams(inputs, lengths, width, top, blank):
    """The same search over a dict of label sequences: [sum of what ends in a label, sum of what ends in a blank]."""
    batch, time, classes = inputs.shape
    labels = np.full((top, batch, time), -1, np.int64)
    scores = np.full((batch, top), -np.inf)
    for b in range(batch):
        logs = inputs[b] - np.log(np.exp(inputs[b]).sum(-1, keepdims=True))
        beams = {(): [0.0, 1.0]}
        for t in range(lengths[b]):
            chance = np.exp(logs[t])
            found = {}
            for path, (label, pause) in beams.items():
                found.setdefault(path, [0.0, 0.0])[1] += (label + pause) * chance[blank]
                if path:
                    found[path][0] += label * chance[path[-1]]
                for c in range(classes):
                    if c != blank:
                        more = pause if path and path[-1] == c else label + pause
                        found.setdefault((*path, c), [0.0, 0.0])[0] += more * chance[c]
            beams = dict(sorted(found.items(), key=lambda item: -sum(item[1]))[:width])
        for k, (path, parts) in enumerate(list(beams.items())[:top]):
            if sum(parts) > 0:
                labels[k, b, : len(path)] = path
                scores[b, k] = np.log(sum(parts))
    return [labels, scores]


def most_likely(inputs, blank):
    """The definition: the label sequence whose alignments together are the most likely ones."""
    labels = np.full((1, *inputs.shape[:2]), -1, np.int64)
    scores = np.zeros((len(inputs), 1))
    for b, logits in enumerate(inputs):
        logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        found = {}
        for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
            key = tuple(collapsed(path, blank))
            found[key] = found.get(key, 0.0) + np.exp(sum(logs[t, c] for t, c in enumerate(path)))
        best = max(found, key=found.get)
        labels[0, b, : len(best)] = best
        scores[b, 0] = np.log(found[best])
    return [labels, scores]


def ints(*numbers):
    return values(list(numbers), np.int32)


CASES = [
    [values([[1, 2], [2, 2]], np.int32), uniform([2, 4, 3]), ints(2, 2), ints(4, 4)],
    [values([[1, 0], [2, 1]], np.int32), uniform([2, 4, 3]), ints(1, 2), ints(3, 4)],
    [values([[1], [2]], np.int32), uniform([2, 1, 3]), ints(1, 1), ints(1, 1)],
    [values([[1, 1, 0]], np.int32), uniform([1, 5, 2]), ints(2), ints(5)],
    [values([[1, 2, 1]], np.int32), uniform([1, 5, 3]), ints(0), ints(3)],
    [values([[3, 1, 3]], np.int32), uniform([1, 4, 4], -20, 20), ints(3), ints(4)],
]

ROWS = [
    Row("ctc_loss", ops.ctc_loss, CASES, by_alignments, grad=(1,), second=True, **LOGS),
    Row(
        "ctc_loss with another blank",
        lambda target, output, a, b: ops.ctc_loss(target, output, a, b, 2),
        [[values([[1, 0], [0, 0]], np.int32), uniform([2, 4, 3]), ints(2, 2), ints(4, 3)]],
        lambda target, output, a, b: by_alignments(target, output, a, b, 2),
        grad=(1,),
        **LOGS,
    ),
    Row(
        "ctc_decode",
        lambda inputs, lengths: [
            *ops.ctc_decode(inputs, lengths),
            *ops.ctc_decode(inputs, lengths, "greedy", 100, 1, False, None),
        ],
        [
            [uniform([2, 6, 3]), ints(6, 4)],
            [uniform([1, 9, 2]), ints(9)],
            [uniform([3, 1, 4]), ints(1, 0, 1)],
            [uniform([2, 12, 3]), ints(12, 5)],
        ],
        lambda inputs, lengths: [
            *decoded(inputs, lengths, 0, True),
            *decoded(inputs, lengths, inputs.shape[2] - 1, False),
        ],
        **LOGS,
    ),
    Row(
        "ctc_decode by beams",
        lambda inputs, lengths: [
            *ops.ctc_decode(inputs, lengths, "beam_search", 4, 2),
            *ops.ctc_decode(inputs, lengths, "beam_search", 3, 1, True, None),
        ],
        [
            [uniform([2, 6, 3], -4, 4), ints(6, 4)],
            [uniform([1, 9, 4], -4, 4), ints(9)],
            [uniform([3, 1, 4], -4, 4), ints(1, 0, 1)],
            [uniform([2, 5, 2], -4, 4), ints(5, 2)],
            [uniform([1, 4, 1]), ints(4)],
        ],
        lambda inputs, lengths: [
            *by_beams(inputs, lengths, 4, 2, 0),
            *by_beams(inputs, lengths, 3, 1, inputs.shape[2] - 1),
        ],
        **LOGS,
    ),
    Row(
        "ctc_decode by as many beams as there are paths",
        lambda inputs: ops.ctc_decode(inputs, [4, 4], "beam_search", 40, 1, True, 1),
        [[uniform([2, 4, 3], -3, 3)], [uniform([2, 4, 2], -3, 3)]],
        lambda inputs: most_likely(inputs, 1),
        **LOGS,
    ),
]
