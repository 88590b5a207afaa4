// What tests/learning/tasks.py learns in Python, learned here, in JavaScript clothes.

const numbers = async (name, Kind, shape) => {
  const answer = await fetch(`./${name}`);
  return { data: new Kind(await answer.arrayBuffer()), shape };
};

/** The convolutional net on digits: the curve, and how many of 500 unseen ones it reads. */
export const digits = async (pb, engine, seed) => {
  await pb.setBackend(engine);
  pb.random.setSeed(seed);
  const { conv2d, maxPooling2d, flatten, dense } = pb.layers;
  const model = pb.sequential([
    pb.input({ shape: [14, 10, 1] }),
    conv2d(8, 3, { padding: "same", activation: "relu" }),
    maxPooling2d(),
    conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
    maxPooling2d(),
    flatten(),
    dense(48, { activation: "relu" }),
    dense(10, { activation: "softmax" }),
  ]);
  model.compile({
    optimizer: pb.optimizers.adam(0.004),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const x = await numbers("x.bin", Float32Array, [1800, 14, 10, 1]);
  const y = await numbers("y.bin", Int32Array, [1800]);
  const { history } = await model.fit(x, y, { epochs: 8, batchSize: 32, verbose: 0 });
  const unseen = await numbers("unseen_x.bin", Float32Array, [500, 14, 10, 1]);
  const truth = await numbers("unseen_y.bin", Int32Array, [500]);
  const [, accuracy] = await model.evaluate(unseen, truth, { batchSize: 250, verbose: 0 });
  return { loss: history.loss, accuracy };
};

export const xor = async (pb, engine, seed) => {
  await pb.setBackend(engine);
  pb.random.setSeed(seed);
  const model = pb.sequential([
    pb.layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
    pb.layers.dense(1, { activation: "sigmoid" }),
  ]);
  model.compile({ optimizer: pb.optimizers.adam(0.1), loss: "binaryCrossentropy" });
  const x = pb.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], { dtype: "float32" }); // prettier-ignore
  const { history } = await model.fit(x, [[0], [1], [1], [0]], { epochs: 100, verbose: 0 });
  const { data } = await model.predict(x, { verbose: 0 });
  return { loss: history.loss, answers: Array.from(data, Math.round) };
};

/** The user's own module, made by `build --dynamic`. */
export const adding = async (_, engine, seed) => {
  const mine = await import("./adding/module.js");
  await mine.pb.setBackend(engine);
  return mine.learn({ kind: "gru", seed });
};
