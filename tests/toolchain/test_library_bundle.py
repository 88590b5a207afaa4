"""The built library itself: a good guest that works, in Node and in Chromium, with sound declarations."""

import json
import shutil
import subprocess

import pytest
from guest import HOSTILE_PAGE, POLICY, SNAPSHOT, page

from pybrowserml.tools.bundle import BUILD

DIST = BUILD / "dist"

WORK = """
const work = async (pb) => {
  // Plain JavaScript: the same numbers wherever it runs, and nothing that a strict policy forbids.
  await pb.setBackend('cpu', {wasm: false});
  const sum = await pb.ops.add([1, 2, 3], [4, 5, 6]).data();
  const model = pb.sequential([
    pb.layers.dense(8, {activation: 'relu', kernelInitializer: 'ones'}),
    pb.layers.dense({units: 2, kernelInitializer: 'ones'}),
  ]);
  model.compile({optimizer: 'sgd', loss: 'mse'});
  const x = Array.from({length: 32}, (_, i) => [i / 32, 1 - i / 32]);
  const y = x.map(([a, b]) => [a + b, a - b]);
  const fitted = await model.fit(x, y, {epochs: 3, batchSize: 8, shuffle: false, verbose: 0});
  const history = fitted.history ?? fitted;
  const { data, shape } = await model.predict(x.slice(0, 2));
  return JSON.stringify([Array.from(sum.data), history.loss, Array.from(data), shape]);
};
"""


