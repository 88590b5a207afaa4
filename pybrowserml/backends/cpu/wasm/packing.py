"""Packing rows into panels: element k of row r of a panel of L rows goes to target + k * L + r.

Offsets and sizes are in four-byte elements. Neighbouring elements of four rows are turned by shuffles, four times
four at a time.
"""

from .assembler import Function

# The four shuffles of a 4 x 4 transposition: pairs of rows, then halves.
LOW = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23]
HIGH = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
FRONT = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
BACK = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]


def scaled(f, elements):
    """Arguments that count elements, from now on bytes."""
    for local in elements:
        f.put(local, ["i32.shl", local, 2])


class Rows:
    """Code that copies the same run of elements from several rows into a panel.

    sources: a Local for each row, the address of its first element; target: a Local, the address in the panel. Both
    are moved on by the run. A row of the panel beyond `sources` is left as it is.
    """

    def __init__(self, f, sources, target, lanes):
        self.f = f
        self.sources = sources
        self.target = target
        self.lanes = lanes
        self.left = f.local("i32")
        self.loaded = f.locals("v128", 4)
        self.mixed = f.locals("v128", 4)

    def neighbours(self, n):
        """Rows whose elements are neighbours: n (a Local) elements."""
        f = self.f
        f.put(self.left, n)
        f.begin_while(["i32.ge_s", self.left, 4])
        r = 0
        while r + 4 <= len(self.sources):
            self._four(r)
            r += 4
        while r + 2 <= len(self.sources):
            self._two(r)
            r += 2
        if r < len(self.sources):
            for k in range(4):
                value = ["f32.load", self.sources[r], 4 * k]
                f.store("f32.store", self.target, value, (k * self.lanes + r) * 4)
        self._on(16, 4)
        f.put(self.left, ["i32.sub", self.left, 4])
        f.end_while()
        f.begin_while(self.left)
        self._one(4)
        f.end_while()

    def strided(self, n, inner):
        """Rows whose elements are `inner` (a Local) bytes apart."""
        f = self.f
        f.put(self.left, n)
        f.begin_while(self.left)
        self._one(inner)
        f.end_while()

    def _on(self, step, elements):
        for source in self.sources:
            self.f.move(source, step)
        self.f.move(self.target, elements * self.lanes * 4)

    def _one(self, step):
        f = self.f
        for r in range(len(self.sources)):
            f.store("f32.store", self.target, ["f32.load", self.sources[r], 0], 4 * r)
        self._on(step, 1)
        f.put(self.left, ["i32.sub", self.left, 1])

    def _four(self, r):
        f = self.f
        x = self.loaded
        y = self.mixed
        for q in range(4):
            f.put(x[q], ["v128.load", self.sources[r + q], 0])
        f.put(y[0], ["i8x16.shuffle", x[0], x[1], LOW])
        f.put(y[1], ["i8x16.shuffle", x[2], x[3], LOW])
        f.put(y[2], ["i8x16.shuffle", x[0], x[1], HIGH])
        f.put(y[3], ["i8x16.shuffle", x[2], x[3], HIGH])
        for k in range(4):
            half = 0 if k < 2 else 2
            turned = ["i8x16.shuffle", y[half], y[half + 1], FRONT if k % 2 == 0 else BACK]
            f.store("v128.store", self.target, turned, (k * self.lanes + r) * 4)

    def _two(self, r):
        f = self.f
        x = self.loaded
        y = self.mixed
        for q in range(2):
            f.put(x[q], ["v128.load", self.sources[r + q], 0])
        f.put(y[0], ["i8x16.shuffle", x[0], x[1], LOW])
        f.put(y[1], ["i8x16.shuffle", x[0], x[1], HIGH])
        for k in range(4):
            offset = (k * self.lanes + r) * 4
            f.store_lane("v128.store64_lane", self.target, y[k >> 1], offset, k & 1)


