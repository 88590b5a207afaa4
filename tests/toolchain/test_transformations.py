"""Transformations in JavaScript clothes: the built library in Node."""

import json

import pytest

from pybrowserml.tools.bundle import BUILD

DIST = BUILD / "dist"

SCRIPT = """
const { ops } = pb;
await pb.setBackend('cpu');
const out = {};
const keep = async (tensor) => {
  if (tensor === null || tensor === undefined) return 'none';
  if (Array.isArray(tensor)) return Promise.all(tensor.map(keep));
  if (typeof tensor.array === 'function') return tensor.array();
  const made = {};
  for (const key of Object.keys(tensor)) made[key] = await keep(tensor[key]);
  return made;
};
const failure = async (action) => {
  try { await action(); } catch (caught) { return `${caught.name}: ${caught.message}`; }
  return 'no error';
};
const cube = (x) => ops.sum(ops.multiply(ops.multiply(x, x), x));
const params = { w: [1, 2], b: [pb.tensor([3, 4], { dtype: 'float32' }), null] };
const loss = (p, x) => ops.add(ops.sum(ops.multiply(p.w, x)), ops.sum(ops.multiply(p.b[0], p.b[0])));
out.first = await keep(await pb.grad(cube)([1, 2]));
out.third = await keep(await pb.grad((x) => ops.sum(pb.grad((y) => ops.sum(pb.grad(cube)(y)))(x)))([1, 2]));
out.structure = await keep(await pb.grad(loss)(params, [5, 6]));
out.plain = Object.getPrototypeOf(await pb.grad(loss)(params, [5, 6])) === Object.prototype;
out.both = await keep(await pb.valueAndGrad(loss, { argnums: [0, 1] })(params, [5, 6]));
out.aux = await keep(await pb.grad((x) => [cube(x), { twice: ops.add(x, x) }], { hasAux: true })([1, 2]));
out.grads = await keep(await pb.grads((a, b) => ops.multiply(a, b))(2, 3));
out.valueAndGrads = await keep(await pb.valueAndGrads((a, b) => ops.multiply(a, b))(2, 3));
const w = pb.variable(3, { dtype: 'float32' });
const found = await pb.variableGrads((x) => ops.multiply(ops.multiply(w.value, w.value), x))(2);
out.variableGrads = [await keep(found.value), await keep(found.grads), found.variables[0] === w];
out.jvp = await keep(await pb.jvp((x) => ops.sin(x), [[0, 1]], [[1, 1]]));
const [value, pull] = await pb.vjp((p) => ({ y: ops.multiply(p.a, p.a) }), [{ a: [1, 2] }]);
out.vjp = [await keep(value), await keep(await pull({ y: [1, 10] }))];
const [, push] = await pb.linearize((x) => ops.multiply(x, x), [[1, 2]]);
out.linearize = await keep(await push([[1, 10]]));
out.hvp = await keep(await pb.hvp(cube, [[1, 2]], [[1, 10]]));
out.jacobian = await keep(await pb.jacobian((x) => ops.multiply(x, x), { mode: 'forward' })([1, 2]));
out.hessian = await keep(await pb.hessian(cube)([1, 2]));
const dot = (x, y) => ops.sum(ops.multiply(x, y));
out.vmap = await keep(await pb.vmap(dot, { inAxes: [0, null] })([[1, 2], [3, 4]], [1, 10]));
out.vmapStructure = await keep(
  await pb.vmap((p) => ({ y: ops.multiply(p.x, p.s) }), { inAxes: [{ x: 1, s: null }], outAxes: 1 })(
    { x: [[1, 2], [3, 4]], s: 10 }));
out.perRow = await keep(await pb.vmap(pb.grad(cube))([[1, 2], [3, 0.5]]));
const step = pb.customGradient((x) => [ops.floor(x), (d) => ops.multiply(d, 7)]);
out.custom = await keep(await pb.grad((x) => ops.sum(step(x)))([1.5, 2.5]));
out.remat = await keep(await pb.grad((x) => ops.sum(pb.remat((y) => ops.multiply(y, ops.multiply(y, y)))(x)))([1, 2]));
const outside = ops.add(pb.tensor([1, 2]), 1);
const captures = (x, kind) => ({ kind: ops.multiply(x, outside), none: undefined });
out.captured = await keep(await pb.function(captures)([1, 1], 'text'));
const twice = pb.function((x) => ops.add(x, x));
await twice([1]);
out.explained = pb.explain(twice).split('\\n').length;
out.errors = [
  await failure(() => pb.grad((x) => x)([1, 2])),
  await failure(() => pb.grad(cube, { argnums: 2 })([1])),
  await failure(() => pb.grad(3)),
  await failure(() => pb.vmap(cube, { inAxes: 1 })([1, 2])),
  await failure(() => pb.vmap(cube, { axes: 1 })),
  await failure(() => pb.vmap((x) => { w.assign(ops.add(w.value, 1)); return x; })([1, 2])),
];
console.log(JSON.stringify(out));
"""


@pytest.fixture(scope="module")
def found(node, tmp_path_factory):
    if not (DIST / "pybrowserml.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    script = f"import * as pb from '{DIST}/pybrowserml.mjs';\n{SCRIPT}"
    return json.loads(node(script, tmp_path_factory.mktemp("transformations")))


EXPECTED = {
    "first": [3, 12],
    "third": [6, 6],
    "structure": {"w": [5, 6], "b": [[6, 8], "none"]},
    "plain": True,
    "both": [42, [{"w": [5, 6], "b": [[6, 8], "none"]}, [1, 2]]],
    "aux": [[3, 12], {"twice": [2, 4]}],
    "grads": [3, 2],
    "valueAndGrads": {"value": 6, "grads": [3, 2]},
    "variableGrads": [18, [12], True],
    "vjp": [{"y": [1, 4]}, [{"a": [2, 40]}]],
    "linearize": [2, 40],
    "hvp": [[6, 120]],
    "jacobian": [[2, 0], [0, 4]],
    "hessian": [[6, 0], [0, 12]],
    "vmap": [21, 43],
    "vmapStructure": {"y": [[10, 20], [30, 40]]},
    "perRow": [[3, 12], [27, 0.75]],
    "custom": [7, 7],
    "remat": [3, 12],
    "captured": {"kind": [2, 3], "none": "none"},
    "explained": 2,
    "errors": [
        "ShapeError: grad: the function must return a single number, got shape (2)",
        "ArgumentError: grad: there is no argument 2; the function got 1",
        "ArgumentError: grad: the first argument must be a function",
        "ShapeError: vmap: in_axes of argument 0 is 1, out of range for shape (2)",
        "ArgumentError: vmap has no argument 'axes'; it has: body, inAxes, outAxes",
        "ArgumentError: vmap: the function assigns the variable 'variable', of which there is one for all elements",
    ],
}


@pytest.mark.parametrize("name", list(EXPECTED))
def test_results(found, name):
    assert found[name] == EXPECTED[name]


def test_forward_mode(found):
    value, tangent = found["jvp"]
    assert value == pytest.approx([0, 0.841471], abs=1e-5) and tangent == pytest.approx(
        [1, 0.540302], abs=1e-5
    )
