"""Layers that hand on, hide or compute with a function."""

from typing import Any

from ..core.known import register_all
from ..core.opset.binary import not_equal, where
from ..core.opset.registry import to_tensor
from ..ops.reduction import any
from ..platform.construct import with_known_arguments
from ..platform.errors import error
from ..platform.numbers import is_function
from ..platform.reflection import call_function
from .layer import Layer


class Identity(Layer):
    """x itself: a tensor, or lists and dicts of them."""

    def __init__(self, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.supports_masking = True

    def call(self, x, training=None):
        return x


class Masking(Layer):
    """Masks the steps of sequences [batch, steps, features] whose features are all mask_value, and sets them to 0."""

    def __init__(self, mask_value=0.0, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.mask_value = mask_value
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):
        """True for the steps that count."""
        return any(not_equal(to_tensor(inputs), self.mask_value), -1)

    def call(self, x, training=None):
        return where(any(not_equal(x, self.mask_value), -1, True), x, 0.0)


class Lambda(Layer):
    """A function of tensors as a layer.

    function: of what the layer is called on, and of what it takes by name among `training`, `mask` and the dict
    `arguments`; in JavaScript these come as an object in second place. mask: a mask for the result, or a function of
    the inputs and their mask. output_shape is not needed: shapes are inferred.

    A model with a Lambda can be saved but not loaded, since no file may name code: derive a layer, and register it.
    """

    def __init__(
        self,
        function,
        output_shape=None,
        mask=None,
        arguments=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if not is_function(function):
            raise error("ArgumentError", self.argument("function") + " must be a function")
        self.function = function
        self.output_shape = output_shape
        self.mask: Any = mask
        self.arguments = arguments
        self.supports_masking = mask is not None

    def compute_mask(self, inputs, mask=None):
        return self.mask(inputs, mask) if is_function(self.mask) else self.mask

    def call(self, x, mask=None, training=None):
        given = {"training": training, "mask": mask}
        if self.arguments is not None:
            for key in self.arguments.keys():
                given[key] = self.arguments[key]
        return call_function(self.function, x, given)


register_all({"Identity": Identity, "Masking": Masking}, "layer")
# Not registered: no file may name it.
with_known_arguments(Lambda)
