// The values of a lowered program, and what kind each is. It imports no other part, so it is there when they start.
//
// int: a JavaScript integer up to 2**53, a BigInt beyond. float: a number with a fraction, beyond 2**53, -0, or a Float,
// which is a float without a fraction. str, bool and None are JavaScript's own. A list is an array, a tuple a Tuple. A dict
// is a Dict, or an object of the library; see dicts.js. Objects and classes are those of the runtime.

import { $isDict } from "../runtime/containers.js";

export class Float {
  constructor(value) {
    this.value = value;
  }
  valueOf() {
    return this.value;
  }
}

export class Tuple extends Array {
  static get [Symbol.species]() {
    return Array;
  }
}
export const tuple = (...items) => Tuple.from(items);
/** A shape, or several, as programs take them: tuples. */
export const shapeOf = (shape) =>
  Array.isArray(shape) && !(shape instanceof Tuple)
    ? shape.some(Array.isArray)
      ? shape.map(shapeOf)
      : Tuple.from(shape)
    : shape;

export class Range {
  constructor(start, stop, step) {
    Object.assign(this, { start, stop, step });
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
  at(index) {
    return this.start + index * this.step;
  }
  *[Symbol.iterator]() {
    for (let i = 0; i < this.length; i++) yield this.start + i * this.step;
  }
}

/** What stands for an argument that was not given, where None is a value like any other. */
export const UNSET = Symbol("unset");

/** A key `start:stop:step`. The library takes it as it takes Python's slices. */
export class Slice {
  constructor(start, stop, step) {
    Object.assign(this, { start, stop, step });
  }
}
export const slice = (start, stop, step) => new Slice(start, stop, step);

export class Property {
  constructor(fget = null, fset = null, fdel = null) {
    Object.assign(this, { fget, fset, fdel });
  }
}
export class Wrapped {
  constructor(kind, method) {
    this.kind = kind;
    this.method = method;
  }
}
/** What `super()` gives: the methods of `self` that come after `cls` in the order of resolution. */
export class Super {
  constructor(cls, self) {
    this.cls = cls;
    this.self = self;
  }
}
export class Singleton {
  constructor(name) {
    this.$singleton = name;
  }
}
export const NotImplemented = /* @__PURE__ */ new Singleton("NotImplemented");
export const Ellipsis = /* @__PURE__ */ new Singleton("Ellipsis");

export const isInt = (value) =>
  typeof value === "number"
    ? Number.isSafeInteger(value) && !Object.is(value, -0)
    : typeof value === "bigint";
export const isFloat = (value) =>
  value instanceof Float || (typeof value === "number" && !isInt(value));
export const isNumeric = (value) =>
  typeof value === "number" ||
  typeof value === "boolean" ||
  typeof value === "bigint" ||
  value instanceof Float;
/** A float of a JavaScript number. */
export const real = (value) => (Number.isSafeInteger(value) ? new Float(value) : value);
/** An int of a BigInt. */
export const whole = (value) =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

export const isNone = (value) => value === null || value === undefined;
export const isClass = (value) =>
  typeof value === "function" && Object.hasOwn(value, "__create__") && value.__class__ === value;
export const isSymbolIterator = (value) =>
  value !== null &&
  typeof value === "object" &&
  typeof value.next === "function" &&
  !value.__class__;
/** An object of a class, of the program or of the library. */
export const isInstance = (value) =>
  value !== null && typeof value === "object" && isClass(value.__class__) && !$isDict(value);
export const hidden = (owner, name, value) =>
  Object.defineProperty(owner, name, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
