"""What layers of images share: layout, masks and boxes, their stream of random numbers, ranges."""

from typing import Any

from ...core.context import current_path, next_call, training_step
from ...core.opset.binary import add, less, maximum, minimum, multiply, where
from ...core.opset.movement import reshape, transpose
from ...core.opset.registry import as_float, to_tensor
from ...core.opset.unary import cast
from ...core.rng import fold_in, next_key
from ...core.shapes import copy_shape, format_shape
from ...ops.arguments import shown
from ...ops.bounding_boxes import clip_to_image_size, columns_of, convert_format, joined, with_boxes
from ...ops.image.sampling import in_dtype
from ...ops.streams import Stream, stream_of
from ...platform.errors import error
from ...platform.numbers import is_dict, is_list, is_number
from ..random_layer import RandomLayer

PLANES = [0, 3, 1, 2]
PIXELS = [0, 2, 3, 1]


class ImageLayer(RandomLayer):
    """The base of layers that change images, most of them at random and in training only.

    The call takes images [batch, height, width, channels] or one image [height, width, channels], or {"images",
    "labels", "bounding_boxes": {"boxes", "labels"}, "segmentation_masks"} of which each is changed like its images.
    `get_random_transformation` draws what happens, as a dict of tensors with one number an image; the methods
    transform_* do it.

    A subclass writes draw(shape, stream) → dict, and changed(x, transformation, interpolation), both for images
    [count, height, width, channels]; one that moves pixels says so in `moves_pixels` and writes changed_boxes.
    """

    def __init__(self, trainable, name, dtype):
        super().__init__(None, name, trainable, dtype)
        self.supports_masking = False
        self._makes_weights = False
        self.bounding_box_format: Any = None
        self.data_format = "channels_last"

    def take_common_arguments(self, value_range=None, seed=None, data_format=None, bounding_box_format=None):
        """Keep the arguments that most of these layers have; value_range None is [0, 255]."""
        if value_range is not None and (not is_list(value_range) or len(value_range) != 2):
            raise error(
                "ArgumentError",
                self.argument("value_range") + " must be [low, high], got " + shown(value_range),
            )
        if data_format not in [None, "channels_last", "channels_first"]:
            raise error(
                "ArgumentError",
                self.argument("data_format")
                + " must be channels_last or channels_first, got "
                + shown(data_format),
            )
        self.value_range: Any = [0, 255] if value_range is None else value_range
        self.seed: Any = seed
        self.data_format = "channels_last" if data_format is None else data_format
        self.bounding_box_format = bounding_box_format

    def build(self, input_shape):
        if self.is_random() and self._random_key is None:
            self._random_key = next_key(self.seed)

    def call(self, x, training: Any = None):
        transformation = self.get_random_transformation(x, training)
        if is_dict(x):
            return self._all_transformed(x, transformation, training)
        return self.transform_images(x, transformation, training)

    def _default_training(self):
        """Called alone, for data, they change images, as in Keras."""
        return True

    # What subclasses write

    def is_random(self):
        """Whether random numbers are drawn."""
        return True

    def moves_pixels(self):
        """Whether masks and boxes have to follow."""
        return False

    def draw(self, shape, stream) -> Any:
        """The random numbers for images of a shape [count, height, width, channels], or None for no change."""
        return {}

    def changed(self, x, transformation, interpolation):
        """Images changed; interpolation: "nearest" for masks, None for the layer's own."""
        raise error("ArgumentError", "needs a method changed(x, transformation, interpolation)")

    def unchanged(self, x):
        """What comes out when nothing is trained."""
        return x

    def changed_boxes(self, bounding_boxes, transformation):
        """The boxes of changed images."""
        return bounding_boxes

    # What users call

    def get_random_transformation(self, data, training=True, seed=None):
        """What is done to these images: tensors drawn by the layer's stream, or by a seed. None where nothing is."""
        images = to_tensor(data["images"] if is_dict(data) else data)
        found = None
        if training:
            shape = self.batch_shape(images.shape)
            found = self.draw(shape, self.stream_of_call() if seed is None else stream_of(seed))
        if found is not None:
            found["input_shape"] = copy_shape(images.shape)
        return found

    def transform_images(self, images, transformation=None, training=True):
        """The images as floats, changed by a transformation in training."""
        x = as_float(to_tensor(images))
        if not training or transformation is None:
            return self.unchanged(x)
        return self.with_layout(x, lambda batch: self.changed(batch, transformation, None))

    def transform_labels(self, labels, transformation=None, training=True):
        """The labels of the changed images."""
        return labels

    def transform_bounding_boxes(self, bounding_boxes, transformation=None, training=True):
        """{"boxes", "labels"} of the changed images; the label of a box that left the image becomes -1."""
        if not training or transformation is None:
            return bounding_boxes
        return self.changed_boxes(bounding_boxes, transformation)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        """Masks moved like the images, by the nearest pixels; their dtype stays."""
        x = to_tensor(segmentation_masks)
        if not training or transformation is None or not self.moves_pixels():
            return x
        found: Any = self.with_layout(
            as_float(x), lambda batch: self.changed(batch, transformation, "nearest")
        )
        return in_dtype(found, x.dtype)

    # Parts

    def stream_of_call(self):
        """The stream of this call, also outside of one."""
        if self._random_key is None:
            self._random_key = next_key(self.seed)
        around = current_path()
        return Stream(
            fold_in(self._random_key, next_call(self.path if around == "" else around)), training_step()
        )

    def _all_transformed(self, x, transformation, training):
        if "images" not in x:
            raise error("ArgumentError", "a dict of inputs needs images; it has: " + ", ".join(x.keys()))
        single = len(to_tensor(x["images"]).shape) == 3
        made = {}
        for key in x.keys():
            made[key] = x[key]
        made["images"] = self.transform_images(x["images"], transformation, training)
        if "bounding_boxes" in x:
            boxes = self._checked_boxes(x["bounding_boxes"])
            if single:
                boxes = with_first_axis(boxes, True)
            boxes = self.transform_bounding_boxes(boxes, transformation, training)
            made["bounding_boxes"] = with_first_axis(boxes, False) if single else boxes
        if "labels" in x:
            labels = to_tensor(x["labels"])
            if single:
                labels = with_first_axis(labels, True)
            labels = self.transform_labels(labels, transformation, training)
            made["labels"] = with_first_axis(labels, False) if single else labels
        if "segmentation_masks" in x:
            made["segmentation_masks"] = self.transform_segmentation_masks(
                x["segmentation_masks"], transformation, training
            )
        return made

    def _checked_boxes(self, bounding_boxes):
        if self.bounding_box_format is None:
            raise error(
                "ArgumentError",
                self.argument("bounding_box_format") + " must say the format of boxes, such as xyxy",
            )
        if not is_dict(bounding_boxes) or "boxes" not in bounding_boxes or "labels" not in bounding_boxes:
            raise error("ArgumentError", "bounding_boxes must be a dict with boxes and labels")
        made = {}
        for key in bounding_boxes.keys():
            made[key] = to_tensor(bounding_boxes[key])
        made["boxes"] = cast(made["boxes"], "float32")
        return made

    def boxes_by(self, bounding_boxes, transformation, target, function):
        """Boxes whose columns [left, top, right, bottom] in a format are changed by function(columns, size), cut off at
        the image's edge. size: [height, width].
        """
        size = self.image_size(transformation["input_shape"])
        found: Any = convert_format(bounding_boxes, self.bounding_box_format, target, size[0], size[1])
        found = with_boxes(found, joined(function(columns_of(found["boxes"]), size)))
        found = clip_to_image_size(found, size[0], size[1], target)
        return convert_format(found, target, self.bounding_box_format, size[0], size[1])

    def image_size(self, shape):
        """[height, width] of images of a shape, in the layer's data format."""
        first = len(shape) - (2 if self.data_format == "channels_first" else 3)
        return [shape[first], shape[first + 1]]

    def batch_shape(self, shape):
        """[count, height, width, channels] of a batch of images of a shape, or of one image."""
        rank = len(shape)
        if rank != 3 and rank != 4:
            raise error("ShapeError", "expected images of rank 3 or 4, got shape " + format_shape(shape))
        size = self.image_size(shape)
        channels = shape[rank - 3 if self.data_format == "channels_first" else rank - 1]
        return [1 if rank == 3 else shape[0], size[0], size[1], channels]

    def with_layout(self, x, function):
        """function(batch of images with channels last), in the layout and rank of x."""
        rank = len(x.shape)
        self.batch_shape(x.shape)
        batch = with_first_axis(x, True) if rank == 3 else x
        planes = self.data_format == "channels_first"
        result = function(transpose(batch, PIXELS) if planes else batch)
        if planes:
            result = transpose(result, PLANES)
        return with_first_axis(result, False) if rank == 3 else result

    def limited(self, x):
        """x within value_range."""
        return maximum(minimum(x, self.value_range[1] * 1.0), self.value_range[0] * 1.0)

    def scaled(self, x, low, high, to_low, to_high):
        """x with the range [low, high] moved to [to_low, to_high]."""
        scale = (to_high - to_low) / (high - low)
        return add(multiply(x, scale), to_low - low * scale)

    def factor_pair(self, factor, argument_name, low, high, negative=False):
        """[lowest, highest] of a factor: of a number f [0, f], with negative [-f, f]; of two these in order."""
        if is_number(factor):
            pair = [-abs(factor) * 1.0 if negative else 0.0, abs(factor) * 1.0]
        elif is_list(factor) and len(factor) == 2 and is_number(factor[0]) and is_number(factor[1]):
            pair = [min(factor[0], factor[1]) * 1.0, max(factor[0], factor[1]) * 1.0]
        else:
            raise error(
                "ArgumentError",
                self.argument(argument_name) + " must be a number or two, got " + shown(factor),
            )
        if pair[0] < low or pair[1] > high:
            raise error(
                "ArgumentError",
                self.argument(argument_name)
                + " must lie between "
                + shown(low)
                + " and "
                + shown(high)
                + ", got "
                + shown(factor),
            )
        return pair


