"""Images read at places between their pixels: coordinates, affine and projective maps, boxes.

Every sample is one row of a table of `gather_sum`: the flat indices of the pixels around it and their weights, made
by one fused elementwise step.
"""

from ...core.dims import dim_mul, dims_equal, is_symbolic
from ...core.dtypes import is_float
from ...core.opset.binary import (
    add,
    divide,
    equal,
    floor_divide,
    greater_equal,
    less,
    less_equal,
    logical_and,
    maximum,
    minimum,
    mod,
    multiply,
    subtract,
    where,
)
from ...core.opset.gather_sum import gather_sum
from ...core.opset.generators import iota, size_of
from ...core.opset.movement import reshape, slice_strided, transpose
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import as_float, to_tensor, with_dtype
from ...core.opset.unary import absolute, cast, cos, floor, sign, sin
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from ...platform.numbers import is_list, is_number
from ..arguments import require_choice, shown
from .resizing import target_size
from .shapes import Images

ORDERS = {"nearest": 0, "bilinear": 1}
FILL_MODES = ["constant", "nearest", "wrap", "mirror", "reflect"]


def _length(dim):
    """A size as a number, or as a scalar that follows the size."""
    return size_of(dim) if is_symbolic(dim) else dim


def _mirrored(places, length):
    """d c b | a b c d | c b a: the edge once."""
    half = subtract(length, 1)
    period = maximum(multiply(half, 2), 1)
    return absolute(subtract(mod(add(places, half), period), half))


def _inside(places, length, fill_mode):
    """Places brought into an axis."""
    if fill_mode == "wrap":
        return mod(places, length)
    if fill_mode == "mirror":
        return _mirrored(places, length)
    if fill_mode == "reflect":
        twice = _mirrored(add(multiply(places, 2), 1), add(multiply(length, 2), 1))
        return floor_divide(subtract(twice, 1), 2)
    return minimum(maximum(places, 0), subtract(length, 1))


def rounded(x):
    """The nearest whole number, halves away from 0, as int32."""
    return cast(multiply(sign(x), floor(add(absolute(x), 0.5))), "int32")


def in_dtype(y, dtype):
    """Floats in a dtype: for integers rounded, halves away from 0."""
    return with_dtype(y if is_float(dtype) else rounded(y), dtype)


def corners_of(axes, order):
    """How many pixels each sample reads."""
    return 2**axes if order == 1 else 1


