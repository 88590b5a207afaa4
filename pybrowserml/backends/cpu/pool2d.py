"""Pooling over windows of [height, width] in NHWC: maxima with their places, means, and their gradients."""

from ...platform.real import INFINITY
from .launch import Launch, split

TILE_WORK = 65536


class Windows:
    """The geometry of a pooling: images of [height, width, channels], windows on a grid. work: elements that a row of
    windows reads.

    params: pool_size, strides, pads; x: shape of the images; y: shape of the result.
    """

    def __init__(self, params, x, y):
        self.size = params["pool_size"]
        self.strides = params["strides"]
        self.pads = params["pads"]
        self.images = x[0]
        self.height = x[1]
        self.width = x[2]
        self.channels = x[3]
        self.tall = y[1]
        self.wide = y[2]
        self.work = max(1, y[2] * y[3] * self.size[0] * self.size[1])
        self.rows_per_tile = max(1, int(TILE_WORK / self.work))
        self.rows = y[0] * y[1] if y[2] * y[3] > 0 else 0

    def low_y(self, y):
        return max(0, y * self.strides[0] - self.pads[0][0])

    def high_y(self, y):
        return min(self.height, y * self.strides[0] - self.pads[0][0] + self.size[0])

    def low_x(self, x):
        return max(0, x * self.strides[1] - self.pads[1][0])

    def high_x(self, x):
        return min(self.width, x * self.strides[1] - self.pads[1][0] + self.size[1])


def max_of_window(f, i, base, low_y, high_y, low_x, high_x, width, channels, o, places):
    """The maxima of one window, per channel, and h * width + w of the first one; a NaN wins."""
    for c in range(channels):
        best = -INFINITY
        place = low_y * width + low_x
        first = True
        for h in range(low_y, high_y):
            s = base + (h * width + low_x) * channels + c
            for w in range(low_x, high_x):
                x = f[s]
                if first or x > best or (x != x and best == best):
                    best = x
                    place = h * width + w
                    first = False
                s += channels
        if o >= 0:
            f[o + c] = best
        if places >= 0:
            i[places + c] = place


def max_of_window_2x2(f, i, s, line, channels, at, width, o, places):
    """The same for a whole window of 2 x 2 whose first element is at s, at place `at` of the plane.

    Chosen with masks instead of branches, which the processor cannot foresee: twice as fast.
    """
    s1 = s + channels
    s2 = s + line
    s3 = s2 + channels
    for c in range(channels):
        x0 = f[s + c]
        x1 = f[s1 + c]
        x2 = f[s2 + c]
        x3 = f[s3 + c]
        # 1 where the second of a pair wins: it is larger, or the only NaN.
        upper = ((x1 > x0) | (x1 != x1)) & (x0 == x0)
        lower = ((x3 > x2) | (x3 != x3)) & (x2 == x2)
        first = s + (channels & (0 - upper)) + c
        other = s2 + (channels & (0 - lower)) + c
        u = f[first]
        v = f[other]
        second = ((v > u) | (v != v)) & (u == u)
        place = at + ((0 + upper) & (second - 1)) + ((width + lower) & (0 - second))
        if o >= 0:
            i[o + c] = (i[first] & (second - 1)) | (i[other] & (0 - second))
        if places >= 0:
            i[places + c] = place


class WindowLaunch(Launch):
    """Rows of windows in tiles; derived classes compute one row."""

    def __init__(self, windows):
        super().__init__(split(windows.rows, windows.rows_per_tile), 0)
        self.windows = windows
        if self.tiles > 0:
            self.share([self.tiles], windows.rows * windows.work * 0.3)

    def run(self, lo, hi):
        windows = self.windows
        end = min(hi * windows.rows_per_tile, windows.rows)
        for r in range(lo * windows.rows_per_tile, end):
            y = r % windows.tall
            self.one_row(int((r - y) / windows.tall), y, r * windows.wide * windows.channels)

    def one_row(self, image, y, position):
        """Windows (image, y, 0..); `position` is the index of their first result."""
        return None


class MaxPoolLaunch(WindowLaunch):
    """x → maxima, places."""

    def one_row(self, image, y, position):
        k = self.windows
        base = self.ins[0] + image * k.height * k.width * k.channels
        line = k.width * k.channels
        low_y = k.low_y(y)
        high_y = k.high_y(y)
        small = k.size[0] == 2 and k.size[1] == 2 and high_y - low_y == 2 and not self.is_double
        for x in range(k.wide):
            at = position + x * k.channels
            o = self.outs[0] + at if self.outs[0] >= 0 else -1
            places = self.outs[1] + at if self.outs[1] >= 0 else -1
            left = x * k.strides[1] - k.pads[1][0]
            if small and left >= 0 and left + 2 <= k.width:
                place = low_y * k.width + left
                max_of_window_2x2(
                    self.f32, self.i32, base + place * k.channels, line, k.channels, place, k.width, o, places
                )
            else:
                low_x = k.low_x(x)
                high_x = k.high_x(x)
                max_of_window(
                    self.f32, self.i32, base, low_y, high_y, low_x, high_x, k.width, k.channels, o, places
                )


