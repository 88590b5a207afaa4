"""Runs of short plans without preparation give the bits of ordinary runs, whatever happens to memory and weights."""

import json
import subprocess

import numpy as np
import pytest

import pybrowserml as pb

from .transpiled import TIERS, encode

layers = pb.layers

DRIVER = """
import fs from 'fs';
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {HostArray} from './out/pybrowserml.core.host.js';
import {Slot} from './out/pybrowserml.core.slots.js';
import {drive_sync} from './out/pybrowserml.platform.tasks.js';
import {from_json} from './out/pybrowserml.platform.text.js';
const arrays = {float32: Float32Array, int32: Int32Array};
const unpack = (item) => HostArray(
  new arrays[item.dtype](Uint8Array.from(Buffer.from(item.data, 'base64')).buffer), item.shape, item.dtype);
const {models, double} = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const engine = CpuBackend(process.argv[4] !== 'plain', Number(process.argv[5]));
if (process.argv[4] === 'simd') engine.tier.relaxed = false;
const prepared = (plan, sizes) =>
  drive_sync(engine.prepare(from_json(JSON.stringify(plan)), from_json(JSON.stringify(sizes))));
for (const model of models) {
  model.slots = model.state.map((item) => Slot(unpack(item)));
  model.executable = prepared(model.plan, model.sizes);
  model.data = model.inputs.map((inputs) => inputs.map(unpack));
}
const ordinary = (model, inputs) => drive_sync(engine.run(model.executable, inputs, model.slots)).map((buffer) => {
  const host = engine.read_sync(buffer);
  engine.release(buffer);
  return host.data;
});
const given = (model) => model.plan.inputs.map(() => null);
const instant = (model) => engine.instant(model.executable, given(model), model.slots);
const answer = (model, inputs) => {
  const found = instant(model);
  if (found === null) return null;
  inputs.forEach((host, i) => found.put(i, host.data));
  found.run();
  return found.out_shapes.map((_, k) => found.result(k));
};
const problems = [];
const held = [];
const same = (label, got, wanted) => {
  const differs = (data, k) => data.length !== wanted[k].length || data.some((x, i) => !Object.is(x, wanted[k][i]));
  if (got === null || got.some(differs)) problems.push(label);
};
const all = (label) => {
  for (const model of models) {
    for (const inputs of model.data) {
      const got = answer(model, inputs);
      const wanted = ordinary(model, inputs);
      same(`${label}: ${model.name}`, got, wanted);
      held.push([`${label}: ${model.name}, later`, got, wanted]);
    }
  }
};
for (const model of models) {
  ordinary(model, model.data[0]);
  if (answer(model, model.data[0]) !== null) problems.push(`too early: ${model.name}`);
  ordinary(model, model.data[0]);
  // However busy the machine is.
  model.executable.took = 0;
}
const first = models.map((model) => ordinary(model, model.data[0]).map((data) => Array.from(data)));
all('first');
// One after the other on one heap, without ordinary runs in between.
for (let turn = 0; turn < 3; turn++) {
  models.forEach((model, m) => same('in turn: ' + model.name, answer(model, model.data[0]), first[m]));
}
// The memory grows, and moves in plain JavaScript.
const before = engine.memory.count;
const place = engine.heap.take(before * 2);
engine.make_room();
all('grown');
engine.heap.give_back(place, before * 2);
all('given back');
// Weights from the host, which come to another place; then the ordinary way is taken once.
for (const model of models) {
  model.slots.forEach((slot) => {
    const {data, shape} = slot.buffer === null ? slot.host : engine.read_sync(slot.buffer);
    slot.take_host(HostArray(data.map((x) => x * 0.75), shape, slot.dtype));
  });
  if (answer(model, model.data[0]) !== null) problems.push('not on the engine: ' + model.name);
}
const filler = engine.heap.take(1000);
models.forEach((model) => ordinary(model, model.data[0]));
all('changed');
// And by a plan, where they lie.
for (const model of models) {
  model.slots.forEach((slot) => {
    const sizes = Object.fromEntries(slot.shape.map((n, i) => ['n' + i, n]));
    drive_sync(engine.run(prepared(double[slot.shape.length], sizes), [], [slot]));
  });
  ordinary(model, model.data[0]);
}
all('trained');
held.forEach(([label, got, wanted]) => same(label, got, wanted));
const top = engine.heap.top;
const moves = engine.moves;
for (let turn = 0; turn < 10000; turn++) answer(models[turn % 2], models[turn % 2].data[turn % 3]);
const flat = top === engine.heap.top && moves === engine.moves;
const partsOf = (model) => instant(model).parts.map((part) => 'execute' in part);
const parts = Object.fromEntries(models.map((model) => [model.name, partsOf(model)]));
engine.running = true;
if (instant(models[0]) !== null) problems.push('in the middle of a run');
engine.running = false;
models.forEach((model) => {
  const found = instant(model);
  engine.forget(model.executable);
  if (found.ready()) problems.push('forgotten: ' + model.name);
  model.slots.forEach((slot) => slot.give_back());
});
engine.heap.give_back(filler, 1000);
fs.writeFileSync(process.argv[3], JSON.stringify({problems, flat, parts, first, top: engine.heap.top}));
process.exit(0);
"""


