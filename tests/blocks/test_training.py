"""Stored training tasks of Keras 3: the loss before every step, and the weights at the end."""

import json
from pathlib import Path

import numpy as np
import pytest

from pybrowserml import losses, optimizers
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.context import pop_step, push_step
from pybrowserml.core.dims import size_named
from pybrowserml.core.opset.binary import add

from .harness import compiled, run, value_of
from .keras_model import read_keras

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "train"
CASES = sorted(folder.name for folder in FOLDER.iterdir())


def step_of(model, loss, optimizer, x, y):
    weights = model.trainable_weights()

    def step(inputs):
        push_step(optimizer.iterations.value)
        total = loss.compute(inputs[1], model([inputs[0]], True)[0])
        for penalty in model.penalties():
            total = add(total, penalty)
        optimizer.apply(gradients([total], [weight.value for weight in weights], None), weights)
        pop_step()
        return [["loss", total]]

    batch = size_named("batch")
    specs = [
        [name, [batch, *array.shape[2:]], "int32" if array.dtype.kind in "iu" else "float32"]
        for name, array in (("x", x), ("y", y))
    ]
    return trace_runner(step, specs)


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    case = json.loads((FOLDER / name / "case.json").read_text())
    x, y = (np.load(FOLDER / name / f"{part}.npy") for part in "xy")
    x = (x * case["x_scale"]).astype(np.float32)
    y = y.astype(np.int32) if y.dtype.kind in "iu" else y.astype(np.float32)
    model = read_keras(FOLDER / name / "initial.keras")
    compiled(model, [x[0]])
    model.load()
    assert [list(w.shape) for w in model.trainable_weights()] == [w["shape"] for w in case["weights"]]
    optimizer = optimizers.get(case["optimizer"])
    runner = step_of(model, losses.get(case["loss"]), optimizer, x, y)
    for i, wanted in enumerate(case["loss_before_each_step"]):
        found = float(run(runner, [x[i], y[i]])[0])
        tolerance = case["rtol_first_5_steps" if i < 5 else "rtol_all_steps"]
        assert abs(found - wanted) <= tolerance * abs(wanted), (i, found, wanted)
    final = np.load(FOLDER / name / "final_weights.npz")
    for variable, key in zip(model.trainable_weights(), final.files, strict=True):
        # In norm: adaptive steps turn rounding of vanishing gradients into whole steps of single weights.
        distance = np.linalg.norm(value_of(variable) - final[key])
        assert distance <= 1e-3 * np.linalg.norm(final[key]), key
    assert int(value_of(optimizer.iterations)) == case["steps"]
