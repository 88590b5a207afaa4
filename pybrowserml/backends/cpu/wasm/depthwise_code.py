"""The functions of depthwise convolutions in SIMD: four channels at a time.

A block is a few output pixels of a row, whose sums stay in registers: each source column is loaded once and goes to
every pixel that it reaches, so that a 3 x 3 filter of stride 1 loads 4 numbers for 7 multiply-adds. Sums run over
the taps in the filter's order, taps outside of the image are left out.
"""

from .assembler import Function
from .packing import scaled

# Pixels of a block: sizes that come from 224 divide by 7.
PIXELS = 7

# The geometry's words in the table of a launch, by name.
FIELDS = [
    "wide",
    "height",
    "width",
    "channels",
    "first_row",
    "row_stride",
    "rows",
    "row_step",
    "filter_row",
    "filter_tap",
    "first_column",
    "out_row",
    "out_pixel",
]


class _Quads:
    """Code over neighbouring channels: by fours, then one by one in the first lane, with the same arithmetic."""

    def __init__(self, f):
        self.f = f
        self.left = f.local("i32")
        # Bytes from the first channel.
        self.at = f.local("i32")
        self.width = 4

    def each(self, first, count, body):
        """body(): code for the channels at `at`; first: bytes, count: channels."""
        f = self.f
        f.put(self.left, count)
        f.put(self.at, first)
        for width in [4, 1]:
            self.width = width
            f.begin_while(["i32.ge_s", self.left, width])
            body()
            f.move(self.at, 4 * width)
            f.put(self.left, ["i32.sub", self.left, width])
            f.end_while()

    def load(self, address):
        return ["v128.load" if self.width == 4 else "v128.load32_zero", address, 0]

    def store(self, address, value):
        if self.width == 4:
            self.f.store("v128.store", address, value, 0)
        else:
            self.f.store_lane("v128.store32_lane", address, value, 0, 0)


class _Blocks:
    """Code that walks blocks of pixels and the source columns that they reach.

    g: Locals of the geometry by name, read from the table at `table` (in elements); lengths are in bytes. source: a
    Local; taps, spread, stride: along a row.
    """

    def __init__(self, f, table, source, taps, spread, stride):
        self.f = f
        self.source = source
        self.taps = taps
        self.spread = spread
        self.stride = stride
        self.g = {}
        scaled(f, [table])
        for k in range(len(FIELDS)):
            local = f.local("i32")
            f.put(local, ["i32.load", table, 4 * k])
            self.g[FIELDS[k]] = local
        self.channels = f.local("i32")
        f.put(self.channels, self.g["channels"])
        lengths = ["channels", "filter_row", "filter_tap", "out_row", "out_pixel"]
        scaled(f, [self.g[name] for name in lengths])
        self.quads = _Quads(f)
        self.x = f.local("i32")
        self.column = f.local("i32")
        self.first = f.local("i32")
        self.h = f.local("i32")
        self.k = f.local("i32")
        self.at = f.local("i32")
        self.row = f.local("i32")
        self.tap = f.local("i32")
        self.value = f.local("v128")
        # What stands for a pixel, and for a tap.
        self.pixels = f.locals("v128", PIXELS)
        self.w = f.locals("v128", taps)

    def span(self, pixels):
        """Columns from the first that a block reaches to the last one."""
        return (pixels - 1) * self.stride + (self.taps - 1) * self.spread + 1

    def begin_row(self, y):
        """Note the source row of an output row's first tap."""
        g = self.g
        self.f.put(self.first, ["i32.add", ["i32.mul", y, g["row_stride"]], g["first_row"]])

    def begin_blocks(self):
        self.f.put(self.x, 0)
        self.f.put(self.column, self.g["first_column"])

    def next_block(self, pixels):
        self.f.move(self.x, pixels)
        self.f.move(self.column, pixels * self.stride)

    def is_inside(self, pixels):
        """Whether a block has all its pixels, and its columns are all in the image."""
        end = ["i32.add", self.column, self.span(pixels)]
        inside = ["i32.and", ["i32.ge_s", self.column, 0], ["i32.le_s", end, self.g["width"]]]
        return ["i32.and", inside, ["i32.le_s", ["i32.add", self.x, pixels], self.g["wide"]]]

    def taps_at(self, visit):
        """visit(tap): code for each tap of the row at `row`, whose address is in `tap`."""
        f = self.f
        f.put(self.tap, self.row)
        for n in range(self.taps):
            visit(n)
            if n + 1 < self.taps:
                f.put(self.tap, ["i32.add", self.tap, self.g["filter_tap"]])

    def each_row(self, filters, begin, pixels, cut, add, end):
        """Code for the rows of taps that are in the image: begin(), then add(tap, pixel) for each pair, with the source
        element in `value`, then end(). cut: some columns are outside.
        """
        f = self.f
        g = self.g
        f.put(self.k, g["rows"])
        f.put(self.h, self.first)
        f.put(self.row, ["i32.add", filters, self.quads.at])
        f.begin_while(self.k)
        # One comparison without signs finds what is below zero too.
        f.begin_if(["i32.lt_u", self.h, g["height"]])
        place = ["i32.mul", ["i32.add", ["i32.mul", self.h, g["width"]], self.column], g["channels"]]
        f.put(self.at, ["i32.add", ["i32.add", self.source, self.quads.at], place])
        begin()
        for j in range(self.span(pixels)):
            self._column(j, pixels, cut, add)
            if j + 1 < self.span(pixels):
                f.put(self.at, ["i32.add", self.at, g["channels"]])
        end()
        f.end_if()
        f.put(self.h, ["i32.add", self.h, g["row_step"]])
        f.put(self.row, ["i32.add", self.row, g["filter_row"]])
        f.put(self.k, ["i32.sub", self.k, 1])
        f.end_while()

    def _column(self, j, pixels, cut, add):
        f = self.f
        pairs = []
        for q in range(pixels):
            away = j - q * self.stride
            n = int(away / self.spread)
            if away >= 0 and n < self.taps and n * self.spread == away:
                pairs.append([n, q])
        if len(pairs) == 0:
            return None
        if cut:
            f.begin_if(["i32.lt_u", ["i32.add", self.column, j], self.g["width"]])
        f.put(self.value, self.quads.load(self.at))
        for pair in pairs:
            add(pair[0], pair[1])
        if cut:
            f.end_if()
        return None


