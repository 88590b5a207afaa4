// Classes, attributes, types.

import { $hasOwn, $hidden, $isPrototypeOf, $makeClass, $root } from "./base.js";
import { $isDict, dict, list, set, tuple } from "./containers.js";
import { AttributeError, Exception } from "./exceptions.js";
import { bool, float, int } from "./iteration.js";
import { str } from "./text.js";

export const object = /* @__PURE__ */ (() => {
  const cls = $makeClass("object", $root, (cls) => Object.create(cls));
  Object.defineProperty(
    cls,
    "__construct__",
    $hidden(() => {}),
  );
  return cls;
})();

// The transpiler writes a method that has decorators as an accessor `get f () {return __get__ (this, f)}`.
// It is evaluated once, when the class is made, with this mark in the place of `this`.
const UNBOUND = Symbol("unbound");
export const __get__ = (mark, method) =>
  function (...args) {
    return method(this, ...args);
  };
export const __getcm__ = (mark, method) =>
  function (...args) {
    return method(this.__class__, ...args);
  };
export const __getsm__ = (mark, method) => method;

export const __class__ = (name, bases, attributes) => {
  const cls = $makeClass(name, bases[0], bases[0].__create__);
  for (const key of Reflect.ownKeys(attributes)) {
    const { get, value } = Object.getOwnPropertyDescriptor(attributes, key);
    if (get === undefined) {
      Object.defineProperty(cls, key, $hidden(value));
    } else if (typeof key === "string" && key.startsWith("_get_")) {
      const setter = Object.getOwnPropertyDescriptor(attributes, "_set_" + key.slice(5));
      const write = setter && setter.get.call(UNBOUND);
      Object.defineProperty(cls, key.slice(5), {
        get: get.call(UNBOUND),
        set: write,
        enumerable: false,
        configurable: true,
      });
    } else {
      Object.defineProperty(cls, key, $hidden(get.call(UNBOUND)));
    }
  }
  return cls;
};

export const __super__ = (cls, method) => Object.getPrototypeOf(cls)[method];

/** `object.method` where it is not called at once: a method comes bound to its object. value: what stands there. */
export const __bind__ = (self, name, value = self[name]) => {
  if (typeof value !== "function" || $hasOwn(self, name) || value.__name__ !== undefined)
    return value;
  if (typeof self === "function") return (first, ...args) => value.call(first, ...args);
  return (...args) => value.apply(self, args);
};

export const isinstance = (value, cls) => {
  // Classes of our own, asked most often by far, and never of what is no object.
  if (cls.__create__ !== undefined && cls !== Exception) {
    const kind = typeof value;
    return (
      ((kind === "object" && value !== null) || kind === "function") &&
      $isPrototypeOf.call(cls, value)
    );
  }
  if (Array.isArray(cls)) return cls.some((one) => isinstance(value, one));
  if (cls === str) return typeof value === "string";
  if (cls === bool) return typeof value === "boolean";
  if (cls === float) return typeof value === "number";
  if (cls === int) return Number.isInteger(value);
  if (cls === list || cls === tuple) return Array.isArray(value);
  if (cls === dict) return $isDict(value);
  if (cls === set) return value instanceof Set;
  if (value === null || value === undefined) return false;
  if (cls === Exception && value instanceof Error) return true;
  if ($isPrototypeOf.call(cls, value)) return true;
  return $hasOwn(cls, "prototype") && value instanceof cls;
};
export const issubclass = (cls, parent) => cls === parent || $isPrototypeOf.call(parent, cls);

export const py_typeof = (value) => {
  if (typeof value === "string") return str;
  if (typeof value === "boolean") return bool;
  if (typeof value === "number") return Number.isInteger(value) ? int : float;
  if (Array.isArray(value)) return list;
  if (value instanceof Set) return set;
  if ($isDict(value)) return dict;
  return value === null || value === undefined ? null : (value.__class__ ?? value.constructor);
};

export const callable = (value) => typeof value === "function";
export const hasattr = (self, name) => self !== null && self !== undefined && name in Object(self);
export const getattr = (self, name, otherwise) => {
  if (hasattr(self, name)) return __bind__(self, name);
  if (otherwise !== undefined) return otherwise;
  throw AttributeError(`object has no attribute '${name}'`);
};
export const setattr = (self, name, value) => {
  self[name] = value;
};
export const delattr = (self, name) => {
  delete self[name];
};
export const staticmethod = (method) => method;
