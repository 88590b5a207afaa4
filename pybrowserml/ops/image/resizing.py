"""Images of other sizes."""

import math

from ...core.dims import dims_equal, is_symbolic
from ...core.dtypes import is_float
from ...core.host import host_numbers
from ...core.opset.binary import (
    add,
    divide,
    greater,
    greater_equal,
    less_equal,
    logical_and,
    maximum,
    multiply,
    subtract,
    where,
)
from ...core.opset.gather_sum import gather_sum, sparse_tables
from ...core.opset.gathering import gather
from ...core.opset.generators import iota
from ...core.opset.matmul import matmul
from ...core.opset.movement import pad_interior, reshape, slice_strided
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import as_float, computed, to_tensor, with_dtype
from ...core.opset.unary import absolute, cast
from ...core.shapes import copy_shape, element_count, format_shape, normalize_axis
from ...platform.errors import error
from ...platform.numbers import is_list, is_whole
from ..arguments import require_choice, require_whole, shown
from ..bits import saturate_cast
from ..math import round
from .kernels import SMALLEST, kernel_tensor, nearest_places, resize_table, sampled_rows
from .shapes import Images

INTERPOLATIONS = ["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"]
METHODS = {
    "linear": "bilinear",
    "bilinear": "bilinear",
    "trilinear": "bilinear",
    "cubic": "bicubic",
    "bicubic": "bicubic",
    "tricubic": "bicubic",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
}


def target_size(size, argument):
    """[height, width]."""
    if not is_list(size) or len(size) != 2:
        raise error("ArgumentError", argument + " must be [height, width], got " + shown(size))
    return [require_whole(size[0], 1, argument), require_whole(size[1], 1, argument)]


def resize(
    images,
    size,
    interpolation="bilinear",
    antialias=False,
    crop_to_aspect_ratio=False,
    pad_to_aspect_ratio=False,
    fill_mode="constant",
    fill_value=0.0,
    data_format=None,
):
    """Images resampled to size [height, width]; the centres of the outermost pixels lie half a pixel inside.

    interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5". antialias: a wider kernel where the
    image shrinks. crop_to_aspect_ratio, pad_to_aspect_ratio: first cut the middle out, or add fill_value on two
    sides, so that nothing is distorted. The dtype stays; integers are rounded, and kept within their range.
    """
    require_choice(interpolation, INTERPOLATIONS, "resize: interpolation")
    require_choice(fill_mode, ["constant"], "resize: fill_mode")
    target = target_size(size, "size")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise error(
            "ArgumentError", "resize: only one of crop_to_aspect_ratio and pad_to_aspect_ratio may be true"
        )
    given = Images(images, data_format, "resize")
    x = given.own
    if crop_to_aspect_ratio:
        given.require_static()
        x = _cropped(x, given.row_axis, target)
    elif pad_to_aspect_ratio:
        given.require_static()
        x = _padded(x, given.row_axis, target, fill_value)
    y = _resampled(x, given.row_axis, target, interpolation, antialias)
    return given.own_back(_as_pixels(y, x.dtype))


def _as_pixels(y, dtype):
    """Computed pixels in the dtype of the image; a boolean image becomes float32."""
    if y.dtype == dtype or dtype == "bool":
        return y
    return with_dtype(y, dtype) if is_float(dtype) else saturate_cast(round(y), dtype)


