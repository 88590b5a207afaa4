"""Code for neighbouring channels that is written once and runs four at a time, the rest one by one."""


class Channels:
    """Code that runs over neighbouring channels: by fours, then one by one.

    body(lanes) is written twice; it reads and writes through `lanes` at Locals that are moved on by a channel each
    time.
    """

    def __init__(self, f, count, moved):
        self.f = f
        self.count = count
        self.moved = moved
        self.left = f.local("i32")
        self.wide = ChannelLanes(f, "v128", "f32x4", 4)
        self.single = ChannelLanes(f, "f32", "f32", 1)

    def each(self, body):
        self.f.put(self.left, self.count)
        for lanes in [self.wide, self.single]:
            self._while(lanes, body)

    def run(self, lanes, count, body):
        """Code over `count` channels by `lanes` alone, as many as fill them."""
        self.f.put(self.left, count)
        self._while(lanes, body)

    def _while(self, lanes, body):
        f = self.f
        f.begin_while(["i32.ge_s", self.left, lanes.width])
        lanes.taken = 0
        lanes.taken_ints = 0
        body(lanes)
        for local in self.moved:
            f.move(local, 4 * lanes.width)
        f.put(self.left, ["i32.sub", self.left, lanes.width])
        f.end_while()


class ChannelLanes:
    """Arithmetic of four floats or of one."""

    def __init__(self, f, kind, shape, width):
        self.f = f
        self.kind = kind
        self.shape = shape
        self.width = width
        self.names = []
        self.taken = 0
        self.ints = []
        self.taken_ints = 0

    def kept(self, expression):
        """A Local with the value of an expression."""
        if self.taken == len(self.names):
            self.names.append(self.f.local(self.kind))
        local = self.names[self.taken]
        self.taken += 1
        self.f.put(local, expression)
        return local

    def load(self, address):
        return [self.kind + ".load", address, 0]

    def store(self, address, value):
        self.f.store(self.kind + ".store", address, value, 0)

    def add(self, a, b):
        return [self.shape + ".add", a, b]

    def sub(self, a, b):
        return [self.shape + ".sub", a, b]

    def mul(self, a, b):
        return [self.shape + ".mul", a, b]

    def half(self, a):
        return self.mul(a, self.number(0.5))

    def number(self, x):
        return ["f32x4", x] if self.width == 4 else ["f32", x]

    def splat(self, x):
        """A float (an expression) in every lane."""
        return ["f32x4.splat", x] if self.width == 4 else x

    # Whole numbers and masks: a mask is all ones or zeros in a lane, of a single one 1 or 0.

    def kept_int(self, expression):
        if self.width == 4:
            return self.kept(expression)
        if self.taken_ints == len(self.ints):
            self.ints.append(self.f.local("i32"))
        local = self.ints[self.taken_ints]
        self.taken_ints += 1
        self.f.put(local, expression)
        return local

    def splat_int(self, n):
        return ["i32x4.splat", n] if self.width == 4 else n

    def load_int(self, address):
        return ["v128.load", address, 0] if self.width == 4 else ["i32.load", address, 0]

    def store_int(self, address, value):
        self.f.store("v128.store" if self.width == 4 else "i32.store", address, value, 0)

    def compare(self, op, a, b):
        """A mask; op: "lt", "gt", "eq", "ne" ..."""
        return [self.shape + "." + op, a, b]

    def equal_int(self, a, b):
        return ["i32x4.eq" if self.width == 4 else "i32.eq", a, b]

    def either(self, a, b):
        return ["v128.or" if self.width == 4 else "i32.or", a, b]

    def both(self, a, b):
        return ["v128.and" if self.width == 4 else "i32.and", a, b]

    def pick(self, a, b, mask):
        """a where the mask is set, else b."""
        return ["v128.bitselect" if self.width == 4 else "select", a, b, mask]
