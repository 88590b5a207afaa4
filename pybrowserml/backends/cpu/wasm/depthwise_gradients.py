"""The gradients of depthwise convolutions in SIMD.

That of the input is the walk of the convolution over dy; with a stride, the pixels fall into classes by their
remainder, each with taps of its own.
"""

from ..depthwise import DepthwiseFilterGradLaunch, DepthwiseInputGradLaunch
from ..launch import Launch, split
from .depthwise import MULTIPLY_ADD, Pass, SimdDepthwiseLaunch, forward_fields
from .depthwise_code import FIELDS, depthwise_sums

# Channels of a tile of the filter's gradient: a line of the cache.
GROUP = 16
# Pixels of the images whose sums are taken together in the filter's gradient.
PIXELS_TOGETHER = 4096


def _reaching(phase, size, stride, dilation, before):
    """[count, first tap, step of taps, first offset, step of offsets] along one axis: the taps that join input pixels
    phase + stride * a with output pixels a + offset, by rising offset.
    """
    taps = []
    for k in range(size):
        tap = size - 1 - k
        away = phase + before - tap * dilation
        offset = int(away / stride)
        if offset * stride == away:
            taps.append([tap, offset])
    if len(taps) == 0:
        return [0, 0, 0, 0, 1]
    step = taps[1][0] - taps[0][0] if len(taps) > 1 else 0
    spread = taps[1][1] - taps[0][1] if len(taps) > 1 else 1
    return [len(taps), taps[0][0], step, taps[0][1], spread]


def simd_depthwise_input_grad(tier, params, dx, w, dy):
    """The launch of the gradient with respect to x, of shape dx."""
    if w[3] != dx[3]:
        return DepthwiseInputGradLaunch(params, dx, w, dy)
    strides = params["strides"]
    channels = dx[3]
    passes = []
    for phase_y in range(min(strides[0], dx[1])):
        rows = _reaching(phase_y, w[0], strides[0], params["dilations"][0], params["pads"][0][0])
        for phase_x in range(min(strides[1], dx[2])):
            columns = _reaching(phase_x, w[1], strides[1], params["dilations"][1], params["pads"][1][0])
            fields = {
                "wide": split(dx[2] - phase_x, strides[1]),
                "height": dy[1],
                "width": dy[2],
                "channels": channels,
                "first_row": rows[3],
                "row_stride": 1,
                "rows": rows[0] if columns[0] > 0 else 0,
                "row_step": rows[4],
                "filter_row": rows[2] * w[1] * channels,
                "filter_tap": columns[2] * channels,
                "first_column": columns[3],
                "out_row": strides[0] * dx[2] * channels,
                "out_pixel": strides[1] * channels,
            }
            first = (phase_y * dx[2] + phase_x) * channels
            tall = split(dx[1] - phase_y, strides[0])
            made = Pass(tier, fields, max(1, columns[0]), columns[4], 1, tall, first)
            made.filter_first = (rows[1] * w[1] + columns[1]) * channels
            passes.append(made)
    return SimdDepthwiseLaunch(passes, dy, dx, None)


class SimdDepthwiseFilterLaunch(Launch):
    """The gradient with respect to the filter. Tiles: groups of channels.

    The sums of a few thousand pixels are taken apart and then added up, for the sake of accuracy.
    """

    def __init__(self, tier, params, x, w, dy):
        self.fields = forward_fields(params, x, w, dy)
        self.channels = x[3]
        self.taps = w[0] * w[1]
        self.images = dy[0]
        self.source_size = x[1] * x[2] * x[3]
        self.given_size = dy[1] * dy[2] * dy[3]
        self.tall = dy[1]
        self.together = max(1, int(PIXELS_TOGETHER / max(1, dy[1] * dy[2])))
        spread = params["dilations"][1]
        stride = params["strides"][1]
        key = "depthwise sums " + str(w[1]) + " " + str(spread) + " " + str(stride)
        self.call = tier.want(key, lambda: depthwise_sums(tier, w[1], spread, stride))
        super().__init__(split(self.channels, GROUP), len(FIELDS) + self.taps * self.channels)
        if self.tiles > 0:
            self.share([self.tiles], self.images * self.given_size * self.taps * MULTIPLY_ADD)

    def begin(self):
        for k in range(len(FIELDS)):
            self.i32[self.work + k] = self.fields[FIELDS[k]]

    def run(self, lo, hi):
        for group in range(lo, hi):
            first = group * GROUP
            last = min(first + GROUP, self.channels)
            self._add_sums(first, last, False)
            for image in range(0, self.images, self.together):
                for each in range(image, min(image + self.together, self.images)):
                    source = self.ins[0] + each * self.source_size
                    given = self.ins[1] + each * self.given_size
                    sums = self.work + len(FIELDS)
                    self.call.run(self.work, source, given, sums, first, last, self.tall)
                self._add_sums(first, last, True)

    def _add_sums(self, first, last, add):
        """Add the sums of some channels to the result, or begin with zeros; clear them."""
        f = self.f32
        for tap in range(self.taps):
            s = self.work + len(FIELDS) + tap * self.channels
            o = self.outs[0] + tap * self.channels
            for c in range(first, last):
                f[o + c] = f[o + c] + f[s + c] if add else 0.0
                f[s + c] = 0.0


def simd_depthwise_filter_grad(tier, params, x, w, dy):
    """The launch of the gradient with respect to the filter, of shape w."""
    if w[3] != x[3]:
        return DepthwiseFilterGradLaunch(params, x, w, dy)
    return SimdDepthwiseFilterLaunch(tier, params, x, w, dy)