def prepare_max_pool2d(params, ins, outs):
    y = outs[0] if outs[0] is not None else outs[1]
    return MaxPoolLaunch(Windows(params, ins[0][0], y[0]))


class PlaneScatterLaunch(Launch):
    """Base of kernels that clear an image of the result and then add to it, one image and piece of rows a
    tile.
    """

    def __init__(self, windows):
        self.windows = windows
        self.plane = windows.height * windows.width * windows.channels
        super().__init__(windows.images if self.plane > 0 else 0, 0)
        if self.tiles > 0:
            self.share([self.tiles], self.tiles * self.plane * 0.5 + windows.rows * windows.work * 0.3)

    def zero_image(self, image):
        """Zero one image of the output; returns its offset."""
        f = self.f32
        o = self.outs[0] + image * self.plane
        for p in range(self.plane):
            f[o + p] = 0.0
        return o


def add_at_places(f, i, given, places, pixels, channels, o):
    """o[places[p, c], c] += given[p, c]."""
    at = 0
    for _p in range(pixels):
        for c in range(channels):
            target = o + i[places + at] * channels + c
            f[target] += f[given + at]
            at += 1


class MaxPoolGradLaunch(PlaneScatterLaunch):
    """dy, places → dx."""

    def run(self, lo, hi):
        k = self.windows
        pixels = k.tall * k.wide
        for image in range(lo, hi):
            o = self.zero_image(image)
            at = image * pixels * k.channels
            add_at_places(self.f32, self.i32, self.ins[0] + at, self.ins[1] + at, pixels, k.channels, o)


def prepare_max_pool2d_grad(params, ins, outs):
    return MaxPoolGradLaunch(Windows(params, outs[0][0], ins[0][0]))


def take_places(f, i, source, places, pixels, channels, o):
    """o[p, c] = source[places[p, c], c]."""
    at = 0
    for _p in range(pixels):
        for c in range(channels):
            f[o + at] = f[source + i[places + at] * channels + c]
            at += 1


class MaxPoolTakeLaunch(WindowLaunch):
    """x, places → y."""

    def one_row(self, image, y, position):
        k = self.windows
        source = self.ins[0] + image * k.height * k.width * k.channels
        take_places(
            self.f32, self.i32, source, self.ins[1] + position, k.wide, k.channels, self.outs[0] + position
        )


def prepare_max_pool2d_take(params, ins, outs):
    return MaxPoolTakeLaunch(Windows(params, ins[0][0], outs[0][0]))


def mean_of_window(f, base, low_y, high_y, low_x, high_x, width, channels, o):
    """The mean of one window's part inside the image, per channel (0 for an empty part)."""
    count = (high_y - low_y) * (high_x - low_x)
    scale = 1.0 / count if count > 0 else 0.0
    for c in range(channels):
        total = 0.0
        for h in range(low_y, high_y):
            s = base + (h * width + low_x) * channels + c
            for _w in range(low_x, high_x):
                total += f[s]
                s += channels
        f[o + c] = total * scale


class AvgPoolLaunch(WindowLaunch):
    """x → means."""

    def one_row(self, image, y, position):
        k = self.windows
        base = self.ins[0] + image * k.height * k.width * k.channels
        low_y = k.low_y(y)
        high_y = max(low_y, k.high_y(y))
        for x in range(k.wide):
            low_x = k.low_x(x)
            high_x = max(low_x, k.high_x(x))
            o = self.outs[0] + position + x * k.channels
            mean_of_window(self.f32, base, low_y, high_y, low_x, high_x, k.width, k.channels, o)


def prepare_avg_pool2d(params, ins, outs):
    return AvgPoolLaunch(Windows(params, ins[0][0], outs[0][0]))


def spread_over_window(f, given, base, low_y, high_y, low_x, high_x, width, channels):
    """Add given[c] / count to every element of one window."""
    scale = 1.0 / ((high_y - low_y) * (high_x - low_x))
    for h in range(low_y, high_y):
        t = base + (h * width + low_x) * channels
        for _w in range(low_x, high_x):
            for c in range(channels):
                f[t + c] += f[given + c] * scale
            t += channels


class AvgPoolGradLaunch(PlaneScatterLaunch):
    """dy → dx."""

    def run(self, lo, hi):
        k = self.windows
        for image in range(lo, hi):
            o = self.zero_image(image)
            given = self.ins[0] + image * k.tall * k.wide * k.channels
            for y in range(k.tall):
                for x in range(k.wide):
                    if k.high_y(y) > k.low_y(y) and k.high_x(x) > k.low_x(x):
                        spread_over_window(
                            self.f32,
                            given + (y * k.wide + x) * k.channels,
                            o,
                            k.low_y(y),
                            k.high_y(y),
                            k.low_x(x),
                            k.high_x(x),
                            k.width,
                            k.channels,
                        )


def prepare_avg_pool2d_grad(params, ins, outs):
    return AvgPoolGradLaunch(Windows(params, outs[0][0], ins[0][0]))
