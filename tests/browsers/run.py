"""`make test-browsers`: the parity table and the digits page in Chromium, Firefox and WebKitGTK.

    python tests/browsers/run.py [--browsers chromium,firefox,webkit] [--engines cpu,webgl] [--only WORD,WORD]

Ends with one table; the exit status is 1 when anything failed.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from digits import Digits  # noqa: E402
from launch import BROWSERS, display, install, missing, opened  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from table import Parity, Tally  # noqa: E402

CONSOLE = Console(highlight=False)
if not CONSOLE.is_terminal:
    CONSOLE.width = 130
SHOWN_FAILURES = 10


def parse(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browsers", default=",".join(BROWSERS), help="(default: %(default)s)")
    parser.add_argument("--engines", default="cpu,webgl", help="(default: %(default)s)")
    parser.add_argument(
        "--only", default="", help="rows of the parity table whose name contains one of these words"
    )
    parser.add_argument(
        "--budget",
        type=float,
        default=30,
        help="seconds for a row; its other cases are left out (%(default)s)",
    )
    parser.add_argument("--patience", type=float, default=120, help="seconds without an answer (%(default)s)")
    parser.add_argument("--skip", choices=("parity", "digits"), help="run only the other half")
    options = parser.parse_args(arguments)
    for name in options.browsers.split(","):
        if name not in BROWSERS:
            parser.error(f"unknown browser {name!r}; known: {', '.join(BROWSERS)}")
    options.browsers = [BROWSERS[name] for name in options.browsers.split(",")]
    options.engines = options.engines.split(",")
    return options


def require(browsers) -> None:
    packages = missing(browsers)
    if packages:
        CONSOLE.print(f"installing {' '.join(packages)}")
        advice = install(packages)
        if advice is not None:
            raise SystemExit(advice)


def opener(browser, screen: str | None):
    """A function that shows an address in a new browser and returns what closes it."""

    def open_browser(address: str):
        stack = contextlib.ExitStack()
        stack.enter_context(opened(browser, address, screen))
        return stack.close

    return open_browser


def reporter(title: str, every: float = 20):
    """Tells from time to time how far a table has come."""
    last = time.monotonic()

    def progress(number: int, rows: int, row, tally: Tally) -> None:
        nonlocal last
        if time.monotonic() - last > every:
            last = time.monotonic()
            CONSOLE.print(
                f"{title}: {number} of {rows} rows, {tally.passed} cases passed, at {row.name}", style="dim"
            )

    return progress


def show_failures(title: str, failures: list[tuple[str, str]]) -> None:
    for label, text in failures[:SHOWN_FAILURES]:
        CONSOLE.print(f"  {title}, {label}: {' '.join(text.split())[:300]}", style="red", markup=False)
    if len(failures) > SHOWN_FAILURES:
        CONSOLE.print(f"  and {len(failures) - SHOWN_FAILURES} more")


def report(title: str, tally: Tally | None, digit) -> list[tuple[str, str]]:
    """Print what came of one engine; returns its failures."""
    failures = [] if tally is None else list(tally.failures)
    failures += [] if digit is None else [("digits", text) for text in digit.failures]
    done = ""
    if tally is not None:
        slow = ", ".join(f"{name} {seconds:.0f} s" for seconds, name in tally.slowest)
        done = f" {tally.passed} of {tally.cases} cases, {tally.seconds:.0f} s, the slowest rows {slow}:"
    CONSOLE.print(f"{title}:{done} {'failed' if failures else 'ok'}")
    show_failures(title, failures)
    return failures


def print_table(rows: list[tuple]) -> None:
    """rows: (browser, engine, Tally or None, Found or None)."""
    table = Table(title="Every engine in every browser")
    table.add_column("browser")
    table.add_column("engine")
    for heading in (
        "passed",
        "failed",
        "left out",
        "worst error",
        "digits",
        "max |Δ probability|",
        "loss",
        "drift",
        "",
    ):
        table.add_column(heading, justify="right")
    for title, engine, tally, found in rows:
        cells = ["–"] * 8
        if tally is not None:
            counts = [tally.passed, len(tally.failures), tally.left_out]
            cells[:4] = [*(str(count) for count in counts), f"{tally.worst:.2f}"]
        if found is not None and not found.loss:
            cells[4:] = ["failed", "", "", ""]
        elif found is not None:
            accuracy, loss = f"{found.accuracy:.1%}", f"{found.loss:.5f}"
            cells[4:] = [accuracy, f"{found.difference:.1e}", loss, f"{found.drift:.1e}"]
        bad = (tally is not None and tally.failures) or (found is not None and found.failures)
        table.add_row(title, engine, *cells, "[bold red]FAILED[/]" if bad else "[green]ok[/]")
    CONSOLE.print(table)
    CONSOLE.print("passed, failed: cases of the parity table; worst error: 1 would just be tolerated.")
    CONSOLE.print("left out: cases of rows that had taken their budget of seconds.")


def main() -> int:
    options = parse()
    require(options.browsers)
    rows, failed = [], False
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pybrowserml-browsers-")))
        needed = any(browser.needs_display for browser in options.browsers)
        virtual = stack.enter_context(display()) if needed else None
        parity = None
        if options.skip != "parity":
            parity = Parity(folder / "parity", options.only, options.budget, options.patience)
        digits = None if options.skip == "digits" else Digits(folder / "digits")
        if digits is not None:
            rows.append(("Python", "numpy", None, digits.python()))
        for browser in options.browsers:
            screen = virtual if browser.needs_display else None
            found = digits.run(browser, screen, options.engines) if digits else {}
            for engine in options.engines:
                title = f"{browser.title} {engine}"
                tally = parity.run(engine, opener(browser, screen), reporter(title)) if parity else None
                rows.append((browser.title, engine, tally, found.get(engine)))
                failures = report(title, tally, found.get(engine))
                failed = failed or bool(failures)
    print_table(rows)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
