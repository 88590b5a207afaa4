"""A page of headless Chromium with the built library and a test's own modules, served from a folder."""

import functools
import http.server
import json
import shutil
import threading
from contextlib import contextmanager

import pytest
from engines import chromium

from pybrowserml.tools.bundle import BUILD

LIBRARY = BUILD / "dist" / "pybrowserml.mjs"
WORK = """
const [file, name, given, done] = arguments;
Promise.all([import(`./${file}`), import('./pybrowserml.mjs')])
  .then(async ([page, pb]) => done(JSON.stringify((await page[name](pb, ...given)) ?? null)))
  .catch((problem) => done(JSON.stringify({ broken: `${problem}\\n${problem.stack}` })));
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


class Page:
    """An open page; `driver` is its WebDriver."""

    def __init__(self, driver, address):
        self.driver = driver
        self.address = address

    def reload(self):
        """Opens the page anew: another visit."""
        self.driver.get(self.address)

    def ask(self, file, name, *given):
        """What the function `name` of the page's module `file` gives for the library and the values of `given`."""
        found = json.loads(self.driver.execute_async_script(WORK, file, name, given))
        assert not (isinstance(found, dict) and "broken" in found), found["broken"]
        return found


@contextmanager
def page_of(folder, *files, patience=150):
    """A Page of a folder, to which the library and other files are copied; patience: seconds for one question."""
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    for file in [LIBRARY, *files]:
        shutil.copy(file, folder)
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        driver = chromium(folder)
        try:
            driver.set_script_timeout(patience)
            page = Page(driver, f"http://127.0.0.1:{server.server_address[1]}/")
            page.reload()
            yield page
        finally:
            driver.quit()
    finally:
        server.shutdown()
        server.server_close()
