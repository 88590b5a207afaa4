"""`make bench`: pybrowserml beside its peers in one browser session.

    python bench/run.py [--only conv,train] [--who ours,tfjs] [--seconds 8] [--profile]

README.md says how to read what it prints.
"""

import argparse
import datetime
import json
import os
import platform
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import chart  # noqa: E402
from browser import Session  # noqa: E402
from contestants import taking_part  # noqa: E402
from figures import judge_all, with_best  # noqa: E402
from pages import SITE, build_site, versions, write_steps_page  # noqa: E402
from report import CONSOLE, print_report, print_row  # noqa: E402
from rows import measure  # noqa: E402
from steps import profile_steps  # noqa: E402
from workloads import Workload, chosen  # noqa: E402


def profile(session: Session, row: Workload, options) -> None:
    """Where our time goes: JavaScript functions, and for rows about nets the steps of the plan."""
    contestants = [each for each in taking_part(row, options.who) if each.peer == "ours"]
    if row.kind in ("predict", "train"):
        model = SITE / "nets" / row.given["net"] / "ours" / "model.json"
        engines = [
            engine for engine in ("cpu", "webgl") if any(each.variant == engine for each in contestants)
        ]
        CONSOLE.print(profile_steps(session, model, row.kind, row.given["batch"], engines))
    for contestant in contestants:
        given = {"kind": row.kind, "given": row.given, "contestants": [contestant.as_json()]}
        given |= {"budget": 3000, "patience": 60000}
        session.open("index.html")
        print(f"\n{row.name}, {contestant.name}: share of samples by function")
        for share, place in session.profile("race", given)[:20]:
            print(f"  {share:6.1%}  {place}")


def parse(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="rows whose name or kind contains one of these words")
    parser.add_argument("--who", default="", help="contestants whose names begin with one of these words")
    parser.add_argument("--seconds", type=float, default=8.0, help="for a row (default: %(default)s)")
    parser.add_argument("--profile", action="store_true", help="say where our time goes, compare nothing")
    options = parser.parse_args(arguments)
    options.who = [word.strip() for word in options.who.split(",") if word.strip()]
    options.rows = chosen(options.only)
    if not options.rows:
        parser.error(f"no row is called {options.only!r}")
    return options


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _load() -> float | None:
    """How many others wanted the processors in the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _limits(session: Session) -> dict:
    session.open("index.html")
    return session.call("limits")


def compare(session: Session, options, absent: dict[str, str], result: dict) -> None:
    """Measure all rows into `result`."""
    before = _limits(session)
    for row in options.rows:
        start = time.monotonic()
        for finished in measure(session, row, options, absent):
            finished["seconds"] = round(time.monotonic() - start, 1)
            result["rows"].append(finished)
            print_row(finished)
    # A limit is what the machine could do in its best moment.
    after = _limits(session)
    best = {name: max(rate or 0.0, after[name] or 0.0) or None for name, rate in before.items()}
    result["limits"] = with_best(best)
    result["restarts"] = session.restarts
    result["load"].append(_load())
    result["targets"] = judge_all(result["rows"], result["limits"])


def main() -> None:
    options = parse()
    started = datetime.datetime.now().astimezone()
    absent = build_site(options.rows, minify=not options.profile)
    with Session(SITE) as session:
        if options.profile:
            write_steps_page()
            for row in options.rows:
                if row.kind in ("op", "predict", "train", "eager"):
                    profile(session, row, options)
            return
        session.open("index.html")
        result = {
            "date": started.isoformat(timespec="seconds"),
            "machine": f"{platform.system()} {platform.machine()}, {_processor()}",
            "load": [_load()],
            "about": session.call("about"),
            "versions": versions(),
            "rows": [],
        }
        compare(session, options, absent, result)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    file = folder / f"{started:%Y-%m-%d-%H%M%S}.json"
    file.write_text(json.dumps(result, indent=1))
    print_report(result)
    print(
        f"{result['machine']}; {result['about']['gpu']}; load {result['load']}; restarts {result['restarts']}"
    )
    picture = file.with_suffix(".svg")
    drawn = f" and {picture.relative_to(HERE.parent)}" if chart.draw(result, picture) else ""
    print(f"written to {file.relative_to(HERE.parent)}{drawn}")


if __name__ == "__main__":
    main()
