// The front of the library, before any kernel runs: recording and compiling a graph, calling a compiled function, one
// op at a time. It is the shipped bundle.

import * as pb from "library";

const ones = (shape) =>
  pb.ops.reshape(
    pb.ops.convertToTensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)),
    shape,
  );

/** 40 blocks of 29 nodes: a dense layer, its normalisation, movement, a softmax and a residual sum. */
const blocks = (...given) => {
  const { ops } = pb;
  let x = given[0];
  for (let i = 0; i < 40; i++) {
    const h = ops.relu(ops.add(ops.matmul(x, given[1]), given[2]));
    const centred = ops.subtract(h, ops.mean(h, -1, true));
    const variance = ops.mean(ops.square(centred), -1, true);
    const normal = ops.multiply(centred, ops.rsqrt(ops.add(variance, 1e-5)));
    const moved = ops.transpose(ops.reshape(normal, [4, 2, 8]), [1, 0, 2]);
    const s = ops.softmax(ops.reshape(ops.transpose(moved, [1, 0, 2]), [8, 8]));
    x = ops.add(x, ops.multiply(s, ops.tanh(normal)));
  }
  return [ops.sum(x)];
};

const computed = async (...shapes) => {
  const tensors = shapes.map(ones);
  for (const tensor of tensors) await tensor.data();
  return tensors;
};

/** What a function is compiled to for these tensors: recorded and compiled here, not run. */
const entryOf = async ({ compiled }, tensors) => {
  const [leaves, specs] = compiled.arguments_of(tensors);
  const steps = compiled.entry_for(leaves, specs);
  let step = steps.next();
  while (!step.done) step = steps.next(await step.value);
  return step.value;
};

/** Milliseconds to record and compile the blocks, each time anew; the first is that of a page just opened. */
export const compile = async ({ rounds }) => {
  pb.setBackend("cpu");
  const tensors = await computed([8, 8], [8, 8], [8]);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const made = pb.function(blocks);
    const start = performance.now();
    await entryOf(made, tensors);
    times.push(performance.now() - start);
  }
  return times;
};

/** Microseconds a step of a compiled function of small steps, kernels included. */
export const call = async ({ rounds }) => {
  pb.setBackend("cpu");
  const [x] = await computed([2, 2]);
  const chain = pb.function((given) => {
    let y = given;
    for (let i = 0; i < 100; i++) y = pb.ops.flip(pb.ops.add(pb.ops.transpose(y), 1), 0);
    return y;
  });
  await chain(x);
  const steps = (await entryOf(chain, [x])).runner.plan.steps.length;
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < 20; i++) await chain(x);
    times.push(((performance.now() - start) / 20 / steps) * 1000);
  }
  return times;
};

// Four ops, each read before the next, as one would explore.
const oursEager = (x) => async () => {
  const { ops } = pb;
  let y = ops.multiply(x, 1.5);
  await y.data();
  y = ops.tanh(y);
  await y.data();
  y = ops.matmul(y, x);
  await y.data();
  y = ops.sum(y, 1);
  return (await y.data()).data;
};

export const makeOurs = async (n) => oursEager((await computed([n, n]))[0]);
