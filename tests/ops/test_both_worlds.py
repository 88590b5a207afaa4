"""The ops in CPython and in Node.js: the same values, shapes and messages."""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, transpiled

import pybrowserml  # noqa: F401  installs the NumPy engine
from pybrowserml.backends.active import set_backend
from pybrowserml.platform.tasks import drive

from . import program, program_numbers

PROGRAMS = [program, program_numbers]


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda module: module.__name__.split(".")[-1])
def chosen(request):
    return request.param


@pytest.fixture(scope="module")
def javascript(tmp_path_factory, chosen):
    path = Path(chosen.__file__)
    host = NodeHost(transpiled(tmp_path_factory.mktemp("ops"), path), path.stem)
    try:
        answer = host.call([["run_job", ""]])[0]
    finally:
        host.close()
    assert "ok" in answer, answer
    return json.loads(answer["ok"])


@pytest.fixture(scope="module")
def python(chosen):
    set_backend("numpy")
    return json.loads(drive(chosen.answers()))


def test_values(javascript, python):
    assert [entry[0] for entry in javascript["values"]] == [entry[0] for entry in python["values"]]
    for (name, ours), (_, theirs) in zip(javascript["values"], python["values"], strict=True):
        assert [item[:2] for item in ours] == [item[:2] for item in theirs], name
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a[2], b[2], rtol=2e-6, atol=4e-6, err_msg=name)


def test_facts(javascript, python):
    assert javascript["facts"] == python["facts"]


def test_messages(javascript, python):
    assert javascript["failures"] == python["failures"]
    assert [i for i, entry in enumerate(python["failures"]) if entry[0] == "none"] == []
    assert all(entry[0] in ("ArgumentError", "ShapeError", "DtypeError") for entry in python["failures"])
