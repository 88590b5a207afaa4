// ConvNetJS: plain JavaScript, one sample at a time.

import convnetjs from "convnetjs";
import { batchOf, count, weightsOf } from "../data.js";

export const open = async () => {};

const ACTIVATED = { relu: "relu", sigmoid: "sigmoid" };

/** Definitions of its layers for a net told as data; a softmax is the classifier at the end. */
const definitions = (spec) => {
  const [height, width = 1, depth = 1] = spec.shape;
  const flat = spec.shape.length === 1;
  const made = [
    {
      type: "input",
      out_sx: flat ? 1 : width,
      out_sy: flat ? 1 : height,
      out_depth: flat ? height : depth,
    },
  ];
  for (const { kind, config } of spec.nodes) {
    const activation = ACTIVATED[config.activation];
    if (kind === "Conv2D") {
      const pad = (config.kernel_size - 1) / 2;
      const { kernel_size: size, filters } = config;
      made.push({ type: "conv", sx: size, filters, stride: 1, pad, activation });
    } else if (kind === "MaxPooling2D") {
      made.push({ type: "pool", sx: config.pool_size, stride: config.strides });
    } else if (kind === "Dense" && config.activation === "softmax") {
      made.push({ type: "softmax", num_classes: config.units });
    } else if (kind === "Dense") {
      made.push({ type: "fc", num_neurons: config.units, activation });
    } else if (kind !== "Flatten") throw new Error(`has no ${kind}`);
  }
  // A net must end in a loss layer, which lets numbers through.
  const last = spec.nodes.at(-1).config;
  if (last.activation !== "softmax") made.push({ type: "regression", num_neurons: last.units });
  return made;
};

const netOf = async (name, spec) => {
  const net = new convnetjs.Net();
  net.makeLayers(definitions(spec));
  const weights = await weightsOf(name, spec);
  const layers = net.layers.filter(({ filters }) => filters?.length);
  const nodes = spec.nodes.filter((node) => node.weights.length);
  nodes.forEach((node, i) => {
    const { data, shape } = weights[`${node.name}/kernel`];
    const outputs = shape.at(-1);
    layers[i].filters.forEach((filter, f) => {
      for (let k = 0; k < data.length / outputs; k++) filter.w[k] = data[k * outputs + f];
      layers[i].biases.w[f] = weights[`${node.name}/bias`].data[f];
    });
  });
  // The layer that the regression adds copies its input.
  layers
    .slice(nodes.length)
    .forEach(({ filters }) =>
      filters.forEach((filter, f) => filter.w.forEach((_, k) => (filter.w[k] = k === f ? 1 : 0))),
    );
  return net;
};

const volumes = ({ data, shape }) => {
  const [batch, height, width = 1, depth = 1] = shape;
  const size = count(shape.slice(1));
  return Array.from({ length: batch }, (_, n) => {
    const made =
      shape.length === 2
        ? new convnetjs.Vol(1, 1, height)
        : new convnetjs.Vol(width, height, depth);
    for (let i = 0; i < size; i++) made.w[i] = data[n * size + i];
    return made;
  });
};

const predict = async (given) => {
  const batch = await batchOf(given);
  const net = await netOf(given.net, batch.spec);
  const samples = volumes(batch);
  const run = async () =>
    Float32Array.from(samples.flatMap((sample) => Array.from(net.forward(sample).w)));
  return { run };
};

/** Its Adam counts samples instead of steps, so that only the first loss can be the same. */
const train = async (given) => {
  const batch = await batchOf(given);
  const net = await netOf(given.net, batch.spec);
  const samples = volumes(batch);
  const options = {
    method: "adam",
    learning_rate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    batch_size: given.batch,
  };
  const trainer = new convnetjs.Trainer(net, options);
  let steps = 0;
  const run = async () => {
    let loss = 0;
    samples.forEach((sample, i) => (loss += trainer.train(sample, batch.labels[i]).cost_loss));
    return { loss: loss / samples.length, step: ++steps };
  };
  return { run, common: ({ loss, step }) => (step === 1 ? loss : null) };
};

export const rows = { predict, train };
