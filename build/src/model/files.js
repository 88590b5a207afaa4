// Fetching the files of a bundle: progress in bytes, and proof that they are the files that were built.

import { error } from "py:pybrowserml.platform.errors";
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
 * The bytes of one file: { file, bytes, sha256 } says its name, how long it is and its hash. A file that does not
 * exist, is cut, is longer or was changed is a FormatError that names it. The hash is checked where the page has
 * crypto.subtle (https, localhost).
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
  const data = await readExactly(response, entry, arrived);
  const found = entry.sha256 ? await sha256(data) : null;
  if (found !== null && found !== entry.sha256) {
    throw error(
      "FormatError",
      `${file}: its SHA-256 is not the one of the build (expected ${entry.sha256.slice(0, 12)}…, got ` +
        `${found.slice(0, 12)}…); put all files of one build on the server`,
    );
  }
  return data;
};

const readExactly = async (response, { file, bytes }, arrived) => {
  const data = new Uint8Array(bytes);
  const wrong = (found) =>
    error(
      "FormatError",
      `${file}: expected ${bytes} bytes, got ${found}; it is damaged or of another build`,
    );
  let at = 0;
  const reader = response.body.getReader();
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (problem) {
      throw error(
        "FormatError",
        `${file}: truncated after ${at} bytes of ${bytes} (${problem.message})`,
      );
    }
    if (part.done) break;
    if (at + part.value.length > bytes) {
      await reader.cancel();
      throw wrong("more");
    }
    data.set(part.value, at);
    at += part.value.length;
    arrived(file, part.value.length);
  }
  if (at < bytes) throw wrong(`${at} bytes`);
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
