"""Every float instruction of the CPU engine in float64: its loops run over registers in which no float has bits to look
at (backends/cpu/double_program.py), so one that looks at bits needs another form there.
"""

import numpy as np
import pytest
from engines import Job

from pybrowserml.backends.cpu.instructions import BINARY, TERNARY, UNARY

FLOAT_OPS = [
    [op, count] for table, count in ((UNARY, 1), (BINARY, 2), (TERNARY, 3)) for op in table if table[op][0]
]
BOOLEAN = {"isnan", "isfinite", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}
LEFT = np.array([0.25, 1.75, -0.5, 3.5, -2.25, 0.1, 1e3, -0.0, 0.7, 2.0])
RIGHT = np.array([0.5, -1.25, 2.0, 3.5, 0.75, 0.3, -7.0, 1.0, 0.7, 2.0])


def plan(op, count):
    result = "bool" if op in BOOLEAN else "float64"
    values = [{"shape": [10], "dtype": "float64"} for _ in range(count)] + [{"shape": [10], "dtype": result}]
    operands = list(range(count))
    if op == "where":
        values[0]["dtype"] = "bool"
    expr = {"instrs": [[op, result, operands, None]], "results": [count]}
    step = {
        "kernel": "elementwise",
        "inputs": operands,
        "outputs": [count],
        "params": {"expr": expr},
        "name": None,
    }
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": f"x{k}", "value": k} for k in operands],
        "state": [],
        "constants": [],
        "outputs": [{"name": "y", "value": count}],
        "updates": [],
        "steps": [step],
        "lifetimes": [*[None] * count, [0, 1]],
        "subplans": [],
    }


@pytest.mark.parametrize("op, count", FLOAT_OPS)
def test_an_instruction_on_doubles(engines, op, count):
    inputs = [LEFT, RIGHT][:count] if op != "where" else [LEFT > 0, LEFT, RIGHT]
    job = Job(plan(op, count), inputs)
    found = [engines.run(engine, [job])[0].outputs[0] for engine in ("cpu-node", "numpy")]
    # Approximations keep the digits of float32; what looks at the wrong bits is far off.
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6, atol=1e-7)
    assert found[0].dtype == found[1].dtype
