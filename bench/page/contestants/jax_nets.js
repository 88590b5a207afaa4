// Nets told as data, with jax-js's functions: channels first, as its convolutions want them.

import * as jax from "@jax-js/jax";
import { transposed, weightsOf } from "../data.js";

const { jit, lax, nn, numpy: np, valueAndGrad } = jax;

const KERNELS = { Conv2D: [3, 2, 0, 1], DepthwiseConv2D: [2, 3, 0, 1] };

/** The weights as arrays by "node/weight", convolutions in its layout. */
export const parametersOf = async (spec) => {
  const weights = await weightsOf(spec.name, spec);
  const made = {};
  const shapes = shapesOf(spec);
  for (const node of spec.nodes) {
    for (const [key] of node.weights) {
      let { data, shape } = weights[`${node.name}/${key}`];
      const order = key.endsWith("kernel") ? KERNELS[node.kind] : undefined;
      if (order) {
        data = transposed(data, shape, order);
        shape = order.map((axis) => shape[axis]);
      }
      const image = shapes[node.inputs[0]];
      if (node.kind === "Dense" && key === "kernel" && image.flattened) {
        // Rows of a dense layer behind a Flatten: channels first here.
        const [height, width, channels] = image.flattened;
        data = transposed(data, [height, width, channels, shape[1]], [2, 0, 1, 3]);
      }
      made[`${node.name}/${key}`] = np.array(data, { shape });
    }
  }
  return made;
};

/** Sizes of images where a Flatten reads them. */
const shapesOf = (spec) => {
  const found = { input: { size: spec.shape } };
  for (const { name, kind, config, inputs } of spec.nodes) {
    const { size } = found[inputs[0]];
    if (kind === "Flatten") found[name] = { size, flattened: size };
    else if (kind === "MaxPooling2D" || kind.endsWith("Conv2D")) {
      const { strides = 1 } = config;
      const half = (length) =>
        kind === "MaxPooling2D" ? Math.floor(length / strides) : Math.ceil(length / strides);
      found[name] = { size: [half(size[0]), half(size[1]), config.filters ?? size[2]] };
    } else found[name] = { size };
  }
  return found;
};

const column = (w) => w.reshape([1, -1, 1, 1]);

const activated = (y, name) => {
  if (!name) return y;
  if (name === "softmax") return nn.softmax(y, -1);
  return nn[name](y);
};

const attention = (x, w, { num_heads: heads, key_dim: size }) => {
  const [batch, length, width] = x.shape;
  const inner = heads * size;
  const split = (part) => {
    const kernel = w(`${part}_kernel`).reshape([width, inner]);
    const y = np.matmul(x.ref, kernel).add(w(`${part}_bias`).reshape([inner]));
    return y.reshape([batch, length, heads, size]).transpose([0, 2, 1, 3]);
  };
  const query = split("query").mul(size ** -0.5);
  const scores = np.matmul(query, split("key").transpose([0, 1, 3, 2]));
  const mixed = np.matmul(nn.softmax(scores, -1), split("value")).transpose([0, 2, 1, 3]);
  x.dispose();
  const kernel = w("output_kernel").reshape([inner, width]);
  return np.matmul(mixed.reshape([batch, length, inner]), kernel).add(w("output_bias"));
};

/** Batch normalization with the statistics of the batch, or with the kept ones. */
const batchNormalised = (x, w, training) => {
  const gamma = column(w("gamma"));
  const beta = column(w("beta"));
  if (training) {
    const mean = np.mean(x.ref, [0, 2, 3], { keepdims: true });
    const centred = x.sub(mean);
    const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
    return centred.mul(gamma.div(np.sqrt(variance.add(1e-3)))).add(beta);
  }
  const scale = gamma.div(np.sqrt(column(w("moving_variance")).add(1e-3)));
  return x
    .sub(column(w("moving_mean")))
    .mul(scale)
    .add(beta);
};

const pooled = (x, { pool_size: size, strides, padding }) => {
  if (padding === "same") throw new Error("its reduceWindow does not pad");
  return lax.reduceWindow(x, (window) => np.max(window), [size, size], [strides, strides]);
};

