"""The kernels as plain Python: a few small cases of each family in CPython against the transpiled engine."""

import numpy as np
import pytest

from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.core.host import HostArray
from pybrowserml.platform.tasks import drive

from .transpiled import NUMPY, one_step, run_cases

RNG = np.random.default_rng(23)
WINDOW = {"strides": [1, 1], "dilations": [1, 1], "pads": [[1, 1], [1, 1]], "groups": 1}
HALVES = {"pool_size": [2, 2], "strides": [2, 2], "pads": [[0, 0], [0, 0]]}
RELU = {
    "instrs": [
        ["add", "float32", [0, 1], None],
        ["constant", "float32", [], 0.0],
        ["maximum", "float32", [2, 3], None],
    ],
    "results": [4],
}
NORMAL = {
    "instrs": [
        ["constant", "int32", [], 7],
        ["random_bits", "int32", [0, 0, 0], None],
        ["bits_to_normal", "float32", [1], None],
    ],
    "results": [2, 1],
}
MASK = {
    "instrs": [["greater", "bool", [0, 1], None], ["where", "float32", [2, 0, 1], None]],
    "results": [3, 2],
}
SOFTMAX = {
    "instrs": [
        ["row_max", "float32", [0], None],
        ["subtract", "float32", [0, 1], None],
        ["exp", "float32", [2], None],
        ["row_sum", "float32", [3], None],
        ["divide", "float32", [3, 4], None],
    ],
    "results": [5],
}


def rows():
    """[kernel, params, input shapes, [[output shape, dtype], ...]]"""
    plain = {"transpose_a": False, "transpose_b": False, "epilogue": RELU}
    deep = {**WINDOW, "epilogue": None}
    alone = {**WINDOW, "groups": 3}
    yield "elementwise", {"expr": NORMAL}, [], [[[2, 5], "float32"], [[2, 5], "int32"]]
    yield "elementwise", {"expr": MASK}, [[3, 4], [4]], [[[3, 4], "float32"], [[3, 4], "bool"]]
    yield "matmul", plain, [[5, 6], [6, 7], [7]], [[[5, 7], "float32"]]
    yield "matmul", plain, [[1, 6], [6, 7], [7]], [[[1, 7], "float32"]]
    turned = {"transpose_q": False, "transpose_k": True, "transpose_v": False, "causal": False}
    heads = {**turned, "shape": [2, 5, 7], "expr": SOFTMAX}
    few = {**turned, "shape": [2, 1, 7], "expr": SOFTMAX}
    yield "attention", heads, [[2, 5, 4], [2, 7, 4], [2, 7, 3]], [[[2, 5, 3], "float32"]]
    yield "attention", few, [[2, 1, 4], [2, 7, 4], [2, 7, 3]], [[[2, 1, 3], "float32"]]
    yield "conv2d", deep, [[1, 4, 5, 2], [3, 3, 2, 3]], [[[1, 4, 5, 3], "float32"]]
    yield "conv2d", deep, [[1, 3, 3, 8], [3, 3, 8, 8]], [[[1, 3, 3, 8], "float32"]]
    yield "conv2d", {**alone, "epilogue": None}, [[1, 3, 3, 3], [3, 3, 1, 3]], [[[1, 3, 3, 3], "float32"]]
    yield "conv2d_input_grad", WINDOW, [[1, 4, 5, 3], [3, 3, 2, 3]], [[[1, 4, 5, 2], "float32"]]
    yield "conv2d_filter_grad", WINDOW, [[1, 4, 5, 2], [1, 4, 5, 3]], [[[3, 3, 2, 3], "float32"]]
    yield "conv2d_filter_grad", WINDOW, [[1, 3, 3, 8], [1, 3, 3, 8]], [[[3, 3, 8, 8], "float32"]]
    yield "conv2d_filter_grad", alone, [[1, 3, 3, 3], [1, 3, 3, 3]], [[[3, 3, 1, 3], "float32"]]
    yield "max_pool2d", HALVES, [[2, 4, 4, 3]], [[[2, 2, 2, 3], "float32"], [[2, 2, 2, 3], "int32"]]
    yield "avg_pool2d", HALVES, [[2, 4, 4, 3]], [[[2, 2, 2, 3], "float32"]]
    yield "reduce", {"op": "sum", "axes": [0], "keepdims": False}, [[4, 3]], [[[3], "float32"]]
    yield "reduce", {"op": "max", "axes": [1], "keepdims": False}, [[4, 3]], [[[4], "float32"]]
    yield "arg_reduce", {"op": "argmax", "axis": 1, "keepdims": False}, [[4, 3]], [[[4], "int32"]]
    for axis in [0, 1]:
        for op in ["sum", "max", "logsumexp"]:
            params = {"op": op, "axis": axis, "reverse": axis == 1, "exclusive": False}
            yield "cumulative", params, [[4, 3]], [[[4, 3], "float32"]]
    yield "sort", {"descending": True}, [[3, 5]], [[[3, 5], "float32"], [[3, 5], "int32"]]
    yield "sort", {"descending": False}, [[2, 70]], [[[2, 70], "float32"], [[2, 70], "int32"]]
    yield "transpose", {"perm": [2, 0, 1]}, [[2, 3, 4]], [[[4, 2, 3], "float32"]]
    yield "pad", {"pads": [[1, 0, 1]], "value": 2.0}, [[3]], [[[6], "float32"]]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_cpython_agrees_with_node(engine_folder):
    cases = []
    for kernel, params, shapes, outputs in rows():
        inputs = [[RNG.normal(size=shape).astype(np.float32), "float32"] for shape in shapes]
        cases.append({"plan": one_step(kernel, params, inputs, outputs), "inputs": inputs})
    run_cases(engine_folder, cases, "plain")
    backend = CpuBackend()
    for case in cases:
        executable = drive(backend.prepare(case["plan"], {}))
        inputs = [HostArray(a.reshape(-1), list(a.shape), dtype) for a, dtype in case["inputs"]]
        for buffer, node in zip(drive(backend.run(executable, inputs, [])), case["got"], strict=True):
            mine = backend.read_sync(buffer)
            assert mine.data.dtype == NUMPY[mine.dtype]
            np.testing.assert_allclose(
                mine.data, node.reshape(-1), rtol=1e-5, atol=1e-6, err_msg=case["plan"]["steps"][0]["kernel"]
            )


@pytest.mark.parametrize("count, held", [(0, False), (5, False), (1024, False), (1025, True)])
def test_small_results_leave_the_memory(count, held):
    """They stay readable, can be inputs again and again, and the memory is as it was."""
    backend = CpuBackend()
    x = np.arange(count, dtype=np.float32)
    double = {"expr": {"instrs": [["add", "float32", [0, 0], None]], "results": [1]}}
    plan = one_step("elementwise", double, [[x, "float32"]], [[[count], "float32"]])
    executable = drive(backend.prepare(plan, {}))
    given = HostArray(x, [count], "float32")
    for turn in range(3):
        result = drive(backend.run(executable, [given], []))[0]
        assert backend.holds_memory(result) == held
        np.testing.assert_array_equal(backend.read_sync(result).data, x * 2 ** (turn + 1))
        if turn > 0:
            backend.release(given)
        given = result
    assert (backend.heap.top > 0) == held
    backend.release(given)
    assert backend.heap.top == 0 and not backend.holds_memory(given)
