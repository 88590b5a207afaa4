"""Fixtures of all tests."""

import os
import sys
from pathlib import Path

import pytest

# Before NumPy is imported: threads gain nothing at these sizes, and wait for each other where the machine is busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).resolve().parent))

from engines import Engines


@pytest.fixture(scope="session")
def engines(tmp_path_factory):
    """Every engine; see tests/engines.py."""
    made = Engines(tmp_path_factory.mktemp("engines"))
    yield made
    made.close()
