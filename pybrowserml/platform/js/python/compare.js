// Equality, order, truth and membership.

import { RuntimeError, py_TypeError } from "../runtime/exceptions.js";
import { methodOf } from "./attributes.js";
import { call } from "./calls.js";
import { View, entriesOf, hasItem, isDictLike, sizeOf, takeItem } from "./dicts.js";
import { iterate } from "./iteration.js";
import { plain } from "./numbers.js";
import { isSet, isSubset } from "./sets.js";
import { TENSORS, isSize, isTensor } from "./tensors.js";
import { typeName } from "./types.js";
import { Float, NotImplemented, Range, Tuple, isInstance, isNone, isNumeric } from "./values.js";

const own = (self, name, other) => {
  const method = isInstance(self) ? methodOf(self, name) : undefined;
  return method === undefined ? NotImplemented : call(method, [self, other]);
};
const exact = (a, b) => {
  if (typeof a === "bigint" || typeof b === "bigint") {
    const x = typeof a === "bigint" ? a : plain(a);
    const y = typeof b === "bigint" ? b : plain(b);
    return [x, y];
  }
  return [plain(a), plain(b)];
};

/** `a == b`, which objects may answer with anything. */
export const eq = (a, b) => {
  if (isNumeric(a) && isNumeric(b)) {
    const [x, y] = exact(a, b);
    return x == y; // eslint-disable-line eqeqeq
  }
  if (isNone(a) || isNone(b)) {
    if (isNone(a) && isNone(b)) return true;
    if (isSize(a) || isSize(b)) return true;
  } else if (isSize(a) && isSize(b)) {
    return a.key === b.key;
  } else if (typeof a === "string" || typeof b === "string") {
    if (typeof a === "string" && typeof b === "string") return a === b;
  } else if (Array.isArray(a) && Array.isArray(b)) {
    return (
      a instanceof Tuple === b instanceof Tuple &&
      a.length === b.length &&
      a.every((item, i) => same(item, b[i]))
    );
  } else if (isSet(a) && isSet(b)) {
    return a.size === b.size && isSubset(a, b);
  } else if (isDictLike(a) && isDictLike(b)) {
    return (
      sizeOf(a) === sizeOf(b) &&
      entriesOf(a).every(([key, value]) => hasItem(b, key) && same(value, takeItem(b, key)))
    );
  } else if (a instanceof Range && b instanceof Range) {
    return eq([...a], [...b]);
  } else if (a instanceof View && b instanceof View && a.kind === b.kind && a.kind !== "values") {
    return a.size === b.size && [...a].every((item) => contains(b, item));
  } else if (typeof a === "function" && typeof b === "function" && a.$bound && b.$bound) {
    return a.$bound.self === b.$bound.self && a.$bound.method === b.$bound.method;
  }
  let result = own(a, "__eq__", b);
  if (result === NotImplemented) result = own(b, "__eq__", a);
  return result === NotImplemented ? a === b : result;
};
export const ne = (a, b) => {
  let result = own(a, "__ne__", b);
  if (result === NotImplemented && !isNone(b)) result = own(b, "__ne__", a);
  if (result !== NotImplemented) return result;
  return !truth(eq(a, b));
};
export const equal = (a, b) => truth(eq(a, b));
/** What `in` and the equality of lists ask: one object is always equal to itself. */
export const same = (a, b) => Object.is(a, b) || equal(a, b);
export const is = (a, b) => {
  if (isNone(a)) return isNone(b);
  return a === b;
};

const SYMBOLS = { lt: "<", le: "<=", gt: ">", ge: ">=" };
const MIRROR = { lt: "gt", le: "ge", gt: "lt", ge: "le" };
const decide = {
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y,
};
const points = (text) => Array.from(text, (letter) => letter.codePointAt(0));
const order = (name) => (a, b) => {
  if (isNumeric(a) && isNumeric(b)) return decide[name](...exact(a, b));
  if (typeof a === "string" && typeof b === "string") {
    if (/[\ud800-\udfff]/.test(a + b)) return order(name)(points(a), points(b));
    return decide[name](a, b);
  }
  if (isTensor(a) || isTensor(b)) {
    const result = own(a, `__${name}__`, b);
    return result === NotImplemented ? TENSORS.binary(name, a, b) : result;
  }
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (!same(a[i], b[i])) return order(name)(a[i], b[i]);
    }
    return decide[name](a.length, b.length);
  }
  if (isSet(a) && isSet(b)) {
    if (name === "le") return isSubset(a, b);
    if (name === "ge") return isSubset(b, a);
    if (name === "lt") return a.size < b.size && isSubset(a, b);
    return b.size < a.size && isSubset(b, a);
  }
  let result = own(a, `__${name}__`, b);
  if (result === NotImplemented) result = own(b, `__${MIRROR[name]}__`, a);
  if (result !== NotImplemented) return result;
  throw py_TypeError(
    `'${SYMBOLS[name]}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
};
export const lt = /* @__PURE__ */ order("lt");
export const le = /* @__PURE__ */ order("le");
export const gt = /* @__PURE__ */ order("gt");
export const ge = /* @__PURE__ */ order("ge");

/** bool(value) */
export const truth = (value) => {
  if (typeof value === "boolean") return value;
  if (isNone(value)) return false;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (typeof value === "bigint") return true;
  if (value instanceof Float) return value.value !== 0;
  if (Array.isArray(value) || value instanceof Range) return value.length > 0;
  if (isSet(value) || value instanceof View) return value.size > 0;
  if (isDictLike(value)) return sizeOf(value) > 0;
  if (isInstance(value)) {
    const method = methodOf(value, "__bool__");
    if (method !== undefined) {
      const result = call(method, [value]);
      if (typeof result !== "boolean") {
        throw py_TypeError(`__bool__ should return bool, returned ${typeName(result)}`);
      }
      return result;
    }
    const length = methodOf(value, "__len__");
    if (length !== undefined) return truth(call(length, [value]));
    if (isTensor(value)) return TENSORS.length(value) > 0;
  } else if (typeof value.then === "function") {
    throw RuntimeError("a result that is still awaited has no truth value");
  }
  return true;
};

/** `item in container` */
export const contains = (container, item) => {
  if (typeof container === "string") {
    if (typeof item !== "string") {
      throw py_TypeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    return container.includes(item);
  }
  if (Array.isArray(container)) return container.some((one) => same(one, item));
  if (isSet(container)) return container.has(item);
  if (isDictLike(container)) return hasItem(container, item);
  if (container instanceof View && container.kind === "keys") return hasItem(container.dict, item);
  const method = isInstance(container) ? methodOf(container, "__contains__") : undefined;
  if (method !== undefined) return truth(call(method, [container, item]));
  if (isNone(container) || isNumeric(container)) {
    throw py_TypeError(`argument of type '${typeName(container)}' is not iterable`);
  }
  for (const one of iterate(container)) if (same(one, item)) return true;
  return false;
};
/** `item in container`, evaluated from left to right. */
export const isIn = (item, container) => contains(container, item);
