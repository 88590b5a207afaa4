"""Sliding windows as an axis of their own: patches of images, columns and back."""

from ..core.annotations import Sizes
from ..core.dims import dim_mul, dims_equal, is_symbolic
from ..core.opset.binary import add, multiply
from ..core.opset.gather_sum import gather_sum, sparse_tables
from ..core.opset.gathering import gather
from ..core.opset.generators import iota
from ..core.opset.movement import pad_interior, reshape, slice_strided, transpose
from ..core.opset.registry import as_float
from ..core.shapes import copy_shape, format_shape, windowed_size
from ..platform.errors import error
from .arguments import per_axis


def windows_along(x, axis, size, stride, dilation, pads, op):
    """An axis as two: the windows that slide along it (zeros around it), and the places in a window."""
    length = x.shape[axis]
    count = windowed_size(length, size, stride, dilation, pads, op)
    shape = copy_shape(x.shape[0:axis])
    shape.extend([count, size])
    shape.extend(x.shape[axis + 1 : len(x.shape)])
    padded = not dims_equal(pads[0], 0) or not dims_equal(pads[1], 0)
    if not padded and dilation == 1 and (stride == size or dims_equal(count, 1)):
        if not dims_equal(dim_mul(count, size), length):
            # What is left over is in no window.
            kept = copy_shape(x.shape)
            kept[axis] = dim_mul(count, size)
            x = slice_strided(x, [0 for dim in kept], kept, [1 for dim in kept])
        return reshape(x, shape)
    if is_symbolic(count):
        if padded:
            entries = [[0, 0, 0] for dim in x.shape]
            entries[axis] = [pads[0], pads[1], 0]
            x = pad_interior(x, entries, 0)
        places = [count, size]
        return gather(x, add(multiply(iota(places, 0), stride), multiply(iota(places, 1), dilation)), axis)
    rows = []
    for i in range(count):  # pyright: ignore[reportArgumentType]
        for j in range(size):
            place = i * stride + j * dilation - pads[0]
            rows.append([[place], [1.0]] if place >= 0 and place < length else [[], []])
    table = sparse_tables(rows)
    return reshape(gather_sum(x, table[0], table[1], axis), shape)


def _spaces(kernel_size, dilation, padding, stride):
    """[kernel_size, dilation, padding, stride] as lists of two."""
    return [
        per_axis(kernel_size, 2, 1, "kernel_size"),
        per_axis(dilation, 2, 1, "dilation"),
        per_axis(padding, 2, 0, "padding"),
        per_axis(stride, 2, 1, "stride"),
    ]


def unfold(x, kernel_size, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1):
    """Sliding blocks as columns: [n, c, h, w] → [n, c * kh * kw, number of blocks].

    kernel_size, dilation, padding (zeros on both sides), stride: an integer, or [height, width]. Blocks are counted
    row by row; the channel varies slowest in a column.
    """
    x = as_float(x, "unfold")
    if len(x.shape) != 4:
        raise error("ShapeError", "unfold: needs [n, channels, height, width], got " + format_shape(x.shape))
    spaces = _spaces(kernel_size, dilation, padding, stride)
    size, rate, pad, step = spaces[0], spaces[1], spaces[2], spaces[3]
    y = windows_along(x, 3, size[1], step[1], rate[1], [pad[1], pad[1]], "unfold")
    y = windows_along(y, 2, size[0], step[0], rate[0], [pad[0], pad[0]], "unfold")
    n, c, rows, columns = y.shape[0], y.shape[1], y.shape[2], y.shape[4]
    y = transpose(y, [0, 1, 3, 5, 2, 4])
    return reshape(y, [n, dim_mul(c, size[0] * size[1]), dim_mul(rows, columns)])


def fold(x, output_size, kernel_size, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1):
    """Columns laid back as blocks, sums where they overlap: [n, c * kh * kw, blocks] → [n, c, h, w].

    output_size: [h, w] or an integer; other arguments as in `unfold`, whose transpose it is.
    """
    x = as_float(x, "fold")
    target = per_axis(output_size, 2, 1, "output_size")
    spaces = _spaces(kernel_size, dilation, padding, stride)
    size, rate, pad, step = spaces[0], spaces[1], spaces[2], spaces[3]
    counts = []
    for i in range(2):
        counts.append(windowed_size(target[i], size[i], step[i], rate[i], [pad[i], pad[i]], "fold"))
    area = size[0] * size[1]
    fits = len(x.shape) == 3 and not is_symbolic(x.shape[1]) and x.shape[1] % area == 0
    if not fits or not dims_equal(x.shape[2], counts[0] * counts[1]):
        raise error(
            "ShapeError",
            "fold: needs [n, a multiple of "
            + str(area)
            + ", "
            + str(counts[0] * counts[1])
            + "] for this output_size and kernel_size, got "
            + format_shape(x.shape),
        )
    n = x.shape[0]
    c = x.shape[1] // area
    y = transpose(reshape(x, [n, c, size[0], size[1], counts[0], counts[1]]), [0, 1, 4, 2, 5, 3])
    y = reshape(y, [n, c, counts[0] * size[0], counts[1] * size[1]])
    for i in range(2):
        rows = [[[], []] for p in range(target[i])]
        for k in range(counts[i]):
            for j in range(size[i]):
                place = k * step[i] + j * rate[i] - pad[i]
                if place >= 0 and place < target[i]:
                    rows[place][0].append(k * size[i] + j)
                    rows[place][1].append(1.0)
        table = sparse_tables(rows)
        y = gather_sum(y, table[0], table[1], i + 2)
    return y
