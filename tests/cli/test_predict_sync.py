"""predictSync of built models and of the library: the same as predict, at once; and what it says where it cannot."""

import json
import subprocess

import numpy as np
import pytest

from pybrowserml.tools.bundle import BUILD

SAME = """
const close = (a, b) => a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) < 1e-6);
const failing = async (call) => {
  try { await call(); return null; } catch ({ name, message }) { return [name, message]; }
};
const problems = [];
const require = (label, holds) => { if (!holds) problems.push(label); };
"""

BUILT = """
for (const wasm of [true, false]) {
  const model = await load({ backend: "cpu", wasm });
  const numbers = [0.5, -1.5, 2, 0.25];
  const forms = {
    nested: [numbers], sample: numbers, flat: new Float32Array(numbers), double: new Float64Array(numbers),
    shaped: { data: new Float32Array(numbers), shape: [1, 4] }, list: { data: numbers, shape: [1, 4] },
    typed: { data: new Float64Array(numbers), shape: [1, 4], dtype: "float32" }, rows: [numbers, numbers],
    whole: [[1, 2, 3, 4]], pair: new Float32Array([...numbers, ...numbers]),
  };
  for (let turn = 0; turn < 6; turn++) {
    for (const [name, form] of Object.entries(forms)) {
      const wanted = await model.predict(form);
      const got = model.predictSync(form);
      const twice = [model.predictSync(form), model.predictSync(form), await model.predict(form)];
      for (const found of [got, ...twice]) {
        require(`${name} ${turn}`, close(found.data, wanted.data) && String(found.shape) === String(wanted.shape));
        require(`${name}: kind`, found.dtype === "float32" && found.data instanceof Float32Array);
      }
    }
  }
  // Results are the caller's.
  const first = model.predictSync([numbers]);
  const kept = Array.from(first.data);
  const second = model.predictSync([[9, 9, 9, 9]]);
  require("a result changed", close(first.data, kept) && !close(second.data, kept));
  require("shared", first.data.buffer !== second.data.buffer && first.shape !== second.shape);
  require("more than itself", first.data.buffer.byteLength === 4 * first.data.length);
  first.data.fill(7);
  first.shape[0] = 7;
  const third = model.predictSync([numbers]);
  require("a result is read again", close(third.data, kept) && third.shape[0] === 1);
  // The caller may fill its array anew, and trains in between.
  const data = new Float32Array(numbers);
  model.predictSync({ data, shape: [1, 4] });
  data.fill(9);
  require("an array is kept", close(model.predictSync({ data, shape: [1, 4] }).data, second.data));
  await model.trainOnBatch([numbers], [2]);
  const trained = model.predictSync([numbers]);
  require("not trained", !close(trained.data, kept) && close(trained.data, (await model.predict([numbers])).data));
  // Wrong data is refused as ever, and does no harm.
  const wrong = [
    { data: new Float32Array(3), shape: [1, 3] }, [[1, 2, 3]], [1, 2, 3], [[1, 2], [3]], [["a", 2, 3, 4]], null,
    undefined, { other: [numbers] }, { data: new Float32Array(4), shape: [1, 5] }, new Float32Array(5), [[]], 3,
  ];
  for (const form of wrong) {
    const told = await failing(() => model.predict(form));
    const at_once = await failing(() => model.predictSync(form));
    require(`wrong: ${JSON.stringify(form)}, ${told}, ${at_once}`, told !== null && String(told) === String(at_once));
  }
  require("after a mistake", close(model.predictSync([numbers]).data, trained.data));
  const { name } = await model.setBackend("plain");
  require("another engine", name === "cpu" && close(model.predictSync([numbers]).data, trained.data));
  model.dispose();
  const told = await failing(() => model.predictSync([numbers]));
  require(`disposed: ${told}`, String(told) === "EngineError,this model was disposed of");
}
console.log(JSON.stringify(problems));
"""

