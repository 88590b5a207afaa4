"""The sample library as bundles, and a headless Chromium that opens pages with it."""

import functools
import http.server
import json
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from pybrowserml.tools.bundle import bundle

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "sample"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The folder with the bundles of the sample library."""
    out = tmp_path_factory.mktemp("tiny")
    bundle("tiny", "tiny.entry", out, tmp_path_factory.mktemp("cache") / "modules", SAMPLE)
    return out


@pytest.fixture
def sample(tmp_path):
    """A copy of the sample library's sources that a test may change; the folder that holds `tiny`."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "sources"))


@pytest.fixture(scope="session")
def node():
    """node(script, folder) -> what Node prints for the ES module `script`, written to the folder."""

    def run(script, folder):
        file = folder / "run.mjs"
        file.write_text(script)
        command = ["node", "--enable-source-maps", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
    }

    def __init__(self, *args, headers=None, **kwargs):
        self.extra = headers or {}
        super().__init__(*args, **kwargs)

    def end_headers(self):
        for name, value in self.extra.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format, *args):
        pass


@pytest.fixture
def serve():
    """serve(folder, headers) -> address of a server for the folder, ended after the test."""
    servers = []

    def start(folder, headers=None):
        handler = functools.partial(_Handler, directory=str(folder), headers=headers)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """A WebDriver for headless Chromium."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(flag)
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    if binary is None:
        pytest.fail("Chromium is missing; run `make setup`")
    options.binary_location = binary
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture
def result_of(chromium):
    """result_of(address) -> what the page wrote as JSON into its title, once that begins with `{` or `[`."""
    from selenium.webdriver.support.ui import WebDriverWait

    def read(address):
        chromium.get(address)
        WebDriverWait(chromium, 30).until(lambda driver: driver.title[:1] in ("{", "["))
        return json.loads(chromium.title)

    return read
