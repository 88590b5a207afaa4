// What `make demo` measures in the browser: predictions and a training curve, with the built bundle.

import { readDigits } from "./data.js";

const rows = ({ data, shape }, from, to) => {
  const size = data.length / shape[0];
  return { data: data.subarray(from * size, to * size), shape: [to - from, ...shape.slice(1)] };
};

const counted = (model) => model.backendInfo().stats ?? {};

/** Predicts all unseen digits: the probabilities, times in milliseconds, programs, and draws of the last run. */
export const predictAll = async (module, backend, batchSize) => {
  const { load } = await import(module);
  const { x } = await readDigits("data/test-images.idx", "data/test-labels.idx");
  const model = await load({ backend });
  const begin = performance.now();
  await model.predict(rows(x, 0, 1));
  const first = performance.now() - begin;
  await model.predict(x, { batchSize });
  const before = counted(model).draws;
  const start = performance.now();
  const { data, shape } = await model.predict(x, { batchSize });
  const all = performance.now() - start;
  const { programs = null, draws = null } = counted(model);
  const { name } = model.backendInfo();
  model.dispose();
  return {
    name,
    probabilities: Array.from(data),
    shape,
    first,
    all,
    programs,
    draws: draws === null ? null : draws - before,
  };
};

/** The loss of each of `count` training steps on the first digits, in order. */
export const trainingCurve = async (module, backend, count, size) => {
  const { load } = await import(module);
  const { x, y } = await readDigits("data/train-images.idx", "data/train-labels.idx");
  const model = await load({ backend });
  const losses = [];
  for (let step = 0; step < count; step++) {
    const from = step * size;
    const logs = await model.trainOnBatch(rows(x, from, from + size), rows(y, from, from + size));
    losses.push(logs.loss);
  }
  model.dispose();
  return losses;
};
