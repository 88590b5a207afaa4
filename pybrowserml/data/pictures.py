"""Images as tensors, tensors as images, and Datasets of image files."""

from ..compiler.realise import read_tensor
from ..core.dtypes import is_float
from ..core.host import HostArray, host_array, host_scalar
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
    list_pictures,
    outside,
    pick_channels,
    pixels_of,
    scaled_bytes,
    spread_channels,
)
from ..platform.records import record_at, record_has
from ..platform.tasks import waits
from .dataset import Dataset
from .elements import Item, Thing
from .mixing import ShuffleStage
from .sources import ListStage
from .stages import Cursor, Stage

CHANNELS = [1, 3, 4]


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
    entries = list_pictures(source)
    if is_string(labels):
        require_choice(labels, ["inferred"], "images: labels")
        folders = [_folder_of(entry[1]) for entry in entries]
        numbers = _places(folders, class_names)
    elif labels is not None:
        numbers = host_array(labels, "int32").data
        if len(numbers) != len(entries):
            raise error(
                "ArgumentError",
                "images: there are " + str(len(entries)) + " images, but " + str(len(numbers)) + " labels",
            )
    else:
        numbers = None
    items = []
    for i in range(len(entries)):
        leaves = [Thing(entries[i][0])]
        if numbers is not None:
            leaves.append(host_scalar(numbers[i], "int32"))
        items.append(Item(leaves, ["leaf"] if numbers is None else ["tuple", [["leaf"], ["leaf"]]]))
    files = ListStage(items)
    if shuffle and len(items) > 0:
        files = ShuffleStage(files, len(items), next_key(seed), True)
    return Dataset(_ImagesStage(files, channels, size, interpolation))


def _folder_of(path):
    parts = path.split("/")
    return parts[len(parts) - 2] if len(parts) > 1 else ""


def _places(folders, class_names):
    """The place of each folder's name among the class names."""
    names = class_names
    if names is None:
        names = []
        for folder in folders:
            if folder not in names:
                names.append(folder)
        names = sorted(names)
    for folder in folders:
        if folder not in names:
            raise error(
                "ArgumentError",
                "images: an image lies in the folder '"
                + folder
                + "', which is not among: "
                + ", ".join(names),
            )
    return [names.index(folder) for folder in folders]


class _ImagesStage(Stage):
    """The files of the source, read."""

    def __init__(self, source, channels, size, interpolation):
        super().__init__([source])
        self.channels = channels
        self.size = size
        self.interpolation = interpolation

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
            leaves[0] = yield from read_tensor(resize(pixels, stage.size, stage.interpolation))
        return Item(leaves, item.spec)

    def skip(self, count):
        passed = yield from self.sources[0].skip(count)
        return passed
