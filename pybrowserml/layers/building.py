"""When and how a layer makes its weights, and what files keep of that."""

from typing import Any

from ..core.context import current_path, current_training, pop_layer, push_layer
from ..core.dims import dims_equal, format_dim, is_symbolic
from ..core.shapes import format_shape, open_shape
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_number, is_string
from ..platform.reflection import build_by_name, overrides, watch_build
from ..platform.text import to_json
from .shapes import named_sizes, over_shapes
from .tracking import Tracked


class Buildable(Tracked):
    """The part of a Layer that makes its weights: when, for which shapes, and again from a file."""

    def __init__(self, name, trainable):
        super().__init__(name, trainable)
        # Layers that draw random numbers have a `build`, but no weights.
        self._makes_weights = True
        # The arguments of `build` by name, once it was called.
        self._built_with: Any = None
        # A model takes its inputs in `build`, and says itself when it is built.
        if not hasattr(self, "_set_graph"):
            watch_build(self)

    @property
    def built(self):
        """Whether the weights are there: after the first call or `build`, and always where there is nothing to make."""
        if self._was_built or not self._makes_weights:
            return True
        return (
            not overrides(self, "build", Buildable)
            and len(self._weights_list) == 0
            and len(self._inner_layers) == 0
        )

    @built.setter
    def built(self, value):
        self._was_built = value

    def _building_shape(self, shape):
        """What `build` gets for a shape that a user wrote: lists, and a named size in the place of None."""
        return over_shapes(shape, named_sizes) if is_list(shape) or is_dict(shape) else shape

    def _building(self, build):
        """Call `build()` with the layer's path around what is made there, inside of the layer that is being built."""
        around = current_path()
        if not self._was_built and self.path == self.name and around != "" and around != self.path:
            self.path = around + "/" + self.name
        push_layer(self.path, current_training())
        try:
            build()
        finally:
            pop_layer()
        self.built = True
        return None

    def build(self, input_shape):
        """Make the weights. input_shape: a list of dimensions, batch included, or a list or dict of such lists.

        A layer that is called on tensors by name may have further arguments here: `value_shape` for `value`.
        """
        return None

    def get_build_config(self):
        """What the layer was built with, as plain values: {"input_shape": shape}, or {"shapes_dict": shapes by name}
        where `build` was given several; None where it was not called.

        A subclass whose `build` needs more writes this method and `build_from_config`: files hold what they tell.
        """
        given = self._built_with
        if given is None:
            return None
        names = [name for name in given.keys()]
        shapes = {}
        for name in names:
            if given[name] is None or is_list(given[name]) or is_dict(given[name]):
                shapes[name] = over_shapes(given[name], open_shape)
        if len(names) > 1 and len(shapes.keys()) == len(names):
            return {"shapes_dict": shapes}
        return {"input_shape": shapes[names[0]]} if len(names) > 0 and names[0] in shapes else None

    def build_from_config(self, config):
        """Make the weights from what `get_build_config` told."""
        if config is None:
            return None
        if config.get("input_shape") is not None:
            self.build(config["input_shape"])
        elif config.get("shapes_dict") is not None:
            build_by_name(self, config["shapes_dict"])
        return None

    def _is_built_with(self, given):
        """Whether `build` was done with the same arguments, so that it has nothing to do. given: them, by name."""
        if not self._was_built or self._built_with is None:
            return False
        told = _plain_arguments(given)
        return told is not None and told == _plain_arguments(self._built_with)

    def _own_build_config(self):
        """What a subclass that writes `get_build_config` tells; None of others."""
        return self.get_build_config() if overrides(self, "get_build_config", Buildable) else None

    def _own_build(self, config):
        """Build a new layer from what `_own_build_config` told, where it is not built yet."""
        if not self.built and overrides(self, "build_from_config", Buildable):
            self.build_from_config(config)
        return None

    # Checks that subclasses share

    def require_rank(self, shape, rank):
        """Raise ShapeError unless a shape has the rank."""
        if len(shape) != rank:
            raise error(
                "ShapeError",
                "expected an input of rank " + str(rank) + ", got shape " + format_shape(shape),
            )
        return None

    def require_static(self, shape, axis):
        """The integer size of an axis (counted from the front); raises ShapeError when it is not known."""
        if axis < 0 or axis >= len(shape) or is_symbolic(shape[axis]):
            raise error(
                "ShapeError",
                "the size of axis " + str(axis) + " must be known, got shape " + format_shape(shape),
            )
        return shape[axis]

    def require_size(self, shape, axis, size):
        """Raise ShapeError unless an axis has the size that the layer was built for."""
        if not dims_equal(shape[axis], size):
            raise error(
                "ShapeError",
                "was built for inputs of size "
                + format_dim(size)
                + " along axis "
                + str(axis)
                + ", got shape "
                + format_shape(shape),
            )
        return None


def _plain_arguments(given):
    """Arguments of `build` as text; None where they are more than shapes, texts and numbers."""
    plain = []
    for name in given.keys():
        value = given[name]
        if value is None or is_list(value) or is_dict(value):
            plain.append(over_shapes(value, open_shape))
        elif is_string(value) or is_number(value):
            plain.append(value)
        else:
            return None
    return to_json(plain)
