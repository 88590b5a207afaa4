"""A page of Chromium predicts and trains for long without one `dispose`: neither the GPU's memory nor the heap grows.

PYBROWSERML_LONG=1 takes 10,000 predictions and 5,000 steps on each engine.
"""

import functools
import http.server
import json
import os
import shutil
import threading
from pathlib import Path

import pytest
from engines import chromium

from pybrowserml.tools.bundle import BUILD

HERE = Path(__file__).resolve().parent
WORK = """
const [name, given, done] = arguments;
Promise.all([import('./page_leaks.mjs'), import('./pybrowserml.mjs')])
  .then(async ([page, pb]) => done(JSON.stringify((await page[name](pb, given)) ?? null)))
  .catch((problem) => done(JSON.stringify({ broken: `${problem}\\n${problem.stack}` })));
"""
WINDOWS = 5
LONG = os.environ.get("PYBROWSERML_LONG") == "1"
COUNTS = (
    {"cpu": (2000, 1000), "webgl": (2000, 1000)} if LONG else {"cpu": (300, 200), "webgl": (80, 60)}
)  # in a window

pytestmark = pytest.mark.browser


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    if not (BUILD / "dist" / "pybrowserml.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    folder = tmp_path_factory.mktemp("page")
    shutil.copy(HERE / "page_leaks.mjs", folder)
    shutil.copy(BUILD / "dist" / "pybrowserml.mjs", folder)
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = chromium(folder)
    made.set_script_timeout(600)
    made.get(f"http://127.0.0.1:{server.server_address[1]}/")
    yield made
    made.quit()
    server.shutdown()
    server.server_close()


def ask(driver, name, given=None):
    found = json.loads(driver.execute_async_script(WORK, name, given))
    assert not (isinstance(found, dict) and "broken" in found), found["broken"]
    return found


def heap(driver):
    """Bytes of JavaScript objects that are alive."""
    for _ in range(2):
        driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    return driver.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"]


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_memory_stays_flat(driver, engine):
    predictions, steps = COUNTS[engine]
    ask(driver, "open", engine)
    seen = []
    for _ in range(WINDOWS):
        objects = ask(driver, "work", {"predictions": predictions, "steps": steps})
        seen.append((objects, heap(driver)))
    print(engine, seen)
    # The first windows fill caches, compile, and bring the journal to its length.
    for objects, _ in seen[2:]:
        assert objects == seen[1][0]
    grown = seen[-1][1] - seen[1][1]
    # The journal has a few batches more or less, compiled code comes and goes; a leak of one object a run would be some
    # 100 bytes for each of them.
    assert grown < 400_000 + 20 * (WINDOWS - 2) * (predictions + steps), seen


@pytest.mark.parametrize("way", ["dispose", "forget"])
def test_tensors_are_given_back(driver, way):
    """Textures of tensors that nobody holds serve the next ones: of 500 tensors the library holds the newest 64."""
    ask(driver, "open", "webgl")
    counts = []
    for _ in range(5):
        counts.append(ask(driver, "hold", {"way": way, "count": 100})["Texture"])
        heap(driver)
        ask(driver, "hold", {"way": way, "count": 1})
    assert counts[-1] < 250, counts
