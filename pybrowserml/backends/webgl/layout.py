"""Where the elements of a tensor lie in a texture array: pure functions of integers.

A tensor has rows of `quads` texels (four channels each). Row r lies in layer r % layers, in group r //
layers. Groups lie side by side, 2**shift of them in a line of texels: x = (group % 2**shift) * quads + quad,
y = group // 2**shift, so that a row is never broken and its texels are neighbours. Only rows that are very
long, and single rows, are folded (`flat`; a texture of one line wastes half of a GPU's 2x2 pixel blocks, and rows of
any length share programs): then texel i = group * quads + quad lies at x = i % 2**shift, y = i // 2**shift.
Lines beyond the device's texture size go to further pages: page p owns the array layers p * layers ... p *
layers + layers - 1.
"""

from ...core.dtypes import is_float
from ...platform.buffers import set_at, subarray, zeros

# From this size on, textures whose lines or layers are a power of two get a margin: else the texels of a
# matrix column,
# and of the layers of one place, all fall into the same lines of a CPU's cache.
MARGIN_TEXELS = 4096
# From so many channels on, a row is copied as a block.
WIDE_ROW = 32
# Up to so many lines a texture may be taller than it is wide: a processor that plays a GPU shares out pairs of lines
# among its threads, also those of a slice that is drawn in place.
MANY_LINES = 256


class Layout:
    """The place of a tensor; `lines` of texels, spread over `pages` of `height` lines each."""

    def __init__(self, shape, dtype, targets, max_shift):
        rank = len(shape)
        rows = 1
        for axis in range(rank - 1):
            rows = rows * shape[axis]
        self.shape = shape
        self.dtype = dtype
        self.kind = "f" if is_float(dtype) else "i"
        self.channels = shape[rank - 1] if rank > 0 else 1
        self.rows = rows
        self.size = rows * self.channels
        self.quads = (self.channels + 3) // 4
        self.layers = targets if rows > 1 else 1
        self.groups = (rows + self.layers - 1) // self.layers
        self.texels = self.groups * self.quads if self.size > 0 else 1
        self.max_shift = max_shift
        largest = 2**max_shift
        self.flat = self.quads > largest or rows == 1
        self.shift = 0
        if self.size == 0:
            self.width = 1
            lines = 1
        elif self.flat:
            self.width = 1
            while self.width * self.width < self.texels and self.shift < max_shift:
                self.shift = self.shift + 1
                self.width = self.width * 2
            lines = (self.texels + self.width - 1) // self.width
        else:
            self.width = self.quads
            lines = self.groups
            while self.width < lines and self.width * 2 <= largest and lines > min(MANY_LINES, largest):
                self.shift = self.shift + 1
                self.width = self.width * 2
                lines = (self.groups + 2**self.shift - 1) // 2**self.shift
        self.lines = lines
        self.height = lines if lines < largest else largest
        self.pages = (lines + self.height - 1) // self.height
        self.depth = self.layers * self.pages
        self.texture_width = self.width
        self.texture_height = self.height
        if self.width * self.height >= MARGIN_TEXELS and self.width % 64 == 0 and not self.flat:
            if self.width + 4 <= largest:
                self.texture_width = self.width + 4
            if self.height % 2 == 0 and self.height < largest:
                self.texture_height = self.height + 1
        self.bytes = self.texture_width * self.texture_height * self.depth * 16
        self.key = (
            self.kind + str(self.texture_width) + "x" + str(self.texture_height) + "x" + str(self.depth)
        )

    def page_height(self, page):
        """Lines of texels in use on a page."""
        left = self.lines - page * self.height
        return left if left < self.height else self.height

    def place(self, row, quad, layers):
        """The texel of a row among those of all pages, with `layers` layers a page."""
        layer = row % self.layers
        group = (row - layer) // self.layers
        if self.flat:
            start = group * self.quads + quad
            line = start // self.width
            x = start - line * self.width
        else:
            line = group // 2**self.shift
            x = (group - line * 2**self.shift) * self.quads + quad
        page = line // self.height
        return ((page * layers + layer) * self.height + line - page * self.height) * self.width + x

    def broken(self):
        """True when a row may cross from one page to the next."""
        return self.flat and self.pages > 1


def log2_floor(n):
    """The largest e with 2**e <= n."""
    e = 0
    while 2 ** (e + 1) <= n:
        e = e + 1
    return e


def pack(layout, data, pixels):
    """Into `pixels`, zeros for the whole texture array without margins: the texels of a row-major flat array."""
    if layout.rows == 1:
        set_at(pixels, data, 0)
    elif layout.broken():
        for e in range(layout.size):
            pixels[_channel_place(layout, e, layout.layers)] = data[e]
    else:
        for stretch in _stretches(layout, layout.layers):
            _copy_rows(
                data,
                stretch[0],
                layout.layers * layout.channels,
                pixels,
                stretch[1],
                layout.quads * 4,
                stretch[2],
                layout.channels,
            )
    return None


def unpack(layout, pixels, layers_read):
    """The row-major flat array of a texture's texels, of which the first `layers_read` layers of each page
    were read.
    """
    if layout.rows == 1 and layout.kind == "f" and layout.size > 0:
        return subarray(pixels, 0, layout.size)
    data = zeros(layout.dtype, layout.size)
    if layout.broken():
        for e in range(layout.size):
            data[e] = pixels[_channel_place(layout, e, layers_read)]
    else:
        for stretch in _stretches(layout, layers_read):
            _copy_rows(
                pixels,
                stretch[1],
                layout.quads * 4,
                data,
                stretch[0],
                layout.layers * layout.channels,
                stretch[2],
                layout.channels,
            )
    return data


def _channel_place(layout, e, layers):
    """Where element e lies among the channels of all texels."""
    channel = e % layout.channels
    quad = channel // 4
    return layout.place((e - channel) // layout.channels, quad, layers) * 4 + channel - quad * 4


def _stretches(layout, layers):
    """[first element, first channel of a texel, rows] of each run of rows of one layer and page, whose texels follow
    each other.
    """
    found = []
    for page in range(layout.pages):
        for layer in range(layout.layers):
            run = _run_of(layout, page, layer)
            if run[1] > 0:
                row = run[0]
                found.append([row * layout.channels, layout.place(row, 0, layers) * 4, run[1]])
    return found


def _run_of(layout, page, layer):
    """[first row, rows] of a layer of a page."""
    if layout.size == 0:
        return [0, 0]
    groups = layout.groups if layout.flat else layout.height * 2**layout.shift
    first = page * groups
    left = layout.groups - first
    rows = left if left < groups else groups
    row = first * layout.layers + layer
    if row + (rows - 1) * layout.layers >= layout.rows:
        rows = rows - 1
    return [row, rows]


def pack_layer(layout, data, depth, pixels):
    """Into `pixels`, an array of one layer: the texels of the layer `depth` of a texture array, of a layout that is not
    broken. What belongs to no row stays as it is.
    """
    layer = depth % layout.layers
    run = _run_of(layout, depth // layout.layers, layer)
    step = layout.layers * layout.channels
    _copy_rows(data, run[0] * layout.channels, step, pixels, 0, layout.quads * 4, run[1], layout.channels)


def _copy_rows(source, s, source_step, target, t, target_step, rows, channels):
    """Rows of channels from one flat array to another."""
    if channels >= WIDE_ROW:
        for _row in range(rows):
            set_at(target, subarray(source, s, s + channels), t)
            s = s + source_step
            t = t + target_step
        return None
    for _row in range(rows):
        for c in range(channels):
            target[t + c] = source[s + c]
        s = s + source_step
        t = t + target_step
    return None
