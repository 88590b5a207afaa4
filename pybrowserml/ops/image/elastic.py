"""Images pulled about at random."""

from ...core.dims import is_symbolic
from ...core.graph import is_tensor
from ...core.opset.binary import add, multiply
from ...core.opset.generators import iota
from ...core.opset.movement import slice_strided
from ...core.opset.registry import as_float
from ...core.opset.unary import cast
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from ...platform.numbers import to_int
from ..arguments import require_choice
from ..random import normal
from .filters import bell_of, gaussian_weights, smoothed, smoothed_by
from .sampling import FILL_MODES, ORDERS, corners_of, in_dtype, sample_images
from .shapes import Images


def elastic_transform(
    images,
    alpha=20.0,
    sigma=5.0,
    interpolation="bilinear",
    fill_mode="reflect",
    fill_value=0.0,
    seed=None,
    data_format=None,
):
    """Images whose pixels are moved by smooth random displacements.

    Displacements are normals times sigma, smoothed by a bell of width sigma, times alpha. interpolation, fill_mode,
    fill_value: as in `affine_transform`. seed: as in `random`; the numbers are not those of Keras.
    Source: Simard, Steinkraus, Platt 2003, "Best practices for convolutional neural networks".
    """
    require_choice(interpolation, ["nearest", "bilinear"], "elastic_transform: interpolation")
    require_choice(fill_mode, FILL_MODES, "elastic_transform: fill_mode")
    given = Images(images, data_format, "elastic_transform")
    y = elastic_images(as_float(given.x), alpha, sigma, sigma, interpolation, fill_mode, fill_value, seed)
    return given.back(in_dtype(y, given.x.dtype))


def elastic_images(x, alpha, sigma, largest, interpolation, fill_mode, fill_value, seed):
    """See `elastic_transform`; alpha and sigma may be scalar tensors, then `largest` is what sigma is at most."""
    n, height, width = x.shape[0], x.shape[1], x.shape[2]
    if is_symbolic(height) or is_symbolic(width):
        raise error(
            "ShapeError", "elastic_transform: needs a known height and width, got " + format_shape(x.shape)
        )
    size = to_int(6.0 * largest)
    size = size + 1 - size % 2
    shape = [n, height, width, 2]
    if is_tensor(sigma):
        weights = bell_of(size, sigma)
        moves = multiply(normal(shape, 0.0, 1.0, None, seed), multiply(sigma, alpha))
        moves = smoothed_by(moves, weights, weights)
    else:
        weights = gaussian_weights(size, sigma)
        moves = smoothed(normal(shape, 0.0, sigma * alpha, None, seed), weights, weights, "same")
    order = ORDERS[interpolation]
    grid = [n, height, width, corners_of(2, order)]
    places = []
    for axis in range(2):
        part = slice_strided(moves, [0, 0, 0, axis], [n, height, width, 1], [1, 1, 1, 1])
        places.append(add(cast(iota(copy_shape(grid), axis + 1), "float32"), part))
    return sample_images(x, places[0], places[1], order, fill_mode, fill_value)
