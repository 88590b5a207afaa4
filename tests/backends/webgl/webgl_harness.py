"""Run plans on the WebGL2 engine in headless Chromium: transpile, serve, drive by Selenium."""

import base64
import functools
import http.server
import json
import shutil
import tempfile
import threading
from pathlib import Path

import numpy as np
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from pybrowserml.backends.numpy.engine import NumpyBackend
from pybrowserml.core.host import HostArray
from pybrowserml.platform.tasks import drive
from pybrowserml.tools.transpile import transpile

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
FLAGS = """--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader
--ignore-gpu-blocklist""".split()
NUMPY = {"float32": np.float32, "int32": np.int32, "bool": np.uint8, "uint8": np.uint8}

PAGE = """<!doctype html><title>webgl tests</title><script type="module">
import * as page from "./%s.js"; window.page = page;</script>"""
CALL = """const done = arguments[arguments.length - 1];
Promise.resolve().then(() => window.page[arguments[0]](arguments[1])).then((text) => done({ok: text}),
  (e) => done({failed: String(e && e.name) + ': ' + String(e && e.message) + ' ' + String(e && e.stack)}));"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, format, *args):
        pass


def encode(array):
    array = np.asarray(array)
    dtype = {"f": "float32", "i": "int32", "b": "bool", "u": "uint8"}[array.dtype.kind]
    data = np.ascontiguousarray(array.astype(NUMPY[dtype]))
    return {"shape": list(array.shape), "dtype": dtype, "data": base64.b64encode(data.tobytes()).decode()}


def decode(item):
    data = np.frombuffer(base64.b64decode(item["data"]), dtype=NUMPY[item["dtype"]]).reshape(item["shape"])
    return data.astype(bool) if item["dtype"] == "bool" else data.copy()


class Page:
    """One Chromium with the engine loaded."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pb-webgl-"))
        root = self.folder / "root"
        root.mkdir()
        (root / "pybrowserml").symlink_to(ROOT / "pybrowserml")
        shutil.copy(HERE / "webgl_page.py", root / "webgl_page.py")
        site = self.folder / "site"
        transpile(root, "webgl_page", site)
        (site / "index.html").write_text(PAGE % "webgl_page")
        handler = functools.partial(Quiet, directory=str(site))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        options = Options()
        for flag in FLAGS:
            options.add_argument(flag)
        options.add_argument(f"--user-data-dir={self.folder / 'profile'}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.binary_location = shutil.which("chromium")
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_script_timeout(300)
        self.driver.get(f"http://127.0.0.1:{self.server.server_address[1]}/index.html")
        for _ in range(200):
            if self.driver.execute_script("return window.page !== undefined"):
                return
        logs = self.driver.get_log("browser")
        self.close()
        raise RuntimeError(f"the page did not load: {logs}")

    def call(self, name, argument):
        answer = self.driver.execute_async_script(CALL, name, argument)
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        return json.loads(answer["ok"])

    def run(self, plan, inputs, state=(), sizes=None, options=None, runs=1):
        """{"outputs": arrays, "state": arrays, "stats": counters} of a plan."""
        given = {
            "plan": plan,
            "sizes": sizes or {},
            "inputs": [encode(array) for array in inputs],
            "state": [encode(array) for array in state],
            "options": options or {},
            "runs": runs,
        }
        answer = self.call("run_case", json.dumps(given))
        answer["outputs"] = [decode(item) for item in answer["outputs"]]
        answer["state"] = [decode(item) for item in answer["state"]]
        return answer

    def time(self, plan, inputs, state=(), options=None, runs=5):
        given = {
            "plan": plan,
            "sizes": {},
            "inputs": [encode(array) for array in inputs],
            "state": [encode(array) for array in state],
            "options": options or {},
            "runs": runs,
        }
        return self.call("run_timing", json.dumps(given))

    def sources(self, plan, options=None):
        given = {"plan": plan, "sizes": {}, "options": options or {}}
        return self.call("run_sources", json.dumps(given))

    def close(self):
        self.driver.quit()
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


def dtype_name(array):
    return {"f": "float32", "i": "int32", "b": "bool", "u": "uint8"}[np.asarray(array).dtype.kind]


def one_step(kernel, inputs, outputs, params):
    """A plan of one step. inputs: arrays; outputs: (shape, dtype) pairs or None."""
    values = [{"shape": list(np.shape(a)), "dtype": dtype_name(a)} for a in inputs]
    places = []
    for entry in outputs:
        if entry is None:
            places.append(None)
            continue
        places.append(len(values))
        values.append({"shape": list(entry[0]), "dtype": entry[1]})
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": f"x{i}", "value": i} for i in range(len(inputs))],
        "state": [],
        "constants": [],
        "outputs": [{"name": f"y{i}", "value": p} for i, p in enumerate(places) if p is not None],
        "updates": [],
        "steps": [
            {
                "kernel": kernel,
                "inputs": list(range(len(inputs))),
                "outputs": places,
                "params": params,
                "name": kernel,
            }
        ],
        "lifetimes": [None] * len(values),
        "subplans": [],
    }


def reference(plan, inputs):
    """The outputs of a plan on the NumPy engine."""
    engine = NumpyBackend()
    executable = drive(engine.prepare(plan, {}))
    hosts = [HostArray(np.ascontiguousarray(a).reshape(-1), list(a.shape), dtype_name(a)) for a in inputs]
    buffers = drive(engine.run(executable, hosts, []))
    return [np.asarray(buffer.handle).reshape(buffer.shape) for buffer in buffers]


def assert_close(got, wanted, tolerance):
    """Equal shapes, and differences within a tolerance relative to the largest finite value."""
    assert got.shape == wanted.shape
    got, wanted = got.astype(np.float64), wanted.astype(np.float64)
    finite = np.abs(wanted[np.isfinite(wanted)])
    scale = max(1.0, finite.max()) if finite.size else 1.0
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance * scale)
