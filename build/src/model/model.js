// A loaded model: the JavaScript clothes of the frozen model.

import { load_engine as loadEngine } from "py:pybrowserml.backends.active";
import { error } from "py:pybrowserml.platform.errors";
import { dict } from "py:runtime";
import { arrange, giveBack } from "./inputs.js";
import { checkOptions } from "./options.js";
import { download, keep, parseAddress } from "./store.js";
import { sha256 } from "./files.js";

const FIT = [
  "epochs",
  "batchSize",
  "shuffle",
  "sampleWeight",
  "classWeight",
  "validationData",
  "validationSplit",
  "onBatchEnd",
  "onEpochBegin",
  "onEpochEnd",
];

const plain = (found) => Object.fromEntries(Object.entries(found));

const plainSpec = ({ name, shape, dtype, pixels }) => ({
  name,
  shape: shape.map((dim) => (typeof dim === "number" ? dim : null)),
  dtype,
  ...(Array.isArray(pixels) ? { pixels: [Number(pixels[0]), Number(pixels[1])] } : {}),
});

/**
 * read: { begun: a BegunModel, weights: [[file, [bytes, ...]], ...] }; engines: the options of `load` for engines; onEngineChange:
 * called when another engine takes over; told: what backendInfo() tells besides.
 */
export const makeModel = ({ begun, weights }, engines, onEngineChange, told = {}) => {
  const { backend, wasm, remember, threads, threadScript } = engines;
  const frozen = begun.completed(
    weights,
    backend,
    wasm,
    remember,
    threads ?? null,
    threadScript ?? null,
  );
  if (onEngineChange) frozen.on_engine_change((change) => onEngineChange(plain(change)));
  return new Model(frozen, engines, told);
};

class Model {
  #frozen;
  #engines; // options of `load` for engines
  #told;
  #running = new Set(); // promises of calls under way
  #turn = Promise.resolve(); // the end of the last call that trains or evaluates
  #inside = 0; // callbacks under way

  constructor(frozen, engines, told) {
    this.#frozen = frozen;
    this.#told = told;
    this.#engines = engines;
    const { inputs, outputs } = frozen.signature;
    this.signature = { inputs: inputs.map(plainSpec), outputs: outputs.map(plainSpec) };
    this.trainable = frozen.trainable;
  }

  async predict(inputs, options = {}) {
    const { batchSize } = checkOptions("predict", options, ["batchSize"]);
    const own = [];
    const given = this.#inputs(inputs, own);
    const found = await this.#track(() => this.#frozen.predict(given, batchSize));
    giveBack(own);
    return this.#results(found);
  }

