"""Open a URL in Chromium, Firefox or WebKitGTK: a plain process with a fresh profile, no driver.

The page does its work by itself and POSTs what it found, so the browser is never asked anything. Firefox and
WebKitGTK have WebGL on a machine without a GPU only with a display, so a virtual one (Xvfb) runs meanwhile.
"""

import contextlib
import glob
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHROMIUM_FLAGS = """--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader
--ignore-gpu-blocklist""".split()

# WebGL by a software rasteriser; no pages, questions or connections of the browser's own.
FIREFOX_PREFS = {
    "webgl.force-enabled": True,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.tabs.warnOnClose": False,
    "browser.sessionstore.resume_from_crash": False,
    "captivedetect.canonicalURL": "",
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.max_script_run_time": 0,
    "dom.timeout.enable_budget_timer_throttling": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}


@dataclass(frozen=True)
class Browser:
    """title: for people; packages: what Debian calls it; needs_display: has WebGL only on a display."""

    key: str
    title: str
    packages: tuple[str, ...]
    needs_display: bool

    def program(self) -> str | None:
        """Where its program is; None when it is not installed."""
        if self.key == "chromium":
            return shutil.which("chromium") or shutil.which("google-chrome")
        if self.key == "firefox":
            return shutil.which("firefox-esr") or shutil.which("firefox")
        places = ("/usr/lib/*/webkit2gtk-4.*/MiniBrowser", "/usr/libexec/webkit2gtk-4.*/MiniBrowser")
        found = sorted(path for place in places for path in glob.glob(place))
        return found[-1] if found else None

    def command(self, url: str, profile: Path) -> list[str]:
        program = self.program()
        assert program is not None
        if self.key == "chromium":
            return [program, *CHROMIUM_FLAGS, f"--user-data-dir={profile}", url]
        if self.key == "firefox":
            lines = [f"user_pref({_js(name)}, {_js(value)});" for name, value in FIREFOX_PREFS.items()]
            (profile / "user.js").write_text("\n".join(lines) + "\n")
            return [program, "--new-instance", "--no-remote", "--profile", str(profile), url]
        return [program, "--private", "--geometry=1024x768", url]


BROWSERS = {
    browser.key: browser
    for browser in (
        Browser("chromium", "Chromium", ("chromium",), False),
        Browser("firefox", "Firefox", ("firefox-esr", "xvfb", "libgl1-mesa-dri"), True),
        Browser("webkit", "WebKitGTK", ("webkit2gtk-driver", "xvfb", "libgl1-mesa-dri"), True),
    )
}


def _js(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'


def missing(browsers: list[Browser]) -> list[str]:
    """The packages to install so that every one of `browsers` runs."""
    wanted = []
    for browser in browsers:
        lacks_display = browser.needs_display and shutil.which("Xvfb") is None
        if browser.program() is None or lacks_display:
            wanted += [package for package in browser.packages if package not in wanted]
    return wanted


def install(packages: list[str]) -> str | None:
    """Install packages through apt when we may; else the sentence that says what to do."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"Install first, on Debian or Ubuntu: sudo apt-get install {' '.join(packages)}"
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=True, **quiet)
    return None


@contextlib.contextmanager
def display():
    """A virtual display; yields its name, such as ":1"."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def opened(browser: Browser, url: str, screen: str | None):
    """A running browser that shows `url`: yields its process. screen: a display, where needed."""
    folder = Path(tempfile.mkdtemp(prefix=f"pybrowserml-{browser.key}-"))
    profile = folder / "profile"
    profile.mkdir()
    # The browser's own caches and settings go to the same throw-away folder.
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "MOZ_DISABLE_AUTO_SAFE_MODE": "1",
        "NO_AT_BRIDGE": "1",
        # Mesa's software rasteriser: shaders run once here, so they need not be optimised (WebKitGTK: half the time).
        "GALLIVM_PERF": "nopt",
    }
    if screen is not None:
        environment["DISPLAY"] = screen
    folder.chmod(0o700)
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            browser.command(url, profile), stdout=log, stderr=log, env=environment, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen) -> None:
    """End the browser with all its helpers: it leads a session of its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
