"""The table of a model's layers."""

from ..core.shapes import element_count, format_shape
from ..platform.console import write_table
from ..platform.numbers import is_string
from ..platform.reflection import class_name_of
from .functional import source_of


def summarise(model, print_fn, expand_nested, show_trainable):
    """Show the layers of a model with their output shapes and numbers of weights; see Model.summary."""
    heads = ["Layer (type)", "Output shape"]
    if show_trainable:
        heads.append("Trainable")
    heads.append("Params")
    rows = []
    _add_rows(model, rows, "", expand_nested, show_trainable)
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


def _add_rows(model, rows, indent, expand_nested, show_trainable):
    for layer in model.layers:
        row = [indent + layer.name + " (" + class_name_of(layer) + ")", _shape_text(model, layer)]
        if show_trainable:
            row.append("" if len(layer.weights) == 0 else "yes" if layer.trainable else "no")
        row.append(_grouped(_count_of(layer.weights)) if layer.built else "0 (unbuilt)")
        rows.append(row)
        if expand_nested and hasattr(layer, "get_layer"):
            _add_rows(layer, rows, indent + "  ", True, show_trainable)
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
