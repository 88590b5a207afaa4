"""Threads: the same numbers, bit for bit, whatever their number, for every kernel that is shared out among them."""

import json
import subprocess

import numpy as np
import pytest

from .transpiled import one_step, run_cases

RNG = np.random.default_rng(21)
RELU = {
    "instrs": [
        ["add", "float32", [0, 1], None],
        ["constant", "float32", [], -0.0],
        ["maximum", "float32", [2, 3], None],
    ],
    "results": [4],
}
CHAIN = {
    "instrs": [["tanh", "float32", [0], None], ["multiply", "float32", [2, 1], None]],
    "results": [3],
}
POOL = {"pool_size": [3, 3], "strides": [2, 2], "pads": [[1, 1], [1, 1]]}


def numbers(*shape):
    return [RNG.normal(size=shape).astype(np.float32), "float32"]


def matmul(a, b, transpose_a=False, transpose_b=False, epilogue=None, extra=(), result=None):
    params = {"transpose_a": transpose_a, "transpose_b": transpose_b, "epilogue": epilogue}
    return "matmul", params, [numbers(*a), numbers(*b), *extra], [[result, "float32"]]


def conv_params(stride=1, groups=1, epilogue=None, pad=1):
    return {
        "strides": [stride, stride],
        "dilations": [1, 1],
        "pads": [[pad, pad], [pad, pad]],
        "groups": groups,
        "epilogue": epilogue,
    }


