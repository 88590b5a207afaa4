"""What layers over sequences, images and volumes share."""

from typing import Any

from ..ops.arguments import pair_of, per_axis
from .layer import Layer


class SpatialLayer(Layer):
    """Base of layers over `spatial_rank` spatial axes."""

    def spatial_rank(self):
        """The number of spatial axes."""
        return 2

    def sizes_of(self, value, least, argument) -> Any:
        """One integer for each spatial axis."""
        count = self.spatial_rank()
        shown = self.argument(argument)
        return pair_of(value, least, shown) if count == 2 else per_axis(value, count, least, shown)

    def require_spatial(self, x):
        """Raise ShapeError unless x has a batch axis, the spatial axes and channels."""
        return self.require_rank(x.shape, self.spatial_rank() + 2)
