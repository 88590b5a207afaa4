// jax-js: WebAssembly or WebGL. A call takes what it is given, so that what is used again is passed as `x.ref`.

import * as jax from "@jax-js/jax";
import { batchOf, channelsFirst, channelsLast, operands, transposed } from "../data.js";
import { forward, parametersOf, trainer } from "./jax_nets.js";

const { jit, lax, nn, numpy: np } = jax;

export const open = async (variant) => {
  const found = await jax.init(variant);
  if (!found.includes(variant)) throw new Error(`the ${variant} device did not start`);
  jax.defaultDevice(variant);
};

const OPS = {
  matmul: ([a, b]) => np.matmul(a, b),
  conv: ([x, w], { stride }) => lax.convGeneralDilated(x, w, [stride, stride], "SAME"),
  depthwise: ([x, w], { stride, shapes }) =>
    lax.convGeneralDilated(x, w, [stride, stride], "SAME", { featureGroupCount: shapes[0][3] }),
  softmax: ([x]) => nn.softmax(x, -1),
  layerNorm: ([x, gamma, beta]) => nn.standardize(x, -1, { epsilon: 1e-3 }).mul(gamma).add(beta),
  chain: ([x, y]) => nn.relu(np.tanh(x.ref.mul(1.5).add(y)).mul(x)).sub(0.5),
  sum: ([x], { axis }) => np.sum(x, axis),
  max: ([x], { axis }) => np.max(x, axis),
  gather: ([x, rows]) => np.take(x, rows, 0),
  sort: ([x]) => np.sort(x, -1),
  fft: ([real, imag]) => {
    const made = np.fft.fft({ real, imag }, -1);
    return np.stack([made.real, made.imag]);
  },
  einsum: ([a, b], { equation }) => np.einsum(equation, a, b),
};

const arrayOf = ({ data, shape }) => np.array(data, { shape });

const op = async (given) => {
  let inputs = operands(given);
  let common;
  if (given.op === "conv" || given.op === "depthwise") {
    const [x, { data, shape }] = inputs;
    const order = given.op === "conv" ? [3, 2, 0, 1] : [2, 3, 0, 1];
    const filters = {
      data: transposed(data, shape, order),
      shape: order.map((axis) => shape[axis]),
    };
    inputs = [channelsFirst(x), filters];
    common = (result) => channelsLast(result, given.result);
  }
  const arrays = inputs.map(arrayOf);
  const compiled = jit((...xs) => OPS[given.op](xs, given));
  const run = () => compiled(...arrays.map((array) => array.ref)).data();
  return { run, common };
};

const inputOf = ({ data, shape }) =>
  shape.length === 4 ? channelsFirst({ data, shape }) : { data, shape };

const predict = async (given) => {
  const batch = await batchOf(given);
  const parameters = await parametersOf(batch.spec);
  const x = inputOf(batch);
  const names = Object.keys(parameters);
  const compiled = jit((input, values) => forward(batch.spec, values, input));
  const run = () => {
    const values = Object.fromEntries(names.map((name) => [name, parameters[name].ref]));
    return compiled(arrayOf(x), values).data();
  };
  return { run };
};

/** Resolves to the loss of a step of Adam. */
const train = async (given) => {
  const batch = await batchOf(given);
  const step = await trainer(batch.spec, batch.labels);
  const x = inputOf(batch);
  return { run: () => step(arrayOf(x)) };
};

export const rows = { op, predict, train };
