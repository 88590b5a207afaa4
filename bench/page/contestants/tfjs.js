// TensorFlow.js: plain JavaScript, WebAssembly with one or two threads, WebGL.

import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { batchOf, operands, reversedRows } from "../data.js";
import { transformer } from "./tfjs_nets.js";

export const open = async (variant) => {
  const backend = variant.replace(/\d/, "");
  setWasmPaths("/vendor/tfjs/");
  if (variant === "wasm") tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (variant === "wasm2") setThreadsCount(2);
  if (!(await tf.setBackend(backend))) throw new Error(`the ${backend} back end did not start`);
  await tf.ready();
};

const normalised = (x, gamma, beta) => {
  const { mean, variance } = tf.moments(x, -1, true);
  const scale = tf.mul(tf.rsqrt(tf.add(variance, 1e-3)), gamma);
  return tf.add(tf.mul(tf.sub(x, mean), scale), beta);
};

const OPS = {
  matmul: ([a, b]) => tf.matMul(a, b),
  conv: ([x, w], { stride }) => tf.conv2d(x, w, stride, "same"),
  depthwise: ([x, w], { stride }) => tf.depthwiseConv2d(x, w, stride, "same"),
  softmax: ([x]) => tf.softmax(x),
  layerNorm: ([x, gamma, beta]) => normalised(x, gamma, beta),
  chain: ([x, y]) => tf.sub(tf.relu(tf.mul(tf.tanh(tf.add(tf.mul(x, 1.5), y)), x)), 0.5),
  sum: ([x], { axis }) => tf.sum(x, axis),
  max: ([x], { axis }) => tf.max(x, axis),
  gather: ([x, rows]) => tf.gather(x, rows),
  // It has no sort; all of the largest, in order, are one.
  sort: ([x], { shapes }) => tf.topk(x, shapes[0][1]).values,
  fft: ([real, imaginary]) => {
    const made = tf.fft(tf.complex(real, imaginary));
    return tf.stack([tf.real(made), tf.imag(made)]);
  },
  einsum: ([a, b], { equation }) => tf.einsum(equation, a, b),
};

const numbersOf = async (tensor) => {
  const data = await tensor.data();
  tensor.dispose();
  return data;
};

const op = async (given) => {
  const tensors = operands(given).map(({ data, shape }) => tf.tensor(data, shape));
  const run = () => numbersOf(tf.tidy(() => OPS[given.op](tensors, given)));
  if (given.op !== "sort") return { run };
  return { run, common: (data) => reversedRows(data, given.shapes[0][1]) };
};

const modelOf = (net) => tf.loadLayersModel(`/nets/${net}/model.json`);

const predict = async (given) => {
  const { spec, data, shape } = await batchOf(given);
  const forward =
    given.net === "transformer"
      ? (await transformer(spec)).forward
      : (
          (model) => (x) =>
            model.predict(x)
        )(await modelOf(given.net));
  return { run: () => numbersOf(tf.tidy(() => forward(tf.tensor(data, shape)))) };
};

/** Adam with sparse categorical cross-entropy; resolves to the loss. */
const train = async (given) => {
  const { spec, data, shape, labels } = await batchOf(given);
  const optimizer = tf.train.adam(0.001);
  if (given.net === "transformer") {
    const { loss } = await transformer(spec);
    const step = () => optimizer.minimize(() => loss(tf.tensor(data, shape), labels), true);
    return { run: async () => (await numbersOf(tf.tidy(step)))[0] };
  }
  const model = await modelOf(given.net);
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  const run = async () => {
    const images = tf.tensor(data, shape);
    const wanted = tf.tensor(Float32Array.from(labels), [labels.length, 1]);
    const loss = await model.trainOnBatch(images, wanted);
    tf.dispose([images, wanted]);
    return loss;
  };
  return { run };
};

// Four ops, each read before the next, as one would explore.
const eager = async ({ n }) => {
  const x = tf.fill([n, n], 0.5);
  const run = async () => {
    const first = tf.mul(x, 1.5);
    await first.data();
    const second = tf.tanh(first);
    await second.data();
    const third = tf.matMul(second, x);
    await third.data();
    const fourth = tf.sum(third, 1);
    const data = await fourth.data();
    tf.dispose([first, second, third, fourth]);
    return data;
  };
  return { run };
};

export const rows = { op, predict, train, eager };
