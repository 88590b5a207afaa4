"""A net with the layers of pybrowserml, or of Keras, which have the same names."""

from .spec import Net, Node

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D")


def _apply(library, node: Node, values: list):
    config = {"name": node.name, **node.config}
    if node.kind in CONVOLUTIONS:
        config["padding"] = "same"
    layer = getattr(library.layers, node.kind)(**config)
    if node.kind == "MultiHeadAttention":
        return layer(values[0], values[0])
    return layer(values if len(values) > 1 else values[0])


def make(net: Net, library):
    """The model with its weights, compiled with Adam."""
    values = {"input": library.Input(net.shape)}
    for node in net.nodes:
        values[node.name] = _apply(library, node, [values[name] for name in node.inputs])
    model = library.Model(values["input"], values[net.last], name=net.name)
    for node in net.nodes:
        weights = list(net.weights[node.name].values())
        if weights:
            model.get_layer(node.name).set_weights(weights)
    loss = "binary_crossentropy" if net.classes == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer=library.optimizers.Adam(0.001), loss=loss)
    return model
