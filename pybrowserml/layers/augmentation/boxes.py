"""How many boxes images have."""

from ...core.known import register
from ...core.opset.movement import concatenate, slice_strided
from ...core.opset.registry import to_tensor
from ...core.shapes import copy_shape
from ...ops.arguments import require_whole
from ...ops.bounding_boxes import with_boxes
from ...ops.creation import full
from .base import FixedLayer


class MaxNumBoundingBoxes(FixedLayer):
    """As many boxes for each image: the first max_number, followed by boxes and labels of fill_value where there are
    fewer. The input is a dict, see ImageLayer; images stay as they are.
    """

    def __init__(
        self,
        max_number,
        fill_value=-1,
        data_format=None,
        bounding_box_format=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.take_common_arguments(None, None, data_format, bounding_box_format)
        self.max_number = require_whole(max_number, 0, self.argument("max_number"))
        self.fill_value = require_whole(fill_value, -2147483648, self.argument("fill_value"))

    def transform_images(self, images, transformation=None, training=True):
        """The images."""
        return to_tensor(images)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        """The masks."""
        return to_tensor(segmentation_masks)

    def transform_bounding_boxes(self, bounding_boxes, transformation=None, training=True):
        """{"boxes" [batch, max_number, 4], "labels" [batch, max_number]}."""
        made = with_boxes(bounding_boxes, self._counted(to_tensor(bounding_boxes["boxes"])))
        made["labels"] = self._counted(to_tensor(bounding_boxes["labels"]))
        return made

    def _counted(self, x):
        count = self.require_static(x.shape, 1)
        shape = copy_shape(x.shape)
        shape[1] = min(count, self.max_number)
        kept = slice_strided(x, [0 for dim in shape], copy_shape(shape), [1 for dim in shape])
        if count >= self.max_number:
            return kept
        shape[1] = self.max_number - count
        return concatenate([kept, full(shape, self.fill_value, x.dtype)], 1)


register("MaxNumBoundingBoxes", MaxNumBoundingBoxes)
