"""Tests of the instrument of `make bench`: its arithmetic and its tables, not the measurements."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))
