"""Peak memory of a row: what the browser's processes grow by while a contestant works in a tab of its own.

The operating system's account (VmHWM of all processes of the browser, on Linux), so that it holds JavaScript's heap,
typed arrays, WebAssembly, compiled code and, in the GPU process, textures. What an empty tab takes is subtracted. For
WebGL there is a second reading, in which no process plays a part: the bytes of the objects that were asked for.
"""

import contextlib
import statistics
import time
from pathlib import Path

from browser import Hung, PageError, Session
from contestants import Contestant

TIMES = 5
# Seconds that processes of tabs before have to end.
ENDING = 3.0
CALM = 0.25


def supported() -> bool:
    return Path("/proc/self/clear_refs").exists()


def _field(pid: int, name: str) -> float:
    """Kilobytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return float(line.split()[1])
    return 0.0


def _settled(session: Session) -> list[int]:
    """The processes, once none comes or goes: one that ends while others are measured would count, or not."""
    end = time.monotonic() + ENDING
    found = session.processes()
    since = time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < CALM:
        time.sleep(0.05)
        again = session.processes()
        if again != found:
            found, since = again, time.monotonic()
    return found


def _growth(session: Session, work) -> float:
    """Megabytes between what the processes hold and the peaks that `work` drives them to, in a new tab."""
    held = {}
    for pid in _settled(session):
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from now on
            held[pid] = _field(pid, "VmRSS")
    peaks: dict[int, float] = {}
    with work():
        for pid in session.processes():
            with contextlib.suppress(OSError):
                peaks[pid] = _field(pid, "VmHWM")
    # A tab begins as an empty page in a process of its own, which is left at once, but ends when it likes.
    fresh = max((peak for pid, peak in peaks.items() if pid not in held), default=0.0)
    grown = sum(max(0.0, peak - held[pid]) for pid, peak in peaks.items() if pid in held)
    return (fresh + grown) / 1024


@contextlib.contextmanager
def _worked(session: Session, contestant: Contestant | None, given: dict):
    """A tab in which a contestant, or nobody, has worked; gives the most bytes that objects of WebGL had in it."""
    if contestant is None:
        with session.new_tab("frame.html"):
            yield session.call("nothing")
        return
    with session.new_tab(f"frame.html?peer={contestant.peer}&variant={contestant.variant}"):
        yield session.call("exercise", {"kind": given["does"], "given": given, "times": TIMES})


def measure(session: Session, contestants: list[Contestant], given: dict) -> dict:
    """As a race's answer; samples are megabytes of processes."""
    if not supported():
        return {"rounds": 0, "contestants": [], "failures": {"all": "the system tells no peak memory"}}
    session.open("index.html")
    # The first tab of a browser starts what all later ones share.
    empty = statistics.median([_growth(session, lambda: _worked(session, None, given)) for _ in range(4)][1:])

    def sample(contestant: Contestant) -> float:
        return max(0.1, _growth(session, lambda: _worked(session, contestant, given)) - empty)

    return _sampled(session, contestants, given["rounds"], sample)


def objects(session: Session, contestants: list[Contestant], given: dict) -> dict:
    """As a race's answer; samples are megabytes of WebGL's objects."""

    def sample(contestant: Contestant) -> float:
        with _worked(session, contestant, given) as most:
            return most / 1e6

    session.open("index.html")
    return _sampled(session, contestants, given["rounds"], sample)


def _sampled(session: Session, contestants: list[Contestant], rounds: int, sample) -> dict:
    samples: dict[str, list[float]] = {each.name: [] for each in contestants}
    failures: dict[str, str] = {}
    for _ in range(rounds):
        for contestant in contestants:
            if contestant.name in failures:
                continue
            try:
                samples[contestant.name].append(sample(contestant))
            except PageError as failure:
                failures[contestant.name] = str(failure)
                if isinstance(failure, Hung):
                    session.restart()
                    session.open("index.html")
    good = [{"name": name, "samples": found} for name, found in samples.items() if name not in failures]
    return {"rounds": rounds, "contestants": good, "failures": failures}
