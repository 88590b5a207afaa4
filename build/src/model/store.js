// Where a page keeps a trained model: the browser's database, or a download.

import { error } from "py:pybrowserml.platform.errors";

const DATABASE = "pybrowserml";
const STORE = "models";

/** "indexeddb://digits" → { scheme: "indexeddb", name: "digits" }. allowed: the schemes that make sense. */
export const parseAddress = (address, allowed) => {
  const match = /^([a-z]+):\/\/(.+)$/.exec(String(address));
  if (match === null || !allowed.includes(match[1])) {
    const known = allowed.map((scheme) => `"${scheme}://NAME"`).join(" or ");
    throw error("ArgumentError", `expected ${known}, got "${address}"`);
  }
  return { scheme: match[1], name: match[2] };
};

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(error("FormatError", `indexedDB: ${request.error?.message}`));
  });

const inStore = async (mode, work) => {
  if (!globalThis.indexedDB)
    throw error("ArgumentError", "this page has no indexedDB to keep models in");
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await done(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const committed = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () =>
        reject(error("FormatError", `indexedDB: ${transaction.error?.message}`));
    });
    const result = await done(work(transaction.objectStore(STORE)));
    await committed;
    return result;
  } finally {
    database.close();
  }
};

/** Keep { manifest, weights } (bytes both) under a name, in one transaction. */
export const keep = (name, saved) => inStore("readwrite", (store) => store.put(saved, name));

/** What was kept under a name. Raises FormatError where there is nothing. */
export const kept = async (name) => {
  const saved = await inStore("readonly", (store) => store.get(name));
  if (saved === undefined) {
    throw error(
      "FormatError",
      `indexeddb://${name}: nothing is saved under this name in this browser`,
    );
  }
  const isBytes = (value) => value instanceof Uint8Array;
  if (!isBytes(saved.manifest) || !isBytes(saved.weights)) {
    throw error("FormatError", `indexeddb://${name}: what is saved there is no model`);
  }
  return saved;
};

/** Offer bytes to the person as a file to download. */
export const download = (file, bytes) => {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.href = url;
  link.download = file;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser takes the bytes over in its own time.
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};
