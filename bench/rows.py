"""How each kind of row is measured. `measure` gives finished rows: contestants with samples, and who failed why."""

import subprocess

import keras_row
import memory
import numpy as np
from browser import Hung, PageError, Session
from contestants import Contestant, taking_part
from figures import summarise
from pages import COLD, byte_rows, file_of
from workloads import Workload

ALONE_ROUNDS = 7


def _finished(row: Workload, answer: dict, **more) -> dict:
    contestants = summarise(answer["contestants"])
    failures = dict(answer["failures"])
    for name in row.slow:
        failures.setdefault(name, "not asked: it would take minutes")
    return {
        "name": row.name,
        "kind": row.kind,
        "flop": row.flop,
        "moved": row.moved,
        "tolerance": row.tolerance,
        "rounds": answer.get("rounds", 1),
        "contestants": contestants,
        "failures": failures,
        **more,
    }


def measure(session: Session, row: Workload, options, absent: dict[str, str]) -> list[dict]:
    """absent: peers that could not be bundled, with the reason."""
    asked = taking_part(row, options.who)
    failures = {each.name: absent[each.peer] for each in asked if each.peer in absent}
    asked = [each for each in asked if each.name not in failures]
    more = {}
    if row.kind == "bytes":
        return _bytes(row)
    if row.kind in ("compile", "call"):
        answer, more = _alone(session, row), {"limit": row.limit, "unit": "" if row.kind == "call" else "ms"}
    elif row.kind == "keras":
        answer = keras_row.measure(row.given, options.seconds)
    elif row.kind == "cold":
        answer = _cold(session, row, [each for each in asked if each.name in COLD])
    elif row.kind == "memory":
        answer, more = memory.measure(session, asked, row.given), {"unit": "MB"}
    elif row.kind == "objects":
        answer, more = memory.objects(session, asked, row.given), {"unit": "MB"}
    else:
        answer = race(session, row, asked, options.seconds)
    answer["failures"] = {**failures, **answer["failures"]}
    return [_finished(row, answer, **more)]


def race(session: Session, row: Workload, contestants: list[Contestant], seconds: float) -> dict:
    """Alternating rounds in one page. Who hangs it is dropped, and the others start again in a new browser."""
    given = {**row.given, "file": file_of(row)}
    dropped: dict[str, str] = {}
    while True:
        left = [each for each in contestants if each.name not in dropped]
        asked = [each.as_json() for each in left]
        try:
            session.open("index.html")
            times = {"budget": seconds * 1000, "patience": row.patience * 1000}
            answer = session.call("race", {"kind": row.kind, "given": given, "contestants": asked, **times})
        except Hung as failure:
            names = [each.name for each in left]
            session.restart()
            if failure.who not in names:
                answer = {"contestants": [], "failures": dict.fromkeys(names, f"the page {failure}")}
            else:
                dropped[failure.who] = str(failure)
                continue
        except PageError as failure:
            answer = {"contestants": [], "failures": {each.name: str(failure) for each in left}}
        answer["failures"] = {**dropped, **answer["failures"]}
        return answer


def _alone(session: Session, row: Workload) -> dict:
    """A row that has a limit of its own instead of a counterpart."""
    samples = []
    try:
        for _ in range(ALONE_ROUNDS if row.fresh else 1):
            session.open("alone.html")
            samples += session.call(row.kind, {"rounds": 1 if row.fresh else 25})
    except PageError as failure:
        return {"contestants": [], "failures": {"ours": str(failure)}}
    return {"rounds": len(samples), "contestants": [{"name": "ours", "samples": samples}], "failures": {}}


def _cold(session: Session, row: Workload, contestants: list[Contestant]) -> dict:
    """First predictions, each in a tab of its own: script, weights, engine, shaders, numbers.

    A last one with each engine that has shaders counts programs and draws; it is not timed.
    """
    entries = {each.name: {"name": each.name, "samples": []} for each in contestants}
    results: dict[str, np.ndarray] = {}
    failures: dict[str, str] = {}
    rounds = row.given["rounds"]
    session.open("index.html")
    for turn in range(rounds + 1):
        counting = turn == rounds
        for i in range(len(contestants)):
            each = contestants[(i + turn) % len(contestants)]
            if each.name in failures or (counting and each.variant != "webgl"):
                continue
            script = f"/cold/{COLD[each.name]}.js"
            given = {"script": script, "variant": each.variant, "given": row.given, "counting": counting}
            try:
                with session.new_tab("cold.html"):
                    answer = session.call("first", given)
            except PageError as failure:
                failures[each.name] = str(failure)
                if isinstance(failure, Hung):
                    session.restart()
                    session.open("index.html")
                continue
            if counting:
                entries[each.name]["counts"] = answer["counts"]
            else:
                entries[each.name]["samples"].append(answer["ms"])
                results[each.name] = np.array(answer["result"], float)
    _differences(entries, results)
    good = [entry for entry in entries.values() if entry["name"] not in failures]
    return {"rounds": rounds, "contestants": good, "failures": failures}


def _differences(entries: dict[str, dict], results: dict[str, np.ndarray]) -> None:
    """How far each result is from the first contestant's, relative to its largest number."""
    reference = next((name for name in entries if name in results), None)
    if reference is None:
        return
    wanted = results[reference]
    for name, result in results.items():
        same = result.shape == wanted.shape
        apart = float(np.abs(result - wanted).max() / max(np.abs(wanted).max(), 1e-30)) if same else None
        entries[name]["against"] = reference
        entries[name]["difference"] = apart if same else f"{result.size} numbers for {wanted.size}"


def _bytes(row: Workload) -> list[dict]:
    """One row for each way of packing."""
    finished = []
    try:
        tables = byte_rows()
    except subprocess.CalledProcessError as failure:
        return [_finished(row, {"contestants": [], "failures": {"all": failure.stderr}})]
    for name, sizes in tables.items():
        for packing in next(iter(sizes.values())):
            entries = [{"name": who, "samples": [size[packing]]} for who, size in sizes.items()]
            made = _finished(row, {"contestants": entries, "failures": {}}, unit="KB")
            finished.append({**made, "name": f"{name}, {packing}"})
    return finished
