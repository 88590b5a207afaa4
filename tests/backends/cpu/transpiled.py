"""Run plans on the transpiled engine: Python writes cases, Node runs them, Python reads the numbers."""

import base64
import json
import re
import subprocess
from pathlib import Path

import numpy as np

from pybrowserml.tools.transpile import transpile

ROOT = Path(__file__).resolve().parents[3]
NUMPY = {"float32": np.float32, "int32": np.int32, "bool": np.uint8, "uint8": np.uint8}

DRIVER = """
import fs from 'fs';
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {HostArray} from './out/pybrowserml.core.host.js';
import {Slot} from './out/pybrowserml.core.slots.js';
import {drive, drive_sync} from './out/pybrowserml.platform.tasks.js';
import {from_json} from './out/pybrowserml.platform.text.js';
const arrays = {float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array};
const unpack = (item) => {
  const bytes = Uint8Array.from(Buffer.from(item.data, 'base64'));
  return HostArray(new arrays[item.dtype](bytes.buffer), item.shape, item.dtype);
};
const pack = (host) => ({dtype: host.dtype, shape: host.shape,
  data: Buffer.from(host.data.buffer, host.data.byteOffset, host.data.byteLength).toString('base64')});
const cases = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const results = [];
const engine = CpuBackend(process.argv[4] !== 'plain');
// Where relaxed SIMD is missing, as in Safari and older versions of Node.
if (process.argv[4] === 'simd') engine.tier.relaxed = false;
// Everything is shared out among so many threads.
const threads = Number(process.argv[5]);
engine.use_threads(threads, null);
if (threads > 1) {
  engine.least_launch = engine.least_plan = 0;
  // A plan that is worth it calls them. On a busy machine they take their time.
  for (let k = 0; k < 6000 && engine.crew?.ready() !== true; k++) {
    engine._crew_for({shared_cost: 1, job: {}});
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (!engine.crew.ready()) throw new Error(engine.capabilities().threads_why);
}
for (const item of cases) {
  const plan = from_json(JSON.stringify(item.plan));
  const sizes = from_json(JSON.stringify(item.sizes));
  const executable = drive_sync(engine.prepare(plan, sizes));
  const state = item.state.map((entry) => Slot(unpack(entry)));
  const inputs = item.inputs.map(unpack);
  let outputs = [];
  for (let r = 0; r < item.repeat; r++) {
    outputs.forEach((buffer) => engine.release(buffer));
    const run = engine.run(executable, inputs, state);
    outputs = item.wait ? await drive(run) : drive_sync(run);
  }
  results.push({
    outputs: outputs.map((buffer) => pack(engine.read_sync(buffer))),
    state: state.map((slot) => pack(engine.read_sync(slot.buffer))),
    scratch: executable.storage.scratch,
    shared: executable.job !== null,
  });
  outputs.forEach((buffer) => engine.release(buffer));
  state.forEach((slot) => engine.release(slot.buffer));
  engine.forget(executable);
}
results.push({heap_top: engine.heap.top, threads: engine.capabilities().threads});
engine.dispose();
fs.writeFileSync(process.argv[3], JSON.stringify(results));
"""


def stage(folder):
    """Transpile the engine into `folder` (once); returns the folder."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    transpile(ROOT, "pybrowserml.backends.cpu.engine", folder / "out")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "driver.mjs").write_text(DRIVER)
    return folder


def encode(array, dtype):
    array = np.ascontiguousarray(array, dtype=NUMPY[dtype])
    return {"dtype": dtype, "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def decode(item):
    return np.frombuffer(base64.b64decode(item["data"]), NUMPY[item["dtype"]]).reshape(item["shape"])


TIERS = ("plain", "simd", "relaxed")


def run_cases(folder, cases, tier, threads=1):
    """tier: one of TIERS; threads: how many. cases: dicts of plan, sizes, inputs, state ([array, dtype] lists);
    adds "got", "got_state" to each.
    """
    packed = []
    for case in cases:
        packed.append(
            {
                "plan": case["plan"],
                "sizes": case.get("sizes", {}),
                "inputs": [encode(*item) for item in case["inputs"]],
                "state": [encode(*item) for item in case.get("state", [])],
                "repeat": case.get("repeat", 1),
                "wait": case.get("wait", False),
            }
        )
    (folder / "cases.json").write_text(re.sub(r"\bNaN\b", "null", json.dumps(packed)))
    done = subprocess.run(
        ["node", "driver.mjs", "cases.json", "results.json", tier, str(threads)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-4000:])
    results = json.loads((folder / "results.json").read_text())
    for case, result in zip(cases, results, strict=False):
        case["got"] = [decode(item) for item in result["outputs"]]
        case["got_state"] = [decode(item) for item in result["state"]]
        case["scratch"] = result["scratch"]
        case["shared"] = result["shared"]
    return results[-1]


def one_step(kernel, params, inputs, outputs):
    """A plan of one step. inputs: [array, dtype] items; outputs: [shape, dtype] items or None."""
    values = [{"shape": list(np.shape(a)), "dtype": dtype} for a, dtype in inputs]
    ids = []
    for item in outputs:
        ids.append(None if item is None else len(values))
        if item is not None:
            values.append({"shape": list(item[0]), "dtype": item[1]})
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": f"x{i}", "value": i} for i in range(len(inputs))],
        "state": [],
        "constants": [],
        "outputs": [{"name": f"y{i}", "value": i} for i in ids if i is not None],
        "updates": [],
        "steps": [
            {
                "kernel": kernel,
                "inputs": list(range(len(inputs))),
                "outputs": ids,
                "params": params,
                "name": "test",
            }
        ],
        "lifetimes": [None] * len(values),
        "subplans": [],
    }


class Cases:
    """Collects cases with their references, runs them in one Node process and compares."""

    def __init__(self, folder):
        self.folder = folder
        self.cases = []

    def add(self, label, kernel, params, inputs, references, rtol=1e-5, atol=1e-6):
        """inputs: [array, dtype] items; references: [array, dtype] items."""
        outputs = [[np.shape(a), dtype] for a, dtype in references]
        plan = one_step(kernel, params, inputs, outputs)
        self.cases.append(
            {
                "label": label,
                "plan": plan,
                "inputs": inputs,
                "references": references,
                "rtol": rtol,
                "atol": atol,
            }
        )

    def check(self):
        for tier in TIERS:
            self._check(run_cases(self.folder, self.cases, tier))

    def _check(self, end):
        assert end["heap_top"] == 0, "persistent memory leaks"
        for case in self.cases:
            for got, (want, dtype) in zip(case["got"], case["references"], strict=False):
                want = np.asarray(want).astype(NUMPY[dtype])
                message = case["label"] + " " + str([np.shape(a) for a, _ in case["inputs"]])
                assert got.shape == want.shape, message
                if dtype == "float32":
                    np.testing.assert_allclose(
                        got, want, rtol=case["rtol"], atol=case["atol"], err_msg=message
                    )
                else:
                    np.testing.assert_array_equal(got, want, err_msg=message)
