"""Depthwise convolutions by filters of 3x3, and their input gradients of stride 1, in plain JavaScript.

One channel at a time walks along a row of pixels, column by column: what a column of three numbers gives to the pixels
that need it is added to their sums at once, so that each number is read once a row of pixels, nine weights and the sums
are all that stays in registers, and a column beyond the border is one that is left out. The images are read where they
lie; rows beyond the border are a row of zeros.
"""

from .source_rows import PIXELS, SourceRows

INDEX = 0x3FFFFFFF


def slide(f, rows, step, w, tap, channels, n, o, out, left, right):
    """n pixels of each channel, a column apart.

    rows: where the first pixel's first column lies in three rows; step: elements from column to column; w: the first
    tap; tap: from tap to tap; out: from pixel to pixel of the result. left, right: whether the first pixel has its
    first column, and the last one its last.
    """
    top = rows[0]
    middle = rows[1]
    bottom = rows[2]
    for c in range(channels):
        k = w + c
        w0 = f[k]
        w1 = f[k + tap]
        w2 = f[k + 2 * tap]
        w3 = f[k + 3 * tap]
        w4 = f[k + 4 * tap]
        w5 = f[k + 5 * tap]
        w6 = f[k + 6 * tap]
        w7 = f[k + 7 * tap]
        w8 = f[k + 8 * tap]
        p = (top + c) & INDEX
        q = (middle + c) & INDEX
        r = (bottom + c) & INDEX
        at = (o + c) & INDEX
        # The sums of this pixel and of the next one, as far as they go.
        x = 0.0
        if left:
            x = w0 * f[p] + w3 * f[q] + w6 * f[r]
        p = (p + step) & INDEX
        q = (q + step) & INDEX
        r = (r + step) & INDEX
        a0 = f[p]
        b0 = f[q]
        c0 = f[r]
        x += w1 * a0 + w4 * b0 + w7 * c0
        y = w0 * a0 + w3 * b0 + w6 * c0
        # Two pixels at a time.
        for _x in range(2, n, 2):
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            a1 = f[p]
            b1 = f[q]
            c1 = f[r]
            t = x + (w2 * a1 + w5 * b1 + w8 * c1)
            x = y + (w1 * a1 + w4 * b1 + w7 * c1)
            y = w0 * a1 + w3 * b1 + w6 * c1
            f[at] = t
            at = (at + out) & INDEX
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            a2 = f[p]
            b2 = f[q]
            c2 = f[r]
            t = x + (w2 * a2 + w5 * b2 + w8 * c2)
            x = y + (w1 * a2 + w4 * b2 + w7 * c2)
            y = w0 * a2 + w3 * b2 + w6 * c2
            f[at] = t
            at = (at + out) & INDEX
        if (n & 1) == 0:
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            a3 = f[p]
            b3 = f[q]
            c3 = f[r]
            f[at] = x + (w2 * a3 + w5 * b3 + w8 * c3)
            x = y + (w1 * a3 + w4 * b3 + w7 * c3)
            at = (at + out) & INDEX
        if right:
            x += w2 * f[p + step] + w5 * f[q + step] + w8 * f[r + step]
        f[at] = x


