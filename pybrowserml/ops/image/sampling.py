"""Images read at places between their pixels: coordinates, affine and projective maps, boxes.

Every sample is one row of a table of `gather_sum`: the flat indices of the pixels around it and their weights, made
by one fused elementwise step.
"""

from ...core.dims import dim_mul, dims_equal, is_symbolic
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
from ...core.opset.movement import broadcast_to, reshape, slice_strided
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import as_float, to_tensor
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


def sample_table(coordinates, lengths, order, fill_mode):
    """[flat indices, weights] of the pixels around each sample.

    coordinates: one float tensor an axis, all of shapes that broadcast, with a last axis of 1 for the pixels.
    lengths: sizes of the axes. order 0: the nearest pixel; 1: those around it, weighted by lines. "constant" gives
    pixels outside the weight 0.
    """
    axes = len(coordinates)
    corners = 2**axes if order == 1 else 1
    indices = None
    weights = None
    for a in range(axes):
        coordinate = coordinates[a]
        length = _length(lengths[a])
        if order == 0:
            places = rounded(coordinate)
            weight = None
        else:
            # Corner j takes the upper pixel of axis a where bit axes - 1 - a of j is set.
            bits = to_tensor([(j // 2 ** (axes - 1 - a)) % 2 for j in range(corners)], "int32")
            low = floor(coordinate)
            share = subtract(coordinate, low)
            places = add(cast(low, "int32"), bits)
            weight = where(equal(bits, 1), share, subtract(1.0, share))
        fixed = _inside(places, length, fill_mode)
        if fill_mode == "constant":
            here = logical_and(greater_equal(places, 0), less(places, length))
            weight = where(here, 1.0 if weight is None else weight, 0.0)
        indices = fixed if indices is None else add(multiply(indices, length), fixed)
        if weight is not None:
            weights = weight if weights is None else multiply(weights, weight)
    if weights is None:
        weights = add(multiply(cast(indices, "float32"), 0.0), 1.0)
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
    require_choice(fill_mode, FILL_MODES, "fill_mode")
    shape = places.shape[1 : len(places.shape)]
    shape.append(1)
    parts = []
    for a in range(rank):
        begin = [0 for dim in places.shape]
        begin[0] = a
        part = copy_shape(places.shape)
        part[0] = 1
        parts.append(reshape(slice_strided(places, begin, part, [1 for dim in part]), shape))
    table = sample_table(parts, x.shape, order, fill_mode)
    y = gather_sum(reshape(as_float(x), [-1]), table[0], table[1], 0)
    y = _filled(y, table[1], fill_mode, fill_value)
    return y if x.dtype == "float32" else cast(rounded(y), x.dtype)


def sample_images(x, rows, columns, order, fill_mode, fill_value):
    """[batch, height, width, channels] read at rows, columns [batch, h, w, 1] → [batch, h, w, channels]."""
    table = sample_table([rows, columns], [x.shape[1], x.shape[2]], order, fill_mode)
    plane = multiply(_length(x.shape[1]), _length(x.shape[2]))
    indices = table[0]
    weights = table[1]
    if not dims_equal(x.shape[0], 1):
        indices = add(indices, multiply(iota([x.shape[0], 1, 1, 1], 0), plane))
        weights = broadcast_to(weights, copy_shape(indices.shape))
    flat = reshape(x, [dim_mul(dim_mul(x.shape[0], x.shape[1]), x.shape[2]), x.shape[3]])
    return _filled(gather_sum(flat, indices, weights, 0), weights, fill_mode, fill_value)


def _grid(height, width):
    """[rows, columns] of the pixels as floats [1, h, 1, 1] and [1, 1, w, 1]."""
    return [
        cast(iota([1, height, 1, 1], 1), "float32"),
        cast(iota([1, 1, width, 1], 2), "float32"),
    ]


def _parameters(transforms, count, batch, op):
    """Tensors [batch or 1, 1, 1, 1], one per parameter, of [count] or [batch, count]."""
    t = as_float(transforms)
    rank = len(t.shape)
    if rank == 1:
        t = reshape(t, [1, t.shape[0]])
    good = (rank == 1 or rank == 2) and dims_equal(t.shape[1], count)
    if not good or not (dims_equal(t.shape[0], 1) or dims_equal(t.shape[0], batch)):
        raise error(
            "ShapeError",
            op
            + ": needs "
            + str(count)
            + " numbers, or as many for each image, got "
            + format_shape(t.shape),
        )
    return [
        reshape(slice_strided(t, [0, i], [t.shape[0], 1], [1, 1]), [t.shape[0], 1, 1, 1])
        for i in range(count)
    ]


def affine_transform(
    images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None
):
    """Images under an affine map: the pixel (x, y) of the result shows (a0 x + a1 y + a2, b0 x + b1 y + b2).

    transform: [a0, a1, a2, b0, b1, b2, 0, 0], or one for each image (the last two numbers are not read).
    interpolation: "nearest" or "bilinear"; fill_mode: as in `map_coordinates`.
    """
    require_choice(interpolation, ["nearest", "bilinear"], "interpolation")
    require_choice(fill_mode, FILL_MODES, "fill_mode")
    given = Images(images, data_format, "affine_transform")
    x = as_float(given.x)
    p = _parameters(transform, 8, x.shape[0], "affine_transform")
    grid = _grid(x.shape[1], x.shape[2])
    columns = add(add(multiply(grid[1], p[0]), multiply(grid[0], p[1])), p[2])
    rows = add(add(multiply(grid[1], p[3]), multiply(grid[0], p[4])), p[5])
    return given.back(sample_images(x, rows, columns, ORDERS[interpolation], fill_mode, fill_value))


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
    reach is fill_value.
    """
    require_choice(interpolation, ["nearest", "bilinear"], "interpolation")
    given = Images(images, data_format, "perspective_transform")
    x = as_float(given.x)
    starts = _corners(start_points, x.shape[0])
    ends = _corners(end_points, x.shape[0])
    places = _projected(_grid(x.shape[1], x.shape[2]), _homography(starts, ends))
    return given.back(sample_images(x, places[0], places[1], ORDERS[interpolation], "constant", fill_value))


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
    require_choice(interpolation, ["nearest", "bilinear"], "interpolation")
    require_choice(fill_mode, FILL_MODES, "fill_mode")
    x = as_float(image)
    if len(x.shape) != 4:
        raise error("ShapeError", "transform: needs images of rank 4, got " + format_shape(x.shape))
    size = x.shape[1:3] if output_shape is None else target_size(output_shape, "output_shape")
    p = _parameters(transforms, 8, x.shape[0], "transform")
    places = _projected(_grid(size[0], size[1]), p)
    return sample_images(x, places[0], places[1], ORDERS[interpolation], fill_mode, fill_value)


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
    grid = _grid(x.shape[1], x.shape[2])
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
    require_choice(method, ["bilinear", "nearest"], "method")
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
    places = []
    inside = None
    for axis in range(2):
        last = cast(to_tensor(subtract(_length(x.shape[axis + 1]), 1)), "float32")
        n = target[axis]
        shape = [1, n, 1, 1] if axis == 0 else [1, 1, n, 1]
        # Both ends are exact in this form: a box that ends with the image never leaves it.
        shares = [i / (n - 1) if n > 1 else 0.5 for i in range(n)]
        low = multiply(
            _edge(rectangles, axis), reshape(to_tensor([1.0 - t for t in shares], "float32"), shape)
        )
        high = multiply(_edge(rectangles, axis + 2), reshape(to_tensor(shares, "float32"), shape))
        place = multiply(add(low, high), last)
        here = logical_and(greater_equal(place, 0.0), less_equal(place, last))
        inside = here if inside is None else logical_and(inside, here)
        places.append(place)
    table = sample_table(places, [x.shape[1], x.shape[2]], ORDERS[method], "nearest")
    plane = multiply(_length(x.shape[1]), _length(x.shape[2]))
    indices = add(table[0], multiply(reshape(of, [count, 1, 1, 1]), plane))
    flat = reshape(x, [dim_mul(dim_mul(x.shape[0], x.shape[1]), x.shape[2]), x.shape[3]])
    y = gather_sum(flat, indices, where(inside, table[1], 0.0), 0)
    return y if extrapolation_value == 0 else where(inside, y, float(extrapolation_value))


def _edge(boxes, k):
    """Column k of the boxes as [count, 1, 1, 1]."""
    return reshape(slice_strided(boxes, [0, k], [boxes.shape[0], 1], [1, 1]), [boxes.shape[0], 1, 1, 1])
