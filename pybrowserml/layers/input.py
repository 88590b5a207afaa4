"""Inputs of functional models."""

from ..core.config import dtype_of_policy
from ..core.dims import size_named
from ..core.dtypes import check_dtype
from ..core.graph import placeholder
from ..core.known import register
from ..ops.arguments import require_whole, shown
from ..platform.errors import error
from ..platform.numbers import is_list
from .history import History, mark
from .layer import Layer


class InputLayer(Layer):
    """The entry of a functional model; `tensor` is its symbolic tensor. For the arguments see `Input`."""

    def __init__(self, shape=None, batch_size=None, dtype="float32", batch_shape=None, name=None):
        # Texts are for the layers at the front of a model; no op knows them.
        given = "float32" if dtype is None else dtype_of_policy(dtype)
        known = given if given == "string" else check_dtype(given)
        super().__init__(True, name, "float32" if known == "string" else dtype)
        self.dtype = known
        if batch_shape is not None:
            if shape is not None or batch_size is not None:
                raise error(
                    "ArgumentError",
                    self.argument("batch_shape") + " holds shape and batch_size: give either it or them",
                )
            if not is_list(batch_shape) or len(batch_shape) == 0:
                raise error(
                    "ArgumentError",
                    self.argument("batch_shape") + " must be a list of sizes, got " + shown(batch_shape),
                )
            shape = batch_shape[1 : len(batch_shape)]
            batch_size = batch_shape[0]
        if shape is None or not is_list(shape):
            raise error(
                "ArgumentError",
                self.shown_name() + ": Input needs a shape: a list of sizes, got " + shown(shape),
            )
        self.shape = [None if dim is None else require_whole(dim, 0, "a size of shape") for dim in shape]
        self.batch_size = (
            None if batch_size is None else require_whole(batch_size, 1, self.argument("batch_size"))
        )
        self.batch_shape = None
        self.built = True
        dims = [size_named("batch") if self.batch_size is None else self.batch_size]
        for i in range(len(self.shape)):
            dim = self.shape[i]
            dims.append(size_named(self.name + "_axis_" + str(i + 1)) if dim is None else dim)
        self.tensor = placeholder(self.name, dims, self.dtype)
        self.tensor.given_name = name
        history = History(self, [], None, {}, None)
        history.outputs.append(self.tensor)
        mark(self.tensor, history, 0)
        # What `input` and `output` give.
        self._layer_calls.append(history)

    def get_config(self):
        """The constructor's arguments; the dtype is that of its tensor."""
        config = super().get_config()
        if self.dtype == "string":
            config["dtype"] = "string"
        return config

    @property
    def input(self):
        """Its symbolic tensor."""
        return self.tensor

    def call(self, x, training=None):
        return x


def Input(shape=None, batch_size=None, dtype="float32", batch_shape=None, name=None):
    """A symbolic tensor: the start of a functional model.

    shape: sizes of one sample, without the batch; None for a size that may vary. batch_size: an integer to
    fix the batch. dtype: "float32", "int32", ... (see core/dtypes), or "string" for layers of texts. batch_shape:
    batch_size and shape in one list. name: how `fit` and `predict` address the input.
    """
    return InputLayer(shape, batch_size, dtype, batch_shape, name).tensor


register("InputLayer", InputLayer)
