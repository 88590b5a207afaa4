// Brain.js: its NeuralNetwork in plain JavaScript.

import * as brain from "brain.js/dist/browser.js";
import { batchOf, weightsOf } from "../data.js";

const { NeuralNetwork } = brain.default ?? brain;

export const open = async () => {};

const predict = async (given) => {
  const { spec, data } = await batchOf(given);
  const weights = await weightsOf(given.net, spec);
  const sizes = [spec.shape[0], ...spec.nodes.map(({ config }) => config.units)];
  const layers = spec.nodes.map(({ name, config }) => {
    const kernel = weights[`${name}/kernel`];
    const inputs = kernel.shape[0];
    const rows = Array.from({ length: config.units }, (_, unit) =>
      Array.from({ length: inputs }, (_, i) => kernel.data[i * config.units + unit]),
    );
    return { weights: rows, biases: Array.from(weights[`${name}/bias`].data) };
  });
  const net = new NeuralNetwork();
  net.fromJSON({
    type: "NeuralNetwork",
    sizes,
    layers: [{ weights: [], biases: [] }, ...layers],
    inputLookup: null,
    inputLookupLength: sizes[0],
    outputLookup: null,
    outputLookupLength: sizes.at(-1),
    options: {
      activation: "sigmoid",
      inputSize: sizes[0],
      hiddenLayers: sizes.slice(1, -1),
      outputSize: sizes.at(-1),
    },
    trainOpts: new NeuralNetwork().trainOpts,
  });
  return { run: async () => net.run(data) };
};

export const rows = { predict };
