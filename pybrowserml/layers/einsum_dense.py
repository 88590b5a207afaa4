"""EinsumDense."""

from typing import Any

from .. import activations, constraints, initializers, regularizers
from ..core.annotations import Initial
from ..core.dims import dims_equal, is_symbolic
from ..core.known import register_all
from ..core.opset.binary import add
from ..core.shapes import format_shape
from ..initializers import VarianceScaling
from ..ops.arguments import shown
from ..ops.equations import einsum
from ..platform.errors import error
from ..platform.numbers import is_list, is_string, is_whole
from .layer import Layer


class EinsumDense(Layer):
    """activation(einsum(equation, x, kernel) + bias).

    equation: "ab,bc->ac", or with "..." before or behind the letters of the input and of the result. output_shape: the
    result's sizes after the batch, None where the input tells. bias_axes: the letters of the result along which the
    bias varies, None for no bias. Weights: kernel (the equation's second group), bias.
    """

    def __init__(
        self,
        equation,
        output_shape,
        activation=None,
        bias_axes=None,
        kernel_initializer: Initial = "glorot_uniform",
        bias_initializer: Initial = "zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.equation = equation
        self.output_shape = [output_shape] if is_whole(output_shape) else output_shape
        if not is_list(self.output_shape):
            raise error(
                "ArgumentError",
                self.argument("output_shape")
                + " must be a size or a list of sizes, got "
                + shown(output_shape),
            )
        self.bias_axes: Any = bias_axes
        self.activation = activations.get(activation, self.shown_name())
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.groups = _groups(equation, self.argument("equation"))
        self.bias: Any = None

    def build(self, input_shape):
        sizes = self._result_sizes(input_shape)
        given, weight, result = self.groups[0], self.groups[1], self.groups[2]
        skipped = 0 if self.groups[3] != "left" else len(input_shape) - len(given)
        shape = []
        inputs = []
        outputs = []
        for i in range(len(weight)):
            letter = weight[i]
            if letter in result:
                size = sizes[skipped + result.index(letter)]
                outputs.append(i)
            else:
                size = input_shape[skipped + given.index(letter)]
                inputs.append(i)
            if is_symbolic(size) or size is None:
                raise error(
                    "ShapeError",
                    "the size of '" + letter + "' must be known, got shape " + format_shape(input_shape),
                )
            shape.append(size)
        self.kernel = self._make_kernel(shape, inputs, outputs)
        if self.bias_axes is not None and self.bias_axes != "":
            self.bias = self.new_weight(
                "bias",
                self._bias_shape(sizes, skipped, len(input_shape) - len(given)),
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def _make_kernel(self, shape, inputs, outputs):
        """The kernel; what its initializer takes for inputs and outputs follows from the equation."""
        initializer: Any = self.kernel_initializer
        by_axes = isinstance(initializer, VarianceScaling) and initializer.input_axes is None
        if by_axes:
            initializer.input_axes = inputs
            initializer.output_axes = outputs
        try:
            return self.new_weight(
                "kernel",
                shape,
                initializer,
                True,
                self.dtype,
                self.kernel_regularizer,
                self.kernel_constraint,
            )
        finally:
            if by_axes:
                initializer.input_axes = None
                initializer.output_axes = None

    def _result_sizes(self, input_shape):
        """All sizes of the result, those that the equation leaves out included."""
        given, result, side = self.groups[0], self.groups[2], self.groups[3]
        more = len(input_shape) - len(given)
        if more < 0 or (side == "" and more > 0):
            raise error(
                "ShapeError",
                "the equation "
                + self.equation
                + " does not fit an input of shape "
                + format_shape(input_shape),
            )
        sizes = [input_shape[0]]
        if side == "left":
            sizes.extend(input_shape[1:more] if more > 0 else [])
        sizes.extend(self.output_shape)
        if side == "right":
            sizes.extend(input_shape[len(input_shape) - more : len(input_shape)])
        skipped = more if side == "left" else 0
        for i in range(len(result)):
            if skipped + i >= len(sizes):
                raise error(
                    "ArgumentError",
                    self.argument("output_shape") + " is too short for the equation " + self.equation,
                )
            if result[i] in given:
                size = input_shape[skipped + given.index(result[i])]
                asked = sizes[skipped + i]
                is_open = is_symbolic(asked) or asked is None
                if not is_open and not dims_equal(size, asked):
                    raise error(
                        "ShapeError",
                        "the axis '"
                        + result[i]
                        + "' has size "
                        + shown(asked)
                        + " in output_shape, but the input has shape "
                        + format_shape(input_shape),
                    )
                sizes[skipped + i] = size
        return sizes

    def _bias_shape(self, sizes, skipped, more):
        result = self.groups[2]
        first = len(result)
        for i in range(len(self.bias_axes)):
            if self.bias_axes[i] not in result:
                raise error(
                    "ArgumentError",
                    self.argument("bias_axes") + " must be among those of the result, got " + self.bias_axes,
                )
            first = min(first, result.index(self.bias_axes[i]))
        shape = []
        for i in range(first, len(result)):
            shape.append(sizes[skipped + i] if result[i] in self.bias_axes else 1)
        if self.groups[3] == "right":
            shape.extend([1 for i in range(more)])
        return shape

    def call(self, x, training=None):
        y = einsum(self.equation, x, self.kernel.value)
        if self.bias is not None:
            y = add(y, self.bias.value)
        return activations.activate(self.activation, y)


def _groups(equation, argument):
    """[letters of the input, of the kernel, of the result, the side of "..." ("left", "right" or "")]."""
    if is_string(equation):
        sides = equation.replace(" ", "").split("->")
        if len(sides) == 2:
            parts = sides[0].split(",")
            if len(parts) == 2 and "." not in parts[1]:
                given = _letters(parts[0])
                result = _letters(sides[1])
                weight = [letter for letter in parts[1]]
                if given is not None and result is not None and given[1] == result[1]:
                    _require_known(given[0], weight, result[0], equation, argument)
                    return [given[0], weight, result[0], given[1]]
    raise error(
        "ArgumentError",
        argument + " must be like 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...', got " + shown(equation),
    )


def _letters(group):
    """[letters, the side of "..."], or None where there is something else."""
    side = ""
    if group.startswith("..."):
        side = "left"
        group = group[3 : len(group)]
    elif group.endswith("..."):
        side = "right"
        group = group[0 : len(group) - 3]
    if "." in group or len(group) == 0:
        return None
    return [[letter for letter in group], side]


def _require_known(given, weight, result, equation, argument):
    for letter in result:
        if letter not in given and letter not in weight:
            raise error(
                "ArgumentError",
                argument + ": the result's '" + letter + "' comes from nowhere in " + equation,
            )
    for letter in weight:
        if letter not in given and letter not in result:
            raise error(
                "ArgumentError", argument + ": the kernel's '" + letter + "' leads nowhere in " + equation
            )
    return None


register_all({"EinsumDense": EinsumDense}, "layer")
