"""The engines of a page: webgl where it works, else cpu, which is plain JavaScript where WebAssembly is not wanted."""

from .backends.active import register_engine
from .backends.cpu.engine import CpuBackend
from .backends.webgl.engine import is_half, open_engine
from .backends.webgl.renderer import is_software
from .platform.parts import here

# What the engines are made of. A row may lie in a file of its own, which is loaded when the engine is wanted.
ENGINES = {"cpu": [CpuBackend], "webgl": [open_engine, is_half, is_software]}


class _Opened:
    """The WebGL engine that the probe made, until it is taken; a second context is not opened only to ask. renderer,
    half: what draws, and whether it keeps floats in half precision only, once that is known.
    """

    def __init__(self):
        self.backend = None
        self.taken = False
        self.reason = ""
        self.renderer = None
        self.half = False


OPENED = _Opened()


def probe_webgl():
    """[available, why not]"""
    found = OPENED.backend
    if "webgl" not in ENGINES:
        return [False, "it is not loaded"]
    if found is None or found.successor is not None or found.is_gone() or found.disposed:
        made = ENGINES["webgl"][0]({})
        OPENED.backend = made[0]
        OPENED.taken = False
        OPENED.reason = "" if made[1] is None else made[1]
    return [OPENED.backend is not None, OPENED.reason]


def make_webgl():
    """The engine that the probe found."""
    probe_webgl()
    OPENED.taken = True
    return OPENED.backend


def emulated_webgl():
    """Why "auto" passes the GPU, or None: a processor that plays one is slower than the engine made for it, and who did
    not ask for half precision gets single.
    """
    if OPENED.renderer is None and probe_webgl()[0]:
        limits = OPENED.backend.limits  # pyright: ignore[reportAttributeAccessIssue]
        OPENED.renderer = limits["renderer"]
        OPENED.half = ENGINES["webgl"][1](limits)
    renderer = OPENED.renderer
    if renderer is None or not (OPENED.half or ENGINES["webgl"][2](renderer)):
        return None
    if OPENED.backend is not None and not OPENED.taken:
        OPENED.backend.dispose()
        OPENED.backend = None
    if OPENED.half:
        return "webgl keeps numbers in half precision here"
    return "webgl is drawn by the processor here (" + renderer + ")"


def probe_cpu():
    """The CPU is always there."""
    return [True, ""]


def make_cpu():
    """The CPU engine."""
    return ENGINES["cpu"][0](True)


def make_plain():
    """The CPU engine without WebAssembly."""
    return ENGINES["cpu"][0](False)


def load_webgl():
    """Generator: what the engine is made of is there."""
    return here(ENGINES, "webgl")


def load_cpu():
    """Generator: what the engine is made of is there."""
    return here(ENGINES, "cpu")


def register_engines():
    """Make them known, the faster first."""
    register_engine("webgl", probe_webgl, make_webgl, False, emulated_webgl, load_webgl)
    register_engine("cpu", probe_cpu, make_cpu, True, None, load_cpu)
    register_engine("plain", probe_cpu, make_plain, False, None, load_cpu)
    return None
