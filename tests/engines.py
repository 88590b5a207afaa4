"""Run plans on every engine from CPython: in process, in Node.js, in a browser.

A `Host` is a place where the transpiled library runs; `call` sends it many calls at once and returns their
answers in order. A browser page asks for its work and posts the answers over HTTP, so any browser that can
open an address will do. `Engines.run(engine, jobs)` is what tests use.
"""

import base64
import contextlib
import functools
import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pybrowserml.backends.numpy import NumpyBackend
from pybrowserml.core.host import HostArray
from pybrowserml.core.slots import Slot
from pybrowserml.platform.tasks import drive
from pybrowserml.tools.transpile import transpile

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ENTRY = HERE / "parity" / "entry.py"
# cpu-node is the engine in plain JavaScript, cpu has its kernels of WebAssembly; node runs the one, a page the other.
ENGINES = ["numpy", "cpu-node", "cpu", "webgl"]
# Engines beside, on lesser devices (parity/limits.mjs): the least that WebGL2 promises, also with fewer render targets
# than it does, and textures so small that ordinary tensors are folded and spread over pages.
LEAST = {"texture_size": 2048, "layers": 256, "units": 16, "uniforms": 224}
LIMITS = {
    "webgl-least": {**LEAST, "targets": 4},
    "webgl-two": {**LEAST, "targets": 2},
    "webgl-one": {**LEAST, "targets": 1},
    "webgl-small": {**LEAST, "targets": 4, "texture_size": 32},
}
# One that keeps floats in half precision, where the table's tolerances do not hold.
HALF = {"webgl-half": {**LEAST, "targets": 4, "float_targets": False}}
EMULATED = {**LIMITS, **HALF}
STORED = {
    "bool": np.uint8,
    "uint8": np.uint8,
    "int8": np.int8,
    "int32": np.int32,
    "uint32": np.uint32,
    "float16": np.float16,
    "float32": np.float32,
    "float64": np.float64,
}
CHROMIUM_FLAGS = """--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader
--ignore-gpu-blocklist""".split()
PATIENCE = 300

# And the cpu engine with SIMD in Node.js, alone and with so many threads, among which everything is shared out.
THREADS = ["cpu-threads-1", "cpu-threads-2", "cpu-threads-3"]


class EngineFailure(AssertionError):
    """A plan could not be run; the message is the engine's."""


@dataclass
class Job:
    """A plan to run. inputs, state: arrays in plan order; runs: how often, with the state carried along."""

    plan: dict
    inputs: list
    state: list = field(default_factory=list)
    sizes: dict = field(default_factory=dict)
    runs: int = 1


class Result:
    """outputs and state as arrays after the last run, or the failure; shared: whether threads shared the work."""

    def __init__(self, outputs, state, failure, shared=False):
        self.failure = failure
        self.shared = shared
        self._outputs = outputs
        self._state = state

    @property
    def outputs(self):
        if self.failure is not None:
            raise EngineFailure(self.failure)
        return self._outputs

    @property
    def state(self):
        if self.failure is not None:
            raise EngineFailure(self.failure)
        return self._state


def dtype_of(array):
    """The dtype of an array; int64 stands for int32."""
    name = np.asarray(array).dtype.name
    return "int32" if name == "int64" else name


def encode(array):
    array = np.asarray(array)
    dtype = dtype_of(array)
    data = np.ascontiguousarray(array, dtype=STORED[dtype])
    return {"shape": list(array.shape), "dtype": dtype, "data": base64.b64encode(data.tobytes()).decode()}


def decode(item):
    flat = np.frombuffer(base64.b64decode(item["data"]), dtype=STORED[item["dtype"]])
    return _shaped(flat, item["shape"], item["dtype"])


def _shaped(flat, shape, dtype):
    array = np.array(flat, dtype=STORED[dtype]).reshape(shape)
    return array.astype(np.bool_) if dtype == "bool" else array


def to_host(array):
    dtype = dtype_of(array)
    flat = np.ascontiguousarray(array, dtype=STORED[dtype]).reshape(-1)
    return HostArray(flat, list(np.shape(array)), dtype)


def from_host(host):
    return _shaped(host.data, host.shape, host.dtype)


def run_numpy(job):
    """One job on the NumPy engine; errors pass."""
    engine = NumpyBackend()
    executable = drive(engine.prepare(job.plan, job.sizes))
    slots = [Slot(to_host(array)) for array in job.state]
    inputs = [to_host(array) for array in job.inputs]
    buffers = []
    for _ in range(job.runs):
        buffers = drive(engine.run(executable, inputs, slots))
    outputs = [from_host(engine.read_sync(buffer)) for buffer in buffers]
    state = [from_host(slot.host if slot.buffer is None else engine.read_sync(slot.buffer)) for slot in slots]
    return outputs, state


