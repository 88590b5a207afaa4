// Profiles of a small net with a convolution and of a recurrent one. `run(pb, engine, timers)` gives what they tell.

const numbers = (count, shape) => ({
  data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
  shape,
});

export const told = async (profile) => ({
  steps: profile.steps.map((step) => ({ ...step })),
  kernels: profile.kernels().map((kernel) => ({ ...kernel })),
  milliseconds: profile.milliseconds,
  inSteps: profile.inSteps,
  notes: Array.from(profile.notes),
  limits: { ...profile.limits },
  text: String(profile),
  trace: profile.toTrace(),
  svg: profile.memorySvg(),
  memory: profile.memory(),
});

const refusals = async (pb) => {
  const failed = [];
  for (const attempt of [
    () => pb.profile(3),
    () => pb.profile(() => null, { repeats: 0 }),
    () => pb.profile(() => pb.profile(() => null)),
    () => pb.profile(() => Promise.reject(new RangeError("mine"))),
    async () => (await pb.profile(() => null)).memorySvg(),
    async () => (await pb.profile(() => null)).toString({ sortBy: "age" }),
  ]) {
    try {
      await attempt();
      failed.push(null);
    } catch (problem) {
      failed.push(`${problem.name}: ${problem.message}`);
    }
  }
  return failed;
};

/** timers: false takes the GPU's clock away. */
export const run = async (pb, engine, timers = true) => {
  if (!timers) {
    const proto = WebGL2RenderingContext.prototype;
    const { getExtension } = proto;
    proto.getExtension = function (name) {
      return name.startsWith("EXT_disjoint") ? null : getExtension.call(this, name);
    };
  }
  pb.setBackend(engine);
  const net = pb.sequential([
    pb.layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu", inputShape: [12, 12, 4] }),
    pb.layers.flatten(),
    pb.layers.dense(3),
  ]);
  net.compile({ optimizer: "sgd", loss: "mse" });
  const x = numbers(2 * 576, [2, 12, 12, 4]);
  const first = await net.predict(x, { verbose: 0 });
  const predict = await told(
    await pb.profile(() => net.predict(x, { verbose: 0 }), { repeats: 2, limits: true }),
  );
  const again = await net.predict(x, { verbose: 0 });
  const train = await told(await pb.profile(() => net.trainOnBatch(x, numbers(6, [2, 3]))));
  const recurrent = pb.sequential([pb.layers.lstm(5, { inputShape: [7, 3] })]);
  const sequences = numbers(42, [2, 7, 3]);
  await recurrent.predict(sequences, { verbose: 0 });
  const loop = await told(await pb.profile(() => recurrent.predict(sequences, { verbose: 0 })));
  const same = first.data.every((value, i) => value === again.data[i]);
  const refused = await refusals(pb);
  pb.setBackend("auto");
  const { name, why } = pb.backendInfo();
  pb.setBackend(engine);
  return {
    same,
    predict,
    train,
    loop,
    refusals: refused,
    auto: [name, why, pb.backendInfo().name],
  };
};
