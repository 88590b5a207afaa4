"""Depthwise convolutions by filters of 3x3, and their input gradients of stride 1, in plain JavaScript.

One channel at a time slides along a row of pixels: what the next pixel needs again stays in variables, so that of nine
numbers three are read for each pixel, or six with a stride of 2. Rows that reach over the border are copied with a
border of zeros first.
"""

from .patches import copy_with_border

# Pixels that are computed channel after channel: the lines of the cache that they touch stay in it until then.
PIXELS = 16


def slide(f, s, line, step, w, tap, channels, n, o, out):
    """n pixels of each channel; the filter's columns lie `step` apart, as far as pixels do.

    s: the first row's first column; line, step: elements from row to row and from column to column; w: the first tap;
    tap: from tap to tap; out: from pixel to pixel of the result.
    """
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
        p = s + c
        q = p + line
        r = q + line
        a0 = f[p]
        b0 = f[q]
        c0 = f[r]
        a1 = f[p + step]
        b1 = f[q + step]
        c1 = f[r + step]
        p += 2 * step
        q += 2 * step
        r += 2 * step
        at = o + c
        for _x in range(n):
            a2 = f[p]
            b2 = f[q]
            c2 = f[r]
            f[at] = w0 * a0 + w1 * a1 + w2 * a2 + w3 * b0 + w4 * b1 + w5 * b2 + w6 * c0 + w7 * c1 + w8 * c2
            a0 = a1
            a1 = a2
            b0 = b1
            b1 = b2
            c0 = c1
            c1 = c2
            p += step
            q += step
            r += step
            at += out


def stride(f, s, line, step, w, tap, channels, n, o, out, far):
    """As slide, for pixels that lie `far` elements apart."""
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
        p = s + c
        q = p + line
        r = q + line
        at = o + c
        for _x in range(n):
            f[at] = (
                w0 * f[p]
                + w1 * f[p + step]
                + w2 * f[p + 2 * step]
                + w3 * f[q]
                + w4 * f[q + step]
                + w5 * f[q + 2 * step]
                + w6 * f[r]
                + w7 * f[r + step]
                + w8 * f[r + 2 * step]
            )
            p += far
            q += far
            r += far
            at += out


class ThreeByThree:
    """The rows of a convolution, or (`forward` false) of an input gradient of stride 1: the convolution of dy with the
    filter turned round.

    source, target: shapes [images, height, width, channels].
    """

    def __init__(self, params, source, target, forward):
        self.forward = forward
        self.source = source
        self.channels = source[3]
        self.strides = params["strides"]
        self.dilations = params["dilations"]
        self.wide = target[2]
        # The first row and column that are read, of the image or of its copy, and the size of that.
        self.firsts = []
        self.border = []
        self.spans = []
        self.bordered = False
        for axis in range(2):
            reach = 2 * self.dilations[axis]
            pad = params["pads"][axis][0]
            first = 0 - pad if forward else pad - reach
            border = max(0, 0 - first)
            span = first + border + max(0, target[1 + axis] - 1) * self.strides[axis] + reach + 1
            self.firsts.append(first + border)
            self.border.append(border)
            self.spans.append(span)
            if border > 0 or span > source[1 + axis]:
                self.bordered = True
        self.line = (self.spans[1] if self.bordered else source[2]) * self.channels
        self.start = 0
        self.filter = 0
        self.tap = 0

    def _rows(self, rows):
        """Rows of the source for `rows` rows of the result."""
        return (rows - 1) * self.strides[0] + 2 * self.dilations[0] + 1

    def space(self, rows):
        """Elements of workspace for as many rows of the result."""
        return self._rows(rows) * self.line if self.bordered else 0

    def begin(self, f, ins, image, y, rows, space):
        """Before rows y .. y + rows - 1 of an image. space: where the workspace is."""
        source = self.source
        images = ins[0] + image * source[1] * source[2] * source[3]
        self.tap = self.channels if self.forward else 0 - self.channels
        self.filter = ins[1] if self.forward else ins[1] + 8 * self.channels
        self.start = images
        if self.bordered:
            first = self.firsts[0] + y * self.strides[0]
            top = self.border[0]
            left = self.border[1]
            geometry = [source[1], source[2], self.channels, self.spans[0], self.spans[1], top, left]
            self.start = space - first * self.line
            copy_with_border(f, images, self.start, first, first + self._rows(rows), geometry)
        self.start += self.firsts[0] * self.line + self.firsts[1] * self.channels

    def row(self, f, y, o):
        """Row y of the result at o."""
        channels = self.channels
        step = self.dilations[1] * channels
        far = self.strides[1] * channels
        line = self.dilations[0] * self.line
        s = self.start + y * self.strides[0] * self.line
        for x in range(0, self.wide, PIXELS):
            n = min(PIXELS, self.wide - x)
            if far == step:
                slide(
                    f, s + x * far, line, step, self.filter, self.tap, channels, n, o + x * channels, channels
                )
            else:
                at = o + x * channels
                stride(f, s + x * far, line, step, self.filter, self.tap, channels, n, at, channels, far)
