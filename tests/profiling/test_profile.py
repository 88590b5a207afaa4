"""Profiles in CPython, Node.js and Chromium: the same steps and formulas, files that viewers open, engines left as
they were.
"""

import json
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from pages import page_of

import pybrowserml as pb
from pybrowserml.backends.active import active_backend
from pybrowserml.backends.observed import OBSERVER

HERE = Path(__file__).resolve().parent
PLACES = ["numpy", "node", "cpu", "webgl", "webgl without timers"]
NODE = """
import * as pb from "./pybrowserml.mjs";
import { run } from "./page_profile.mjs";
console.log(JSON.stringify(await run(pb, "cpu")));
"""
CONV = {
    "flops": 2 * 2 * 10 * 10 * 8 * 36 + 2 * 2 * 10 * 10 * 8,
    "read": 4 * (1152 + 288 + 8),
    "written": 4 * 1600,
}


def numbers(*shape):
    return np.sin(np.arange(np.prod(shape), dtype=np.float32)).reshape(shape)


def told(profile):
    return {
        "steps": profile.steps,
        "kernels": profile.kernels(),
        "milliseconds": profile.milliseconds,
        "inSteps": profile.in_steps,
        "notes": profile.notes,
        "limits": profile.limits,
        "text": str(profile),
        "trace": profile.to_trace(),
        "svg": profile.memory_svg(),
        "memory": profile.memory(),
    }


def failure(attempt):
    with pytest.raises(Exception) as caught:
        attempt()
    return f"{type(caught.value).__name__}: {caught.value}"


def fails(message):
    raise RuntimeError(message)


def in_python():
    """As page_profile.mjs."""
    pb.set_backend("numpy")
    net = pb.Sequential(
        [
            pb.Input((12, 12, 4)),
            pb.layers.Conv2D(8, 3, activation="relu"),
            pb.layers.Flatten(),
            pb.layers.Dense(3),
        ]
    )
    net.compile("sgd", "mse")
    x = numbers(2, 12, 12, 4)
    first = net.predict(x, verbose=0)
    predict = told(pb.profile(lambda: net.predict(x, verbose=0), repeats=2, limits=True))
    again = net.predict(x, verbose=0)
    train = told(pb.profile(lambda: net.train_on_batch(x, numbers(2, 3))))
    recurrent = pb.Sequential([pb.Input((7, 3)), pb.layers.LSTM(5)])
    sequences = numbers(2, 7, 3)
    recurrent.predict(sequences, verbose=0)
    loop = told(pb.profile(lambda: recurrent.predict(sequences, verbose=0)))
    refusals = [
        failure(lambda: pb.profile(3)),
        failure(lambda: pb.profile(lambda: None, repeats=0)),
        failure(lambda: pb.profile(lambda: pb.profile(lambda: None))),
        failure(lambda: pb.profile(lambda: fails("mine"))),
        failure(lambda: pb.profile(lambda: None).memory_svg()),
        failure(lambda: pb.profile(lambda: None).to_string("age")),
    ]
    same = bool((first == again).all())
    return {"same": same, "predict": predict, "train": train, "loop": loop, "refusals": refusals}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """{place: what the profiles told there}."""
    folder = tmp_path_factory.mktemp("page")
    made = {"numpy": in_python()}
    with page_of(folder, HERE / "page_profile.mjs") as page:
        (folder / "node.mjs").write_text(NODE)
        run = subprocess.run(
            ["node", str(folder / "node.mjs")], capture_output=True, text=True, check=False, timeout=120
        )
        assert run.returncode == 0, run.stderr
        made["node"] = json.loads(run.stdout)
        for place in PLACES[2:]:
            page.reload()
            made[place] = page.ask("page_profile.mjs", "run", place.split()[0], "without" not in place)
    return made


