"""Threads that come late to everything: they sleep and dawdle wherever they may be kept waiting, more of them than
processors, while plans change, memory grows and executables are forgotten.

Seconds of it always, minutes with PYBROWSERML_LONG=1.
"""

import json
import os
import subprocess

import pytest

from .test_threads import CHAIN, cases, numbers
from .transpiled import encode

SECONDS = 100 if os.environ.get("PYBROWSERML_LONG") else 1.5

SLOW_THREAD = """
import {Thread} from './out/pybrowserml.backends.cpu.thread.js';
const clock = new Int32Array(new SharedArrayBuffer(4));
const dawdle = () => {
  const x = Math.random();
  if (x < 0.2) Atomics.wait(clock, 0, 0, Math.random() * 2);
  else if (x < 0.5) for (let i = 0, n = Math.random() * 3000; i < n; i++) clock[0] = 0;
};
for (const name of ['_take', '_piece', '_bind', '_launch', '_executable']) {
  const place = Object.hasOwn(Thread, name) ? Thread : Thread.prototype;
  const plain = place[name];
  if (typeof plain !== 'function') throw new Error(`a thread has no ${name}`);
  const value = function (...given) {
    dawdle();
    const found = plain.apply(this, given);
    dawdle();
    return found;
  };
  Object.defineProperty(place, name, {value, writable: true, configurable: true});
}
"""

DRIVER = """
import fs from 'fs';
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {HostArray} from './out/pybrowserml.core.host.js';
import {Slot} from './out/pybrowserml.core.slots.js';
import {drive, drive_sync} from './out/pybrowserml.platform.tasks.js';
import {from_json} from './out/pybrowserml.platform.text.js';
const threads = Number(process.argv[2]);
const until = Date.now() + Number(process.argv[3]) * 1000;
const cases = JSON.parse(fs.readFileSync('races.json', 'utf8'));
const arrays = {float32: Float32Array, int32: Int32Array};
const clock = new Int32Array(new SharedArrayBuffer(4));
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const unpack = ({data, shape, dtype}) =>
  HostArray(new arrays[dtype](Uint8Array.from(Buffer.from(data, 'base64')).buffer), shape, dtype);
const bits = ({data}) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
const opened = (count) => {
  const engine = CpuBackend(true, 1);
  engine.use_threads(count, new URL('./slow_thread.mjs', import.meta.url).href);
  engine.least_launch = engine.least_plan = 0;
  return engine;
};
const prepared = (engine, {plan, inputs, state}) => ({
  executable: drive_sync(engine.prepare(from_json(JSON.stringify(plan)), from_json('{}'))),
  inputs: inputs.map(unpack),
  state: state.map((item) => Slot(unpack(item))),
});
const running = (engine, {executable, inputs, state}) => engine.run(executable, inputs, state);
const alone = opened(1);
const wanted = cases.map((item) =>
  drive_sync(running(alone, prepared(alone, item))).map((buffer) => bits(alone.read_sync(buffer))));

const engine = opened(threads);
for (let k = 0; k < 6000 && engine.crew?.ready() !== true; k++) {
  engine._crew_for({shared_cost: 1, job: {}});
  await later(10);
}
const {crew} = engine;
const {run} = crew;
crew.run = (launch, first, end) => {
  if (Math.random() < 0.1) Atomics.wait(clock, 0, 0, Math.random());
  run.call(crew, launch, first, end);
};
const ready = cases.map(() => null);
const found = {runs: 0, wrong: [], grown: 0, forgotten: 0};
let held = [];
let size = engine.memory.count;
while (Date.now() < until || found.runs < 100) {
  const i = Math.floor(Math.random() * cases.length);
  ready[i] ??= prepared(engine, cases[i]);
  const outputs = Math.random() < 0.2 ? await drive(running(engine, ready[i])) : drive_sync(running(engine, ready[i]));
  outputs.forEach((buffer, k) => {
    if (bits(engine.read_sync(buffer)) !== wanted[i][k]) found.wrong.push(`${cases[i].label}, run ${found.runs}`);
  });
  found.runs += 1;
  if (engine.memory.count !== size) found.grown += 1;
  size = engine.memory.count;
  // Results that are held move what comes after them.
  held.push(...outputs);
  if (Math.random() < 0.1) held = held.filter((buffer) => { engine.release(buffer); });
  if (found.runs % 30 === 0) {
    ready[i].state.forEach(({buffer}) => engine.release(buffer));
    engine.forget(ready[i].executable);
    ready[i] = null;
    found.forgotten += 1;
  }
  if (Math.random() < 0.02) await later(Math.random() * 20);
  if (!crew.ready()) throw new Error(crew.why);
}
engine.dispose();
alone.dispose();
console.log(JSON.stringify(found));
"""


def chain_of_steps(size):
    """Products and expressions one after the other, small enough for a thread to come when all is done."""
    values = [{"shape": [size, size], "dtype": "float32"} for _ in range(3)]
    steps = []
    for k in range(10):
        kernel = "elementwise" if k % 2 else "matmul"
        params = (
            {"expr": CHAIN} if k % 2 else {"transpose_a": False, "transpose_b": k % 4 == 2, "epilogue": None}
        )
        last = 0 if k == 0 else len(values) - 1
        steps.append(
            {
                "kernel": kernel,
                "inputs": [last, 1 + k % 2],
                "outputs": [len(values)],
                "params": params,
                "name": "",
            }
        )
        values.append({"shape": [size, size], "dtype": "float32"})
    plan = {
        "sizes": [],
        "values": values,
        "inputs": [{"name": f"x{k}", "value": k} for k in range(3)],
        "state": [],
        "constants": [],
        "outputs": [{"name": "y", "value": len(values) - 1}],
        "updates": [],
        "steps": steps,
        "lifetimes": [None] * len(values),
        "subplans": [],
    }
    return {"label": f"chain of {size}", "plan": plan, "inputs": [numbers(size, size) for _ in range(3)]}


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_that_are_late(engine_folder, threads):
    chains = [chain_of_steps(size) for size in (20, 33, 50, 90, 140)]
    packed = []
    for case in cases() + chains:
        packed.append(
            {
                "label": case["label"],
                "plan": case["plan"],
                "inputs": [encode(*item) for item in case["inputs"]],
                "state": [encode(*item) for item in case.get("state", [])],
            }
        )
    (engine_folder / "races.json").write_text(json.dumps(packed))
    (engine_folder / "slow_thread.mjs").write_text(SLOW_THREAD)
    (engine_folder / "races.mjs").write_text(DRIVER)
    command = ["node", "races.mjs", str(threads), str(SECONDS)]
    done = subprocess.run(command, cwd=engine_folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["runs"] >= 100
    assert found["grown"] > 0
    assert found["forgotten"] > 0
