"""Numbers to tables: medians with quartiles, ratios with the spread of their rounds, which rows we lose."""

import math
import statistics

from rich.console import Console
from rich.table import Table

CONSOLE = Console(highlight=False)
if not CONSOLE.is_terminal:
    CONSOLE.width = 150
SAME_RESULT = 2e-3


def quartiles(samples: list[float]) -> list[float]:
    """[first quartile, median, third quartile]."""
    if len(samples) == 1:
        return [samples[0]] * 3
    return statistics.quantiles(samples, n=4, method="inclusive")


def summarise(samples: dict[str, list[float]], engines: list[str]) -> dict:
    """Per engine {ours, tfjs, ratio}, each [low, middle, high].

    samples: by "ours ENGINE" and "tfjs ENGINE". The ratio's middle is that of the medians, its low and high
    are the quartiles of the ratios within a round.
    """
    summary = {}
    for engine in engines:
        ours, theirs = samples.get(f"ours {engine}"), samples.get(f"tfjs {engine}")
        if ours and theirs:
            low, _, high = quartiles([b / a for a, b in zip(ours, theirs, strict=True)])
            middle = statistics.median(theirs) / statistics.median(ours)
            summary[engine] = {
                "ours": quartiles(ours),
                "tfjs": quartiles(theirs),
                "ratio": [low, middle, high],
            }
    return summary


def _number(value: float) -> str:
    """Three significant digits."""
    return f"{value:.{max(0, min(3, 2 - math.floor(math.log10(value))))}f}" if value > 0 else "0"


def _spread(spread: list[float], show=_number) -> str:
    low, middle, high = spread
    return show(middle) if low == high else f"{show(middle)} [dim]{show(low)}–{show(high)}[/]"


def _verdict(ratio: float, target: float) -> str:
    if ratio < 1.0:
        return "[bold red]LOSES[/]"
    return f"[yellow]below {target:g}[/]" if ratio < target else "[green]wins[/]"


def _speed(row: dict, entry: dict, limits: dict, engine: str) -> str:
    if not row["flop"]:
        return ""
    gflops = row["flop"] / entry["ours"][1] / 1e6
    limit = limits["multiplyAdd" if engine == "cpu" else "shader"]
    return f"{_number(gflops)} [dim]{gflops / limit:.0%}[/]" if limit else _number(gflops)


def _to_do(row: dict) -> list[str]:
    lines = [
        f"{row['name']}: {name} failed: {text.splitlines()[0]}" for name, text in row["failures"].items()
    ]
    for engine, entry in row["engines"].items():
        if entry["ratio"][1] < row["target"]:
            lines.append(f"{row['name']}: {engine} {entry['ratio'][1]:.2f}, wanted {row['target']:g}")
    if row.get("limit") is not None and row["alone"][1] > row["limit"]:
        lines.append(f"{row['name']}: {row['alone'][1]:.1f}, at most {row['limit']:g} wanted")
    difference = row.get("difference")
    if difference is not None and not difference <= SAME_RESULT:
        lines.append(f"{row['name']}: the results differ by {difference:.2g} of the largest number")
    return lines


def print_row(row: dict) -> None:
    """One line while the others are still being measured."""
    parts = [f"{engine} {entry['ratio'][1]:.2f}" for engine, entry in row["engines"].items()]
    parts += [f"{name} failed" for name in row["failures"]]
    parts += [f"{row['alone'][1]:.1f}"] if "alone" in row else []
    CONSOLE.print(f"[dim]{row['name']}: {', '.join(parts)}[/]")


def print_report(result: dict) -> None:
    limits = result["limits"]
    title = f"pybrowserml beside TensorFlow.js {result['about']['tfjs']}, milliseconds: median and quartiles"
    table = Table(title=title)
    for heading, side in (
        ("", "left"),
        ("engine", "left"),
        ("ours", "right"),
        ("TensorFlow.js", "right"),
        ("ratio", "right"),
        ("", "left"),
        ("GFLOP/s, of limit", "right"),
    ):
        table.add_column(heading, justify=side, no_wrap=True)
    for row in result["rows"]:
        for engine, entry in row["engines"].items():
            table.add_row(
                row["name"],
                engine,
                _spread(entry["ours"]),
                _spread(entry["tfjs"]),
                _spread(entry["ratio"], lambda ratio: f"{ratio:.2f}"),
                _verdict(entry["ratio"][1], row["target"]),
                _speed(row, entry, limits, engine),
            )
        if row.get("limit") is not None:
            fine = row["alone"][1] <= row["limit"]
            verdict = "[green]holds[/]" if fine else "[bold red]OVER[/]"
            table.add_row(row["name"], "", _spread(row["alone"]), f"≤ {row['limit']:g}", "", verdict, "")
        for name in row["failures"]:
            table.add_row(row["name"], name, "[red]failed[/]")
        table.add_section()
    CONSOLE.print(table)
    shader = _number(limits["shader"]) if limits["shader"] else "no"
    CONSOLE.print(
        f"Limits in this session: multiply-add {_number(limits['multiplyAdd'])} GFLOP/s in plain JavaScript, "
        f"{shader} GFLOP/s in a shader; copy {_number(limits['copy'])} GB/s (read and written)."
    )
    lines = [line for row in result["rows"] for line in _to_do(row)]
    if lines:
        CONSOLE.print("[bold red]To do[/]\n  " + "\n  ".join(lines))
    else:
        CONSOLE.print("[green]Every row reaches its target.[/]")
