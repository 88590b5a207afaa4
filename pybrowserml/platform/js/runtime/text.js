// Text.

import { $isDict, list } from "./containers.js";

export const str = (value = "") => {
  if (typeof value === "string") return value;
  if (Number.isInteger(value)) return String(value);
  if (value !== null && typeof value === "object") {
    if (typeof value.__str__ === "function") return value.__str__();
    if (value instanceof Error) return value.message;
  }
  return repr(value);
};
export const repr = (value) => {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "nan";
    return Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf";
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (value instanceof Set)
    return value.size === 0 ? "set()" : `{${Array.from(value, repr).join(", ")}}`;
  if ($isDict(value)) {
    return `{${Object.keys(value)
      .map((key) => `${repr(key)}: ${repr(value[key])}`)
      .join(", ")}}`;
  }
  if (typeof value.__repr__ === "function") return value.__repr__();
  if (value.__name__ !== undefined) {
    return typeof value === "function"
      ? `<class '${value.__name__}'>`
      : `<${value.__name__} object>`;
  }
  return String(value);
};
/** An f-string: its parts, joined. */
export const __text__ = (...parts) => parts.map((part) => str(part)).join("");
export const chr = (code) => String.fromCodePoint(code);
export const ord = (letter) => letter.codePointAt(0);
export const hex = (value) => (value < 0 ? "-0x" : "0x") + Math.abs(value).toString(16);
export const bin = (value) => (value < 0 ? "-0b" : "0b") + Math.abs(value).toString(2);
export const print = (...values) => console.log(...values.map((value) => str(value)));

const trimmed = (self, letters, atStart, atEnd) => {
  const blank = (letter) => (letters === null ? /\s/.test(letter) : letters.includes(letter));
  let from = 0;
  let to = self.length;
  while (atStart && from < to && blank(self[from])) from++;
  while (atEnd && to > from && blank(self[to - 1])) to--;
  return self.slice(from, to);
};
const isText = (value) => typeof value === "string";
export const m_join = (self, ...args) =>
  isText(self) ? list(args[0]).join(self) : self.join(...args);
export const m_split = (self, ...args) => {
  if (!isText(self)) return self.split(...args);
  const [separator = null, most = -1] = args;
  if (separator === null) {
    const text = trimmed(self, null, true, true);
    return text === "" ? [] : text.split(/\s+/);
  }
  const pieces = self.split(separator);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
};
export const m_rsplit = (self, ...args) => {
  if (!isText(self)) return self.rsplit(...args);
  const [separator = null, most = -1] = args;
  const pieces = m_split(self, separator);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  const from = pieces.length - most;
  return [pieces.slice(0, from).join(separator ?? " "), ...pieces.slice(from)];
};
export const m_splitlines = (self, ...args) => {
  if (!isText(self)) return self.splitlines(...args);
  const lines = self.split(/\r\n|\n|\r/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
};
export const m_partition = (self, ...args) => {
  if (!isText(self)) return self.partition(...args);
  const place = self.indexOf(args[0]);
  return place < 0
    ? [self, "", ""]
    : [self.slice(0, place), args[0], self.slice(place + args[0].length)];
};
export const m_strip = (self, ...args) =>
  isText(self) ? trimmed(self, args[0] ?? null, true, true) : self.strip(...args);
export const m_lstrip = (self, ...args) =>
  isText(self) ? trimmed(self, args[0] ?? null, true, false) : self.lstrip(...args);
export const m_rstrip = (self, ...args) =>
  isText(self) ? trimmed(self, args[0] ?? null, false, true) : self.rstrip(...args);
export const m_startswith = (self, ...args) => {
  if (!isText(self)) return self.startswith(...args);
  return Array.isArray(args[0])
    ? args[0].some((one) => self.startsWith(one))
    : self.startsWith(args[0], args[1]);
};
export const m_endswith = (self, ...args) => {
  if (!isText(self)) return self.endswith(...args);
  return Array.isArray(args[0])
    ? args[0].some((one) => self.endsWith(one))
    : self.endsWith(args[0]);
};
export const m_find = (self, ...args) =>
  isText(self) ? self.indexOf(...args) : self.find(...args);
export const m_rfind = (self, ...args) =>
  isText(self) ? self.lastIndexOf(...args) : self.rfind(...args);
export const m_lower = (self, ...args) => (isText(self) ? self.toLowerCase() : self.lower(...args));
export const m_upper = (self, ...args) => (isText(self) ? self.toUpperCase() : self.upper(...args));
export const m_capitalize = (self, ...args) =>
  isText(self)
    ? self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()
    : self.capitalize(...args);
export const m_replace = (self, ...args) => {
  if (!isText(self)) return self.replace(...args);
  const [from, to, most = -1] = args;
  return most < 0 ? self.replaceAll(from, () => to) : m_split(self, from, most).join(to);
};
export const m_zfill = (self, ...args) => {
  if (!isText(self)) return self.zfill(...args);
  const sign = /^[+-]/.test(self) ? self[0] : "";
  return sign + self.slice(sign.length).padStart(args[0] - sign.length, "0");
};
export const m_ljust = (self, ...args) =>
  isText(self) ? self.padEnd(...args) : self.ljust(...args);
export const m_rjust = (self, ...args) =>
  isText(self) ? self.padStart(...args) : self.rjust(...args);
export const m_isdigit = (self, ...args) =>
  isText(self) ? /^[0-9]+$/.test(self) : self.isdigit(...args);
export const m_isalpha = (self, ...args) =>
  isText(self) ? /^\p{L}+$/u.test(self) : self.isalpha(...args);
export const m_isalnum = (self, ...args) =>
  isText(self) ? /^[\p{L}\p{N}]+$/u.test(self) : self.isalnum(...args);
export const m_isspace = (self, ...args) =>
  isText(self) ? /^\s+$/.test(self) : self.isspace(...args);
