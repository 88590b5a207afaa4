"""A page of Chromium predicts and trains for long without one `dispose`: neither the GPU's memory nor the heap grows.

PYBROWSERML_LONG=1 takes 10,000 predictions and 5,000 steps on each engine.
"""

import os
from pathlib import Path

import pytest
from pages import page_of

HERE = Path(__file__).resolve().parent
WINDOWS = 5
LONG = os.environ.get("PYBROWSERML_LONG") == "1"
COUNTS = (
    {"cpu": (2000, 1000), "webgl": (2000, 1000)} if LONG else {"cpu": (300, 200), "webgl": (80, 60)}
)  # in a window

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with page_of(tmp_path_factory.mktemp("page"), HERE / "page_leaks.mjs", patience=600) as made:
        yield made


def ask(page, name, given=None):
    return page.ask("page_leaks.mjs", name, given)


def heap(driver):
    """Bytes of JavaScript objects that are alive."""
    for _ in range(2):
        driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    return driver.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"]


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_memory_stays_flat(page, engine):
    predictions, steps = COUNTS[engine]
    ask(page, "open", engine)
    seen = []
    for _ in range(WINDOWS):
        objects = ask(page, "work", {"predictions": predictions, "steps": steps})
        seen.append((objects, heap(page.driver)))
    print(engine, seen)
    # The first windows fill caches, compile, and bring the journal to its length.
    for objects, _ in seen[2:]:
        assert objects == seen[1][0]
    grown = seen[-1][1] - seen[1][1]
    # The journal has a few batches more or less, compiled code comes and goes; a leak of one object a run would be some
    # 100 bytes for each of them.
    assert grown < 400_000 + 20 * (WINDOWS - 2) * (predictions + steps), seen


@pytest.mark.parametrize("way", ["dispose", "forget"])
def test_tensors_are_given_back(page, way):
    """Textures of tensors that nobody holds serve the next ones: of 500 tensors the library holds the newest 64."""
    ask(page, "open", "webgl")
    counts = []
    for _ in range(5):
        counts.append(ask(page, "hold", {"way": way, "count": 100})["Texture"])
        heap(page.driver)
        ask(page, "hold", {"way": way, "count": 1})
    assert counts[-1] < 250, counts


def test_forgotten_models_leave_nothing(page):
    """What an executable keeps for all its runs, constants for one, goes with the model."""
    counts = []
    for _ in range(6):
        counts.append(ask(page, "forget", {"engine": "webgl", "count": 6})["Texture"])
        heap(page.driver)
    assert counts[-1] <= counts[2] + 3, counts
