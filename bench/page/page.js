// The page of `make bench`: the driver calls one function of `window.bench` for each row.

import * as ours from "ours";
import * as front from "./front.js";
import { limits } from "./limits.js";
import { alternate } from "./measure.js";
import { labels, numbers, pixels } from "./numbers.js";
import * as tfjs from "./tfjs.js";

const nothing = async () => {};
const count = (shape) => shape.reduce((a, b) => a * b, 1);

/** Ours and the peer's of each engine; makeOurs and makePeer resolve to a function that runs once. */
const contestants = (engines, makeOurs, makePeer) =>
  engines.flatMap((engine) => [
    { name: `ours ${engine}`, make: async () => ({ enter: nothing, run: await makeOurs(engine) }) },
    {
      name: `tfjs ${engine}`,
      make: async () => {
        await tfjs.enter(engine);
        return { enter: () => tfjs.enter(engine), run: await makePeer(engine) };
      },
    },
  ]);

const race = (all, { only, budget }) =>
  alternate(
    all.filter(({ name }) => !only || only.includes(name)),
    budget,
  );

/** A plan of one step. */
const kernel = (row) => {
  const { kind, plan, shapes, engines } = row;
  const data = shapes.map((shape, i) => numbers(count(shape), i + 1));
  const makeOurs = async (engine) => {
    const runner = ours.make_runner(engine, plan);
    const operands = data.map((each, i) => ours.upload(engine, each, shapes[i], "float32"));
    return () => ours.run_plan(runner, operands);
  };
  return race(
    contestants(engines, makeOurs, async () => tfjs[kind](data, shapes)),
    row,
  );
};

const loadOurs = async (engine) => (await import("./digits/model.js")).load({ backend: engine });

/** The digits net predicts a batch. */
const predict = (row) => {
  const shape = [row.batch, 28, 28, 1];
  const data = pixels(count(shape), 1);
  const makeOurs = async (engine) => {
    const model = await loadOurs(engine);
    return async () => (await model.predict({ data, shape })).data;
  };
  const makePeer = async () => tfjs.predict(await tfjs.loadModel("tfjs/model.json"), data, shape);
  return race(contestants(row.engines, makeOurs, makePeer), row);
};

/** The digits net learns a batch; the result is the loss. */
const train = (row) => {
  const shape = [row.batch, 28, 28, 1];
  const data = pixels(count(shape), 1);
  const wanted = labels(row.batch, 2);
  const makeOurs = async (engine) => {
    const model = await loadOurs(engine);
    return async () =>
      (await model.trainOnBatch({ data, shape }, { data: wanted, shape: [row.batch] })).loss;
  };
  const makePeer = async () =>
    tfjs.trainStep(await tfjs.loadModel("tfjs/model.json"), data, shape, wanted);
  return race(contestants(row.engines, makeOurs, makePeer), row);
};

const operand = (engine, { shape, dtype }, seed) => {
  const length = count(shape);
  const data = dtype === "float32" ? pixels(length, seed) : labels(length, seed);
  const bytes = () => Uint8Array.from(data, (value) => value % 2);
  return ours.upload(
    engine,
    dtype === "float32" || dtype === "int32" ? data : bytes(),
    shape,
    dtype,
  );
};

/** Milliseconds of the fastest run of each plan, without a read. */
const steps = async ({ engine, plans }) => {
  const times = [];
  for (const plan of plans) {
    const runner = ours.make_runner(engine, plan);
    const operands = plan.inputs.map(({ value }, i) => operand(engine, plan.values[value], i + 1));
    let least = Infinity;
    const begin = performance.now();
    for (let i = 0; i < 5 || (i < 30 && performance.now() - begin < 300); i++) {
      const start = performance.now();
      await ours.run_without_read(runner, operands);
      least = Math.min(least, performance.now() - start);
    }
    times.push(least);
  }
  return times;
};

const about = (engines) => ({
  tfjs: tfjs.version,
  agent: navigator.userAgent,
  cores: navigator.hardwareConcurrency,
  engines: Object.fromEntries(engines.map((engine) => [engine, ours.capabilities(engine)])),
});

/** One op at a time, with values read after each. */
const eager = (row) =>
  race(
    contestants(
      row.engines,
      (engine) => front.makeOurs(engine, row.n),
      () => front.makeTheirs(row.n),
    ),
    row,
  );

const { compile, call } = front;
window.bench = {
  about,
  limits,
  steps,
  matmul: kernel,
  conv: kernel,
  predict,
  train,
  eager,
  compile,
  call,
};
