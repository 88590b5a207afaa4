// Iteration and numbers.

import { $isDict, len, list } from "./containers.js";
import { StopIteration, ValueError } from "./exceptions.js";
import { repr } from "./text.js";

export const range = (start, stop, step = 1) => {
  const from = stop === undefined ? 0 : start;
  const to = stop === undefined ? start : stop;
  const result = [];
  if (step > 0) for (let i = from; i < to; i += step) result.push(i);
  else for (let i = from; i > to; i += step) result.push(i);
  return result;
};
export function* enumerate(items, start = 0) {
  let index = start;
  for (const item of items) yield [index++, item];
}
export const zip = (...sequences) => {
  const columns = sequences.map((sequence) => list(sequence));
  const count = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
  const result = [];
  for (let i = 0; i < count; i++) result.push(columns.map((column) => column[i]));
  return result;
};
export const map = (callback, ...sequences) => zip(...sequences).map((items) => callback(...items));
export const filter = (callback, items) =>
  list(items).filter((item) => bool((callback ?? bool)(item)));
export const reversed = (items) => list(items).reverse();
export const iter = (items) => ($isDict(items) ? Object.keys(items) : items)[Symbol.iterator]();
export const next = (iterator, otherwise) => {
  const step = iterator.next();
  if (!step.done) return step.value;
  if (otherwise !== undefined) return otherwise;
  throw StopIteration();
};
export const any = (items) => {
  for (const item of items) if (bool(item)) return true;
  return false;
};
export const all = (items) => {
  for (const item of items) if (!bool(item)) return false;
  return true;
};
export const sum = (items, start = 0) => {
  let result = start;
  for (const item of items) result += item;
  return result;
};
const extreme = (args, better, name) => {
  const items = args.length === 1 ? list(args[0]) : args;
  if (items.length === 0) throw ValueError(`${name}() arg is an empty sequence`);
  let best = items[0];
  for (let i = 1; i < items.length; i++) if (better(items[i], best)) best = items[i];
  return best;
};
export const min = (...args) => extreme(args, (a, b) => a < b, "min");
export const max = (...args) => extreme(args, (a, b) => a > b, "max");

export const abs = Math.abs;
export const pow = Math.pow;
export const __mod__ = (a, b) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};
export const divmod = (a, b) => [Math.floor(a / b), __mod__(a, b)];
export const round = (value, digits = null) => {
  if (digits !== null && digits > 0) return Number(value.toFixed(digits));
  const scale = 10 ** -(digits ?? 0);
  const scaled = value / scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) * scale;
};
export const int = (value, base = 10) => {
  if (typeof value !== "string") return Math.trunc(Number(value));
  const text = value.trim().toLowerCase();
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  const body = text.startsWith("-") || text.startsWith("+") ? text.slice(1) : text;
  if (body === "" || [...body].some((digit) => !digits.includes(digit))) {
    throw ValueError(`invalid literal for int() with base ${base}: ${repr(value)}`);
  }
  return Number.parseInt(text, base);
};
export const float = (value) => {
  if (typeof value !== "string") return Number(value);
  const text = value.trim().toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (special) return special[2] === "nan" ? Number.NaN : special[1] === "-" ? -Infinity : Infinity;
  const result = Number(text);
  if (text === "" || Number.isNaN(result))
    throw ValueError(`could not convert string to float: ${repr(value)}`);
  return result;
};
export const bool = (value) => {
  if (value === null || value === undefined) return false;
  if (typeof value !== "object") return Boolean(value);
  if (Array.isArray(value) || value instanceof Set || $isDict(value)) return len(value) > 0;
  return true;
};
