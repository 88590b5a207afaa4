"""The gradients of conv2d, as products of packed panels.

Input gradient: a pixel of dx takes, from dy, the taps that reached it. With a stride, the pixels fall into
classes by their remainder; each class has its own taps and is a dense product of dy's patches and the filter.
Filter gradient: dw[tap, c, f] = sum over output pixels of x at the tap times dy: a product whose inner
dimension is all pixels; x is packed row by row, zeros where a tap leaves the image.
"""

from .conv2d import forward_taps
from .depthwise import DepthwiseFilterGradLaunch, DepthwiseInputGradLaunch, is_depthwise
from .gemm import GemmLaunch
from .launch import Launch, split
from .patches import PatchLaunch
from .tile import PlainTile
from .winograd import WinogradLaunch, fits_winograd
from .winograd_filter import WinogradFilterLaunch


class SequenceLaunch(Launch):
    """Launches one after the other, on one workspace."""

    def __init__(self, parts):
        tiles = 0
        common = 0
        own = 0
        cost = 0.0
        phases = []
        self.firsts = []
        for part in parts:
            self.firsts.append(tiles)
            for end in part.phases:
                phases.append(tiles + end)
            tiles += part.tiles
            common = max(common, part.common)
            own = max(own, part.workspace - part.common)
            cost += part.cost
        super().__init__(tiles, common + own)
        self.common = common
        self.parts = parts
        if len(phases) > 0:
            self.share(phases, cost)

    def start(self, memory, ins, outs, work, own=-1):
        for part in self.parts:
            part.start(memory, ins, outs, work, work + self.common if own < 0 else own)

    def run(self, lo, hi):
        for k in range(len(self.parts)):
            first = self.firsts[k]
            begin = max(lo, first) - first
            end = min(hi, first + self.parts[k].tiles) - first
            if begin < end:
                self.parts[k].run(begin, end)


class InputGradLaunch(PatchLaunch):
    """One class of pixels: dx[n, y * stride + phase_y, x * stride + phase_x, :].

    taps carry a third number, the index of the filter's tap; placement: [strides, phases, height, width,
    channels of a group, features of the filter] of dx.
    """

    def __init__(self, geometry, placement, tile):
        self.placement = placement
        self.tap_list = geometry["taps"]
        self.scattered = placement["strides"][0] > 1 or placement["strides"][1] > 1
        super().__init__(geometry, None, True, tile)

    def gathers(self):
        return self.scattered

    def kind_of_b(self):
        return "taps " + " ".join([str(tap[2]) for tap in self.tap_list]) + " of " + str(self.patch_depth)

    def pack_b(self, batch, column, columns, k, depth, target):
        """B[(tap, f), c] = w[tap, c, group * features + f], packed tap by tap."""
        features = self.patch_depth
        total = features * self.groups
        group = batch % self.groups
        at = k
        while at < k + depth:
            f = at % features
            tap = int((at - f) / features)
            n = min(features - f, k + depth - at)
            source = self.ins[1] + (self.tap_list[tap][2] * self.n + column) * total + group * features + f
            wide = self.tile.columns
            self.tile.pack_columns(source, total, 1, columns, n, target + (at - k) * wide, depth * wide)
            at += n

    def finish(self, batch, m0, row, column, rows, columns, o, stride):
        if not self.scattered:
            return None
        place = self.placement
        strides = place["strides"]
        wide = self.grid[1]
        tall = self.grid[0]
        x = row % wide
        rest = int((row - x) / wide)
        y = rest % tall
        image = int((rest - y) / tall)
        step = strides[1] * self.n_total
        first = self.outs[0] + place["phases"][1] * self.n_total + column
        source = o
        left = rows
        while left > 0:
            n = min(wide - x, left)
            h = image * place["height"] + y * strides[0] + place["phases"][0]
            target = first + h * place["width"] * self.n_total + x * step
            spread_pixels(self.moved, source, stride, target, step, n, columns)
            source += n * stride
            left -= n
            x = 0
            y += 1
            if y == tall:
                y = 0
                image += 1
        return None


def spread_pixels(i, source, stride, target, step, pixels, n):
    """Copy n elements of each of some pixels that lie `stride` apart to places `step` apart."""
    s = source & 0x3FFFFFFF
    o = target & 0x3FFFFFFF
    even = n & -4
    for _p in range(pixels):
        for c in range(0, even, 4):
            i[o + c] = i[s + c]
            i[o + c + 1] = i[s + c + 1]
            i[o + c + 2] = i[s + c + 2]
            i[o + c + 3] = i[s + c + 3]
        for c in range(even, n):
            i[o + c] = i[s + c]
        s = (s + stride) & 0x3FFFFFFF
        o = (o + step) & 0x3FFFFFFF


def prepare_conv2d_input_grad(params, ins, outs):
    return input_grad_launch(params, ins, outs, PlainTile, WinogradLaunch, DepthwiseInputGradLaunch)


