"""Headless Chromium for demos: software WebGL2 where there is no GPU, a fresh profile."""

import shutil
import tempfile
from contextlib import contextmanager

from selenium import webdriver

FLAGS = """--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader
--ignore-gpu-blocklist --window-size=1100,1340""".split()


@contextmanager
def chromium():
    """A WebDriver, ended with its profile. Raises FileNotFoundError that says what to install."""
    binary = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    driver_path = shutil.which("chromedriver")
    if binary is None or driver_path is None:
        raise FileNotFoundError("Chromium and chromedriver are needed; run `make setup`")
    profile = tempfile.mkdtemp(prefix="pybrowserml-profile-")
    options = webdriver.ChromeOptions()
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    try:
        driver = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(executable_path=driver_path)
        )
        try:
            driver.set_page_load_timeout(120)
            driver.set_script_timeout(300)
            yield driver
        finally:
            driver.quit()
    finally:
        shutil.rmtree(profile, ignore_errors=True)
