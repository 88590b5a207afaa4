"""JavaScript twin of platform/files. A folder is a URL (in Node.js also a path), "indexeddb://name", for writing
"download://name", or what a user gave: an object of bytes or Files by name, a list of Files, one File or bytes of a
zip.
"""

from .errors import error  # noqa: F401
from .zips import find_in_zip, zipped  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const prefix = 'indexeddb://';
// As TensorFlow.js and as built models spell it.
const downloads = /^downloads?:\\/\\//;
const storeName = 'files';
const request = (pending) => new Promise((resolve, reject) => {
  pending.onsuccess = () => resolve(pending.result);
  pending.onerror = () => reject(pending.error);
});
const open = () => {
  // Built models keep a database "pybrowserml" of their own.
  const pending = indexedDB.open('pybrowserml-files', 1);
  pending.onupgradeneeded = () => pending.result.createObjectStore(storeName);
  return request(pending);
};
const inStore = async (mode, work) => {
  const database = await open();
  try {
    const transaction = database.transaction(storeName, mode);
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
    const result = await work(transaction.objectStore(storeName));
    await finished;
    return result;
  } finally {
    database.close();
  }
};
const bytesOf = (value) => (value instanceof ArrayBuffer ? new Uint8Array(value)
  : ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  : new TextEncoder().encode(String(value)));
const checked = (place, data, limit) => {
  if (data.length > limit) throw error('FormatError', `${place}: ${data.length} bytes are over the limit of ${limit}`);
  return data;
};
// Node.js's own modules, without an import that bundlers of pages would follow; undefined in a page.
const builtin = (name) => globalThis.process?.getBuiltinModule?.(name);
/** A URL of a text: relative ones start at the page, in Node.js at the working directory. */
export const address_of = (text) => {
  const folder = builtin('node:url')?.pathToFileURL(`${process.cwd()}/`).href;
  return new URL(String(text), globalThis.document?.baseURI ?? globalThis.location?.href ?? folder);
};
/** As `fetch`; in Node.js, whose fetch knows no files, a file of the disk answers as a server would. */
export const fetch_file = async (url, options) => {
  const files = builtin('node:fs');
  if (files === undefined || url.protocol !== 'file:') return fetch(url, options);
  options?.signal?.throwIfAborted();
  try {
    return new Response(await files.promises.readFile(url));
  } catch (problem) {
    if (problem.code === 'ENOENT') return new Response(null, {status: 404});
    throw problem;
  }
};
const placeIn = (base, name) => (base.endsWith('/') ? base + name : `${base}/${name}`);
const isBlob = (value) => typeof Blob === 'function' && value instanceof Blob;
const isBytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
const inZip = async (file, name, limit) => {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return start[0] === 80 && start[1] === 75 ? find_in_zip(file, name, limit) : undefined;
};
/** What of the given stands for a file of this name: bytes, a Blob; undefined where nothing does. */
const givenFile = async (given, name, limit) => {
  if (isBytes(given)) return givenFile(new Blob([given]), name, limit);
  if (isBlob(given)) return given.name === name ? given : inZip(given, name, limit);
  if (Object.hasOwn(given ?? {}, name)) return given[name];
  const files = typeof given?.[Symbol.iterator] === 'function' ? Array.from(given).filter(isBlob) : [];
  return files.find((file) => file.name === name) ?? (files.length === 1 ? inZip(files[0], name, limit) : undefined);
};
const readGiven = async (given, name, limit) => {
  const found = await givenFile(given, name, limit);
  if (found === undefined) throw error('FormatError', `${name}: no such file`);
  if (!isBlob(found)) return checked(name, bytesOf(found), limit);
  checked(name, {length: found.size}, limit);
  return new Uint8Array(await found.arrayBuffer());
};
export const read_file = async (folder, name, limit) => {
  if (typeof folder !== 'string' && !(folder instanceof URL)) return readGiven(folder, name, limit);
  const base = String(folder);
  const place = placeIn(base, name);
  if (base.startsWith(prefix)) {
    const data = await inStore('readonly', (store) => request(store.get(place)));
    if (data === undefined) throw error('FormatError', `${place}: no such file`);
    return checked(place, data, limit);
  }
  if (downloads.test(base)) {
    throw error('ArgumentError', `${place}: what was downloaded is read from Files that the user gives`);
  }
  const answer = await fetch_file(address_of(place));
  if (!answer.ok) throw error('FormatError', `${place}: no such file (status ${answer.status})`);
  const declared = Number(answer.headers.get('content-length') ?? 0);
  if (declared > limit) throw error('FormatError', `${place}: ${declared} bytes are over the limit of ${limit}`);
  return checked(place, new Uint8Array(await answer.arrayBuffer()), limit);
};
const download = (name, data) => {
  if (typeof document === 'undefined') {
    throw error('ArgumentError', `only a page can offer "${name}" as a download; this program has no document`);
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([data]));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the data after the click, and tells nobody when.
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return null;
};
const refuse = (base) => {
  throw error('ArgumentError', `a page can save to "indexeddb://name" or "download://name"; got "${base}"`);
};
const within = (folder) => IDBKeyRange.bound(placeIn(folder, ''), placeIn(folder, '\\uffff'));
export const write_folder = async (folder, files) => {
  const base = String(folder);
  if (downloads.test(base)) {
    return download(`${base.replace(downloads, '').replace(/\\.zip$/, '')}.zip`, zipped(files));
  }
  if (!base.startsWith(prefix)) return refuse(base);
  const names = files.map(([name]) => placeIn(base, name));
  let others = [];
  await inStore('readwrite', async (store) => {
    others = (await request(store.getAllKeys(within(base)))).filter((key) => !names.includes(key));
    if (others.length > 0) return;
    for (const [name, data] of files) store.put(data.slice(), placeIn(base, name));
  });
  if (others.length > 0) {
    const some = others.slice(0, 3).map((key) => key.slice(placeIn(base, '').length)).join(', ');
    throw error('ArgumentError', `${base} holds files that are no part of a saved model (${some}); `
      + 'choose a new or empty folder');
  }
  return null;
};
export const write_file = async (folder, name, data) => {
  const base = String(folder);
  if (downloads.test(base)) return download(name, data);
  if (!base.startsWith(prefix)) return refuse(base);
  await inStore('readwrite', (store) => { store.put(data.slice(), placeIn(base, name)); });
  return null;
};
export const remove_folder = (folder) => inStore('readwrite', (store) => {
  for (const name of ['model.json', 'weights.safetensors']) store.delete(placeIn(folder, name));
  return null;
});
export const exists = (folder) => (typeof folder !== 'string' || !folder.startsWith(prefix) ? false
  : inStore('readonly', async (store) =>
    (await request(store.count(folder))) + (await request(store.count(within(folder)))) > 0));
