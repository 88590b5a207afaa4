"""Batching of random numbers and of what the compiler drops."""

from ..opset.generators import random_bits
from ..opset.marks import custom_gradient
from ..opset.movement import concatenate, reshape, slice_strided
from ..opset.registry import record
from .axes import aligned, all_raised, front, stand_in


def random_bits_rule(node, inputs, mapped, batch):
    """One key for all: the counter goes on through the elements. A key for each: each draws as it would alone."""
    shape = node.outputs[0][0]
    if True not in mapped:
        return [random_bits(inputs[0], inputs[1], inputs[2], front(batch.size, shape))]
    keys = all_raised(inputs, mapped, batch)
    drawn = []
    for i in range(batch.known_size("random numbers")):
        parts = [reshape(slice_strided(key, [i], [1], [1]), []) for key in keys]
        drawn.append(random_bits(parts[0], parts[1], parts[2], front(1, shape)))
    return [concatenate(drawn, 0)]


def with_derivatives_rule(node, inputs, mapped, batch):
    """Values and derivatives are elementwise."""
    rank = len(node.outputs[0][0])
    operands = [aligned(inputs[i], mapped[i], rank) for i in range(len(inputs))]
    operands[0] = batch.raised(inputs[0], mapped[0])
    return record(node.op, operands, node.attrs)


def barrier_rule(node, inputs, mapped, batch):
    raised = list(inputs)
    raised[0] = batch.raised(inputs[0], mapped[0])
    return record("barrier", raised, node.attrs)


def custom_gradient_rule(node, inputs, mapped, batch):
    """The gradient of all elements is the given gradient of one, batched."""
    count = node.attrs["values"]
    raised = all_raised(inputs, mapped, batch)
    originals = node.inputs[count : len(node.inputs)]

    def backward(args, cotangents):
        own = batch.fork()
        for i in range(len(originals)):
            own.put(originals[i], args[i])
        seeds = []
        for i in range(count):
            if cotangents[i] is None:
                seeds.append(None)
            else:
                seeds.append(stand_in(node.outputs[i][0], cotangents[i].dtype))
                own.put(seeds[i], cotangents[i])
        found = node.attrs["backward"](originals, seeds)
        results = []
        for tensor in found:
            if tensor is None:
                results.append(None)
            else:
                pair = own.run([tensor])[0]
                results.append(own.raised(pair[0], pair[1]))
        return results

    return custom_gradient(raised[0:count], raised[count : len(raised)], backward, node.attrs["chosen"])
