"""One headless Chromium for a whole session of measurements, and the folder it is served from."""

import functools
import http.server
import shutil
import tempfile
import threading
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# Shader caches are off, so that a first prediction is a first one every time.
FLAGS = """--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader
--ignore-gpu-blocklist --disable-gpu-program-cache --disable-gpu-shader-disk-cache
--disable-background-timer-throttling --disable-renderer-backgrounding""".split()

CALL = """const [name, given, done] = arguments;
Promise.resolve().then(() => window.bench[name](given)).then((answer) => done({answer}),
  (failure) => done({failure: String(failure && failure.stack || failure)}));"""


READY = """const done = arguments[0];
const look = () => (window.bench ? done(true) : setTimeout(look, 20));
look();"""


class PageError(Exception):
    """What went wrong in the page."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
    }

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        # An isolated page has a clock of 5 microseconds instead of 100.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format, *args):
        pass


class Session:
    """Serves `folder` on the loopback and drives Chromium; a context manager."""

    def __init__(self, folder: Path, flags: list[str] | None = None):
        self.scratch = Path(tempfile.mkdtemp(prefix="pybrowserml-bench-"))
        handler = functools.partial(_Handler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        options = Options()
        for flag in [*FLAGS, *(flags or []), f"--user-data-dir={self.scratch / 'profile'}"]:
            options.add_argument(flag)
        options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_script_timeout(900)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.driver.quit()
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def open(self, page: str) -> None:
        """A fresh page, so that no row sees code that another one warmed up."""
        self.driver.get(f"http://127.0.0.1:{self.server.server_address[1]}/{page}")
        self.driver.set_script_timeout(60)
        try:
            self.driver.execute_async_script(READY)
        except Exception as failure:
            raise PageError(f"{page} did not load: {self.driver.get_log('browser')}") from failure
        self.driver.set_script_timeout(900)

    def call(self, name: str, given=None):
        """What `window.bench[name](given)` resolves to."""
        answer = self.driver.execute_async_script(CALL, name, given)
        if "failure" in answer:
            raise PageError(answer["failure"])
        return answer["answer"]

    def in_new_tab(self, page: str, name: str, given):
        """A call in a tab of its own: another process, with nothing compiled or connected yet."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        try:
            self.open(page)
            return self.call(name, given)
        finally:
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
