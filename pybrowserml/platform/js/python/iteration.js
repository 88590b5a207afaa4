// Iteration: loops, unpacking, generators.

import { StopIteration, ValueError, py_TypeError } from "../runtime/exceptions.js";
import { methodOf } from "./attributes.js";
import { getitem } from "./items.js";
import { call } from "./calls.js";
import { isDictLike, walk } from "./dicts.js";
import { TENSORS, isTensor } from "./tensors.js";
import { typeName } from "./types.js";
import { Tuple, isInstance, isNone } from "./values.js";
import { IndexError } from "../runtime/exceptions.js";

function* byNext(iterator) {
  for (;;) {
    let value;
    try {
      value = call(methodOf(iterator, "__next__"), [iterator]);
    } catch (error) {
      if (error?.__class__ === StopIteration) return;
      throw error;
    }
    yield value;
  }
}
function* byIndex(self) {
  for (let i = 0; ; i++) {
    let value;
    try {
      value = getitem(self, i);
    } catch (error) {
      if (error?.__class__ === IndexError) return;
      throw error;
    }
    yield value;
  }
}
/** What a JavaScript loop can walk. Raises TypeError. */
export const iterate = (value) => {
  if (Array.isArray(value) || typeof value === "string") return value;
  if (isDictLike(value)) return walk(value, ([key]) => key);
  if (isInstance(value)) {
    const method = methodOf(value, "__iter__");
    if (method !== undefined) {
      const iterator = call(method, [value]);
      return isInstance(iterator) && methodOf(iterator, "__next__") !== undefined
        ? byNext(iterator)
        : iterate(iterator);
    }
    if (isTensor(value)) return TENSORS.slices(value);
    if (methodOf(value, "__getitem__") !== undefined) return byIndex(value);
  }
  if (!isNone(value) && typeof value[Symbol.iterator] === "function") return value;
  throw py_TypeError(`'${typeName(value)}' object is not iterable`);
};
export const listed = (value) => Array.from(iterate(value));
export const tupled = (items) => Tuple.from(items);

/** The items of `a, b = value`. */
export const unpack = (value, count) => {
  if (isNone(value) || (typeof value !== "string" && typeof value !== "object")) {
    throw py_TypeError(`cannot unpack non-iterable ${typeName(value)} object`);
  }
  const items = [];
  for (const item of iterate(value)) {
    if (items.length === count) throw ValueError(`too many values to unpack (expected ${count})`);
    items.push(item);
  }
  if (items.length < count) {
    throw ValueError(`not enough values to unpack (expected ${count}, got ${items.length})`);
  }
  return items;
};
/** Those of `a, *b, c = value`: before and after are the numbers of names around the star. */
export const unpackStar = (value, before, after) => {
  const items = listed(value);
  if (items.length < before + after) {
    throw ValueError(
      `not enough values to unpack (expected at least ${before + after}, got ${items.length})`,
    );
  }
  const end = items.length - after;
  return [...items.slice(0, before), items.slice(before, end), ...items.slice(end)];
};

export const enter = (manager) => {
  const method = isInstance(manager) ? methodOf(manager, "__enter__") : undefined;
  if (method === undefined) {
    throw py_TypeError(
      `'${typeName(manager)}' object does not support the context manager protocol`,
    );
  }
  return call(method, [manager]);
};
/** Leave a `with` block; error: what was raised in it, or null. True when it is to be forgotten. */
export const exit = (manager, error) => {
  const args =
    error === null ? [null, null, null] : [error.__class__ ?? error.constructor, error, null];
  return call(methodOf(manager, "__exit__"), [manager, ...args]);
};
