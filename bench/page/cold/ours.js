// The first prediction of a page with one of our bundles.

export const open = async (variant, net) => {
  const { load } = await import(`/nets/${net}/ours/model.js`);
  const model = await load({ backend: variant === "webgl" ? "webgl" : "cpu" });
  return async (data, shape) => (await model.predict({ data, shape })).data;
};
