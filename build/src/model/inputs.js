// What a page passes as data → what the frozen model takes: one value per input, images turned into numbers,
// flat typed arrays given their shape. Shapes themselves are checked by the model, as in Python.

import { error } from "py:pybrowserml.platform.errors";
import { let_go as letGo } from "py:pybrowserml.platform.buffers";
import { dict } from "py:runtime";
import { imageBatch, isImage } from "./images.js";

const isPlain = (value) =>
  value !== null &&
  typeof value === "object" &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));
const isArray = (value) => isPlain(value) && "data" in value && "shape" in value;

const sizeOf = (dims) =>
  dims.every((dim) => typeof dim === "number") ? dims.reduce((a, b) => a * b, 1) : null;

// The numbers are copied where that is cheap: a page may fill its array anew before a queued call runs. own: the list of
// arrays that belong to the call.
const COPIED = 1 << 20;
const copied = (data, own) => {
  if (!ArrayBuffer.isView(data) || data.length > COPIED) return data;
  const copy = data.slice();
  own.push(copy);
  return copy;
};

// A flat typed array of n samples gets the shape [n, ...]; what does not divide is left for the model to refuse.
const shaped = (data, spec, own) => {
  const size = sizeOf(spec.shape.slice(1));
  if (
    spec.shape.length < 2 ||
    size === null ||
    size === 0 ||
    data.length === 0 ||
    data.length % size !== 0
  ) {
    return dict({ data: copied(data, own), shape: [data.length] });
  }
  return dict({ data: copied(data, own), shape: [data.length / size, ...spec.shape.slice(1)] });
};

const pixels = (images, spec, own) => {
  const batch = imageBatch(images, spec);
  own.push(batch.data);
  return dict(batch);
};

const numbers = (value, spec, own) => {
  if (isImage(value)) return pixels([value], spec, own);
  if (Array.isArray(value) && value.length > 0 && value.every(isImage))
    return pixels(value, spec, own);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return shaped(value, spec, own);
  // A tensor-like object of any class: only its data and shape matter.
  if (value !== null && typeof value === "object" && "data" in value && "shape" in value) {
    const { data, shape, dtype } = value;
    const known = dtype === undefined ? {} : { dtype };
    return dict({ data: copied(data, own), shape: Array.from(shape), ...known });
  }
  return value;
};

// Smaller ones are left to the garbage collector.
const LARGE = 65536;

/** Give back arrays that `arrange` made, when nobody reads them any more. */
export const giveBack = (own) => {
  for (const array of own) if (array.byteLength >= LARGE) letGo(array);
};

/**
 * The data of a call for the given specs, by position: from one value, a list in order, or an object by name. Arrays
 * that are made for it are added to `own`.
 */
export const arrange = (value, specs, own = []) => {
  if (value === undefined || value === null) {
    const names = specs.map((spec) => `'${spec.name}'`).join(", ");
    throw error("ArgumentError", `no data was passed; expected ${names}`);
  }
  if (isPlain(value) && !isArray(value)) {
    const named = Object.entries(value).map(([name, item]) => {
      const spec = specs.find((candidate) => candidate.name === name);
      return [name, spec === undefined ? item : numbers(item, spec, own)];
    });
    return dict(Object.fromEntries(named));
  }
  if (specs.length === 1) return numbers(value, specs[0], own);
  if (!Array.isArray(value)) return value;
  return value.map((item, i) => (i < specs.length ? numbers(item, specs[i], own) : item));
};