def nets():
    """name → (model, rows, whether all of it is one function where there is WebAssembly)"""
    dense = [pb.Input((2,)), layers.Dense(3, activation="sigmoid"), layers.Dense(1, activation="sigmoid")]
    deep = [
        pb.Input((5,)),
        layers.Dense(9, activation="relu"),
        layers.LayerNormalization(),
        layers.Dense(301, activation="tanh"),
        layers.Dense(7, activation="softmax"),
    ]
    image = [
        pb.Input((9, 9, 2)),
        layers.Conv2D(5, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(4, activation="softmax"),
    ]
    recurrent = [pb.Input((6, 5)), layers.LSTM(33, return_sequences=True), layers.GRU(8), layers.Dense(3)]
    two = pb.Input((3,), name="a")
    other = pb.Input((4, 3), dtype="int32", name="b")
    joined = layers.Concatenate()([two, layers.Flatten()(layers.Embedding(11, 3)(other))])
    both = pb.Model([two, other], [layers.Dense(4)(joined), layers.Dense(1300)(joined)])
    return {
        "xor": (pb.Sequential(dense), 1, True),
        "four": (pb.Sequential(dense), 4, True),
        "thirty": (pb.Sequential(dense), 30, False),
        "deep": (pb.Sequential(deep), 1, True),
        "deep, three rows": (pb.Sequential(deep), 3, None),
        "image": (pb.Sequential(image), 2, False),
        "recurrent": (pb.Sequential(recurrent), 1, None),
        "recurrent, two rows": (pb.Sequential(recurrent), 2, None),
        "two": (both, 1, None),
        "of nothing": (pb.Sequential([pb.Input((0,)), layers.Dense(3), layers.Dense(2)]), 1, None),
    }


def doubling(rank):
    """A plan that doubles its variable."""
    shape = [{"dim": f"n{axis}"} for axis in range(rank)]
    expr = {"instrs": [["add", "float32", [0, 0], None]], "results": [1]}
    return {
        "sizes": [f"n{axis}" for axis in range(rank)],
        "values": [{"shape": shape, "dtype": "float32"}] * 2,
        "inputs": [],
        "state": [{"value": 0}],
        "constants": [],
        "outputs": [],
        "updates": [{"state": 0, "value": 1}],
        "steps": [
            {
                "kernel": "elementwise",
                "inputs": [0],
                "outputs": [1],
                "params": {"expr": expr},
                "name": "double",
            }
        ],
        "lifetimes": [None] * 2,
        "subplans": [],
    }


def numbers(random, spec, rows):
    """[array, dtype] of an input."""
    shape = [rows, *spec["shape"][1:]]
    whole = spec["dtype"] == "int32"
    return [random.integers(0, 10, shape) if whole else random.normal(size=shape), spec["dtype"]]


@pytest.mark.parametrize("tier", [*TIERS, "threads"])
def test_the_same_as_ordinary_runs(engine_folder, tier):
    random = np.random.default_rng(3)
    given, wanted = [], []
    for name, (model, rows, _whole) in nets().items():
        runner = model._model_steps.predict_runner()
        inputs = [[numbers(random, spec, rows) for spec in model.input_specs()] for _turn in range(3)]
        found = model.predict([a for a, _ in inputs[0]] if len(inputs[0]) > 1 else inputs[0][0][0], verbose=0)
        wanted.append(found if isinstance(found, list) else [found])
        given.append(
            {
                "name": name,
                "plan": runner.plan,
                "sizes": dict.fromkeys(runner.plan["sizes"], rows),
                "state": [encode(variable.numpy(), variable.dtype) for variable in runner.variables],
                "inputs": [[encode(*item) for item in turn] for turn in inputs],
            }
        )
    (engine_folder / "instant.mjs").write_text(DRIVER)
    double = [doubling(rank) for rank in range(5)]
    (engine_folder / "instant.json").write_text(json.dumps({"models": given, "double": double}))
    threads = ["relaxed", "2"] if tier == "threads" else [tier, "1"]
    command = ["node", "instant.mjs", "instant.json", "instant_results.json", *threads]
    done = subprocess.run(command, cwd=engine_folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads((engine_folder / "instant_results.json").read_text())
    assert found["problems"] == []
    assert found["flat"]
    assert found["top"] == 0
    for (name, (_model, _rows, whole)), got, reference in zip(
        nets().items(), found["first"], wanted, strict=True
    ):
        for one, array in zip(got, reference, strict=True):
            np.testing.assert_allclose(one, array.ravel(), rtol=1e-4, atol=1e-5, err_msg=name)
        parts = found["parts"][name]
        if tier == "plain":
            assert not any(parts)
        elif whole is not None:
            assert (parts == [True]) == whole, (name, parts)
