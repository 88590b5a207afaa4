// Our plans step by step: the page of `python bench/run.py --profile`.

import * as ours from "ours";
import { count } from "./data.js";
import { labels, pixels } from "./numbers.js";

const operand = (engine, { shape, dtype }, seed) => {
  const length = count(shape);
  if (dtype === "float32") return ours.upload(engine, pixels(length, seed), shape, dtype);
  const data = labels(length, seed);
  const given = dtype === "int32" ? data : Uint8Array.from(data, (value) => value % 2);
  return ours.upload(engine, given, shape, dtype);
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

window.bench = { steps };
