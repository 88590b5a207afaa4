"""Tiles over two constant arrays, of which V8 knows the length: it tests an index, but need not be able to go back
where the test fails. What is multiplied is copied into them: packed panels of four float64 rows of A, or columns of B.
"""

from ...platform.buffers import float64_array, set_at

ROWS = 4
COLUMNS = 4
# Elements of the constant arrays: of the panels of A and of B, and of one panel, which is what a step of the loop may
# reach beyond.
MOST_A = 0x10000
MOST_B = 0x8000
MOST_PANEL = 0x1000
# Steps of k from which on they are considered.
LEAST_DEPTH = 8


class _Numbers:
    """last: of what was given a number: PanelViews, and vectors' matrices."""

    def __init__(self):
        self.last = 0


NUMBERS = _Numbers()


def new_number():
    """A number that nobody has."""
    NUMBERS.last += 1
    return NUMBERS.last


class Held:
    """Which panels an array of copies holds: the number of their PanelViews, and where they are."""

    def __init__(self, array):
        self.array = array
        self.number = 0
        self.base = -1
        self.size = 0
        self.first = 0
        self.count = 0

    def claim(self):
        """The array, to be written by the caller, who multiplies before anybody else can take panels."""
        self.number = 0
        return self.array

    def place_of(self, panels, first, count):
        """Let it hold these panels; returns where they begin. Panels that lie in the array itself stay there; of few
        panels all are taken, and stay as long as nobody else comes.
        """
        if panels.memory is self.array:
            return panels.base + first * panels.size
        all_panels = len(panels.views)
        if all_panels * panels.size <= MOST_B:
            self.take(panels, 0, all_panels)
            return first * panels.size
        self.take(panels, first, count)
        return 0

    def take(self, panels, first, count):
        """Copy `count` panels from panel `first` on, unless they are there."""
        if (
            panels.fresh
            or self.number != panels.number
            or self.base != panels.base
            or self.size != panels.size
            or self.first != first
            or self.count < count
        ):
            set_at(self.array, panels.together(first, count), 0)
            self.number = panels.number
            self.base = panels.base
            self.size = panels.size
            self.first = first
            self.count = count


def make_tile_4x2(a, b):
    """The function of 4x2 sums over constant arrays. It is made once: of a function that was made several times V8 does
    not know what its constants are.
    """

    def tile_4x2(f, at, right, depth, o, stride, add):
        """The panel of A at `at` times two columns of a panel of B; right: where the first of them begins."""
        c00 = 0.0
        c01 = 0.0
        c10 = 0.0
        c11 = 0.0
        c20 = 0.0
        c21 = 0.0
        c30 = 0.0
        c31 = 0.0
        s = at & 0xFFFF
        t = right & 0x7FFF
        end = ((depth >> 1) * 8) & 0xFFF
        most = depth * 4
        for p in range(0, end, 8):
            b0 = b[t + p]
            b1 = b[t + p + 1]
            a0 = a[s + p]
            c00 += a0 * b0
            c01 += a0 * b1
            a1 = a[s + p + 1]
            c10 += a1 * b0
            c11 += a1 * b1
            # Always so; see above.
            if p < most:
                a2 = a[s + p + 2]
                c20 += a2 * b0
                c21 += a2 * b1
                a3 = a[s + p + 3]
                c30 += a3 * b0
                c31 += a3 * b1
            b2 = b[t + p + 4]
            b3 = b[t + p + 5]
            a4 = a[s + p + 4]
            c00 += a4 * b2
            c01 += a4 * b3
            a5 = a[s + p + 5]
            c10 += a5 * b2
            c11 += a5 * b3
            if p < most:
                a6 = a[s + p + 6]
                c20 += a6 * b2
                c21 += a6 * b3
                a7 = a[s + p + 7]
                c30 += a7 * b2
                c31 += a7 * b3
        if (depth & 1) > 0:
            s += end
            t += end
            c00 += a[s] * b[t]
            c01 += a[s] * b[t + 1]
            c10 += a[s + 1] * b[t]
            c11 += a[s + 1] * b[t + 1]
            c20 += a[s + 2] * b[t]
            c21 += a[s + 2] * b[t + 1]
            c30 += a[s + 3] * b[t]
            c31 += a[s + 3] * b[t + 1]
        if add:
            c00 += f[o]
            c01 += f[o + 1]
        f[o] = c00
        f[o + 1] = c01
        o += stride
        if add:
            c10 += f[o]
            c11 += f[o + 1]
        f[o] = c10
        f[o + 1] = c11
        o += stride
        if add:
            c20 += f[o]
            c21 += f[o + 1]
        f[o] = c20
        f[o + 1] = c21
        o += stride
        if add:
            c30 += f[o]
            c31 += f[o + 1]
        f[o] = c30
        f[o + 1] = c31

    return tile_4x2


