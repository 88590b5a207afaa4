"""One transpiled engine for the whole test session."""

import pytest

from .transpiled import stage


@pytest.fixture(scope="session")
def engine_folder(tmp_path_factory):
    return stage(tmp_path_factory.mktemp("cpu_engine"))
