"""Every public class that can be configured comes back from its configuration, as a class of its own.

The arguments here are as little as each class needs; tables elsewhere judge further arguments.
"""

import pytest

from pybrowserml import (
    PybrowsermlError,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from pybrowserml.core.config import config_of, from_config
from pybrowserml.platform.text import from_json, to_json

HOMES = {
    "layer": layers,
    "loss": losses,
    "metric": metrics,
    "optimizer": optimizers,
    "schedule": schedules,
    "initializer": initializers,
    "regularizer": regularizers,
    "constraint": constraints,
}
# Their configuration has a function, which is no text, they are bases without one, or no layers.
WITHOUT = {
    "InputSpec",
    "Lambda",
    "Layer",
    "Loss",
    "Metric",
    "MeanMetricWrapper",
    "Optimizer",
    "LearningRateSchedule",
    "Initializer",
    "Regularizer",
    "Constraint",
}
DENSE = {"class_name": "Dense", "config": {"units": 2, "name": "inside"}}
CELL = {"class_name": "LSTMCell", "config": {"units": 2, "name": "cell"}}
STEPS = {"initial_learning_rate": 0.1, "decay_steps": 10}
# By name, what is required; by a part of the name, what all of a family require.
SGD = {"class_name": "SGD", "config": {"learning_rate": 0.5}}
REQUIRED = {
    "ActivityRegularization": {"l1": 0.1},
    "Activation": {"activation": "relu"},
    "Bidirectional": {"layer": {"class_name": "LSTM", "config": {"units": 2, "name": "lstm"}}},
    "CategoryEncoding": {"num_tokens": 3},
    "CenterCrop": {"height": 2, "width": 3},
    "Discretization": {"bin_boundaries": [0.5, 1.5]},
    "Dropout": {"rate": 0.25},
    "AlphaDropout": {"rate": 0.25},
    "GaussianDropout": {"rate": 0.25},
    "GaussianNoise": {"stddev": 0.25},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": [4]},
    "Embedding": {"input_dim": 5, "output_dim": 2},
    "ReversibleEmbedding": {"input_dim": 5, "output_dim": 2},
    "GroupQueryAttention": {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 2},
    "HashedCrossing": {"num_bins": 3},
    "Hashing": {"num_bins": 3},
    "InputLayer": {"shape": [3, None]},
    "Permute": {"dims": [2, 1]},
    "MaxNumBoundingBoxes": {"max_number": 3},
    "Pipeline": {"layers": [DENSE]},
    "RNN": {"cell": CELL},
    "StackedRNNCells": {"cells": [CELL]},
    "RepeatVector": {"n": 3},
    "Rescaling": {"scale": 0.5},
    "Reshape": {"target_shape": [2, 3]},
    "Resizing": {"height": 2, "width": 3},
    "SpectralNormalization": {"layer": DENSE},
    "TimeDistributed": {"layer": DENSE},
    "Wrapper": {"layer": DENSE},
    "RandomCrop": {"height": 2, "width": 3},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": [0.1, 0.3]},
    "RandomZoom": {"height_factor": 0.2},
    "ExponentialDecay": {**STEPS, "decay_rate": 0.5},
    "InverseTimeDecay": {**STEPS, "decay_rate": 0.5},
    "PolynomialDecay": STEPS,
    "CosineDecay": STEPS,
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
    "PiecewiseConstantDecay": {"boundaries": [3, 5], "values": [0.3, 0.2, 0.1]},
    "OptimizerMap": {"default_optimizer": SGD},
    "MultiOptimizer": {"optimizer_map": {"class_name": "OptimizerMap", "config": {"default_optimizer": SGD}}},
    "LossScaleOptimizer": {"inner_optimizer": SGD},
    "MeanIoU": {"num_classes": 3},
    "OneHotMeanIoU": {"num_classes": 3},
    "IoU": {"num_classes": 3, "target_class_ids": [1]},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [1]},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
FAMILIES = {
    "ConvLSTM": {"filters": 2, "kernel_size": 3},
    "DepthwiseConv": {"kernel_size": 3},
    "Conv": {"filters": 2, "kernel_size": 3},
    "AdaptiveAverage": {"output_size": 2},
    "AdaptiveMax": {"output_size": 2},
    "SpatialDropout": {"rate": 0.25},
    "Dense": {"units": 3},
    "GRU": {"units": 3},
    "LSTM": {"units": 3},
    "SimpleRNN": {"units": 3},
    "Random": {"factor": 0.25},
}
# Names of FAMILIES that need nothing, or whose own row stands above.
PLAIN = {"RandomFlip", "RandomNormal", "RandomUniform", "RandomColorJitter", "RandomShear"}
CLASSES = [
    (kind, name)
    for kind, home in HOMES.items()
    for name in sorted(getattr(home, "__all__", dir(home)))
    if isinstance(getattr(home, name), type) and getattr(home, name).__name__ == name and name not in WITHOUT
]


def arguments(name):
    if name in REQUIRED or name in PLAIN:
        return REQUIRED.get(name, {})
    found = [given for part, given in FAMILIES.items() if part in name]
    return found[0] if found else {}


@pytest.mark.parametrize(("kind", "name"), CLASSES)
def test_round_trip(kind, name):
    cls = getattr(HOMES[kind], name)
    made = from_config({"class_name": name, "config": arguments(name)}, kind)
    assert type(made) is cls
    entry = config_of(made)
    assert entry["class_name"] == name
    for key, value in arguments(name).items():
        found = entry["config"][key]
        # Objects are described again, a size or factor may stand for several.
        if not isinstance(value, dict | list) and not isinstance(found, list):
            assert found == value
    again = from_config(from_json(to_json(entry)), kind)
    assert type(again) is cls
    assert config_of(again) == entry
    by_class = cls.from_config(made.get_config())
    assert type(by_class) is cls
    assert by_class.get_config() == entry["config"]


def test_layers_by_functions():
    layer = layers.Dense(3, activation="relu", name="d")
    again = layers.deserialize(layers.serialize(layer))
    assert again.get_config() == layer.get_config()


BASES = {
    "layer": layers.Layer,
    "loss": losses.Loss,
    "metric": metrics.Metric,
    "optimizer": optimizers.SGD,
    "schedule": schedules.LearningRateSchedule,
    "initializer": initializers.Initializer,
    "regularizer": regularizers.Regularizer,
    "constraint": constraints.Constraint,
}


@pytest.mark.parametrize("kind", HOMES)
def test_custom_objects_of_deserialize(kind):
    mine = type("Mine" + kind.title(), (BASES[kind],), {"__init__": lambda self: BASES[kind].__init__(self)})
    config = {"class_name": mine.__name__, "config": {}}
    assert type(HOMES[kind].deserialize(config, {mine.__name__: mine})) is mine
    with pytest.raises(PybrowsermlError, match=mine.__name__):
        HOMES[kind].deserialize(config)