BUSY = """
const model = await load({ backend: "cpu", threads: 1 });
const row = new Float32Array(900).fill(0.5);
const [one] = model.predictSync({ data: row, shape: [1, 900] }).data;
const many = new Float32Array(256 * 900);
await model.predict(many);
const long = model.predict(many);
const told = await failing(() => model.predictSync({ data: row, shape: [1, 900] }));
require(`busy: ${told}`, told?.[0] === "EngineError" && told[1].includes("in the middle of another run"));
const after = model.predict({ data: row, shape: [1, 900] });
await long;
require("afterwards", (await after).data[0] === one);
require("free again", model.predictSync({ data: row, shape: [1, 900] }).data[0] === one);
console.log(JSON.stringify(problems));
"""

LIBRARY = """
pb.setBackend("cpu");
const model = pb.sequential([
  pb.input([2]), pb.layers.dense({ units: 3, activation: "tanh" }), pb.layers.dense({ units: 1 }),
]);
model.compile({ optimizer: "sgd", loss: "mse" });
const x = [[0.5, -1.5]];
for (let turn = 0; turn < 6; turn++) {
  const wanted = await model.predict(x, { verbose: 0 });
  const got = model.predictSync(x);
  require(`turn ${turn}`, close(got.data, wanted.data) && String(got.shape) === "1,1");
  if (turn === 4) await model.fit(x, [[3]], { verbose: 0 });
}
require("wrong", (await failing(() => model.predictSync([[1, 2, 3]])))[0] === "ShapeError");
console.log(JSON.stringify(problems));
"""


@pytest.fixture
def problems(tmp_path):
    """problems(script) -> what it printed in Node.js."""

    def run(script):
        (tmp_path / "run.mjs").write_text(SAME + script)
        command = ["node", str(tmp_path / "run.mjs")]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return run


def test_a_built_model(bundles, problems):
    _model, folder = bundles("dense", trainable=True)
    assert problems(f"import {{ load }} from {json.dumps(str(folder / 'model.js'))};\n" + BUILT) == []


def test_in_the_middle_of_a_run(bundles, problems):
    _model, folder = bundles("large")
    assert problems(f"import {{ load }} from {json.dumps(str(folder / 'model.js'))};\n" + BUSY) == []


def test_the_library(problems):
    script = str(BUILD / "dist" / "pybrowserml.mjs")
    assert problems(f"import * as pb from {json.dumps(script)};\n" + LIBRARY) == []


def test_in_python(samples, bundles):
    model, _folder = bundles("dense", trainable=True)
    x, _ = samples
    np.testing.assert_array_equal(model.predict_sync(x), model.predict(x, batch_size=len(x), verbose=0))


def test_where_it_cannot(bundles, opened, js):
    """WebGL and workers have to be waited for; "auto" answers on the processor."""
    _model, folder = bundles("dense", trainable=True)
    opened(folder, {})
    found = js(
        SAME
        + """
        const { load } = await import("./model.js");
        const x = [[0.5, -1.5, 2, 0.25]];
        const auto = await load({ backend: "auto", remember: false });
        const wanted = await (await load({ backend: "cpu" })).predict(x);
        for (let turn = 0; turn < 6; turn++) {
          require(`auto ${turn}`, close(auto.predictSync(x).data, wanted.data));
          require(`promised ${turn}`, close((await auto.predict(x)).data, wanted.data));
        }
        const told = [];
        for (const options of [{ backend: "webgl" }, { backend: "cpu", worker: true }]) {
          const model = await load(options);
          told.push(await failing(() => model.predictSync(x)));
          model.dispose();
        }
        return { problems, told };
        """
    )
    assert found["problems"] == []
    assert [kind for kind, _ in found["told"]] == ["EngineError", "EngineError"]
    assert "the webgl engine cannot answer at once" in found["told"][0][1]
    assert "in a worker" in found["told"][1][1]
