// Whether a page can run its model in a worker.

const obstacle = (built) => {
  if (!built) return "only models made by `pybrowserml build` have a worker";
  if (typeof Worker !== "function") return "there are no workers here";
  if (typeof OffscreenCanvas !== "function") return "this browser has no OffscreenCanvas";
  if (globalThis.location?.protocol === "file:") return "pages from file:// cannot start workers";
  return null;
};

/**
 * A model that runs in a worker of its own: { model }, or { reason } where that cannot be. background(): the module
 * model.worker.js.
 */
export const openInWorker = async (built, background, options) => {
  const reason = obstacle(built);
  if (reason !== null) return { reason };
  let found;
  try {
    found = await background();
  } catch (problem) {
    return { reason: `model.worker.js cannot be loaded (${problem.message})` };
  }
  return found.connect(options);
};
