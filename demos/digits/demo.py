"""`make demo`: train digits in Python, predict and train them in a real browser, compare the numbers."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
from mnist import load_mnist
from rich.console import Console
from rich.table import Table

import pybrowserml as pb
from pybrowserml.tools.serve import make_server

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import assemble  # noqa: E402
import train  # noqa: E402
from browser import chromium  # noqa: E402

OUT = HERE / "dist"
ENGINES = ("webgl", "cpu")
MOST_DIFFERENCE = 1e-4
MOST_DRIFT = 1e-3
LEAST_ACCURACY = 0.97
STEPS = 20
BATCH = 64
PREDICT_BATCH = 250
CALL = """
const [name, args, done] = [arguments[0], arguments[1], arguments[2]];
import(new URL("measure.js", location.href)).then((module) => module[name](...args))
  .then((value) => done({ value }), (error) => done({ failed: String(error?.stack ?? error) }));
"""

console = Console()


def main() -> int:
    """Run all of it; the number of promises that were not kept."""
    start = time.perf_counter()
    shutil.rmtree(OUT, ignore_errors=True)
    console.rule("1  Train in Python (NumPy)")
    accuracy = train.main()
    failures = [] if accuracy >= LEAST_ACCURACY else [f"accuracy in Python {accuracy:.4f} < {LEAST_ACCURACY}"]
    console.rule("2  Ship: pybrowserml build --trainable")
    ship(OUT)
    console.rule("3  Predict 1,000 unseen digits in Chromium")
    server = make_server(OUT, port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with chromium() as driver:
            driver.get(server.address)
            failures += compare_predictions(driver)
            console.rule("4  Train 20 batches of 64 from the same seed")
            failures += compare_training(driver)
            take_screenshot(driver, OUT / "screenshot.png")
    finally:
        server.shutdown()
        server.server_close()
    for failure in failures:
        console.print(f"[red]not kept:[/red] {failure}")
    if not failures:
        seconds = time.perf_counter() - start
        console.print(
            f"[green]All numbers agree.[/green] {seconds:.0f} s. `make serve` opens the page for you."
        )
    return len(failures)


def ship(out: Path) -> None:
    """The page and its two models, trained and fresh, in the folder `out`, from the models in `out`/saved."""
    assemble.assemble(out)
    for saved, name in (("trained", "model"), ("fresh", "fresh")):
        subprocess.run(
            [sys.executable, "-m", "pybrowserml.tools.cli", "build", out / "saved" / saved, "-o", out / name,
             "--trainable", "--pixels", "0..1"],
            check=True,
            stdout=None if name == "model" else subprocess.DEVNULL,
        )  # fmt: skip


def call(driver, name: str, *args):
    """The result of a function of page/measure.js."""
    answer = driver.execute_async_script(CALL, name, args)
    if "failed" in answer:
        raise RuntimeError(f"{name} failed in the browser: {answer['failed']}")
    return answer["value"]


def unseen() -> tuple[np.ndarray, np.ndarray]:
    """The digits that the page tests with."""
    _, (images, labels) = load_mnist()
    part = slice(2000, 2000 + assemble.UNSEEN)
    return train.scaled(images[part]), labels[part].astype(np.int32)


def compare_predictions(driver) -> list[str]:
    """Print the table of predictions; what was not kept."""
    x, y = unseen()
    model = pb.load_model(str(OUT / "saved" / "trained"))
    model.predict(x[:1], verbose=0)
    start = time.perf_counter()
    expected = np.asarray(model.predict(x, batch_size=PREDICT_BATCH, verbose=0))
    table = Table(
        "engine",
        "accuracy",
        "max |Δ\nprobability|",
        "ms per\n1,000",
        "first pre-\ndiction ms",
        "programs",
        "draws",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    milliseconds = 1000 * (time.perf_counter() - start)
    table.add_row(
        "numpy", f"{np.mean(expected.argmax(1) == y):.3f}", "–", f"{milliseconds:.0f}", "–", "–", "–"
    )
    failures = []
    for engine in ENGINES:
        found = call(driver, "predictAll", "./model/model.js", engine, PREDICT_BATCH)
        probabilities = np.asarray(found["probabilities"], np.float32).reshape(found["shape"])
        difference = float(np.abs(probabilities - expected).max())
        accuracy = float(np.mean(probabilities.argmax(1) == y))
        counts = ["–" if found[key] is None else str(found[key]) for key in ("programs", "draws")]
        table.add_row(
            engine,
            f"{accuracy:.3f}",
            f"{difference:.1e}",
            f"{found['all']:.0f}",
            f"{found['first']:.0f}",
            *counts,
        )
        if found["name"] != engine:
            failures.append(f"{engine} was asked for, {found['name']} ran")
        if not difference <= MOST_DIFFERENCE:
            failures.append(
                f"{engine}: probabilities differ from Python's by {difference:.1e} > {MOST_DIFFERENCE:.0e}"
            )
    console.print(table)
    return failures


def compare_training(driver) -> list[str]:
    """Print the three loss curves side by side; what was not kept."""
    (images, labels), _ = load_mnist()
    part = slice(assemble.TRAINED_ON, assemble.TRAINED_ON + STEPS * BATCH)
    x, y = train.scaled(images[part]), labels[part].astype(np.int32)
    model = pb.load_model(str(OUT / "saved" / "fresh"))
    curves = {"python": []}
    for step in range(STEPS):
        rows = slice(step * BATCH, (step + 1) * BATCH)
        logs = model.train_on_batch(x[rows], y[rows], return_dict=True)
        curves["python"].append(float(logs["loss"]))
    for engine in ENGINES:
        curves[engine] = call(driver, "trainingCurve", "./fresh/model.js", engine, STEPS, BATCH)
    table = Table("step", *curves)
    for step in range(STEPS):
        table.add_row(str(step + 1), *(f"{curve[step]:.6f}" for curve in curves.values()))
    last = {engine: abs(curves[engine][-1] / curves["python"][-1] - 1) for engine in ENGINES}
    table.add_section()
    table.add_row("drift", "–", *(f"{last[engine]:.1e}" for engine in ENGINES))
    for column in table.columns:
        column.justify = "right"
    console.print(table)
    return [
        f"{engine}: the loss at step {STEPS} is {drift:.1e} > {MOST_DRIFT:.0e} off Python's (relative)"
        for engine, drift in last.items()
        if not drift <= MOST_DRIFT
    ]


def take_screenshot(driver, path: Path) -> None:
    """The page after a digit was drawn and an epoch was trained."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    driver.refresh()
    WebDriverWait(driver, 60).until(
        lambda page: page.execute_script("return globalThis.digitsPage?.ready === true")
    )
    draw_three(driver)
    driver.find_element(By.ID, "train").click()
    WebDriverWait(driver, 300).until(lambda page: "One epoch done" in page.find_element(By.ID, "status").text)
    driver.save_screenshot(str(path))
    longest = driver.execute_script("return digitsPage.longestTask()")
    told = "no task over 50 ms" if longest == 0 else f"longest task {longest:.0f} ms"
    console.print(f"One epoch trained on the page ({told}); screenshot: {path}")


def draw_three(driver) -> None:
    """Draw a 3 with the mouse."""
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    points = [
        (-60, -80),
        (-10, -100),
        (50, -85),
        (60, -45),
        (10, -10),
        (55, 25),
        (60, 70),
        (5, 100),
        (-60, 80),
    ]
    pad = driver.find_element(By.ID, "pad")
    actions = ActionChains(driver, duration=10)
    actions.move_to_element_with_offset(pad, *points[0]).click_and_hold()
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        actions.move_by_offset(x1 - x0, y1 - y0)
    actions.release().perform()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
