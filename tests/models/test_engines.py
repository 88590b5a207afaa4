"""Stored models predict and train on every engine as Keras does: the plans of this process run in Node and Chromium."""

import json

import numpy as np
import pytest
from engines import Job

import pybrowserml as pb
from models.stored import CASES, STORED, TASKS
from pybrowserml.core.host import host_array

ENGINES = ["cpu-node", "cpu", "webgl"]


def state_of(runner):
    return [variable.numpy() for variable in runner.variables]


@pytest.mark.parametrize("engine", ENGINES)
def test_stored_models_predict(engines, engine):
    jobs, wanted = [], []
    for name in STORED:
        folder = CASES / "keras3" / name
        case = json.loads((folder / "case.json").read_text())
        model = pb.load_model(folder / "model.keras")
        runner = model._model_steps.predict_runner()
        inputs = [
            np.load(folder / entry["file"]).astype(spec["dtype"])
            for entry, spec in zip(case["inputs"], model.input_specs(), strict=True)
        ]
        jobs.append(Job(runner.plan, inputs, state_of(runner), {"batch": len(inputs[0])}))
        wanted.append((case, [np.load(folder / entry["file"]) for entry in case["outputs"]]))
    scale = 10 if engine == "webgl" else 1
    for result, (case, outputs) in zip(engines.run(engine, jobs), wanted, strict=True):
        for got, reference in zip(result.outputs, outputs, strict=True):
            np.testing.assert_allclose(
                got, reference, rtol=case["rtol"] * scale, atol=case["atol"], err_msg=case["name"]
            )


@pytest.mark.slow
@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("engine", ENGINES)
def test_stored_tasks_train(engines, engine, name):
    folder = CASES / "train" / name
    case = json.loads((folder / "case.json").read_text())
    model = pb.load_model(folder / "initial.keras")
    model.compile(case["optimizer"], case["loss"])
    x = (np.load(folder / "x.npy") * case["x_scale"]).astype(np.float32)
    y = np.load(folder / "y.npy")
    targets = model.compiled.targets_for(model, [host_array(y[0], None)])
    model.compiled.optimizer.build(model.trainable_weights)
    runner = model._model_steps.step_runner("train", targets, [])
    state = state_of(runner)
    scale = 10 if engine == "webgl" else 1
    for step, wanted in enumerate(case["loss_before_each_step"]):
        inputs = [x[step], y[step].astype(targets[0]["dtype"]), np.array(True)]
        result = engines.run(engine, [Job(runner.plan, inputs, state, {"batch": case["batch"]})])[0]
        state = result.state
        rtol = case["rtol_first_5_steps" if step < 5 else "rtol_all_steps"] * scale
        np.testing.assert_allclose(result.outputs[0], wanted, rtol=rtol, err_msg=f"step {step}")
