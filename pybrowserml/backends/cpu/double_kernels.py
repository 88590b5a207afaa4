"""Products of float64: the definitions as loops. For checking gradients, not for speed."""

from ...platform.buffers import int32_array
from ..resolve import element_count
from .conv2d import forward_taps
from .double_program import DoubleProgram, prepare_double_elementwise
from .kernels import DOUBLES
from .launch import Launch
from .matmul import batch_offsets


class ProductLaunch(Launch):
    """Rows of `width` results, a row a tile; derived classes compute one at a place of f64. An epilogue finishes it."""

    def __init__(self, params, ins, outs, rows, width):
        self.width = width
        self.program = None
        epilogue = params["epilogue"] if "epilogue" in params else None
        if epilogue is not None:
            shapes = [outs[0][0]]
            dtypes = [ins[0][1]]
            for k in range(2, len(ins)):
                shapes.append(ins[k][0])
                dtypes.append(ins[k][1])
            self.program = DoubleProgram(epilogue, shapes, dtypes, outs[0][0], [outs[0][1]], True)
        self.doubles = [ins[0][1] == "float64", ins[1][1] == "float64"]
        super().__init__(rows if width > 0 else 0, 2 * width + 2)

    def begin(self):
        if self.program is not None:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.work)

    def run(self, lo, hi):
        for row in range(lo, hi):
            if self.program is None:
                self.one_row(row, self.outs[0] + row * self.width)
            else:
                o = (self.work + 1) >> 1
                self.one_row(row, o)
                self.program.apply(row * self.width, self.width, o)

    def operand(self, k):
        """The view of an operand."""
        return self.f64 if self.doubles[k] else self.single

    def one_row(self, row, o):
        return None


class DoubleMatmulLaunch(ProductLaunch):
    """One row of a matrix of the batch a tile."""

    def __init__(self, params, ins, outs):
        a = ins[0][0]
        b = ins[1][0]
        shape = outs[0][0]
        rank = len(shape)
        self.m = shape[rank - 2]
        n = shape[rank - 1]
        self.k = a[len(a) - 2] if params["transpose_a"] else a[len(a) - 1]
        self.offsets = [batch_offsets(a, shape[0 : rank - 2]), batch_offsets(b, shape[0 : rank - 2])]
        self.a_row = 1 if params["transpose_a"] else self.k
        self.a_inner = self.m if params["transpose_a"] else 1
        self.b_column = self.k if params["transpose_b"] else 1
        self.b_inner = 1 if params["transpose_b"] else n
        super().__init__(params, ins, outs, element_count(shape[0 : rank - 1]), n)

    def one_row(self, row, o):
        d = self.f64
        left = self.operand(0)
        right = self.operand(1)
        r = row % self.m
        batch = int((row - r) / self.m)
        a = self.ins[0] + self.offsets[0][batch] + r * self.a_row
        b = self.ins[1] + self.offsets[1][batch]
        for c in range(self.width):
            total = 0.0
            for k in range(self.k):
                total += left[a + k * self.a_inner] * right[b + c * self.b_column + k * self.b_inner]
            d[o + c] = total


class Windows:
    """Walks over the products of a convolution: for a result pixel, the taps that lie inside of the image."""

    def __init__(self, params, x, w, y):
        self.taps = forward_taps(params, w)
        self.strides = params["strides"]
        self.height = x[1]
        self.width = x[2]
        self.channels = x[3]
        self.depth = w[2]
        self.features = w[3]
        self.per_group = int(w[3] / params["groups"])
        self.tall = y[1]
        self.wide = y[2]

    def place(self, image, h, w, tap):
        """The first element of the pixel that a tap reads, -1 outside of the image."""
        y = h * self.strides[0] + self.taps[tap][0]
        x = w * self.strides[1] + self.taps[tap][1]
        if y < 0 or y >= self.height or x < 0 or x >= self.width:
            return -1
        return ((image * self.height + y) * self.width + x) * self.channels

    def first_channel(self, feature):
        """The first channel of the image that a feature reads."""
        group = int((feature - feature % self.per_group) / self.per_group)
        return group * self.depth


class DoubleConvLaunch(ProductLaunch):
    """conv2d: a pixel a tile."""

    def __init__(self, params, ins, outs):
        y = outs[0][0]
        self.windows = Windows(params, ins[0][0], ins[1][0], y)
        super().__init__(params, ins, outs, y[0] * y[1] * y[2], y[3])

    def one_row(self, row, o):
        k = self.windows
        d = self.f64
        x = self.operand(0)
        w = self.operand(1)
        column = row % k.wide
        rest = int((row - column) / k.wide)
        line = rest % k.tall
        image = int((rest - line) / k.tall)
        for f in range(k.features):
            d[o + f] = 0.0
        for tap in range(len(k.taps)):
            place = k.place(image, line, column, tap)
            if place < 0:
                continue
            for f in range(k.features):
                first = self.ins[0] + place + k.first_channel(f)
                weight = self.ins[1] + tap * k.depth * k.features + f
                total = d[o + f]
                for c in range(k.depth):
                    total += x[first + c] * w[weight + c * k.features]
                d[o + f] = total


