"""The parity table: one row an op. Every op of the library has one at least in a module `table_*` beside this one."""

from importlib import import_module
from pathlib import Path

TABLES = [
    import_module(f".{path.stem}", __package__) for path in sorted(Path(__file__).parent.glob("table_*.py"))
]
ROWS = [row for table in TABLES for row in table.ROWS]
