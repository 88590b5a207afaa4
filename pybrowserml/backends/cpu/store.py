"""The memory of the CPU engine: the values of Buffers and variables in one block, or on their way there.

A persistent region at the bottom (variables, constants, results; see heap) and above it the scratch region and the
kernels' workspace, whose content lives for one run only. Every element takes four bytes: float32 and float16 as
float32; integers and bool as int32, uint32 by its bits. Only float64 takes eight (see launch). Offsets and sizes count
in units of four bytes. The views are fetched again for every launch, since the memory is replaced when it grows. Where
threads can share memory, it is one that they share (see crew).
"""

from ...core.dtypes import is_float
from ...core.host import HostArray
from ...platform.buffers import copy_of, float32_array, memory, set_at, subarray, zeros
from ...platform.errors import error
from ...platform.tasks import PAUSE
from ..backend import Backend
from ..buffer import Buffer, released_error
from ..resolve import element_count
from .forms import Form
from .heap import ALIGNMENT, LARGEST_SHARER, Heap, Nursery
from .launch import units_of, write_values

MAX_ELEMENTS = 536870911
# Results up to this size leave the engine's memory at once: to copy them costs less than to watch when nobody needs
# them any more.
SMALL = 1024


class Store(Backend):
    """An engine's memory. tier: that of WebAssembly, or None; shared: whether threads are to see the memory."""

    def __init__(self, tier, shared):
        super().__init__("cpu")
        self.answers_at_once = True
        self.tier = tier
        self.memory = memory(65536) if tier is None else tier.memory(65536, shared)
        self.heap = Heap()
        # Counts what may move a variable, a constant or a packed form to another place.
        self.moves = 0
        self.nurseries = {"float32": Nursery("float32"), "int32": Nursery("int32")}

    def upload(self, host):
        """A Buffer of a copy of the host's numbers, which move into the engine's memory when a run first
        needs them.
        """
        return Buffer(
            self, host.shape, host.dtype, Block(-1, units_for(host.shape, host.dtype), copy_of(host.data))
        )

    def read(self, buffer):
        if False:
            yield PAUSE
        return self.read_sync(buffer)

    def read_at_once(self, buffer):
        return self.read_sync(buffer)

    def read_sync(self, buffer):
        block = buffer.handle
        if block is None:
            raise released_error()
        if block.offset < 0:
            numbers = copy_of(block.host) if block.host is not None else self._restored(block)
            return HostArray(numbers, buffer.shape, buffer.dtype)
        stored = self._window(buffer.dtype, block.offset, block.count)
        return HostArray(_numbers(stored, buffer.dtype), buffer.shape, buffer.dtype)

    def release(self, buffer):
        block = buffer.handle
        if block is not None:
            if block.offset >= 0:
                self.heap.give_back(block.offset, block.count)
                self.moves += 1
            self._drop_forms(block)
            buffer.handle = None

    def holds_memory(self, buffer):
        block = buffer.handle
        return block is not None and (block.offset >= 0 or len(block.forms) > 0)

    def _window(self, dtype, offset, count):
        if dtype == "float64":
            return subarray(self.memory.f64, offset >> 1, (offset + count) >> 1)
        view = self.memory.f32 if is_float(dtype) else self.memory.i32
        return subarray(view, offset, offset + count)

    def _grow(self, count):
        """Make the memory at least `count` elements large, keeping the persistent region."""
        if count <= self.memory.count:
            return None
        if count > MAX_ELEMENTS:
            raise error(
                "EngineError", "the cpu engine needs " + str(count * 4) + " bytes, more than it can address"
            )
        wanted = self.memory.count * 2
        if wanted > MAX_ELEMENTS:
            wanted = MAX_ELEMENTS
        wanted = count if count > wanted else wanted
        if self.tier is not None:
            self.memory = self.tier.grown(self.memory, wanted)
            return None
        larger = memory(wanted)
        kept = self.heap.top if self.heap.top < self.memory.count else self.memory.count
        set_at(larger.i32, subarray(self.memory.i32, 0, kept), 0)
        self.memory = larger
        return None

    def _settle(self, buffer):
        """Move a buffer's numbers into the persistent region, if they are not there yet."""
        block = buffer.handle
        if block is None:
            raise released_error()
        if block.offset < 0:
            if block.host is None:
                block.host = self._restored(block)
                block.wanted = True
            self.moves += 1
            block.offset = self.heap.take(block.count)
            self._grow(self.heap.top)
            write_values(self.memory, buffer.dtype, block.offset, block.host)
            block.host = None

    # Packed forms

    def _restored(self, block):
        """The numbers of a block that has them in a packed form only."""
        form = _restorable(block)
        if form is None:
            raise error("EngineError", "the value has no numbers")
        return form.order.restore(self.memory.f32, form.offset, float32_array(block.count))

    def _drop_forms(self, block):
        """Forget the packed forms of a block; its value changes, or goes."""
        for form in block.forms:
            self.moves += 1
            self.heap.give_back(form.offset, form.count)
        block.forms = []

    def _form(self, buffer, keys, launches, plain):
        """Make the packed forms of a value that some launches read, which the keys name. plain: whether the value is
        also needed as it is; if not, and it can be told from a form, its place is given back.
        """
        block = buffer.handle
        if block is None:
            raise released_error()
        for k in range(len(keys)):
            launch = launches[k]
            if find_form(block, keys[k]) is not None:
                continue
            count = launch.packed_size()
            form = Form(keys[k], launch.packed_order(), self.heap.take(count), count)
            place = block.offset
            if place < 0:
                # Above the form, so that it leaves no hole.
                place = self.heap.take(block.count)
            self._grow(self.heap.top)
            if block.offset < 0:
                numbers = self._restored(block) if block.host is None else block.host
                write_values(self.memory, buffer.dtype, place, numbers)
            launch.pack_into(place, form.offset)
            if block.offset < 0:
                self.heap.give_back(place, block.count)
            block.forms.append(form)
            self.moves += 1
        # A value that is read as it is now and then stays.
        if plain or block.wanted or block.count <= SMALL or _restorable(block) is None:
            self._settle(buffer)
        elif block.offset >= 0:
            self.heap.give_back(block.offset, block.count)
            self.moves += 1
            block.offset = -1
        block.host = None

    def _new_buffer(self, shape, dtype):
        count = units_for(shape, dtype)
        return Buffer(self, shape, dtype, Block(-1 if count <= SMALL else self.heap.take(count), count, None))

    def make_room(self):
        """Let the memory hold all blocks of the heap."""
        self._grow(self.heap.top + ALIGNMENT)

    def numbers_at(self, dtype, place, count):
        """A new array of the host of what stands at a place, `count` units of four bytes."""
        return _numbers(self._window(dtype, place, count), dtype)

    def _taken_out(self, dtype, place, count):
        """A copy outside of the engine's memory of what stands at a place, `count` units of four bytes."""
        if count > LARGEST_SHARER or not _is_alike(dtype):
            return _numbers(self._window(dtype, place, count), dtype)
        host = self.nurseries[dtype].take(count)
        view = self.memory.f32 if dtype == "float32" else self.memory.i32
        for i in range(count):
            host[i] = view[place + i]
        return host


