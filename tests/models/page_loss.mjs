// The GPU taken away at chosen calls of WebGL. `run(pb, moments)` gives what each disturbed training came to.

const proto = WebGL2RenderingContext.prototype;
const METHODS = [
  "texStorage3D",
  "texSubImage3D",
  "linkProgram",
  "drawArrays",
  "readPixels",
  "getBufferSubData",
  "fenceSync",
];
let counts = {};
// { method, count, kind, returns, later, steps }: what is to come, with a snapshot every so many steps. kind: "loss" (the default), at once or some milliseconds
// `later`; "reset", a loss after which the browser makes no more contexts, as when the GPU hung; "memory", where the call
// finds none; "shader", where the program does not link.
let plan = null;
let context = null;
let errors = 0; // of memory that nobody has asked for yet

const lose = (returns) => {
  const extension = context.getExtension("WEBGL_lose_context");
  if (returns) {
    context.canvas.addEventListener(
      "webglcontextlost",
      () => setTimeout(() => extension.restoreContext(), 0),
      {
        once: true,
      },
    );
  }
  extension.loseContext();
};
const withoutContexts = { OffscreenCanvas: OffscreenCanvas.prototype.getContext, refused: false };
OffscreenCanvas.prototype.getContext = function (...args) {
  return withoutContexts.refused ? null : withoutContexts.OffscreenCanvas.apply(this, args);
};
/** Whether the call is to do nothing. */
const happens = ({ kind, returns, later }) => {
  if (kind === "memory") errors++;
  else if (kind !== "shader") {
    withoutContexts.refused = kind === "reset";
    if (later === undefined) lose(returns);
    else setTimeout(() => lose(returns), later);
  }
  return kind === "memory";
};
const due = (gl, method) => {
  context = gl;
  counts[method] = (counts[method] ?? 0) + 1;
  if (plan === null || plan.method !== method || plan.count !== counts[method]) return null;
  const found = plan;
  plan = null;
  return found;
};
for (const method of METHODS) {
  const original = proto[method];
  proto[method] = function (...args) {
    const now = due(this, method);
    if (now !== null && happens(now)) return undefined;
    return original.apply(this, args);
  };
}
const { getError, getProgramParameter } = proto;
proto.getError = function () {
  if (errors === 0) return getError.call(this);
  errors--;
  return this.OUT_OF_MEMORY;
};
proto.getProgramParameter = function (program, name) {
  if (name === this.LINK_STATUS && due(this, "getProgramParameter") !== null) return false;
  return getProgramParameter.call(this, program, name);
};

const STEPS = 7;
const batch = (step) => {
  const x = Float32Array.from({ length: 48 }, (_, i) => Math.sin(3 * step + i));
  const y = Int32Array.from({ length: 8 }, (_, i) => (x[6 * i] > 0 ? 1 : 0));
  return [
    { data: x, shape: [8, 6] },
    { data: y, shape: [8] },
  ];
};

/** The losses of some steps, and what the net then predicts. The arrays of a batch are used again for the next. */
const train = async (pb) => {
  pb.random.setSeed(3);
  const model = pb.sequential([
    pb.layers.dense({ units: 5, activation: "tanh", inputShape: [6] }),
    pb.layers.dropout(0.2),
    pb.layers.dense(2, { activation: "softmax" }),
  ]);
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  // The same bits on every engine, which its own random numbers are not.
  const start = (await model.getWeights()).map(({ data, shape }) => ({
    data: data.map((_, i) => Math.sin(data.length + i)),
    shape,
  }));
  await model.setWeights(start);
  const [x, y] = batch(0);
  const losses = [];
  for (let step = 0; step < STEPS; step++) {
    const [given, labels] = batch(step);
    x.data.set(given.data);
    y.data.set(labels.data);
    losses.push(Number(await model.trainOnBatch(x, y)));
  }
  const early = plan === null; // while it trained
  const predicted = await model.predict(batch(1)[0], { verbose: 0 });
  const weights = (await model.getWeights()).flatMap((weight) => Array.from(weight.data ?? weight));
  return { losses, predicted: Array.from(predicted.data), weights, early };
};

