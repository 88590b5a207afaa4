"""Peak memory of a row: what the browser's processes grow by while a contestant works in a tab of its own.

The operating system's account (VmHWM of all processes of the browser, on Linux), so that it holds JavaScript's heap,
typed arrays, WebAssembly, compiled code and, in the GPU process, textures. What an empty tab takes is subtracted.
"""

import contextlib
from pathlib import Path

from browser import Hung, PageError, Session
from contestants import Contestant

TIMES = 5


def supported() -> bool:
    return Path("/proc/self/clear_refs").exists()


def _field(pid: int, name: str) -> float:
    """Kilobytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return float(line.split()[1])
    return 0.0


def _growth(session: Session, work) -> float:
    """Megabytes between what the processes hold and the peaks that `work` drives them to, in a new tab."""
    held = {}
    for pid in session.processes():
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from now on
            held[pid] = _field(pid, "VmRSS")
    peaks: dict[int, float] = {}
    with work():
        for pid in session.processes():
            with contextlib.suppress(OSError):
                peaks[pid] = _field(pid, "VmHWM")
    return sum(max(0.0, peak - held.get(pid, 0.0)) for pid, peak in peaks.items()) / 1024


def peak(session: Session, contestant: Contestant | None, given: dict) -> float:
    """Megabytes; of an empty tab without a contestant."""
    address = (
        f"frame.html?peer={contestant.peer}&variant={contestant.variant}" if contestant else "frame.html"
    )

    @contextlib.contextmanager
    def work():
        with session.new_tab(address):
            if contestant:
                session.call("exercise", {"kind": given["does"], "given": given, "times": TIMES})
            else:
                session.call("nothing")
            yield

    return _growth(session, work)


def measure(session: Session, contestants: list[Contestant], given: dict) -> dict:
    """As a race's answer; samples are megabytes."""
    if not supported():
        return {"rounds": 0, "contestants": [], "failures": {"all": "the system tells no peak memory"}}
    entries = {each.name: {"name": each.name, "samples": []} for each in contestants}
    failures: dict[str, str] = {}
    session.open("index.html")
    for _ in range(given["rounds"]):
        empty = peak(session, None, given)
        for contestant in contestants:
            if contestant.name in failures:
                continue
            try:
                grown = peak(session, contestant, given)
                entries[contestant.name]["samples"].append(max(0.1, grown - empty))
            except PageError as failure:
                failures[contestant.name] = str(failure)
                if isinstance(failure, Hung):
                    session.restart()
                    session.open("index.html")
    good = [entry for entry in entries.values() if entry["name"] not in failures]
    return {"rounds": given["rounds"], "contestants": good, "failures": failures}