def depthwise_rows(tier, taps, spread, stride):
    """(table, source, filter, target, lo, hi): rows lo .. hi - 1 of the output of one image.

    table: the FIELDS, in elements: an output row y takes the source rows y * row_stride + first_row + k * row_step
    for k < rows, and their filter rows, filter_row apart; a pixel x the columns x * stride + first_column + k * spread
    for k < taps, filter_tap apart in the filter.
    """
    f = Function(["i32" for _k in range(6)], None)
    table, source, filters, target, lo, hi = f.args
    scaled(f, [source, filters, target])
    blocks = _Blocks(f, table, source, taps, spread, stride)
    g = blocks.g
    quads = blocks.quads
    acc = blocks.pixels
    w = blocks.w
    o = f.local("i32")

    def load_taps():
        blocks.taps_at(lambda n: f.put(w[n], quads.load(blocks.tap)))

    def add(n, q):
        f.put(acc[q], tier.madd(blocks.value, w[n], acc[q]))

    def block(cut):
        for q in range(PIXELS):
            f.put(acc[q], ["f32x4", 0])
        blocks.each_row(filters, load_taps, PIXELS, cut, add, lambda: None)
        for q in range(PIXELS):
            if cut and q > 0:
                f.begin_if(["i32.gt_s", ["i32.sub", g["wide"], blocks.x], q])
            quads.store(o, acc[q])
            if cut and q > 0:
                f.end_if()
            f.put(o, ["i32.add", o, g["out_pixel"]])

    def row():
        blocks.begin_blocks()
        f.put(o, ["i32.add", target, quads.at])
        f.begin_while(["i32.lt_s", blocks.x, g["wide"]])
        if quads.width == 4:
            f.begin_if(blocks.is_inside(PIXELS))
            block(False)
            f.otherwise()
            block(True)
            f.end_if()
        else:
            block(True)
        blocks.next_block(PIXELS)
        f.end_while()

    f.begin_while(["i32.lt_s", lo, hi])
    blocks.begin_row(lo)
    quads.each(0, blocks.channels, row)
    f.put(target, ["i32.add", target, g["out_row"]])
    f.move(lo, 1)
    f.end_while()
    return f


def depthwise_sums(tier, taps, spread, stride):
    """(table, source, given, sums, lo, hi, tall): the filter's gradient by one image, for channels lo .. hi - 1.

    table: as of depthwise_rows, for the forward convolution; given: dy of `tall` rows; sums: as the filter, added to.
    """
    f = Function(["i32" for _k in range(7)], None)
    table, source, given, sums, lo, hi, tall = f.args
    scaled(f, [source, given, sums])
    blocks = _Blocks(f, table, source, taps, spread, stride)
    g = blocks.g
    quads = blocks.quads
    dy = blocks.pixels
    acc = blocks.w
    y = f.local("i32")
    at = f.local("i32")

    def zero():
        for n in range(taps):
            f.put(acc[n], ["f32x4", 0])

    def add(n, q):
        f.put(acc[n], tier.madd(blocks.value, dy[q], acc[n]))

    def add_up():
        blocks.taps_at(lambda n: quads.store(blocks.tap, ["f32x4.add", quads.load(blocks.tap), acc[n]]))

    def block(pixels, cut):
        for q in range(pixels):
            f.put(dy[q], quads.load(at))
            f.put(at, ["i32.add", at, g["out_pixel"]])
        blocks.each_row(sums, zero, pixels, cut, add, add_up)
        blocks.next_block(pixels)

    def row():
        blocks.begin_blocks()
        f.put(at, ["i32.add", given, quads.at])
        if quads.width == 4:
            f.begin_while(["i32.le_s", ["i32.add", blocks.x, PIXELS], g["wide"]])
            f.begin_if(blocks.is_inside(PIXELS))
            block(PIXELS, False)
            f.otherwise()
            block(PIXELS, True)
            f.end_if()
            f.end_while()
        f.begin_while(["i32.lt_s", blocks.x, g["wide"]])
        block(1, True)
        f.end_while()

    f.begin_while(["i32.lt_s", y, tall])
    blocks.begin_row(y)
    quads.each(["i32.shl", lo, 2], ["i32.sub", hi, lo], row)
    f.put(given, ["i32.add", given, g["out_row"]])
    f.move(y, 1)
    f.end_while()
    return f
