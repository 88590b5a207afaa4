"""Which engine runs: registration, choice, and what was found."""

from ..platform.console import warn
from ..platform.errors import attempt, error, message_of
from ..platform.numbers import is_whole
from ..platform.tasks import waits
from ..platform.weak import weak_items


class Engine:
    """A row of the table. probe() → [available, why]; make() → Backend; wasm: its kernels may be WebAssembly. emulated:
    for the engine of a GPU a function → why "auto" does not take it though it is available, or None; None for others.
    load: a function → generator that fetches the code of the engine where it lies in a file of its own, or None.
    """

    def __init__(self, engine_name, probe, make, wasm, emulated=None, load=None):
        self.wasm = wasm
        self.load = load
        self.emulated = emulated
        self.engine_name = engine_name
        self.probe = probe
        self.make = make
        self.backend = None

    def loaded(self):
        """Generator: the code of the engine is there."""
        if self.load is not None:
            yield from self.load()
        return None

    def obstacle(self):
        """Why "auto" passes this row, or None."""
        reason = None if self.emulated is None else self.emulated()
        if reason is None and (self.backend is None or self.backend.is_gone()):
            found = self.probe()
            reason = None if found[0] else self.engine_name + " is not available: " + found[1]
        return reason

    def opened(self):
        """The Backend of this row that is in use, made now if there is none."""
        if self.backend is None:
            self.backend = self.make()
        return self.backend


class _Choice:
    """listeners: functions of the user's; watchers: objects that are told of a change too, as long as somebody else
    holds them.
    """

    def __init__(self):
        self.engines = []
        self.active = None
        self.why = ""
        self.listeners = []
        self.watchers = weak_items(lambda watcher: watcher.watches_engine())


CHOICE = _Choice()


def register_engine(engine_name, probe, make, wasm=False, emulated=None, load=None):
    """Add an engine; those registered first are preferred."""
    CHOICE.engines.append(Engine(engine_name, probe, make, wasm, emulated, load))


def engine_names():
    return [engine.engine_name for engine in CHOICE.engines]


def backend_named(wanted, wasm=True):
    """The Backend of a name, or for "auto" the first that is available and no GPU that a processor plays. Without
    `wasm` the engine "cpu" stands for "plain", the same in plain JavaScript. Raises EngineError where there is none.
    """
    if wanted == "cpu" and not wasm:
        wanted = "plain"
    reasons = []
    for engine in CHOICE.engines:
        if wanted == "auto" and (wasm or not engine.wasm):
            reason = engine.obstacle()
            if reason is None:
                return engine.opened()
            reasons.append(reason)
        elif wanted == engine.engine_name:
            if engine.backend is not None:
                return engine.backend
            found = engine.probe()
            if found[0]:
                return engine.opened()
            reasons.append(engine.engine_name + ": " + found[1])
    if len(reasons) > 0:
        raise error("EngineError", "no engine can run here (" + "; ".join(reasons) + ")")
    raise error(
        "EngineError", "unknown engine '" + str(wanted) + "'; known: auto, " + ", ".join(engine_names())
    )


def ask_for_threads(backend, threads, thread_script):
    """Tell an engine how many threads it may use, if anything was said."""
    if threads is not None and (not is_whole(threads) or threads < 1):
        raise error("ArgumentError", "threads must be a whole number of at least 1, got " + str(threads))
    if threads is not None or thread_script is not None:
        backend.use_threads(threads, thread_script)
    return None


def active_backend():
    """The engine in use; chosen by itself at the first call."""
    if CHOICE.active is None:
        set_backend("auto")
    return CHOICE.active


