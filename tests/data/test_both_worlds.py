"""Datasets in CPython and, transpiled, in Node.js: the same elements in the same order, the same messages."""

import csv
import io
import json
import random
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, transpiled

import pybrowserml as pb
from pybrowserml.platform.tasks import drive

from .program import answer

PROGRAM = Path(__file__).resolve().parent / "program.py"


def texts():
    """CSV and other text, most of it with quotes and line ends in odd places."""
    made = ["", "\n", '""', '"a""b",c\n', 'a,"b\r\nc"\r\n', 'x"y,"p"q\n', ",\n,,", '"a"\r"b"', 'a,b,"', '"']
    generator = random.Random(5)
    for _ in range(400):
        made.append("".join(generator.choice('ab,,"""\n\n\r x') for _ in range(generator.randrange(24))))
    return made


@pytest.fixture(scope="module")
def given(files):
    return json.dumps({"folder": str(files), "texts": texts()})


@pytest.fixture(scope="module")
def javascript(given, tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("data"), PROGRAM), PROGRAM.stem)
    try:
        found = host.call([["run_job", given]])[0]
    finally:
        host.close()
    assert "ok" in found, found
    return json.loads(found["ok"])


@pytest.fixture(scope="module")
def python(given):
    pb.set_backend("numpy")
    return json.loads(drive(answer(given)))


@pytest.mark.parametrize("key", ["counts", "resumed", "parsed", "split", "parts"])
def test_the_same(javascript, python, key):
    assert javascript[key] == python[key]


def test_elements(javascript, python):
    for ours, theirs in zip(javascript["elements"], python["elements"], strict=True):
        assert ours == theirs


@pytest.mark.parametrize("key", ["failures", "bad preparing"])
def test_messages(javascript, python, key):
    for ours, theirs in zip(javascript[key], python[key], strict=True):
        assert ours == theirs
        assert ours[0] in {"ShapeError", "DtypeError", "ArgumentError", "FormatError"}, ours


def test_prepared(javascript, python):
    for ours, theirs in zip(javascript["prepared"], python["prepared"], strict=True):
        assert ours[:2] == theirs[:2]
        np.testing.assert_allclose(ours[2], theirs[2], rtol=1e-6)


def test_counts_are_right(python):
    for (name, count), (_, found) in zip(python["counts"], python["elements"], strict=True):
        assert count in (-2, len(found)), name


def test_passes_go_on_where_they_were_stopped(python):
    for found in python["resumed"]:
        assert all(found[:-1])
    # Whether the second pass was like the first one: only where nothing is shuffled, or the order is kept.
    assert [found[-1] for found in python["resumed"]] == [
        False,
        False,
        False,
        True,
        False,
        False,
        False,
        True,
        True,
    ]


def test_records_are_those_of_pythons_csv(python):
    for text, found in zip(texts(), python["parsed"], strict=True):
        expected = [record for record in csv.reader(io.StringIO(text, newline="")) if record]
        lines = [line.rstrip("\r\n") for line in io.StringIO(text, newline="")]
        for records, cut in zip(found[0::2], found[1::2], strict=True):
            assert cut == lines, repr(text)
            if isinstance(records, str):
                with pytest.raises(csv.Error):
                    list(csv.reader(io.StringIO(text, newline=""), strict=True))
            else:
                assert records == expected, repr(text)
