"""Rows of an image as a depthwise convolution of 3x3 in plain JavaScript reads them.

They are read where they lie, or, where taps reach over the left or right border, from copies with a border of zeros.
Rows above and below of images that are not copied are one row of zeros.
"""

from ...platform.buffers import copy_within

# Pixels that are computed channel after channel: the lines of the cache that they touch stay in it until then.
PIXELS = 64
# Of so many channels, and of multiples, the lines of all pixels would meet in a few sets of the cache: these are copied
# with a gap of a line.
CROWDED = 512
GAP = 16


class SourceRows:
    """The source of a convolution by 3x3, or (`forward` false) of an input gradient of stride 1: the convolution of
    dy with the filter turned round.

    source, target: shapes [images, height, width, channels]; spare: how many columns the first and the last pixel may
    lack at the border without a copy. pitch: elements from column to column; filter, tap: where the first tap is, and
    elements from tap to tap.
    """

    def __init__(self, params, source, target, forward, spare):
        self.forward = forward
        self.source = source
        self.channels = source[3]
        self.stride = params["strides"][0]
        self.dilation = params["dilations"][0]
        # The first row and column that are read, and how many.
        self.firsts = []
        self.spans = []
        for axis in range(2):
            reach = 2 * params["dilations"][axis]
            pad = params["pads"][axis][0]
            self.firsts.append(0 - pad if forward else pad - reach)
            self.spans.append(max(0, target[1 + axis] - 1) * params["strides"][axis] + reach + 1)
        beyond = self.firsts[1] + self.spans[1] - source[2]
        crowded = self.channels % CROWDED == 0
        self.lacks_first = self.firsts[1] < 0
        self.lacks_last = beyond > 0
        self.copied = crowded or 0 - self.firsts[1] > spare or beyond > spare
        if self.copied:
            self.lacks_first = False
            self.lacks_last = False
        self.pitch = self.channels + (GAP if crowded else 0)
        self.line = (self.spans[1] if self.copied else source[2]) * self.pitch
        self.image = 0
        self.zeros = 0
        self.copies = 0
        self.first_copy = 0
        self.filter = 0
        self.tap = 0

    def _rows(self, rows):
        """Rows of the source for `rows` rows of the result."""
        return (rows - 1) * self.stride + 2 * self.dilation + 1

    def space(self, rows):
        """Elements of workspace for as many rows of the result."""
        return self._rows(rows) * self.line if self.copied else self.line

    def begin(self, f, ins, image, y, rows, space):
        """Before rows y .. y + rows - 1 of an image. space: where the workspace is."""
        source = self.source
        self.tap = self.channels if self.forward else 0 - self.channels
        self.filter = ins[1] if self.forward else ins[1] + 8 * self.channels
        self.image = ins[0] + image * source[1] * source[2] * self.channels
        if not self.copied:
            self.zeros = space
            clear(f, space, self.line)
            return None
        self.copies = space
        self.first_copy = y * self.stride
        for r in range(self._rows(rows)):
            self._copy(f, self.firsts[0] + self.first_copy + r, space + r * self.line)
        return None

    def _copy(self, f, row, o):
        """A row of the image with its border at o."""
        source = self.source
        channels = self.channels
        pitch = self.pitch
        if row < 0 or row >= source[1]:
            clear(f, o, self.line)
            return None
        first = self.firsts[1]
        low = max(0, 0 - first)
        high = max(low, min(self.spans[1], source[2] - first))
        clear(f, o, low * pitch)
        clear(f, o + high * pitch, self.line - high * pitch)
        s = self.image + (row * source[2] + first + low) * channels
        if pitch == channels:
            n = (high - low) * channels
            copy_within(f, o + low * pitch, s, s + n)
        else:
            for p in range(low, high):
                copy_within(f, o + p * pitch, s, s + channels)
                s += channels
        return None

    def rows_of(self, y, found):
        """Write where the rows of taps of row y of the result begin into `found`."""
        for k in range(3):
            if self.copied:
                row = y * self.stride - self.first_copy + k * self.dilation
                found[k] = self.copies + row * self.line
            else:
                row = self.firsts[0] + y * self.stride + k * self.dilation
                inside = row >= 0 and row < self.source[1]
                start = self.image + row * self.line if inside else self.zeros
                found[k] = start + self.firsts[1] * self.channels


def clear(f, o, n):
    """n zeros."""
    for p in range(n):
        f[o + p] = 0.0
