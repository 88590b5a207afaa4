"""Loops and choices from JavaScript: functions of a page get tensors and return tensors."""

import json

import pytest

from pybrowserml.tools.bundle import BUILD

DIST = BUILD / "dist"

WORK = """
const pb = await import('DIST/pybrowserml.mjs');
await pb.setBackend('cpu');
const { ops } = pb;
const numbers = async (tensor) => Array.from((await tensor.data()).data);

const [last, states] = ops.scan(
  (carry, x) => [ops.add(ops.multiply(carry, 0.5), x), carry], [0, 0], [[1, 2], [3, 4], [5, 6]]);
const [state, counts] = ops.scan(
  ({ a, n }, x) => [{ a: ops.add(a, x), n: ops.add(n, 1) }, { n }], { a: 0, n: 0 }, [0.5, 1.5, 2.5], { reverse: true });
const [powers] = ops.scan((carry) => [ops.multiply(carry, 2), null], 1, null, { length: 10 });
const [mixed] = ops.scan((carry, { a, b }) => [ops.add(carry, ops.multiply(a, b)), null], 0, {
  xs: { a: [1, 2, 3], b: [4, 5, 6] } });
const doubled = ops.map((x) => ops.multiply(x, 2), [[1, 2], [3, 4]]);
const sum = ops.foriLoop(0, 5, (i, total) => ops.add(total, i), 0);
const [value, steps] = ops.whileLoop(
  (v, n) => ops.less(v, 100), (v, n) => [ops.multiply(v, 3), ops.add(n, 1)], [1, 0]);
const chosen = ops.cond(ops.greater(value, 200), () => pb.tensor([1]), () => pb.tensor([2]));
const picked = ops.switch(pb.tensor(1), [(x) => x, (x) => ops.negative(x)], pb.tensor([3, 4]));
const slope = await pb.grad((w) => ops.sum(
  ops.scan((carry, x) => [ops.multiply(carry, w), null], 1.5, [0, 0, 0])[0]))(2);
const message = (() => {
  try { ops.scan((c, x) => c, 0, [1]); } catch (error) { return `${error.name}: ${error.message}`; }
})();
console.log(JSON.stringify({
  last: await numbers(last), states: await numbers(states),
  a: await numbers(state.a), n: await numbers(state.n), counts: await numbers(counts.n),
  powers: await numbers(powers), mixed: await numbers(mixed), doubled: await numbers(doubled), sum: await numbers(sum),
  value: await numbers(value), steps: await numbers(steps), chosen: await numbers(chosen),
  picked: await numbers(picked), slope: await numbers(slope), message,
}));
"""

EXPECTED = {
    "last": [6.75, 8.5],
    "states": [0, 0, 1, 2, 3.5, 5],
    "a": [4.5],
    "n": [3],
    "counts": [2, 1, 0],
    "powers": [1024],
    "mixed": [32],
    "doubled": [2, 4, 6, 8],
    "sum": [10],
    "value": [243],
    "steps": [5],
    "chosen": [1],
    "picked": [-3, -4],
    "slope": [18],
    "message": "ArgumentError: scan: f must return [carry, y]",
}


def test_loops_and_choices(node, tmp_path):
    if not (DIST / "pybrowserml.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    assert json.loads(node(WORK.replace("DIST", str(DIST)), tmp_path)) == EXPECTED
