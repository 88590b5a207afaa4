"""`make bench`: pybrowserml beside TensorFlow.js in one browser session.

    python bench/run.py [--only conv,train] [--engines cpu,webgl] [--seconds 12] [--profile]

Every row is measured in alternating rounds. A ratio is TensorFlow.js's time over ours, so above 1 we are
faster; its spread is that of the rounds. Times include the way of the result to the host.
"""

import argparse
import datetime
import json
import platform
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from browser import PageError, Session  # noqa: E402
from pages import COLD, SITE, build_site, byte_rows  # noqa: E402
from report import CONSOLE, print_report, print_row, quartiles, summarise  # noqa: E402
from steps import profile_steps  # noqa: E402
from workloads import ENGINES, MODEL_KINDS, Workload, chosen  # noqa: E402

COLD_ROUNDS = 7


def agreement(results: dict[str, list[float]]) -> float | None:
    """The worst difference of results, relative to their largest number; None where there is only one."""
    first, *others = [np.array(result, float) for result in results.values()]
    scale = max(float(np.abs(first).max()), 1e-30)
    return max((float(np.abs(other - first).max()) / scale for other in others), default=None)


def measure(session: Session, row: Workload, options) -> list[dict]:
    """The finished rows of a workload."""
    if row.kind == "bytes":
        return [bytes_row(name, ours, theirs) for name, (ours, theirs) in byte_rows().items()]
    if row.limit is not None:
        return [measure_alone(session, row)]
    engines = ["cpu"] if row.kind == "eager" else options.engines
    if row.kind == "cold":
        answer = measure_cold(session, options.engines)
    else:
        session.open("index.html")
        given = {**row.given, "kind": row.kind, "engines": engines, "budget": options.seconds * 1000}
        answer = session.call(row.kind, given)
    results = {entry["name"]: entry.pop("result") for entry in answer["contestants"]}
    samples = {entry["name"]: entry["samples"] for entry in answer["contestants"]}
    return [
        {
            "name": row.name,
            "flop": row.flop,
            "target": row.target,
            "difference": agreement(results) if results else None,
            "engines": summarise(samples, engines),
            **answer,
        }
    ]


def measure_alone(session: Session, row: Workload) -> dict:
    """A row that has a limit of its own instead of a counterpart."""
    samples = []
    for _ in range(COLD_ROUNDS if row.fresh else 1):
        session.open("index.html")
        samples += session.call(row.kind, {"rounds": 1 if row.fresh else 25})
    return {
        "name": row.name,
        "flop": 0.0,
        "target": row.target,
        "limit": row.limit,
        "alone": quartiles(samples),
        "engines": {},
        "failures": {},
    }


def measure_cold(session: Session, engines: list[str]) -> dict:
    """First predictions, each in a tab of its own: script, weights, engine, shaders, numbers."""
    names = [f"{side} {engine}" for engine in engines for side in ("ours", "tfjs")]
    entries = {name: {"name": name, "samples": [], "result": []} for name in names}
    failures = {}
    for turn in range(COLD_ROUNDS):
        for i in range(len(names)):
            name = names[(i + turn) % len(names)]
            if name in failures:
                continue
            given = {"script": f"./{COLD[name]}.js", "engine": name.split()[1]}
            try:
                answer = session.in_new_tab("cold.html", "first", given)
            except PageError as failure:
                failures[name] = str(failure)
                continue
            entries[name]["samples"].append(answer["ms"])
            entries[name]["result"] = answer["result"]
    good = [entry for entry in entries.values() if entry["name"] not in failures]
    return {"rounds": COLD_ROUNDS, "contestants": good, "failures": failures}


def bytes_row(name: str, ours: dict[str, float], theirs: dict[str, float]) -> dict:
    samples = {f"ours {kind}": [size] for kind, size in ours.items()}
    samples |= {f"tfjs {kind}": [size] for kind, size in theirs.items()}
    return {
        "name": name,
        "flop": 0.0,
        "target": 1.0,
        "engines": summarise(samples, list(ours)),
        "failures": {},
    }


def profile(session: Session, row: Workload, options) -> None:
    """Where our time goes: JavaScript functions, and for model rows the steps of the plan."""
    if row.kind in ("predict", "train"):
        model = SITE / "digits" / "model.json"
        CONSOLE.print(profile_steps(session, model, row.kind, row.given["batch"], options.engines))
    for engine in options.engines:
        given = {
            **row.given,
            "kind": row.kind,
            "engines": [engine],
            "only": [f"ours {engine}"],
            "budget": 3000,
        }
        session.open("index.html")
        print(f"\n{row.name}, ours {engine}: share of samples by function")
        for share, place in session.profile(row.kind, given)[:20]:
            print(f"  {share:6.1%}  {place}")


def parse(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="rows whose name or kind contains one of these words")
    parser.add_argument("--engines", default=",".join(ENGINES), help="what to compare (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=12.0, help="for a row (default: %(default)s)")
    parser.add_argument("--profile", action="store_true", help="say where our time goes, compare nothing")
    options = parser.parse_args(arguments)
    options.engines = options.engines.split(",")
    options.rows = chosen(options.only)
    if not options.rows:
        parser.error(f"no row is called {options.only!r}")
    return options


def main() -> None:
    options = parse()
    build_site(any(row.kind in MODEL_KINDS for row in options.rows), minify=not options.profile)
    with Session(SITE) as session:
        if options.profile:
            for row in options.rows:
                if row.kind not in ("cold", "bytes", "compile", "call"):
                    profile(session, row, options)
            return
        session.open("index.html")
        started = datetime.datetime.now().astimezone()
        result = {
            "date": started.isoformat(timespec="seconds"),
            "machine": f"{platform.system()} {platform.machine()}",
            "about": session.call("about", options.engines),
            "limits": session.call("limits"),
            "rows": [],
        }
        for row in options.rows:
            for finished in measure(session, row, options):
                result["rows"].append(finished)
                print_row(finished)
        # A limit is what the machine could do in its best moment.
        session.open("index.html")
        later = session.call("limits")
        result["limits"] = {
            name: max(rate or 0.0, later[name] or 0.0) for name, rate in result["limits"].items()
        }
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    file = folder / f"{started:%Y-%m-%d-%H%M%S}.json"
    file.write_text(json.dumps(result, indent=1))
    print_report(result)
    print(f"written to {file.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