def conv(x, w, stride=1, groups=1, bias=False, pad=1):
    size = [(x[axis] + 2 * pad - w[axis - 1]) // stride + 1 for axis in (1, 2)]
    extra = [numbers(w[3])] if bias else []
    params = conv_params(stride, groups, RELU if bias else None, pad)
    return "conv2d", params, [numbers(*x), numbers(*w), *extra], [[[x[0], *size, w[3]], "float32"]]


def input_grad(dx, w, dy, stride=1, groups=1):
    params = {**conv_params(stride, groups), "input_shape": dx}
    return "conv2d_input_grad", params, [numbers(*dy), numbers(*w)], [[dx, "float32"]]


def filter_grad(x, w, dy, stride=1, groups=1):
    params = {**conv_params(stride, groups), "filter_shape": w}
    return "conv2d_filter_grad", params, [numbers(*x), numbers(*dy)], [[w, "float32"]]


def pool_grad(x, y):
    places = [RNG.integers(0, x[1] * x[2], size=y).astype(np.int32), "int32"]
    return "max_pool2d_grad", {**POOL, "input_shape": x}, [numbers(*y), places], [[x, "float32"]]


def reduction(op, shape, axes, result):
    return "reduce", {"op": op, "axes": axes, "keepdims": False}, [numbers(*shape)], [[result, "float32"]]


STEPS = {
    "product": matmul([150, 300], [300, 90], result=[150, 90]),
    "product, both transposed": matmul([700, 100], [70, 700], True, True, result=[100, 70]),
    "product, deep": matmul([40, 2100], [2100, 24], result=[40, 24]),
    "product, in blocks of columns": matmul([37, 64], [64, 1000], result=[37, 1000]),
    "product, last columns in larger blocks": matmul([49, 256], [256, 512], result=[49, 512]),
    "products": matmul([6, 40, 30], [6, 30, 20], result=[6, 40, 20]),
    "products of large matrices": matmul([2, 130, 300], [2, 300, 100], result=[2, 130, 100]),
    "product with epilogue": matmul(
        [100, 300], [300, 70], epilogue=RELU, extra=[numbers(70)], result=[100, 70]
    ),
    "product, deep, with epilogue": matmul(
        [90, 1500], [1500, 70], epilogue=RELU, extra=[numbers(70)], result=[90, 70]
    ),
    "vector": matmul([1, 900], [900, 1200], result=[1, 1200]),
    "matrix by vector": matmul([1200, 900], [900, 1], result=[1200, 1]),
    "convolution": conv([1, 30, 30, 12], [5, 5, 12, 20], bias=True, pad=2),
    "convolution, small images": conv([9, 8, 8, 12], [5, 5, 12, 20], stride=2, pad=2),
    "convolution, many small images": conv([140, 16, 16, 4], [5, 5, 4, 8], bias=True, pad=2),
    "convolution in groups": conv([2, 20, 20, 12], [3, 3, 6, 24], groups=2, stride=2),
    "convolution 1x1": conv([1, 28, 28, 32], [1, 1, 32, 100], bias=True, pad=0),
    "convolution 3x3": conv([2, 30, 31, 16], [3, 3, 16, 24], bias=True),
    "depthwise convolution": conv([1, 40, 40, 16], [3, 3, 1, 16], groups=16, bias=True),
    "input gradient 3x3": input_grad([2, 20, 20, 16], [3, 3, 16, 24], [2, 20, 20, 24]),
    "input gradient, stride 2": input_grad([2, 20, 20, 12], [3, 3, 12, 24], [2, 10, 10, 24], 2),
    "filter gradient 3x3": filter_grad([4, 20, 20, 16], [3, 3, 16, 24], [4, 20, 20, 24]),
    "filter gradient, stride 2": filter_grad([4, 20, 20, 12], [3, 3, 12, 24], [4, 10, 10, 24], 2),
    "filter gradient, few channels": filter_grad([30, 40, 40, 3], [3, 3, 3, 12], [30, 40, 40, 12]),
    "filter gradient in groups": filter_grad([4, 20, 20, 12], [3, 3, 6, 24], [4, 20, 20, 24], 1, 2),
    "depthwise input gradient": input_grad([2, 40, 40, 16], [3, 3, 1, 16], [2, 20, 20, 16], 2, 16),
    "depthwise filter gradient": filter_grad([4, 40, 40, 40], [3, 3, 1, 40], [4, 40, 40, 40], 1, 40),
    "chain": ("elementwise", {"expr": CHAIN}, [numbers(50, 1000), numbers(1000)], [[[50, 1000], "float32"]]),
    "chain over its operand": (
        "elementwise",
        {"expr": CHAIN},
        [numbers(90, 1000), numbers(90, 1)],
        [[[90, 1000], "float32"]],
    ),
    "maxima of windows": (
        "max_pool2d",
        POOL,
        [numbers(3, 40, 40, 9)],
        [[[3, 20, 20, 9], "float32"], [[3, 20, 20, 9], "int32"]],
    ),
    "means of windows": ("avg_pool2d", POOL, [numbers(3, 40, 40, 9)], [[[3, 20, 20, 9], "float32"]]),
    "gradient of maxima": pool_grad([3, 40, 40, 9], [3, 20, 20, 9]),
    "sum of rows": reduction("sum", [900, 700], [1], [900]),
    "sum of columns": reduction("sum", [900, 700], [0], [700]),
    "maxima of rows": reduction("max", [300, 7, 90], [2], [300, 7]),
    "sum of all": reduction("sum", [300, 700], [0, 1], []),
}


# Whose second operand is a variable, and kept as the kernel reads it.
HELD = (
    "product, deep, with epilogue",
    "products",
    "product with epilogue",
    "convolution in groups",
    "convolution 3x3",
)


def held(plan):
    """A plan of which input 1 is a variable."""
    return {**plan, "inputs": [plan["inputs"][0], *plan["inputs"][2:]], "state": [{"name": "w", "value": 1}]}


def cases():
    found = [
        {"label": label, "plan": one_step(*step), "inputs": step[2], "wait": label == "product"}
        for label, step in STEPS.items()
    ]
    for label in HELD:
        x, w, *extra = STEPS[label][2]
        plan = held(one_step(*STEPS[label]))
        found.append({"label": label + ", held", "plan": plan, "inputs": [x, *extra], "state": [w]})
    return found


@pytest.fixture(scope="module")
def alone(engine_folder):
    found = {}
    for tier in ("simd", "relaxed"):
        found[tier] = cases()
        run_cases(engine_folder, found[tier], tier)
    return found


@pytest.mark.parametrize(("tier", "threads"), [("relaxed", 2), ("relaxed", 3), ("simd", 2)])
def test_bits(engine_folder, alone, tier, threads):
    shared = cases()
    for case, same in zip(shared, alone[tier], strict=True):
        case["inputs"] = same["inputs"]
        case["state"] = same.get("state", [])
        case["repeat"] = 2
    end = run_cases(engine_folder, shared, tier, threads)
    assert end["threads"] == threads
    assert [case["label"] for case in shared if not case["shared"]] == ["sum of all"]
    assert end["heap_top"] == 0, "persistent memory leaks"
    for case, same in zip(shared, alone[tier], strict=True):
        for got, want in zip(case["got"], same["got"], strict=True):
            assert got.tobytes() == want.tobytes(), case["label"]


FAILURES = """
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {HostArray} from './out/pybrowserml.core.host.js';
import {drive_sync} from './out/pybrowserml.platform.tasks.js';
import {from_json} from './out/pybrowserml.platform.text.js';
import {take_piece} from './out/pybrowserml.backends.cpu.thread.js';
import {readFileSync} from 'node:fs';
const plan = readFileSync('plan.json', 'utf8');
const x = Float32Array.from({length: 160000}, (_, i) => Math.sin(i));
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const opened = async (threads) => {
  const engine = CpuBackend(true, threads);
  const executable = drive_sync(engine.prepare(from_json(plan), from_json('{}')));
  const run = () => {
    const host = () => HostArray(x, [400, 400], 'float32');
    const [output] = drive_sync(engine.run(executable, [host(), host()], []));
    const {data} = engine.read_sync(output);
    engine.release(output);
    return data.join();
  };
  run();
  for (let i = 0; i < 500 && engine.crew !== null && !engine.crew.ready(); i++) await later(10);
  const told = () => [engine.capabilities().threads, engine.capabilities().threads_why];
  return {engine, executable, run, told};
};
const found = {};
const alone = await opened(1);
const wanted = alone.run();

const killed = await opened(2);
found.started = killed.told();
killed.engine.crew.threads[0].terminate();
found.killed = [killed.run() === wanted];
await later(200);
found.killed.push(...killed.told(), killed.run() === wanted);

// A thread takes a piece and is never heard of again.
const silent = await opened(2);
silent.engine.crew.patience = 50;
const launch = silent.executable.launches[0];
const {run} = launch;
launch.run = (first, end) => { take_piece(silent.engine.crew.words); run.call(launch, first, end); };
try { silent.run(); } catch (problem) { found.silent = [problem.message]; }
delete launch.run;
found.silent.push(...silent.told(), silent.run() === wanted);

// A thread cannot prepare what it is asked for: the first one does it.
const confused = await opened(2);
const {crew} = confused.engine;
const {describe} = crew;
crew.describe = (job, memory) => describe.call(crew, {...job, number: 99, size: 1}, memory);
found.confused = [];
for (let i = 0; i < 200 && confused.told()[0] === 2; i++) found.confused = [confused.run() === wanted];
found.confused.push(...confused.told(), confused.run() === wanted);

// Two engines at once, and the end of one.
const [first, second] = [await opened(2), await opened(3)];
found.several = [first.run() === wanted, second.run() === wanted, ...first.told(), ...second.told()];
const ended = new Promise((resolve) => first.engine.crew.threads[0].once('exit', resolve));
const threads = first.engine.crew.threads;
threads[0].removeAllListeners = () => {};
first.engine.dispose();
found.ended = await Promise.race([ended.then(() => true), later(5000).then(() => false)]);
found.several.push(second.run() === wanted, first.told()[0]);
for (const {engine} of [alone, killed, silent, confused, second]) engine.dispose();
console.log(JSON.stringify(found));
"""


def test_failures(engine_folder):
    """Threads that end, do not answer or cannot work; several engines; the end of an engine."""
    step = matmul([400, 400], [400, 400], result=[400, 400])
    (engine_folder / "plan.json").write_text(json.dumps(one_step(*step)))
    (engine_folder / "failures.mjs").write_text(FAILURES)
    done = subprocess.run(
        ["node", "failures.mjs"], cwd=engine_folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["started"] == [2, ""]
    assert found["killed"] == [True, 1, "a thread ended by itself", True]
    assert found["silent"] == [
        "a thread of the cpu engine did not answer",
        1,
        "a thread did not answer",
        True,
    ]
    assert found["confused"] == [True, 1, "a thread failed", True]
    assert found["several"] == [True, True, 2, "", 3, "", True, 1]
    assert found["ended"]
