"""A fresh engine for every test; and the program of layers of texts and images, transpiled once for a session."""

import json
from pathlib import Path

import pytest
from engines import Hosts

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


class Preparing(Hosts):
    """Where rows of the program run: "numpy", "cpu-node", and the "cpu" and "webgl" of a page."""

    def run(self, engine, rows):
        """What each row answers, in order, or {"failed": message}."""
        texts = [json.dumps({"engine": engine.removesuffix("-node"), "rows": [row]}) for row in rows]
        if engine == "numpy":
            return [json.loads(drive(answer(text)))[0] for text in texts]
        found = self.host(engine).call([["run_job", text] for text in texts])
        return [json.loads(one["ok"])[0] if "ok" in one else one for one in found]


@pytest.fixture(scope="session")
def preparing(tmp_path_factory):
    made = Preparing(tmp_path_factory.mktemp("preparing"), PROGRAM)
    yield made
    made.close()
