"""The parity table: one row an op. Each op of the library has at least one row here."""

from . import table_elementwise, table_linear, table_movement, table_ops

ROWS = [*table_elementwise.ROWS, *table_linear.ROWS, *table_movement.ROWS, *table_ops.ROWS]