def _cropped(x, row_axis, target):
    height, width = x.shape[row_axis], x.shape[row_axis + 1]
    shape = copy_shape(x.shape)
    shape[row_axis] = max(min(height, width * target[0] // target[1]), 1)
    shape[row_axis + 1] = max(min(width, height * target[1] // target[0]), 1)
    begin = [(x.shape[i] - shape[i]) // 2 if i >= row_axis and i < row_axis + 2 else 0 for i in range(4)]
    return slice_strided(x, begin, shape, [1, 1, 1, 1])


def _padded(x, row_axis, target, fill_value):
    height, width = x.shape[row_axis], x.shape[row_axis + 1]
    above = (max(height, width * target[0] // target[1]) - height) // 2
    left = 0 if above > 0 else (max(width, height * target[1] // target[0]) - width) // 2
    pads = [[0, 0, 0] for dim in x.shape]
    pads[row_axis] = [above, above, 0]
    pads[row_axis + 1] = [left, left, 0]
    return pad_interior(x, pads, fill_value)


def _resampled(x, row_axis, target, interpolation, antialias):
    if interpolation != "nearest":
        x = as_float(x)
    # The axis that shrinks most comes first: what is left to do is less.
    order = [0, 1]
    height, width = x.shape[row_axis], x.shape[row_axis + 1]
    if not is_symbolic(height) and not is_symbolic(width) and target[0] * width > target[1] * height:
        order = [1, 0]
    for k in order:
        axis = row_axis + k
        size = x.shape[axis]
        count = target[k]
        if dims_equal(size, count):
            continue
        if interpolation == "nearest":
            x = _picked(x, axis, count)
        else:
            table = resize_table(size, count, interpolation, antialias)
            x = gather_sum(x, table[0], table[1], axis)
    return x


def _picked(x, axis, count):
    size = x.shape[axis]
    if is_symbolic(size) or x.dtype != "float32":
        return gather(x, nearest_places(size, count), axis)
    table = sparse_tables([[[(2 * i + 1) * size // (2 * count)], [1.0]] for i in range(count)])
    return gather_sum(x, table[0], table[1], axis)


def resize_bilinear(images, size, align_corners=False, half_pixel_centers=False):
    """Images resampled to size [height, width] by straight lines between pixels, as TensorFlow.js does.

    align_corners: the corners' centres stay; half_pixel_centers: as `resize`; neither: result i lies at i * height /
    size. images: [height, width, channels] or a batch of them.
    """
    _require_one_rule(align_corners, half_pixel_centers, "resize_bilinear")
    given = Images(images, None, "resize_bilinear")
    given.require_static()
    x = as_float(given.x)
    target = target_size(size, "size")
    for axis in [1, 2]:
        length = x.shape[axis]
        rows = []
        for source in _sources(length, target[axis - 1], align_corners, half_pixel_centers):
            low = max(0, math.floor(source))
            high = max(0, min(length - 1, math.ceil(source)))
            share = max(0.0, source - low)
            rows.append([[low, high], [1.0 - share, share]] if high > low else [[low], [1.0]])
        table = sparse_tables(rows)
        x = gather_sum(x, table[0], table[1], axis)
    return given.back(x)


def resize_nearest_neighbor(images, size, align_corners=False, half_pixel_centers=False):
    """Images resampled to size [height, width] by the nearest pixel, as TensorFlow.js does; the dtype stays.

    align_corners: the corners stay, halves are rounded up; half_pixel_centers: the pixel under the result's centre;
    neither: the pixel under the result's upper left corner.
    """
    _require_one_rule(align_corners, half_pixel_centers, "resize_nearest_neighbor")
    given = Images(images, None, "resize_nearest_neighbor")
    given.require_static()
    x = given.x
    target = target_size(size, "size")
    for axis in [1, 2]:
        length = x.shape[axis]
        places = []
        for source in _sources(length, target[axis - 1], align_corners, half_pixel_centers):
            place = math.floor(source + 0.5) if align_corners or half_pixel_centers else math.floor(source)
            places.append(max(0, min(length - 1, place)))
        if x.dtype == "float32":
            table = sparse_tables([[[place], [1.0]] for place in places])
            x = gather_sum(x, table[0], table[1], axis)
        else:
            x = gather(x, to_tensor(places, "int32"), axis)
    return given.back(x)


def _require_one_rule(align_corners, half_pixel_centers, op):
    if align_corners and half_pixel_centers:
        raise error("ArgumentError", op + ": only one of align_corners and half_pixel_centers may be true")


def _sources(length, count, align_corners, half_pixel_centers):
    """Where the results lie between the pixels of an axis."""
    if align_corners and count > 1:
        return [i * (length - 1) / (count - 1) for i in range(count)]
    if half_pixel_centers:
        return [(i + 0.5) * length / count - 0.5 for i in range(count)]
    return [i * length / count for i in range(count)]


def scale_and_translate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    """A tensor resampled along some axes: the result at i shows the input at (i + 0.5 - translation) / scale - 0.5.

    output_shape: of the result; spatial_dims: the axes; scale, translation: one number for each, where a list or
    tensor of known numbers costs less than a computed tensor. method: "linear", "cubic", "lanczos3" or "lanczos5".
    What lies outside is 0.
    """
    given = as_float(images, "scale_and_translate", "images")
    x = computed(given)
    rank = len(x.shape)
    require_choice(method, [choice for choice in METHODS.keys()], "scale_and_translate: method")
    scales = computed(scale, "scale_and_translate", "scale")
    shifts = computed(translation, "scale_and_translate", "translation")
    if len(output_shape) != rank:
        raise error(
            "ShapeError",
            "scale_and_translate: output_shape must have "
            + str(rank)
            + " entries, got "
            + format_shape(output_shape),
        )
    for tensor in [scales, shifts]:
        if len(tensor.shape) != 1 or not dims_equal(tensor.shape[0], len(spatial_dims)):
            raise error(
                "ShapeError",
                "scale_and_translate: scale and translation must have one number for each of "
                + str(len(spatial_dims))
                + " axes, got "
                + format_shape(tensor.shape),
            )
    for k in range(len(spatial_dims)):
        axis = normalize_axis(spatial_dims[k], rank, "scale_and_translate")
        size = x.shape[axis]
        count = output_shape[axis]
        if is_symbolic(size) or not is_whole(count):
            raise error("ShapeError", "scale_and_translate: needs known sizes, got " + format_shape(x.shape))
        if scales.node.op == "constant" and shifts.node.op == "constant":
            ratio = host_numbers(scales.node.attrs["data"])[k]
            shift = host_numbers(shifts.node.attrs["data"])[k]
            table = sparse_tables(sampled_rows(size, count, ratio, shift, METHODS[method], antialias))
            x = gather_sum(x, table[0], table[1], axis)
        else:
            weights = _dense_weights(
                size, count, _entry(scales, k), _entry(shifts, k), METHODS[method], antialias
            )
            x = _along_axis(weights, x, axis)
    return with_dtype(x, given.dtype)


def _entry(vector, k):
    """Number k of a vector, as a scalar."""
    return reshape(slice_strided(vector, [k], [1], [1]), [])


def _dense_weights(size, count, scale, shift, method, antialias):
    """[count, size]: the share of every pixel in every result, for a scale and a shift that are tensors."""
    inverse = divide(1.0, scale)
    centre = subtract(multiply(subtract(add(cast(iota([count, 1], 0), "float32"), 0.5), shift), inverse), 0.5)
    distance = absolute(subtract(centre, cast(iota([1, size], 1), "float32")))
    if antialias:
        distance = divide(distance, maximum(inverse, 1.0))
    weights = kernel_tensor(method, distance)
    total = reduce_sum(weights, 1, True)
    is_some = greater(absolute(total), SMALLEST)
    inside = logical_and(greater_equal(centre, -0.5), less_equal(centre, size - 0.5))
    return where(logical_and(is_some, inside), divide(weights, where(is_some, total, 1.0)), 0.0)


def _along_axis(weights, x, axis):
    """The product with a matrix along an axis."""
    shape = copy_shape(x.shape)
    before = element_count(shape[0:axis])
    after = element_count(shape[axis + 1 : len(shape)])
    shape[axis] = weights.shape[0]
    return reshape(matmul(weights, reshape(x, [before, x.shape[axis], after])), shape)
