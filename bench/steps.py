"""Where a model row spends its time: every step of its plan alone on each engine."""

import json
from pathlib import Path

from browser import Session
from rich.table import Table

from pybrowserml.backends.resolve import resolve


def single_steps(model: Path, kind: str, batch: int) -> list[dict]:
    """A plan of its own for each step of the plan `kind` in a bundle's model.json."""
    plan = resolve(json.loads(model.read_text())["plans"][kind], {"batch": batch})
    return [_alone(plan, step) for step in plan["steps"]]


def _alone(plan: dict, step: dict) -> dict:
    reads = sorted(set(step["inputs"]))
    writes = [value for value in step["outputs"] if value is not None]
    place = {value: i for i, value in enumerate([*reads, *writes])}
    renamed = {
        **step,
        "inputs": [place[value] for value in step["inputs"]],
        "outputs": [None if value is None else place[value] for value in step["outputs"]],
    }
    return {
        "sizes": [],
        "values": [plan["values"][value] for value in place],
        "inputs": [{"name": f"x{place[value]}", "value": place[value]} for value in reads],
        "state": [],
        "constants": [],
        "outputs": [{"name": f"y{place[value]}", "value": place[value]} for value in writes],
        "updates": [],
        "steps": [renamed],
        "lifetimes": [None] * len(reads) + [[0, 0]] * len(writes),
        "subplans": plan["subplans"],
    }


def profile_steps(session: Session, model: Path, kind: str, batch: int, engines: list[str]) -> Table:
    """A table of milliseconds: the fastest of several runs, which others disturb least."""
    plans = single_steps(model, kind, batch)
    session.open("steps.html")
    times = {engine: session.call("steps", {"engine": engine, "plans": plans}) for engine in engines}
    table = Table(title=f"Steps of {kind}, batch {batch}: milliseconds, the fastest of several runs")
    table.add_column("step")
    table.add_column("kernel")
    for engine in engines:
        table.add_column(engine, justify="right")
    table.add_column("shapes", overflow="fold")
    for i, plan in enumerate(plans):
        step = plan["steps"][0]
        shapes = ["×".join(map(str, value["shape"])) or "·" for value in plan["values"]]
        inputs = len(plan["inputs"])
        text = f"{' '.join(shapes[:inputs])} → {' '.join(shapes[inputs:])}"
        row = [f"{times[engine][i]:.2f}" for engine in engines]
        table.add_row(str(i), step["kernel"], *row, text)
    table.add_section()
    table.add_row("", "sum", *(f"{sum(times[engine]):.1f}" for engine in engines), "")
    return table
