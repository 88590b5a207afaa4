// Fetching the files of a bundle: progress in bytes, and proof that they are the files that were built.

import { error } from "py:pybrowserml.platform.errors";
import { let_go as letGo } from "py:pybrowserml.platform.buffers";
import { fetch_file as fetchAnywhere } from "py:pybrowserml.platform.files";

/** The SHA-256 of bytes in hexadecimal digits; null where the page has no crypto.subtle (plain http). */
export const sha256 = async (data) => {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** Counts what has arrived of several files and tells `onProgress({ loaded, total, file })`. */
export const progressOf = (files, onProgress) => {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  return (file, count) => {
    loaded += count;
    onProgress?.({ loaded, total, file });
  };
};

/**
 * The bytes of one file, as a list of arrays, one for each hash: { file, bytes, sha256, pieces } says its name, how long
 * it is and its hash, and where there are several, [length, hash] of each of its pieces, so that neither the file nor the copy that
 * is hashed ever lies in memory as a whole a second time. A file that does not exist, is cut, is longer or was changed
 * is a FormatError that names it. Hashes are checked where the page has crypto.subtle (https, localhost).
 */
export const fetchFile = async (entry, base, arrived, signal) => {
  const { file, bytes } = entry;
  const url = new URL(file, base);
  let response;
  try {
    response = await fetchAnywhere(url, { signal, credentials: "same-origin" });
  } catch (problem) {
    if (signal?.aborted) throw problem;
    throw error("FormatError", `${file}: cannot be fetched from ${url} (${problem.message})`);
  }
  if (!response.ok) {
    throw error(
      "FormatError",
      `${file}: ${url} answered ${response.status}; the file must lie beside model.js`,
    );
  }
  return readPieces(response, entry, arrived);
};

const readPieces = async (response, { file, bytes, sha256: whole, pieces }, arrived) => {
  const wrong = (found) =>
    error(
      "FormatError",
      `${file}: expected ${bytes} bytes, got ${found}; it is damaged or of another build`,
    );
  const told = (count) => arrived(file, count);
  const source = new Source(response.body, (at, problem) =>
    error("FormatError", `${file}: truncated after ${at} bytes of ${bytes} (${problem.message})`),
  );
  const read = [];
  let at = 0;
  try {
    for (const [size, hash] of pieces ?? [[bytes, whole]]) {
      const [piece, count] = await source.fill(size, told);
      at += count;
      if (count < size) throw wrong(`${at} bytes`);
      await checkHash(file, piece, hash);
      read.push(piece);
    }
    if (await source.goesOn()) throw wrong("more");
  } catch (problem) {
    source.end();
    throw problem;
  }
  return read;
};

const checkHash = async (file, data, wanted) => {
  const found = wanted ? await sha256(data) : null;
  if (found === null || found === wanted) return;
  throw error(
    "FormatError",
    `${file}: its SHA-256 is not the one of the build (expected ${wanted.slice(0, 12)}…, got ` +
      `${found.slice(0, 12)}…); put all files of one build on the server`,
  );
};

/** A stream read into arrays of our own. failed(count, problem): the error when it breaks after so many bytes. */
class Source {
  #reader;
  #failed;
  #count = 0;
  #chunk = new Uint8Array(0);
  #used = 0;
  constructor(body, failed) {
    this.#reader = body.getReader();
    this.#failed = failed;
  }

  /** Resolves to [array of `size` bytes, how many the stream had left for it]. */
  async fill(size, told) {
    const piece = new Uint8Array(size);
    let at = 0;
    while (at < size && (await this.goesOn())) {
      const part = this.#chunk.subarray(this.#used, this.#used + size - at);
      piece.set(part, at);
      at += part.length;
      this.#used += part.length;
      told(part.length);
    }
    return [piece, at];
  }

  async goesOn() {
    while (this.#used === this.#chunk.length) {
      // Else a file's chunks would stay until the garbage collector comes.
      if (this.#chunk.length === this.#chunk.buffer.byteLength) letGo(this.#chunk);
      let part;
      try {
        part = await this.#reader.read();
      } catch (problem) {
        throw this.#failed(this.#count, problem);
      }
      if (part.done) return false;
      this.#chunk = part.value;
      this.#count += part.value.length;
      this.#used = 0;
    }
    return true;
  }

  end() {
    this.#reader.cancel().catch(() => {});
  }
}

/** Pieces as one array. */
export const joined = (pieces) => {
  if (pieces.length === 1) return pieces[0];
  const data = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  return data;
};

/** The bytes of a base64 text, in pieces so that a large one does not block the page. */
export const decodeBase64 = async (text) => {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const data = new Uint8Array((text.length / 4) * 3 - padding);
  const step = 1 << 20; // a multiple of four characters
  for (let from = 0, at = 0; from < text.length; from += step) {
    const piece = atob(text.slice(from, from + step));
    for (let i = 0; i < piece.length; i++) data[at++] = piece.charCodeAt(i);
    if (from + step < text.length) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return data;
};
