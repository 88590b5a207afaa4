// The first prediction of a page with one of our bundles.

import { optionsOf } from "../variants.js";

export const open = async (variant, net) => {
  const { load } = await import(`/nets/${net}/ours/model.js`);
  const model = await load(optionsOf(variant));
  return async (data, shape) => (await model.predict({ data, shape })).data;
};
