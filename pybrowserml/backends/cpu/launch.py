"""What a kernel becomes once shapes and parameters are known: a launch, bound to memory for each run."""

from ...core.dtypes import is_float
from ...platform.buffers import float32_array, float64_array, int32_array, set_at


class Launch:
    """A kernel ready to run. Derived classes set `tiles` and `workspace` and define `begin` and `run`.

    tiles: count of outer tiles, each about a millisecond or less, run in order. workspace: four-byte elements
    of scratch that the launch needs while it runs. reuse: per output, the positions of the inputs that it may
    overwrite (empty by default).

    Threads share out the tiles of a launch that says so by `share`. Each has a part of the workspace for itself, at
    `own`; the first `common` elements of the workspace, at `work`, are the same for all (none by default: then `work`
    is `own`). accepted: the pairs that `accept_reuse` was told.

    Views: f32, i32, f64 of the whole memory, and `moved`, by which a kernel copies elements that it does not look
    into. A step with float64 values is the float32 kernel over the view of float64 (`use_doubles`): then f32 and
    moved are f64, offsets of float64 values count in it, and `single` alone is the view of float32.
    """

    def __init__(self, tiles, workspace):
        self.tiles = tiles
        self.workspace = workspace
        self.reuse = []
        self.f32 = float32_array(0)
        self.i32 = int32_array(0)
        self.f64 = float64_array(0)
        self.single = self.f32
        self.moved = self.i32
        self.is_double = False
        self.double_ins = []
        self.double_outs = []
        self.ins = []
        self.outs = []
        self.work = 0
        self.own = 0
        self.common = 0
        self.unit = 1
        self.phases = []
        self.cost = 0.0
        self.accepted = []

    def share(self, phases, cost):
        """Threads may share out the tiles. phases: ascending tile numbers; the tiles up to one of them need those up to
        the one before, and nothing of each other, save that `unit` tiles are always computed together. cost: what all
        takes one thread, in nanoseconds, about.
        """
        self.phases = phases
        self.cost = cost

    def is_shared(self):
        return len(self.phases) > 0 and not self.is_double

    def use_doubles(self, ins, outs):
        """Tell which values of a step are float64. ins, outs: [shape, dtype] per value, None for an output that nobody
        reads.
        """
        self.is_double = True
        self.double_ins = [value[1] == "float64" for value in ins]
        self.double_outs = [value is not None and value[1] == "float64" for value in outs]

    def accept_reuse(self, output, operand):
        """The output will be written over the operand (one of `reuse`); asked before `workspace` is read."""
        return None

    def packed_size(self):
        """Elements that input 1 takes as the launch reads it, where it pays to keep that; else 0. A launch of the same
        step with the param "packed", the shape of input 1, takes what `pack_into` has made instead.
        """
        return 0

    def packed_order(self):
        """The PanelOrder of what `pack_into` writes, or None where it is no other order of the same numbers."""
        return None

    def packed_key(self):
        """What that depends on beside the numbers, as a text."""
        return self.packed_order().key()

    def pack_into(self, source, target):
        """Write input 1, which lies at source, to target as the launch reads it. The launch is not started."""
        return None

    def hold(self):
        """Operand 1 is the same at each start between calls of `renew`, so that what is made of it may be kept."""
        return None

    def renew(self):
        """See `hold`."""
        return None

    def start(self, memory, ins, outs, work, own=-1):
        """Bind to memory: offsets (in elements) of inputs, outputs (-1 for none) and workspace. own: the part of the
        workspace that is not common, where it does not lie behind that.
        """
        self.f32 = memory.f64 if self.is_double else memory.f32
        self.i32 = memory.i32
        self.f64 = memory.f64
        self.single = memory.f32
        self.moved = memory.f64 if self.is_double else memory.i32
        self.ins = halved(ins, self.double_ins) if self.is_double else ins
        self.outs = halved(outs, self.double_outs) if self.is_double else outs
        self.own = work + self.common if own < 0 else own
        self.work = work if self.common > 0 else self.own
        self.begin()

    def begin(self):
        """What must be done once before the first tile, by each thread for itself."""
        return None

    def run(self, lo, hi):
        """Compute tiles lo to hi - 1."""
        return None

    def record(self, commands):
        """Write what all tiles do, as the launch is bound, on a list of commands (wasm/commands); False where that is
        not all calls of WebAssembly and copies, the same for any numbers.
        """
        return False


def halved(offsets, doubles):
    """Offsets in four-byte units, those of float64 values in units of eight; -1 stays."""
    found = []
    for k in range(len(offsets)):
        found.append(offsets[k] >> 1 if doubles[k] else offsets[k])
    return found


def units_of(dtype):
    """How many four-byte units an element takes."""
    return 2 if dtype == "float64" else 1


def write_values(memory, dtype, offset, data):
    """Store host numbers at an offset in four-byte units."""
    if dtype == "float64":
        set_at(memory.f64, data, offset >> 1)
    else:
        set_at(memory.f32 if is_float(dtype) else memory.i32, data, offset)


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


def clamp(value, low, high):
    """value limited to low..high."""
    if value < low:
        return low
    return high if value > high else value
