"""Threads of the built library: on pages that are cross-origin isolated, on others, and in Node.js."""

import json
import shutil

import pytest
from guest import page

from pybrowserml.tools.bundle import BUILD

DIST = BUILD / "dist"
ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
}

# A net whose step is worth threads: what training gives, as bits, and what a prediction gives.
WORK = """
const bits = (data) => Array.from(new Uint32Array(Float32Array.from(data).buffer)).reduce(
  (hash, word) => (Math.imul(hash, 31) + word) | 0, 7);
const wave = (count, speed) => Float32Array.from({length: count}, (_, i) => Math.sin(i * speed));
const settled = async (pb) => {
  // They start with a plan that is worth it.
  for (let i = 0; i < 2000; i++) {
    const x = {data: wave(160000, 0.7), shape: [400, 400]};
    await pb.ops.matmul(pb.ops.convertToTensor(x), pb.ops.convertToTensor(x)).data();
    const {threads, threads_why: why} = pb.backendInfo();
    if (why === '' || threads === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const {threads, threads_why} = pb.backendInfo();
  return [threads, threads_why];
};
const train = async (pb) => {
  const {layers} = pb;
  const model = pb.sequential([
    layers.input({shape: [16, 16, 3]}),
    layers.conv2d(12, 3, {padding: 'same', activation: 'relu'}),
    layers.conv2d(16, 5, {strides: 2, padding: 'same', activation: 'relu'}),
    layers.maxPooling2d(2),
    layers.flatten(),
    layers.dense(10, {activation: 'softmax'}),
  ]);
  let at = 0;
  await model.setWeights((await model.getWeights()).map(({data, shape}) =>
    ({data: wave(data.length, 0.3 + ++at).map((x) => x / 8), shape})));
  model.compile({optimizer: 'adam', loss: 'sparse_categorical_crossentropy'});
  const x = {data: wave(48 * 768, 0.01), shape: [48, 16, 16, 3]};
  const y = {data: Int32Array.from({length: 48}, (_, i) => i % 10), shape: [48]};
  const losses = [];
  for (let i = 0; i < 3; i++) losses.push(await model.trainOnBatch(x, y));
  const {data} = await model.predict(x);
  return [losses, bits(data)];
};
const grow = async (pb) => {
  // More memory than there was, in the middle of the threads' life.
  const x = {data: wave(3000000, 0.0007), shape: [1500, 2000]};
  const wide = pb.ops.concatenate([x, x, x, x].map((part) => pb.ops.convertToTensor(part)), 0);
  return bits((await pb.ops.sum(pb.ops.tanh(wide), 1).data()).data);
};
const all = async (pb) => {
  const found = [];
  for (const threads of [1, 2, 3]) {
    await pb.setBackend('cpu', {threads});
    found.push([await settled(pb), await train(pb), await grow(pb)]);
  }
  await pb.setBackend('cpu', {threads: 1});
  return found;
};
"""


@pytest.fixture(scope="module")
def dist():
    if not (DIST / "pybrowserml.min.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    return DIST


def check(found):
    assert [row[0][0] for row in found] == [1, 2, 3]
    assert [row[0][1] for row in found][1:] == ["", ""]
    assert found[1][1:] == found[0][1:]
    assert found[2][1:] == found[0][1:]


def test_in_node(dist, node, tmp_path):
    """CommonJS; the page below takes the other forms."""
    script = f"import pb from '{dist}/pybrowserml.cjs';"
    check(json.loads(node(f"{script}\n{WORK}\nconsole.log(JSON.stringify(await all(pb)));", tmp_path)))


@pytest.mark.browser
def test_on_an_isolated_page(dist, tmp_path, serve, result_of):
    """Modules and static script, under a strict policy."""
    folder = shutil.copytree(dist, tmp_path / "page")
    page(
        folder,
        f"""
        import * as module from './pybrowserml.min.mjs';
        {WORK}
        const failing = async (threadScript, threads = 2) => {{
          await module.setBackend('cpu', {{threads, threadScript}});
          return [await settled(module), await train(module)];
        }};
        document.title = JSON.stringify([
          await all(module), await all(pybrowserml), await failing('./missing.mjs'),
          await failing('https://other.test/x.mjs'),
        ]);
        """,
        ["pybrowserml.global.min.js"],
    )
    found = result_of(serve(folder, ISOLATED) + "/index.html")
    assert "failed" not in found, found
    modules, script, missing, foreign = found
    check(modules)
    check(script)
    for found in (missing, foreign):
        assert found[0][0] == 1
        assert found[0][1].startswith("a thread ")
        assert found[1] == modules[0][1]


@pytest.mark.browser
def test_in_a_worker(dist, tmp_path, serve, result_of):
    """An engine in a worker: its threads are workers of that."""
    folder = shutil.copytree(dist, tmp_path / "page")
    (folder / "inner.mjs").write_text(f"""
        import * as module from './pybrowserml.min.mjs';
        {WORK}
        const found = [];
        for (const threads of [1, 2]) {{
          await module.setBackend('cpu', {{threads}});
          found.push([await settled(module), await train(module)]);
        }}
        postMessage(found);
    """)
    page(
        folder,
        """
        const worker = new Worker('./inner.mjs', {type: 'module'});
        worker.onmessage = ({data}) => { document.title = JSON.stringify(data); };
        worker.onerror = ({message}) => { document.title = JSON.stringify({failed: message}); };
        """,
    )
    one, two = result_of(serve(folder, ISOLATED) + "/index.html")
    assert two[0] == [2, ""]
    assert two[1] == one[1]


@pytest.mark.browser
def test_elsewhere_one_thread(dist, tmp_path, serve, result_of):
    folder = shutil.copytree(dist, tmp_path / "page")
    page(
        folder,
        f"""
        import * as pb from './pybrowserml.min.mjs';
        {WORK}
        await pb.setBackend('cpu', {{threads: 2}});
        document.title = JSON.stringify(await settled(pb));
        """,
    )
    assert result_of(serve(folder) + "/index.html") == [1, "the page is not cross-origin isolated"]
