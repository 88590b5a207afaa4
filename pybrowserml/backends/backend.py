"""What an engine is: the contract between plans and devices (docs/architecture.md, "Backends")."""

from typing import Any

from ..core.dims import evaluate
from ..platform.errors import error
from ..platform.tasks import PAUSE, Lock
from .recovery import fetch_slot


class Executable:
    """A plan made ready for one engine and one set of sizes. Engines derive from it."""

    def __init__(self, plan, sizes):
        self.plan = plan
        self.sizes = sizes


class Backend:
    """Base of the engines; each method's contract stands in docs/architecture.md.

    may_lose: whether the engine can lose its memory; journal: what it did, if so; successor: the engine that took over
    when this one could not go on; watch: who is told of each step of a run, None while nobody profiles; fastest: what
    it can do at most, once somebody measured it; answers_at_once: whether a run can be done without waiting; compiles:
    whether a device takes long to make a plan ready, so that it is asked to before weights are there.
    """

    def __init__(self, backend_name):
        self.backend_name = backend_name
        self.lock = Lock()
        self.may_lose = False
        self.journal = None
        self.successor = None
        self.watch = None
        self.fastest = None
        self.answers_at_once = False
        self.compiles = False

    def capabilities(self):
        """A dict: name, why it was chosen, the limits found."""
        raise error("EngineError", "capabilities is not implemented by " + self.backend_name)

    def prepare(self, plan, sizes):
        """Generator → Executable. plan: JSON plan; sizes: dict of name → integer."""
        raise error("EngineError", "prepare is not implemented by " + self.backend_name)

    def run(self, executable, inputs, state):
        """Generator → list of Buffers, one per plan output. inputs: HostArrays or Buffers; state: Slots."""
        raise error("EngineError", "run is not implemented by " + self.backend_name)

    def run_at_once(self, executable, inputs):
        """The same at once, for a plan without state whose work is too short for a pause; else None."""
        return None

    def instant(self, executable, given, state) -> Any:
        """What runs a short plan without any preparation (see cpu/instant), or None where there is no such thing, or
        not yet, or not now. given: per input None or a Buffer that is the same at each run; state: Slots.
        """
        return None

    def upload(self, host):
        """A Buffer holding a copy of a HostArray."""
        raise error("EngineError", "upload is not implemented by " + self.backend_name)

    def read(self, buffer):
        """Generator → HostArray."""
        raise error("EngineError", "read is not implemented by " + self.backend_name)

    def read_at_once(self, buffer):
        """HostArray, or None where the engine has to be waited for."""
        return None

    def read_many(self, buffers):
        """Generator → list of HostArrays; engines override it where one transfer can carry several."""
        hosts = []
        for buffer in buffers:
            host = yield from self.read(buffer)
            hosts.append(host)
        return hosts

    def read_slot(self, slot, held):
        """Generator → HostArray of a variable in the memory of this engine, though it be lost. held: the engine whose
        lock the caller holds, or None.
        """
        host = yield from fetch_slot(slot, held)
        return host

    def read_sync(self, buffer):
        """HostArray at once, where the engine can."""
        raise error("EngineError", "the " + self.backend_name + " engine cannot read synchronously")

    def holds_memory(self, buffer):
        """False for a Buffer that need not be released: the garbage collector looks after all that it has."""
        return True

    def forget(self, executable):
        """An executable will not run again: give back what it alone holds."""
        return None

    def release(self, buffer):
        """Give a Buffer's memory back; releasing twice is harmless."""
        raise error("EngineError", "release is not implemented by " + self.backend_name)

    def use_threads(self, count, script):
        """Let `count` threads share out the work, where the engine has threads. script: what they run, or None."""
        return None

    def is_gone(self):
        """Whether the engine has lost its memory."""
        return False

    def restored(self, wait):
        """Generator → an engine on the same device after a loss, or None where there is none in `wait` milliseconds."""
        if False:
            yield PAUSE
        return None

    def dispose(self):
        """Give everything back; the engine cannot be used afterwards."""
        raise error("EngineError", "dispose is not implemented by " + self.backend_name)


def sizes_from_inputs(plan, shapes):
    """The sizes of a plan that given input shapes imply.

    plan: its `inputs`, `values` and `demands`; shapes: one list of integers per input. Raises ShapeError where a shape
    does not fit or two inputs disagree.
    """
    sizes = {}
    later = []
    for i in range(len(plan["inputs"])):
        entry = plan["inputs"][i]
        wanted = plan["values"][entry["value"]]["shape"]
        if len(wanted) != len(shapes[i]):
            raise error("ShapeError", _mismatch(entry, wanted, shapes[i]))
        for axis in range(len(wanted)):
            dim = wanted[axis]
            if isinstance(dim, dict):
                if isinstance(dim["dim"], str):
                    if dim["dim"] not in sizes:
                        sizes[dim["dim"]] = shapes[i][axis]
                later.append([i, axis])
            elif dim != shapes[i][axis]:
                raise error("ShapeError", _mismatch(entry, wanted, shapes[i]))
    for place in later:
        entry = plan["inputs"][place[0]]
        wanted = plan["values"][entry["value"]]["shape"]
        if evaluate(wanted[place[1]]["dim"], sizes) != shapes[place[0]][place[1]]:
            raise error("ShapeError", _mismatch(entry, wanted, shapes[place[0]]))
    if "demands" in plan:
        for demand in plan["demands"]:
            if evaluate(demand["left"], sizes) != evaluate(demand["right"], sizes):
                names = [name + " = " + str(sizes[name]) for name in sizes.keys()]
                raise error("ShapeError", demand["text"] + " when " + ", ".join(names))
    return sizes


def _mismatch(entry, wanted, came):
    return (
        "input '"
        + entry["name"]
        + "' must have shape "
        + format_json_shape(wanted)
        + ", got "
        + format_json_shape(came)
    )


def format_json_shape(shape):
    """(batch, 28, 28, 1) for messages; anything symbolic by its name or as '?'."""
    parts = []
    for dim in shape:
        if isinstance(dim, dict):
            parts.append(dim["dim"] if isinstance(dim["dim"], str) else "?")
        else:
            parts.append(str(dim))
    return "(" + ", ".join(parts) + ")"
