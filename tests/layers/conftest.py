"""The NumPy engine, fresh names and a fixed seed for every test."""

import pytest

from pybrowserml import operators
from pybrowserml.backends.active import engine_names, register_engine, set_backend
from pybrowserml.backends.numpy import NumpyBackend
from pybrowserml.compiler import realise
from pybrowserml.core.naming import reset_names
from pybrowserml.core.rng import set_seed


@pytest.fixture(autouse=True)
def fresh():
    if "numpy" not in engine_names():
        register_engine("numpy", lambda: [True, ""], NumpyBackend)
    realise.install()
    operators.install()
    set_backend("numpy")
    reset_names()
    set_seed(7)
