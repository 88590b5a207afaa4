"""How far the training of a model came, besides its weights and those of its optimizer."""

from ..core.rng import GLOBAL
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole


def training_entry(model):
    """What a compiled model needs to go on where it stopped, as JSON."""
    return {
        "random_key": model.compiled.random_key,
        "epochs": model.compiled.epochs,
        "seed": GLOBAL.seed,
        "position": model._train_position,
        "data": None if model._data_source is None else model._data_source.state(),
    }


def restore_training(model, training, place):
    compiled = model.compiled
    if not is_whole(training.get("epochs")):
        raise error("FormatError", place + ": 'training.epochs' must be a whole number")
    if "position" in training:
        model._train_position = checked_key(training["position"], place + ": 'training.position'")
        model._data_state = training.get("data")
    compiled.random_key = checked_key(training.get("random_key"), place + ": 'training.random_key'")
    compiled.epochs = training["epochs"]
    return None


def mean_variables(model):
    """The variables of all means and metrics that logs show."""
    found = [variable for variable in model.compiled.log_variables()]
    for metric in model._own_metrics:
        found.extend(metric.variables)
    return found


def random_layers(model):
    """The layers with random numbers of their own, such as Dropout, in the order of the model's layers."""
    found = []
    waiting = [model]
    while len(waiting) > 0:
        layer = waiting.pop(0)
        if layer._random_key is not None and layer not in found:
            found.append(layer)
        waiting.extend(layer._inner_layers)
    return found


def restore_random(model, keys, place):
    layers = random_layers(model)
    if not is_list(keys) or len(keys) != len(layers):
        raise error("FormatError", place + ": 'random' must be a list of " + str(len(layers)) + " keys")
    for i in range(len(layers)):
        layers[i]._random_key = checked_key(keys[i], place + ": 'random'")
    return None


def checked_key(key, place):
    if not is_list(key) or len(key) != 2 or not is_whole(key[0]) or not is_whole(key[1]):
        raise error("FormatError", place + " must hold two whole numbers a key")
    return [key[0], key[1]]
