"""Interpolation: which pixels of an axis a result reads, and with what weights.

A table is [indices, weights] of `gather_sum`: with known sizes it is made here, once, in double precision; with
symbolic sizes it is made of ops, when the plan runs.
"""

import math

from ...core.dims import is_symbolic
from ...core.opset.binary import (
    add,
    divide,
    floor_divide,
    greater_equal,
    less,
    logical_and,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ...core.opset.gather_sum import sparse_tables
from ...core.opset.generators import iota, size_of
from ...core.opset.reduction import reduce_sum
from ...core.opset.unary import absolute, cast, floor, sin
from ...platform.errors import error

# How far the kernel of an interpolation reaches.
RADIUS = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}

# Sums of weights below this are nothing: the sample lies outside.
SMALLEST = 1000 * 1.1920929e-07


def kernel_value(method, x):
    """The weight at a distance x >= 0. "bicubic": Keys's kernel with a = -0.5 (Keys 1981)."""
    if method == "bilinear":
        return max(0.0, 1.0 - x)
    if method == "bicubic":
        if x >= 2:
            return 0.0
        if x >= 1:
            return ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
        return (1.5 * x - 2.5) * x * x + 1.0
    radius = RADIUS[method]
    if x > radius:
        return 0.0
    if x <= 0.001:
        return 1.0
    angle = math.pi * x
    return radius * math.sin(angle) * math.sin(angle / radius) / (angle * angle)


def kernel_tensor(method, x):
    """As kernel_value, of a tensor."""
    if method == "bilinear":
        return maximum(subtract(1.0, x), 0.0)
    if method == "bicubic":
        near = add(multiply(subtract(multiply(x, 1.5), 2.5), multiply(x, x)), 1.0)
        far = add(multiply(subtract(multiply(add(multiply(x, -0.5), 2.5), x), 4.0), x), 2.0)
        return where(less(x, 1.0), near, where(less(x, 2.0), far, 0.0))
    radius = RADIUS[method]
    angle = multiply(maximum(x, 0.001), math.pi)
    wave = multiply(multiply(sin(angle), sin(multiply(angle, 1.0 / radius))), radius)
    value = divide(wave, multiply(angle, angle))
    return where(less(x, 0.001), 1.0, where(less(x, float(radius)), value, 0.0))


def sampled_rows(size, count, scale, translation, method, antialias):
    """Rows of a sparse table: `count` samples of an axis of `size` pixels.

    The centre of result i lies at (i + 0.5 - translation) / scale - 0.5. With antialias the kernel is as wide as a
    result's pixel where that is wider than one of the input's. Samples outside of the axis are 0.
    """
    inverse = 1.0 / scale
    width = max(inverse, 1.0) if antialias else 1.0
    reach = RADIUS[method] * width
    rows = []
    for i in range(count):
        centre = (i + 0.5 - translation) * inverse - 0.5
        indices = []
        weights = []
        total = 0.0
        if centre >= -0.5 and centre <= size - 0.5:
            for p in range(max(0, math.ceil(centre - reach)), min(size - 1, math.floor(centre + reach)) + 1):
                weight = kernel_value(method, abs(centre - p) / width)
                if weight != 0:
                    indices.append(p)
                    weights.append(weight)
                    total = total + weight
        if abs(total) <= SMALLEST:
            rows.append([[], []])
        else:
            rows.append([indices, [weight / total for weight in weights]])
    return rows


def resize_table(size, count, method, antialias):
    """The table that resizes an axis from `size` to `count` pixels."""
    if not is_symbolic(size):
        return sparse_tables(sampled_rows(size, count, count / max(size, 1), 0.0, method, antialias))
    if antialias:
        raise error("ShapeError", "resize: antialias needs a known height and width")
    reach = RADIUS[method]
    shape = [count, 2 * reach]
    step = divide(cast(size_of(size), "float32"), float(count))
    centre = subtract(multiply(add(cast(iota(shape, 0), "float32"), 0.5), step), 0.5)
    places = add(add(cast(floor(centre), "int32"), iota(shape, 1)), 1 - reach)
    inside = logical_and(greater_equal(places, 0), less(places, size_of(size)))
    weights = where(inside, kernel_tensor(method, absolute(subtract(centre, cast(places, "float32")))), 0.0)
    return [places, divide(weights, reduce_sum(weights, 1, True))]


def nearest_places(size, count):
    """The index of the pixel under the centre of each result: floor((i + 0.5) * size / count)."""
    length = size_of(size) if is_symbolic(size) else size
    odd = add(multiply(iota([count], 0), 2), 1)
    return minimum(floor_divide(multiply(odd, length), 2 * count), subtract(length, 1))
