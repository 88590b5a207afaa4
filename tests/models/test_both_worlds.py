"""Models in CPython and, transpiled, in Node.js: the same curves, weights, messages, and frozen models."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, transpiled

from pybrowserml.models.freeze import freeze
from pybrowserml.models.safetensors import encode_tensors
from pybrowserml.platform.tasks import drive

from .program import answer, make_net

PROGRAM = Path(__file__).resolve().parent / "program.py"
CHANGES = [
    ['"kernel":"conv2d"', '"kernel":"constructor"'],
    ['"kernel":"conv2d"', '"kernel":"eval"'],
    ['"dtype":"float32"', '"dtype":"__proto__"'],
    ['"strides":[1,1]', '"strides":[0,1]'],
    ['"groups":1', '"groups":3'],
    ['"inputs":[', '"inputs":[9999,'],
    ['"kernel":"rows"', '"kernel":"toString"'],
    ['"format":', '"formats":'],
    ['"role":"weight"', '"role":"x"'],
    ['"classes":3', '"classes":{}'],
    ['"lifetimes":[', '"lifetimes":[null,'],
    ["}", ""],
]


@pytest.fixture(scope="module")
def given():
    """What CPython makes for both worlds: a frozen model."""
    frozen = freeze(make_net(), True)
    weights = encode_tensors(frozen.pop("tensors"))
    manifest = json.dumps(frozen, separators=(",", ":")).encode()
    packed = {"manifest": manifest, "weights": bytes(weights)}
    return json.dumps({"changes": CHANGES, **{k: base64.b64encode(v).decode() for k, v in packed.items()}})


@pytest.fixture(scope="module")
def javascript(given, tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("models"), PROGRAM), PROGRAM.stem)
    try:
        found = host.call([["run_job", given]])[0]
    finally:
        host.close()
    assert "ok" in found, found
    return json.loads(found["ok"])


@pytest.fixture(scope="module")
def python(given):
    return json.loads(drive(answer(given)))


def close(one, other, rtol=2e-3):
    """Equal structures, numbers within a tolerance."""
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            close(one[key], other[key], rtol)
    elif isinstance(one, list) and any(isinstance(item, list) for item in one):
        for a, b in zip(one, other, strict=True):
            close(a, b, rtol)
    else:
        np.testing.assert_allclose(one, other, rtol=rtol, atol=2e-4)


@pytest.mark.parametrize(
    "key",
    [
        "history",
        "evaluate",
        "step",
        "weights",
        "branches",
        "frozen predict",
        "frozen history",
        "frozen step",
        "frozen kept",
        "loaded weights",
        "loaded",
        "tower",
        "tower on its own",
        "own step",
        "own loss",
        "own loss, evaluated",
        "masked",
        "inside",
        "vector metrics",
        "whole numbers in",
        "changed",
        "values of variables",
        "stateless",
        "embeddings, scores",
        "kept by stateless calls",
        "texts, history",
        "texts, evaluated",
        "texts, predicted",
        "features",
        "features of one",
    ],
)
def test_numbers(javascript, python, key):
    close(javascript[key], python[key])


@pytest.mark.parametrize(
    "key",
    [
        "calls",
        "compiled again",
        "shapes",
        "entry",
        "files",
        "hash is right",
        "params",
        "branch names",
        "again",
        "grad",
        "names of variables",
        "refused variables",
        "state set back",
        "parts of the state",
        "refused states",
        "policies",
        "unknown policy",
        "automatic names",
        "base64",
        "truncated",
        "no file",
        "tower weights",
        "own metrics",
        "masked config",
        "shape",
        "no such argument",
        "vocabulary",
    ],
)
def test_the_rest_is_equal(javascript, python, key):
    assert javascript[key] == python[key]


def test_nothing_is_compiled_again(python):
    assert python["compiled again"] == 0 and python["hash is right"]


@pytest.mark.parametrize("key", ["failures", "damaged"])
def test_messages(javascript, python, key):
    for ours, theirs in zip(javascript[key], python[key], strict=True):
        assert ours == theirs
        assert ours[0] in {"ShapeError", "DtypeError", "ArgumentError", "FormatError", "NotBuiltError"}, ours