class DoubleConvGradLaunch(Launch):
    """One of the two transposes, in one tile: every product of the convolution, added where its third factor stood."""

    def __init__(self, windows, images, count, by_filter):
        super().__init__(1 if count > 0 else 0, 0)
        self.windows = windows
        self.images = images
        self.count = count
        self.by_filter = by_filter

    def run(self, lo, hi):
        d = self.f64
        k = self.windows
        o = self.outs[0]
        for p in range(self.count):
            d[o + p] = 0.0
        for image in range(self.images):
            for line in range(k.tall):
                for column in range(k.wide):
                    given = ((image * k.tall + line) * k.wide + column) * k.features
                    for tap in range(len(k.taps)):
                        place = k.place(image, line, column, tap)
                        if place >= 0:
                            self.one_tap(given, place, tap * k.depth * k.features)

    def one_tap(self, given, place, weight):
        d = self.f64
        k = self.windows
        for f in range(k.features):
            pixel = place + k.first_channel(f)
            for c in range(k.depth):
                w = weight + c * k.features + f
                if self.by_filter:
                    d[self.outs[0] + w] += d[self.ins[0] + pixel + c] * d[self.ins[1] + given + f]
                else:
                    d[self.outs[0] + pixel + c] += d[self.ins[0] + given + f] * d[self.ins[1] + w]


def prepare_double_matmul(params, ins, outs):
    return DoubleMatmulLaunch(params, ins, outs)


def prepare_double_conv2d(params, ins, outs):
    return DoubleConvLaunch(params, ins, outs)


def prepare_double_input_grad(params, ins, outs):
    x = outs[0][0]
    return DoubleConvGradLaunch(Windows(params, x, ins[1][0], ins[0][0]), x[0], element_count(x), False)


def prepare_double_filter_grad(params, ins, outs):
    x = ins[0][0]
    w = outs[0][0]
    return DoubleConvGradLaunch(Windows(params, x, w, ins[1][0]), x[0], element_count(w), True)


def comes_before(x, y, descending):
    """Whether x stands before y, which came first; NaN is above all numbers."""
    if x != x:
        return descending and y == y
    if y != y:
        return not descending
    return x > y if descending else x < y


class DoubleSortLaunch(Launch):
    """A row a tile, by merging runs of twice the length."""

    def __init__(self, rows, length, descending):
        super().__init__(rows if length > 0 else 0, 0)
        self.length = length
        self.descending = descending
        self.order = int32_array(length)
        self.other = int32_array(length)

    def run(self, lo, hi):
        d = self.f64
        n = self.length
        for row in range(lo, hi):
            source = self.ins[0] + row * n
            for p in range(n):
                self.order[p] = p
            width = 1
            while width < n:
                for first in range(0, n, 2 * width):
                    self.merge(source, first, min(first + width, n), min(first + 2 * width, n))
                swapped = self.order
                self.order = self.other
                self.other = swapped
                width = 2 * width
            for p in range(n):
                if self.outs[0] >= 0:
                    d[self.outs[0] + row * n + p] = d[source + self.order[p]]
                if self.outs[1] >= 0:
                    self.i32[self.outs[1] + row * n + p] = self.order[p]

    def merge(self, source, first, middle, last):
        d = self.f64
        a = first
        b = middle
        for p in range(first, last):
            later = b < last
            if later and a < middle:
                later = comes_before(d[source + self.order[b]], d[source + self.order[a]], self.descending)
            if later:
                self.other[p] = self.order[b]
                b += 1
            else:
                self.other[p] = self.order[a]
                a += 1


def prepare_double_sort(params, ins, outs):
    shape = ins[0][0]
    length = shape[len(shape) - 1]
    return DoubleSortLaunch(element_count(shape[0 : len(shape) - 1]), length, params["descending"])


# Kernels whose float32 form would not do over the view of float64.
DOUBLE_KERNELS = {
    "elementwise": prepare_double_elementwise,
    "matmul": prepare_double_matmul,
    "conv2d": prepare_double_conv2d,
    "conv2d_input_grad": prepare_double_input_grad,
    "conv2d_filter_grad": prepare_double_filter_grad,
    "sort": prepare_double_sort,
}


def install():
    """Let the CPU engine run steps with float64."""
    DOUBLES.kernels = DOUBLE_KERNELS
