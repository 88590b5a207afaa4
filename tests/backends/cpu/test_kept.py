"""Packed weights that are kept from run to run, while variables change."""

import json
import subprocess

import numpy as np
import pytest

from .test_conv_and_pool import conv
from .transpiled import TIERS, decode, encode

RNG = np.random.default_rng(5)

# Predict, again, assign, predict, train, predict, with a second size beside it, then everything is given back.
DRIVER = """
import fs from 'fs';
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {HostArray} from './out/pybrowserml.core.host.js';
import {Slot} from './out/pybrowserml.core.slots.js';
import {drive_sync} from './out/pybrowserml.platform.tasks.js';
const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const unpack = (item) => HostArray(
  new Float32Array(Uint8Array.from(Buffer.from(item.data, 'base64')).buffer), item.shape, 'float32');
const pack = (host) => ({dtype: 'float32', shape: host.shape,
  data: Buffer.from(host.data.buffer, host.data.byteOffset, host.data.byteLength).toString('base64')});
const engine = CpuBackend(process.argv[4] !== 'plain');
if (process.argv[4] === 'simd') engine.tier.relaxed = false;
const slots = given.state.map((item) => Slot(unpack(item)));
const results = [];
const kept = [];
const predict = (executable, x) => {
  let stale = false;
  for (const launch of executable.kept.launches) {
    const pack = launch.pack_into;
    launch.pack_into = (source, target) => { stale = true; pack.call(launch, source, target); };
  }
  const [buffer] = drive_sync(engine.run(executable, [unpack(x)], slots));
  results.push(pack(engine.read_sync(buffer)));
  for (const launch of executable.kept.launches) delete launch.pack_into;
  kept.push(stale);
  engine.release(buffer);
};
const copy = (plan) => JSON.parse(JSON.stringify(plan));
const one = drive_sync(engine.prepare(copy(given.predict), {n: 1}));
const two = drive_sync(engine.prepare(copy(given.predict), {n: 2}));
const train = drive_sync(engine.prepare(copy(given.train), {}));
predict(one, given.x[0]);
predict(one, given.x[0]);
predict(two, given.x[1]);
given.assigned.forEach((item, i) => {
  slots[i].take_host(unpack(item));
});
predict(one, given.x[0]);
predict(two, given.x[1]);
drive_sync(engine.run(train, [], slots));
predict(one, given.x[0]);
drive_sync(engine.run(train, [], slots));
predict(two, given.x[1]);
predict(two, given.x[1]);
const steps = one.kept.launches.length;
const held = engine.heap.top;
engine.forget(one);
engine.forget(one);
const less = engine.heap.top + engine.heap.holes.reduce((sum, hole) => sum - hole[1], 0);
predict(two, given.x[1]);
[one, two, train].forEach((executable) => engine.forget(executable));
slots.forEach((slot) => engine.release(slot.buffer));
fs.writeFileSync(process.argv[3], JSON.stringify({results, kept, steps, held, less, top: engine.heap.top}));
"""

W1, GAMMA, W2, MATRIX = [3, 3, 12, 16], [16], [2, 2, 8, 20], [20, 24]


def step(kernel, inputs, outputs, params):
    return {"kernel": kernel, "inputs": inputs, "outputs": outputs, "params": params, "name": "test"}


def convolution(pads, groups, epilogue):
    window = {"strides": [1, 1], "dilations": [1, 1], "pads": pads, "groups": groups}
    return {**window, "epilogue": epilogue}


def binary(op, number):
    instrs = [["constant", "float32", [], number], [op, "float32", [0, 1], None]]
    return {"expr": {"instrs": instrs, "results": [2]}}


def plan(values, steps, state, outputs, updates, constants=()):
    return {
        "sizes": ["n"] if outputs else [],
        "values": [{"shape": shape, "dtype": "float32"} for shape in values],
        "inputs": [{"name": "x", "value": 0}] if outputs else [],
        "state": [{"value": value} for value in state],
        "constants": list(constants),
        "outputs": [{"name": "y", "value": value} for value in outputs],
        "updates": updates,
        "steps": steps,
        "lifetimes": [None] * len(values),
        "subplans": [],
    }


