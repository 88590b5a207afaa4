// Builtin functions of iterables.

import { methodOf } from "./attributes.js";
import { call } from "./calls.js";
import { gt, lt, truth } from "./compare.js";
import { sortInPlace } from "./containers.js";
import { py_TypeError, StopIteration, ValueError } from "./errors.js";
import { builtin } from "./functions.js";
import { iterate, listed } from "./iteration.js";
import { add } from "./numbers.js";
import { isSet } from "./sets.js";
import { typeName } from "./types.js";
import { isInstance, isNone, Tuple, UNSET } from "./values.js";

export const b_iter = /* @__PURE__ */ builtin(
  (x) =>
    isInstance(x) && methodOf(x, "__iter__") !== undefined
      ? call(methodOf(x, "__iter__"), [x])
      : iterate(x)[Symbol.iterator](),
  "iter",
  "x,/",
);
export const b_next = /* @__PURE__ */ builtin(
  (iterator, otherwise) => {
    try {
      if (!isInstance(iterator) && typeof iterator?.next !== "function") {
        throw py_TypeError(`'${typeName(iterator)}' object is not an iterator`);
      }
      if (isInstance(iterator)) return call(methodOf(iterator, "__next__"), [iterator]);
      const step = iterator.next();
      if (!step.done) return step.value;
      throw call(StopIteration, isNone(step.value) ? [] : [step.value]);
    } catch (error) {
      if (otherwise !== UNSET && error?.__class__ === StopIteration) return otherwise;
      throw error;
    }
  },
  "next",
  "iterator,default=,/",
  [UNSET],
);
export const b_enumerate = /* @__PURE__ */ builtin(
  function* (items, start) {
    let index = start;
    for (const item of iterate(items)) {
      yield Tuple.from([index, item]);
      index = add(index, 1);
    }
  },
  "enumerate",
  "iterable,start=",
  [0],
);
const zipped = function* (sequences, strict) {
  const iterators = sequences.map((one) => iterate(one)[Symbol.iterator]());
  for (;;) {
    const items = new Tuple();
    for (const [place, iterator] of iterators.entries()) {
      const step = iterator.next();
      if (step.done) {
        const others = iterators.slice(place + 1).some((other) => !other.next().done);
        if (truth(strict) && (place > 0 || others)) {
          throw ValueError(
            `zip() argument ${place + 1} is ${place > 0 ? "shorter" : "longer"} than the others`,
          );
        }
        return;
      }
      items.push(step.value);
    }
    if (iterators.length === 0) return;
    yield items;
  }
};
export const b_zip = /* @__PURE__ */ builtin(
  (sequences, strict) => zipped(sequences, strict),
  "zip",
  "*sequences,strict=",
  [false],
);
export const b_map = /* @__PURE__ */ builtin(
  function* (f, sequences) {
    for (const items of zipped(sequences, false)) yield call(f, [...items]);
  },
  "map",
  "f,*sequences",
);
export const b_filter = /* @__PURE__ */ builtin(
  function* (f, items) {
    for (const item of iterate(items)) if (truth(isNone(f) ? item : call(f, [item]))) yield item;
  },
  "filter",
  "f,items,/",
);
export const b_reversed = /* @__PURE__ */ builtin(
  (items) => {
    const method = isInstance(items) ? methodOf(items, "__reversed__") : undefined;
    if (method !== undefined) return call(method, [items]);
    if (isSet(items) || (typeof items === "object" && typeof items.next === "function")) {
      throw py_TypeError(`'${typeName(items)}' object is not reversible`);
    }
    return listed(items).reverse()[Symbol.iterator]();
  },
  "reversed",
  "items,/",
);
export const b_sorted = /* @__PURE__ */ builtin(
  (items, key, reverse) => {
    const result = listed(items);
    sortInPlace(result, key, reverse);
    return result;
  },
  "sorted",
  "items,/,*,key=,reverse=",
  [null, false],
);
export const b_any = /* @__PURE__ */ builtin(
  (items) => {
    for (const item of iterate(items)) if (truth(item)) return true;
    return false;
  },
  "any",
  "items,/",
);
export const b_all = /* @__PURE__ */ builtin(
  (items) => {
    for (const item of iterate(items)) if (!truth(item)) return false;
    return true;
  },
  "all",
  "items,/",
);
export const b_sum = /* @__PURE__ */ builtin(
  (items, start) => {
    if (typeof start === "string")
      throw py_TypeError("sum() can't sum strings [use ''.join(seq) instead]");
    let result = start;
    for (const item of iterate(items)) result = add(result, item);
    return result;
  },
  "sum",
  "items,/,start=",
  [0],
);
const extreme = (name, better) => (args, key, otherwise) => {
  if (args.length === 0) throw py_TypeError(`${name} expected at least 1 argument, got 0`);
  let best = UNSET;
  let bestKey = null;
  for (const item of args.length === 1 ? iterate(args[0]) : args) {
    const itemKey = isNone(key) ? item : call(key, [item]);
    if (best === UNSET || truth(better(itemKey, bestKey))) [best, bestKey] = [item, itemKey];
  }
  if (best !== UNSET) return best;
  if (otherwise !== UNSET) return otherwise;
  throw ValueError(`${name}() iterable argument is empty`);
};
export const b_min = /* @__PURE__ */ builtin(
  extreme("min", (a, b) => lt(a, b)),
  "min",
  "*args,key=,default=",
  [null, UNSET],
);
export const b_max = /* @__PURE__ */ builtin(
  extreme("max", (a, b) => gt(a, b)),
  "max",
  "*args,key=,default=",
  [null, UNSET],
);
