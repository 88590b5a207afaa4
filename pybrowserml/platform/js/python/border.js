// The border to the library: what a program hands over becomes plain JavaScript (no Float, no Dict), what it gets stays as it
// is.

import { dict as libraryDict } from "../runtime/containers.js";
import { OverflowError } from "../runtime/exceptions.js";
import { Dict, entriesOf, View } from "./dicts.js";
import { isSet } from "./sets.js";
import { hostArray, isTensor } from "./tensors.js";
import { Ellipsis, Float, isNumeric, Range, Slice, Tuple } from "./values.js";

/** A value as the library takes it. */
export const outward = (value) => {
  if (value === null || typeof value !== "object") {
    if (typeof value !== "bigint") return value;
    throw OverflowError("an integer beyond 2**53 cannot be passed to the library");
  }
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) {
    let changed = value instanceof Tuple ? Array.from(value) : value;
    for (let i = 0; i < value.length; i++) {
      const item = outward(value[i]);
      if (item !== value[i] && changed === value) changed = value.slice();
      changed[i] = item;
    }
    return changed;
  }
  if (value instanceof Dict) {
    const made = libraryDict();
    for (const [key, item] of entriesOf(value)) {
      const name = typeof key === "string" ? key : String(key);
      Object.defineProperty(made, name, {
        value: outward(item),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return made;
  }
  if (value instanceof Range || isSet(value) || value instanceof View)
    return Array.from(value, outward);
  if (value instanceof Slice)
    return [outward(value.start), outward(value.stop), outward(value.step)];
  if (value === Ellipsis) return "...";
  return value;
};
/** A value as the program takes it from the library. */
export const inward = (value) => {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object") return value;
  if (typeof value.then === "function" && value.__class__ === undefined) return value.then(inward);
  if (Object.getPrototypeOf(value) === Object.prototype && ArrayBuffer.isView(value.data)) {
    return hostArray(value.data, value.shape, value.dtype);
  }
  return Array.isArray(value) && value.some(isRead) ? value.map(inward) : value;
};
const isRead = (value) =>
  value !== null &&
  typeof value === "object" &&
  ArrayBuffer.isView(value.data) &&
  Array.isArray(value.shape);

// In JavaScript 2.0 is 2, so that a tensor of whole floats would be one of integers. Where the library takes tensors it
// gets them as arrays of float32: lists, and numbers beside which no tensor of floats stands.
const OF_TENSORS = new Set(
  "x x1 x2 y a b inputs values y_true y_pred target output initializer value weights".split(" "),
);
const OF_NUMBERS = new Set("start stop step fill_value".split(" "));
const isFloatTensor = (value) => isTensor(value) && value.dtype.startsWith("float");
const wholeFloats = (value) => {
  const shape = [];
  for (let at = value; Array.isArray(at); at = at[0]) shape.push(at.length);
  const leaves = Array.isArray(value) ? value.flat(Infinity) : [value];
  const count = shape.reduce((a, b) => a * b, 1);
  const fits =
    leaves.length === count && leaves.every((leaf) => isNumeric(leaf) && typeof leaf !== "bigint");
  if (!fits || !leaves.some((leaf) => leaf instanceof Float)) return null;
  if (!leaves.every((leaf) => Number.isInteger(+leaf))) return null;
  return { data: Float32Array.from(leaves, Number), shape, dtype: "float32" };
};
export const handedOver = (names, values) => {
  const beside = values.some(isFloatTensor);
  const result = values.map((value, i) => {
    if (!OF_TENSORS.has(names[i]) || (value instanceof Float && beside)) return outward(value);
    const isCandidate = value instanceof Float || Array.isArray(value);
    return (isCandidate ? wholeFloats(value) : null) ?? outward(value);
  });
  const dtype = names.indexOf("dtype");
  if (dtype >= 0 && (result[dtype] ?? null) === null && !beside) {
    if (values.some((value, i) => OF_NUMBERS.has(names[i]) && value instanceof Float)) {
      while (result.length <= dtype) result.push(undefined);
      result[dtype] = "float32";
    }
  }
  return result;
};
