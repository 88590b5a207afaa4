"""Pooling in SIMD: rows of windows, four channels at a time. See cpu/pool2d.py for what is computed."""

from ..pool2d import AvgPoolGradLaunch, AvgPoolLaunch, MaxPoolGradLaunch, MaxPoolLaunch, Windows
from .assembler import Function
from .channels import Channels
from .lanes import INFINITE
from .packing import scaled


class WindowRow:
    """A function over one row of windows: (plane, low_y, high_y, width, channels, wide, stride, size, left,
    ...places).

    plane: the image; places: offsets that move on by `channels` from window to window. body(lanes): code for
    one window, made of `each(visit)` and stores at the Locals `places`.
    """

    def __init__(self, places):
        self.f = Function(["i32" for _k in range(9 + places)], None)
        args = self.f.args
        self.plane = args[0]
        self.low_y = args[1]
        self.high_y = args[2]
        self.width = args[3]
        self.channels = args[4]
        self.wide = args[5]
        self.stride = args[6]
        self.size = args[7]
        self.left = args[8]
        self.places = args[9 : 9 + places]
        scaled(self.f, [self.plane])
        scaled(self.f, self.places)
        self.x = self.f.local("i32")
        self.low_x = self.f.local("i32")
        self.high_x = self.f.local("i32")
        self.h = self.f.local("i32")
        self.w = self.f.local("i32")
        self.at = self.f.local("i32")
        self.place = self.f.local("i32")
        self.channel = self.f.local("i32")
        self.step = self.f.local("i32")

    def write(self, body):
        """The finished function."""
        f = self.f
        f.put(self.step, ["i32.shl", self.channels, 2])
        f.begin_while(["i32.lt_s", self.x, self.wide])
        begin = ["i32.sub", ["i32.mul", self.x, self.stride], self.left]
        f.put(self.low_x, begin)
        f.put(self.high_x, ["i32.add", self.low_x, self.size])
        f.put(self.low_x, ["select", self.low_x, 0, ["i32.gt_s", self.low_x, 0]])
        f.put(self.high_x, ["select", self.high_x, self.width, ["i32.lt_s", self.high_x, self.width]])
        f.put(self.channel, 0)
        moved = [self.channel]
        moved.extend(self.places)
        Channels(f, self.channels, moved).each(body)
        f.put(self.x, ["i32.add", self.x, 1])
        f.end_while()
        return f

    def first_place(self):
        """The number of a window's first element in its plane."""
        return ["i32.add", ["i32.mul", self.low_y, self.width], self.low_x]

    def each(self, visit):
        """visit(): code for each element of the window, which is at `at` and has the number `place`."""
        f = self.f
        f.put(self.h, self.low_y)
        f.begin_while(["i32.lt_s", self.h, self.high_y])
        f.put(self.place, ["i32.add", ["i32.mul", self.h, self.width], self.low_x])
        f.put(self.at, ["i32.add", ["i32.add", self.plane, self.channel], ["i32.mul", self.place, self.step]])
        f.put(self.w, self.low_x)
        f.begin_while(["i32.lt_s", self.w, self.high_x])
        visit()
        f.put(self.at, ["i32.add", self.at, self.step])
        f.put(self.place, ["i32.add", self.place, 1])
        f.put(self.w, ["i32.add", self.w, 1])
        f.end_while()
        f.put(self.h, ["i32.add", self.h, 1])
        f.end_while()

    def share(self, lanes):
        """A Local with 1 / (elements of the window), 0 for none."""
        rows = ["i32.sub", self.high_y, self.low_y]
        columns = ["i32.sub", self.high_x, self.low_x]
        inside = ["i32.and", ["i32.gt_s", rows, 0], ["i32.gt_s", columns, 0]]
        count = ["f32.convert_i32_s", ["i32.mul", rows, columns]]
        return lanes.kept(lanes.splat(["select", ["f32.div", ["f32", 1], count], ["f32", 0], inside]))


def max_row(keeps_values, keeps_places):
    """Maxima and their places, whichever is wanted; a NaN wins, of equal ones the first."""
    row = WindowRow((1 if keeps_values else 0) + (1 if keeps_places else 0))

    def body(lanes):
        best = lanes.kept(lanes.splat(["f32.neg", ["f32.reinterpret_i32", INFINITE]]))
        place = lanes.kept_int(lanes.splat_int(row.first_place()))
        value = lanes.kept(lanes.number(0))
        wins = lanes.kept_int(lanes.splat_int(0))

        def visit():
            f = row.f
            f.put(value, lanes.load(row.at))
            only_nan = lanes.both(lanes.compare("ne", value, value), lanes.compare("eq", best, best))
            f.put(wins, lanes.either(lanes.compare("gt", value, best), only_nan))
            f.put(best, lanes.pick(value, best, wins))
            f.put(place, lanes.pick(lanes.splat_int(row.place), place, wins))

        row.each(visit)
        if keeps_values:
            lanes.store(row.places[0], best)
        if keeps_places:
            lanes.store_int(row.places[1 if keeps_values else 0], place)

    return row.write(body)


