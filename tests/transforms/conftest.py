"""The NumPy engine and a fixed seed for every test of the transformations."""

import pytest

import pybrowserml as pb


@pytest.fixture(autouse=True)
def fresh():
    pb.set_backend("numpy")
    pb.random.set_seed(7)
