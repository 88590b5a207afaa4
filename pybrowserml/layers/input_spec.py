"""What a layer demands of its input, checked before it is built and called."""

from ..core.dims import is_symbolic
from ..core.dtypes import check_dtype
from ..core.shapes import format_shape
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list
from .call import flat


class InputSpec:
    """What a tensor must be: the attribute `input_spec` of a layer is one, or a list or dict of them, one a tensor.

    dtype: its dtype. shape: its shape with the batch, None for any size. ndim, max_ndim, min_ndim: its rank.
    axes: dict of axis → size. allow_last_axis_squeeze: a last axis of size 1 may be missing, or too much. name: the key
    of the tensor in a dict of inputs. optional: None may stand for the tensor.
    """

    def __init__(
        self,
        dtype=None,
        shape=None,
        ndim=None,
        max_ndim=None,
        min_ndim=None,
        axes=None,
        allow_last_axis_squeeze=False,
        name=None,
        optional=False,
    ):
        self.dtype = None if dtype is None else check_dtype(dtype)
        self.shape = None if shape is None else [size for size in shape]
        self.ndim = ndim if shape is None else len(shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional
        most = self.max_ndim if self.ndim is None else self.ndim
        axes = {} if axes is None else axes
        for key in axes.keys():
            if most is not None and int(key) >= most:
                raise error(
                    "ArgumentError",
                    "InputSpec: there is no axis " + str(key) + " in a tensor of rank " + str(most),
                )
            self.axes[str(key)] = axes[key]

    def get_config(self):
        """The arguments."""
        return {
            "dtype": self.dtype,
            "shape": self.shape,
            "ndim": self.ndim,
            "max_ndim": self.max_ndim,
            "min_ndim": self.min_ndim,
            "axes": self.axes,
            "optional": self.optional,
        }

    def check(self, tensor, label):
        """Raise ShapeError or DtypeError for a tensor that is something else. label: which input, for the message."""
        if tensor is None and self.optional:
            return None
        if tensor is None or not hasattr(tensor, "shape"):
            raise error("ArgumentError", label + " must be a tensor")
        self._check_rank(tensor.shape, label)
        if self.dtype is not None and tensor.dtype != self.dtype:
            raise error("DtypeError", label + " must be of dtype " + self.dtype + ", got " + tensor.dtype)
        for key in self.axes.keys():
            axis = int(key)
            place = axis + len(tensor.shape) if axis < 0 else axis
            if place < 0 or place >= len(tensor.shape) or not _fits(self.axes[key], tensor.shape[place]):
                wanted = "size " + str(self.axes[key]) + " along axis " + key
                raise error(
                    "ShapeError", label + " must have " + wanted + ", got shape " + format_shape(tensor.shape)
                )
        self._check_shape(tensor.shape, label)
        return None

    def _check_rank(self, shape, label):
        rank = len(shape)
        wanted = None
        if self.ndim is not None and not self.allow_last_axis_squeeze and rank != self.ndim:
            wanted = str(self.ndim)
        elif self.max_ndim is not None and rank > self.max_ndim:
            wanted = "at most " + str(self.max_ndim)
        elif self.min_ndim is not None and rank < self.min_ndim:
            wanted = "at least " + str(self.min_ndim)
        if wanted is not None:
            raise error(
                "ShapeError", label + " must be of rank " + wanted + ", got shape " + format_shape(shape)
            )
        return None

    def _check_shape(self, shape, label):
        if self.shape is None:
            return None
        wanted = self.shape
        found = [size for size in shape]
        if self.allow_last_axis_squeeze:
            wanted = _squeezed(wanted)
            found = _squeezed(found)
        fits = len(wanted) == len(found)
        for axis in range(len(wanted)):
            fits = fits and _fits(wanted[axis], found[axis])
        if not fits:
            sizes = ", ".join(["any" if size is None else str(size) for size in self.shape])
            raise error(
                "ShapeError", label + " must be of shape [" + sizes + "], got shape " + format_shape(shape)
            )
        return None


def _fits(wanted, size):
    return wanted is None or is_symbolic(size) or wanted == size


def _squeezed(shape):
    """A shape without a last axis of size 1."""
    last = len(shape) - 1
    return shape[0:last] if last >= 0 and not is_symbolic(shape[last]) and shape[last] == 1 else shape


def check_inputs(specs, x):
    """Raise unless what a layer is called on, a tensor or a list or dict of them, is what `input_spec` says."""
    wanted = flat(specs)
    found = flat(x)
    if is_dict(x) and not is_dict(specs):
        names = [spec.name for spec in wanted if spec is not None and spec.name is not None]
        if len(names) == len(wanted):
            for name in names:
                if name not in x:
                    raise error("ArgumentError", "the input '" + name + "' is missing")
            found = [x[name] for name in names]
    if len(found) != len(wanted):
        raise error(
            "ArgumentError",
            "expects " + str(len(wanted)) + " inputs, but got " + str(len(found)) + " tensors",
        )
    for i in range(len(wanted)):
        spec = wanted[i]
        if spec is not None:
            label = "the input" if len(wanted) == 1 and not is_list(specs) else "input " + str(i)
            spec.check(found[i], label if spec.name is None else "the input '" + spec.name + "'")
    return None
