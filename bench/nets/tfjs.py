"""A net as tf.loadLayersModel reads it: model.json and weights.bin."""

import json
from pathlib import Path

from .spec import Net, Node

# Arguments that the peer's reader calls otherwise.
SQUARES = ("kernel_size", "strides", "pool_size")
# What its Layers API has no class for; such nets are written with its core functions (page/contestants/tfjs_nets.js).
MISSING = ("MultiHeadAttention",)


def has_layers(net: Net) -> bool:
    return not any(node.kind in MISSING for node in net.nodes)


def _layer(node: Node) -> dict:
    config = {"name": node.name, "trainable": True, **node.config}
    for key in SQUARES:
        if key in config:
            config[key] = [config[key]] * 2
    if node.kind in ("Conv2D", "DepthwiseConv2D"):
        config["padding"] = "same"
    if node.kind == "LSTM":
        # Its own default is a hard sigmoid.
        config |= {"activation": "tanh", "recurrent_activation": "sigmoid"}
    inbound = [[[name, 0, 0, {}] for name in node.inputs]]
    return {"name": node.name, "class_name": node.kind, "config": config, "inbound_nodes": inbound}


def write(net: Net, folder: Path) -> None:
    """weights.bin in the order of the nodes, and model.json where the peer has all layers."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.bin").write_bytes(net.weight_bytes())
    (folder / "net.json").write_text(json.dumps(net.as_json()))
    if not has_layers(net):
        return
    start = {
        "name": "input",
        "class_name": "InputLayer",
        "config": {"name": "input", "batch_input_shape": [None, *net.shape], "dtype": "float32"},
        "inbound_nodes": [],
    }
    topology = {
        "class_name": "Model",
        "config": {
            "name": net.name,
            "layers": [start, *map(_layer, net.nodes)],
            "input_layers": [["input", 0, 0]],
            "output_layers": [[net.last, 0, 0]],
        },
    }
    entries = [
        {"name": f"{node.name}/{key}", "shape": list(array.shape), "dtype": "float32"}
        for node in net.nodes
        for key, array in net.weights[node.name].items()
    ]
    model = {
        "format": "layers-model",
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["weights.bin"], "weights": entries}],
    }
    (folder / "model.json").write_text(json.dumps(model))
