"""Layers around a layer."""

from typing import Any

from ..core.known import register_all
from ..core.opset.binary import divide, not_equal, where
from ..core.opset.matmul import matmul
from ..core.opset.movement import reshape
from ..core.opset.unary import stop_gradient
from ..initializers import TruncatedNormal
from ..ops.arguments import require_whole, shown
from ..ops.reduction import any, normalize
from ..platform.errors import error
from .layer import Layer


class Wrapper(Layer):
    """Base of the layers that change what another layer does. layer: the layer inside, kept as attribute `layer`."""

    def __init__(self, layer, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        if not isinstance(layer, Layer):
            raise error("ArgumentError", self.argument("layer") + " must be a layer, got " + shown(layer))
        self.layer = layer

    def build(self, input_shape):
        if not self.layer._was_built:
            self.layer.path = self.path + "/" + self.layer.name
            self.layer.build(input_shape)
            self.layer.built = True

    def call(self, x, training=None):
        return self.layer.apply_to(x, training)


class SpectralNormalization(Wrapper):
    """A layer whose kernel is divided by its largest singular value in every training step.

    The value is estimated by power_iterations steps from a vector that is kept. Weights: the kernel, vector_u
    [1, outputs], then those of the layer. The layer must have a weight `kernel` or `embeddings`. Source: Miyato et al.
    2018, arXiv:1802.05957.
    """

    def __init__(self, layer, power_iterations=1, name=None, trainable=True, dtype=None):
        super().__init__(layer, name, trainable, dtype)
        self.power_iterations = require_whole(power_iterations, 1, self.argument("power_iterations"))

    def build(self, input_shape):
        super().build(input_shape)
        inner: Any = self.layer
        if hasattr(inner, "kernel"):
            self.kernel = inner.kernel
        elif hasattr(inner, "embeddings"):
            self.kernel = inner.embeddings
        else:
            raise error("ArgumentError", self.layer.shown_name() + " has neither a kernel nor embeddings")
        outputs = self.kernel.shape[len(self.kernel.shape) - 1]
        self.vector_u = self.new_weight("vector_u", [1, outputs], TruncatedNormal(0.0, 0.02), False)

    def call(self, x, training=None):
        if training:
            self._normalise()
        return self.layer.apply_to(x, training)

    def _normalise(self):
        kernel = self.kernel.value
        rows = 1
        for i in range(len(kernel.shape) - 1):
            rows = rows * kernel.shape[i]
        weights = reshape(kernel, [rows, kernel.shape[len(kernel.shape) - 1]])
        before = self.vector_u.value
        u = before
        v = before
        for _i in range(self.power_iterations):
            v = normalize(matmul(u, weights, False, True), -1)
            u = normalize(matmul(v, weights, False, False), -1)
        u = stop_gradient(u)
        v = stop_gradient(v)
        largest = reshape(matmul(matmul(v, weights, False, False), u, False, True), [])
        # A kernel of zeros stays as it is.
        some = any(not_equal(kernel, 0.0))
        self.vector_u.assign(where(some, u, before))
        self.kernel.assign(where(some, divide(kernel, where(some, largest, 1.0)), kernel))


register_all({"Wrapper": Wrapper, "SpectralNormalization": SpectralNormalization}, "layer")
