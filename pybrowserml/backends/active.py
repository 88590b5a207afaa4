"""Which engine runs: registration, choice, and what was found."""

from ..platform.errors import error


class Engine:
    """A row of the table. probe() → [available, why]; make() → Backend; wasm: its kernels may be WebAssembly."""

    def __init__(self, engine_name, probe, make, wasm):
        self.wasm = wasm
        self.engine_name = engine_name
        self.probe = probe
        self.make = make
        self.backend = None


class _Choice:
    def __init__(self):
        self.engines = []
        self.active = None
        self.why = ""


CHOICE = _Choice()


def register_engine(engine_name, probe, make, wasm=False):
    """Add an engine; those registered first are preferred."""
    CHOICE.engines.append(Engine(engine_name, probe, make, wasm))


def engine_names():
    return [engine.engine_name for engine in CHOICE.engines]


def backend_named(wanted, wasm=True):
    """The Backend of a name, or the first available one for "auto". Without `wasm` the engine "cpu" stands for "plain",
    the same in plain JavaScript. Raises EngineError where there is none.
    """
    if wanted == "cpu" and not wasm:
        wanted = "plain"
    reasons = []
    for engine in CHOICE.engines:
        if (wanted == "auto" and (wasm or not engine.wasm)) or wanted == engine.engine_name:
            if engine.backend is not None:
                return engine.backend
            found = engine.probe()
            if found[0]:
                engine.backend = engine.make()
                return engine.backend
            reasons.append(engine.engine_name + ": " + found[1])
    if len(reasons) > 0:
        raise error("EngineError", "no engine can run here (" + "; ".join(reasons) + ")")
    raise error(
        "EngineError", "unknown engine '" + str(wanted) + "'; known: auto, " + ", ".join(engine_names())
    )


def active_backend():
    """The engine in use; chosen by itself at the first call."""
    if CHOICE.active is None:
        set_backend("auto")
    return CHOICE.active


def set_backend(wanted, wasm=True):
    """Use an engine from now on: "auto" or a name. Variables follow when they are used next.

    wasm: False keeps the CPU engine from trying WebAssembly; a page whose Content-Security-Policy forbids it would
    report that as a violation.
    """
    backend = backend_named(wanted, wasm)
    CHOICE.active = backend
    CHOICE.why = reason_for(wanted, backend)
    return None


def backend_info():
    """A dict: the engine's name, why it was chosen, what it can do."""
    info = active_backend().capabilities()
    info["why"] = CHOICE.why
    return info


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
        passed.append(engine.engine_name + " is not available: " + engine.probe()[1])
    return "; ".join(passed) if len(passed) > 0 else "the fastest engine available here"
