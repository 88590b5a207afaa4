"""TimeDistributed."""

from typing import Any

from ...core.dims import dim_mul, dims_equal
from ...core.known import register
from ...core.opset.movement import reshape, transpose
from ...core.shapes import copy_shape, format_shape
from ...ops.control import scan
from ...platform.errors import error
from ...platform.numbers import is_list
from ...platform.reflection import method_arguments
from ..wrapper import Wrapper


class TimeDistributed(Wrapper):
    """A layer applied to every time step alike: [batch, time, ...] → [batch, time, ...].

    All steps are one larger batch. Only a layer that keeps statistics of its batches gets the steps one by one while it
    trains, as Keras does it. mask: [batch, time]; a layer that takes a mask gets that of its step.
    """

    def __init__(self, layer, name=None, trainable=True, dtype=None):
        super().__init__(layer, name, trainable, dtype)
        self.supports_masking = True

    def build(self, input_shape):
        if is_list(input_shape[0]) or len(input_shape) < 3:
            raise error(
                "ShapeError",
                "expected an input with the axes batch, time and one more, got " + format_shape(input_shape),
            )
        super().build(_without_time(input_shape))

    def call(self, inputs, training=None, mask=None):
        if mask is not None:
            _require_mask(mask.shape, inputs.shape)
        masked = mask is not None and "mask" in method_arguments(self.layer, "call")
        if training and self.layer.trainable and len(self.layer.non_trainable_weights) > 0:
            return self._by_steps(inputs, training, mask if masked else None)
        joined = dim_mul(inputs.shape[0], inputs.shape[1])
        given = {}
        if masked and mask is not None:
            given["mask"] = reshape(mask, _joined(joined, mask.shape))
        y: Any = self.layer.apply_to(reshape(inputs, _joined(joined, inputs.shape)), training, given)
        shape = [inputs.shape[0], inputs.shape[1]]
        shape.extend(y.shape[1 : len(y.shape)])
        return reshape(y, shape)

    def _by_steps(self, inputs, training, mask):
        walked = [_time_first(inputs)]
        if mask is not None:
            walked.append(_time_first(mask))

        def body(carry, slices):
            given = {} if mask is None else {"mask": slices[1]}
            return [None, self.layer.apply_to(slices[0], training, given)]

        return _time_first(scan(body, None, walked)[1])


def _without_time(shape):
    found = [shape[0]]
    found.extend(shape[2 : len(shape)])
    return found


def _joined(joined, shape):
    found = [joined]
    found.extend(shape[2 : len(shape)])
    return found


def _time_first(x):
    """The first two axes exchanged."""
    axes = [1, 0]
    for i in range(2, len(x.shape)):
        axes.append(i)
    return transpose(x, axes)


def _require_mask(shape, input_shape):
    fits = len(shape) >= 2 and dims_equal(shape[0], input_shape[0]) and dims_equal(shape[1], input_shape[1])
    if not fits:
        raise error(
            "ShapeError",
            "the mask must have the axes batch and time of the input, "
            + format_shape(copy_shape(input_shape))
            + ", got shape "
            + format_shape(copy_shape(shape)),
        )
    return None


register("TimeDistributed", TimeDistributed)