def step_of(profile, kernel):
    return next(step for step in profile["steps"] if step["kernel"] == kernel)


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_steps_and_formulas(found, place):
    predict = found[place]["predict"]
    conv = step_of(predict, "conv2d")
    assert conv["flops"] == CONV["flops"]
    assert (conv["bytes_read"], conv["bytes_written"]) == (CONV["read"], CONV["written"])
    assert conv["calls"] == 1
    assert "2x12x12x4 3x3x4x8 8 -> 2x10x10x8" in conv["shapes"]
    dense = step_of(predict, "matmul")
    assert dense["flops"] == 2 * 2 * 800 * 3 + 2 * 3
    times = [step["milliseconds"] for step in predict["steps"]]
    assert times == sorted(times, reverse=True)
    assert 0 <= sum(times) <= predict["milliseconds"] * 1.001
    assert predict["inSteps"] == pytest.approx(sum(times))
    assert found[place]["same"], "a profile changed what the engine computes"


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_what_only_a_gpu_has(found, place):
    conv = step_of(found[place]["predict"], "conv2d")
    notes = " ".join(found[place]["predict"]["notes"])
    if place.startswith("webgl"):
        # A texel has four numbers, and each result was computed from something.
        assert conv["draws"] >= 1
        assert conv["programs"] >= 1
        assert conv["fetches"] >= CONV["written"] / 16
        assert "draws" in found[place]["predict"]["text"]
    else:
        assert (conv["draws"], conv["programs"], conv["fetches"]) == (0, 0, 0)
    assert ("timer queries" in notes) == (place == "webgl without timers"), notes


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_training_has_gradients_and_updates(found, place):
    kernels = {entry["kernel"]: entry for entry in found[place]["train"]["kernels"]}
    assert {"conv2d", "conv2d_filter_grad", "matmul", "elementwise"} <= set(kernels)
    assert kernels["conv2d_filter_grad"]["flops"] == 2 * 288 * 2 * 100 * 8 / 8
    assert "prepare on" in found[place]["train"]["trace"]


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES[1:])
def test_loops_are_open(found, place):
    loop = found[place]["loop"]
    inner = [step for step in loop["steps"] if "." in step["path"]]
    product = next(step for step in inner if step["kernel"] == "matmul")
    assert product["calls"] == 7
    assert product["flops"] == 7 * (2 * 2 * 5 * 20 + 2 * 20)
    # What the body costs is not counted for the loop once more.
    assert step_of(loop, "scan")["flops"] == 0


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_limits(found, place):
    predict = found[place]["predict"]
    (engine,) = predict["limits"]
    best = predict["limits"][engine]
    assert best["gflops"] > 0.01
    assert best["gigabytes"] > 0.01
    for step in predict["steps"]:
        if step["kernel"] == "conv2d" and step["milliseconds"] > 0:
            moved = step["bytes_read"] + step["bytes_written"]
            least = max(step["flops"] / best["gflops"] / 1e6, moved / best["gigabytes"] / 1e6)
            assert step["limit"] == pytest.approx(least / step["milliseconds"])
    assert "% limit" in predict["text"]
    assert "limits of " + engine in predict["text"]
    assert found[place]["train"]["limits"] == {}


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_trace_is_in_the_format_of_viewers(found, place):
    for part in ("predict", "train", "loop"):
        trace = json.loads(found[place][part]["trace"])
        spans = [event for event in trace["traceEvents"] if event["ph"] == "X"]
        names = {event["args"]["name"] for event in trace["traceEvents"] if event["ph"] == "M"}
        assert names == {"plans", "steps", "GPU"}
        for event in spans:
            assert event["dur"] >= 0
            assert event["ts"] >= 0
            assert isinstance(event["tid"], int)
        steps = [event for event in spans if event["tid"] > 1]
        assert len(steps) > 0
        # On one track nothing overlaps.
        for track in (2, 3):
            ends = 0.0
            for event in sorted((e for e in steps if e["tid"] == track), key=lambda e: e["ts"]):
                assert event["ts"] >= ends - 1.0
                ends = event["ts"] + event["dur"]
        counters = [event["args"]["bytes"] for event in trace["traceEvents"] if event["ph"] == "C"]
        assert max(counters) <= json_peak(found[place][part])


def json_peak(part):
    return part["memory"]["peak"]


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_memory_is_drawn_where_it_lies(found, place):
    for part in ("predict", "train", "loop"):
        memory = found[place][part]["memory"]
        boxes = memory["boxes"]
        assert 0 < memory["peak"] <= memory["bytes"]
        for box in boxes:
            assert box["offset"] + box["bytes"] <= memory["bytes"]
        # Two values share a place only where one is written over the other, in the step that reads it last.
        for i, one in enumerate(boxes):
            for other in boxes[:i]:
                over = (
                    one["offset"] < other["offset"] + other["bytes"]
                    and other["offset"] < one["offset"] + one["bytes"]
                )
                steps = min(one["last"], other["last"]) - max(one["first"], other["first"]) + 1
                assert not over or steps <= 1, (one, other)
        root = ElementTree.fromstring(found[place][part]["svg"])
        rectangles = [item for item in root.iter() if item.tag.endswith("rect")]
        assert len(rectangles) == len(boxes) + 1
        for item in rectangles[1:]:
            assert float(item.attrib["x"]) + float(item.attrib["width"]) <= 960
            assert 40 - 0.1 <= float(item.attrib["y"]) <= 480


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES)
def test_refusals(found, place):
    told_there = found[place]["refusals"]
    assert told_there[:3] == [
        "ArgumentError: profile: the first argument must be a function without arguments",
        "ArgumentError: profile: repeats must be a whole number of at least 1",
        "EngineError: profile: another profile is under way: await it first",
    ]
    assert told_there[3] in ("RangeError: mine", "RuntimeError: mine")
    assert told_there[4:] == [
        "ArgumentError: no plan ran while this was profiled",
        "ArgumentError: to_string: sort_by must be time, order or kernel, got age",
    ]


@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES[2:])
def test_a_processor_that_plays_a_gpu_is_none(found, place):
    """The engine that "auto" gives the whole library here, where SwiftShader draws."""
    name, why, again = found[place]["auto"]
    assert name == "cpu"
    assert "webgl is drawn by the processor here" in why
    assert again == place.split()[0]


def test_nothing_is_watched_afterwards():
    pb.set_backend("numpy")
    pb.profile(lambda: pb.ops.exp(numbers(3)).numpy())
    assert OBSERVER.profiler is None
    assert vars(active_backend())["watch"] is None


def test_files(tmp_path):
    pb.set_backend("numpy")
    profile = pb.profile(lambda: pb.ops.matmul(numbers(3, 4), numbers(4, 5)).numpy())
    for name in ("trace.json", "table.txt", "memory.svg"):
        profile.save(tmp_path / name)
    assert json.loads((tmp_path / "trace.json").read_text())["displayTimeUnit"] == "ms"
    assert "matmul" in (tmp_path / "table.txt").read_text()
    assert ElementTree.fromstring((tmp_path / "memory.svg").read_text()) is not None
    assert failure(lambda: profile.save(tmp_path / "trace.bin")).startswith(
        "ArgumentError: save: the name must end"
    )
