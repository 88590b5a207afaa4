"""Where the elements of a tensor lie in a texture array: pure functions of integers.

Element (row, channel) has quad = channel // 4, lane = channel % 4, texel index i = (row // layers) * quads + quad; texel i
lies in page i // (width * height), at y = i // width, x = i % width of that page; page p owns the array layers
p * layers ... p * layers + layers - 1, and the row's layer there is row % layers. More than one page is only needed when
one layer of the device's largest size is too small.
"""

from ...platform.buffers import float32_array, int32_array, set_at, subarray, zeros


class Layout:
    """The place of a tensor: shape, dtype, rows, channels, quads, layers, shift, width, height, pages."""

    def __init__(self, shape, dtype, targets, max_shift):
        rank = len(shape)
        rows = 1
        for axis in range(rank - 1):
            rows = rows * shape[axis]
        self.shape = shape
        self.dtype = dtype
        self.kind = "f" if dtype == "float32" else "i"
        self.channels = shape[rank - 1] if rank > 0 else 1
        self.rows = rows
        self.size = rows * self.channels
        self.quads = (self.channels + 3) // 4
        self.layers = targets if rows > 1 else 1
        texels = ((rows + self.layers - 1) // self.layers) * self.quads
        if texels == 0:
            texels = 1
        self.texels = texels
        self.shift = 0
        self.width = 1
        while self.width * self.width < texels and self.shift < max_shift:
            self.shift = self.shift + 1
            self.width = self.width * 2
        self.height = (texels + self.width - 1) // self.width
        self.pages = 1
        self.page_shift = 2 * max_shift
        self.max_shift = max_shift
        if self.height > self.width and self.shift == max_shift:
            self.height = self.width
            self.pages = (texels + self.width * self.height - 1) // (self.width * self.height)
        self.depth = self.layers * self.pages
        self.bytes = self.width * self.height * self.depth * 16
        self.key = self.kind + str(self.width) + "x" + str(self.height) + "x" + str(self.depth)

    def page_height(self, page):
        """Rows of texels in use on a page."""
        left = self.texels - page * self.width * self.height
        used = (left + self.width - 1) // self.width
        return used if used < self.height else self.height


def log2_floor(n):
    """The largest e with 2**e <= n."""
    e = 0
    while 2 ** (e + 1) <= n:
        e = e + 1
    return e


def pack(layout, data):
    """The texels of a row-major flat array: one typed array for the whole texture array."""
    count = layout.width * layout.height * layout.depth * 4
    pixels = float32_array(count) if layout.kind == "f" else int32_array(count)
    channels = layout.channels
    if layout.size == 0:
        return pixels
    if layout.rows == 1:
        set_at(pixels, data, 0)
        return pixels
    stride = layout.quads * 4
    layers = layout.layers
    plane = layout.width * layout.height * 4
    source = 0
    for row in range(layout.rows):
        layer = row % layers
        start = ((row - layer) // layers) * stride
        if layout.pages == 1:
            target = layer * plane + start
            for c in range(channels):
                pixels[target + c] = data[source + c]
        else:
            for c in range(channels):
                page = (start + c) // plane
                pixels[(page * layers + layer - page) * plane + start + c] = data[source + c]
        source = source + channels
    return pixels


def unpack(layout, pixels, layers_read):
    """The row-major flat array of a texture's texels, of which the first `layers_read` layers of each page were read."""
    if layout.rows == 1 and layout.kind == "f" and layout.size > 0:
        return subarray(pixels, 0, layout.size)
    data = zeros(layout.dtype, layout.size)
    channels = layout.channels
    if layout.size == 0:
        return data
    stride = layout.quads * 4
    layers = layout.layers
    plane = layout.width * layout.height * 4
    target = 0
    for row in range(layout.rows):
        layer = row % layers
        start = ((row - layer) // layers) * stride
        if layout.pages == 1:
            source = layer * plane + start
            for c in range(channels):
                data[target + c] = pixels[source + c]
        else:
            for c in range(channels):
                page = (start + c) // plane
                data[target + c] = pixels[(page * layers_read + layer - page) * plane + start + c]
        target = target + channels
    return data
