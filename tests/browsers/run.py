"""`make test-browsers`: the parity table and the digits page in Chromium, Firefox and WebKitGTK.

    python tests/browsers/run.py [--browsers chromium,firefox,webkit] [--engines cpu,webgl] [--only WORD]

Ends with one table; the exit status is 1 when anything failed.
"""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from launch import BROWSERS, display, install, missing, opened  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from table import Parity, Tally, all_cases  # noqa: E402

CONSOLE = Console(highlight=False)
if not CONSOLE.is_terminal:
    CONSOLE.width = 130
SHOWN_FAILURES = 10


def parse(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browsers", default=",".join(BROWSERS), help="(default: %(default)s)")
    parser.add_argument("--engines", default="cpu,webgl", help="(default: %(default)s)")
    parser.add_argument("--only", default="", help="rows of the parity table whose name contains this")
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


def run_parity(parity: Parity, browser, screen: str | None, cases: dict) -> dict[str, Tally]:
    with contextlib.ExitStack() as stack:

        def open_page(address: str) -> None:
            stack.enter_context(opened(browser, address, screen))

        return parity.run(open_page, stack.close, cases)


def print_table(rows: list[tuple]) -> None:
    table = Table(title="Every engine in every browser")
    for heading, side in (
        ("browser", "left"),
        ("engine", "left"),
        ("passed", "right"),
        ("failed", "right"),
        ("worst error, of tolerance", "left"),
        ("seconds", "right"),
    ):
        table.add_column(heading, justify=side)
    for title, engine, tally in rows:
        failed = f"[bold red]{len(tally.failures)}[/]" if tally.failures else "0"
        worst = f"{tally.worst:.2f} [dim]{tally.worst_label}[/]"
        table.add_row(title, engine, str(tally.passed), failed, worst, f"{tally.seconds:.0f}")
    CONSOLE.print(table)


def main() -> int:
    options = parse()
    require(options.browsers)
    cases = {engine: all_cases(engine, options.only) for engine in options.engines}
    rows = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pybrowserml-browsers-")))
        needed = any(browser.needs_display for browser in options.browsers)
        screen = stack.enter_context(display()) if needed else None
        parity = Parity(folder)
        for browser in options.browsers:
            tallies = run_parity(parity, browser, screen if browser.needs_display else None, cases)
            for engine, tally in tallies.items():
                rows.append((browser.title, engine, tally))
                CONSOLE.print(f"{browser.title} {engine}: {tally.passed} of {tally.cases} cases pass")
                for label, text in tally.failures[:SHOWN_FAILURES]:
                    CONSOLE.print(f"  [red]{label}[/]: {' '.join(text.split())[:300]}", markup=True)
    print_table(rows)
    return 1 if any(tally.failures for _, _, tally in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
