// The worker's half: one model, whose methods the page calls.

import { expose, releaseProxy, transfer } from "comlink";

// The memory of all typed arrays in a result moves to the page.
const buffersOf = (value, found = new Set()) => {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value !== null && typeof value === "object") {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return found;
};

const answer = (model, value) =>
  transfer({ value, info: model.backendInfo() }, Array.from(buffersOf(value)));

/** Wait for calls from the page. */
export const serve = () => {
  let model = null;
  expose({
    async open(options, onProgress, onEngineChange) {
      const { load } = await import("./model.js");
      const told = [];
      const given = { ...options };
      if (onProgress) given.onProgress = (progress) => told.push(onProgress(progress));
      if (onEngineChange) given.onEngineChange = (change) => void onEngineChange(change);
      model = await load(given);
      await Promise.all(told);
      onProgress?.[releaseProxy]();
      return answer(model, { signature: model.signature, trainable: model.trainable });
    },

    /** `hooks`: an object of the page's functions, called `names`, which become options of the call. */
    async call(method, args, options, names, hooks) {
      const given = { ...options };
      for (const name of names) given[name] = (...values) => hooks[name](...values);
      try {
        return answer(model, await model[method](...args, given));
      } finally {
        hooks?.[releaseProxy]();
      }
    },

    async setBackend(backend) {
      return answer(model, await model.setBackend(backend));
    },

    /** The files of a download go to the page: a worker cannot offer any. */
    async save(address) {
      const files = [];
      await model.save(address, (file, bytes) => files.push([file, bytes]));
      return answer(model, files);
    },

    stopTraining() {
      model.stopTraining();
    },

    dispose() {
      model.dispose();
    },
  });
};
