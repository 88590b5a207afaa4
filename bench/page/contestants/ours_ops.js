// pybrowserml's library: ops, recorded and compiled in the page.

import * as pb from "library";
import { makeOurs } from "../front.js";
import { operands } from "../data.js";
import { settled } from "../settled.js";

/** engine: the options of `setBackend`, the engine's name included. */
export const open = async (engine) => {
  const { backend, ...more } = engine;
  // This script is more than the library: threads shall not run it.
  if (more.threads > 1) more.threadScript = "/vendor/ours/pybrowserml.min.mjs";
  await pb.setBackend(backend, ...(Object.keys(more).length ? [more] : []));
  const { name } = pb.backendInfo();
  if ((name === "webgl") !== (backend === "webgl")) throw new Error(`the engine in use is ${name}`);
};

const { ops } = pb;
const OPS = {
  matmul: ([a, b]) => ops.matmul(a, b),
  conv: ([x, w], { stride }) => ops.conv(x, w, { strides: stride, padding: "same" }),
  depthwise: ([x, w], { stride }) => ops.depthwiseConv(x, w, { strides: stride, padding: "same" }),
  softmax: ([x]) => ops.softmax(x, -1),
  layerNorm: ([x, gamma, beta]) => ops.layerNormalization(x, gamma, beta, -1, 1e-3),
  chain: ([x, y]) =>
    ops.subtract(ops.relu(ops.multiply(ops.tanh(ops.add(ops.multiply(x, 1.5), y)), x)), 0.5),
  sum: ([x], { axis }) => ops.sum(x, axis),
  max: ([x], { axis }) => ops.max(x, axis),
  gather: ([x, rows]) => ops.take(x, rows, 0),
  sort: ([x]) => ops.sort(x, -1),
  fft: ([real, imaginary]) => ops.stack(ops.fft([real, imaginary]), 0),
  einsum: ([a, b], { equation }) => ops.einsum(equation, a, b),
};

const tensorOf = async ({ data, shape }) => {
  const tensor = ops.reshape(ops.convertToTensor(data), shape);
  await tensor.data();
  return tensor;
};

export const op = async (given) => {
  const compute = OPS[given.op];
  if (!compute) throw new Error(`has no ${given.op}`);
  const tensors = [];
  for (const operand of operands(given)) tensors.push(await tensorOf(operand));
  const compiled = pb.function((...xs) => compute(xs, given));
  const run = async () => {
    const result = await compiled(...tensors);
    const { data } = await result.data();
    result.dispose();
    return data;
  };
  if (given.threads === 2) await settled(pb.backendInfo, run);
  return { run };
};

export const eager = async ({ n }) => ({ run: await makeOurs(n) });