def predict_plan(matrix):
    n = {"dim": "n"}
    values = [[n, 9, 9, 12], W1, GAMMA, W2, MATRIX, GAMMA, [1, 1, 1, 16]]
    values += [[n, 9, 9, 16], [n, 8, 8, 20], [n, 64, 20], [n, 64, 24]]
    scaled = {"instrs": [["multiply", "float32", [0, 1], None]], "results": [2]}
    steps = [
        step("elementwise", [2], [5], binary("multiply", 2.0)),
        step("reshape", [5], [6], {}),
        step("conv2d", [0, 1, 6], [7], convolution([[1, 1], [1, 1]], 1, scaled)),
        step("conv2d", [7, 3], [8], convolution([[0, 0], [0, 0]], 2, None)),
        step("reshape", [8], [9], {}),
        step("matmul", [9, 4], [10], {"transpose_a": False, "transpose_b": False, "epilogue": None}),
    ]
    return plan(values, steps, [1, 2, 3], [10], [], [{"value": 4, "data": matrix.ravel().tolist()}])


def train_plan():
    values = [W1, GAMMA, W2, W1, GAMMA]
    steps = [
        step("elementwise", [0], [3], binary("multiply", 0.5)),
        step("elementwise", [1], [4], binary("add", 1.0)),
    ]
    return plan(values, steps, [0, 1, 2], [], [{"state": 0, "value": 3}, {"state": 1, "value": 4}])


def expected(x, variables, matrix):
    w1, gamma, w2 = variables
    y = conv(x, w1, convolution([[1, 1], [1, 1]], 1, None)) * gamma * 2
    y = conv(y, w2, convolution([[0, 0], [0, 0]], 2, None))
    return y.reshape(len(x), 64, 20) @ matrix


@pytest.mark.parametrize("tier", TIERS)
def test_kept_values_follow_their_variables(engine_folder, tier):
    def numbers(shape):
        return RNG.normal(size=shape).astype(np.float32)

    x = [numbers([n, 9, 9, 12]) for n in (1, 2)]
    state, assigned = ([numbers(shape) for shape in (W1, GAMMA, W2)] for _ in range(2))
    matrix = numbers(MATRIX)
    given = {
        "predict": predict_plan(matrix),
        "train": train_plan(),
        "x": [encode(item, "float32") for item in x],
        "state": [encode(item, "float32") for item in state],
        "assigned": [encode(item, "float32") for item in assigned],
    }
    (engine_folder / "kept.mjs").write_text(DRIVER)
    (engine_folder / "kept.json").write_text(json.dumps(given))
    command = ["node", "kept.mjs", "kept.json", "kept_results.json", tier]
    subprocess.run(command, cwd=engine_folder, check=True, timeout=120)
    found = json.loads((engine_folder / "kept_results.json").read_text())

    def trained(times):
        w1, gamma, w2 = assigned
        for _ in range(times):
            w1, gamma = w1 * np.float32(0.5), gamma + np.float32(1)
        return w1, gamma, w2

    wanted = [(0, state), (0, state), (1, state), (0, assigned), (1, assigned), (0, trained(1))]
    wanted += [(1, trained(2))] * 3
    for got, (which, variables) in zip(found["results"], wanted, strict=True):
        np.testing.assert_allclose(decode(got), expected(x[which], variables, matrix), rtol=2e-4, atol=2e-3)
    simd = tier != "plain"
    assert found["kept"] == [simd and bool(stale) for stale in (1, 0, 1, 1, 0, 1, 1, 0, 0)]
    # The second size finds the filters packed for the first one, and packs its own constant.
    # The filters of both convolutions, and the matrix.
    assert found["steps"] == (3 if simd else 0)
    assert found["less"] < found["held"]
    assert found["top"] == 0


