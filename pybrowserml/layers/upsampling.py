"""Layers that repeat steps, pixels and voxels, or interpolate between them."""

from ..core.annotations import Sizes
from ..core.known import register_all
from ..ops.arguments import data_format_of, require_choice, require_whole
from ..ops.image.resizing import resize
from ..ops.movement import repeat
from .spatial import SpatialLayer


def _repeated(x, size, data_format):
    """x with each place of its spatial axes size[i] times."""
    first = 1 if data_format == "channels_last" else 2
    for i in range(len(size)):
        if size[i] > 1:
            x = repeat(x, size[i], first + i)
    return x


class UpSampling1D(SpatialLayer):
    """Every step `size` times: [batch, steps, channels] → [batch, steps * size, channels]."""

    def __init__(self, size: Sizes = 2, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.size = require_whole(size, 1, self.argument("size"))

    def spatial_rank(self):
        return 1

    def call(self, x, training=None):
        self.require_spatial(x)
        return _repeated(x, [self.size], "channels_last")


class UpSampling2D(SpatialLayer):
    """Images size[0] times as high and size[1] times as wide.

    interpolation: "nearest" (every pixel repeated), "bilinear", "bicubic", "lanczos3" or "lanczos5"; all but the first
    need a known height and width.
    """

    def __init__(
        self,
        size: Sizes = 2,
        data_format=None,
        interpolation="nearest",
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.size = self.sizes_of(size, 1, "size")
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.interpolation = require_choice(
            interpolation,
            ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"],
            self.argument("interpolation"),
        )

    def spatial_rank(self):
        return 2

    def call(self, x, training=None):
        self.require_spatial(x)
        if self.interpolation == "nearest":
            return _repeated(x, self.size, self.data_format)
        first = 1 if self.data_format == "channels_last" else 2
        target = [self.require_static(x.shape, first + i) * self.size[i] for i in range(2)]
        return resize(x, target, self.interpolation, False, False, False, "constant", 0.0, self.data_format)


class UpSampling3D(SpatialLayer):
    """Volumes with each voxel size[0] × size[1] × size[2] times."""

    def __init__(self, size: Sizes = 2, data_format=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.size = self.sizes_of(size, 1, "size")
        self.data_format = data_format_of(data_format, self.argument("data_format"))

    def spatial_rank(self):
        return 3

    def call(self, x, training=None):
        self.require_spatial(x)
        return _repeated(x, self.size, self.data_format)


register_all(
    {
        "UpSampling1D": UpSampling1D,
        "UpSampling2D": UpSampling2D,
        "UpSampling3D": UpSampling3D,
    },
    "layer",
)
