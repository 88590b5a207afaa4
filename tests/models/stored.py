"""The stored Keras cases whose layers exist here."""

import json
from pathlib import Path

from pybrowserml.core.config import class_named
from pybrowserml.models.keras_file import OPERATIONS

CASES = Path(__file__).resolve().parent.parent / "cases"


def has_layers(folder):
    names = set(json.loads((folder / "case.json").read_text())["layers"]) - {"Sequential", "Functional"}
    return all(class_named(name, "layer") is not None or name in OPERATIONS for name in names)


STORED = sorted(folder.name for folder in (CASES / "keras3").iterdir() if has_layers(folder))
TASKS = sorted(folder.name for folder in (CASES / "train").iterdir())
