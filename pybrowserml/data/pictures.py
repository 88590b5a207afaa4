"""Images as tensors, tensors as images, and Datasets of image files."""

from ..compiler.realise import read_tensor
from ..core.dtypes import is_float
from ..core.host import HostArray, host_array
from ..core.opset.registry import to_tensor
from ..core.rng import next_key
from ..core.shapes import format_shape
from ..ops.arguments import require_choice, shown
from ..ops.creation import convert_to_tensor
from ..ops.image.resizing import INTERPOLATIONS, resize, target_size
from ..platform.buffers import is_array, to_user
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_string, show
from ..platform.pixels import (
    decode_picture,
    draw_pixels,
    is_picture,
    outside,
    pick_channels,
    pixels_of,
    scaled_bytes,
    spread_channels,
)
from ..platform.records import record_at, record_has
from ..platform.streams import list_files
from ..platform.tasks import waits
from .dataset import Dataset
from .elements import Item
from .folders import class_places, file_stage, given_labels
from .mixing import ShuffleStage
from .stages import Cursor, Stage

CHANNELS = [1, 3, 4]
SUFFIXES = [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"]


def require_channels(channels, op):
    """The number of channels; raises ArgumentError unless it is 1, 3 or 4."""
    if channels not in CHANNELS:
        raise error("ArgumentError", op + ": channels must be 1, 3 or 4, got " + shown(channels))
    return channels


def picture_leaf(found, channels):
    """uint8 (height, width, channels) of [pixels, height, width]."""
    return HostArray(pick_channels(found[0], channels), [found[1], found[2], channels], "uint8")


def from_pixels(pixels, channels=3):
    """An image as an int32 tensor (height, width, channels) of 0 .. 255.

    pixels: in a page an ImageData, ImageBitmap, canvas, image or video element or VideoFrame; in Python an image of
    Pillow; in both an array (height, width) or (height, width, 1, 3 or 4) of whole numbers, or {data, width, height} of
    RGBA. channels: 1 (grey, 0.299 R + 0.587 G + 0.114 B), 3 (RGB; alpha is dropped) or 4.
    """
    require_channels(channels, "from_pixels")
    if is_picture(pixels):
        found = pixels_of(pixels)
    elif is_dict(pixels) and record_has(pixels, "width") and not is_array(pixels):
        size = [record_at(pixels, "height"), record_at(pixels, "width")]
        found = [host_array(record_at(pixels, "data"), "uint8").data, size[0], size[1]]
        if len(found[0]) != size[0] * size[1] * 4:
            raise error("ShapeError", "from_pixels: data must hold 4 numbers for each pixel")
    elif is_array(pixels) or is_list(pixels):
        host = host_array(pixels, None)
        found = _spread(host, host.data, "from_pixels")
    else:
        raise error("ArgumentError", "from_pixels: expected an image, got " + shown(pixels))
    return convert_to_tensor(picture_leaf(found, channels), "int32")


def _spread(host, numbers, op):
    """[pixels, height, width] of an array (height, width) or (height, width, channels)."""
    rank = len(host.shape)
    channels = 1 if rank == 2 else host.shape[2] if rank == 3 else 0
    if channels not in CHANNELS:
        raise error(
            "ShapeError",
            op
            + ": an image must have shape (height, width) or (height, width, 1, 3 or 4), got "
            + format_shape(host.shape),
        )
    wrong = outside(numbers, 0, 255)
    if wrong is not None:
        raise error("ArgumentError", op + ": pixels must lie in 0 .. 255, got " + show(wrong))
    return [spread_channels(numbers, channels), host.shape[0], host.shape[1]]


@waits
def to_pixels(img, canvas=None):
    """The pixels of an image: uint8 (height, width, 4) of RGBA; in JavaScript a promise of {data, shape, dtype}.

    img: a tensor or array (height, width) or (height, width, 1, 3 or 4), floats of 0 .. 1 or integers of 0 .. 255.
    canvas: in a page, a canvas that takes the image and its size. Raises ArgumentError for numbers out of range.
    """
    host = yield from read_tensor(to_tensor(img))
    numbers = host.data
    if is_float(host.dtype):
        wrong = outside(numbers, 0, 1)
        if wrong is not None:
            raise error("ArgumentError", "to_pixels: floats must lie in 0 .. 1, got " + show(wrong))
        numbers = scaled_bytes(numbers)
    found = _spread(host, numbers, "to_pixels")
    if canvas is not None:
        draw_pixels(found[0], found[1], found[2], canvas)
    return to_user(found[0], [found[1], found[2], 4], "uint8")


@waits
def image(source, channels=3):
    """An image file as an int32 tensor (height, width, channels) of 0 .. 255; in JavaScript a promise of it.

    source: an address, bytes, a path or open file (in a page a File or Blob). channels: as for `from_pixels`.
    """
    require_channels(channels, "image")
    found = yield decode_picture(source)
    return convert_to_tensor(picture_leaf(found, channels), "int32")


def images(
    source,
    labels=None,
    image_size=None,
    channels: int = 3,
    interpolation="bilinear",
    class_names: list[str] | None = None,
    shuffle=False,
    seed=None,
) -> Dataset:
    """A Dataset of image files, or of pairs (image, label): uint8 (height, width, channels), or, resized, float32.

    source: a list of paths or addresses, in Python also a folder, whose images are found in the order of their paths;
    in a page a list of addresses, Files and Blobs. labels: a list with one integer for each, or "inferred": the place
    of the name of each file's folder among `class_names`, which are the sorted names of all these folders unless told.
    image_size: [height, width] that all are resized to by `interpolation`. shuffle: go through the files in another
    random order in each pass, which no buffer of decoded images is needed for.
    """
    require_channels(channels, "images")
    require_choice(interpolation, INTERPOLATIONS, "images: interpolation")
    size = None if image_size is None else target_size(image_size, "images: image_size")
    entries = list_files(source, SUFFIXES)
    numbers = None
    if is_string(labels):
        require_choice(labels, ["inferred"], "images: labels")
        numbers = class_places(entries, class_names, "images")[0]
    elif labels is not None:
        numbers = given_labels(labels, entries, "images")
    files = file_stage(entries, [] if numbers is None else [numbers])
    if shuffle and len(entries) > 0:
        files = ShuffleStage(files, len(entries), next_key(seed), True)
    return Dataset(ImagesStage(files, channels, size, [interpolation, False, False]))


class ImagesStage(Stage):
    """The files of the source, read. resizing: interpolation, whether to crop and whether to pad to the proportions."""

    def __init__(self, source, channels, size, resizing):
        super().__init__([source])
        self.channels = channels
        self.size = size
        self.resizing = resizing

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        return _ImagesCursor(self.sources[0].begin(path), self)


class _ImagesCursor(Cursor):
    def __init__(self, source, stage):
        super().__init__([source])
        self.stage = stage

    def advance(self):
        item = yield from self.sources[0].advance()
        if item is None:
            return None
        stage = self.stage
        found = yield decode_picture(item.leaves[0].value)
        leaves = [leaf for leaf in item.leaves]
        leaves[0] = picture_leaf(found, stage.channels)
        if stage.size is not None:
            pixels = convert_to_tensor(leaves[0], "float32")
            how = stage.resizing
            leaves[0] = yield from read_tensor(resize(pixels, stage.size, how[0], False, how[1], how[2]))
        return Item(leaves, item.spec)

    def skip(self, count):
        passed = yield from self.sources[0].skip(count)
        return passed
