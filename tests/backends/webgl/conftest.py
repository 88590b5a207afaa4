import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="session")
def page():
    from webgl_harness import Page

    opened = Page()
    yield opened
    opened.close()
