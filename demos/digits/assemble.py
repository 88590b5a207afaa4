"""Puts the digits page together: its script with the chart library, styles, and digits to learn from."""

import os
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
from mnist import ROOT, load_mnist

HERE = Path(__file__).resolve().parent
MODULES = ROOT / "build" / "node_modules"
TRAINED_ON = 10000
TO_LEARN = 3200
UNSEEN = 1000


def assemble(out: Path) -> None:
    """Write the page without its models to `out`. Raises FileNotFoundError where npm packages lack."""
    esbuild = MODULES / ".bin" / "esbuild"
    if not esbuild.is_file():
        raise FileNotFoundError(f"{esbuild} is missing; run `make setup`")
    out.mkdir(parents=True, exist_ok=True)
    page = HERE / "page"
    for name in ("index.html", "style.css", "measure.js", "data.js"):
        shutil.copy(page / name, out / name)
    shutil.copy(MODULES / "uplot" / "dist" / "uPlot.min.css", out / "uPlot.min.css")
    subprocess.run(
        [esbuild, page / "app.js", "--bundle", "--format=esm", "--minify", "--charset=utf8",
         "--log-level=error", "--external:./model/*", "--external:./fresh/*", f"--outfile={out / 'app.js'}"],
        env={**os.environ, "NODE_PATH": str(MODULES)},
        check=True,
    )  # fmt: skip
    write_digits(out / "data")


def write_digits(folder: Path) -> None:
    """Digits that the model has not seen, as idx files: some to learn from, some to test with."""
    (x_train, y_train), (x_test, y_test) = load_mnist()
    folder.mkdir(exist_ok=True)
    more = slice(TRAINED_ON, TRAINED_ON + TO_LEARN)
    _write_idx(folder / "train-images.idx", x_train[more])
    _write_idx(folder / "train-labels.idx", y_train[more])
    # The first 2,000 test digits measure the training in Python.
    unseen = slice(2000, 2000 + UNSEEN)
    _write_idx(folder / "test-images.idx", x_test[unseen])
    _write_idx(folder / "test-labels.idx", y_test[unseen])


def _write_idx(path: Path, array: np.ndarray) -> None:
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.tobytes())


if __name__ == "__main__":
    assemble(HERE / "dist")
