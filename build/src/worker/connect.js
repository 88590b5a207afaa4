// The page's half: starts the worker, and gives its model the methods of a model of the page.

import { proxy, transfer, wrap } from "comlink";
import { error } from "py:pybrowserml.platform.errors";
import { download } from "../model/store.js";
import { portable } from "./portable.js";

export const WORKER_NAME = "pybrowserml-model";

// The first form is the one that bundlers of pages recognise. A page under Trusted Types has to allow the policy
// `pybrowserml`.
const start = () => {
  try {
    return new Worker(new URL("./model.worker.js", import.meta.url), {
      type: "module",
      name: WORKER_NAME,
    });
  } catch (problem) {
    if (!globalThis.trustedTypes) throw problem;
    const policy = trustedTypes.createPolicy("pybrowserml", { createScriptURL: (url) => url });
    const address = policy.createScriptURL(String(new URL("./model.worker.js", import.meta.url)));
    return new Worker(address, { type: "module", name: WORKER_NAME });
  }
};

/**
 * { model } in a worker, or { reason } why it cannot be started. Takes the options of `load`; rejects where loading
 * itself fails.
 */
export const connect = async ({
  worker: _,
  onProgress,
  onEngineChange,
  signal,
  url,
  ...options
}) => {
  signal?.throwIfAborted();
  if (url !== undefined) options.url = String(new URL(String(url), location.href));
  if (options.threadScript !== undefined) {
    options.threadScript = String(new URL(String(options.threadScript), location.href));
  }
  let worker;
  try {
    worker = start();
  } catch (problem) {
    return { reason: `the page's policy forbids it (${problem.message})` };
  }
  const remote = wrap(worker);
  const opened = new Promise((resolve, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({
        reason: `model.worker.js did not start${event.message ? `: ${event.message}` : ""}`,
      });
    };
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    const told = [onProgress, onEngineChange].map((tell) => tell && proxy(tell));
    remote.open(options, ...told).then(resolve, reject);
  });
  try {
    const found = await opened;
    if (found.reason === undefined) return { model: new WorkerModel(worker, remote, found) };
    worker.terminate();
    return found;
  } catch (problem) {
    worker.terminate();
    throw problem;
  }
};

class WorkerModel {
  #worker;
  #remote;
  #info; // of the engine, as of the last answer
  #posted = Promise.resolve(); // the sending of the last call
  #running = new Set(); // promises of calls under way
  #crashed; // rejects when the worker ends by itself
  #disposed = false;

  constructor(worker, remote, { value, info }) {
    this.#worker = worker;
    this.#remote = remote;
    this.#info = info;
    this.signature = value.signature;
    this.trainable = value.trainable;
    this.#crashed = new Promise((_, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        reject(error("EngineError", `the model's worker failed: ${event.message ?? "no reason"}`));
      };
    });
    this.#crashed.catch(() => {});
  }

  predict(inputs, options) {
    return this.#call("predict", [inputs], options);
  }

  predictSync() {
    throw error(
      "EngineError",
      "predictSync: a model in a worker cannot answer at once; use predict, or load it without `worker`",
    );
  }

  trainOnBatch(x, y, options) {
    return this.#call("trainOnBatch", [x, y], options);
  }

  evaluate(x, y, options) {
    return this.#call("evaluate", [x, y], options);
  }

  fit(x, y, options) {
    return this.#call("fit", [x, y], options);
  }

  stopTraining() {
    if (!this.#disposed) this.#remote.stopTraining();
  }

  async save(address) {
    const files = await this.#ask(() => this.#remote.save(address));
    for (const [file, bytes] of files) download(file, bytes);
  }

  backendInfo() {
    return { ...this.#info, worker: true };
  }

  async setBackend(backend) {
    await this.#ask(() => this.#remote.setBackend(backend));
    return this.backendInfo();
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#remote.dispose();
    // Calls under way end with an error at their next step; then the worker ends, and its memory with it.
    Promise.allSettled(this.#running).then(() => this.#worker.terminate());
  }

  async #call(method, data, options = {}) {
    if (options === null || typeof options !== "object") {
      throw error("ArgumentError", `${method}: options must be an object, got ${options}`);
    }
    const functions = Object.entries(options).filter(([, value]) => typeof value === "function");
    const names = functions.map(([name]) => name);
    const hooks = names.length > 0 ? Object.fromEntries(functions) : null;
    const rest = Object.fromEntries(
      Object.entries(options).filter(([name]) => !names.includes(name)),
    );
    const [sent, moved] = portable({ data, rest });
    return this.#ask(() =>
      this.#inOrder(sent, (ready) =>
        this.#remote.call(
          method,
          transfer(ready.data, moved),
          ready.rest,
          names,
          hooks && proxy(hooks),
        ),
      ),
    );
  }

  // Calls are sent in the order in which they were made, though some wait for their images first.
  #inOrder(sent, send) {
    const before = this.#posted;
    const answered = (async () => {
      const [ready] = await Promise.all([sent, before]);
      return { answer: send(ready) };
    })();
    this.#posted = answered.catch(() => {});
    return answered.then(({ answer }) => answer);
  }

  async #ask(send) {
    if (this.#disposed) throw error("EngineError", "this model was disposed of");
    const running = Promise.race([send(), this.#crashed]);
    this.#running.add(running);
    try {
      const { value, info } = await running;
      this.#info = info;
      return value;
    } catch (problem) {
      if (problem.name !== "DataCloneError") throw problem;
      throw error("ArgumentError", `this data cannot be sent to a worker: ${problem.message}`);
    } finally {
      this.#running.delete(running);
    }
  }
}
