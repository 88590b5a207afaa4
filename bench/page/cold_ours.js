// The first prediction of a page with one of our bundles.

import { load } from "./digits/model.js";

export const firstPrediction = async (engine, data, shape) => {
  const model = await load({ backend: engine });
  return (await model.predict({ data, shape })).data;
};
