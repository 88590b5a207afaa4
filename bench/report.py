"""Numbers to tables: every contestant of every row, what could not be measured, targets met or not."""

import math

from figures import RIVALS, best, ratio, share
from rich.console import Console
from rich.table import Table

CONSOLE = Console(highlight=False)
if not CONSOLE.is_terminal:
    CONSOLE.width = 170


def number(value: float) -> str:
    """Three significant digits."""
    return f"{value:.{max(0, min(3, 2 - math.floor(math.log10(value))))}f}" if value > 0 else "0"


def _spread(spread: list[float], show=number) -> str:
    low, middle, high = spread
    return show(middle) if low == high else f"{show(middle)} [dim]{show(low)}–{show(high)}[/]"


def _difference(entry: dict, tolerance: float) -> str:
    difference = entry.get("difference")
    if difference is None:
        return ""
    if isinstance(difference, str):
        return f"[bold red]{difference}[/]"
    text = "–" if entry.get("against") == entry["name"] else f"{difference:.0e}"
    return f"[bold red]{text}[/]" if difference > tolerance else text


def _versus(row: dict, name: str) -> str:
    """Of ours: the ratio to its best rival. Below 1 we lose."""
    rival = best(row, RIVALS.get(name, ()))
    if rival is None:
        return ""
    found = ratio(row["contestants"][name], rival)
    color = "green" if found[1] >= 1 else "bold red"
    return f"[{color}]{_spread(found, lambda each: f'{each:.2f}')}[/] to {rival['name']}"


def _contestants(table: Table, row: dict, limits: dict) -> None:
    first = True
    unit = row.get("unit", "ms")
    for name, entry in row["contestants"].items():
        found = share(row, name, limits)
        table.add_row(
            f"{row['name']}{'' if unit == 'ms' else f', {unit}'}" if first else "",
            name,
            _spread(entry["spread"]),
            _versus(row, name) if name.startswith("ours") else "",
            f"{found[0]:.0%} of {found[1]}" if found else "",
            _difference(entry, row.get("tolerance", 2e-3)),
        )
        first = False
    for name, text in row["failures"].items():
        table.add_row(row["name"] if first else "", name, "[red]no[/]", f"[dim]{_short(text, 60)}[/]")
        first = False
    table.add_section()


def _short(text: str, length: int) -> str:
    line = text.splitlines()[0] if text else ""
    line = line.replace("[", "\\[")
    return line if len(line) <= length else f"{line[: length - 1]}…"


def print_row(row: dict) -> None:
    """One line while the others are still being measured."""
    ours = [name for name in row["contestants"] if name.startswith("ours")]
    parts = [
        f"{name} {number(row['contestants'][name]['spread'][1])} ({_versus(row, name)})" for name in ours
    ]
    parts += [f"[red]{name}[/]: {_short(text, 50)}" for name, text in row["failures"].items()]
    CONSOLE.print(f"[dim]{row['name']}: {', '.join(parts)}[/]")


def print_targets(targets: list[dict]) -> None:
    if not targets:
        return
    table = Table(title="Targets")
    for heading in ("", "ours", "wanted", "reached", "", "where"):
        table.add_column(heading, overflow="fold")
    for target in targets:
        reached = "not measured"
        if target["reached"]:
            low, high = target["reached"]
            reached = f"{low:.2f}×" if low == high else f"{low:.2f}–{high:.2f}×"
        if target["share"]:
            reached += f", {target['share'][0]:.0%} of the limit"
        met = {True: "[green]met[/]", False: "[bold red]NOT MET[/]", None: "[yellow]open[/]"}[target["met"]]
        details = "; ".join(target["details"]).replace("[", "\\[")
        table.add_row(target["name"], target["ours"], target["wanted"], reached, met, f"[dim]{details}[/]")
    CONSOLE.print(table)


def limits_line(limits: dict) -> str:
    def told(name: str) -> str:
        return number(limits[name]) if limits.get(name) else "no"

    return (
        f"Limits in this session, GFLOP/s: multiply-add of SIMD registers {told('relaxed')} (fused), {told('simd')} "
        f"(mul, add), plain JavaScript {told('plain')}, shader {told('shader')}; GB/s: copy {told('copy')} (read and "
        f"written), texel fetches {told('fetch')}."
    )


def print_report(result: dict) -> None:
    table = Table(
        title="milliseconds unless said otherwise: median and quartiles; ratios above 1: ours is better"
    )
    for heading, side in (
        ("", "left"),
        ("", "left"),
        ("median", "right"),
        ("ratio", "left"),
        ("share", "right"),
        ("differs", "right"),
    ):
        table.add_column(heading, justify=side, no_wrap=True)
    for row in result["rows"]:
        _contestants(table, row, result["limits"])
    CONSOLE.print(table)
    CONSOLE.print(limits_line(result["limits"]))
    wrong = [
        f"{row['name']}: {name} differs by {entry['difference']}"
        for row in result["rows"]
        for name, entry in row["contestants"].items()
        if _difference(entry, row.get("tolerance", 2e-3)).startswith("[bold red]")
    ]
    wrong += [
        f"{row['name']}: {row['contestants']['ours']['spread'][1]:.1f}, at most {row['limit']:g} wanted"
        for row in result["rows"]
        if row.get("limit") is not None and row["contestants"]["ours"]["spread"][1] > row["limit"]
    ]
    print_targets(result["targets"])
    if wrong:
        CONSOLE.print("[bold red]To do[/]\n  " + "\n  ".join(line.replace("[", "\\[") for line in wrong))