const apply = ({ kind, config }, w, [a, b], training) => {
  const stride = config.strides ?? 1;
  switch (kind) {
    case "Conv2D":
    case "DepthwiseConv2D": {
      const key = kind === "Conv2D" ? "kernel" : "depthwise_kernel";
      const more = kind === "Conv2D" ? {} : { featureGroupCount: a.shape[1] };
      const y = lax.convGeneralDilated(a, w(key), [stride, stride], "SAME", more);
      return config.use_bias === false ? y : y.add(column(w("bias")));
    }
    case "BatchNormalization":
      return batchNormalised(a, w, training);
    case "LayerNormalization":
      return nn.standardize(a, -1, { epsilon: config.epsilon }).mul(w("gamma")).add(w("beta"));
    case "ReLU":
      return config.max_value ? nn.relu6(a) : nn.relu(a);
    case "MaxPooling2D":
      return pooled(a, config);
    case "GlobalAveragePooling2D":
      return np.mean(a, [2, 3]);
    case "GlobalAveragePooling1D":
      return np.mean(a, 1);
    case "Flatten":
      return a.reshape([a.shape[0], -1]);
    case "Dense":
      return np.matmul(a, w("kernel")).add(w("bias"));
    case "Add":
      return a.add(b);
    case "MultiHeadAttention":
      return attention(a, w, config);
    default:
      throw new Error(`has no ${kind}`);
  }
};

/** Outputs of the net for x. Each value is given up where it is read for the last time. */
const evaluated = (spec, parameters, x, training) => {
  const uses = {};
  for (const { inputs } of spec.nodes)
    for (const name of inputs) uses[name] = (uses[name] ?? 0) + 1;
  const values = { input: x };
  const take = (name) => (--uses[name] > 0 ? values[name].ref : values[name]);
  for (const node of spec.nodes) {
    const w = (key) => parameters[`${node.name}/${key}`].ref;
    values[node.name] = apply(node, w, node.inputs.map(take), training);
    const last = node === spec.nodes.at(-1);
    const { activation } = node.config;
    if (!(training && last)) values[node.name] = activated(values[node.name], activation);
  }
  return values[spec.nodes.at(-1).name];
};

export const forward = (spec, parameters, x) => evaluated(spec, parameters, x, false);

/** A function of x that does a step of Adam and resolves to its loss. */
export const trainer = async (spec, labels) => {
  const parameters = await parametersOf(spec);
  const names = Object.keys(parameters).filter((name) => !name.includes("/moving_"));
  const hot = new Float32Array(labels.length * spec.classes);
  labels.forEach((label, i) => (hot[i * spec.classes + label] = 1));
  const wanted = np.array(hot, { shape: [labels.length, spec.classes] });
  const zeros = () =>
    Object.fromEntries(names.map((name) => [name, np.zeros(parameters[name].shape)]));
  let state = {
    values: Object.fromEntries(names.map((name) => [name, parameters[name]])),
    first: zeros(),
    second: zeros(),
  };
  const loss = (values, x, y) => {
    const logits = evaluated(spec, values, x, true);
    const chosen = np.sum(nn.logSoftmax(logits, -1).mul(y), -1);
    return np.mean(chosen).mul(-1);
  };
  const differentiated = jit(valueAndGrad(loss));
  const updated = jit(({ value, first, second, gradient, rate }) => {
    const m = first.mul(0.9).add(gradient.ref.mul(0.1));
    const v = second.mul(0.999).add(np.square(gradient).mul(0.001));
    const step = m.ref.mul(rate).div(np.sqrt(v.ref).add(1e-7));
    return { value: value.sub(step), first: m, second: v };
  });
  let steps = 0;
  return async (x) => {
    steps++;
    const rate = (0.001 * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    const kept = Object.fromEntries(names.map((name) => [name, state.values[name].ref]));
    const [value, gradients] = differentiated(kept, x, wanted.ref);
    const next = { values: {}, first: {}, second: {} };
    for (const name of names) {
      const made = updated({
        value: state.values[name],
        first: state.first[name],
        second: state.second[name],
        gradient: gradients[name],
        rate: np.array(rate),
      });
      next.values[name] = made.value;
      next.first[name] = made.first;
      next.second[name] = made.second;
    }
    state = next;
    await jax.blockUntilReady(state.values);
    return (await value.data())[0];
  };
};
