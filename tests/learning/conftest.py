"""The NumPy engine, fresh names and a fixed seed for every test of learning."""

import pytest

import pybrowserml as pb
from pybrowserml.core.naming import reset_names


@pytest.fixture(autouse=True)
def fresh():
    pb.set_backend("numpy")
    reset_names()
    pb.random.set_seed(7)
