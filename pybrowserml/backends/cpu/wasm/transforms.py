"""The transforms of Winograd's F(2x2, 3x3) and F(3x3, 2x2), four channels at a time (see cpu/winograd.py).

Offsets, steps and sizes are in elements. Places: the 16 products of a tile, `place` elements from one to the next.
"""

from .assembler import Function
from .channels import Channels
from .packing import scaled


def copy_patch():
    """(image, y, x, height, width, channels, size, target): a patch of size x size pixels at (y, x), zeros
    outside.
    """
    f = Function(["i32" for _k in range(8)], None)
    image, y, x, height, width, channels, size, target = f.args
    scaled(f, [image, target])
    r = f.local("i32")
    q = f.local("i32")
    h = f.local("i32")
    w = f.local("i32")
    source = f.local("i32")
    inside = f.local("i32")
    copied = Channels(f, channels, [source, target])
    zeroed = Channels(f, channels, [target])
    f.begin_while(["i32.lt_s", r, size])
    f.put(h, ["i32.add", y, r])
    f.put(q, 0)
    f.begin_while(["i32.lt_s", q, size])
    f.put(w, ["i32.add", x, q])
    # One comparison without signs finds what is below zero too.
    f.put(inside, ["i32.and", ["i32.lt_u", h, height], ["i32.lt_u", w, width]])
    f.begin_if(inside)
    pixel = ["i32.add", ["i32.mul", h, width], w]
    f.put(source, ["i32.add", image, ["i32.shl", ["i32.mul", pixel, channels], 2]])
    copied.each(lambda lanes: lanes.store(target, lanes.load(source)))
    f.otherwise()
    zeroed.each(lambda lanes: lanes.store(target, lanes.number(0)))
    f.end_if()
    f.move(q, 1)
    f.end_while()
    f.move(r, 1)
    f.end_while()
    return f


def transform_patch():
    """(source, line, channels, count, target, place): B'dB of a 4 x 4 patch for `count` channels; line, channels:
    from row to row and from pixel to pixel.
    """
    f = Function(["i32" for _k in range(6)], None)
    source, line, channels, count, target, place = f.args
    scaled(f, [source, line, channels, target, place])
    rows = f.locals("i32", 4)
    at = f.local("i32")
    p = f.local("i32")
    for r in range(4):
        f.put(rows[r], source if r == 0 else ["i32.add", rows[r - 1], line])

    def differences(lanes, first, second, sign):
        """Four columns of row `first` plus or minus row `second`."""
        found = []
        f.put(p, 0)
        for q in range(4):
            a = lanes.load(["i32.add", first, p])
            b = lanes.load(["i32.add", second, p])
            found.append(lanes.kept(lanes.add(a, b) if sign > 0 else lanes.sub(a, b)))
            if q < 3:
                f.put(p, ["i32.add", p, channels])
        return found

    def body(lanes):
        f.put(at, target)
        for pair in [[0, 2, -1], [1, 2, 1], [2, 1, -1], [1, 3, -1]]:
            taken = lanes.taken
            a = differences(lanes, rows[pair[0]], rows[pair[1]], pair[2])
            results = [
                lanes.sub(a[0], a[2]),
                lanes.add(a[1], a[2]),
                lanes.sub(a[2], a[1]),
                lanes.sub(a[1], a[3]),
            ]
            for result in results:
                lanes.store(at, result)
                f.put(at, ["i32.add", at, place])
            lanes.taken = taken

    moved = [rows[0], rows[1], rows[2], rows[3], target]
    Channels(f, count, moved).each(body)
    return f


def transform_filters():
    """(source, row, tap, across, count, target, place): GgG' of `count` 3 x 3 filters, `across` elements apart, into
    packed panels of 8 columns: filter k of the count goes to lane k. row, tap: from row to row and from tap to tap.
    """
    f = Function(["i32" for _k in range(7)], None)
    source, row, tap, across, count, target, place = f.args
    scaled(f, [source, row, tap, across, target, place])
    at = f.local("i32")
    left = f.local("i32")

    def body(lanes):
        g = []
        for y in range(3):
            f.put(at, ["i32.add", source, ["i32.mul", row, y]])
            for x in range(3):
                g.append(lanes.kept(lanes.load(at)))
                if x < 2:
                    f.put(at, ["i32.add", at, tap])
        f.put(at, target)
        for r in range(4):
            e = [lanes.kept(_spread(lanes, r, g[x], g[3 + x], g[6 + x])) for x in range(3)]
            for q in range(4):
                lanes.store(at, _spread(lanes, q, e[0], e[1], e[2]))
                f.put(at, ["i32.add", at, place])
        f.put(source, ["i32.add", source, ["i32.mul", across, lanes.width]])

    # Filters that lie side by side go four at a time.
    f.begin_if(["i32.eq", across, 4])
    f.put(left, ["i32.and", count, -4])
    f.end_if()
    filters = Channels(f, left, [target])
    filters.run(filters.wide, left, body)
    filters.run(filters.single, ["i32.sub", count, left], body)
    return f


