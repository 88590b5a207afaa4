"""Blocks of pixels moved into the channels or the batch, and back."""

from ..core.dims import dim_floordiv, dim_mul, dim_sub, dims_equal, format_dim
from ..core.opset.movement import pad_interior, reshape, slice_strided, transpose
from ..core.opset.registry import to_tensor
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from ..platform.numbers import is_list
from .arguments import data_format_of, require_whole, shown


def _divided(size, block, op):
    part = dim_floordiv(size, block)
    if not dims_equal(dim_mul(part, block), size):
        raise error(
            "ShapeError", op + ": a size of " + format_dim(size) + " does not divide by " + str(block)
        )
    return part


def _require_images(x, op):
    if len(x.shape) != 4:
        raise error("ShapeError", op + ": needs images of rank 4, got " + format_shape(x.shape))


def depth_to_space(x, block_size, data_format="channels_last"):
    """Channels moved into blocks of pixels: [n, h, w, c] → [n, h * block, w * block, c / block²].

    Row i, column j and channel k of a pixel's block come from channel (i * block + j) * c / block² + k; with
    "channels_first", as in Keras, from channel k * block² + i * block + j.
    """
    form = data_format_of(data_format, "depth_to_space: data_format")
    block = require_whole(block_size, 2, "depth_to_space: block_size")
    x = to_tensor(x, None, "depth_to_space", "x")
    _require_images(x, "depth_to_space")
    n = x.shape[0]
    if form == "channels_first":
        c = _divided(x.shape[1], block * block, "depth_to_space")
        h, w = x.shape[2], x.shape[3]
        y = transpose(reshape(x, [n, c, block, block, h, w]), [0, 1, 4, 2, 5, 3])
        return reshape(y, [n, c, dim_mul(h, block), dim_mul(w, block)])
    h, w = x.shape[1], x.shape[2]
    c = _divided(x.shape[3], block * block, "depth_to_space")
    y = transpose(reshape(x, [n, h, w, block, block, c]), [0, 1, 3, 2, 4, 5])
    return reshape(y, [n, dim_mul(h, block), dim_mul(w, block), c])


def space_to_depth(x, block_size, data_format="channels_last"):
    """Blocks of pixels moved into the channels, the inverse of `depth_to_space`; the sizes divide by the block."""
    form = data_format_of(data_format, "space_to_depth: data_format")
    block = require_whole(block_size, 2, "space_to_depth: block_size")
    x = to_tensor(x, None, "space_to_depth", "x")
    _require_images(x, "space_to_depth")
    n = x.shape[0]
    at = 2 if form == "channels_first" else 1
    h = _divided(x.shape[at], block, "space_to_depth")
    w = _divided(x.shape[at + 1], block, "space_to_depth")
    if form == "channels_first":
        c = x.shape[1]
        y = transpose(reshape(x, [n, c, h, block, w, block]), [0, 1, 3, 5, 2, 4])
        return reshape(y, [n, dim_mul(c, block * block), h, w])
    c = x.shape[3]
    y = transpose(reshape(x, [n, h, block, w, block, c]), [0, 1, 3, 2, 4, 5])
    return reshape(y, [n, h, w, dim_mul(c, block * block)])


def _pairs(value, count, argument):
    """[[before, after], ...] of the blocked axes."""
    good = is_list(value) and len(value) == count
    if good:
        for pair in value:
            good = good and is_list(pair) and len(pair) == 2
    if not good:
        raise error(
            "ArgumentError",
            argument + " must be [before, after] for each of " + str(count) + " axes, got " + shown(value),
        )
    return [[require_whole(pair[0], 0, argument), require_whole(pair[1], 0, argument)] for pair in value]


def _blocks(x, block_shape, op):
    if not is_list(block_shape) or len(block_shape) >= len(x.shape):
        raise error(
            "ArgumentError",
            op
            + ": block_shape must have one integer for each of the axes behind the batch that are divided, got "
            + shown(block_shape),
        )
    return [require_whole(block, 1, op + ": block_shape") for block in block_shape]


def space_to_batch_nd(x, block_shape, paddings):
    """Blocks moved into the batch: axis i + 1, padded with zeros, is divided by block_shape[i].

    x: [n, sizes, rest]; paddings: [before, after] per block. Returns [n * product of blocks, (size + padding) /
    block, rest]; the place in the block varies slower than n.
    """
    x = to_tensor(x, None, "space_to_batch_nd", "x")
    blocks = _blocks(x, block_shape, "space_to_batch_nd")
    count = len(blocks)
    rank = len(x.shape)
    pads = [[0, 0, 0]]
    for pair in _pairs(paddings, count, "paddings"):
        pads.append([pair[0], pair[1], 0])
    for i in range(count + 1, rank):
        pads.append([0, 0, 0])
    x = pad_interior(x, pads, 0)
    wide = [x.shape[0]]
    joined = [x.shape[0]]
    order = [2 * i + 2 for i in range(count)]
    order.append(0)
    for i in range(count):
        part = _divided(x.shape[i + 1], blocks[i], "space_to_batch_nd")
        wide.extend([part, blocks[i]])
        joined[0] = dim_mul(joined[0], blocks[i])
        joined.append(part)
        order.append(2 * i + 1)
    for i in range(count + 1, rank):
        wide.append(x.shape[i])
        joined.append(x.shape[i])
        order.append(i + count)
    return reshape(transpose(reshape(x, wide), order), joined)


def batch_to_space_nd(x, block_shape, crops):
    """The inverse of `space_to_batch_nd`; crops: [before, after] cut off each axis afterwards."""
    x = to_tensor(x, None, "batch_to_space_nd", "x")
    blocks = _blocks(x, block_shape, "batch_to_space_nd")
    count = len(blocks)
    rank = len(x.shape)
    pairs = _pairs(crops, count, "crops")
    batch = x.shape[0]
    wide = copy_shape(blocks)
    order = [count]
    joined = []
    for i in range(count):
        batch = _divided(batch, blocks[i], "batch_to_space_nd")
        order.extend([count + 1 + i, i])
        joined.append(dim_mul(x.shape[i + 1], blocks[i]))
    wide.append(batch)
    joined.insert(0, batch)
    for i in range(1, rank):
        wide.append(x.shape[i])
        if i > count:
            order.append(count + i)
            joined.append(x.shape[i])
    y = reshape(transpose(reshape(x, wide), order), joined)
    begin = [0 for dim in joined]
    shape = copy_shape(joined)
    cut = False
    for i in range(count):
        begin[i + 1] = pairs[i][0]
        shape[i + 1] = dim_sub(shape[i + 1], pairs[i][0] + pairs[i][1])
        cut = cut or pairs[i][0] + pairs[i][1] > 0
    return slice_strided(y, begin, shape, [1 for dim in joined]) if cut else y
