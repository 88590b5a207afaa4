"""The loop over time of a recurrent layer: one scan, with masks."""

from ...core.graph import is_tensor
from ...core.opset.binary import where
from ...core.opset.movement import flip, reshape, transpose
from ...core.opset.reduction import reduce_max
from ...core.opset.registry import with_dtype
from ...core.shapes import copy_shape
from ...core.structure import flatten, unflatten
from ...ops.control import scan
from ...ops.creation import zeros
from ...platform.errors import error
from ...platform.numbers import is_list


class Recurrence:
    """How a recurrent layer runs over time.

    step(x, states) → [output, next states], states a list (of lists, where cells are stacked). backwards: from the last
    step to the first. every: the outputs of all steps are wanted. zero_masked: the output of a masked step is 0, else
    that of the step before. output_is_state: the output of a step is the first state of the last cell.
    """

    def __init__(self, step, backwards, every, zero_masked, output_is_state):
        self.step = step
        self.backwards = backwards
        self.every = every
        self.zero_masked = zero_masked
        self.output_is_state = output_is_state

    def run(self, x, states, mask, output_like):
        """[outputs of all steps or None, last output or None, last states]. x: [batch, time, ...]; mask: [batch, time].

        output_like: a function that gives [shape, dtype] of an output, where it cannot be read off a state.
        """
        walked = [_time_first(x)]
        if mask is not None:
            walked.append(_mask_of_steps(mask, states))
        taken = flatten(states, False)
        # The output before is carried where no state tells it.
        known = self.output_is_state and not (mask is not None and self.zero_masked)
        carried = not known and (not self.every or (mask is not None and not self.zero_masked))
        carry = [states]
        if carried:
            like = output_like()
            carry.append(zeros(like[0], like[1]))

        def body(state, slices):
            found = self.step(slices[0], state[0])
            output = found[0]
            after = _leaves(found[1], len(taken[0]))
            if mask is not None:
                before = flatten(state[0], False)[0]
                after = [_kept(slices[1], after[i], before[i]) for i in range(len(after))]
                if self.zero_masked:
                    output = _kept(slices[1], output, 0.0)
                elif carried:
                    output = _kept(slices[1], output, state[1])
            new = unflatten(taken[1], after)
            if mask is not None and known:
                output = first_state(new)
            following = [new]
            if carried:
                following.append(output)
            return [following, output if self.every else None]

        found = scan(body, carry, walked, None, self.backwards)
        last = found[0][0]
        outputs = None
        if self.every:
            outputs = flip(found[1], [0]) if self.backwards else found[1]
            outputs = _time_first(outputs)
        output = None
        if not self.every:
            output = found[0][1] if carried else first_state(last)
        return [outputs, output, last]


def as_states(states):
    """States as a list: a cell may give a single one bare."""
    return [states] if is_tensor(states) else states


def first_state(states):
    """The first state of the last cell."""
    return first_state(states[len(states) - 1]) if is_list(states[0]) else states[0]


def _leaves(states, count):
    """The tensors of the states that a cell returns."""
    leaves = flatten(states, False)[0]
    if len(leaves) != count:
        raise error(
            "ArgumentError",
            "a cell must return as many states as it got, "
            + str(count)
            + ", but returned "
            + str(len(leaves)),
        )
    return leaves


def _time_first(x):
    """The first two axes exchanged."""
    axes = [1, 0]
    for i in range(2, len(x.shape)):
        axes.append(i)
    return transpose(x, axes)


def _mask_of_steps(mask, states):
    """bool [time, batch, 1, ...] of a mask [batch, time] or [batch, time, ...], as many axes as states have and one."""
    flags = with_dtype(mask, "bool")
    if len(flags.shape) < 2:
        raise error("ShapeError", "a mask must have the axes batch and time")
    if len(flags.shape) > 2:
        # A step counts when any of its features does.
        axes = [i for i in range(2, len(flags.shape))]
        flags = with_dtype(reduce_max(with_dtype(flags, "int32"), axes, False), "bool")
    flags = _time_first(flags)
    shape = copy_shape(flags.shape)
    for i in range(len(first_state(states).shape) - 1):
        shape.append(1)
    return reshape(flags, shape)


def _kept(flags, new, old):
    """`new` where the step is not masked, else `old`."""
    rank = len(new.shape)
    if len(flags.shape) != rank:
        shape = [flags.shape[0]]
        for i in range(rank - 1):
            shape.append(1)
        flags = reshape(flags, shape)
    return where(flags, new, old)
