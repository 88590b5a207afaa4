"""One headless Chromium for a whole session of measurements, and the folder it is served from."""

import contextlib
import functools
import http.server
import os
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# Shader caches are off, so that a first prediction is a first one every time; no process is started ahead for the next
# tab, which would count as memory of this one, or not.
FLAGS = """--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader
--ignore-gpu-blocklist --disable-gpu-program-cache --disable-gpu-shader-disk-cache
--disable-background-timer-throttling --disable-renderer-backgrounding
--disable-features=SpareRendererForSitePerProcess""".split()

CALL = """const [name, given, done] = arguments;
Promise.resolve().then(() => window.bench[name](given)).then((answer) => done({answer}),
  (failure) => done({failure: String(failure && failure.message || failure)}));"""


READY = """const done = arguments[0];
const look = () => (window.bench ? done(true) : setTimeout(look, 20));
look();"""
PATIENCE = 300  # seconds for a whole call
SILENCE = 45  # seconds without a sign of the page


class PageError(Exception):
    """What went wrong in the page."""


class Hung(PageError):
    """The page did not answer in time; `who` was at work."""

    def __init__(self, who: str):
        super().__init__("did not answer in time")
        self.who = who


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        # An isolated page may share memory between threads, and has a clock of 5 microseconds instead of 100.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def do_POST(self):
        """The page tells who is at work (page/measure.js)."""
        length = int(self.headers.get("Content-Length", 0))
        self.server.progress = (self.rfile.read(length).decode(), time.monotonic())  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, format, *args):
        pass


class Session:
    """Serves `folder` on the loopback and drives Chromium; a context manager."""

    def __init__(self, folder: Path, flags: list[str] | None = None):
        handler = functools.partial(_Handler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.progress = ("", 0.0)  # type: ignore[attr-defined]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.flags = flags or []
        self.restarts = 0
        self._start()

    def _start(self) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="pybrowserml-bench-"))
        options = Options()
        for flag in [*FLAGS, *self.flags, f"--user-data-dir={self.scratch / 'profile'}"]:
            options.add_argument(flag)
        options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.command_executor.client_config.timeout = PATIENCE + 60  # type: ignore[attr-defined]

    def _stop(self) -> None:
        with contextlib.suppress(Exception):
            self.driver.quit()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def restart(self) -> None:
        """Another browser in the place of one that hangs."""
        self._stop()
        self.restarts += 1
        self._start()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._stop()
        self.server.shutdown()
        self.server.server_close()

    def open(self, page: str) -> None:
        """A fresh page, so that no row sees code that another one warmed up."""
        self.driver.get(f"http://127.0.0.1:{self.server.server_address[1]}/{page}")
        self.driver.set_script_timeout(60)
        try:
            self.driver.execute_async_script(READY)
        except WebDriverException as failure:
            raise PageError(f"{page} did not load: {self.driver.get_log('browser')}") from failure

    def call(self, name: str, given=None, seconds: float = PATIENCE):
        """What `window.bench[name](given)` resolves to."""
        self.driver.set_script_timeout(seconds)
        self.server.progress = ("", time.monotonic())  # type: ignore[attr-defined]
        ended = threading.Event()
        threading.Thread(target=self._watch, args=(ended,), daemon=True).start()
        try:
            answer = self.driver.execute_async_script(CALL, name, given)
        except WebDriverException as failure:
            raise Hung(self.server.progress[0]) from failure  # type: ignore[attr-defined]
        finally:
            ended.set()
        if "failure" in answer:
            raise PageError(answer["failure"])
        return answer["answer"]

    def _watch(self, ended: threading.Event) -> None:
        """End a browser whose page is silent: a thread that computes listens to nobody."""
        while not ended.wait(1):
            if time.monotonic() - self.server.progress[1] > SILENCE:  # type: ignore[attr-defined]
                for pid in self.processes():
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
                return

    @contextlib.contextmanager
    def new_tab(self, page: str):
        """A tab of its own: another process, with nothing compiled or connected yet."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        try:
            self.open(page)
            yield
        finally:
            with contextlib.suppress(WebDriverException):  # the browser may have been ended
                self.driver.close()
                self.driver.switch_to.window(before)

    def profile(self, name: str, given=None) -> list[tuple[float, str]]:
        """Run a call under the CPU profiler: (share, function and place), largest first."""
        command = self.driver.execute_cdp_cmd
        command("Profiler.enable", {})
        command("Profiler.setSamplingInterval", {"interval": 200})
        command("Profiler.start", {})
        self.call(name, given)
        found = command("Profiler.stop", {})["profile"]
        total = sum(node.get("hitCount", 0) for node in found["nodes"]) or 1
        times: dict[str, int] = {}
        for node in found["nodes"]:
            frame = node["callFrame"]
            file = frame["url"].split("/")[-1]
            place = f"{frame['functionName'] or '(anonymous)'} {file}:{frame['lineNumber'] + 1}"
            times[place] = times.get(place, 0) + node.get("hitCount", 0)
        return sorted(((count / total, place) for place, count in times.items()), reverse=True)

    def processes(self) -> list[int]:
        """The browser's processes, itself included; none where there is no /proc."""
        root = self.driver.service.process.pid
        parents = {}
        if not Path("/proc").is_dir():
            return []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        found = {root}
        while True:
            more = {child for child, parent in parents.items() if parent in found} - found
            if not more:
                return sorted(found - {root, os.getpid()})
            found |= more
