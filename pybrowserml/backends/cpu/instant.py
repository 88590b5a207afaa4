"""Short plans whose runs need no preparation: everything has a place of its own, and stays bound to it.

To bind a plan anew for each run, to copy its inputs and to start its launches takes microseconds, of which a net of a
few numbers needs hardly any. An Instant has a scratch region of its own, so that where its values lie changes only when
weights move; the launches that can be written on a list of commands (wasm/commands) are one call.
"""

from ...core.dtypes import is_float
from ...core.lists import same_items
from ...platform.buffers import set_at, taken, write_few
from ...platform.weak import on_collect
from ..buffer import releaser
from .store import is_small

# In milliseconds: what takes longer has to let the page breathe. Runs that are timed before.
LONGEST = 4.0
TIMED = 2
# Elements that it may have for itself.
MOST_REGION = 262144


class Region:
    """A block of the engine's memory."""

    def __init__(self, heap, count):
        self.heap = heap
        self.size = count
        self.offset = heap.take(count)

    def give_back(self):
        """Free it, once."""
        if self.offset >= 0:
            self.heap.give_back(self.offset, self.size)
            self.offset = -1


class _Started:
    """A launch that JavaScript starts at each run."""

    def __init__(self, engine, launch, ins, outs, work):
        self.engine = engine
        self.launch = launch
        self.ins = ins
        self.outs = outs
        self.work = work

    def run(self):
        launch = self.launch
        launch.start(self.engine.memory, self.ins, self.outs, self.work)
        launch.run(0, launch.tiles)


class _Recorded:
    """What a list of commands says. numbers: the address of its numbers."""

    def __init__(self, execute, numbers):
        self.execute = execute
        self.numbers = numbers

    def run(self):
        self.execute(self.numbers)