def sample_table(coordinates, lengths, order, fill_mode):
    """[flat indices, weights] of the pixels around each sample.

    coordinates: one float tensor an axis, all of one shape, whose last axis repeats each place for the pixels that it
    reads (`corners_of`), so that all of this is one fused step. lengths: sizes of the axes. order 0: the nearest
    pixel; 1: those around it, weighted by lines. "constant" gives pixels outside the weight 0.
    """
    axes = len(coordinates)
    corners = corners_of(axes, order)
    indices = None
    weights = None
    for a in range(axes):
        coordinate = coordinates[a]
        length = _length(lengths[a])
        weight = None
        if order == 0:
            places = rounded(coordinate)
        else:
            # Corner j takes the upper pixel of axis a, with a weight of `share`, where bit axes - 1 - a of j is set;
            # the lower one has 1 - share.
            bits = [(j // 2 ** (axes - 1 - a)) % 2 for j in range(corners)]
            low = floor(coordinate)
            share = subtract(coordinate, low)
            places = add(cast(low, "int32"), to_tensor(bits, "int32"))
            slopes = to_tensor([2.0 * bit - 1.0 for bit in bits], "float32")
            weight = add(multiply(share, slopes), to_tensor([1.0 - bit for bit in bits], "float32"))
        fixed = _inside(places, length, fill_mode)
        if fill_mode == "constant":
            here = logical_and(greater_equal(places, 0), less(places, length))
            weight = where(here, 1.0 if weight is None else weight, 0.0)
        elif weight is None and a == 0:
            weight = where(greater_equal(fixed, 0), 1.0, 0.0)
        indices = fixed if indices is None else add(multiply(indices, length), fixed)
        if weight is not None:
            weights = weight if weights is None else multiply(weights, weight)
    return [indices, weights]


def _filled(sampled, weights, fill_mode, fill_value):
    """Adds what pixels outside of a constant world contribute."""
    if fill_mode != "constant" or fill_value == 0:
        return sampled
    missing = multiply(subtract(1.0, reduce_sum(weights, len(weights.shape) - 1, False)), fill_value)
    shape = copy_shape(missing.shape)
    for i in range(len(sampled.shape) - len(shape)):
        shape.append(1)
    return add(sampled, reshape(missing, shape))


def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    """The values of a tensor at coordinates [rank, shape]: of that shape.

    order 0: the nearest element (halves away from 0), 1: by lines between elements. fill_mode, beyond the ends of
    a b c d: "constant" (fill_value everywhere), "nearest" (a a | a b c d | d d), "wrap" (c d | a b c d | a b), "mirror"
    (c b | a b c d | c b), "reflect" (b a | a b c d | d c). Integers are rounded, halves away from 0.
    """
    x = to_tensor(inputs)
    places = as_float(coordinates)
    rank = len(x.shape)
    if rank < 1 or len(places.shape) < 2 or not dims_equal(places.shape[0], rank):
        raise error(
            "ShapeError",
            "map_coordinates: coordinates of an input of "
            + format_shape(x.shape)
            + " must be [its rank, ...] with rank 2 or more, got "
            + format_shape(places.shape),
        )
    if order != 0 and order != 1:
        raise error("ArgumentError", "order must be 0 or 1, got " + shown(order))
    require_choice(fill_mode, FILL_MODES, "map_coordinates: fill_mode")
    moved = transpose(places, [(a + 1) % len(places.shape) for a in range(len(places.shape))])
    shape = copy_shape(moved.shape)
    shape[len(shape) - 1] = 1
    corners = corners_of(rank, order)
    parts = []
    for a in range(rank):
        begin = [0 for dim in shape]
        begin[len(shape) - 1] = a
        part = slice_strided(moved, begin, copy_shape(shape), [1 for dim in shape])
        parts.append(add(part, to_tensor([0.0 for j in range(corners)], "float32")) if corners > 1 else part)
    table = sample_table(parts, x.shape, order, fill_mode)
    y = gather_sum(reshape(as_float(x), [-1]), table[0], table[1], 0)
    y = _filled(y, table[1], fill_mode, fill_value)
    return in_dtype(y, x.dtype)


def sample_images(x, rows, columns, order, fill_mode, fill_value):
    """[batch, height, width, channels] read at rows, columns [batch, h, w, corners] → [batch, h, w, channels]."""
    table = sample_table([rows, columns], [x.shape[1], x.shape[2]], order, fill_mode)
    indices = table[0]
    if not dims_equal(x.shape[0], 1):
        plane = multiply(_length(x.shape[1]), _length(x.shape[2]))
        indices = add(indices, multiply(iota(copy_shape(rows.shape), 0), plane))
    y = gather_sum(_pixels(x), indices, table[1], 0)
    return _filled(y, table[1], fill_mode, fill_value)


def _pixels(x):
    """The images as a list of pixels."""
    return reshape(x, [dim_mul(dim_mul(x.shape[0], x.shape[1]), x.shape[2]), x.shape[3]])


def _grid(batch, height, width, order):
    """[rows, columns] of the pixels as floats [batch, height, width, corners]."""
    shape = [batch, height, width, corners_of(2, order)]
    return [cast(iota(shape, 1), "float32"), cast(iota(copy_shape(shape), 2), "float32")]


def _parameters(transforms, count, batch, op):
    """Tensors [batch or 1, 1, 1, 1], one per parameter, of [count] or [batch, count]."""
    t = as_float(transforms)
    rank = len(t.shape)
    rows = t.shape[0] if rank == 2 else 1
    good = (rank == 1 or rank == 2) and dims_equal(t.shape[rank - 1], count)
    if not good or not (dims_equal(rows, 1) or dims_equal(rows, batch)):
        raise error(
            "ShapeError",
            op
            + ": needs "
            + str(count)
            + " numbers, or as many for each image, got "
            + format_shape(t.shape),
        )
    return _entries(t, rows, count)


def _entries(t, rows, count):
    """The columns of [rows, count] as tensors [rows, 1, 1, 1]."""
    wide = reshape(t, [rows, 1, 1, count])
    return [slice_strided(wide, [0, 0, 0, i], [rows, 1, 1, 1], [1, 1, 1, 1]) for i in range(count)]


def affine_transform(
    images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None
):
    """Images under an affine map: the pixel (x, y) of the result shows (a0 x + a1 y + a2, b0 x + b1 y + b2).

    transform: [a0, a1, a2, b0, b1, b2, 0, 0], or one for each image (the last two numbers are not read).
    interpolation: "nearest" or "bilinear"; fill_mode: as in `map_coordinates`. The dtype stays; integers are rounded.
    """
    require_choice(interpolation, ["nearest", "bilinear"], "affine_transform: interpolation")
    require_choice(fill_mode, FILL_MODES, "affine_transform: fill_mode")
    given = Images(images, data_format, "affine_transform")
    x = as_float(given.x)
    p = _parameters(transform, 8, x.shape[0], "affine_transform")
    order = ORDERS[interpolation]
    grid = _grid(x.shape[0], x.shape[1], x.shape[2], order)
    columns = add(add(multiply(grid[1], p[0]), multiply(grid[0], p[1])), p[2])
    rows = add(add(multiply(grid[1], p[3]), multiply(grid[0], p[4])), p[5])
    return given.back(in_dtype(sample_images(x, rows, columns, order, fill_mode, fill_value), given.x.dtype))


def _projected(grid, p):
    """[rows, columns] under (p0 x + p1 y + p2, p3 x + p4 y + p5) / (p6 x + p7 y + 1)."""
    depth = add(add(multiply(grid[1], p[6]), multiply(grid[0], p[7])), 1.0)
    columns = divide(add(add(multiply(grid[1], p[0]), multiply(grid[0], p[1])), p[2]), depth)
    rows = divide(add(add(multiply(grid[1], p[3]), multiply(grid[0], p[4])), p[5]), depth)
    return [rows, columns]


def perspective_transform(
    images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None
):
    """Images under the projective map that moves four points (x, y) from start_points to end_points.

    start_points, end_points: [4, 2], or [batch, 4, 2]; no three of the four points on a line. What the map does not
    reach is fill_value. The dtype stays; integers are rounded.
    """
    require_choice(interpolation, ["nearest", "bilinear"], "perspective_transform: interpolation")
    given = Images(images, data_format, "perspective_transform")
    x = as_float(given.x)
    starts = _corners(start_points, x.shape[0])
    ends = _corners(end_points, x.shape[0])
    order = ORDERS[interpolation]
    places = _projected(_grid(x.shape[0], x.shape[1], x.shape[2], order), _homography(starts, ends))
    y = sample_images(x, places[0], places[1], order, "constant", fill_value)
    return given.back(in_dtype(y, given.x.dtype))


def _corners(points, batch):
    """[[x0, y0], ..., [x3, y3]] of tensors [batch or 1, 1, 1, 1]."""
    t = as_float(points)
    rank = len(t.shape)
    if (
        (rank != 2 and rank != 3)
        or not dims_equal(t.shape[rank - 2], 4)
        or not dims_equal(t.shape[rank - 1], 2)
    ):
        raise error(
            "ShapeError",
            "perspective_transform: points must be [4, 2] or [batch, 4, 2], got " + format_shape(t.shape),
        )
    flat = _parameters(reshape(t, [1 if rank == 2 else t.shape[0], 8]), 8, batch, "perspective_transform")
    return [[flat[2 * i], flat[2 * i + 1]] for i in range(4)]


def _from_square(points):
    """The 3 × 3 map (nine tensors) of the unit square's corners to four points, in order.

    Source: Heckbert 1989, "Fundamentals of texture mapping and image warping", section 2.2.3.
    """
    x0, y0 = points[0][0], points[0][1]
    x1, y1 = points[1][0], points[1][1]
    x2, y2 = points[2][0], points[2][1]
    x3, y3 = points[3][0], points[3][1]
    dx1, dy1 = subtract(x1, x2), subtract(y1, y2)
    dx2, dy2 = subtract(x3, x2), subtract(y3, y2)
    sx = subtract(add(subtract(x0, x1), x2), x3)
    sy = subtract(add(subtract(y0, y1), y2), y3)
    area = _cross(dx1, dy1, dx2, dy2)
    g = divide(_cross(sx, sy, dx2, dy2), area)
    h = divide(_cross(dx1, dy1, sx, sy), area)
    return [
        add(subtract(x1, x0), multiply(g, x1)),
        add(subtract(x3, x0), multiply(h, x3)),
        x0,
        add(subtract(y1, y0), multiply(g, y1)),
        add(subtract(y3, y0), multiply(h, y3)),
        y0,
        g,
        h,
        None,
    ]


def _cross(ax, ay, bx, by):
    return subtract(multiply(ax, by), multiply(ay, bx))


def _homography(starts, ends):
    """Eight parameters of the map that takes the end points to the start points (results to what they show)."""
    a = _from_square(starts)
    b = _from_square(ends)
    # The inverse of b up to a factor: its adjugate, with b's last entry 1.
    inverse = [
        subtract(b[4], multiply(b[5], b[7])),
        subtract(multiply(b[2], b[7]), b[1]),
        _cross(b[1], b[2], b[4], b[5]),
        subtract(multiply(b[5], b[6]), b[3]),
        subtract(b[0], multiply(b[2], b[6])),
        subtract(multiply(b[2], b[3]), multiply(b[0], b[5])),
        _cross(b[3], b[4], b[6], b[7]),
        _cross(b[6], b[7], b[0], b[1]),
        _cross(b[0], b[1], b[3], b[4]),
    ]
    joined = []
    for i in range(3):
        for j in range(3):
            last = inverse[6 + j] if i == 2 else multiply(a[3 * i + 2], inverse[6 + j])
            joined.append(
                add(add(multiply(a[3 * i], inverse[j]), multiply(a[3 * i + 1], inverse[3 + j])), last)
            )
    return [divide(joined[i], joined[8]) for i in range(8)]


def transform(
    image, transforms, interpolation="nearest", fill_mode="constant", fill_value=0, output_shape=None
):
    """Images under projective maps: the pixel (x, y) of the result shows the image's pixel
    (a0 x + a1 y + a2, b0 x + b1 y + b2) / (c0 x + c1 y + 1).

    image: [batch, height, width, channels]; transforms: [batch or 1, 8] of a0, a1, a2, b0, b1, b2, c0, c1.
    fill_mode: as in `map_coordinates`; output_shape: [height, width], None: that of the image.
    """
    require_choice(interpolation, ["nearest", "bilinear"], "transform: interpolation")
    require_choice(fill_mode, FILL_MODES, "transform: fill_mode")
    x = as_float(image)
    if len(x.shape) != 4:
        raise error("ShapeError", "transform: needs images of rank 4, got " + format_shape(x.shape))
    size = x.shape[1:3] if output_shape is None else target_size(output_shape, "output_shape")
    p = _parameters(transforms, 8, x.shape[0], "transform")
    order = ORDERS[interpolation]
    places = _projected(_grid(x.shape[0], size[0], size[1], order), p)
    return sample_images(x, places[0], places[1], order, fill_mode, fill_value)


def rotate_with_offset(image, radians, fill_value=0, center=0.5):
    """Images turned by an angle about a center, by the nearest pixels.

    image: [batch, height, width, channels]. center: a share of height and width, or [x, y]. fill_value: what shows
    outside, a number or [red, green, blue] (a fourth channel is then 255).
    """
    x = as_float(image)
    if len(x.shape) != 4:
        raise error("ShapeError", "rotate_with_offset: needs images of rank 4, got " + format_shape(x.shape))
    shares = [center, center]
    if is_list(center):
        shares = [center[0], center[1]]  # pyright: ignore[reportIndexIssue]
    middle_x = multiply(cast(to_tensor(_length(x.shape[2])), "float32"), shares[0])
    middle_y = multiply(cast(to_tensor(_length(x.shape[1])), "float32"), shares[1])
    grid = _grid(x.shape[0], x.shape[1], x.shape[2], 0)
    angle = to_tensor(radians, "float32")
    across = subtract(grid[1], middle_x)
    down = subtract(grid[0], middle_y)
    columns = add(subtract(multiply(across, cos(angle)), multiply(down, sin(angle))), middle_x)
    rows = add(add(multiply(across, sin(angle)), multiply(down, cos(angle))), middle_y)
    # Halves go up, as JavaScript rounds.
    rows = floor(add(rows, 0.5))
    columns = floor(add(columns, 0.5))
    if is_number(fill_value):
        return sample_images(x, rows, columns, 0, "constant", fill_value)
    channels = x.shape[3]
    colours = []
    if is_list(fill_value):
        colours.extend(fill_value)  # pyright: ignore[reportArgumentType]
    if is_symbolic(channels) or channels > 4 or len(colours) != 3:
        raise error(
            "ArgumentError",
            "rotate_with_offset: fill_value must be a number or three for at most four channels, got "
            + shown(fill_value),
        )
    colour = [colours[c] if c < 3 else 255 for c in range(channels)]
    inside = logical_and(
        logical_and(greater_equal(rows, 0.0), less(rows, cast(to_tensor(_length(x.shape[1])), "float32"))),
        logical_and(
            greater_equal(columns, 0.0), less(columns, cast(to_tensor(_length(x.shape[2])), "float32"))
        ),
    )
    turned = sample_images(x, rows, columns, 0, "constant", 0)
    return where(inside, turned, to_tensor(colour, "float32"))


def crop_and_resize(image, boxes, box_ind, crop_size, method="bilinear", extrapolation_value=0):
    """Boxes of images, each resampled to crop_size [height, width].

    image: [batch, height, width, channels]; boxes: [count, 4] of y1, x1, y2, x2, where 0 and 1 are the centres of the
    first and last pixels; box_ind: int32 [count], the image of each box. method: "bilinear" or "nearest". Samples
    outside of the image are extrapolation_value. Returns [count, height, width, channels].
    """
    require_choice(method, ["bilinear", "nearest"], "crop_and_resize: method")
    x = as_float(image)
    rectangles = as_float(boxes)
    of = cast(to_tensor(box_ind), "int32")
    target = target_size(crop_size, "crop_size")
    if len(x.shape) != 4:
        raise error("ShapeError", "crop_and_resize: needs images of rank 4, got " + format_shape(x.shape))
    if len(rectangles.shape) != 2 or not dims_equal(rectangles.shape[1], 4):
        raise error(
            "ShapeError", "crop_and_resize: boxes must be [count, 4], got " + format_shape(rectangles.shape)
        )
    count = rectangles.shape[0]
    if len(of.shape) != 1 or not dims_equal(of.shape[0], count):
        raise error(
            "ShapeError", "crop_and_resize: box_ind must have one index a box, got " + format_shape(of.shape)
        )
    edges = _entries(rectangles, count, 4)
    order = ORDERS[method]
    shape = [count, target[0], target[1], corners_of(2, order)]
    places = _box_places(edges, x, target, shape)
    table = sample_table(places, [x.shape[1], x.shape[2]], order, "nearest")
    plane = multiply(_length(x.shape[1]), _length(x.shape[2]))
    indices = add(table[0], multiply(reshape(of, [count, 1, 1, 1]), plane))
    y = gather_sum(_pixels(x), indices, where(_is_inside(places, x), table[1], 0.0), 0)
    if extrapolation_value == 0:
        return y
    shape[3] = 1
    outside = where(_is_inside(_box_places(edges, x, target, shape), x), 0.0, float(extrapolation_value))
    return add(y, outside)


def _last(dim):
    """The place of the last pixel of an axis, as a float."""
    return cast(to_tensor(subtract(_length(dim), 1)), "float32")


def _box_places(edges, x, target, shape):
    """[rows, columns] of a shape, where the samples of the boxes lie."""
    places = []
    for axis in range(2):
        n = target[axis]
        # Both ends are exact in this form: a box that ends with the image never leaves it.
        share = multiply(cast(iota(copy_shape(shape), axis + 1), "float32"), 1.0 / (n - 1) if n > 1 else 0.0)
        share = (
            where(equal(iota(copy_shape(shape), axis + 1), n - 1), 1.0, share) if n > 1 else add(share, 0.5)
        )
        place = add(multiply(subtract(1.0, share), edges[axis]), multiply(share, edges[axis + 2]))
        places.append(multiply(place, _last(x.shape[axis + 1])))
    return places


def _is_inside(places, x):
    inside = None
    for axis in range(2):
        here = logical_and(
            greater_equal(places[axis], 0.0), less_equal(places[axis], _last(x.shape[axis + 1]))
        )
        inside = here if inside is None else logical_and(inside, here)
    return inside
