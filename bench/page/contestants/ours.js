// pybrowserml: built folders for nets, the shipped library for ops (ours_ops.js).

import { batchOf } from "../data.js";
import { settled } from "../settled.js";
import { optionsOf } from "../variants.js";

let engine = null;

export const open = (variant) => {
  engine = optionsOf(variant);
};

const modelOf = async (net) => (await import(`/nets/${net}/ours/model.js`)).load(engine);

const predict = async (given) => {
  const model = await modelOf(given.net);
  const { data, shape } = await batchOf(given);
  // Tiny nets: the call that waits for nothing, where the engine has one.
  if (given.net === "xor" && model.predictSync && engine.backend === "cpu") {
    return { run: () => model.predictSync({ data, shape }).data };
  }
  const run = async () => (await model.predict({ data, shape })).data;
  if (engine.threads === 2) await settled(() => model.backendInfo(), run);
  return { run };
};

/** Resolves to the loss of a step. */
const train = async (given) => {
  const model = await modelOf(given.net);
  const { data, shape, labels } = await batchOf(given);
  const wanted = { data: labels, shape: [labels.length] };
  return { run: async () => (await model.trainOnBatch({ data, shape }, wanted)).loss };
};

/** Rows about ops need the library, which the page of a built model does not load. */
const withLibrary = (kind) => async (given) => {
  const script = "/contestants/ours_ops.js";
  const library = await import(script);
  await library.open(engine);
  return library[kind]({ ...given, threads: engine.threads });
};

export const rows = { op: withLibrary("op"), predict, train, eager: withLibrary("eager") };