ORDERS = """
import fs from 'fs';
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {HostArray} from './out/pybrowserml.core.host.js';
import {Slot} from './out/pybrowserml.core.slots.js';
import {drive_sync} from './out/pybrowserml.platform.tasks.js';
const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const counted = (shape) => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  return HostArray(data.map((_, i) => i % 9973), shape, 'float32');
};
const engine = CpuBackend(process.argv[4] !== 'plain');
if (process.argv[4] === 'simd') engine.tier.relaxed = false;
const slots = given.state.map((shape) => Slot(counted(shape)));
const prepared = (plan) => drive_sync(engine.prepare(JSON.parse(JSON.stringify(plan)), {}));
const run = (executable) => drive_sync(engine.run(executable, [counted([20, 300])], slots))
  .map((buffer) => {
    const {data} = engine.read_sync(buffer);
    engine.release(buffer);
    return Array.from(data.slice(0, 99));
  });
const executable = prepared(given.plan);
const first = run(executable);
const plain = slots.map((slot) => slot.buffer.handle.offset >= 0);
const doubled = () => drive_sync(engine.run(prepared(given.doubling), [], slots));
const factor = process.argv[5] === 'changed' ? 2 : 1;
if (factor === 2) doubled();
const equal = slots.map((slot) => {
  const {data} = engine.read_sync(slot.buffer);
  return data.every((value, i) => value === factor * (i % 9973));
});
// A plan that reads them as they are, and one that changes them.
const sums = run(prepared(given.sums)).flat();
doubled();
const second = run(executable);
slots.forEach((slot) => slot.give_back());
fs.writeFileSync(process.argv[3], JSON.stringify({first, second, plain, equal, sums, top: engine.heap.top}));
"""


@pytest.mark.parametrize("first", ["read", "changed"])
@pytest.mark.parametrize("tier", TIERS)
def test_packed_weights_can_be_told_again(engine_folder, tier, first):
    """Where a form is all that is left of a variable, it can be read, changed, and used by other plans."""
    shapes = [[300, 500], [500, 300], [1, 1, 300, 40], [5, 300, 7]]
    product = {"transpose_a": False, "transpose_b": False, "epilogue": None}
    steps = [
        step("matmul", [0, 1], [5], product),
        step("matmul", [0, 2], [6], {**product, "transpose_b": True}),
        step("reshape", [0], [7], {}),
        step("conv2d", [7, 3], [8], convolution([[0, 0], [0, 0]], 1, None)),
        step("matmul", [0, 4], [9], product),
    ]
    results = [[20, 500], [20, 500], [1, 4, 5, 300], [1, 4, 5, 40], [5, 20, 7]]
    given = {
        "state": shapes,
        "plan": plan([[20, 300], *shapes, *results], steps, [1, 2, 3, 4], [5, 6, 8, 9], []),
        "sums": plan(
            [[20, 300], *shapes, *([[]] * 4)],
            [
                step("reduce", [v], [v + 4], {"op": "sum", "axes": list(range(len(s))), "keepdims": False})
                for v, s in enumerate(shapes, 1)
            ],
            [1, 2, 3, 4],
            [5, 6, 7, 8],
            [],
        ),
        "doubling": plan(
            [*shapes, *shapes],
            [step("elementwise", [v], [v + 4], binary("multiply", 2.0)) for v in range(4)],
            [0, 1, 2, 3],
            [],
            [{"state": v, "value": v + 4} for v in range(4)],
        ),
    }
    (engine_folder / "orders.mjs").write_text(ORDERS)
    (engine_folder / "orders.json").write_text(json.dumps(given))
    command = ["node", "orders.mjs", "orders.json", "orders_results.json", tier, first]
    subprocess.run(command, cwd=engine_folder, check=True, timeout=120)
    found = json.loads((engine_folder / "orders_results.json").read_text())
    # The last operand has a matrix for each product, of which none is kept.
    assert found["plain"] == ([True] * 4 if tier == "plain" else [False, False, False, True])
    assert found["equal"] == [True] * 4
    wanted = [float((np.arange(np.prod(shape)) % 9973).sum()) for shape in shapes]
    factor = 2 if first == "changed" else 1
    np.testing.assert_allclose(found["sums"], factor * np.array(wanted), rtol=1e-6)
    np.testing.assert_array_equal(np.array(found["second"]), 2 * factor * np.array(found["first"]))
    assert found["top"] == 0
