"""The engines of a page: webgl where it works, else cpu, which is plain JavaScript where WebAssembly is not wanted."""

from .backends.active import register_engine
from .backends.cpu.engine import CpuBackend
from .backends.webgl.engine import open_engine


class _Opened:
    """The WebGL engine that the probe made, until it is taken; a second context is not opened only to ask."""

    def __init__(self):
        self.backend = None
        self.reason = ""


OPENED = _Opened()


def probe_webgl():
    """[available, why not]"""
    found = OPENED.backend
    if found is None or found.successor is not None or found.is_gone() or found.disposed:
        made = open_engine({})
        OPENED.backend = made[0]
        OPENED.reason = "" if made[1] is None else made[1]
    return [OPENED.backend is not None, OPENED.reason]


def make_webgl():
    """The engine that the probe found."""
    probe_webgl()
    return OPENED.backend


def probe_cpu():
    """The CPU is always there."""
    return [True, ""]


def make_plain():
    """The CPU engine without WebAssembly."""
    return CpuBackend(False)


def register_engines():
    """Make them known, the faster first."""
    register_engine("webgl", probe_webgl, make_webgl)
    register_engine("cpu", probe_cpu, CpuBackend, True)
    register_engine("plain", probe_cpu, make_plain)
    return None
