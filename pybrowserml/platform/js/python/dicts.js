// Dicts and what they share with sets: keys by Python's equality.
//
// A program's own dict is a Dict. The library's dicts (objects with text keys: logs, configurations) are used as they are,
// by the same functions.

import { $hasOwn } from "../runtime/base.js";
import { $isDict } from "../runtime/containers.js";
import { KeyError, RuntimeError, py_TypeError } from "../runtime/exceptions.js";
import { methodOf } from "./attributes.js";
import { outward } from "./border.js";
import { call } from "./calls.js";
import { equal } from "./compare.js";
import { isSet } from "./sets.js";
import { typeName } from "./types.js";
import { Float, Tuple, isInstance, real } from "./values.js";

const NUMBERS = new WeakMap();
let count = 0;
const identity = (value) => {
  if (!NUMBERS.has(value)) NUMBERS.set(value, ++count);
  return NUMBERS.get(value);
};
const unhashable = (value) => py_TypeError(`unhashable type: '${typeName(value)}'`);

/** What a JavaScript Map takes for a key: equal for equal keys. */
export const hashKey = (value) => {
  if (typeof value === "string") return `s${value}`;
  if (typeof value === "boolean") return +value;
  if (value instanceof Float) return value.value + 0;
  if (typeof value === "number") return value + 0;
  if (typeof value === "bigint") return value;
  if (value === null || value === undefined) return "n";
  if (value instanceof Tuple) {
    return `t${JSON.stringify(Array.from(value, (item) => String(hashKey(item)) + typeof hashKey(item)))}`;
  }
  if (isSet(value) && value.frozen)
    return `f${JSON.stringify([...value.map.keys()].map(String).sort())}`;
  if (Array.isArray(value) || isSet(value) || value instanceof Dict || $isDict(value)) {
    throw unhashable(value);
  }
  if (isInstance(value)) {
    if (value.__class__.$unhashable === true) throw unhashable(value);
    const hash = methodOf(value, "__hash__");
    if (hash !== undefined) return `h${String(call(hash, [value]))}`;
  }
  return `i${identity(value)}`;
};
const isHashed = (key) => typeof key === "string" && key[0] === "h";
/** The place of a key in a Map from places to [key, ...]; objects with a hash of their own may share one. */
export const placeOf = (map, value) => {
  const key = hashKey(value);
  if (!isHashed(key)) return key;
  let place = key;
  for (let i = 0; map.has(place) && !equal(map.get(place)[0], value); i++) place = `${key}#${i}`;
  return place;
};

export class Dict {
  constructor(entries = []) {
    this.map = new Map();
    for (const [key, value] of entries) putItem(this, key, value);
  }
  /** How the library sees it, where it looks through the attributes of a layer. */
  $plain() {
    return outward(this);
  }
}
/** A dict of pairs. */
export const dict = (entries) => new Dict(entries);
export const copyDict = (dict) => {
  const copy = new Dict();
  copy.map = new Map(Array.from(dict.map, ([place, [key, value]]) => [place, [key, value]]));
  return copy;
};

export const isDictLike = (value) => value instanceof Dict || $isDict(value);

// Logs of the training loop hold floats only, whole ones included.
const LOGS = new WeakSet();
export const markLogs = (value) => {
  if ($isDict(value)) LOGS.add(value);
};
const seen = (dict, value) => (typeof value === "number" && LOGS.has(dict) ? real(value) : value);

export const hasItem = (dict, key) => {
  if (dict instanceof Dict) return dict.map.has(placeOf(dict.map, key));
  return typeof key === "string" && $hasOwn(dict, key);
};
export const takeItem = (dict, key, otherwise) => {
  if (dict instanceof Dict) {
    const found = dict.map.get(placeOf(dict.map, key));
    return found === undefined ? otherwise : found[1];
  }
  return hasItem(dict, key) ? seen(dict, dict[key] ?? null) : otherwise;
};
export const putItem = (dict, key, value) => {
  if (dict instanceof Dict) {
    const place = placeOf(dict.map, key);
    const found = dict.map.get(place);
    if (found === undefined) dict.map.set(place, [key, value]);
    else found[1] = value;
    return;
  }
  if (typeof key !== "string")
    throw py_TypeError("a dict of the library has keys of type str only");
  Object.defineProperty(dict, key, {
    value: outward(value),
    writable: true,
    enumerable: true,
    configurable: true,
  });
};
export const dropItem = (dict, key) => {
  if (!hasItem(dict, key)) throw call(KeyError, [key]);
  if (dict instanceof Dict) dict.map.delete(placeOf(dict.map, key));
  else delete dict[key];
};
export const sizeOf = (dict) => (dict instanceof Dict ? dict.map.size : Object.keys(dict).length);
export const entriesOf = (dict) => {
  if (dict instanceof Dict) return Array.from(dict.map.values(), ([key, value]) => [key, value]);
  return Object.entries(dict).map(([key, value]) => [key, seen(dict, value ?? null)]);
};
/** Walks a dict; what changes its size meanwhile is an error. */
export function* walk(dict, choose) {
  const size = sizeOf(dict);
  for (const entry of entriesOf(dict)) {
    yield choose(entry);
    if (sizeOf(dict) !== size) throw RuntimeError("dictionary changed size during iteration");
  }
}
/** What d.keys(), d.values() and d.items() give: they follow the dict. */
export class View {
  constructor(dict, kind) {
    this.dict = dict;
    this.kind = kind;
  }
  get size() {
    return sizeOf(this.dict);
  }
  [Symbol.iterator]() {
    const { kind } = this;
    return walk(this.dict, ([key, value]) => {
      return kind === "keys" ? key : kind === "values" ? value : Tuple.from([key, value]);
    });
  }
}
