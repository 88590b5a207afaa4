"""What normalisations share: gamma and beta."""

from typing import Any

from .. import constraints, initializers, regularizers
from ..core.opset.binary import add, multiply
from ..core.opset.movement import reshape
from ..ops.arguments import shown
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, is_whole
from .layer import Layer


class AffineLayer(Layer):
    """Base of normalisations whose result is multiplied by gamma (if `scale`) and moved by beta (if `center`)."""

    def keep_affine(
        self,
        center,
        scale,
        beta_initializer,
        gamma_initializer,
        beta_regularizer,
        gamma_regularizer,
        beta_constraint,
        gamma_constraint,
    ):
        """Check and keep the arguments of gamma and beta."""
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer, self.shown_name())
        self.gamma_initializer = initializers.get(gamma_initializer, self.shown_name())
        self.beta_regularizer = regularizers.get(beta_regularizer, self.shown_name())
        self.gamma_regularizer = regularizers.get(gamma_regularizer, self.shown_name())
        self.beta_constraint = constraints.get(beta_constraint, self.shown_name())
        self.gamma_constraint = constraints.get(gamma_constraint, self.shown_name())
        self.gamma: Any = None
        self.beta: Any = None

    def build_affine(self, shape):
        """Make gamma and beta."""
        if self.scale:
            self.gamma = self.new_weight(
                "gamma",
                shape,
                self.gamma_initializer,
                True,
                self.dtype,
                self.gamma_regularizer,
                self.gamma_constraint,
            )
        if self.center:
            self.beta = self.new_weight(
                "beta",
                shape,
                self.beta_initializer,
                True,
                self.dtype,
                self.beta_regularizer,
                self.beta_constraint,
            )

    def gamma_value(self):
        return None if self.gamma is None else self.gamma.value

    def beta_value(self):
        return None if self.beta is None else self.beta.value

    def affine(self, y, axis):
        """y * gamma + beta, which are vectors along an axis."""
        if self.gamma is not None:
            y = multiply(y, along(self.gamma.value, len(y.shape), axis))
        return y if self.beta is None else add(y, along(self.beta.value, len(y.shape), axis))


def along(vector, rank, axis):
    """A vector as a tensor of a rank that broadcasts along an axis."""
    shape = [1 for i in range(rank)]
    shape[axis] = vector.shape[0]
    return reshape(vector, shape)


def single_axis(axis, argument):
    """One axis; Keras files may hold it in a list."""
    found = axis[0] if is_list(axis) and len(axis) == 1 else axis
    if not is_whole(found):
        raise error("ArgumentError", argument + " must be an integer, got " + shown(axis))
    return found


def whole_axes(axis, argument):
    """An axis or a list of them, itself."""
    for entry in axis if is_list(axis) else [axis]:
        if not is_whole(entry):
            raise error(
                "ArgumentError", argument + " must be an integer or a list of them, got " + shown(axis)
            )
    return axis


def not_negative(value, argument):
    """The number itself; raises ArgumentError unless it is one and >= 0."""
    if not is_number(value) or value < 0:
        raise error("ArgumentError", argument + " must be a number >= 0, got " + shown(value))
    return value
