"""Layers that add zeros around sequences, images and volumes, and that cut margins off."""

from ..core.annotations import Margins
from ..core.dims import dim_sub, is_symbolic
from ..core.known import register_all
from ..core.shapes import copy_shape, format_shape
from ..ops.arguments import data_format_of, pair_of, require_whole, shown
from ..ops.indexing import slice
from ..ops.padding import pad
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .spatial import SpatialLayer


class MarginLayer(SpatialLayer):
    """Base of the layers that change the margins of `spatial_rank` axes."""

    def margins_of(self, value, argument) -> list[list[int]]:
        """[before, after] of each spatial axis, of one number, one a side or axis, or such pairs."""
        count = self.spatial_rank()
        shown_name = self.argument(argument)
        if is_whole(value):
            require_whole(value, 0, shown_name)
            return [[value, value] for i in range(count)]
        if count == 1:
            return [pair_of(value, 0, shown_name)]
        if not is_list(value) or len(value) != count:
            raise error(
                "ArgumentError",
                shown_name
                + (
                    " must be a number, two, or two pairs, got "
                    if count == 2
                    else " must be a number, three, or three pairs, got "
                )
                + shown(value),
            )
        return [pair_of(entry, 0, shown_name) for entry in value]

    def kept(self, margins):
        """The margins as configurations have them: those of a sequence are one pair."""
        return margins[0] if self.spatial_rank() == 1 else margins

    def first_axis(self, data_format):
        """The place of the first spatial axis."""
        return 1 if data_format == "channels_last" else 2


class ZeroPadding(MarginLayer):
    """Base of the zero paddings."""

    def __init__(self, padding: Margins = 1, data_format=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.margins = self.margins_of(padding, "padding")
        self.padding = self.kept(self.margins)
        self.data_format = data_format_of(data_format, self.argument("data_format"))

    def call(self, x, training=None):
        self.require_spatial(x)
        place = self.first_axis(self.data_format)
        pads = [[0, 0] for dim in x.shape]
        for i in range(len(self.margins)):
            pads[place + i] = self.margins[i]
        return pad(x, pads)


class ZeroPadding1D(ZeroPadding):
    """Sequences with zeros around: padding is one number or [before, after]."""

    def spatial_rank(self):
        return 1


class ZeroPadding2D(ZeroPadding):
    """Images with zeros around: padding is one number, [rows, columns] or [[top, bottom], [left, right]]."""

    def spatial_rank(self):
        return 2


class ZeroPadding3D(ZeroPadding):
    """Volumes with zeros around: padding is one number, three, or three pairs [before, after]."""

    def spatial_rank(self):
        return 3


class Cropping(MarginLayer):
    """Base of the croppings."""

    def keep_margins(self, cropping, data_format):
        """Check and keep the arguments."""
        self.margins = self.margins_of(cropping, "cropping")
        self.cropping = self.kept(self.margins)
        self.data_format = data_format_of(data_format, self.argument("data_format"))

    def call(self, x, training=None):
        self.require_spatial(x)
        place = self.first_axis(self.data_format)
        begin = [0 for dim in x.shape]
        shape = copy_shape(x.shape)
        for i in range(len(self.margins)):
            margin = self.margins[i]
            begin[place + i] = margin[0]
            shape[place + i] = dim_sub(shape[place + i], margin[0] + margin[1])
            if not is_symbolic(shape[place + i]) and shape[place + i] <= 0:
                raise error("ShapeError", "cropping leaves nothing of shape " + format_shape(x.shape))
        return slice(x, begin, shape)


class Cropping1D(Cropping):
    """Sequences [batch, steps, channels] without margins: cropping is one number or [before, after]."""

    def __init__(self, cropping: Margins = 1, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.keep_margins(cropping, None)

    def spatial_rank(self):
        return 1


class Cropping2D(Cropping):
    """Images without a margin: cropping is one number, [rows, columns] or [[top, bottom], [left, right]]."""

    def __init__(self, cropping: Margins = 0, data_format=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.keep_margins(cropping, data_format)

    def spatial_rank(self):
        return 2


class Cropping3D(Cropping):
    """Volumes without margins: cropping is one number, three, or three pairs [before, after]."""

    def __init__(self, cropping: Margins = 1, data_format=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.keep_margins(cropping, data_format)

    def spatial_rank(self):
        return 3


register_all(
    {
        "ZeroPadding1D": ZeroPadding1D,
        "ZeroPadding2D": ZeroPadding2D,
        "ZeroPadding3D": ZeroPadding3D,
        "Cropping1D": Cropping1D,
        "Cropping2D": Cropping2D,
        "Cropping3D": Cropping3D,
    },
    "layer",
)
