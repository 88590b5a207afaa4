"""A fresh engine for every test; and the program of layers of texts and images, transpiled once for a session."""

import json
from pathlib import Path

import pytest
from engines import NodeHost, transpiled

from pybrowserml import operators
from pybrowserml.backends.active import engine_names, register_engine, set_backend
from pybrowserml.backends.numpy import NumpyBackend
from pybrowserml.compiler import realise
from pybrowserml.core.naming import reset_names
from pybrowserml.core.rng import set_seed
from pybrowserml.platform.tasks import drive

from .preparing_program import answer

PROGRAM = Path(__file__).resolve().parent / "preparing_program.py"


@pytest.fixture(autouse=True)
def fresh():
    """The NumPy engine, fresh names and a fixed seed."""
    if "numpy" not in engine_names():
        register_engine("numpy", lambda: [True, ""], NumpyBackend)
    realise.install()
    operators.install()
    set_backend("numpy")
    reset_names()
    set_seed(7)


@pytest.fixture(scope="session")
def preparing(tmp_path_factory):
    """A function of rows → [what Python answers, what JavaScript answers], one each."""
    host = NodeHost(transpiled(tmp_path_factory.mktemp("preparing"), PROGRAM), PROGRAM.stem)

    def run(rows):
        found = host.call([["run_job", json.dumps([row])] for row in rows])
        ours = [json.loads(drive(answer(json.dumps([row]))))[0] for row in rows]
        return ours, [json.loads(one["ok"])[0] if "ok" in one else one for one in found]

    yield run
    host.close()
