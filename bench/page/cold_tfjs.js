// The first prediction of a page with a TensorFlow.js model, from the smallest imports that do it.

import { ready, setBackend, tensor } from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";

export const firstPrediction = async (engine, pixels, shape) => {
  await setBackend(engine);
  await ready();
  const model = await loadLayersModel("tfjs/model.json");
  return model.predict(tensor(pixels, shape)).data();
};
