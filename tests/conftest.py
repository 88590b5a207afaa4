"""Fixtures of all tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from engines import Engines


@pytest.fixture(scope="session")
def engines(tmp_path_factory):
    """Every engine; see tests/engines.py."""
    made = Engines(tmp_path_factory.mktemp("engines"))
    yield made
    made.close()
