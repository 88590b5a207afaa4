"""An op row as an ONNX file: one node, or the few that make the op."""

from pathlib import Path

import numpy as np
from onnx import TensorProto

from .onnx_net import Graph


def _first(shape: list[int], order: tuple[int, ...]) -> list[int]:
    return [shape[axis] for axis in order]


def write(given: dict, file: Path) -> None:
    """given: that of the row, see workloads.py."""
    graph, op, shapes = Graph(), given["op"], given["shapes"]
    inputs: dict = {f"x{i}": shape for i, shape in enumerate(shapes)}
    rank = len(given["result"])
    if op == "matmul":
        y = graph.op("MatMul", "y", "x0", "x1")
    elif op in ("conv", "depthwise"):
        order = (3, 2, 0, 1) if op == "conv" else (2, 3, 0, 1)
        inputs = {"x0": _first(shapes[0], (0, 3, 1, 2)), "x1": _first(shapes[1], order)}
        groups = 1 if op == "conv" else shapes[0][3]
        strides = [given["stride"]] * 2
        y = graph.op("Conv", "y", "x0", "x1", strides=strides, auto_pad="SAME_UPPER", group=groups)
    elif op == "softmax":
        y = graph.op("Softmax", "y", "x0", axis=-1)
    elif op == "layerNorm":
        y = graph.op("LayerNormalization", "y", "x0", "x1", "x2", epsilon=1e-3)
    elif op == "chain":
        scaled = graph.op("Mul", "scaled", "x0", graph.constant("factor", np.array(1.5, np.float32)))
        curved = graph.op("Tanh", "curved", graph.op("Add", "sum", scaled, "x1"))
        kept = graph.op("Relu", "kept", graph.op("Mul", "product", curved, "x0"))
        y = graph.op("Sub", "y", kept, graph.constant("half", np.array(0.5, np.float32)))
    elif op == "sum":
        y = graph.op("ReduceSum", "y", "x0", graph.constant("axes", np.array([given["axis"]])), keepdims=0)
    elif op == "max":
        y = graph.op("ReduceMax", "y", "x0", axes=[given["axis"]], keepdims=0)
    elif op == "gather":
        inputs["x1"] = (shapes[1], TensorProto.INT32)
        y = graph.op("Gather", "y", "x0", "x1")
    elif op == "sort":
        count = graph.constant("count", np.array([shapes[0][1]]))
        graph.op("TopK", "y", "x0", count, largest=0, sorted=1)
        graph.nodes[-1].output.append("places")
        y = "y"
    elif op == "fft":
        inputs, rank = {"x0": [*shapes[0], 2]}, 3
        y = graph.op("DFT", "y", "x0", axis=1)
    elif op == "einsum":
        y = graph.op("Einsum", "y", "x0", "x1", equation=given["equation"])
    else:
        raise NotImplementedError(op)
    graph.write(file, inputs, y, rank)