def _spread(lanes, entry, a, b, c):
    """Entry of G times (a, b, c): a, (a + b + c) / 2, (a - b + c) / 2, c."""
    if entry == 0:
        return a
    if entry == 3:
        return c
    return lanes.half(lanes.add(lanes.add(a, b) if entry == 1 else lanes.sub(a, b), c))


def transform_products():
    """(source, place, features, target, line, rows, columns): A'mA of one tile: up to 2 x 2 pixels, `line` from row
    to row.
    """
    f = Function(["i32" for _k in range(7)], None)
    source, place, features, target, line, rows, columns = f.args
    scaled(f, [source, place, target, line])
    at = f.local("i32")
    right = f.local("i32")
    below = f.local("i32")
    beside = f.local("i32")
    f.put(right, ["i32.add", target, ["i32.shl", features, 2]])
    f.put(below, ["i32.add", target, line])
    f.put(beside, ["i32.add", right, line])

    def body(lanes):
        sums = []
        f.put(at, source)
        for _y in range(4):
            m = []
            for _x in range(4):
                m.append(lanes.kept(lanes.load(at)))
                f.put(at, ["i32.add", at, place])
            left = lanes.kept(lanes.add(lanes.add(m[0], m[1]), m[2]))
            other = lanes.kept(lanes.sub(lanes.sub(m[1], m[2]), m[3]))
            sums.append([left, other])
        for x in range(2):
            top = lanes.add(lanes.add(sums[0][x], sums[1][x]), sums[2][x])
            bottom = lanes.sub(lanes.sub(sums[1][x], sums[2][x]), sums[3][x])
            if x == 1:
                f.begin_if(["i32.gt_s", columns, 1])
            lanes.store(target if x == 0 else right, top)
            f.begin_if(["i32.gt_s", rows, 1])
            lanes.store(below if x == 0 else beside, bottom)
            f.end_if()
            if x == 1:
                f.end_if()

    Channels(f, features, [source, target, right, below, beside]).each(body)
    return f


def transform_given():
    """(source, line, channels, target, place): GdG' of a 2 x 2 tile of dy for all its channels (for the filter
    gradient).
    """
    f = Function(["i32" for _k in range(5)], None)
    source, line, channels, target, place = f.args
    scaled(f, [source, line, target, place])
    at = f.local("i32")
    right = f.local("i32")
    below = f.local("i32")
    beside = f.local("i32")
    f.put(right, ["i32.add", source, ["i32.shl", channels, 2]])
    f.put(below, ["i32.add", source, line])
    f.put(beside, ["i32.add", right, line])

    def body(lanes):
        a = [lanes.kept(lanes.load(source)), lanes.kept(lanes.load(right))]
        b = [lanes.kept(lanes.load(below)), lanes.kept(lanes.load(beside))]
        sums = [lanes.kept(lanes.half(lanes.add(a[x], b[x]))) for x in range(2)]
        rests = [lanes.kept(lanes.half(lanes.sub(a[x], b[x]))) for x in range(2)]
        f.put(at, target)
        for pair in [a, sums, rests, b]:
            mean = lanes.half(lanes.add(pair[0], pair[1]))
            rest = lanes.half(lanes.sub(pair[0], pair[1]))
            for result in [pair[0], mean, rest, pair[1]]:
                lanes.store(at, result)
                f.put(at, ["i32.add", at, place])

    Channels(f, channels, [source, right, below, beside, target]).each(body)
    return f


def transform_taps():
    """(source, place, count, target, tap): the nine taps of `count` neighbouring features from their 16 sums."""
    f = Function(["i32" for _k in range(5)], None)
    source, place, count, target, tap = f.args
    scaled(f, [source, place, target, tap])
    at = f.local("i32")

    def body(lanes):
        columns = []
        f.put(at, source)
        for _y in range(4):
            m = []
            for _x in range(4):
                m.append(lanes.kept(lanes.load(at)))
                f.put(at, ["i32.add", at, place])
            both = lanes.kept(lanes.add(m[1], m[2]))
            columns.append(
                [
                    lanes.kept(lanes.add(m[0], both)),
                    lanes.kept(lanes.sub(m[1], m[2])),
                    lanes.kept(lanes.sub(both, m[3])),
                ]
            )
        f.put(at, target)
        for y in range(3):
            for x in range(3):
                r = [column[x] for column in columns]
                if y == 0:
                    value = lanes.add(lanes.add(r[0], r[1]), r[2])
                elif y == 1:
                    value = lanes.sub(r[1], r[2])
                else:
                    value = lanes.sub(lanes.add(r[1], r[2]), r[3])
                lanes.store(at, value)
                f.put(at, ["i32.add", at, tap])

    Channels(f, count, [source, target]).each(body)
    return f
