// `load(options)`: from the files of a bundle, or from what a page saved, to a model that works.

import "py:pybrowserml.entry_frozen";
import { error } from "py:pybrowserml.platform.errors";
import { decodeBase64, fetchFile, progressOf } from "./files.js";
import { makeModel } from "./model.js";
import { kept, parseAddress } from "./store.js";

/* global PYBROWSERML_VERSION */
export const version = PYBROWSERML_VERSION;

const OPTIONS = ["backend", "onProgress", "from", "url", "signal"];

const checked = (options) => {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      throw error("ArgumentError", `load has no option '${name}'; it has: ${OPTIONS.join(", ")}`);
    }
  }
  return options;
};

/**
 * parts: what the build knows: { manifest, weights, embedded }, where `manifest` and each of `weights` is
 * { file, bytes, sha256 } and `embedded` is null or { manifest: text, weights: [base64] }; the text of the template
 * itself where no build was. base(): the folder of the script.
 */
export const openModel = async (parts, base, options = {}) => {
  const { backend = "auto", onProgress, from, url, signal } = checked(options);
  const built = typeof parts === "string" ? null : parts;
  const read =
    from !== undefined
      ? await readKept(from)
      : built?.embedded && url === undefined
        ? await readEmbedded(built, onProgress)
        : await readFiles(await partsOf(built, url, base, signal), onProgress, signal);
  return makeModel(read, backend);
};

const readKept = async (from) => {
  const { name } = parseAddress(from, ["indexeddb"]);
  const { manifest, weights } = await kept(name);
  return { place: `indexeddb://${name}`, manifest, weights: [["weights", weights]] };
};

const readEmbedded = async ({ manifest, weights, embedded }, onProgress) => {
  const arrived = progressOf([manifest, ...weights], onProgress);
  const text = new TextEncoder().encode(embedded.manifest);
  arrived(manifest.file, text.length);
  const read = [];
  for (let i = 0; i < weights.length; i++) {
    read.push([weights[i].file, await decodeBase64(embedded.weights[i])]);
    arrived(weights[i].file, read[i][1].length);
  }
  return { place: manifest.file, manifest: text, weights: read };
};

// Without a build (the plain runtime) the folder's model.json is asked for its own parts.
const partsOf = async (built, url, base, signal) => {
  const folder =
    url === undefined ? base() : new URL("./", new URL(url, globalThis.location?.href));
  if (built !== null) return { ...built, folder };
  if (url === undefined)
    throw error("ArgumentError", "load needs the option 'url': where model.json lies");
  const file = "model.json";
  const response = await fetch(new URL(file, folder), { signal });
  if (!response.ok)
    throw error("FormatError", `${file}: ${folder}${file} answered ${response.status}`);
  const data = new Uint8Array(await response.arrayBuffer());
  return { folder, manifest: { file, bytes: data.length, data }, weights: null };
};

const readFiles = async ({ manifest, weights, folder }, onProgress, signal) => {
  if (weights === null) {
    const listed = weightsOf(manifest);
    const arrived = progressOf([manifest, ...listed], onProgress);
    arrived(manifest.file, manifest.bytes);
    const read = await fetchAll(listed, folder, arrived, signal);
    return { place: manifest.file, manifest: manifest.data, weights: read };
  }
  const arrived = progressOf([manifest, ...weights], onProgress);
  const [[, text], ...read] = await fetchAll([manifest, ...weights], folder, arrived, signal);
  return { place: manifest.file, manifest: text, weights: read };
};

const fetchAll = (entries, folder, arrived, signal) =>
  Promise.all(
    entries.map(async (entry) => [entry.file, await fetchFile(entry, folder, arrived, signal)]),
  );

const MOST_BYTES = 4e9;

// What an untrusted model.json says of its weight files.
const weightsOf = ({ file, data }) => {
  let listed;
  try {
    listed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)).weights;
  } catch (problem) {
    throw error("FormatError", `${file}: not JSON (${problem.message})`);
  }
  const fits = (entry) =>
    typeof entry?.file === "string" &&
    /^[\w.-]+$/.test(entry.file) &&
    !/^\.+$/.test(entry.file) &&
    Number.isInteger(entry.bytes) &&
    entry.bytes >= 0 &&
    entry.bytes < MOST_BYTES;
  if (!Array.isArray(listed) || !listed.every(fits)) {
    throw error("FormatError", `${file}: 'weights' must list files as {file, bytes, sha256}`);
  }
  return listed;
};
