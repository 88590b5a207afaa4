// ONNX Runtime Web: WebAssembly with one or two threads. It predicts only.

import { batchOf, channelsFirst, channelsLast, operands, transposed } from "../data.js";

let ort = null;

export const open = async (variant) => {
  ort = await import("/vendor/ort/ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = "/vendor/ort/";
  ort.env.wasm.numThreads = variant === "wasm2" ? 2 : 1;
};

const sessionOf = async (address) =>
  ort.InferenceSession.create(address, { executionProviders: ["wasm"] });

const tensorOf = ({ data, shape }) =>
  new ort.Tensor(data instanceof Int32Array ? "int32" : "float32", data, shape);

const runner = async (address, inputs) => {
  const session = await sessionOf(address);
  const feeds = Object.fromEntries(
    session.inputNames.map((name, i) => [name, tensorOf(inputs[i])]),
  );
  const [output] = session.outputNames;
  return async () => (await session.run(feeds))[output].data;
};

/** Real and imaginary parts side by side, as its DFT takes them. */
const interleaved = ([real, imaginary]) => {
  const data = new Float32Array(2 * real.data.length);
  real.data.forEach((value, i) => (data[2 * i] = value));
  imaginary.data.forEach((value, i) => (data[2 * i + 1] = value));
  return { data, shape: [...real.shape, 2] };
};

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
  if (given.op === "fft") {
    inputs = [interleaved(inputs)];
    common = (result) => transposed(result, [result.length / 2, 2], [1, 0]);
  }
  return { run: await runner(`/ops/${given.file}.onnx`, inputs), common };
};

const predict = async (given) => {
  const { data, shape } = await batchOf(given);
  let x = { data, shape };
  if (shape.length === 4) x = channelsFirst(x);
  if (given.net === "lstm") {
    x = { data: transposed(data, shape, [1, 0, 2]), shape: [shape[1], shape[0], shape[2]] };
  }
  return { run: await runner(`/nets/${given.net}/net.onnx`, [x]) };
};

export const rows = { op, predict };
export const absences = { train: "ONNX Runtime Web no longer trains" };