/** A training during which what `moment` says happens. fresh: on an engine that has nothing yet. */
const disturbed = async (pb, moment, fresh) => {
  pb.setBackend("webgl");
  if (fresh) {
    await pb.ops.add(pb.tensor([1]), 1).data();
    pb.setRecovery({ steps: 3, wait: 0 });
    lose(false);
    await pb.ops.add(pb.tensor([1]), 1).data();
    pb.setBackend("webgl");
  }
  pb.setRecovery({ steps: moment.steps ?? 3, wait: moment.returns ? 5 : 0 });
  const changes = [];
  const end = pb.onEngineChange((change) => changes.push({ ...change }));
  counts = {};
  plan = moment;
  const found = await train(pb);
  const happened = plan === null;
  plan = null;
  errors = 0;
  withoutContexts.refused = false;
  end();
  return { ...found, changes, happened, counts, info: pb.backendInfo() };
};

export const run = async (pb, { moments, fresh }) => {
  pb.setBackend("cpu");
  const undisturbed = await train(pb);
  const found = [];
  for (const moment of [{ method: null }, ...moments])
    found.push(await disturbed(pb, moment, fresh));
  return { undisturbed, found };
};

/** A training whose GPU goes, comes back, and goes again when the new engine asks what it can do. */
export const again = async (pb) => {
  pb.setBackend("cpu");
  const undisturbed = await train(pb);
  const original = proto.getShaderPrecisionFormat;
  let asked = 1; // by the engine that is there first
  proto.getShaderPrecisionFormat = function (...args) {
    if (asked++ === 0) this.getExtension("WEBGL_lose_context").loseContext();
    return original.apply(this, args);
  };
  const rejected = [];
  const reject = (event) => rejected.push(String(event.reason));
  addEventListener("unhandledrejection", reject);
  try {
    const moment = { method: "drawArrays", count: 9, returns: true };
    pb.setBackend("webgl");
    await pb.ops.add(pb.tensor([1]), 1).data();
    asked = 0;
    return { undisturbed, ...(await disturbed(pb, moment, false)), asked, rejected };
  } finally {
    proto.getShaderPrecisionFormat = original;
    removeEventListener("unhandledrejection", reject);
  }
};

/** An engine whose first context goes when it is asked what it can do. */
export const opening = async (pb) => {
  const original = proto.getShaderPrecisionFormat;
  let asked = 0;
  proto.getShaderPrecisionFormat = function (...args) {
    if (asked++ === 0) this.getExtension("WEBGL_lose_context").loseContext();
    return original.apply(this, args);
  };
  try {
    pb.setBackend("webgl");
    const { data } = await pb.ops.add(pb.tensor([1]), 1).data();
    return { asked, name: pb.backendInfo().name, found: Array.from(data) };
  } finally {
    proto.getShaderPrecisionFormat = original;
  }
};

/** Tensors that a page holds when the GPU goes. */
export const held = async (pb) => {
  pb.setBackend("webgl");
  pb.setRecovery({ steps: 50, wait: 0 });
  const x = pb.tensor([1, 2, 3]);
  const doubled = pb.ops.multiply(x, 2);
  await doubled.data();
  let long = doubled;
  for (let i = 0; i < 70; i++) {
    long = pb.ops.add(long, 1);
    await long.data();
  }
  lose(false);
  const told = await long
    .data()
    .catch((problem) => [problem.name, problem.message, problem instanceof pb.TensorLostError]);
  return { doubled: Array.from((await doubled.data()).data), told };
};

/** Memory that runs out, and a program that the driver does not compile. */
export const failures = async (pb) => {
  const results = {};
  const original = proto.getProgramParameter;
  const allocate = proto.getError;
  const change = async (name, act) => {
    pb.setBackend("cpu");
    pb.setBackend("webgl");
    const changes = [];
    const end = pb.onEngineChange((told) => changes.push({ ...told }));
    try {
      results[name] = { ...(await act()), changes };
    } finally {
      proto.getProgramParameter = original;
      proto.getError = allocate;
      end();
    }
  };
  await change("shader", async () => {
    const weight = pb.variable(new Float32Array([1, 2]));
    weight.assign(pb.ops.add(weight.value, 1));
    await weight.value.data();
    proto.getProgramParameter = function (program, name) {
      return name === this.LINK_STATUS ? false : original.call(this, program, name);
    };
    const found = await pb.ops.cosh(weight.value).data();
    return { found: Array.from(found.data) };
  });
  await change("memory", async () => {
    // Large enough that the engine asks whether the device had the memory: twice it forgets older errors and hears of this.
    const large = pb.ops.zeros([4200, 4200]);
    const errors = [0, proto.OUT_OF_MEMORY, 0, proto.OUT_OF_MEMORY];
    proto.getError = () => errors.shift() ?? 0;
    const found = await pb.ops.sum(pb.ops.sort(large)).data();
    return { found: Array.from(found.data) };
  });
  return results;
};
