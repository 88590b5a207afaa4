"""The parity table: one row an op. Each op of the library has at least one row here."""

from . import table_elementwise, table_linear, table_movement, table_networks, table_ops

TABLES = [table_elementwise, table_linear, table_movement, table_ops, table_networks]
ROWS = [row for table in TABLES for row in table.ROWS]
