"""Two-dimensional pooling. Images are [batch, height, width, channels], or channels_first."""

from ..core.config import register
from ..core.opset.reduction import reduce_max
from ..ops.arguments import data_format_of, pair_of, require_choice
from ..ops.pooling import average_pool, max_pool
from ..ops.reduction import mean
from .layer import Layer


class Pooling2D(Layer):
    """Base of the windowed poolings. strides None: the pool size. padding: "valid" or "same"."""

    def __init__(
        self,
        pool_size=2,
        strides=None,
        padding="valid",
        data_format=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.pool_size = pair_of(pool_size, 1, self.argument("pool_size"))
        self.strides = self.pool_size if strides is None else pair_of(strides, 1, self.argument("strides"))
        self.padding = require_choice(padding, ["valid", "same"], self.argument("padding"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))


class MaxPooling2D(Pooling2D):
    """The maximum of each window."""

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        return max_pool(x, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling2D(Pooling2D):
    """The mean of the part of each window that lies inside the image."""

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        return average_pool(x, self.pool_size, self.strides, self.padding, self.data_format)


class GlobalPooling2D(Layer):
    """Base of the poolings over the whole image. keepdims leaves height and width as 1."""

    def __init__(self, data_format=None, keepdims=False, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.keepdims = keepdims

    def image_axes(self):
        return [1, 2] if self.data_format == "channels_last" else [2, 3]


class GlobalAveragePooling2D(GlobalPooling2D):
    """The mean of each channel: [batch, channels]."""

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        return mean(x, self.image_axes(), self.keepdims)


class GlobalMaxPooling2D(GlobalPooling2D):
    """The maximum of each channel: [batch, channels]."""

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        return reduce_max(x, self.image_axes(), self.keepdims)


register("MaxPooling2D", MaxPooling2D)
register("MaxPool2D", MaxPooling2D)
register("AveragePooling2D", AveragePooling2D)
register("AvgPool2D", AveragePooling2D)
register("GlobalAveragePooling2D", GlobalAveragePooling2D)
register("GlobalAvgPool2D", GlobalAveragePooling2D)
register("GlobalMaxPooling2D", GlobalMaxPooling2D)
register("GlobalMaxPool2D", GlobalMaxPooling2D)
