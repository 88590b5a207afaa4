"""Configurations of models that Keras 2 wrote, as those of Keras 3 (CPython only)."""

from ..platform.errors import error

# Arguments of Keras 2 that are gone, and say nothing about results.
GONE_EVERYWHERE = ("implementation", "time_major")
GONE = {"InputLayer": ("sparse", "ragged"), "Embedding": ("input_length",)}
DEEPEST = 64


def from_keras2(config, depth=0):
    """A configuration with calls, places, inputs and arguments as Keras 3 has them; one of Keras 3 stays as it is."""
    if depth > DEEPEST:
        raise error("FormatError", "the configuration is nested too deep")
    if isinstance(config, list):
        return [from_keras2(item, depth + 1) for item in config]
    if not isinstance(config, dict):
        return config
    found = {key: from_keras2(value, depth + 1) for key, value in config.items()}
    class_name = found.get("class_name")
    inner = found.get("config")
    if class_name == "Sequential" and isinstance(inner, list):
        # The first Keras 2 kept a Sequential as a list.
        inner = found["config"] = {"layers": inner}
    if isinstance(inner, dict) and isinstance(class_name, str):
        if class_name == "InputLayer" and "batch_input_shape" in inner:
            inner["batch_shape"] = inner.pop("batch_input_shape")
        for key in GONE.get(class_name, GONE_EVERYWHERE):
            inner.pop(key, None)
        if class_name in ("Functional", "Model") and isinstance(inner.get("layers"), list):
            _as_functional(inner)
    calls = found.get("inbound_nodes")
    if isinstance(calls, list):
        found["inbound_nodes"] = [_call(call) for call in calls]
    return found


def _as_functional(config):
    for key in ("input_layers", "output_layers"):
        places = config.get(key)
        # Keras 2 kept one input as a list of one place; a model of one input is called on a tensor.
        if isinstance(places, list) and len(places) == 1 and isinstance(places[0], list):
            config[key] = places[0]


def _call(call):
    """{"args", "kwargs"} of a call that Keras 2 kept as a list of [layer, call, output, arguments]."""
    if isinstance(call, dict):
        return call
    if not isinstance(call, list):
        raise error("FormatError", "a call of a layer must be an object or a list")
    if len(call) == 4 and isinstance(call[0], str):
        call = [call]
    tensors = []
    kwargs = {}
    for place in call:
        if not isinstance(place, list) or len(place) < 3:
            raise error("FormatError", "a tensor must be named by [layer, call, output]")
        tensors.append(_reference(place))
        if len(place) > 3 and isinstance(place[3], dict):
            kwargs.update({key: _argument(value) for key, value in place[3].items()})
    return {"args": [tensors[0] if len(tensors) == 1 else tensors], "kwargs": kwargs}


def _reference(place):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": place[:3]}}


def _argument(value):
    """An argument by name: a place of a tensor, or a value."""
    places = isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)
    return _reference(value) if places and isinstance(value[1], int) and isinstance(value[2], int) else value