class NodeHost:
    """A Node.js process that answers one line of calls by one line of answers."""

    def __init__(self, modules, entry):
        self.errors = tempfile.TemporaryFile("w+")
        command = ["node", str(HERE / "parity" / "node.mjs"), str(modules / f"{entry}.js")]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            encoding="utf-8",
        )

    def call(self, calls):
        """calls: [[function of the entry, text], ...] → one {"ok": text} or {"failed": text} each."""
        try:
            self.process.stdin.write(json.dumps(calls) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line == "":
            self.process.wait()
            self.errors.seek(0)
            raise EngineFailure(f"Node.js ended: {self.errors.read()[-2000:]}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()
        self.errors.close()


class PageHost:
    """A page that fetches its calls from a local server. `open_page(address)` shows it in a browser."""

    def __init__(self, modules, entry, open_page, close_page, patience=PATIENCE):
        self.close_page = close_page
        self.patience = patience
        self.waiting = queue.Queue()
        self.answers = queue.Queue()
        page = (HERE / "parity" / "page.html").read_text(encoding="utf-8")
        (modules / "index.html").write_text(page.replace("ENTRY", f"./{entry}.js"), encoding="utf-8")
        for script in ("calls.mjs", "limits.mjs"):
            shutil.copy(HERE / "parity" / script, modules / script)
        handler = functools.partial(_PageHandler, host=self, directory=str(modules))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        open_page(f"http://127.0.0.1:{self.server.server_address[1]}/")

    def call(self, calls):
        """As NodeHost.call."""
        self.waiting.put(json.dumps(calls))
        try:
            answer = self.answers.get(timeout=self.patience)
        except queue.Empty:
            raise EngineFailure(f"the page has not answered for {self.patience} s") from None
        if isinstance(answer, dict):
            raise EngineFailure(f"the page failed: {answer['broken']}")
        return answer

    def close(self):
        self.waiting.put(None)
        self.close_page()
        self.server.shutdown()
        self.server.server_close()


class _PageHandler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html"}

    def __init__(self, *args, host, **kwargs):
        self.host = host
        super().__init__(*args, **kwargs)

    def do_GET(self):
        if self.path != "/next":
            super().do_GET()
            return
        try:
            calls = self.host.waiting.get(timeout=20)
        except queue.Empty:
            calls = "[]"
        self._reply((calls or "null").encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.host.answers.put(json.loads(body))
        self._reply(b"null")

    def _reply(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A page that was closed meanwhile waits for nothing.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, format, *args):
        pass


def chromium(folder, flags=()):
    """A Selenium driver of headless Chromium with a fresh profile below a folder; flags: more of them."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for flag in [*CHROMIUM_FLAGS, *flags, f"--user-data-dir={folder / 'profile'}"]:
        options.add_argument(flag)
    return webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))


def transpiled(folder, entry=ENTRY):
    """The library with a test's entry, a module or a package, as JavaScript modules in a folder; the folder."""
    root = folder / "root"
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "pybrowserml").exists():
        (root / "pybrowserml").symlink_to(ROOT / "pybrowserml")
    if entry.is_dir():
        shutil.copytree(entry, root / entry.name, dirs_exist_ok=True)
    else:
        shutil.copy(entry, root / entry.name)
    modules = folder / "modules"
    transpile(root, entry.stem, modules)
    (modules / "package.json").write_text('{"type": "module"}')
    return modules


class Hosts:
    """The library with a test's entry, transpiled once, and where it runs, each place started when first asked for."""

    def __init__(self, folder, entry=ENTRY):
        self.folder = folder
        self.entry = entry
        self.modules = None
        self.hosts = {}

    def host(self, engine):
        """The process of Node.js for "cpu-node" and engines with threads, the page for others."""
        kind = "node" if engine == "cpu-node" or engine in THREADS else "page"
        if kind not in self.hosts:
            if self.modules is None:
                self.modules = transpiled(self.folder, self.entry)
            if kind == "node":
                self.hosts[kind] = NodeHost(self.modules, self.entry.stem)
            else:
                driver = chromium(self.folder)
                self.hosts[kind] = PageHost(self.modules, self.entry.stem, driver.get, driver.quit)
        return self.hosts[kind]

    def close(self):
        for host in self.hosts.values():
            host.close()
        self.hosts = {}


class Engines(Hosts):
    """Runs plans on every engine."""

    def __init__(self, folder):
        super().__init__(folder)
        self.seconds = dict.fromkeys([*ENGINES, *EMULATED, *THREADS], 0.0)
        self.emulated = set()

    def run(self, engine, jobs):
        """Results of jobs on one engine, in order; an error of a job is in its Result."""
        started = time.perf_counter()
        results = self._run(engine, jobs)
        self.seconds[engine] += time.perf_counter() - started
        return results

    def _run(self, engine, jobs):
        if engine == "numpy":
            return [_attempt(job) for job in jobs]
        name = "plain" if engine == "cpu-node" else engine
        calls = [["run_job", json.dumps(_job_json(name, job), allow_nan=False)] for job in jobs]
        before = []
        if engine in EMULATED and engine not in self.emulated:
            self.emulated.add(engine)
            before = [["emulate", json.dumps(EMULATED[engine])]]
        answers = self.host(engine).call(before + calls)
        return [_result(answer) for answer in answers[len(before) :]]


def _attempt(job):
    try:
        outputs, state = run_numpy(job)
    except Exception as failure:
        return Result(None, None, f"{type(failure).__name__}: {failure}")
    return Result(outputs, state, None)


def _job_json(engine, job):
    return {
        "engine": engine,
        "plan": job.plan,
        "sizes": job.sizes,
        "inputs": [encode(array) for array in job.inputs],
        "state": [encode(array) for array in job.state],
        "runs": job.runs,
    }


def _result(answer):
    if "failed" in answer:
        return Result(None, None, answer["failed"])
    found = json.loads(answer["ok"])
    outputs = [decode(item) for item in found["outputs"]]
    return Result(outputs, [decode(item) for item in found["state"]], None, found["shared"])
