"""The loss of a small net goes down with every optimizer."""

import pytest

import pybrowserml as pb

from . import tasks

RATES = {
    "Adadelta": {"learning_rate": 3.0},
    "Adafactor": {"learning_rate": 0.05},
    "Adagrad": {"learning_rate": 0.1},
    "Adam": {"learning_rate": 0.02},
    "AdamW": {"learning_rate": 0.02},
    "Adamax": {"learning_rate": 0.03},
    "Ftrl": {"learning_rate": 0.2},
    "Lamb": {"learning_rate": 0.01},
    "Lion": {"learning_rate": 0.005},
    "LossScaleOptimizer": {"inner_optimizer": "adam"},
    "MultiOptimizer": {},
    "Muon": {"learning_rate": 0.02},
    "Nadam": {"learning_rate": 0.02},
    "RMSprop": {"learning_rate": 0.01},
    "SGD": {"learning_rate": 0.05},
    "ScheduleFreeAdamW": {"learning_rate": 0.02},
}


def made(name):
    arguments = dict(RATES[name])
    if name == "LossScaleOptimizer":
        arguments["inner_optimizer"] = pb.optimizers.Adam(0.02)
    if name == "MultiOptimizer":
        arguments["optimizer_map"] = pb.optimizers.OptimizerMap(
            pb.optimizers.Adam(0.02), {".*bias": pb.optimizers.SGD(0.1)}
        )
    return getattr(pb.optimizers, name)(**arguments)


def test_every_optimizer_is_here():
    classes = {name for name in pb.optimizers.__all__ if name[0].isupper()}
    assert classes - {"Optimizer", "OptimizerMap"} == set(RATES)


@pytest.mark.parametrize("name", RATES)
def test_goes_down(name):
    model = tasks.flower_model(made(name))
    x, y = tasks.flowers(96, 1)
    losses = model.fit(x, y, epochs=25, batch_size=16, verbose=0).history["loss"]
    before_the_end = sum(losses[10:15]) / 5
    assert losses[-1] < 0.5 * losses[0] and losses[-1] < before_the_end
