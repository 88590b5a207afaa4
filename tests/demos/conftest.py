"""One headless Chromium, and the digits page with a quickly trained model, made once for all workers."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "demos" / "digits"), str(ROOT / "demos")]


@pytest.fixture(scope="session")
def driver():
    """A WebDriver of headless Chromium."""
    from browser import chromium

    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def serve():
    """serve(folder) -> address of a server of it, under the strict policy."""
    from pybrowserml.tools.serve import make_server

    servers = []

    def start(folder):
        server = make_server(Path(folder), port=0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.address

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def digits_site(tmp_path_factory):
    """The folder of the digits page; its model has learned from 3,000 digits."""
    base = tmp_path_factory.getbasetemp()
    # Workers of pytest-xdist have folders of their own in one that they share.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return made_once(shared / "digits", make_site)


def make_site(out):
    import demo
    import train

    model, _ = train.train(count=3000, unseen=500, epochs=2, verbose=0)
    model.save(str(out / "saved" / "trained"))
    train.make_model().save(str(out / "saved" / "fresh"))
    demo.ship(out)


def made_once(folder, make):
    """`folder`, made by the first process that comes; the others wait for it."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        until = time.monotonic() + 300
        while not (folder / "done").exists():
            assert not (folder / "failed").exists(), "another worker could not make the digits page"
            assert time.monotonic() < until, "another worker takes too long to make the digits page"
            time.sleep(0.2)
        return folder
    try:
        make(folder)
    except BaseException:
        (folder / "failed").touch()
        raise
    (folder / "done").touch()
    return folder