export const split_path = (path) => {
  if (isBlob(path)) return [[path], path.name];
  if (typeof path !== 'string') return [path, path[0]?.name ?? Object.keys(path)[0]];
  const place = path.lastIndexOf('/');
  if (place < 0) return ['.', path];
  return [path.endsWith('://', place + 1) ? path.slice(0, place + 1) : path.slice(0, place), path.slice(place + 1)];
};
export const path_text = (path) => (typeof path === 'string' || path instanceof URL ? String(path)
  : isBlob(path) && path.name ? path.name : 'the given files');

const roundConstants = () => {
  const found = [];
  const roots = [];
  for (let candidate = 2; found.length < 64; candidate++) {
    let prime = true;
    for (let i = 2; i * i <= candidate; i++) if (candidate % i === 0) { prime = false; break; }
    if (!prime) continue;
    const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
    if (roots.length < 8) roots.push(fraction(Math.sqrt(candidate)));
    found.push(fraction(Math.cbrt(candidate)));
  }
  return [roots, found];
};
// FIPS 180-4. Synchronous, for pages whose origin offers no crypto.subtle (file:, plain http:).
export const sha256_hex = (data) => {
  const [initial, k] = roundConstants();
  const state = Int32Array.from(initial);
  const count = Math.ceil((data.length + 9) / 64);
  const tail = new Uint8Array(128);
  const whole = Math.floor(data.length / 64);
  tail.set(data.subarray(whole * 64));
  tail[data.length - whole * 64] = 0x80;
  const tailBlocks = count - whole;
  const ends = new DataView(tail.buffer);
  ends.setUint32(tailBlocks * 64 - 8, Math.floor(data.length / 2 ** 29));
  ends.setUint32(tailBlocks * 64 - 4, (data.length * 8) >>> 0);
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < count; block++) {
    const source = block < whole ? data : tail;
    const start = block < whole ? block * 64 : (block - whole) * 64;
    for (let i = 0; i < 16; i++) {
      const at = start + i * 4;
      w[i] = (source[at] << 24) | (source[at + 1] << 16) | (source[at + 2] << 8) | source[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15];
      const b = w[i - 2];
      w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }
  return Array.from(state, (x) => (x >>> 0).toString(16).padStart(8, '0')).join('');
};
""",
)
