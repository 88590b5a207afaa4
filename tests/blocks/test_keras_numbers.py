"""Every loss, metric, optimizer, schedule, regularizer, constraint and initializer against what Keras 3 computes.

The rows come from make_keras_numbers.py, with Keras's own configurations; they run on every engine.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, PageHost, chromium, transpiled

from pybrowserml import constraints, initializers, losses, metrics, optimizers, regularizers, schedules
from pybrowserml.core.known import class_named
from pybrowserml.platform.tasks import drive

from .keras_rows import answers_of

PROGRAM = Path(__file__).resolve().parent / "keras_rows.py"
FOLDER = PROGRAM.parent.parent / "cases" / "blocks"
ROWS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
ALL = [(family, row) for family, rows in ROWS.items() for row in rows]
# Both compute in float32, in another order; a few rounding errors add up, more where numbers cancel.
TOLERANCE = {"rtol": 2e-5, "atol": 2e-6}
# The iteration of Newton and Schulz multiplies differences, and so do predictions near 0 under a logarithm.
LOOSE = {"muon": 1e-4, "muon_plain": 1e-4}
# Shaders divide and take roots with errors of a few units of the last place.
WEBGL = 4.0


def numbers(entry):
    shape, flat = entry
    return np.array([float(x) for x in flat]).reshape(shape)


def check(row, found, scale):
    assert not isinstance(found, dict), found
    assert len(found) == len(row["expected"])
    for i, (got, wanted) in enumerate(zip(found, row["expected"], strict=True)):
        rtol = LOOSE.get(row["label"], TOLERANCE["rtol"]) * scale
        wanted = numbers(wanted)
        largest = np.nanmax(np.abs(wanted[np.isfinite(wanted)]), initial=1.0)
        atol = max(TOLERANCE["atol"], rtol * 0.1 * largest) * scale
        np.testing.assert_allclose(numbers(got), wanted, rtol=rtol, atol=atol, err_msg=f"answer {i}")


def name_of(pair):
    return f"{pair[0]}-{pair[1]['label']}"


@pytest.mark.parametrize("pair", ALL, ids=name_of)
def test_numpy(pair):
    row = json.loads(json.dumps(pair[1]))
    check(row, json.loads(drive(answers_of(row))), 1.0)


def answers(host, engine):
    """The answers of all rows on one engine, by family and label."""
    calls = [["run_row", json.dumps({"engine": engine, "row": row})] for family, row in ALL]
    found = host.call([["start", ""], *calls])[1:]
    return {name_of(pair): answer for pair, answer in zip(ALL, found, strict=True)}


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    return transpiled(tmp_path_factory.mktemp("rows"), PROGRAM)


@pytest.fixture(scope="module")
def in_node(modules):
    host = NodeHost(modules, PROGRAM.stem)
    try:
        return answers(host, "cpu")
    finally:
        host.close()


@pytest.fixture(scope="module")
def in_page(modules, tmp_path_factory):
    driver = chromium(tmp_path_factory.mktemp("browser"))
    host = PageHost(modules, PROGRAM.stem, driver.get, driver.quit)
    try:
        return {engine: answers(host, engine) for engine in ("cpu", "webgl")}
    finally:
        host.close()


def failures(found, scale):
    """What does not agree, one line a row."""
    lines = []
    for pair in ALL:
        answer = found[name_of(pair)]
        try:
            assert "ok" in answer, answer
            check(pair[1], json.loads(answer["ok"]), scale)
        except AssertionError as failure:
            text = " ".join(str(failure).split())
            lines.append(f"{name_of(pair)}: {text[:400]}")
    return lines


def test_node(in_node):
    assert failures(in_node, 1.0) == []


def test_page_cpu(in_page):
    assert failures(in_page["cpu"], 1.0) == []


def test_page_webgl(in_page):
    assert failures(in_page["webgl"], WEBGL) == []


# The classes that other rows of the tests cover: base classes and those that wrap a function.
COVERED_ELSEWHERE = {"Loss", "Metric", "MeanMetricWrapper", "Optimizer", "LearningRateSchedule"}
COVERED_ELSEWHERE |= {"Regularizer", "Constraint", "Initializer"}
# Several optimizers for one model: test_optimizers.py.
COVERED_ELSEWHERE |= {"MultiOptimizer", "OptimizerMap"}
# Random numbers are not Keras's.
RANDOM = {"RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal"}
RANDOM |= {f"{kind}{shape}" for kind in ("Glorot", "He", "Lecun") for shape in ("Normal", "Uniform")}


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        (losses, "loss"),
        (metrics, "metric"),
        (optimizers, "optimizer"),
        (schedules, "schedule"),
        (regularizers, "regularizer"),
        (constraints, "constraint"),
        (initializers, "initializer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_class_has_a_row(module, kind):
    classes = {name for name in module.__all__ if name[0].isupper()} - COVERED_ELSEWHERE - RANDOM
    rows = {row["object"]["class_name"] for _, row in ALL if row["kind"] == kind}
    assert classes <= rows, sorted(classes - rows)
    assert all(class_named(name, kind) is not None for name in classes)
