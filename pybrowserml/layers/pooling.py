"""Pooling: the maximum or the mean of windows, or of everything.

Data are [batch, spatial axes, channels], or [batch, channels, spatial axes] for data_format "channels_first".
"""

from ..core.annotations import Sizes
from ..core.known import register, register_all
from ..core.opset.binary import divide, where
from ..core.opset.reduction import reduce_max, reduce_sum
from ..core.opset.registry import as_float
from ..core.opset.unary import cast
from ..ops.arguments import data_format_of, require_choice
from ..ops.movement import expand_dims
from ..ops.pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool
from ..ops.reduction import mean
from .spatial import SpatialLayer


class Pooling(SpatialLayer):
    """Base of the windowed poolings. strides None: the pool size. padding: "valid" or "same"."""

    def __init__(
        self,
        pool_size: Sizes = 2,
        strides=None,
        padding="valid",
        data_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.pool_size = self.sizes_of(pool_size, 1, "pool_size")
        self.strides = self.pool_size if strides is None else self.sizes_of(strides, 1, "strides")
        self.padding = require_choice(padding, ["valid", "same"], self.argument("padding"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))


class MaxPooling(Pooling):
    """Base of the poolings that take the maximum of each window; padding never wins."""

    def call(self, x, training=None):
        self.require_spatial(x)
        return max_pool(x, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling(Pooling):
    """Base of the poolings that take the mean of the part of each window that lies inside."""

    def call(self, x, training=None):
        self.require_spatial(x)
        return average_pool(x, self.pool_size, self.strides, self.padding, self.data_format)


class GlobalPooling(SpatialLayer):
    """Base of the poolings over all spatial axes. keepdims leaves these as 1."""

    def __init__(self, data_format=None, keepdims=False, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.keepdims = keepdims

    def spatial_axes(self):
        first = 1 if self.data_format == "channels_last" else 2
        return [first + i for i in range(self.spatial_rank())]


class GlobalAveragePooling(GlobalPooling):
    """Base of the poolings that take the mean of each channel."""

    def call(self, x, training=None):
        self.require_spatial(x)
        return mean(x, self.spatial_axes(), self.keepdims)


class GlobalMaxPooling(GlobalPooling):
    """Base of the poolings that take the maximum of each channel."""

    def call(self, x, training=None):
        self.require_spatial(x)
        return reduce_max(x, self.spatial_axes(), self.keepdims)


class AdaptivePooling(SpatialLayer):
    """Base of the poolings with so many windows that the result has the spatial sizes output_size."""

    def __init__(self, output_size, data_format=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.output_size = self.sizes_of(output_size, 1, "output_size")
        self.data_format = data_format_of(data_format, self.argument("data_format"))


class AdaptiveAveragePooling(AdaptivePooling):
    """Base of the adaptive poolings that take the mean of each window."""

    def call(self, x, training=None):
        self.require_spatial(x)
        return adaptive_average_pool(x, self.output_size, self.data_format)


class AdaptiveMaxPooling(AdaptivePooling):
    """Base of the adaptive poolings that take the maximum of each window."""

    def call(self, x, training=None):
        self.require_spatial(x)
        return adaptive_max_pool(x, self.output_size, self.data_format)


class MaxPooling1D(MaxPooling):
    """The maximum of each window of sequences [batch, steps, channels]."""

    def spatial_rank(self):
        return 1


class MaxPooling2D(MaxPooling):
    """The maximum of each window of images [batch, height, width, channels]."""

    def spatial_rank(self):
        return 2


class MaxPooling3D(MaxPooling):
    """The maximum of each window of volumes [batch, depth, height, width, channels]."""

    def spatial_rank(self):
        return 3


class AveragePooling1D(AveragePooling):
    """The mean of each window of sequences [batch, steps, channels]."""

    def spatial_rank(self):
        return 1


class AveragePooling2D(AveragePooling):
    """The mean of each window of images [batch, height, width, channels]."""

    def spatial_rank(self):
        return 2


class AveragePooling3D(AveragePooling):
    """The mean of each window of volumes [batch, depth, height, width, channels]."""

    def spatial_rank(self):
        return 3


class GlobalAveragePooling1D(GlobalAveragePooling):
    """The mean of each channel of sequences [batch, steps, channels]; masked steps do not count."""

    def __init__(self, data_format=None, keepdims=False, name=None, trainable=True, dtype=None):
        super().__init__(data_format, keepdims, name, trainable, dtype)
        self.supports_masking = True

    def spatial_rank(self):
        return 1

    def call(self, x, mask=None, training=None):
        self.require_spatial(x)
        axes = self.spatial_axes()
        if mask is None:
            return mean(x, axes, self.keepdims)
        x = as_float(x)
        weights = cast(expand_dims(mask, 2 if self.data_format == "channels_last" else 1), x.dtype)
        total = reduce_sum(where(cast(weights, "bool"), x, 0.0), axes, self.keepdims)
        return divide(total, reduce_sum(weights, axes, self.keepdims))

    def compute_mask(self, inputs, mask=None):
        return None


class GlobalAveragePooling2D(GlobalAveragePooling):
    """The mean of each channel of images [batch, height, width, channels]."""

    def spatial_rank(self):
        return 2


class GlobalAveragePooling3D(GlobalAveragePooling):
    """The mean of each channel of volumes [batch, depth, height, width, channels]."""

    def spatial_rank(self):
        return 3


class GlobalMaxPooling1D(GlobalMaxPooling):
    """The maximum of each channel of sequences [batch, steps, channels]."""

    def spatial_rank(self):
        return 1


class GlobalMaxPooling2D(GlobalMaxPooling):
    """The maximum of each channel of images [batch, height, width, channels]."""

    def spatial_rank(self):
        return 2


class GlobalMaxPooling3D(GlobalMaxPooling):
    """The maximum of each channel of volumes [batch, depth, height, width, channels]."""

    def spatial_rank(self):
        return 3


class AdaptiveAveragePooling1D(AdaptiveAveragePooling):
    """The means of output_size windows that cover sequences [batch, steps, channels]."""

    def spatial_rank(self):
        return 1


class AdaptiveAveragePooling2D(AdaptiveAveragePooling):
    """The means of output_size windows that cover images [batch, height, width, channels]."""

    def spatial_rank(self):
        return 2


class AdaptiveAveragePooling3D(AdaptiveAveragePooling):
    """The means of output_size windows that cover volumes [batch, depth, height, width, channels]."""

    def spatial_rank(self):
        return 3


class AdaptiveMaxPooling1D(AdaptiveMaxPooling):
    """The maxima of output_size windows that cover sequences [batch, steps, channels]."""

    def spatial_rank(self):
        return 1


class AdaptiveMaxPooling2D(AdaptiveMaxPooling):
    """The maxima of output_size windows that cover images [batch, height, width, channels]."""

    def spatial_rank(self):
        return 2


class AdaptiveMaxPooling3D(AdaptiveMaxPooling):
    """The maxima of output_size windows that cover volumes [batch, depth, height, width, channels]."""

    def spatial_rank(self):
        return 3


register_all(
    {
        "MaxPooling1D": MaxPooling1D,
        "MaxPooling2D": MaxPooling2D,
        "MaxPooling3D": MaxPooling3D,
        "AveragePooling1D": AveragePooling1D,
        "AveragePooling2D": AveragePooling2D,
        "AveragePooling3D": AveragePooling3D,
        "GlobalAveragePooling1D": GlobalAveragePooling1D,
        "GlobalAveragePooling2D": GlobalAveragePooling2D,
        "GlobalAveragePooling3D": GlobalAveragePooling3D,
        "GlobalMaxPooling1D": GlobalMaxPooling1D,
        "GlobalMaxPooling2D": GlobalMaxPooling2D,
        "GlobalMaxPooling3D": GlobalMaxPooling3D,
        "AdaptiveAveragePooling1D": AdaptiveAveragePooling1D,
        "AdaptiveAveragePooling2D": AdaptiveAveragePooling2D,
        "AdaptiveAveragePooling3D": AdaptiveAveragePooling3D,
        "AdaptiveMaxPooling1D": AdaptiveMaxPooling1D,
        "AdaptiveMaxPooling2D": AdaptiveMaxPooling2D,
        "AdaptiveMaxPooling3D": AdaptiveMaxPooling3D,
    },
    "layer",
)
register("MaxPool1D", MaxPooling1D)
register("MaxPool2D", MaxPooling2D)
register("MaxPool3D", MaxPooling3D)
register("AvgPool1D", AveragePooling1D)
register("AvgPool2D", AveragePooling2D)
register("AvgPool3D", AveragePooling3D)
register("GlobalAvgPool1D", GlobalAveragePooling1D)
register("GlobalAvgPool2D", GlobalAveragePooling2D)
register("GlobalAvgPool3D", GlobalAveragePooling3D)
register("GlobalMaxPool1D", GlobalMaxPooling1D)
register("GlobalMaxPool2D", GlobalMaxPooling2D)
register("GlobalMaxPool3D", GlobalMaxPooling3D)
