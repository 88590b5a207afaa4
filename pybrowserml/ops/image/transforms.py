"""Images under maps of the plane: affine and projective ones, and turns; see `sampling`."""

from ...core.dims import dims_equal, is_symbolic
from ...core.opset.binary import (
    add,
    divide,
    equal,
    greater_equal,
    less,
    logical_and,
    multiply,
    subtract,
    where,
)
from ...core.opset.generators import iota
from ...core.opset.movement import reshape
from ...core.opset.registry import as_float, to_tensor
from ...core.opset.unary import cast, cos, floor, sin
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from ...platform.numbers import is_list, is_number
from ..arguments import require_choice, shown
from .resizing import target_size
from .sampling import FILL_MODES, ORDERS, columns_of, corners_of, in_dtype, length_of, sample_images
from .shapes import Images


def _grid(batch, height, width, order):
    """[rows, columns] of the pixels as floats [batch, height, width, corners]."""
    shape = [batch, height, width, corners_of(2, order)]
    return [cast(iota(shape, 1), "float32"), cast(iota(copy_shape(shape), 2), "float32")]


def _parameters(transforms, count, batch, op):
    """Tensors [batch or 1, 1, 1, 1], one per parameter, of [count] or [batch, count]."""
    t = as_float(transforms, op, "transforms")
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
    return columns_of(t, rows, count)


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
    """[rows, columns] under (p0 x + p1 y + p2, p3 x + p4 y + p5) / (p6 x + p7 y + 1).

    On the horizon, where the divisor is 0, they lie outside of any image.
    """
    depth = add(add(multiply(grid[1], p[6]), multiply(grid[0], p[7])), 1.0)
    horizon = equal(depth, 0.0)
    scale = divide(1.0, where(horizon, 1.0, depth))
    columns = multiply(add(add(multiply(grid[1], p[0]), multiply(grid[0], p[1])), p[2]), scale)
    rows = multiply(add(add(multiply(grid[1], p[3]), multiply(grid[0], p[4])), p[5]), scale)
    return [where(horizon, -2.0, rows), where(horizon, -2.0, columns)]


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
    p = _homography(_corners(start_points, x.shape[0]), _corners(end_points, x.shape[0]))
    order = ORDERS[interpolation]
    places = _projected(_grid(x.shape[0], x.shape[1], x.shape[2], order), p)
    y = sample_images(x, places[0], places[1], order, "constant", fill_value)
    return given.back(in_dtype(y, given.x.dtype))


def homography_of(start_points, end_points):
    """Eight numbers of the projective map that takes end_points to start_points [batch or 1, 4, 2], each [batch or 1]:
    (x, y) goes to (p0 x + p1 y + p2, p3 x + p4 y + p5) / (p6 x + p7 y + 1).
    """
    starts = to_tensor(start_points)
    ends = to_tensor(end_points)
    found = _homography(_corners(starts, starts.shape[0]), _corners(ends, ends.shape[0]))
    return [reshape(entry, [-1]) for entry in found]


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
    x = as_float(image, "transform", "image")
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
    x = as_float(image, "rotate_with_offset", "image")
    if len(x.shape) != 4:
        raise error("ShapeError", "rotate_with_offset: needs images of rank 4, got " + format_shape(x.shape))
    shares = [center, center]
    if is_list(center):
        shares = [center[0], center[1]]  # pyright: ignore[reportIndexIssue]
    middle_x = multiply(cast(to_tensor(length_of(x.shape[2])), "float32"), shares[0])
    middle_y = multiply(cast(to_tensor(length_of(x.shape[1])), "float32"), shares[1])
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
        logical_and(greater_equal(rows, 0.0), less(rows, cast(to_tensor(length_of(x.shape[1])), "float32"))),
        logical_and(
            greater_equal(columns, 0.0), less(columns, cast(to_tensor(length_of(x.shape[2])), "float32"))
        ),
    )
    turned = sample_images(x, rows, columns, 0, "constant", 0)
    return where(inside, turned, to_tensor(colour, "float32"))
