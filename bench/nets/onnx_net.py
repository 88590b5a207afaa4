"""A net as an ONNX file. Images and steps are channels first there; the page transposes what it feeds."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

from .spec import Net, Node

OPSET = 17
ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax", "tanh": "Tanh"}


class Graph:
    """Nodes and initializers as they come; every method gives the name of its output."""

    def __init__(self):
        self.nodes = []
        self.initializers = []

    def constant(self, name: str, array: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def op(self, kind: str, name: str, *inputs: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def write(self, file: Path, inputs: dict[str, list], output: str, rank: int) -> None:
        """inputs: name → shape, or (shape, ONNX type)."""
        given = []
        for name, shape in inputs.items():
            shape, dtype = shape if isinstance(shape, tuple) else (shape, TensorProto.FLOAT)
            given.append(helper.make_tensor_value_info(name, dtype, shape))
        made = helper.make_tensor_value_info(output, TensorProto.FLOAT, [None] * rank)
        graph = helper.make_graph(self.nodes, "net", given, [made], self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
        checker.check_model(model, full_check=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        save(model, file)


def _attention(graph: Graph, node: Node, weights: dict, x: str, length: int) -> str:
    """Multi-head attention of a sequence with itself, as matrix products."""
    name, heads, size = node.name, node.config["num_heads"], node.config["key_dim"]
    width = weights["query_kernel"].shape[0]
    split = graph.constant(f"{name}/split", np.array([0, length, heads, size]))
    parts = {}
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        kernel = graph.constant(f"{name}/{part}_kernel", weights[f"{part}_kernel"].reshape(width, -1))
        bias = graph.constant(f"{name}/{part}_bias", weights[f"{part}_bias"].reshape(-1))
        y = graph.op("MatMul", f"{name}/{part}_product", x, kernel)
        y = graph.op("Add", f"{name}/{part}_sum", y, bias)
        y = graph.op("Reshape", f"{name}/{part}_heads", y, split)
        parts[part] = graph.op("Transpose", f"{name}/{part}", y, perm=order)
    scale = graph.constant(f"{name}/scale", np.array(size**-0.5, np.float32))
    query = graph.op("Mul", f"{name}/scaled", parts["query"], scale)
    scores = graph.op("MatMul", f"{name}/scores", query, parts["key"])
    shares = graph.op("Softmax", f"{name}/shares", scores, axis=-1)
    mixed = graph.op("MatMul", f"{name}/mixed", shares, parts["value"])
    mixed = graph.op("Transpose", f"{name}/back", mixed, perm=[0, 2, 1, 3])
    joined = graph.constant(f"{name}/join", np.array([0, length, heads * size]))
    mixed = graph.op("Reshape", f"{name}/joined", mixed, joined)
    kernel = graph.constant(f"{name}/output_kernel", weights["output_kernel"].reshape(-1, width))
    bias = graph.constant(f"{name}/output_bias", weights["output_bias"])
    return graph.op("Add", name, graph.op("MatMul", f"{name}/product", mixed, kernel), bias)


def _lstm(graph: Graph, node: Node, weights: dict, x: str) -> str:
    """Keras orders the gates i, f, c, o; ONNX i, o, f, c."""
    units, name = node.config["units"], node.name

    def ordered(array):
        i, f, c, o = np.split(array, 4, axis=-1)
        return np.concatenate([i, o, f, c], axis=-1)

    kernel = graph.constant(f"{name}/w", ordered(weights["kernel"]).T[None])
    recurrent = graph.constant(f"{name}/r", ordered(weights["recurrent_kernel"]).T[None])
    bias = graph.constant(
        f"{name}/b", np.concatenate([ordered(weights["bias"]), np.zeros(4 * units, "f4")])[None]
    )
    outputs = ["", f"{name}/last", ""]
    inputs = [x, kernel, recurrent, bias]
    graph.nodes.append(helper.make_node("LSTM", inputs, outputs, name=f"{name}/steps", hidden_size=units))
    return graph.op("Squeeze", name, f"{name}/last", graph.constant(f"{name}/axes", np.array([0])))


def _lowered(graph: Graph, net: Net, node: Node, values: dict[str, str]) -> str:
    config, name, weights = node.config, node.name, net.weights[node.name]
    xs = [values[each] for each in node.inputs]
    given = net.shapes[node.inputs[0]]

    def w(key: str, change=lambda array: array) -> str:
        return graph.constant(f"{name}/{key}", change(weights[key]))

    if node.kind in ("Conv2D", "DepthwiseConv2D"):
        depthwise = node.kind == "DepthwiseConv2D"
        order = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
        inputs = [*xs, w("depthwise_kernel" if depthwise else "kernel", lambda array: array.transpose(order))]
        if "bias" in weights:
            inputs.append(w("bias"))
        stride = config.get("strides", 1)
        groups = given[-1] if depthwise else 1
        return graph.op("Conv", name, *inputs, strides=[stride] * 2, auto_pad="SAME_UPPER", group=groups)
    if node.kind == "BatchNormalization":
        return graph.op(node.kind, name, *xs, *map(w, weights), epsilon=1e-3)
    if node.kind == "LayerNormalization":
        return graph.op(node.kind, name, *xs, *map(w, weights), epsilon=config["epsilon"])
    if node.kind == "ReLU":
        if "max_value" not in config:
            return graph.op("Relu", name, *xs)
        limits = [
            graph.constant(f"{name}/{i}", np.array(x, "f4")) for i, x in enumerate((0, config["max_value"]))
        ]
        return graph.op("Clip", name, *xs, *limits)
    if node.kind == "MaxPooling2D":
        pad = "SAME_UPPER" if config.get("padding") == "same" else "VALID"
        window, stride = [config["pool_size"]] * 2, [config["strides"]] * 2
        return graph.op("MaxPool", name, *xs, kernel_shape=window, strides=stride, auto_pad=pad)
    if node.kind == "GlobalAveragePooling2D":
        return graph.op("Flatten", name, graph.op("GlobalAveragePool", f"{name}/mean", *xs))
    if node.kind == "GlobalAveragePooling1D":
        return graph.op("ReduceMean", name, *xs, axes=[1], keepdims=0)
    if node.kind == "Flatten":
        return graph.op("Flatten", name, *xs)
    if node.kind == "Dense":
        y = graph.op("MatMul", f"{name}/product", *xs, w("kernel", lambda array: _rows(net, node, array)))
        return graph.op("Add", name, y, w("bias"))
    if node.kind == "Add":
        return graph.op("Add", name, *xs)
    if node.kind == "LSTM":
        return _lstm(graph, node, weights, xs[0])
    if node.kind == "MultiHeadAttention":
        return _attention(graph, node, weights, xs[0], given[0])
    raise NotImplementedError(node.kind)


def _rows(net: Net, node: Node, kernel: np.ndarray) -> np.ndarray:
    """Rows of a dense layer behind a Flatten, which has the channels first here."""
    flat = next((each for each in net.nodes if each.name == node.inputs[0] and each.kind == "Flatten"), None)
    if flat is None:
        return kernel
    height, width, channels = net.shapes[flat.inputs[0]]
    return kernel.reshape(height, width, channels, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)


def write(net: Net, file: Path) -> None:
    graph = Graph()
    values = {"input": "x"}
    for node in net.nodes:
        y = _lowered(graph, net, node, values)
        activation = node.config.get("activation")
        if activation:
            y = graph.op(ACTIVATIONS[activation], f"{node.name}/{activation}", y)
        values[node.name] = y
    shape = ["N", *net.shape]
    if len(shape) == 4:
        shape = [shape[0], shape[3], shape[1], shape[2]]
    if any(node.kind == "LSTM" for node in net.nodes):
        shape = [shape[1], shape[0], shape[2]]
    graph.write(file, {"x": shape}, values[net.last], 2)
