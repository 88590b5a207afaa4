"""EinsumDense."""

from typing import Any

from .. import activations, constraints, initializers, regularizers
from ..core.config import register
from ..core.dims import is_symbolic
from ..core.opset.binary import add
from ..ops.arguments import shown
from ..ops.equations import einsum
from ..platform.errors import error
from ..platform.numbers import is_list, is_string
from .layer import Layer


class EinsumDense(Layer):
    """activation(einsum(equation, x, kernel) + bias).

    equation: such as "ab,bc->ac" or "...x,xy->...y". output_shape: the sizes of the result without the batch, None
    where they come from the input. bias_axes: letters of the output that the bias has axes for, None for no bias.
    Weights: kernel, with the sizes of its letters; bias.
    """

    def __init__(
        self,
        equation,
        output_shape,
        activation=None,
        bias_axes=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.equation = equation
        self.output_shape = output_shape if is_list(output_shape) else [output_shape]
        self.activation = activations.get(activation, self.shown_name())
        self.bias_axes: Any = bias_axes
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.bias = None
        self.letters = self._checked()

    def _checked(self):
        """[input, kernel, output] of the equation, without dots."""
        text = self.equation
        sides = text.replace(" ", "").split("->") if is_string(text) else []
        parts = sides[0].split(",") if len(sides) == 2 else []
        if len(parts) != 2 or "." in parts[1] or ("..." in parts[0]) != ("..." in sides[1]):
            raise error(
                "ArgumentError",
                self.argument("equation")
                + " must be such as 'ab,bc->ac' or '...x,xy->...y', got "
                + shown(text),
            )
        return [parts[0], parts[1], sides[1]]

    def build(self, input_shape):
        sizes = self._sizes(input_shape)
        kernel_shape = [self._size(sizes, letter, input_shape) for letter in self.letters[1]]
        self.kernel = self.add_weight(
            "kernel",
            kernel_shape,
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        if self.bias_axes is not None and self.bias_axes != "":
            self.bias = self.add_weight(
                "bias",
                self._bias_shape(sizes, input_shape),
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def _sizes(self, input_shape):
        """Letter → size, of the input and of output_shape."""
        sizes = {}
        for pair in [[self.letters[2], self._outer()], [self.letters[0], input_shape]]:
            text = pair[0]
            shape = pair[1]
            dots = text.find("...")
            plain = text.replace("...", "")
            behind = len(plain) if dots < 0 else len(plain) - dots
            for i in range(len(plain)):
                from_end = len(plain) - i
                place = len(shape) - from_end if from_end <= behind and dots >= 0 else i
                if place < 0 or place >= len(shape):
                    raise error(
                        "ShapeError",
                        "the equation "
                        + self.equation
                        + " does not fit an input of rank "
                        + str(len(input_shape)),
                    )
                if shape[place] is not None:
                    sizes[plain[i]] = shape[place]
        return sizes

    def _outer(self):
        """The shape of the result, as far as output_shape tells."""
        shape = [None]
        shape.extend(self.output_shape)
        return shape

    def _size(self, sizes, letter, input_shape):
        if letter not in sizes or is_symbolic(sizes[letter]):
            raise error(
                "ShapeError",
                "the size of '"
                + letter
                + "' in the equation "
                + self.equation
                + " must be known from output_shape"
                " or the input",
            )
        return sizes[letter]

    def _bias_shape(self, sizes, input_shape):
        """The sizes of the letters in bias_axes, 1 for the others from the first of them on."""
        output = self.letters[2]
        plain = output.replace("...", "")
        first = len(plain)
        for letter in self.bias_axes:
            place = plain.find(letter)
            if place < 0:
                raise error(
                    "ArgumentError", "bias_axes '" + self.bias_axes + "' must be letters of " + output
                )
            first = min(first, place)
        shape = []
        for letter in plain[first : len(plain)]:
            shape.append(self._size(sizes, letter, input_shape) if letter in self.bias_axes else 1)
        if output.endswith("..."):
            for _i in range(len(input_shape) - len(self.letters[0].replace("...", ""))):
                shape.append(1)
        return shape

    def call(self, x, training):
        y = einsum(self.equation, x, self.kernel.value())
        if self.bias is not None:
            y = add(y, self.bias.value())
        return activations.activate(self.activation, y)


register("EinsumDense", EinsumDense)