class FixedLayer(ImageLayer):
    """The base of layers that do the same whether or not anything is trained."""

    def is_random(self):
        return False

    def get_random_transformation(self, data, training=True, seed=None):
        """{"input_shape"}: nothing is random."""
        return {"input_shape": copy_shape(to_tensor(data["images"] if is_dict(data) else data).shape)}

    def transform_images(self, images, transformation=None, training=True):
        """The images as floats, changed."""
        return super().transform_images(images, {} if transformation is None else transformation, True)

    def transform_bounding_boxes(self, bounding_boxes, transformation=None, training=True):
        """{"boxes", "labels"} of the changed images; the label of a box that left the image becomes -1."""
        return super().transform_bounding_boxes(bounding_boxes, transformation, True)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        """Masks moved like the images, by the nearest pixels; their dtype stays."""
        given = {} if transformation is None else transformation
        return super().transform_segmentation_masks(segmentation_masks, given, True)


def with_first_axis(value, more):
    """A tensor, or a dict of them, with an axis of 1 in front, or without it."""
    if is_dict(value):
        made = {}
        for key in value.keys():
            made[key] = with_first_axis(value[key], more)
        return made
    if not more:
        return reshape(value, value.shape[1 : len(value.shape)])
    shape = [1]
    shape.extend(value.shape)
    return reshape(value, shape)


def drawn(stream, part, count, pair):
    """float32 [count, 1, 1, 1]: a uniform number of [lowest, highest) for each image."""
    return between(stream.part(part).uniform([count, 1, 1, 1]), pair)


def between(numbers, pair):
    """Numbers of [0, 1) moved to [lowest, highest)."""
    return add(multiply(numbers, (pair[1] - pair[0]) * 1.0), pair[0] * 1.0)


def chance(stream, part, count, pair):
    """bool [count, 1, 1, 1]: true with a probability that is itself drawn from [lowest, highest)."""
    return less(stream.part(part).uniform([count, 1, 1, 1]), drawn(stream, part + 1000, count, pair))


def per_image(value, dtype="float32"):
    """Numbers of a transformation, one an image, in a shape that broadcasts with images: [count, 1, 1, 1]."""
    found = cast(to_tensor(value), dtype)
    return found if len(found.shape) == 4 else reshape(found, [-1, 1, 1, 1])


def applied(condition, changed, x):
    """The changed images where the condition, one an image, is true."""
    return where(per_image(condition, "bool"), changed, x)
