"""The parity table in one browser: the same jobs, references and tolerances as the test suite."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engines import ENTRY, EngineFailure, Engines, PageHost, transpiled
from parity.harness import Gradient, assert_close, forward_jobs
from parity.table import ROWS

# Jobs that travel to the page in one call.
BATCH = 16


@dataclass
class Case:
    """A job, what it must give, and how near."""

    label: str
    job: object
    expected: list
    tolerance: object


@dataclass
class Tally:
    """What one engine of one browser did with the table. worst: the largest error, 1 being just tolerated."""

    passed: int = 0
    failures: list = field(default_factory=list)
    worst: float = 0.0
    worst_label: str = ""
    seconds: float = 0.0

    @property
    def cases(self) -> int:
        return self.passed + len(self.failures)


def all_cases(engine: str, only: str = "") -> list[Case]:
    """Forward, gradients and second gradients of every row whose name contains `only`."""
    cases = []
    for row in ROWS:
        if only not in row.name:
            continue
        forward, backward = row.tolerance(engine), row.gradient_tolerance(engine)
        for i, job in enumerate(forward_jobs(row)):
            cases.append(Case(f"{row.name} {i}", job, row.expected(job.inputs), forward))
        for case in Gradient.cases(row) if row.grad else []:
            first = Gradient(row, case)
            label = f"gradient of {row.name} {case}"
            cases.append(Case(label, first.first_job(), first.first_expected(), backward))
            if row.second:
                label = f"second gradient of {row.name} {case}"
                cases.append(Case(label, first.second_job(), first.second_expected(), backward))
    return cases


def error_of(got: np.ndarray, wanted: np.ndarray, tolerance) -> float:
    """The largest error in units of the tolerance; 0 where numbers agree, inf and nan included."""
    if got.size == 0 or wanted.dtype.kind != "f" or not tolerance.atol + tolerance.rtol:
        return 0.0
    with np.errstate(all="ignore"):
        off = np.abs(got.astype(float) - wanted) / (tolerance.atol + tolerance.rtol * np.abs(wanted))
    return float(np.nanmax(np.where(np.isfinite(off), off, 0.0)))


def judge(tally: Tally, case: Case, result) -> None:
    """Count one answer."""
    try:
        if len(result.outputs) != len(case.expected):
            raise AssertionError(f"{len(result.outputs)} results instead of {len(case.expected)}")
        for got, wanted in zip(result.outputs, case.expected, strict=True):
            assert_close(got, wanted, case.tolerance, case.label)
            error = error_of(got, wanted, case.tolerance)
            if error > tally.worst:
                tally.worst, tally.worst_label = error, case.label
    except AssertionError as failure:
        tally.failures.append((case.label, str(failure).strip()))
    else:
        tally.passed += 1


class Parity:
    """The transpiled library and the page that runs its jobs, for one browser after the other."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.modules = transpiled(folder)

    def run(self, open_page, close_page, cases: dict[str, list[Case]]) -> dict[str, Tally]:
        """Tally by engine. open_page(address) shows a page; cases: by engine."""
        engines = Engines(self.folder)
        engines.hosts["page"] = PageHost(self.modules, ENTRY.stem, open_page, close_page)
        tallies = {engine: Tally() for engine in cases}
        try:
            for engine, todo in cases.items():
                started = time.perf_counter()
                for low in range(0, len(todo), BATCH):
                    some = todo[low : low + BATCH]
                    results = engines.run(engine, [case.job for case in some])
                    for case, result in zip(some, results, strict=True):
                        judge(tallies[engine], case, result)
                tallies[engine].seconds = time.perf_counter() - started
        except EngineFailure as failure:
            tallies[engine].failures.append(("the page", str(failure)))
        finally:
            engines.close()
        return tallies
