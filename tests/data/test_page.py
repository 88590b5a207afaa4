"""Datasets in Chromium, one page: the program of both worlds, and files, images, videos, camera and microphone."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from engines import PageHost, chromium, transpiled
from PIL import Image

import pybrowserml as pb
from pybrowserml.platform.tasks import drive
from pybrowserml.tools.bundle import BUILD

from .program import answer

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "program.py"
FLAGS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
FLAGS += ["--autoplay-policy=no-user-gesture-required"]
WORK = """
const [engine, done] = arguments;
import('./page.mjs')
  .then(async (page) => done(JSON.stringify(await page.run(await import('./pybrowserml.mjs'), engine))))
  .catch((problem) => done(JSON.stringify({ broken: `${problem}\\n${problem.stack}` })));
"""
TEXTS = ["a,b\n", 'x,"y\r\n""z"\n\r1,2', '"']

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of small images in two folders."""
    folder = tmp_path_factory.mktemp("images") / "pictures"
    generator = np.random.default_rng(2)
    for number, kind in enumerate(["cat", "cat", "dog"]):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        numbers = generator.integers(0, 256, (4 + number, 6, 3), dtype=np.uint8)
        Image.fromarray(numbers).save(folder / kind / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def page(files, pictures, tmp_path_factory):
    """{"program": answers of the program, "cpu": and "webgl": what page.mjs found}."""
    if not (BUILD / "dist" / "pybrowserml.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    folder = tmp_path_factory.mktemp("page")
    modules = transpiled(folder, PROGRAM)
    shutil.copytree(files, modules, dirs_exist_ok=True)
    shutil.copytree(pictures, modules / "pictures")
    shutil.copy(HERE / "page.mjs", modules)
    shutil.copy(BUILD / "dist" / "pybrowserml.mjs", modules)
    driver = chromium(folder, FLAGS)
    driver.set_script_timeout(120)
    host = PageHost(modules, PROGRAM.stem, driver.get, driver.quit)
    try:
        told = host.call([["run_job", json.dumps({"folder": ".", "texts": TEXTS})]])[0]
        assert "ok" in told, told
        found = {"program": json.loads(told["ok"])}
        for engine in ["cpu", "webgl"]:
            found[engine] = json.loads(driver.execute_async_script(WORK, engine))
            assert "broken" not in found[engine], found[engine]
    finally:
        host.close()
    return found


def test_the_program(page, files):
    given = {"folder": str(files), "texts": TEXTS}
    pb.set_backend("numpy")
    text = drive(answer(json.dumps(given))).replace(str(files), ".")
    expected = json.loads(text)
    numbers = page["program"].pop("prepared")
    for ours, theirs in zip(numbers, expected.pop("prepared"), strict=True):
        np.testing.assert_allclose(ours[2], theirs[2], rtol=1e-6)
    for key in expected:
        assert page["program"][key] == expected[key], key


def test_arrays(page):
    assert page["cpu"]["arrays"] == {
        "alone": [[[1, 2], [2]], [[3, 4], [2]]],
        "pairs": [[5, [1, 2]], [6, [3, 4]]],
        "named": [[1, 2, 3, 4], [7, 8]],
        "state": ["number", "taken", "keys"],
    }


def test_files(page):
    found = page["cpu"]["files"]
    assert found["file"] == [[{"a": 1}, "x"], [{"a": 2}, "y"]]
    assert found["bytes"] == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert found["lines"] == ["eins", "zwei"]
    assert found["failed"] == "FormatError: csv: small.csv: row 2, column 'a': expected a number, got 'q'"
    assert found["missing"] == "FormatError: ./nowhere.csv: no such file (status 404)"


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_images(page, pictures, engine):
    found = page[engine]["images"]
    path = str(pictures / "cat" / "0.png")
    expected = pb.data.image(path).numpy()
    rgba = np.concatenate([expected, np.full((4, 6, 1), 255)], axis=2)
    for name in ["address", "element", "canvas", "imageData", "offscreen", "bitmap", "frame", "blob"]:
        assert found[name]["shape"] == [4, 6, 3] and found[name]["dtype"] == "int32"
        # A VideoFrame of a canvas may go through another color space.
        most = 3 if name == "frame" else 0
        assert np.abs(np.array(found[name]["data"]) - expected.reshape(-1)).max() <= most, name
    assert found["grey"]["data"] == pb.data.image(path, 1).numpy().reshape(-1).tolist()
    assert found["alpha"]["data"] == rgba.reshape(-1).tolist()
    assert found["shown"] == found["drawn"] == rgba.reshape(-1).tolist()
    np.testing.assert_array_equal(pb.data.to_pixels(expected / np.float32(255)), rgba)
    assert found["failed"] == [
        "ArgumentError: to_pixels: floats must lie in 0 .. 1, got 2.5",
        "ArgumentError: from_pixels: expected an image, got 'x'",
        "ArgumentError: from_pixels: channels must be 1, 3 or 4, got 2",
        "FormatError: the given bytes: this is no image that can be read",
        "ArgumentError: a page cannot list a folder: give the addresses or files in it",
        "ArgumentError: the image has no pixels; has it loaded?",
    ]


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_image_sets(page, pictures, engine):
    found = page[engine]["imageSet"]
    ((x, y),) = list(pb.data.images(str(pictures), "inferred", [3, 2]).batch(3))
    assert found["x"]["shape"] == [3, 3, 2, 3] and found["x"]["dtype"] == "float32"
    np.testing.assert_allclose(found["x"]["data"], x.reshape(-1), rtol=1e-5, atol=1e-3)
    assert found["y"] == y.tolist() == [0, 0, 1]
    assert found["plain"] == [[[6, 6, 1], "uint8"], [[4, 6, 1], "uint8"]]
    mixed = pb.data.images(str(pictures), [0, 1, 2], shuffle=True, seed=4)
    assert found["orders"] == [[int(label) for _, label in mixed] for _ in range(2)]


def test_video(page):
    found = page["cpu"]["film"]
    # The film is as long as what the recorder caught of the drawing.
    assert 5 <= found["count"] <= 8 * found["seconds"] + 2
    assert found["shape"] == [16, 32, 3] and found["dtype"] == "uint8"
    first, last = found["colors"]
    assert first[0] > 180 and first[2] < 70 and last[2] > 180 and last[0] < 70
    assert found["failed"] == "EngineError: the video cannot be played"


def test_webcam(page):
    found = page["cpu"]["camera"]
    assert found["shape"] == [30, 40, 3] and found["dtype"] == "int32"
    assert found["values"] > 3 and found["count"] == 2 and found["playing"]
    assert (
        found["batch"] == [2, 30, 40, 3] and found["again"] == [30, 40, 3] and found["square"] == [20, 20, 3]
    )
    assert found["stopped"] == "EngineError: the camera is stopped: start() it"
    assert found["failed"] == "ArgumentError: webcam: give both resize_width and resize_height, or none"


def test_microphone(page):
    found = page["cpu"]["sound"]
    assert found["spectrogram"] == [5, 100, 1] and found["waveform"] == [5 * 256, 1]
    assert found["finite"] and found["loud"] and found["rate"] >= 8000
    assert found["stopped"] == "EngineError: the microphone is stopped: start() it"
    assert found["failed"] == "ArgumentError: microphone: fft_size must be a power of two from 16 to 16384"


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_asynchronous_sources(page, engine):
    found = page[engine]["asynchronous"]
    assert found["closed"] == ["made 0", "made 1", "closed"]
    events = found["events"]
    assert events.index("made 1") < events.index("used 0") and events.index("made 2") < events.index("used 1")
    assert [event for event in events if event.startswith("used")] == [f"used {i}" for i in range(4)]
    assert found["numbers"] == {"data": [0, 1, 2, 3, 4, 5, 6, 7], "shape": [4, 2]}
    assert found["again"].startswith("ArgumentError: from_generator: this generator was read already")
    assert found["failed"].startswith("ArgumentError: from_generator: expected something to iterate over")
    assert found["thrown"] == "RangeError: mine"
