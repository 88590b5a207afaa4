"""The table of a model's layers."""

from ..core.shapes import element_count, format_shape
from ..platform.console import write_table
from ..platform.errors import error
from ..platform.numbers import is_list, is_string
from ..platform.reflection import class_name_of
from ..platform.text import has_match
from .functional import source_of


def summarise(model, print_fn, expand_nested, show_trainable, layer_range=None):
    """Show the layers of a model with their output shapes and numbers of weights; see Model.summary."""
    heads = ["Layer (type)", "Output shape"]
    if show_trainable:
        heads.append("Trainable")
    heads.append("Params")
    rows = []
    _add_rows(model, within(model.layers, layer_range), rows, "", expand_nested, show_trainable)
    trainable = _count_of(model.trainable_weights)
    total = _count_of(model.weights)
    notes = [
        "Total params: " + _grouped(total),
        "Trainable params: " + _grouped(trainable),
        "Non-trainable params: " + _grouped(total - trainable),
    ]
    title = "Model: " + model.name
    if print_fn is None:
        return write_table(title, heads, rows, notes)
    print_fn(title)
    print_fn(" | ".join(heads))
    for row in rows:
        print_fn(" | ".join(row))
    for note in notes:
        print_fn(note)
    return None


def within(layers, layer_range):
    """The layers from the first whose name matches layer_range[0] to the last whose name matches layer_range[1]."""
    if layer_range is None:
        return layers
    if not is_list(layer_range) or len(layer_range) != 2:
        raise error("ArgumentError", "summary: layer_range must be the names of two layers, [first, last]")
    ends = []
    for pattern in layer_range:
        if not is_string(pattern):
            raise error(
                "ArgumentError", "summary: layer_range must be the names of two layers, [first, last]"
            )
        found = [i for i in range(len(layers)) if has_match("^(?:" + pattern + ")", layers[i].name)]
        if len(found) == 0:
            raise error("ArgumentError", "summary: layer_range: no layer's name matches '" + pattern + "'")
        ends.append(found)
    if ends[0][0] > ends[1][len(ends[1]) - 1]:
        ends = [ends[1], ends[0]]
    return layers[ends[0][0] : ends[1][len(ends[1]) - 1] + 1]


def _add_rows(model, layers, rows, indent, expand_nested, show_trainable):
    for layer in layers:
        row = [indent + layer.name + " (" + class_name_of(layer) + ")", _shape_text(model, layer)]
        if show_trainable:
            row.append("" if len(layer.weights) == 0 else "yes" if layer.trainable else "no")
        row.append(_grouped(_count_of(layer.weights)) if layer.built else "0 (unbuilt)")
        rows.append(row)
        if expand_nested and hasattr(layer, "get_layer"):
            _add_rows(layer, layer.layers, rows, indent + "  ", True, show_trainable)
    return None


def _count_of(variables):
    total = 0
    for variable in variables:
        total = total + element_count(variable.shape)
    return total


def _shape_text(model, layer):
    for tensor in model._model_inputs:
        history = source_of(tensor.node)
        if history is not None and history.layer is layer:
            return format_shape(tensor.shape)
    for node in [] if model._layer_graph is None else model._layer_graph.nodes:
        history = source_of(node)
        if history is not None and history.layer is layer:
            return ", ".join([format_shape(tensor.shape) for tensor in history.outputs])
    return "?"


def _grouped(number):
    """1234567 → 1,234,567"""
    text = str(number)
    if not is_string(text) or len(text) <= 3:
        return text
    parts = []
    end = len(text)
    while end > 0:
        start = end - 3 if end > 3 else 0
        parts.insert(0, text[start:end])
        end = start
    return ",".join(parts)
