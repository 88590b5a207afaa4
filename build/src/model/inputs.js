// What a page passes as data → what the frozen model takes: one value per input, images turned into numbers,
// flat typed arrays given their shape. Shapes themselves are checked by the model, as in Python.

import { error } from "py:pybrowserml.platform.errors";
import { dict } from "py:runtime";
import { imageBatch, isImage } from "./images.js";

const isPlain = (value) =>
  value !== null &&
  typeof value === "object" &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));
const isArray = (value) => isPlain(value) && "data" in value && "shape" in value;

const sizeOf = (dims) =>
  dims.every((dim) => typeof dim === "number") ? dims.reduce((a, b) => a * b, 1) : null;

// The numbers are copied where that is cheap: a page may fill its array anew before a queued call runs.
const COPIED = 1 << 20;
const copied = (data) => (ArrayBuffer.isView(data) && data.length <= COPIED ? data.slice() : data);

// A flat typed array of n samples gets the shape [n, ...]; what does not divide is left for the model to refuse.
const shaped = (data, spec) => {
  const size = sizeOf(spec.shape.slice(1));
  if (
    spec.shape.length < 2 ||
    size === null ||
    size === 0 ||
    data.length === 0 ||
    data.length % size !== 0
  ) {
    return dict({ data: copied(data), shape: [data.length] });
  }
  return dict({ data: copied(data), shape: [data.length / size, ...spec.shape.slice(1)] });
};

const numbers = (value, spec) => {
  if (isImage(value)) return dict(imageBatch([value], spec));
  if (Array.isArray(value) && value.length > 0 && value.every(isImage))
    return dict(imageBatch(value, spec));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return shaped(value, spec);
  // A tensor-like object of any class: only its data and shape matter.
  if (value !== null && typeof value === "object" && "data" in value && "shape" in value) {
    const { data, shape, dtype } = value;
    const known = dtype === undefined ? {} : { dtype };
    return dict({ data: copied(data), shape: Array.from(shape), ...known });
  }
  return value;
};

/** The data of a call for the given specs, by position: from one value, a list in order, or an object by name. */
export const arrange = (value, specs) => {
  if (value === undefined || value === null) {
    const names = specs.map((spec) => `'${spec.name}'`).join(", ");
    throw error("ArgumentError", `no data was passed; expected ${names}`);
  }
  if (isPlain(value) && !isArray(value)) {
    const named = Object.entries(value).map(([name, item]) => {
      const spec = specs.find((candidate) => candidate.name === name);
      return [name, spec === undefined ? item : numbers(item, spec)];
    });
    return dict(Object.fromEntries(named));
  }
  if (specs.length === 1) return numbers(value, specs[0]);
  if (!Array.isArray(value)) return value;
  return value.map((item, i) => (i < specs.length ? numbers(item, specs[i]) : item));
};
