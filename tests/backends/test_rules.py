"""The tables by which plans from files are checked, and those of the engines, have the same rows."""

from pybrowserml.backends.cpu import instructions as cpu_instructions
from pybrowserml.backends.cpu.kernels import KERNELS as CPU
from pybrowserml.backends.instructions import ARITIES
from pybrowserml.backends.kernel_shapes.rules import RULES
from pybrowserml.backends.numpy.kernels import KERNELS as NUMPY
from pybrowserml.backends.rows import ROW_INSTRUCTIONS
from pybrowserml.backends.webgl.kernels import KERNELS as WEBGL

# Those that engines know without a table.
OWN = {"constant": 0, "size": 0, "iota": 0, "cast": 1, "bitcast": 1}


def test_every_kernel_has_a_rule_and_a_row_on_every_engine():
    assert set(RULES) == set(CPU) == set(WEBGL) == set(NUMPY)


def test_every_instruction_has_its_count_of_operands():
    tables = [OWN, dict.fromkeys(ROW_INSTRUCTIONS, 1)]
    for count, table in enumerate(
        (cpu_instructions.UNARY, cpu_instructions.BINARY, cpu_instructions.TERNARY), 1
    ):
        tables.append(dict.fromkeys(table, count))
    assert {op: count for table in tables for op, count in table.items()} == ARITIES
