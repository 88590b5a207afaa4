"""Depthwise convolutions: one filter (or a few, the multiplier) per channel; four channels at a time in
registers.

Each output pixel first lists the taps that fall inside the image (source and filter offsets); the sum over
them needs no tests. A multiplier above 1 takes the path of one channel at a time.
"""

from .depthwise3 import ThreeByThree
from .launch import Launch, split

TILE_WORK = 150000


def is_depthwise(channels, filter_shape, groups):
    return groups == channels and channels > 1 and filter_shape[2] == 1


def sum_taps(f, sources, filters, taps, channels, o):
    """o[c] = sum over taps of f[sources[t] + c] * f[filters[t] + c]."""
    c = 0
    while c + 4 <= channels:
        x0 = 0.0
        x1 = 0.0
        x2 = 0.0
        x3 = 0.0
        for t in range(taps):
            s = sources[t] + c
            w = filters[t] + c
            x0 += f[s] * f[w]
            x1 += f[s + 1] * f[w + 1]
            x2 += f[s + 2] * f[w + 2]
            x3 += f[s + 3] * f[w + 3]
        f[o + c] = x0
        f[o + c + 1] = x1
        f[o + c + 2] = x2
        f[o + c + 3] = x3
        c += 4
    while c < channels:
        x = 0.0
        for t in range(taps):
            x += f[sources[t] + c] * f[filters[t] + c]
        f[o + c] = x
        c += 1


def sum_taps_multiplied(f, sources, filters, taps, channels, multiplier, o):
    """As sum_taps for `multiplier` results of each channel."""
    at = 0
    for c in range(channels):
        for _j in range(multiplier):
            x = 0.0
            for t in range(taps):
                x += f[sources[t] + c] * f[filters[t] + at]
            f[o + at] = x
            at += 1


def gather_multiplied(f, sources, filters, taps, channels, multiplier, o):
    """o[c] = sum over taps and results j of f[sources[t] + c * multiplier + j] * f[filters[t] + c *
    multiplier + j].
    """
    for c in range(channels):
        x = 0.0
        for t in range(taps):
            s = sources[t] + c * multiplier
            w = filters[t] + c * multiplier
            for j in range(multiplier):
                x += f[s + j] * f[w + j]
        f[o + c] = x


class TapWalk:
    """Where the taps of a convolution lie. params: strides, dilations, pads; filter_shape [kh, kw, ...]."""

    def __init__(self, params, filter_shape):
        self.strides = params["strides"]
        self.dilations = params["dilations"]
        self.top = params["pads"][0][0]
        self.left = params["pads"][1][0]
        self.tall = filter_shape[0]
        self.wide = filter_shape[1]

    def sources_of(self, y, x, height, width):
        """Taps inside the image for output pixel (y, x): list of [tap, source y, source x]."""
        found = []
        for ky in range(self.tall):
            sy = y * self.strides[0] + ky * self.dilations[0] - self.top
            if sy < 0 or sy >= height:
                continue
            for kx in range(self.wide):
                sx = x * self.strides[1] + kx * self.dilations[1] - self.left
                if sx >= 0 and sx < width:
                    found.append([ky * self.wide + kx, sy, sx])
        return found

    def targets_of(self, h, w, height, width):
        """Output pixels that took input pixel (h, w): list of [tap, y, x]."""
        found = []
        for ky in range(self.tall):
            top = h + self.top - ky * self.dilations[0]
            if top < 0 or top % self.strides[0] != 0 or top >= height * self.strides[0]:
                continue
            for kx in range(self.wide):
                left = w + self.left - kx * self.dilations[1]
                x = int(left / self.strides[1])
                if left >= 0 and x * self.strides[1] == left and x < width:
                    found.append([ky * self.wide + kx, int(top / self.strides[0]), x])
        return found


class DepthwiseGatherLaunch(Launch):
    """Rows of output pixels as sums over listed taps; `forward` tells which way.

    source, target: shapes [images, height, width, channels].
    """

    def __init__(self, params, source, target, filter_shape, program, forward):
        self.source_shape = source
        self.target_shape = target
        self.walk = TapWalk(params, filter_shape)
        self.features = filter_shape[3]
        self.channels = target[3] if not forward else source[3]
        self.multiplier = int(self.features / self.channels)
        self.program = program
        self.forward = forward
        self.row = target[2] * target[3]
        self.square = None
        if self.multiplier == 1 and filter_shape[0] == 3 and filter_shape[1] == 3:
            strides = params["strides"]
            if forward or (strides[0] == 1 and strides[1] == 1):
                self.square = ThreeByThree(params, source, target, forward)
        work = max(1, self.row * filter_shape[0] * filter_shape[1])
        self.rows_per_tile = max(1, int(TILE_WORK * (1 if self.square is None else 4) / work))
        self.rows = target[0] * target[1] if self.row > 0 else 0
        super().__init__(split(self.rows, self.rows_per_tile), 0)
        if program is not None:
            self.workspace = self.row + program.workspace
            self.reuse.append([])
            for operand in program.reuse[0]:
                self.reuse[0].append(operand + 1)
        self.space_at = self.workspace
        if self.square is not None:
            self.workspace = self.workspace + self.square.space(min(self.rows_per_tile, target[1]))
        if self.tiles > 0:
            self.share([self.tiles], self.rows * work * 1.0)

    def begin(self):
        if self.program is not None and self.tiles > 0:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.work + self.row)

    def run(self, lo, hi):
        end = min(hi * self.rows_per_tile, self.rows)
        tall = self.target_shape[1]
        for r in range(lo * self.rows_per_tile, end):
            o = self.outs[0] + r * self.row if self.program is None else self.work
            if self.square is None:
                self._row(r, o)
            else:
                y = r % tall
                if r % self.rows_per_tile == 0 or y == 0:
                    rows = min(end - r, self.rows_per_tile - r % self.rows_per_tile, tall - y)
                    image = int((r - y) / tall)
                    self.square.begin(self.f32, self.ins, image, y, rows, self.work + self.space_at)
                self.square.row(self.f32, y, o)
            if self.program is not None:
                self.program.apply(r * self.row, self.row, o)

    def _row(self, r, o):
        f = self.f32
        source = self.source_shape
        target = self.target_shape
        y = r % target[1]
        image = int((r - y) / target[1])
        base = self.ins[0] + image * source[1] * source[2] * source[3]
        sources = []
        filters = []
        for x in range(target[2]):
            if self.forward:
                taps = self.walk.sources_of(y, x, source[1], source[2])
            else:
                taps = self.walk.targets_of(y, x, source[1], source[2])
            count = len(taps)
            for t in range(count):
                tap = taps[t]
                from_source = base + (tap[1] * source[2] + tap[2]) * source[3]
                if t < len(sources):
                    sources[t] = from_source
                    filters[t] = self.ins[1] + tap[0] * self.features
                else:
                    sources.append(from_source)
                    filters.append(self.ins[1] + tap[0] * self.features)
            at = o + x * target[3]
            if self.multiplier == 1:
                sum_taps(f, sources, filters, count, self.channels, at)
            elif self.forward:
                sum_taps_multiplied(f, sources, filters, count, self.channels, self.multiplier, at)
            else:
                gather_multiplied(f, sources, filters, count, self.channels, self.multiplier, at)