def pack_strided(lanes):
    """(source, step, inner, count, depth, target, panel): `count` rows, `step` apart, of `depth` elements, `inner`
    apart, into panels that are `panel` apart. Rows that a last panel lacks are those of its last row.
    """
    f = Function(["i32", "i32", "i32", "i32", "i32", "i32", "i32"], None)
    source, step, inner, count, depth, target, panel = f.args
    scaled(f, [source, step, inner, target, panel])
    sources = f.locals("i32", lanes)
    at = f.local("i32")
    left = f.local("i32")
    rows = Rows(f, sources, at, lanes)
    f.begin_while(["i32.gt_s", count, 0])
    f.put(at, target)
    f.put(sources[0], source)
    for r in range(1, lanes):
        beyond = ["i32.mul", step, ["i32.gt_s", count, r]]
        f.put(sources[r], ["i32.add", sources[r - 1], beyond])
    f.begin_if(["i32.eq", inner, 4])
    rows.neighbours(depth)
    f.otherwise()
    if lanes % 4 == 0:
        # Rows that lie side by side are copied as vectors.
        f.begin_if(["i32.and", ["i32.eq", step, 4], ["i32.ge_s", count, lanes]])
        f.put(left, depth)
        f.begin_while(left)
        for r in range(0, lanes, 4):
            f.store("v128.store", at, ["v128.load", sources[0], 4 * r], 4 * r)
        f.put(sources[0], ["i32.add", sources[0], inner])
        f.move(at, 4 * lanes)
        f.put(left, ["i32.sub", left, 1])
        f.end_while()
        f.otherwise()
        rows.strided(depth, inner)
        f.end_if()
    else:
        rows.strided(depth, inner)
    f.end_if()
    f.put(source, ["i32.add", source, ["i32.mul", step, lanes]])
    f.put(target, ["i32.add", target, panel])
    f.put(count, ["i32.sub", count, lanes])
    f.end_while()
    return f


def pack_runs(lanes):
    """(starts, count, runs, run_count, target, panel): rows that are the same runs of elements from another start.

    starts: `count` int32 offsets of elements; runs: [offset, length] pairs of int32. Rows that a last panel lacks
    are its last row.
    """
    f = Function(["i32", "i32", "i32", "i32", "i32", "i32"], None)
    starts, count, runs, run_count, target, panel = f.args
    scaled(f, [starts, runs, target, panel])
    sources = f.locals("i32", lanes)
    at = f.local("i32")
    run = f.local("i32")
    left = f.local("i32")
    length = f.local("i32")
    start = f.local("i32")
    rows = Rows(f, sources, at, lanes)
    f.begin_while(["i32.gt_s", count, 0])
    f.put(at, target)
    f.put(run, runs)
    f.put(left, run_count)
    f.begin_while(left)
    f.put(length, ["i32.load", run, 4])
    f.put(start, starts)
    for r in range(lanes):
        if r > 0:
            f.put(start, ["i32.add", start, ["i32.shl", ["i32.gt_s", count, r], 2]])
        f.put(sources[r], ["i32.shl", ["i32.add", ["i32.load", start, 0], ["i32.load", run, 0]], 2])
    rows.neighbours(length)
    f.move(run, 8)
    f.put(left, ["i32.sub", left, 1])
    f.end_while()
    f.move(starts, 4 * lanes)
    f.put(target, ["i32.add", target, panel])
    f.put(count, ["i32.sub", count, lanes])
    f.end_while()
    return f


def pack_channels(width):
    """(source, step, n, target): n pixels, `step` apart, of `width` (1 or 4) neighbouring channels into rows of a
    panel of four.
    """
    f = Function(["i32", "i32", "i32", "i32"], None)
    source, step, n, target = f.args
    scaled(f, [source, step, target])
    f.begin_while(["i32.gt_s", n, 0])
    if width == 4:
        f.store("v128.store", target, ["v128.load", source, 0], 0)
    else:
        f.store("f32.store", target, ["f32.load", source, 0], 0)
    f.put(source, ["i32.add", source, step])
    f.move(target, 16)
    f.put(n, ["i32.sub", n, 1])
    f.end_while()
    return f


def zero_rows(width):
    """(target, n): n steps of a panel of four, zeros in `width` (1 or 4) neighbouring rows."""
    f = Function(["i32", "i32"], None)
    target, n = f.args
    scaled(f, [target])
    f.begin_while(["i32.gt_s", n, 0])
    if width == 4:
        f.store("v128.store", target, ["f32x4", 0], 0)
    else:
        f.store("f32.store", target, ["f32", 0], 0)
    f.move(target, 16)
    f.put(n, ["i32.sub", n, 1])
    f.end_while()
    return f