def max_grad_row():
    """places: of dy and of the numbers of the maxima. Adds to the plane of dx."""
    row = WindowRow(2)

    def body(lanes):
        given = lanes.kept(lanes.load(row.places[0]))
        place = lanes.kept_int(lanes.load_int(row.places[1]))

        def visit():
            chosen = lanes.pick(given, lanes.number(0), lanes.equal_int(place, lanes.splat_int(row.place)))
            lanes.store(row.at, lanes.add(lanes.load(row.at), chosen))

        row.each(visit)

    return row.write(body)


def mean_row():
    """places: of the means."""
    row = WindowRow(1)

    def body(lanes):
        share = row.share(lanes)
        total = lanes.kept(lanes.number(0))
        row.each(lambda: row.f.put(total, lanes.add(total, lanes.load(row.at))))
        lanes.store(row.places[0], lanes.mul(total, share))

    return row.write(body)


def mean_grad_row():
    """places: of dy. Adds to the plane of dx."""
    row = WindowRow(1)

    def body(lanes):
        part = lanes.kept(lanes.mul(lanes.load(row.places[0]), row.share(lanes)))
        row.each(lambda: lanes.store(row.at, lanes.add(lanes.load(row.at), part)))

    return row.write(body)


def _run_row(call, k, plane, y, first, second):
    """One row of windows of the geometry k. first, second: offsets, -1 for one that the function does not have."""
    low = k.low_y(y)
    high = k.high_y(y)
    step = k.strides[1]
    left = k.pads[1][0]
    run = call.run
    if first < 0 or second < 0:
        run(plane, low, high, k.width, k.channels, k.wide, step, k.size[1], left, max(first, second))
    else:
        run(plane, low, high, k.width, k.channels, k.wide, step, k.size[1], left, first, second)


class SimdMaxPoolLaunch(MaxPoolLaunch):
    def __init__(self, tier, windows, values, places):
        super().__init__(windows)
        key = "max pool " + str(values) + " " + str(places)
        self.row = tier.want(key, lambda: max_row(values, places))

    def one_row(self, image, y, position):
        k = self.windows
        base = self.ins[0] + image * k.height * k.width * k.channels
        o = self.outs[0] + position if self.outs[0] >= 0 else -1
        places = self.outs[1] + position if self.outs[1] >= 0 else -1
        _run_row(self.row, k, base, y, o, places)


class SimdAvgPoolLaunch(AvgPoolLaunch):
    def __init__(self, tier, windows):
        super().__init__(windows)
        self.row = tier.want("mean pool", mean_row)

    def one_row(self, image, y, position):
        k = self.windows
        _run_row(
            self.row, k, self.ins[0] + image * k.height * k.width * k.channels, y, self.outs[0] + position, -1
        )


class SimdMaxPoolGradLaunch(MaxPoolGradLaunch):
    def __init__(self, tier, windows):
        super().__init__(windows)
        self.row = tier.want("max pool grad", max_grad_row)

    def run(self, lo, hi):
        k = self.windows
        for image in range(lo, hi):
            o = self.zero_image(image)
            for y in range(k.tall):
                at = (image * k.tall + y) * k.wide * k.channels
                _run_row(self.row, k, o, y, self.ins[0] + at, self.ins[1] + at)


class SimdAvgPoolGradLaunch(AvgPoolGradLaunch):
    def __init__(self, tier, windows):
        super().__init__(windows)
        self.row = tier.want("mean pool grad", mean_grad_row)

    def run(self, lo, hi):
        k = self.windows
        for image in range(lo, hi):
            o = self.zero_image(image)
            for y in range(k.tall):
                _run_row(self.row, k, o, y, self.ins[0] + (image * k.tall + y) * k.wide * k.channels, -1)


def simd_max_pool2d(params, ins, outs, tier):
    if ins[0][1] != "float32":
        return None
    y = outs[0] if outs[0] is not None else outs[1]
    return SimdMaxPoolLaunch(tier, Windows(params, ins[0][0], y[0]), outs[0] is not None, outs[1] is not None)


def simd_avg_pool2d(params, ins, outs, tier):
    return SimdAvgPoolLaunch(tier, Windows(params, ins[0][0], outs[0][0])) if ins[0][1] == "float32" else None


def simd_max_pool2d_grad(params, ins, outs, tier):
    return (
        SimdMaxPoolGradLaunch(tier, Windows(params, outs[0][0], ins[0][0]))
        if ins[0][1] == "float32"
        else None
    )


def simd_avg_pool2d_grad(params, ins, outs, tier):
    return (
        SimdAvgPoolGradLaunch(tier, Windows(params, outs[0][0], ins[0][0]))
        if ins[0][1] == "float32"
        else None
    )