def leap(f, rows, step, w, tap, channels, n, o, out, left, right):
    """As slide, for pixels two columns apart."""
    top = rows[0]
    middle = rows[1]
    bottom = rows[2]
    for c in range(channels):
        k = w + c
        w0 = f[k]
        w1 = f[k + tap]
        w2 = f[k + 2 * tap]
        w3 = f[k + 3 * tap]
        w4 = f[k + 4 * tap]
        w5 = f[k + 5 * tap]
        w6 = f[k + 6 * tap]
        w7 = f[k + 7 * tap]
        w8 = f[k + 8 * tap]
        p = (top + c) & INDEX
        q = (middle + c) & INDEX
        r = (bottom + c) & INDEX
        at = (o + c) & INDEX
        x = 0.0
        if left:
            x = w0 * f[p] + w3 * f[q] + w6 * f[r]
        for _x in range(2, n, 2):
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            x += w1 * f[p] + w4 * f[q] + w7 * f[r]
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            a0 = f[p]
            b0 = f[q]
            c0 = f[r]
            t = x + (w2 * a0 + w5 * b0 + w8 * c0)
            x = w0 * a0 + w3 * b0 + w6 * c0
            f[at] = t
            at = (at + out) & INDEX
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            x += w1 * f[p] + w4 * f[q] + w7 * f[r]
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            a1 = f[p]
            b1 = f[q]
            c1 = f[r]
            t = x + (w2 * a1 + w5 * b1 + w8 * c1)
            x = w0 * a1 + w3 * b1 + w6 * c1
            f[at] = t
            at = (at + out) & INDEX
        if (n & 1) == 0:
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            x += w1 * f[p] + w4 * f[q] + w7 * f[r]
            p = (p + step) & INDEX
            q = (q + step) & INDEX
            r = (r + step) & INDEX
            a2 = f[p]
            b2 = f[q]
            c2 = f[r]
            f[at] = x + (w2 * a2 + w5 * b2 + w8 * c2)
            x = w0 * a2 + w3 * b2 + w6 * c2
            at = (at + out) & INDEX
        p = (p + step) & INDEX
        q = (q + step) & INDEX
        r = (r + step) & INDEX
        x += w1 * f[p] + w4 * f[q] + w7 * f[r]
        if right:
            x += w2 * f[p + step] + w5 * f[q + step] + w8 * f[r + step]
        f[at] = x


def gather(f, rows, step, w, tap, channels, n, o, out, far):
    """As slide, for pixels `far` elements apart, of which all columns are there."""
    top = rows[0]
    middle = rows[1]
    bottom = rows[2]
    for c in range(channels):
        k = w + c
        w0 = f[k]
        w1 = f[k + tap]
        w2 = f[k + 2 * tap]
        w3 = f[k + 3 * tap]
        w4 = f[k + 4 * tap]
        w5 = f[k + 5 * tap]
        w6 = f[k + 6 * tap]
        w7 = f[k + 7 * tap]
        w8 = f[k + 8 * tap]
        p = top + c
        q = middle + c
        r = bottom + c
        at = o + c
        for _x in range(n):
            f[at] = (
                (w0 * f[p] + w3 * f[q] + w6 * f[r])
                + (w1 * f[p + step] + w4 * f[q + step] + w7 * f[r + step])
                + (w2 * f[p + 2 * step] + w5 * f[q + 2 * step] + w8 * f[r + 2 * step])
            )
            p += far
            q += far
            r += far
            at += out


class ThreeByThree:
    """Rows of a convolution, or (`forward` false) of an input gradient of stride 1.

    source, target: shapes [images, height, width, channels].
    """

    def __init__(self, params, source, target, forward):
        self.far = params["strides"][1]
        self.step = params["dilations"][1]
        self.walks = self.step == 1 and self.far <= 2
        self.source = SourceRows(params, source, target, forward, 1 if self.walks else 0)
        self.wide = target[2]
        self.rows = [0, 0, 0]
        self.at = [0, 0, 0]

    def space(self, rows):
        """Elements of workspace for as many rows of the result."""
        return self.source.space(rows)

    def begin(self, f, ins, image, y, rows, space):
        """Before rows y .. y + rows - 1 of an image. space: where the workspace is."""
        self.source.begin(f, ins, image, y, rows, space)

    def row(self, f, y, o):
        """Row y of the result at o."""
        source = self.source
        channels = source.channels
        pitch = source.pitch
        w = source.filter
        tap = source.tap
        at = self.at
        source.rows_of(y, self.rows)
        for x in range(0, self.wide, PIXELS):
            n = min(PIXELS, self.wide - x)
            for k in range(3):
                at[k] = self.rows[k] + x * self.far * pitch
            left = x > 0 or not source.lacks_first
            right = x + n < self.wide or not source.lacks_last
            to = o + x * channels
            if not self.walks:
                gather(f, at, self.step * pitch, w, tap, channels, n, to, channels, self.far * pitch)
            elif self.far == 1:
                slide(f, at, pitch, w, tap, channels, n, to, channels, left, right)
            else:
                leap(f, at, pitch, w, tap, channels, n, to, channels, left, right)
