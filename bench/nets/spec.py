"""Nets told once: nodes with Keras's class names and arguments, and weights of one seed for every contestant."""

import zlib
from dataclasses import dataclass, field

import numpy as np

SEED = 7


@dataclass(frozen=True)
class Node:
    """A layer: its name, class, arguments in Keras's words, and the nodes that it reads ("input" is the input)."""

    name: str
    kind: str
    config: dict
    inputs: tuple[str, ...]


@dataclass
class Net:
    """A graph of nodes in an order in which each reads earlier ones; `shape` is that of one input."""

    name: str
    shape: tuple[int, ...]
    classes: int = 10
    nodes: list[Node] = field(default_factory=list)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    weights: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def __post_init__(self):
        self.shapes["input"] = self.shape
        self.last = "input"

    def add(self, kind: str, *inputs: str, name: str | None = None, **config) -> str:
        """Append a node that reads `inputs`, or the last one; gives its name."""
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        node = Node(name, kind, config, inputs or (self.last,))
        self.nodes.append(node)
        given = self.shapes[node.inputs[0]]
        self.shapes[name] = _output_shape(node, given)
        shapes = _weight_shapes(node, given)
        generator = np.random.default_rng([SEED, zlib.crc32(f"{self.name}/{name}".encode())])
        self.weights[name] = {key: _initial(key, shape, kind, generator) for key, shape in shapes.items()}
        self.last = name
        return name

    def multiply_adds(self) -> int:
        """Of one prediction of one input, what layers with kernels do."""
        return sum(
            _multiply_adds(node, self.shapes[node.inputs[0]], self.shapes[node.name]) for node in self.nodes
        )

    def as_json(self) -> dict:
        """The graph as data; weights follow one another in a file of float32 in this order."""
        nodes = [
            {
                "name": node.name,
                "kind": node.kind,
                "config": node.config,
                "inputs": list(node.inputs),
                "weights": [[key, list(array.shape)] for key, array in self.weights[node.name].items()],
            }
            for node in self.nodes
        ]
        return {"name": self.name, "shape": list(self.shape), "classes": self.classes, "nodes": nodes}

    def weight_bytes(self) -> bytes:
        return b"".join(array.tobytes() for node in self.nodes for array in self.weights[node.name].values())


def _output_shape(node: Node, given: tuple[int, ...]) -> tuple[int, ...]:
    config = node.config
    if node.kind in ("Conv2D", "DepthwiseConv2D"):
        stride = config.get("strides", 1)
        return (-(-given[0] // stride), -(-given[1] // stride), config.get("filters", given[-1]))
    if node.kind == "MaxPooling2D":
        stride = config["strides"]
        if config.get("padding") == "same":
            return (-(-given[0] // stride), -(-given[1] // stride), given[-1])
        window = config["pool_size"]
        return ((given[0] - window) // stride + 1, (given[1] - window) // stride + 1, given[-1])
    if node.kind in ("GlobalAveragePooling2D", "GlobalAveragePooling1D"):
        return (given[-1],)
    if node.kind == "Flatten":
        return (int(np.prod(given)),)
    if node.kind == "Dense":
        return (*given[:-1], config["units"])
    if node.kind == "LSTM":
        return (config["units"],)
    return given


def _weight_shapes(node: Node, given: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the weights in Keras's order."""
    config, channels = node.config, given[-1]
    bias = config.get("use_bias", True)
    if node.kind == "Conv2D":
        size, filters = config["kernel_size"], config["filters"]
        return {"kernel": (size, size, channels, filters)} | ({"bias": (filters,)} if bias else {})
    if node.kind == "DepthwiseConv2D":
        size = config["kernel_size"]
        return {"depthwise_kernel": (size, size, channels, 1)} | ({"bias": (channels,)} if bias else {})
    if node.kind == "Dense":
        return {"kernel": (channels, config["units"]), "bias": (config["units"],)}
    if node.kind == "BatchNormalization":
        return dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), (channels,))
    if node.kind == "LayerNormalization":
        return dict.fromkeys(("gamma", "beta"), (channels,))
    if node.kind == "LSTM":
        units = config["units"]
        gates = 4 * units
        return {"kernel": (channels, gates), "recurrent_kernel": (units, gates), "bias": (gates,)}
    if node.kind == "MultiHeadAttention":
        heads, size = config["num_heads"], config["key_dim"]
        shapes = {}
        for part in ("query", "key", "value"):
            shapes |= {f"{part}_kernel": (channels, heads, size), f"{part}_bias": (heads, size)}
        return shapes | {"output_kernel": (heads, size, channels), "output_bias": (channels,)}
    return {}


def _initial(key: str, shape: tuple[int, ...], kind: str, generator: np.random.Generator) -> np.ndarray:
    """Kernels that keep the size of their input on average; other weights near those of a fresh net."""
    if key in ("gamma", "moving_variance"):
        return generator.uniform(0.8, 1.2, shape).astype(np.float32)
    if not key.endswith("kernel"):
        return generator.uniform(-0.1, 0.1, shape).astype(np.float32)
    if kind == "MultiHeadAttention":
        fan = shape[0] * shape[1] if key == "output_kernel" else shape[0]
    elif kind == "DepthwiseConv2D":
        fan = shape[0] * shape[1]
    else:
        fan = int(np.prod(shape[:-1]))
    gain = 6.0 if kind in ("Conv2D", "DepthwiseConv2D") else 3.0
    return (generator.uniform(-1, 1, shape) * np.sqrt(gain / fan)).astype(np.float32)


def _multiply_adds(node: Node, given: tuple[int, ...], made: tuple[int, ...]) -> int:
    config = node.config
    if node.kind == "Conv2D":
        return int(np.prod(made)) * config["kernel_size"] ** 2 * given[-1]
    if node.kind == "DepthwiseConv2D":
        return int(np.prod(made)) * config["kernel_size"] ** 2
    if node.kind == "Dense":
        return int(np.prod(made)) * given[-1]
    if node.kind == "LSTM":
        return given[0] * 4 * config["units"] * (given[-1] + config["units"])
    if node.kind == "MultiHeadAttention":
        length, width = given
        inner = config["num_heads"] * config["key_dim"]
        return 4 * length * width * inner + 2 * length * length * inner
    return 0
