// The first prediction of a page with a TensorFlow.js model, from the smallest imports that do it.

import { ready, setBackend, tensor } from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";

export const open = async (variant, net) => {
  await setBackend(variant);
  await ready();
  const model = await loadLayersModel(`/nets/${net}/model.json`);
  return (data, shape) => model.predict(tensor(data, shape)).data();
};
