"""What a kernel becomes once shapes and parameters are known: a launch, bound to memory for each run."""

from ...platform.buffers import float32_array, float64_array, int32_array


class Launch:
    """A kernel ready to run. Derived classes set `tiles` and `workspace` and define `begin` and `run`.

    tiles: count of outer tiles, each about a millisecond or less, run in order. workspace: four-byte elements
    of scratch that the launch needs while it runs. reuse: per output, the positions of the inputs that it may
    overwrite (empty by default).
    """

    def __init__(self, tiles, workspace):
        self.tiles = tiles
        self.workspace = workspace
        self.reuse = []
        self.f32 = float32_array(0)
        self.i32 = int32_array(0)
        self.f64 = float64_array(0)
        self.ins = []
        self.outs = []
        self.work = 0

    def accept_reuse(self, output, operand):
        """The output will be written over the operand (one of `reuse`); asked before `workspace` is read."""
        return None

    def start(self, memory, ins, outs, work):
        """Bind to memory: offsets (in elements) of inputs, outputs (-1 for none) and workspace."""
        self.f32 = memory.f32
        self.i32 = memory.i32
        self.f64 = memory.f64
        self.ins = ins
        self.outs = outs
        self.work = work
        self.begin()

    def begin(self):
        """What must be done once before the first tile."""
        return None

    def run(self, lo, hi):
        """Compute tiles lo to hi - 1."""
        return None


def split(total, unit):
    """How many tiles of `unit` cover `total`."""
    return 0 if total <= 0 else int((total + unit - 1) / unit)


def strides_of(shape):
    """Row-major strides of a shape, in elements."""
    strides = []
    for axis in range(len(shape)):
        step = 1
        for later in range(axis + 1, len(shape)):
            step = step * shape[later]
        strides.append(step)
    return strides


def count_of(shape):
    """The number of elements of a shape."""
    count = 1
    for dim in shape:
        count = count * dim
    return count


def clamp(value, low, high):
    """value limited to low..high."""
    if value < low:
        return low
    return high if value > high else value