class Block:
    """What a Buffer of this engine holds: a block of the persistent region, or numbers on their way there, or packed
    forms of them. wanted: the numbers were asked for while there were forms only.
    """

    def __init__(self, offset, count, host):
        self.offset = offset
        self.count = count
        self.host = host
        self.forms = []
        self.wanted = False


def find_form(block, key):
    """The Form of a key, or None."""
    for form in block.forms:
        if form.key == key:
            return form
    return None


def _restorable(block):
    for form in block.forms:
        if form.order is not None:
            return form
    return None


def units_for(shape, dtype):
    """The size of a value in four-byte units."""
    return element_count(shape) * units_of(dtype)


def _is_alike(dtype):
    """True where the host's elements are those of the engine's memory."""
    return dtype == "float32" or dtype == "int32"


def _numbers(stored, dtype):
    """A copy for the host of elements as they are stored."""
    if _is_alike(dtype):
        return copy_of(stored)
    data = zeros(dtype, len(stored))
    set_at(data, stored, 0)
    return data


def is_small(buffer):
    """True for a buffer whose numbers stay outside of the engine's memory. Raises EngineError after its release."""
    if buffer.handle is None:
        raise released_error()
    return buffer.handle.offset < 0 and buffer.handle.count <= SMALL


def move(i32, offset, block):
    set_at(i32, subarray(i32, offset, offset + block.count), block.offset)
