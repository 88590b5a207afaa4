"""Depthwise convolutions in SIMD, by the functions of depthwise_code."""

from ..depthwise import DepthwiseLaunch
from ..launch import Launch, split
from .depthwise_code import FIELDS, depthwise_rows

# Elements of the rows that a tile computes before their epilogue.
ROWS_WORK = 8192
# Nanoseconds of one.
MULTIPLY_ADD = 0.1


class Pass:
    """Output pixels that take the same taps: rows of images, `first` elements into the output."""

    def __init__(self, tier, fields, taps, spread, stride, tall, first):
        self.fields = fields
        self.taps = taps * fields["rows"]
        self.tall = tall
        self.first = first
        key = "depthwise " + str(taps) + " " + str(spread) + " " + str(stride)
        self.call = tier.want(key, lambda: depthwise_rows(tier, taps, spread, stride))
        self.filter_first = 0
        self.rows_per_tile = max(1, int(ROWS_WORK / max(1, fields["wide"] * fields["channels"])))
        self.per_image = split(tall, self.rows_per_tile)


class SimdDepthwiseLaunch(Launch):
    """The passes of a convolution (one) or an input gradient (one a class of pixels), with an epilogue.

    source, target: shapes [images, height, width, channels]. Tiles: rows of one image, pass by pass.
    """

    def __init__(self, passes, source, target, program):
        self.passes = passes
        self.source_size = source[1] * source[2] * source[3]
        self.target_size = target[1] * target[2] * target[3]
        self.row = target[2] * target[3]
        self.program = program
        self.images = target[0] if self.target_size > 0 else 0
        tiles = 0
        rows = 0
        for each in passes:
            tiles += self.images * each.per_image
            rows = max(rows, min(each.rows_per_tile, each.tall))
        self.rows_at = len(FIELDS) * len(passes)
        super().__init__(tiles, self.rows_at)
        if program is not None:
            self.program_at = self.rows_at + rows * self.row
            self.workspace = self.program_at + program.workspace
            self.reuse.append([])
            for operand in program.reuse[0]:
                self.reuse[0].append(operand + 1)
        if tiles > 0:
            self.share([tiles], tiles * ROWS_WORK * passes[0].taps * MULTIPLY_ADD)

    def begin(self):
        at = self.work
        for each in self.passes:
            for name in FIELDS:
                self.i32[at] = each.fields[name]
                at += 1
        if self.program is not None and self.tiles > 0:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.work + self.program_at)

    def run(self, lo, hi):
        for t in range(lo, hi):
            rest = t
            k = 0
            while rest >= self.images * self.passes[k].per_image:
                rest -= self.images * self.passes[k].per_image
                k += 1
            part = rest % self.passes[k].per_image
            self._rows(k, int((rest - part) / self.passes[k].per_image), part * self.passes[k].rows_per_tile)

    def _rows(self, k, image, first):
        """Rows of one image from a row of the pass k on."""
        each = self.passes[k]
        last = min(first + each.rows_per_tile, each.tall)
        place = image * self.target_size + each.first + first * each.fields["out_row"]
        o = self.outs[0] + place if self.program is None else self.work + self.rows_at
        source = self.ins[0] + image * self.source_size
        filters = self.ins[1] + each.filter_first
        each.call.run(self.work + k * len(FIELDS), source, filters, o, first, last)
        if self.program is not None:
            self.program.apply(place, (last - first) * self.row, o)


def forward_fields(params, x, w, y):
    """The geometry of conv2d of x, which gives y."""
    strides = params["strides"]
    dilations = params["dilations"]
    return {
        "wide": y[2],
        "height": x[1],
        "width": x[2],
        "channels": x[3],
        "first_row": 0 - params["pads"][0][0],
        "row_stride": strides[0],
        "rows": w[0],
        "row_step": dilations[0],
        "filter_row": w[1] * x[3],
        "filter_tap": x[3],
        "first_column": 0 - params["pads"][1][0],
        "out_row": y[2] * x[3],
        "out_pixel": x[3],
    }


def simd_depthwise(tier, params, x, w, y, program):
    """The launch of conv2d of x with a depthwise filter [tall, wide, 1, channels]; that of several results a channel
    is plain.
    """
    if w[3] != x[3]:
        return DepthwiseLaunch(params, x, w, y, program)
    fields = forward_fields(params, x, w, y)
    whole = Pass(tier, fields, w[1], params["dilations"][1], params["strides"][1], y[1], 0)
    return SimdDepthwiseLaunch([whole], x, y, program)