def set_backend(wanted, wasm=True, threads=None, thread_script=None):
    """Use an engine from now on: "auto", the GPU's where there is one, or a name. Variables follow when they are used
    next.

    wasm: False keeps the CPU engine from trying WebAssembly; a page whose Content-Security-Policy forbids it would
    report that as a violation. threads: how many the CPU engine may use, where it can have more than one; by default as
    many as the device runs at the same time, at most 4. thread_script: the address of a bundle of this library for them
    to run; by default the script that this library is from. Raises ArgumentError for a bad number.
    """
    backend = backend_named(wanted, wasm)
    ask_for_threads(backend, threads, thread_script)
    CHOICE.active = backend
    CHOICE.why = reason_for(wanted, backend)
    return None


def backend_info():
    """A dict: the engine's name, why it was chosen, what it can do."""
    info = active_backend().capabilities()
    info["why"] = CHOICE.why
    return info


def on_engine_change(listener):
    """Call `listener(change)` when an engine has to be given up and another goes on in its place.

    A GPU can be taken away at any moment (its driver starts anew, the computer wakes up), may have too little memory,
    or not be able to compile a program. change: a dict of the engines' names, "from" and "to" (the same where the GPU
    came back), and "why", a sentence. Runs that were under way go on by themselves, with the weights that they had;
    tensors are computed again where that is possible. Returns a function that ends the calls.
    """
    CHOICE.listeners.append(listener)

    def end():
        CHOICE.listeners = [other for other in CHOICE.listeners if other is not listener]
        return None

    return end


def watch_engines(watcher):
    """Call `watcher.engine_changed(old, new, change)` at each change while `watcher.watches_engine()`, and as long as
    somebody else holds it.
    """
    CHOICE.watchers.keep()
    CHOICE.watchers.add(watcher)
    return None


@waits
def load_engine(wanted):
    """The code of an engine is there: that of a name, or for "auto" of the first one that is no GPU's."""
    for engine in CHOICE.engines:
        if wanted == engine.engine_name or wanted == "auto" and engine.emulated is None:
            yield from engine.loaded()
            break
    return None


def row_after(backend):
    """Generator → the row of the first engine after that of a Backend that is available here, or None."""
    passed = False
    for engine in CHOICE.engines:
        if passed:
            yield from engine.loaded()
            if engine.probe()[0]:
                return engine
        passed = passed or engine.engine_name == backend.backend_name
    return None


def replace_engine(old, new, why):
    """An engine took over from another: remember it, and tell everybody who wants to know."""
    for engine in CHOICE.engines:
        if engine.backend is old:
            engine.backend = new if new.backend_name == engine.engine_name else None
    change = {"from": old.backend_name, "to": new.backend_name, "why": why}
    if CHOICE.active is old:
        CHOICE.active = new
        CHOICE.why = reason_of_change(change)
    for watcher in CHOICE.watchers.keep():
        watcher.engine_changed(old, new, change)
    for listener in [entry for entry in CHOICE.listeners]:
        tell_change(listener, change)
    return None


def tell_change(listener, change):
    """Call a listener; what it raises must not stop the work that goes on."""
    failed = attempt(lambda: listener(change))[1]
    if failed is not None:
        warn("a listener of engine changes failed: " + message_of(failed))
    return None


def reason_of_change(change):
    """Why an engine is in use that took over from another."""
    if change["from"] == change["to"]:
        return "the " + change["to"] + " engine came back after this: " + change["why"]
    return "the " + change["from"] + " engine was given up: " + change["why"]


def forget_backend(backend):
    """Drop a disposed or lost engine: the next use makes a new one."""
    for engine in CHOICE.engines:
        if engine.backend is backend:
            engine.backend = None
    if CHOICE.active is backend:
        CHOICE.active = None


def reason_for(wanted, backend):
    """Why an engine was taken where `wanted`, "auto" or a name, was asked for."""
    if wanted != "auto":
        return "asked for by name"
    passed = []
    for engine in CHOICE.engines:
        if engine.backend is backend:
            break
        reason = engine.obstacle()
        if reason is not None:
            passed.append(reason)
    return "; ".join(passed) if len(passed) > 0 else "the fastest engine available here"
