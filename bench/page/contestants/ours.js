// pybrowserml: the shipped library for ops, built folders for nets.

import * as pb from "library";
import { makeOurs } from "../front.js";
import { batchOf, operands } from "../data.js";
import { optionsOf } from "../variants.js";

let engine = null;

export const open = async (variant) => {
  engine = optionsOf(variant);
  const { backend, ...more } = engine;
  // This script is more than the library: threads shall not run it.
  if (more.threads > 1) more.threadScript = "/vendor/ours/pybrowserml.min.mjs";
  await pb.setBackend(backend, ...(Object.keys(more).length ? [more] : []));
  const { name } = pb.backendInfo();
  if ((name === "webgl") !== (backend === "webgl")) throw new Error(`the engine in use is ${name}`);
};

/** Threads start with the first large run, and work some time later. */
const settled = async (backendInfo, run) => {
  if (engine.threads !== 2) return;
  for (let i = 0; i < 300 && backendInfo().threads_why !== ""; i++) {
    await run();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (i === 20 && backendInfo().threads_why.includes("first large")) return; // too small for them
  }
  if (backendInfo().threads !== 2) throw new Error(backendInfo().threads_why);
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

const op = async (given) => {
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
  await settled(pb.backendInfo, run);
  return { run };
};

const modelOf = async (net) => (await import(`/nets/${net}/ours/model.js`)).load(engine);

const predict = async (given) => {
  const model = await modelOf(given.net);
  const { data, shape } = await batchOf(given);
  // Tiny nets: the call that waits for nothing, where the engine has one.
  if (given.net === "xor" && model.predictSync && engine.backend === "cpu") {
    return { run: () => model.predictSync({ data, shape }).data };
  }
  const run = async () => (await model.predict({ data, shape })).data;
  await settled(() => model.backendInfo(), run);
  return { run };
};

/** Resolves to the loss of a step. */
const train = async (given) => {
  const model = await modelOf(given.net);
  const { data, shape, labels } = await batchOf(given);
  const wanted = { data: labels, shape: [labels.length] };
  return { run: async () => (await model.trainOnBatch({ data, shape }, wanted)).loss };
};

const eager = async ({ n }) => ({ run: await makeOurs(n) });

export const rows = { op, predict, train, eager };