def input_grad_launch(params, ins, outs, make_tile, winograd, depthwise):
    """The launch of an input gradient by tiles, or by winograd(geometry, program) or depthwise(params, dx, w, dy) where
    these fit.
    """
    dy = ins[0][0]
    w = ins[1][0]
    dx = outs[0][0]
    groups = params["groups"]
    strides = params["strides"]
    if is_depthwise(dx[3], w, groups):
        return depthwise(params, dx, w, dy)
    if fits_winograd(params, w, dx[1], dx[2]):
        geometry = {
            "images": dy[0],
            "height": dy[1],
            "width": dy[2],
            "channels": w[3],
            "features": w[2],
            "grid": [dx[1], dx[2]],
            "top": 2 - params["pads"][0][0],
            "left": 2 - params["pads"][1][0],
            "filter_steps": [0 - w[2] * w[3], 1, w[3]],
            "filter_first": 8 * w[2] * w[3],
        }
        return winograd(geometry, None)
    taps = forward_taps(params, w)
    parts = []
    for phase_y in range(min(strides[0], dx[1])):
        for phase_x in range(min(strides[1], dx[2])):
            chosen = []
            for t in range(len(taps)):
                off_y = phase_y - taps[t][0]
                off_x = phase_x - taps[t][1]
                y = int(off_y / strides[0])
                x = int(off_x / strides[1])
                if y * strides[0] == off_y and x * strides[1] == off_x:
                    chosen.append([y, x, t])
            geometry = {
                "images": dy[0],
                "height": dy[1],
                "width": dy[2],
                "channels": dy[3],
                "grid": [split(dx[1] - phase_y, strides[0]), split(dx[2] - phase_x, strides[1])],
                "strides": [1, 1],
                "taps": chosen,
                "groups": groups,
                "depth": int(w[3] / groups),
                "columns": w[2],
            }
            placement = {"strides": strides, "phases": [phase_y, phase_x], "height": dx[1], "width": dx[2]}
            parts.append(InputGradLaunch(geometry, placement, make_tile()))
    return parts[0] if len(parts) == 1 else SequenceLaunch(parts)


class FilterGradLaunch(GemmLaunch):
    """dw [taps * channels, features] of each group."""

    def __init__(self, params, x, w, dy, tile):
        groups = params["groups"]
        self.x_shape = x
        self.grid = [dy[1], dy[2]]
        self.strides = params["strides"]
        self.taps = forward_taps(params, w)
        self.channels = w[2]
        self.low_x = []
        self.high_x = []
        for tap in self.taps:
            # Output columns whose source column lies inside the image.
            low = split(0 - tap[1], self.strides[1])
            high = split(x[2] - tap[1], self.strides[1])
            self.low_x.append(min(low, dy[2]))
            self.high_x.append(max(self.low_x[len(self.low_x) - 1], min(high, dy[2])))
        pixels = dy[0] * dy[1] * dy[2]
        super().__init__(groups, len(self.taps) * w[2], int(w[3] / groups), pixels, w[3], None, True, tile)

    def row_of(self, batch):
        return 0

    def column_of(self, batch):
        return batch * self.n

    def pack_b(self, batch, column, columns, k, depth, target):
        source = self.ins[1] + k * self.n_total + batch * self.n + column
        panel = depth * self.tile.columns
        self.tile.pack_columns(source, 1, self.n_total, columns, depth, target, panel)

    def pack_a(self, batch, row, rows, k, depth, target):
        together = self.channels % 4 == 0
        o = target
        for r in range(0, rows, 4):
            if together:
                self._pack_row(batch, row + r, k, depth, o, 4)
            else:
                for q in range(4):
                    if r + q < rows:
                        self._pack_row(batch, row + r + q, k, depth, o + q, 1)
                    else:
                        self.tile.zero_rows(o + q, depth, 1)
            o += depth * 4

    def _pack_row(self, batch, row, k, depth, target, width):
        """Rows row .. row + width - 1 (neighbouring channels of one tap) for pixels k .. k + depth - 1."""
        x_shape = self.x_shape
        channel = row % self.channels
        t = int((row - channel) / self.channels)
        tap = self.taps[t]
        line = x_shape[2] * x_shape[3]
        step = self.strides[1] * x_shape[3]
        base = self.ins[0] + batch * self.channels + channel + tap[1] * x_shape[3]
        wide = self.grid[1]
        tall = self.grid[0]
        x = k % wide
        rest = int((k - x) / wide)
        y = rest % tall
        image = int((rest - y) / tall)
        low = self.low_x[t]
        high = self.high_x[t]
        o = target
        left = depth
        while left > 0:
            n = min(wide - x, left)
            source_y = y * self.strides[0] + tap[0]
            if source_y < 0 or source_y >= x_shape[1]:
                self.tile.zero_rows(o, n, width)
            else:
                begin = max(x, low)
                end = min(x + n, high)
                if end <= begin:
                    self.tile.zero_rows(o, n, width)
                else:
                    self.tile.zero_rows(o, begin - x, width)
                    s = base + (image * x_shape[1] + source_y) * line + begin * step
                    self.tile.pack_channels(s, step, end - begin, o + (begin - x) * 4, width)
                    self.tile.zero_rows(o + (end - x) * 4, x + n - end, width)
            o += n * 4
            left -= n
            x = 0
            y += 1
            if y == tall:
                y = 0
                image += 1


def prepare_conv2d_filter_grad(params, ins, outs):
    def dense(params, x, w, dy):
        return FilterGradLaunch(params, x, w, dy, PlainTile())

    return filter_grad_launch(params, ins, outs, dense, WinogradFilterLaunch, DepthwiseFilterGradLaunch)


def filter_grad_launch(params, ins, outs, dense, winograd, depthwise):
    """The launch of a filter gradient: dense(params, x, w, dy), or winograd(params, x, dy) or depthwise(params, x, w,
    dy) where these fit.
    """
    x = ins[0][0]
    dy = ins[1][0]
    w = outs[0][0]
    if is_depthwise(x[3], w, params["groups"]):
        return depthwise(params, x, w, dy)
    if fits_winograd(params, w, dy[1], dy[2]):
        return winograd(params, x, dy)
    return dense(params, x, w, dy)
