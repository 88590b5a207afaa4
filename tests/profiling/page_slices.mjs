// How a page breathes while the library works: its tasks that get a turn meanwhile, and how the library asks for turns.

const ticking = () => {
  let [ticks, on] = [0, true];
  const tick = () => {
    ticks += 1;
    if (on) setTimeout(tick, 0);
  };
  setTimeout(tick, 0);
  return () => {
    on = false;
    return ticks;
  };
};

const yields = () => {
  let count = 0;
  if (globalThis.scheduler === undefined) return () => 0;
  const original = scheduler.yield.bind(scheduler);
  scheduler.yield = () => {
    count += 1;
    return original();
  };
  return () => count;
};

const net = (pb, units) => {
  const model = pb.sequential([
    pb.layers.dense({ units, activation: "relu", inputShape: [8] }),
    pb.layers.dense(units, { activation: "relu" }),
    pb.layers.dense(2),
  ]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
};
const rows = (count, width) => ({ data: new Float32Array(count * width), shape: [count, width] });

/** scheduler: "there" or "missing". */
export const run = async (pb, scheduler) => {
  if (scheduler === "missing") Object.defineProperty(globalThis, "scheduler", { value: undefined });
  pb.setBackend("cpu");
  const asked = yields();
  const small = net(pb, 4);
  const x = rows(1, 8);
  await small.predict(x, { verbose: 0 });
  let end = ticking();
  const began = performance.now();
  let calls = 0;
  while (performance.now() - began < 400) {
    await small.predict(x, { verbose: 0 });
    calls += 1;
  }
  const chain = { calls, ticks: end() };
  const large = net(pb, 256);
  end = ticking();
  const start = performance.now();
  const before = asked();
  await large.fit(rows(4096, 8), rows(4096, 2), { epochs: 2, batchSize: 64, verbose: 0 });
  const training = {
    milliseconds: performance.now() - start,
    ticks: end(),
    asked: asked() - before,
  };
  return { chain, training, asked: asked() };
};
