// The inputs of rows: the same numbers for every contestant.

import { labels, numbers, pixels } from "./numbers.js";

export const count = (shape) => shape.reduce((a, b) => a * b, 1);

/** Operands of an op row as {data, shape}; the second of a gather are row numbers. */
export const operands = ({ op, shapes }) =>
  shapes.map((shape, i) => {
    const data = numbers(count(shape), i + 1);
    if (op !== "gather" || i === 0) return { data, shape };
    const rows = shapes[0][0];
    return { data: Int32Array.from(data, (value) => Math.floor(((value + 1) / 2) * rows)), shape };
  });

export const specOf = async (net) => (await fetch(`/nets/${net}/net.json`)).json();

/** {data, shape, labels, spec} of a row about a net. */
export const batchOf = async ({ net, batch }) => {
  const spec = await specOf(net);
  const shape = [batch, ...spec.shape];
  const make = spec.shape.length === 3 ? pixels : numbers;
  return { spec, shape, data: make(count(shape), 1), labels: labels(batch, 2) };
};

/** The weights of a net by "node/weight", as {data, shape}. */
export const weightsOf = async (net, spec) => {
  const bytes = await (await fetch(`/nets/${net}/weights.bin`)).arrayBuffer();
  const found = {};
  let at = 0;
  for (const node of spec.nodes) {
    for (const [key, shape] of node.weights) {
      found[`${node.name}/${key}`] = { data: new Float32Array(bytes, at, count(shape)), shape };
      at += 4 * count(shape);
    }
  }
  return found;
};

/** Move axes: out[..., i_order[k], ...] as NumPy's transpose. */
export const transposed = (data, shape, order) => {
  const strides = shape.map((_, axis) => count(shape.slice(axis + 1)));
  const sizes = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const out = new data.constructor(data.length);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[from];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < sizes[axis]) break;
      from -= steps[axis] * sizes[axis];
      at[axis] = 0;
    }
  }
  return out;
};

/** [n, height, width, channels] to [n, channels, height, width], and back. */
export const channelsFirst = ({ data, shape }) => ({
  data: transposed(data, shape, [0, 3, 1, 2]),
  shape: [shape[0], shape[3], shape[1], shape[2]],
});
export const channelsLast = (data, [n, height, width, channels]) =>
  transposed(data, [n, channels, height, width], [0, 2, 3, 1]);

/** Rows of length n, each from its end. */
export const reversedRows = (data, n) => {
  const out = data.slice();
  for (let start = 0; start < out.length; start += n) out.subarray(start, start + n).reverse();
  return out;
};
