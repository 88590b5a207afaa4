"""The parity table in one browser: the same jobs, references and tolerances as the test suite.

A row goes to the page in small calls, so that a browser that compiles shaders slowly costs a row its last cases (they
are counted as left out, once the row has had its budget of seconds), and one that hangs or ends costs one row: the
browser is opened again for the next.
"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engines import ENTRY, EngineFailure, Engines, PageHost, transpiled
from parity.harness import Gradient, assert_close, forward_jobs, uses_doubles
from parity.table import ROWS

# Jobs that travel to the page in one call.
BATCH = 8
# Cases of one kind (forward, gradient, second gradient) of a row on webgl, where each is a shader of its own.
MOST_ON_WEBGL = {"forward": 100, "gradient": 4, "second gradient": 2}
# Rows for one page: browsers keep every program and grow.
ROWS_A_PAGE = 60
# A browser that hangs so often is given up.
MOST_HANGS = 5


@dataclass
class Case:
    """A job, what it must give, and which of the row's tolerances judges it."""

    label: str
    kind: str
    job: object
    expected: list


@dataclass
class Tally:
    """What one engine of one browser did with the table. worst: the largest error, 1 being just tolerated."""

    passed: int = 0
    left_out: int = 0
    failures: list = field(default_factory=list)
    worst: float = 0.0
    worst_label: str = ""
    seconds: float = 0.0
    slowest: list = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.passed + self.left_out + len(self.failures)


def chosen(words: str) -> list:
    """The rows whose name contains one of the words (all for none)."""
    wanted = [word for word in words.split(",") if word]
    return [row for row in ROWS if not wanted or any(word in row.name for word in wanted)]


def cases_of(row) -> list[Case]:
    """Forward, gradients and second gradients of a row, those of a kind together."""
    found = [
        Case(f"{row.name} {i}", "forward", job, row.expected(job.inputs))
        for i, job in enumerate(forward_jobs(row))
    ]
    gradients = [(case, Gradient(row, case)) for case in Gradient.cases(row)] if row.grad else []
    for case, gradient in gradients:
        label = f"gradient of {row.name} {case}"
        found.append(Case(label, "gradient", gradient.first_job(), gradient.first_expected()))
    for case, gradient in gradients if row.second else []:
        label = f"second gradient of {row.name} {case}"
        found.append(Case(label, "second gradient", gradient.second_job(), gradient.second_expected()))
    return found


def selected(engine: str, cases: list[Case]) -> list[Case]:
    """The cases that an engine runs."""
    if engine != "webgl":
        return cases
    found = []
    for kind, most in MOST_ON_WEBGL.items():
        found += [case for case in cases if case.kind == kind][:most]
    return found


def error_of(got: np.ndarray, wanted: np.ndarray, tolerance) -> float:
    """The largest error in units of the tolerance; 0 where numbers agree, inf and nan included."""
    if got.size == 0 or wanted.dtype.kind != "f" or not tolerance.atol + tolerance.rtol:
        return 0.0
    with np.errstate(all="ignore"):
        off = np.abs(got.astype(float) - wanted) / (tolerance.atol + tolerance.rtol * np.abs(wanted))
    return float(np.nanmax(np.where(np.isfinite(off), off, 0.0)))


def judge(tally: Tally, engine: str, case: Case, tolerance, result) -> None:
    """Count one answer. WebGL has no float64 and must say so."""
    if engine == "webgl" and uses_doubles(case.job.plan) and "uses float64" in (result.failure or ""):
        tally.passed += 1
        return
    try:
        if len(result.outputs) != len(case.expected):
            raise AssertionError(f"{len(result.outputs)} results instead of {len(case.expected)}")
        for got, wanted in zip(result.outputs, case.expected, strict=True):
            assert_close(got, wanted, tolerance, case.label)
            error = error_of(got, wanted, tolerance)
            if error > tally.worst:
                tally.worst, tally.worst_label = error, case.label
    except AssertionError as failure:
        tally.failures.append((case.label, str(failure).strip()))
    else:
        tally.passed += 1


class Page:
    """The page that runs jobs, opened when first needed and again after it was closed."""

    def __init__(self, folder: Path, modules: Path, open_browser, patience: float):
        """open_browser(address) shows a page and returns what closes it."""
        self.folder = folder
        self.modules = modules
        self.open_browser = open_browser
        self.patience = patience
        self.engines = None

    def run(self, engine: str, jobs: list) -> list:
        if self.engines is None:
            closing = []
            self.engines = Engines(self.folder)
            host = PageHost(
                self.modules,
                ENTRY.stem,
                lambda address: closing.append(self.open_browser(address)),
                lambda: [close() for close in closing],
                self.patience,
            )
            self.engines.hosts["page"] = host
        return self.engines.run(engine, jobs)

    def close(self) -> None:
        if self.engines is not None:
            self.engines.close()
            self.engines = None


class Parity:
    """The transpiled library and the cases, for one browser after the other."""

    def __init__(self, folder: Path, words: str, budget: float, patience: float):
        """budget: seconds after which a row's other cases are left out; patience: seconds to wait for an answer."""
        self.folder = folder
        self.modules = transpiled(folder)
        self.rows = chosen(words)
        self.budget = budget
        self.patience = patience
        self.known: dict[str, list[Case]] = {}

    def run(self, engine: str, open_browser, progress) -> Tally:
        """The whole table on one engine; progress(rows done, rows, row, tally) before each row."""
        tally = Tally()
        page = Page(self.folder, self.modules, open_browser, self.patience)
        hangs = 0
        begun = time.perf_counter()
        try:
            for number, row in enumerate(self.rows):
                progress(number, len(self.rows), row, tally)
                if number % ROWS_A_PAGE == 0:
                    page.close()
                try:
                    self._run_row(page, engine, row, tally)
                except EngineFailure as failure:
                    tally.failures.append((row.name, str(failure)))
                    page.close()
                    hangs += 1
                    if hangs >= MOST_HANGS:
                        tally.failures.append(("the page", f"given up after {hangs} rows without an answer"))
                        break
        finally:
            page.close()
        tally.seconds = time.perf_counter() - begun
        tally.slowest = sorted(tally.slowest, reverse=True)[:5]
        return tally

    def _run_row(self, page: Page, engine: str, row, tally: Tally) -> None:
        if row.name not in self.known:
            self.known[row.name] = cases_of(row)
        cases = selected(engine, self.known[row.name])
        forward, backward = row.tolerance(engine), row.gradient_tolerance(engine)
        begun = time.perf_counter()
        for low in range(0, len(cases), BATCH):
            if time.perf_counter() - begun > self.budget:
                tally.left_out += len(cases) - low
                break
            some = cases[low : low + BATCH]
            results = page.run(engine, [case.job for case in some])
            for case, result in zip(some, results, strict=True):
                judge(tally, engine, case, forward if case.kind == "forward" else backward, result)
        tally.slowest.append((time.perf_counter() - begun, row.name))
