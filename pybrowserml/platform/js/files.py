"""JavaScript twin of platform/files. A folder is a URL (in Node.js also a path), "indexeddb://name", or an object of
bytes by file name.
"""

from .errors import error  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
const prefix = 'indexeddb://';
const storeName = 'files';
const request = (pending) => new Promise((resolve, reject) => {
  pending.onsuccess = () => resolve(pending.result);
  pending.onerror = () => reject(pending.error);
});
const open = () => {
  const pending = indexedDB.open('pybrowserml', 1);
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
export const read_file = async (folder, name, limit) => {
  if (typeof folder !== 'string' && !(folder instanceof URL)) {
    if (!Object.hasOwn(folder, name)) throw error('FormatError', `${name}: no such file`);
    return checked(name, bytesOf(folder[name]), limit);
  }
  const base = String(folder);
  const place = base.endsWith('/') ? base + name : `${base}/${name}`;
  if (base.startsWith(prefix)) {
    const data = await inStore('readonly', (store) => request(store.get(place)));
    if (data === undefined) throw error('FormatError', `${place}: no such file`);
    return checked(place, data, limit);
  }
  const answer = await fetch_file(address_of(place));
  if (!answer.ok) throw error('FormatError', `${place}: no such file (status ${answer.status})`);
  const declared = Number(answer.headers.get('content-length') ?? 0);
  if (declared > limit) throw error('FormatError', `${place}: ${declared} bytes are over the limit of ${limit}`);
  return checked(place, new Uint8Array(await answer.arrayBuffer()), limit);
};
export const write_folder = async (folder, files) => {
  const base = String(folder);
  if (!base.startsWith(prefix)) {
    throw error('ArgumentError', `a page can save to "indexeddb://name"; got "${base}"`);
  }
  await inStore('readwrite', async (store) => {
    for (const key of await request(store.getAllKeys(IDBKeyRange.bound(`${base}/`, `${base}/\\uffff`)))) store.delete(key);
    for (const [name, data] of files) store.put(data.slice(), `${base}/${name}`);
  });
  return null;
};
export const write_file = async (folder, name, data) => {
  const base = String(folder);
  if (!base.startsWith(prefix)) {
    throw error('ArgumentError', `a page can save to "indexeddb://name"; got "${base}"`);
  }
  await inStore('readwrite', (store) => { store.put(data.slice(), `${base}/${name}`); });
  return null;
};
export const remove_folder = (folder) => inStore('readwrite', async (store) => {
  for (const key of await request(store.getAllKeys(IDBKeyRange.bound(`${folder}/`, `${folder}/\\uffff`)))) store.delete(key);
  return null;
});
export const exists = (folder) => (typeof folder !== 'string' || !folder.startsWith(prefix) ? false
  : inStore('readonly', async (store) =>
    (await request(store.count(IDBKeyRange.bound(`${folder}/`, `${folder}/\\uffff`)))) > 0));
export const split_path = (path) => {
  if (typeof path !== 'string') return [path, Object.keys(path)[0]];
  const place = path.lastIndexOf('/');
  return place < 0 ? ['.', path] : [path.slice(0, place), path.slice(place + 1)];
};
export const path_text = (path) => (typeof path === 'string' || path instanceof URL ? String(path) : 'the given files');

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