def make_tile_8x1(a, b):
    """The function of 8x1 sums over constant arrays, made once as well."""

    def tile_8x1(f, at, depth, o):
        """Eight sums at o: of the columns of two neighbouring panels, the first of them at `at`, and of the vector that
        is the first column of the panel in b.
        """
        c0 = 0.0
        c1 = 0.0
        c2 = 0.0
        c3 = 0.0
        c4 = 0.0
        c5 = 0.0
        c6 = 0.0
        c7 = 0.0
        most = depth * 4
        s = at & 0xFFFF
        t = (at + most) & 0xFFFF
        end = ((depth >> 1) * 8) & 0xFFF
        for p in range(0, end, 8):
            y = b[p]
            c0 += a[s + p] * y
            c1 += a[s + p + 1] * y
            c2 += a[s + p + 2] * y
            c3 += a[s + p + 3] * y
            # Always so; see panels.py.
            if p < most:
                c4 += a[t + p] * y
                c5 += a[t + p + 1] * y
                c6 += a[t + p + 2] * y
                c7 += a[t + p + 3] * y
                if p < most:
                    z = b[p + 4]
                    c0 += a[s + p + 4] * z
                    c1 += a[s + p + 5] * z
                    c2 += a[s + p + 6] * z
                    c3 += a[s + p + 7] * z
                    if p < most:
                        c4 += a[t + p + 4] * z
                        c5 += a[t + p + 5] * z
                        c6 += a[t + p + 6] * z
                        c7 += a[t + p + 7] * z
        if (depth & 1) > 0:
            y = b[end]
            s += end
            t += end
            c0 += a[s] * y
            c1 += a[s + 1] * y
            c2 += a[s + 2] * y
            c3 += a[s + 3] * y
            c4 += a[t] * y
            c5 += a[t + 1] * y
            c6 += a[t + 2] * y
            c7 += a[t + 3] * y
        f[o] = c0
        f[o + 1] = c1
        f[o + 2] = c2
        f[o + 3] = c3
        f[o + 4] = c4
        f[o + 5] = c5
        f[o + 6] = c6
        f[o + 7] = c7

    return tile_8x1


def move_edge(f, edge, o, stride, rows, columns, add):
    """The valid part of a tile that is cut off, from 16 elements to C: at most four of `rows` and of `columns`."""
    down = rows if rows < 4 else 4
    across = columns if columns < 4 else 4
    for r in range(down):
        for c in range(across):
            x = f[edge + r * 4 + c]
            if add:
                x += f[o + r * stride + c]
            f[o + r * stride + c] = x


class ConstantTiles:
    """The tiles and their arrays."""

    def __init__(self):
        self.a = Held(float64_array(MOST_A + MOST_PANEL + 8))
        self.b = Held(float64_array(MOST_B + MOST_PANEL + 8))
        self.tile = make_tile_4x2(self.a.array, self.b.array)
        self.vector_tile = make_tile_8x1(self.a.array, self.b.array)

    def fits(self, rows, depth):
        return depth >= LEAST_DEPTH and depth * ROWS < MOST_PANEL and (rows + ROWS - 1) * depth <= MOST_A

    def multiply(self, f, a, rows, b, first, columns, depth, o, stride, add, edge):
        tile = self.tile
        panel = depth * ROWS
        start = self.a.place_of(a, 0, (rows + ROWS - 1) >> 2)
        a.fresh = False
        # As many columns at a time as find room.
        most = max(1, int(MOST_B / panel))
        panels = (columns + COLUMNS - 1) >> 2
        k = 0
        while k < panels:
            last = panels if k + most > panels else k + most
            right = self.b.place_of(b, first + k, last - k)
            for q in range(k, last):
                j = q * 4
                for r in range(0, rows, 4):
                    at = o + r * stride + j
                    left = start + (r >> 2) * panel
                    if r + 4 <= rows and j + 4 <= columns:
                        tile(f, left, right, depth, at, stride, add)
                        tile(f, left, right + 2, depth, at + 2, stride, add)
                    else:
                        tile(f, left, right, depth, edge, 4, False)
                        if columns - j > 2:
                            tile(f, left, right + 2, depth, edge + 2, 4, False)
                        move_edge(f, edge, at, stride, rows - r, columns - j, add)
                right += panel
            k = last
        b.fresh = panels > most

    def fits_matrix(self, length, depth):
        """Whether a matrix of `length` vectors of `depth` numbers may be held."""
        room = ((length + 7) >> 3) * 8 * depth
        return depth >= LEAST_DEPTH and depth * ROWS < MOST_PANEL and room <= MOST_A

    def put_vector(self, f, vector, inner, depth):
        """Take a vector into the first column of a panel."""
        b = self.b.array
        v = vector
        for p in range(depth):
            b[4 * p] = f[v]
            v += inner
        self.b.number = 0
