"""The base of all layers."""

from ..platform.errors import error


class Layer:
    """A layer. built: whether it has its weights."""

    def __init__(self, name=None):
        self.name = name
        self.built = False
        self.call_count = 0

    def apply_to(self, x, training=False):
        """Run the layer on x."""
        self.call_count += 1
        return self.call(x, training)

    def call(self, x, training):
        raise error("ArgumentError", "a layer needs call()")

    @property
    def is_ready(self) -> bool:
        """True after the first call."""
        return self.call_count > 0
