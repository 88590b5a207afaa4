// Work of long duration without one `dispose`: `open(pb, engine)`, then `work(pb, predictions, steps)` again and again.

const made = { Texture: 0, Framebuffer: 0, Buffer: 0, Program: 0, Sync: 0 };
const proto = WebGL2RenderingContext.prototype;
const counted = (method, kind, by) => {
  const original = proto[method];
  proto[method] = function (...args) {
    made[kind] += by;
    return original.apply(this, args);
  };
};
for (const kind of ["Texture", "Framebuffer", "Buffer", "Program"]) {
  counted(`create${kind}`, kind, 1);
  counted(`delete${kind}`, kind, -1);
}
counted("fenceSync", "Sync", 1);
counted("deleteSync", "Sync", -1);

let model = null;
const x = { data: Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)), shape: [8, 6] };
const y = { data: Int32Array.from({ length: 8 }, (_, i) => i % 2), shape: [8] };

export const open = async (pb, engine) => {
  pb.setBackend(engine);
  pb.setRecovery();
  model = pb.sequential([
    pb.layers.dense({ units: 4, activation: "relu", inputShape: [6] }),
    pb.layers.dense(2, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
};

/** The objects of WebGL that are alive afterwards. */
export const work = async (pb, { predictions, steps }) => {
  for (let i = 0; i < predictions; i++) await model.predict(x, { verbose: 0 });
  for (let i = 0; i < steps; i++) await model.trainOnBatch(x, y);
  return { ...made };
};

/** Models that a page makes, uses once and forgets. */
export const forget = async (pb, { engine, count }) => {
  pb.setBackend(engine);
  for (let i = 0; i < count; i++) {
    const one = pb.sequential([
      pb.layers.embedding({ inputDim: 9, outputDim: 4, inputShape: [5] }),
      pb.layers.bidirectional(pb.layers.lstm(3)),
      pb.layers.layerNormalization(),
    ]);
    await one.predict({ data: new Float32Array(10), shape: [2, 5] }, { verbose: 0 });
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  return { ...made };
};

/** Tensors that a page makes and gives back, by dispose or by forgetting them. */
export const hold = async (pb, { way, count }) => {
  const large = pb.tensor(new Float32Array(5000));
  const one = async (i) => {
    const tensor = pb.ops.add(large, i);
    await tensor.data();
    return tensor;
  };
  for (let i = 0; i < count; i++) {
    const tensor = await one(i);
    if (way === "dispose") tensor.dispose();
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  return { ...made };
};
