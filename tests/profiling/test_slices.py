"""No piece of work holds the page for long: slices of a run by a clock of ours, and turns of a page's other tasks."""

from pathlib import Path

import numpy as np
import pytest
from pages import page_of

from pybrowserml.backends.cpu import engine
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.core.host import HostArray
from pybrowserml.platform.tasks import PAUSE, drive

HERE = Path(__file__).resolve().parent


def chain_of_products(count, n):
    """A plan of `count` products of n x n matrices, one after the other."""
    values = [{"shape": [n, n], "dtype": "float32"} for _ in range(count + 2)]
    params = {"transpose_a": False, "transpose_b": False, "epilogue": None}
    steps = [
        {
            "kernel": "matmul",
            "inputs": [0 if i == 0 else i + 1, 1],
            "outputs": [i + 2],
            "params": params,
            "name": None,
        }
        for i in range(count)
    ]
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": "a", "value": 0}, {"name": "b", "value": 1}],
        "state": [],
        "constants": [],
        "outputs": [{"name": "y", "value": count + 1}],
        "updates": [],
        "steps": steps,
        "lifetimes": [None, None, *([i, min(i + 1, count - 1)] for i in range(count))],
        "subplans": [],
    }


@pytest.mark.parametrize("cost", [0.01, 0.4, 3.0, 7.0])
def test_slices_of_a_run(monkeypatch, cost):
    """A tile takes `cost` milliseconds of a clock that nothing else moves."""
    time = [0.0]
    monkeypatch.setattr(engine, "now", lambda: time[0])
    backend = CpuBackend()
    plan = chain_of_products(6, 64)
    executable = drive(backend.prepare(plan, {}))
    tiles = 0
    for launch in executable.launches:
        tiles += launch.tiles
        run = launch.run

        def timed(lo, hi, run=run):
            time[0] += cost * (hi - lo)
            run(lo, hi)

        launch.run = timed
    assert tiles > 6
    a = HostArray(np.eye(64, dtype=np.float32).reshape(-1), [64, 64], "float32")
    running = backend.run(executable, [a, a], [])
    slices, begun = [], 0.0
    try:
        request = next(running)
        while True:
            assert request is PAUSE
            slices.append(time[0] - begun)
            begun = time[0]
            request = running.send(None)
    except StopIteration as stop:
        slices.append(time[0] - begun)
        outputs = stop.value
    # Eight milliseconds, and what was begun in them: a chunk of about one, or a tile.
    assert max(slices) <= 8 + max(2.0, cost)
    total = cost * tiles
    assert sum(slices) == pytest.approx(total)
    assert len(slices) - 1 <= total / 8
    assert len(slices) >= total / (8 + max(2.0, cost))
    np.testing.assert_array_equal(backend.read_sync(outputs[0]).data, a.data)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """{"there", "missing": what page_slices.mjs found with and without scheduler.yield}"""
    made = {}
    with page_of(tmp_path_factory.mktemp("page"), HERE / "page_slices.mjs") as page:
        for scheduler in ("there", "missing"):
            page.reload()
            made[scheduler] = page.ask("page_slices.mjs", "run", scheduler)
    return made


@pytest.mark.browser
@pytest.mark.parametrize("scheduler", ["there", "missing"])
def test_a_chain_of_short_calls_lets_the_page_breathe(pages, scheduler):
    """Promises alone end no task: without turns in between, no timer of the page would run before the last call."""
    chain = pages[scheduler]["chain"]
    assert chain["calls"] > 20
    assert chain["ticks"] >= 5


@pytest.mark.browser
@pytest.mark.parametrize("scheduler", ["there", "missing"])
def test_long_work_stands_behind_the_tasks_of_the_page(pages, scheduler):
    """scheduler.yield alone would let no timer run until the end of training."""
    training = pages[scheduler]["training"]
    assert training["ticks"] >= training["milliseconds"] / 100
    assert pages["missing"]["asked"] == 0
    assert pages["there"]["asked"] > 0