@pytest.fixture(scope="module")
def dist():
    if not (DIST / "pybrowserml.min.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    return DIST


@pytest.fixture(scope="module")
def expected(dist, node, tmp_path_factory):
    """What the work gives in Node."""
    script = f"import * as pb from '{dist}/pybrowserml.mjs';\n{WORK}\nconsole.log(await work(pb));"
    return node(script, tmp_path_factory.mktemp("library")).strip()


def test_trains_and_predicts_in_node(expected):
    total, losses, _, shape = json.loads(expected)
    assert total == [5, 7, 9]
    assert losses[2] < losses[1] < losses[0]
    assert shape == [2, 2]


@pytest.mark.parametrize("name", ["pybrowserml.min.mjs", "pybrowserml.cjs", "pybrowserml.min.cjs"])
def test_every_form_gives_the_same(dist, node, tmp_path, expected, name):
    load = (
        f"createRequire(import.meta.url)('{dist}/{name}')"
        if name.endswith("cjs")
        else f"await import('{dist}/{name}')"
    )
    script = f"import {{ createRequire }} from 'node:module';\n{WORK}\nconsole.log(await work({load}));"
    assert node(script, tmp_path).strip() == expected


@pytest.mark.browser
def test_under_a_strict_policy(dist, tmp_path, serve, result_of, expected):
    folder = shutil.copytree(dist, tmp_path / "page")
    (folder / "watch.js").write_text(
        "globalThis.violations = [];"
        "addEventListener('securitypolicyviolation', (event) => violations.push(event.blockedURI));"
    )
    page(
        folder,
        f"""
        import * as module from './pybrowserml.min.mjs';
        {SNAPSHOT} {WORK}
        const results = [await work(module), await work(pybrowserml)];
        await new Promise((resolve) => setTimeout(resolve, 50));
        document.title = JSON.stringify({{results, violations, seen: enumerated()}});
        """,
        ["watch.js", "pybrowserml.global.min.js"],
    )
    result = result_of(serve(folder, {"Content-Security-Policy": POLICY}))
    assert result == {"results": [expected, expected], "violations": [], "seen": ["0", "0"]}


@pytest.mark.browser
def test_two_copies_on_a_page_with_prototypes_of_its_own(dist, tmp_path, serve, result_of, expected):
    folder = shutil.copytree(dist, tmp_path / "page")
    (folder / "hostile.js").write_text(HOSTILE_PAGE)
    (folder / "keep.js").write_text("globalThis.first = pybrowserml;")
    page(
        folder,
        f"""
        {SNAPSHOT} {WORK}
        const before = [snapshot(), enumerated()];
        const results = await Promise.all([work(first), work(pybrowserml)]);
        const changed = changes(before, [snapshot(), enumerated()]);
        document.title = JSON.stringify({{results, changed, different: first !== pybrowserml}});
        """,
        ["hostile.js", "pybrowserml.global.js", "keep.js", "pybrowserml.global.min.js"],
    )
    assert result_of(serve(folder)) == {"results": [expected, expected], "changed": [], "different": True}


@pytest.mark.parametrize("name", ["pybrowserml.d.ts", "runtime.d.ts"])
def test_declarations_compile_under_strict(dist, name):
    run = subprocess.run(
        [
            str(BUILD / "node_modules" / ".bin" / "tsc"),
            "--strict",
            "--noEmit",
            "--target",
            "es2022",
            "--module",
        ]
        + [
            "nodenext",
            "--moduleResolution",
            "nodenext",
            "--types",
            "",
            "--lib",
            "es2022,dom",
            str(dist / name),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.browser
def test_eager_use_on_webgl(dist, tmp_path, serve, result_of):
    """A loop that never reads is computed on its way, without waiting; old versions of a variable survive."""
    folder = shutil.copytree(dist, tmp_path / "page")
    page(
        folder,
        """
        import * as pb from './pybrowserml.min.mjs';
        await pb.setBackend('webgl');
        let x = pb.ops.zeros([3, 5]);
        for (let i = 0; i < 1500; i++) x = pb.ops.add(pb.ops.multiply(x, 0.5), 1);
        const { data, shape } = await x.data();
        const variable = pb.variable([1, 2, 3], {dtype: 'float32'});
        const before = pb.ops.multiply(variable.value, 10);
        variable.assign(pb.ops.add(variable.value, 1));
        const after = await variable.value.array();
        document.title = JSON.stringify({
          data: Array.from(data), shape, before: await before.array(), after, name: pb.backendInfo().name,
        });
        """,
    )
    result = result_of(serve(folder, {}))
    assert result == {
        "data": [2] * 15,
        "shape": [3, 5],
        "before": [10, 20, 30],
        "after": [2, 3, 4],
        "name": "webgl",
    }


STATE = """
const state = async (pb) => {
  pb.config.clearSession();
  const ones = pb.variable('ones', {shape: [2], dtype: 'int32', name: 'counts'});
  const made = pb.variable({initializer: pb.initializers.constant(2.5), shape: [2]});
  const added = await ones.assignAdd([1.5, 2.5]).array();
  const model = pb.sequential([pb.input([2]), pb.layers.dense(1, {kernelInitializer: 'ones'})]);
  const optimizer = pb.optimizers.sgd(0.5, {momentum: 0.9});
  optimizer.build(model.trainableVariables);
  const weights = model.trainableVariables.map((variable) => pb.ops.multiply(variable.value, 2));
  const [y, rest] = model.statelessCall(weights, [], [[1, 2]], {training: true});
  const slots = optimizer.variables.map((variable) => variable.value);
  const gradients = weights.map((weight) => pb.ops.onesLike(weight));
  const [moved] = optimizer.statelessApply(slots, gradients, weights);
  const metric = pb.metrics.mean();
  const sums = metric.statelessUpdateState(metric.statelessResetState(), [1, 3]);
  const scope = pb.statelessScope({stateMapping: [[made, [0, 1]]]}).open();
  made.assign(pb.ops.add(made.value, 1));
  scope.close();
  const inside = await scope.getCurrentValue(made).array();
  model.compile(optimizer, 'mse');
  const tree = await model.getStateTree('numpy_array');
  const before = await model.predict([[1, 2]]);
  await model.fit([[1, 2]], [[1]], {epochs: 2, verbose: 0});
  const trained = await model.predict([[1, 2]]);
  await model.setStateTree(tree);
  const after = await model.predict([[1, 2]]);
  pb.mixedPrecision.setGlobalPolicy(pb.mixedPrecision.policy('mixed_float16'));
  const policy = [pb.config.dtypePolicy().name, pb.layers.dense(1).computeDtype];
  pb.config.setDtypePolicy('float32');
  let leaked = null;
  const kept = pb.scope(() => {
    leaked = pb.ops.add(pb.ops.ones([64, 64]), 1);
    return { sum: pb.ops.sum(leaked) };
  });
  const refused = [];
  for (const wrong of [
    () => pb.scope(async () => leaked),
    () => pb.variable('ones'),
    () => model.statelessCall([], [], [[1, 2]]),
  ]) {
    try { wrong(); } catch (problem) { refused.push(problem.message); }
  }
  return {
    added, name: [ones.name, made.name, made.ndim], y: await y.array(), rest: rest.length,
    moved: await moved[0].array(), own: await model.trainableVariables[0].value.array(),
    mean: await metric.statelessResult(sums).array(), inside, outside: await made.value.array(),
    parts: Object.keys(tree), back: [before.data[0] === trained.data[0], before.data[0] === after.data[0]],
    policy, kept: await kept.sum.array(), refused,
  };
};
"""
STATE_FOUND = {
    "added": [2, 3],
    "name": ["counts", "variable", 1],
    "y": [[6]],
    "rest": 0,
    "moved": [[1.5], [1.5]],
    "own": [[1], [1]],
    "mean": 2,
    "inside": [1, 2],
    "outside": [2.5, 2.5],
    "parts": ["trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables"],
    "back": [False, True],
    "policy": ["mixed_float16", "float16"],
    "kept": 8192,
    "refused": [
        "scope: the function must not be async; read values after the scope",
        "Variable: an initializer needs a shape",
        "layer 'sequential' (Sequential): stateless_call: trainable_variables must be a list of 2 values, got 0",
    ],
}


@pytest.mark.browser
def test_state_in_the_page(dist, tmp_path, serve, result_of):
    """Variables, calls without side effects, trees of state, policies and scopes in JavaScript clothes."""
    folder = shutil.copytree(dist, tmp_path / "page")
    page(
        folder,
        f"""
        import * as pb from './pybrowserml.min.mjs';
        {STATE}
        const found = [];
        for (const engine of ['cpu', 'webgl']) {{
          await pb.setBackend(engine);
          found.push(await state(pb));
        }}
        document.title = JSON.stringify(found);
        """,
    )
    assert result_of(serve(folder, {})) == [STATE_FOUND, STATE_FOUND]
