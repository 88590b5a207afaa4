// The peer's side: TensorFlow.js with its plain JavaScript and its WebGL engine.

import * as tf from "@tensorflow/tfjs";

/** Choose an engine; not part of what is timed. */
export const enter = async (engine) => {
  await tf.setBackend(engine);
  await tf.ready();
};

const numbersOf = async (tensor) => {
  const data = await tensor.data();
  tensor.dispose();
  return data;
};

export const matmul = ([a, b], shapes) => {
  const left = tf.tensor(a, shapes[0]);
  const right = tf.tensor(b, shapes[1]);
  return () => numbersOf(tf.matMul(left, right));
};

export const conv = ([x, w], shapes) => {
  const images = tf.tensor(x, shapes[0]);
  const filters = tf.tensor(w, shapes[1]);
  return () => numbersOf(tf.conv2d(images, filters, 1, "same"));
};

export const loadModel = (url) => tf.loadLayersModel(url);

export const predict = (model, x, shape) => () =>
  numbersOf(tf.tidy(() => model.predict(tf.tensor(x, shape))));

/** Adam with sparse categorical cross-entropy; resolves to the loss. */
export const trainStep = (model, x, shape, labels) => {
  model.compile({ optimizer: tf.train.adam(0.001), loss: "sparseCategoricalCrossentropy" });
  return async () => {
    const images = tf.tensor(x, shape);
    const wanted = tf.tensor(Float32Array.from(labels), [labels.length, 1]);
    const loss = await model.trainOnBatch(images, wanted);
    tf.dispose([images, wanted]);
    return loss;
  };
};

export const version = tf.version.tfjs;
