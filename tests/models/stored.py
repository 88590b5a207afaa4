"""The stored Keras cases."""

from pathlib import Path

CASES = Path(__file__).resolve().parent.parent / "cases"
STORED = sorted(folder.name for folder in (CASES / "keras3").iterdir())
TASKS = sorted(folder.name for folder in (CASES / "train").iterdir())