  // At once, without a promise, where the engine can.
  predictSync(inputs) {
    return this.#results(
      this.#frozen._answered(inputs) ?? this.#frozen.predict_sync(this.#inputs(inputs)),
    );
  }

  async trainOnBatch(x, y, options = {}) {
    const given = checkOptions("trainOnBatch", options, ["sampleWeight", "classWeight"]);
    this.#trains("train");
    const [xs, ys, weights] = this.#data(x, y, given.sampleWeight);
    const classes = this.#classWeight(given);
    return plain(await this.#inTurn(() => this.#frozen.train_on_batch(xs, ys, weights, classes)));
  }

  async evaluate(x, y, options = {}) {
    const { batchSize, sampleWeight } = checkOptions("evaluate", options, [
      "batchSize",
      "sampleWeight",
    ]);
    this.#trains("evaluate");
    const [xs, ys, weights] = this.#data(x, y, sampleWeight);
    return plain(await this.#inTurn(() => this.#frozen.evaluate(xs, ys, batchSize, weights)));
  }

  async fit(x, y, options = {}) {
    const given = checkOptions("fit", options, FIT);
    this.#trains("fit");
    const [xs, ys, weights] = this.#data(x, y, given.sampleWeight);
    const held = given.validationData;
    if (held !== undefined && (!Array.isArray(held) || ![2, 3].includes(held.length))) {
      throw error("ArgumentError", "validationData must be [x, y] or [x, y, sampleWeight]");
    }
    const validation = held && this.#data(...held);
    const classes = this.#classWeight(given);
    const { history, epoch } = await this.#inTurn(() =>
      this.#frozen.fit(
        xs,
        ys,
        given.batchSize,
        given.epochs,
        this.#callbacks(given),
        given.validationSplit,
        validation ?? null,
        given.shuffle,
        classes,
        weights,
      ),
    );
    return { epoch: Array.from(epoch), history: plain(history) };
  }

  stopTraining() {
    this.#frozen.stop_training = true;
  }

  // give(file, bytes): what becomes of the files of a download.
  async save(address, give = download) {
    const { scheme, name } = parseAddress(address, ["indexeddb", "download"]);
    const { manifest, weights } = await this.#track(() => this.#frozen.to_bytes());
    if (scheme === "indexeddb") {
      await keep(name, { manifest, weights });
      return;
    }
    const file = `${name}.safetensors`;
    const listed = JSON.parse(new TextDecoder().decode(manifest));
    const entry = { file, bytes: weights.length, sha256: await sha256(weights) };
    give(`${name}.json`, new TextEncoder().encode(JSON.stringify({ ...listed, weights: [entry] })));
    give(file, weights);
  }

  backendInfo() {
    const backend = this.#frozen.engine();
    const { measured, ...info } = this.#frozen.backend_info();
    return {
      ...info,
      ...(measured ? { measured: plain(measured) } : {}),
      ...(typeof backend.stats === "function" ? { stats: plain(backend.stats()) } : {}),
      ...this.#told,
    };
  }

  async setBackend(backend) {
    await loadEngine(backend);
    const { wasm, remember, threads, threadScript } = this.#engines;
    this.#frozen.set_backend(backend, wasm, remember, threads ?? null, threadScript ?? null);
    return this.backendInfo();
  }

  dispose() {
    if (this.#frozen.disposed) return;
    // Calls under way end with an error at their next step; then the memory is given back.
    this.#frozen.disposed = true;
    Promise.allSettled(this.#running).then(() => this.#frozen.dispose());
  }

  #inputs(value, own) {
    this.#alive();
    return arrange(value, this.#frozen.signature.inputs, own);
  }

  #targets(value) {
    return arrange(value, this.#frozen.targets);
  }

  // [inputs, targets, weights] as the frozen model takes them; null for what is not there.
  #data(x, y, sampleWeight) {
    const { targets, weights } = this.#frozen;
    const none = (y === undefined || y === null) && targets.length === 0;
    const equal = sampleWeight === undefined || sampleWeight === null;
    return [
      this.#inputs(x),
      none ? null : this.#targets(y),
      equal ? null : arrange(sampleWeight, weights ?? []),
    ];
  }

  #classWeight({ classWeight }) {
    if (classWeight === undefined || classWeight === null) return null;
    if (typeof classWeight === "object") {
      return Array.isArray(classWeight) ? classWeight : dict({ ...classWeight });
    }
    throw error("ArgumentError", "classWeight must be an object of class and weight");
  }

  #trains(action) {
    if (this.trainable) return;
    const told = `this model was built without its training step, so it cannot ${action}`;
    throw error("ArgumentError", `${told}; build it with --trainable`);
  }

  #alive() {
    if (this.#frozen.disposed) throw error("EngineError", "this model was disposed of");
  }

  // One result for one output; several by position and by name.
  #results(found) {
    const { outputs } = this.signature;
    if (this.#frozen.signature.outputs_by === "one") return found;
    const results = Array.isArray(found) ? found : outputs.map(({ name }) => found[name]);
    outputs.forEach(({ name }, i) => {
      if (!(name in results))
        Object.defineProperty(results, name, { value: results[i], enumerable: true });
    });
    return results;
  }

  #callbacks({ onBatchEnd, onEpochBegin, onEpochEnd }) {
    const hooks = {};
    const hook = (name, callback, call) => {
      if (callback === undefined) return;
      if (typeof callback !== "function")
        throw error("ArgumentError", `fit: ${name} must be a function`);
      hooks[name] = async (position, logs) => {
        this.#inside += 1;
        try {
          await call(position, plain(logs ?? {}));
        } finally {
          this.#inside -= 1;
        }
      };
    };
    hook("onBatchEnd", onBatchEnd, (batch, logs) => onBatchEnd(logs, batch));
    hook("onEpochBegin", onEpochBegin, (epoch) => onEpochBegin(epoch));
    hook("onEpochEnd", onEpochEnd, (epoch, logs) => onEpochEnd(logs, epoch));
    return dict(hooks);
  }

  // Predictions mix with training by plan run, each of which is whole.
  #track(call) {
    const running = call();
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }

  // Calls that train or evaluate share the means of their logs, so they wait for each other; but a callback may make
  // such a call, for which waiting would never end.
  #inTurn(call) {
    if (this.#inside > 0) return this.#track(call);
    const before = this.#turn;
    const running = this.#track(() => before.then(call));
    this.#turn = running.catch(() => {});
    return running;
  }
}
