"""Parts of images, and images with more around them."""

from ...core.dims import dim_add, dim_sub, format_dim, is_symbolic
from ...core.opset.movement import flip, pad_interior, slice_strided
from ...core.opset.registry import to_tensor
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from .shapes import Images


def _margins(op, verb, sizes, before, after, target):
    """[before, after, result] of one axis of `sizes[0]` pixels, two of the three given; verb: what is missing."""
    size = sizes[0]
    count = 0
    for value in [before, after, target]:
        if value is None:
            count = count + 1
    if count != 1:
        raise error(
            "ArgumentError",
            op
            + ": needs exactly two of "
            + sizes[1]
            + "_"
            + verb
            + ", "
            + sizes[2]
            + "_"
            + verb
            + " and "
            + sizes[3],
        )
    sign = 1 if verb == "padding" else -1
    if target is None:
        target = dim_add(size, sign * (before + after))
    elif before is None:
        before = _times(sign, dim_sub(dim_sub(target, size), sign * after))
    else:
        after = _times(sign, dim_sub(dim_sub(target, size), sign * before))
    for value in [before, after, target]:
        if not is_symbolic(value) and value < 0:  # pyright: ignore[reportOperatorIssue]
            raise error(
                "ArgumentError",
                op
                + ": "
                + sizes[1]
                + "_"
                + verb
                + ", "
                + sizes[2]
                + "_"
                + verb
                + " and "
                + sizes[3]
                + " must be >= 0, got "
                + ", ".join([format_dim(before), format_dim(after), format_dim(target)]),
            )
    return [before, after, target]


def _times(sign, dim):
    return dim if sign == 1 else dim_sub(0, dim)


def _row_margins(op, kind, size, top, bottom, height):
    return _margins(op, kind, [size, "top", "bottom", "target_height"], top, bottom, height)


def _column_margins(op, kind, size, left, right, width):
    return _margins(op, kind, [size, "left", "right", "target_width"], left, right, width)


def crop_images(
    images,
    top_cropping=None,
    left_cropping=None,
    bottom_cropping=None,
    right_cropping=None,
    target_height=None,
    target_width=None,
    data_format=None,
):
    """Images without their outermost rows and columns.

    Two of top_cropping, bottom_cropping and target_height are given, and two of left_cropping, right_cropping and
    target_width. images: of rank 3 or 4.
    """
    given = Images(images, data_format, "crop_images")
    x = given.own
    at = given.row_axis
    rows = _row_margins("crop_images", "cropping", x.shape[at], top_cropping, bottom_cropping, target_height)
    columns = _column_margins(
        "crop_images", "cropping", x.shape[at + 1], left_cropping, right_cropping, target_width
    )
    begin = [0, 0, 0, 0]
    begin[at] = rows[0]
    begin[at + 1] = columns[0]
    shape = copy_shape(x.shape)
    shape[at] = rows[2]
    shape[at + 1] = columns[2]
    return given.own_back(slice_strided(x, begin, shape, [1, 1, 1, 1]))


def pad_images(
    images,
    top_padding=None,
    left_padding=None,
    bottom_padding=None,
    right_padding=None,
    target_height=None,
    target_width=None,
    data_format=None,
):
    """Images with rows and columns of zeros around them.

    Two of top_padding, bottom_padding and target_height are given, and two of left_padding, right_padding and
    target_width. images: of rank 3 or 4.
    """
    given = Images(images, data_format, "pad_images")
    x = given.own
    at = given.row_axis
    rows = _row_margins("pad_images", "padding", x.shape[at], top_padding, bottom_padding, target_height)
    columns = _column_margins(
        "pad_images", "padding", x.shape[at + 1], left_padding, right_padding, target_width
    )
    pads = [[0, 0, 0] for dim in x.shape]
    pads[at] = [rows[0], rows[1], 0]
    pads[at + 1] = [columns[0], columns[1], 0]
    return given.own_back(pad_interior(x, pads, 0))


def flip_left_right(image):
    """Images [batch, height, width, channels] with the columns in reverse order."""
    x = to_tensor(image, None, "flip_left_right", "image")
    if len(x.shape) != 4:
        raise error("ShapeError", "flip_left_right: needs images of rank 4, got " + format_shape(x.shape))
    return flip(x, 2)
