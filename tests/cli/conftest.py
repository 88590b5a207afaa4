"""Small models as bundles, a server, and a headless Chromium to try them in."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "demos"), str(Path(__file__).resolve().parent)]

from small_models import MAKERS, PageError  # noqa: E402

BLANK = '<!doctype html><title>blank</title><link rel="icon" href="data:,">'
CALL = """
const done = arguments[arguments.length - 1];
const args = Array.from(arguments).slice(0, -1);
(async () => { %s })().then(
  (value) => done({ value }),
  (error) => done({ failed: [String(error?.name), String(error?.message), String(error?.stack)] }),
);
"""


@pytest.fixture(scope="session")
def driver():
    """A WebDriver of headless Chromium."""
    from browser import chromium

    with chromium() as made:
        yield made


@pytest.fixture
def js(driver):
    """js(body, *args) -> what the body of an async function returns on the page; it sees `args`."""

    def run(body, *args):
        answer = driver.execute_async_script(CALL % body, *args)
        if "failed" in answer:
            raise PageError(*answer["failed"])
        return answer.get("value")

    return run


@pytest.fixture
def serve():
    """serve(folder, headers=None) -> address of a server of it, by default under the strict policy."""
    from pybrowserml.tools.serve import make_server

    servers = []

    def start(folder, headers=None):
        server = make_server(Path(folder), port=0, headers=headers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.address

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def opened(driver, serve):
    """opened(folder, headers=None): an empty page of the folder is open; its address."""

    def start(folder, headers=None):
        (Path(folder) / "blank.html").write_text(BLANK)
        address = serve(folder, headers)
        driver.get(f"{address}blank.html")
        return address

    yield start
    severe = [
        entry["message"] for entry in driver.get_log("browser") if "Content Security" in entry["message"]
    ]
    assert severe == []


@pytest.fixture(scope="session")
def bundles(tmp_path_factory):
    """bundles(name, **options) -> (model, folder) of the bundle of a small model, made once."""
    from pybrowserml.tools.build import BuildOptions, build_bundle

    made = {}

    def bundle(name, **options):
        key = name + repr(sorted(options.items()))
        if key not in made:
            folder = tmp_path_factory.mktemp("bundles") / name
            model = MAKERS[name]()
            build_bundle(model, folder, BuildOptions(**options))
            made[key] = model, folder
        return made[key]

    return bundle


@pytest.fixture
def samples():
    """(x [70, 4], y [70]) for the model `dense`."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(70, 4)).astype(np.float32)
    return x, (x[:, 0] + x[:, 1] > 0).astype(np.int32) + (x[:, 2] > 1).astype(np.int32)
