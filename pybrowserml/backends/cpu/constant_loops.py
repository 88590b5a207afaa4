"""The loops of constant_tiles.py, as functions of the two arrays that they read.

Each is made once: of a function that was made several times V8 does not know what its constants are. Conditions that
are always true are borders, see panels.py.
"""


def make_tile_4x2(a, b):
    """4x2 sums."""

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


def make_tile_4x4(a, b):
    """4x4 sums."""

    def tile_4x4(f, at, right, depth, o, stride, add):
        """The panel of A at `at` times the panel of B at `right`."""
        c00 = 0.0
        c01 = 0.0
        c02 = 0.0
        c03 = 0.0
        c10 = 0.0
        c11 = 0.0
        c12 = 0.0
        c13 = 0.0
        c20 = 0.0
        c21 = 0.0
        c22 = 0.0
        c23 = 0.0
        c30 = 0.0
        c31 = 0.0
        c32 = 0.0
        c33 = 0.0
        s = at & 0xFFFF
        t = right & 0x7FFF
        end = (depth * 4) & 0xFFF
        most = depth * 4
        for p in range(0, end, 4):
            b0 = b[t + p]
            b1 = b[t + p + 1]
            b2 = b[t + p + 2]
            b3 = b[t + p + 3]
            a0 = a[s + p]
            c00 += a0 * b0
            c01 += a0 * b1
            c02 += a0 * b2
            c03 += a0 * b3
            if p < most:
                a1 = a[s + p + 1]
                c10 += a1 * b0
                c11 += a1 * b1
                c12 += a1 * b2
                c13 += a1 * b3
                if p < most:
                    a2 = a[s + p + 2]
                    c20 += a2 * b0
                    c21 += a2 * b1
                    c22 += a2 * b2
                    c23 += a2 * b3
                    if p < most:
                        a3 = a[s + p + 3]
                        c30 += a3 * b0
                        c31 += a3 * b1
                        c32 += a3 * b2
                        c33 += a3 * b3
        if add:
            c00 += f[o]
            c01 += f[o + 1]
            c02 += f[o + 2]
            c03 += f[o + 3]
        f[o] = c00
        f[o + 1] = c01
        f[o + 2] = c02
        f[o + 3] = c03
        o += stride
        if add:
            c10 += f[o]
            c11 += f[o + 1]
            c12 += f[o + 2]
            c13 += f[o + 3]
        f[o] = c10
        f[o + 1] = c11
        f[o + 2] = c12
        f[o + 3] = c13
        o += stride
        if add:
            c20 += f[o]
            c21 += f[o + 1]
            c22 += f[o + 2]
            c23 += f[o + 3]
        f[o] = c20
        f[o + 1] = c21
        f[o + 2] = c22
        f[o + 3] = c23
        o += stride
        if add:
            c30 += f[o]
            c31 += f[o + 1]
            c32 += f[o + 2]
            c33 += f[o + 3]
        f[o] = c30
        f[o + 1] = c31
        f[o + 2] = c32
        f[o + 3] = c33

    return tile_4x4


def make_tile_8x1(a, b):
    """8x1 sums."""

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
