// The transformer block with TensorFlow.js's core: its Layers API exports no attention.

import * as tf from "@tensorflow/tfjs";
import { weightsOf } from "../data.js";

const attention = (x, w, heads, size) => {
  const [batch, length, width] = x.shape;
  const inner = heads * size;
  const projected = (part) => {
    const y = tf.matMul(
      tf.reshape(x, [-1, width]),
      tf.reshape(w(`${part}_kernel`), [width, inner]),
    );
    const sum = tf.add(y, tf.reshape(w(`${part}_bias`), [inner]));
    return tf.transpose(tf.reshape(sum, [batch, length, heads, size]), [0, 2, 1, 3]);
  };
  const query = tf.mul(projected("query"), size ** -0.5);
  const shares = tf.softmax(tf.matMul(query, projected("key"), false, true));
  const mixed = tf.transpose(tf.matMul(shares, projected("value")), [0, 2, 1, 3]);
  const kernel = tf.reshape(w("output_kernel"), [inner, width]);
  const y = tf.add(tf.matMul(tf.reshape(mixed, [-1, inner]), kernel), w("output_bias"));
  return tf.reshape(y, [batch, length, width]);
};

const normalised = (x, gamma, beta, epsilon) => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
};

const dense = (x, kernel, bias, activation) => {
  const width = x.shape[x.shape.length - 1];
  const y = tf.add(tf.matMul(tf.reshape(x, [-1, width]), kernel), bias);
  const shaped = tf.reshape(y, [...x.shape.slice(0, -1), kernel.shape[1]]);
  return activation === "relu" ? tf.relu(shaped) : shaped;
};

/** Logits of a net told as data. */
const logits = (spec, variables, x) => {
  const values = { input: x };
  for (const { name, kind, config, inputs } of spec.nodes) {
    const w = (key) => variables[`${name}/${key}`];
    const [a, b] = inputs.map((each) => values[each]);
    if (kind === "MultiHeadAttention")
      values[name] = attention(a, w, config.num_heads, config.key_dim);
    else if (kind === "LayerNormalization")
      values[name] = normalised(a, w("gamma"), w("beta"), config.epsilon);
    else if (kind === "Dense") values[name] = dense(a, w("kernel"), w("bias"), config.activation);
    else if (kind === "Add") values[name] = tf.add(a, b);
    else if (kind === "GlobalAveragePooling1D") values[name] = tf.mean(a, 1);
    else throw new Error(`no ${kind} here`);
  }
  return values[spec.nodes.at(-1).name];
};

/** {forward: x → probabilities, loss: (x, labels) → the mean cross-entropy}. */
export const transformer = async (spec) => {
  const variables = {};
  for (const [name, { data, shape }] of Object.entries(await weightsOf(spec.name, spec))) {
    variables[name] = tf.variable(tf.tensor(data, shape));
  }
  return {
    forward: (x) => tf.softmax(logits(spec, variables, x)),
    loss: (x, labels) => {
      const wanted = tf.oneHot(tf.tensor1d(labels, "int32"), spec.classes);
      return tf.losses.softmaxCrossEntropy(wanted, logits(spec, variables, x));
    },
  };
};
