"""Training in a page of Chromium, with the built library: data, resuming, callbacks, files, classes of the page."""

import re
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pages import page_of

import pybrowserml as pb

HERE = Path(__file__).resolve().parent
ENGINES = ["cpu", "webgl"]
NAMES = ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"]

pytestmark = pytest.mark.browser


def archives(folder):
    """python.zip of the folder "python", compressed; claims.zip, the same with an impossible size."""
    with zipfile.ZipFile(folder / "python.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "python").iterdir()):
            archive.write(path, f"python/{path.name}")
    data = (folder / "python.zip").read_bytes()
    place = data.index(b"PK\x01\x02") + 24
    (folder / "claims.zip").write_bytes(
        data[:place] + (250_000_000).to_bytes(4, "little") + data[place + 4 :]
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """{("run" or "visitAgain", engine): what page_training.mjs found, "download": the file that it offered, "python":
    the weights of the model that it was given}.
    """
    folder = tmp_path_factory.mktemp("page")
    model = pb.Sequential([pb.Input((3,)), pb.layers.Dense(40), pb.layers.Dense(1)])
    model.save(folder / "python")
    archives(folder)
    allowed = {"behavior": "allow", "downloadPath": str(folder / "downloads")}
    found: dict = {"python": np.concatenate([weight.ravel() for weight in model.get_weights()])}
    scripts = [HERE / f"page_{subject}.mjs" for subject in ("training", "common", "files", "classes")]
    with page_of(folder, *scripts) as page:
        page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", allowed)
        for name in ["run", "visitAgain"]:
            page.reload()
            for engine in ENGINES:
                found[name, engine] = page.ask("page_training.mjs", name, engine)
        found["download"] = folder / "downloads" / "real.zip"
        ends = time.monotonic() + 10
        while not found["download"].is_file() and time.monotonic() < ends:
            time.sleep(0.1)
    return found


def part(page, engine, name):
    found = page["run", engine][name]
    assert "broken" not in found, found["broken"]
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_sources(page, engine):
    """Arrays, a Dataset, a Dataset of an asynchronous generator and the generator itself train alike."""
    found = part(page, engine, "sources")
    arrays, *others = found["curves"]
    assert list(arrays) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    for curves in others:
        for name, numbers in curves.items():
            np.testing.assert_allclose(numbers, arrays[name], rtol=1e-6)
    assert found["same"] == [True, True, True] and found["predicted"] == [48, 2]
    np.testing.assert_allclose(found["end"]["loss"], arrays["val_loss"][-1], rtol=1e-5)
    assert found["end"]["loss"] < found["start"]["loss"]


@pytest.mark.parametrize("source", ["arrays", "dataset"])
@pytest.mark.parametrize("engine", ENGINES)
def test_resuming(page, engine, source):
    found = part(page, engine, "resuming")[source]
    assert found["position"] == [1, 3]
    whole, rest = found["curves"]
    scale = 0 if engine == "cpu" else 1e-5
    np.testing.assert_allclose(found["weights"][1], found["weights"][0], rtol=scale, atol=scale)
    for name, numbers in rest.items():
        np.testing.assert_allclose(numbers, whole[name][1:], rtol=scale)


@pytest.mark.parametrize("engine", ENGINES)
def test_resuming_at_another_visit(page, engine):
    scale = 0 if engine == "cpu" else 1e-5
    whole = part(page, engine, "resuming")["dataset"]["weights"][0]
    np.testing.assert_allclose(page["visitAgain", engine], whole, rtol=scale, atol=scale)


@pytest.mark.parametrize("engine", ENGINES)
def test_backups(page, engine):
    found = part(page, engine, "backups")
    assert found["stopped"] == "RangeError: interrupted"
    # The backup of the fourth batch of the second epoch; gone when training ended.
    assert found["seen"] == [1, 2]
    assert found["left"] == f"FormatError: indexeddb://b-{engine}/model.json: no such file"
    # Written because the tab was hidden.
    assert found["position"] == [1, 2]
    assert engine != "cpu" or found["same"] == [True, True]


@pytest.mark.parametrize("engine", ENGINES)
def test_callbacks(page, engine):
    found = part(page, engine, "callbacks")
    names = "accuracy,loss,val_accuracy,val_loss"
    expected = ["mine 3 true"]
    for epoch in range(3):
        expected += [f"begin {epoch}", f"{epoch} {names}"]
    assert found["events"] == expected
    assert found["history"]["learning_rate"] == pytest.approx([0.001, 0.001, 0.0005])
    assert found["rates"] == pytest.approx([0.001, 0.00025, 0.00025])
    assert 1 <= found["exploded"] < 12
    assert found["best"] == [[3, 0], True]
    early = found["early"]
    assert early["restored"] == early["best"] == early["epochs"] - 3 < 9
    assert found["swapped"]
    lines = page["run", engine]["callbacks"]["text"].splitlines()
    assert lines[0] == f"epoch,{names}" and [line.split(",")[0] for line in lines[1:]] == ["0", "1", "2", "3"]
    for line, loss in zip(lines[1:], found["history"]["loss"], strict=False):
        assert float(line.split(",")[2]) == pytest.approx(loss, rel=1e-4)


@pytest.mark.parametrize("engine", ENGINES)
def test_progress(page, engine):
    found = part(page, engine, "progress")
    assert found["quietly"] == 0
    times = r"\d+s - \d+[mu]?s/step"
    numbers = r" - accuracy: \d\.\d{4} - loss: \d\.\d{4}"
    bar = r" ━{20} \d+s \d+[mu]?s/step"
    epoch = f"3/3 - {times}{numbers}"
    wanted = ["Epoch 1/2", epoch, "Epoch 2/2", epoch, f"2/2{bar}{numbers}", f"4/4{bar}", f"3/3{bar}{numbers}"]
    assert len(found["lines"]) == len(wanted)
    for line, pattern in zip(found["lines"], wanted, strict=True):
        assert re.fullmatch(pattern, line), line


@pytest.mark.parametrize("engine", ENGINES)
def test_files(page, engine):
    found = part(page, engine, "saving")
    ways = ["zip", "zipBytes", "inList", "files", "fileList", "named", "bytes", "weights", "weightsByName"]
    assert found["found"] == dict.fromkeys(ways, True)
    assert found["names"] == [*NAMES, "kernel", "bias"]
    assert found["downloads"] == ["mine.zip", "w.safetensors", ["model.json", "weights.safetensors"]]
    np.testing.assert_array_equal(np.float32(found["python"]), page["python"])
    place = f"indexeddb://kept-{engine}"
    assert found["failed"] == [
        "FormatError: weights.safetensors: no such file",
        "FormatError: cut.zip: no intact zip archive",
        "FormatError: the given files: no intact zip archive",
        "FormatError: the given files: no intact zip archive",
        "ArgumentError: download://mine/model.json: what was downloaded is read from Files that the user gives",
        'ArgumentError: a page can save to "indexeddb://name" or "download://name"; got "mine"',
        f"ArgumentError: {place} holds files that are no part of a saved model (more.safetensors); "
        "choose a new or empty folder",
        f"ArgumentError: {place} exists already; pass overwrite=True to replace it",
        f"ArgumentError: {place}/more.safetensors exists already; pass overwrite=True to replace it",
        "FormatError: model_from_json: not valid JSON text",
    ]


def test_a_download_in_python(page):
    """What a page trained and offered as a download goes on in CPython."""
    model = pb.load_model(page["download"])
    flat = np.concatenate([weight.ravel() for weight in model.get_weights()])
    np.testing.assert_array_equal(flat, np.float32(part(page, "cpu", "saving")["weights"]))
    assert model.position == [1, 1]
    x = np.zeros((32, 4), dtype=np.float32)
    model.fit(x, np.zeros(32, dtype=np.int32), epochs=2, initial_epoch=model.position, verbose=0)
    assert model.position == [2, 0]


@pytest.mark.parametrize("engine", ENGINES)
def test_classes_of_the_page(page, engine):
    found = part(page, engine, "classes")
    history = found["history"]
    assert list(history) == ["furthest", "loss", "val_furthest", "val_loss"]
    assert history["loss"][-1] < history["loss"][0] / 4
    scores = [found["scores"]["loss"], found["scores"]["furthest"]]
    np.testing.assert_allclose(scores, found["expected"], rtol=1e-5)
    assert found["gain"]
    assert found["refused"].startswith("FormatError: net.zip/model.json: unknown model class 'Net'; known: ")
    assert found["loaded"] == [True, 3, ["furthest", "loss"]]
    assert len(found["squared"]) == 4 and min(found["squared"]) < 0.2