class Instant:
    """The runs of an executable with its variables.

    given: per input of the plan None, for numbers that the caller puts, or a Buffer that is the same at each run.
    parts: what a run does, in order. numbers: the Region of what lists of commands take.
    """

    def __init__(self, engine, executable, given, state):
        self.engine = engine
        self.executable = executable
        self.given = given
        self.state = state
        self.closed = False
        self.moves = -1
        self.bound = []
        self.parts = []
        self.first = None
        self.alone = False
        self.drivers = []
        self.numbers = None
        self.region = Region(engine.heap, executable.storage.total)
        # Large results have a place of their own.
        self.outputs = engine.new_outputs(executable)
        engine.make_room()
        plan = executable.plan
        values = plan["values"]
        self.places = []
        self.small = [i for i in range(len(given)) if given[i] is not None and is_small(given[i])]
        self.dtypes = [values[entry["value"]]["dtype"] for entry in plan["inputs"]]
        self.out_dtypes = [values[entry["value"]]["dtype"] for entry in plan["outputs"]]
        self.out_shapes = [values[entry["value"]]["shape"] for entry in plan["outputs"]]
        self.out_counts = [executable.storage.counts[entry["value"]] for entry in plan["outputs"]]
        self.out_places = []
        on_collect(executable, self.region.give_back)
        for buffer in self.outputs:
            if engine.holds_memory(buffer):
                on_collect(executable, releaser(buffer))

    def close(self):
        """Give everything back; it runs no more."""
        self.closed = True
        self.region.give_back()
        for buffer in self.outputs:
            self.engine.release(buffer)
        if self.numbers is not None:
            self.numbers.give_back()

    def ready(self):
        """Whether a run can be done now; what has moved is bound anew."""
        engine = self.engine
        if engine.running or self.closed:
            return False
        return self.moves == engine.moves or self._bind()

    def _bind(self):
        engine = self.engine
        bound = engine.places(self.executable, self.given, self.state, self.outputs, self.region.offset)
        if bound is None:
            return False
        if not same_items(bound, self.bound):
            self.bound = bound
            self._write(bound)
        self.moves = engine.moves
        return True

    def _write(self, bound):
        """Bind the launches."""
        engine = self.engine
        plan = self.executable.plan
        self.places = [bound[entry["value"]] for entry in plan["inputs"]]
        self.out_places = [bound[entry["value"]] for entry in plan["outputs"]]
        storage = self.executable.storage
        parts = []
        lists = []
        commands = engine.new_commands()
        for s in range(len(plan["steps"])):
            launch = self.executable.launches[s]
            if storage.skipped[s] or launch.tiles == 0:
                continue
            step = plan["steps"][s]
            ins = [bound[v] for v in step["inputs"]]
            outs = [-1 if v is None else bound[v] for v in step["outputs"]]
            work = self.region.offset + storage.works[s]
            written = None
            if commands is not None:
                launch.start(engine.memory, ins, outs, work)
                written = commands.turn()
                if not launch.record(written):
                    written = None
            if written is not None:
                if len(commands.ops) == 0:
                    parts.append(_Recorded(None, 0))
                    lists.append(commands)
                commands.follow(written)
            else:
                parts.append(_Started(engine, launch, ins, outs, work))
                if commands is not None and len(commands.ops) > 0:
                    commands = engine.new_commands()
        self._put_commands(parts, lists)
        self.parts = parts
        self.alone = len(parts) == 1
        self.first = parts[0] if len(parts) > 0 else None

    def _put_commands(self, parts, lists):
        """Make the functions of lists of commands, and put their numbers into the memory."""
        engine = self.engine
        count = 0
        for commands in lists:
            count = count + len(commands.numbers)
        if count == 0:
            return None
        if self.numbers is not None and self.numbers.size < count:
            self.numbers.give_back()
            self.numbers = None
        if self.numbers is None:
            self.numbers = Region(engine.heap, count)
            on_collect(self.executable, self.numbers.give_back)
            engine.make_room()
        at = self.numbers.offset
        drivers = []
        k = 0
        for part in parts:
            if isinstance(part, _Recorded):
                set_at(engine.memory.i32, lists[k].numbers, at)
                found = self._driver(lists[k])
                drivers.append(found)
                part.execute = found[2]
                part.numbers = at * 4
                at = at + len(lists[k].numbers)
                k += 1
        self.drivers = drivers
        return None

    def _driver(self, commands):
        """[key, Calls, function] of a list of commands: as it was before, where weights have moved only."""
        key = commands.key()
        for known in self.drivers:
            if known[0] == key and _are_same(known[1], commands.calls):
                return known
        return [key, commands.calls, self.engine.driver(commands)]

    def put(self, i, data):
        """The numbers of an input of the next run: an array of the input's dtype, and as many as it has."""
        memory = self.engine.memory
        if self.dtypes[i] == "float64":
            set_at(memory.f64, data, self.places[i] >> 1)
        else:
            write_few(memory.f32 if is_float(self.dtypes[i]) else memory.i32, data, self.places[i])

    def floats(self):
        """The view of float32 in which `places` of the inputs count."""
        return self.engine.memory.f32

    def run(self):
        """Compute."""
        for i in self.small:
            self.put(i, self.given[i].handle.host)
        if self.alone:
            self.first.run()
        else:
            for part in self.parts:
                part.run()

    def result(self, k):
        """A new array of the numbers of an output."""
        if self.out_dtypes[k] == "float32":
            return taken(self.engine.memory.f32, self.out_places[k], self.out_counts[k])
        return self.engine.numbers_at(self.out_dtypes[k], self.out_places[k], self.out_counts[k])


def _are_same(a, b):
    """Whether two lists are of the same objects."""
    if len(a) != len(b):
        return False
    for k in range(len(a)):
        if a[k] is not b[k]:
            return False
    return True


def instant_of(engine, executable, given, state):
    """The Instant of an executable, ready to run; None where a run takes long, or something has to be brought into the
    engine's memory first.
    """
    made = executable.instant
    if made is None:
        if engine.running or executable.runs < TIMED or executable.took > LONGEST:
            return None
        if len(executable.plan["updates"]) > 0 or executable.storage.total > MOST_REGION:
            return None
        made = Instant(engine, executable, given, state)
        executable.instant = made
    if not _are_same(made.given, given):
        made.close()
        executable.instant = None
        return None
    return made if made.ready() else None