class DepthwiseLaunch(DepthwiseGatherLaunch):
    """conv2d of x with a depthwise filter."""

    def __init__(self, params, x, w, y, program):
        super().__init__(params, x, y, w, program, True)


class DepthwiseInputGradLaunch(DepthwiseGatherLaunch):
    """The gradient with respect to x."""

    def __init__(self, params, dx, w, dy):
        super().__init__(params, dy, dx, w, None, False)


def filter_sums(f, d, x, step, y, features, n, acc):
    """Add to four accumulators the products of n pixels: four channels of x (step apart) with four of dy."""
    s = x
    t = y
    x0 = d[acc]
    x1 = d[acc + 1]
    x2 = d[acc + 2]
    x3 = d[acc + 3]
    for _p in range(n):
        x0 += f[s] * f[t]
        x1 += f[s + 1] * f[t + 1]
        x2 += f[s + 2] * f[t + 2]
        x3 += f[s + 3] * f[t + 3]
        s += step
        t += features
    d[acc] = x0
    d[acc + 1] = x1
    d[acc + 2] = x2
    d[acc + 3] = x3


def filter_sum(f, d, x, step, y, features, n, acc):
    """As filter_sums for one channel."""
    s = x
    t = y
    total = d[acc]
    for _p in range(n):
        total += f[s] * f[t]
        s += step
        t += features
    d[acc] = total


class DepthwiseFilterGradLaunch(Launch):
    """The gradient with respect to the filter; a tile is one tap over one image, the sums stay in the
    workspace.
    """

    def __init__(self, params, x, w, dy):
        self.x_shape = x
        self.dy_shape = dy
        self.walk = TapWalk(params, w)
        self.taps = w[0] * w[1]
        self.features = w[3]
        self.multiplier = int(w[3] / x[3])
        self.images = dy[0] if dy[1] * dy[2] > 0 else 0
        super().__init__(self.taps * max(1, self.images) if self.features > 0 else 0, 2 * self.features + 2)

    def run(self, lo, hi):
        per_tap = max(1, self.images)
        acc = (self.work + 1) >> 1
        d = self.f64
        f = self.f32
        for t in range(lo, hi):
            image = t % per_tap
            tap = int((t - image) / per_tap)
            if image == 0:
                for c in range(self.features):
                    d[acc + c] = 0.0
            if self.images > 0:
                self._image(tap, image, acc)
            if image == per_tap - 1:
                o = self.outs[0] + tap * self.features
                for c in range(self.features):
                    f[o + c] = d[acc + c]

    def _image(self, tap, image, acc):
        f = self.f32
        d = self.f64
        walk = self.walk
        x = self.x_shape
        dy = self.dy_shape
        kx = tap % walk.wide
        ky = int((tap - kx) / walk.wide)
        off_x = kx * walk.dilations[1] - walk.left
        low = max(0, split(0 - off_x, walk.strides[1]))
        high = min(dy[2], max(0, split(x[2] - off_x, walk.strides[1])))
        n = high - low
        if n <= 0:
            return None
        step = walk.strides[1] * x[3]
        features = self.features
        for y in range(dy[1]):
            sy = y * walk.strides[0] + ky * walk.dilations[0] - walk.top
            if sy < 0 or sy >= x[1]:
                continue
            source = self.ins[0] + ((image * x[1] + sy) * x[2] + low * walk.strides[1] + off_x) * x[3]
            given = self.ins[1] + ((image * dy[1] + y) * dy[2] + low) * features
            c = 0
            if self.multiplier == 1:
                while c + 4 <= features:
                    filter_sums(f, d, source + c, step, given + c, features, n, acc + c)
                    c += 4
            while c < features:
                channel = int(c / self.multiplier)
                filter_sum(f, d, source + channel, step, given + c, features, n, acc + c)
                c += 1
        return None
