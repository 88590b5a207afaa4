"""Bad calls: the kind and the exact text of every error, in CPython and in Node.js."""

import json
from pathlib import Path

import pytest
from engines import NodeHost, transpiled

import pybrowserml  # noqa: F401  installs the NumPy engine
from pybrowserml.backends.active import set_backend
from pybrowserml.platform.tasks import drive

from .bad_calls import answers, rows

PROGRAM = Path(__file__).resolve().parent / "bad_calls"
EXPECTED = [row[1] for row in rows()]


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("errors"), PROGRAM), PROGRAM.name)
    try:
        answer = host.call([["run_job", ""]])[0]
    finally:
        host.close()
    assert "ok" in answer, answer
    return json.loads(answer["ok"])


@pytest.fixture(scope="module")
def python():
    set_backend("numpy")
    return json.loads(drive(answers()))


def test_there_are_enough():
    assert len(EXPECTED) >= 200


@pytest.mark.parametrize("number", range(len(EXPECTED)), ids=EXPECTED)
def test_in_python(python, number):
    assert python[number] == EXPECTED[number]


@pytest.mark.parametrize("number", range(len(EXPECTED)), ids=EXPECTED)
def test_in_javascript(javascript, number):
    assert javascript[number] == EXPECTED[number]
