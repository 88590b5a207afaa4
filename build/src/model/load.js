// `load(options)`: from the files of a bundle, or from what a page saved, to a model that works.

import "py:pybrowserml.entry_frozen";
import {
  backend_named as backendNamed,
  load_engine as loadEngine,
} from "py:pybrowserml.backends.active";
import { set_recovery as setRecovery } from "py:pybrowserml.backends.journal";
import { BegunModel } from "py:pybrowserml.models.opening";
import { error } from "py:pybrowserml.platform.errors";
import {
  address_of as addressOf,
  fetch_file as fetchAnywhere,
} from "py:pybrowserml.platform.files";
import { openInWorker } from "./background.js";
import { decodeBase64, fetchFile, joined, progressOf } from "./files.js";
import { makeModel } from "./model.js";
import { checkOptions } from "./options.js";
import { kept, parseAddress } from "./store.js";

/* global PYBROWSERML_VERSION */
export const version = PYBROWSERML_VERSION;

const OPTIONS = [
  "backend",
  "wasm",
  "threads",
  "threadScript",
  "remember",
  "recovery",
  "onProgress",
  "onEngineChange",
  "from",
  "url",
  "signal",
  "worker",
];

/**
 * parts: what the build knows: { manifest, weights, embedded }, where `manifest` and each of `weights` is
 * { file, bytes, sha256 } and `embedded` is null or { manifest: text, weights: [base64] }; the text of the template
 * itself where no build was. base(): the folder of the script; background(): the module model.worker.js.
 */
export const openModel = async (parts, base, background, options = {}) => {
  const {
    backend = "auto",
    wasm = true,
    threads,
    threadScript,
    remember = true,
    recovery,
    onProgress,
    onEngineChange,
    from,
    url,
    signal,
    worker = false,
  } = checkOptions("load", options, OPTIONS);
  const built = typeof parts === "string" ? null : parts;
  if (recovery !== undefined) {
    const given = checkOptions("load: recovery", recovery, ["steps", "megabytes", "wait"]);
    setRecovery(given.steps, given.megabytes, given.wait);
  }
  for (const [name, tell] of Object.entries({ onProgress, onEngineChange })) {
    if (tell !== undefined && tell !== null && typeof tell !== "function")
      throw error("ArgumentError", `load: ${name} must be a function`);
  }
  let told = {};
  if (worker) {
    const { model, reason } = await openInWorker(built, background, options);
    if (model) return model;
    told = { worker: false, workerWhy: reason };
  }
  // Beside the files of the model. What goes wrong is told when they are there.
  const engine = loadEngine(backend);
  engine.then(() => backend !== "auto" && backendNamed(backend, wasm)).catch(() => {});
  // Shaders are compiled while weights are on their way.
  const begin = (manifest, place) => {
    const begun = BegunModel(manifest, place);
    engine.then(() => begun.make_ready(backend, wasm)).catch(() => {});
    return begun;
  };
  const read = await (from !== undefined
    ? readKept(from, begin)
    : url !== undefined || built === null
      ? readUrl(url, begin, onProgress, signal)
      : built.embedded
        ? readEmbedded(built, begin, onProgress)
        : readBuilt(built, base(), begin, onProgress, signal));
  await engine;
  // One that was saved while it was trained goes on where it was.
  if (backend === "auto" && read.engine !== undefined) await loadEngine(read.engine);
  const engines = { backend, wasm, threads, threadScript, remember };
  return makeModel(read, engines, onEngineChange, told);
};

const readKept = async (from, begin) => {
  const { name } = parseAddress(from, ["indexeddb"]);
  const { manifest, weights } = await kept(name);
  const place = `indexeddb://${name}`;
  const { engine } = parsed(place, manifest);
  return { begun: begin(manifest, place), engine, weights: [["weights", [weights]]] };
};

const readEmbedded = async ({ manifest, weights, embedded }, begin, onProgress) => {
  const arrived = progressOf([manifest, ...weights], onProgress);
  const text = new TextEncoder().encode(embedded.manifest);
  arrived(manifest.file, text.length);
  const begun = begin(text, manifest.file);
  const read = [];
  for (let i = 0; i < weights.length; i++) {
    const data = await decodeBase64(embedded.weights[i]);
    read.push([weights[i].file, [data]]);
    arrived(weights[i].file, data.length);
  }
  return { begun, weights: read };
};

const readBuilt = async ({ manifest, weights }, folder, begin, onProgress, signal) => {
  const arrived = progressOf([manifest, ...weights], onProgress);
  const [begun, read] = await Promise.all([
    fetchFile(manifest, folder, arrived, signal).then((text) => begin(joined(text), manifest.file)),
    fetchAll(weights, folder, arrived, signal),
  ]);
  return { begun, weights: read };
};

// A model.json elsewhere, or for the plain runtime, is asked for its own weights.
const readUrl = async (url, begin, onProgress, signal) => {
  if (url === undefined)
    throw error("ArgumentError", "load needs the option 'url': where model.json lies");
  const address = addressOf(url);
  if (address.pathname.endsWith("/")) address.pathname += "model.json";
  const file = address.pathname.split("/").pop();
  const response = await fetchAnywhere(address, { signal, credentials: "same-origin" });
  if (!response.ok) throw error("FormatError", `${file}: ${address} answered ${response.status}`);
  const data = new Uint8Array(await response.arrayBuffer());
  const { weights, engine } = parsed(file, data);
  const listed = checked(file, weights);
  const arrived = progressOf([{ bytes: data.length }, ...listed], onProgress);
  arrived(file, data.length);
  const begun = begin(data, file);
  const read = await fetchAll(listed, new URL("./", address), arrived, signal);
  return { begun, engine, weights: read };
};

const fetchAll = (entries, folder, arrived, signal) =>
  Promise.all(
    entries.map(async (entry) => [entry.file, await fetchFile(entry, folder, arrived, signal)]),
  );

const MOST_BYTES = 4e9;

const parsed = (file, data) => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)) ?? {};
  } catch (problem) {
    throw error("FormatError", `${file}: not JSON (${problem.message})`);
  }
};

// What an untrusted model.json says of its weight files.
const checked = (file, listed) => {
  const isPieces = ({ bytes, pieces }) =>
    Array.isArray(pieces) &&
    pieces.every(
      (piece) =>
        Array.isArray(piece) &&
        Number.isInteger(piece[0]) &&
        piece[0] > 0 &&
        typeof piece[1] === "string",
    ) &&
    pieces.reduce((sum, [size]) => sum + size, 0) === bytes;
  const fits = (entry) =>
    typeof entry?.file === "string" &&
    /^[\w.-]+$/.test(entry.file) &&
    !/^\.+$/.test(entry.file) &&
    Number.isInteger(entry.bytes) &&
    entry.bytes >= 0 &&
    entry.bytes < MOST_BYTES &&
    (entry.pieces === undefined || isPieces(entry));
  if (!Array.isArray(listed) || !listed.every(fits)) {
    throw error("FormatError", `${file}: 'weights' must list files as {file, bytes, sha256}`);
  }
  return listed;
};
