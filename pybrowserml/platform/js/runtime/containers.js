// Dicts, lists, tuples (both are arrays) and sets.

import { $hasOwn, $hidden } from "./base.js";
import { IndexError, KeyError, ValueError } from "./exceptions.js";
import { repr } from "./text.js";

// Instances of a class whose prototype inherits from nothing: `d["constructor"]` is a key like any other.
const Dict = /* @__PURE__ */ (() => {
  function Dict() {}
  Dict.prototype = Object.create(null, {
    __class__: { get: () => dict },
    [Symbol.iterator]: $hidden(function () {
      return Object.keys(this)[Symbol.iterator]();
    }),
    [Symbol.toPrimitive]: $hidden(function () {
      return repr(this);
    }),
  });
  return Dict;
})();

// Plain objects count as dicts: a page passes its options in them.
export const $isDict = (value) => {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Dict.prototype || prototype === Object.prototype || prototype === null;
};
const put = (self, key, value) =>
  Object.defineProperty(self, key, { value, writable: true, enumerable: true, configurable: true });

export const dict = (entries) => {
  const self = new Dict();
  if (entries === undefined) return self;
  if ($isDict(entries)) for (const key of Object.keys(entries)) self[key] = entries[key];
  else for (const [key, value] of entries) self[key] = value;
  return self;
};
export const m_get = (self, key, otherwise = null, ...rest) => {
  if ($isDict(self)) return $hasOwn(self, key) ? self[key] : otherwise;
  return self.get(key, otherwise, ...rest);
};
export const m_keys = (self, ...args) => ($isDict(self) ? Object.keys(self) : self.keys(...args));
export const m_values = (self, ...args) =>
  $isDict(self) ? Object.values(self) : self.values(...args);
export const m_items = (self, ...args) =>
  $isDict(self) ? Object.entries(self) : self.items(...args);
export const m_setdefault = (self, key, value = null) => {
  if (!$isDict(self)) return self.setdefault(key, value);
  if (!$hasOwn(self, key)) put(self, key, value);
  return self[key];
};
export const m_update = (self, ...args) => {
  if (self instanceof Set) for (const item of args[0]) self.add(item);
  else if ($isDict(self)) for (const key of Object.keys(args[0])) put(self, key, args[0][key]);
  else return self.update(...args);
};

export const list = (items) => {
  if (items === undefined) return [];
  return $isDict(items) ? Object.keys(items) : Array.from(items);
};
// A function of its own: two names of one function would make isinstance(x, tuple) and list one question,
// which they are, but `tuple is list` must not be.
export const tuple = (items) => list(items);
export const set = (items) =>
  new Set(items === undefined ? [] : $isDict(items) ? Object.keys(items) : items);

// The busiest methods take what those of other classes may have, up to three arguments, without making a list of them.
export const m_append = (self, item, b, c) => {
  if (!Array.isArray(self)) return self.append(item, b, c);
  self.push(item);
};
export const m_extend = (self, items, b, c) => {
  if (!Array.isArray(self)) return self.extend(items, b, c);
  for (const item of items) self.push(item);
};
export const m_insert = (self, place, item, c) => {
  if (!Array.isArray(self)) return self.insert(place, item, c);
  self.splice(place, 0, item);
};
export const m_remove = (self, ...args) => {
  if (self instanceof Set) {
    if (!self.delete(args[0])) throw KeyError(repr(args[0]));
  } else if (Array.isArray(self)) {
    const place = self.indexOf(args[0]);
    if (place < 0) throw ValueError("list.remove(x): x not in list");
    self.splice(place, 1);
  } else return self.remove(...args);
};
export const m_index = (self, ...args) => {
  if (!Array.isArray(self) && typeof self !== "string") return self.index(...args);
  const place = self.indexOf(...args);
  if (place < 0)
    throw ValueError(`${repr(args[0])} is not in ${typeof self === "string" ? "string" : "list"}`);
  return place;
};
export const m_count = (self, ...args) => {
  if (typeof self === "string") return self.split(args[0]).length - 1;
  if (Array.isArray(self)) return self.filter((item) => item === args[0]).length;
  return self.count(...args);
};
export const m_pop = (self, key, otherwise, c) => {
  if (Array.isArray(self)) {
    if (self.length === 0) throw IndexError("pop from empty list");
    if (key === undefined) return self.pop();
    const place = key < 0 ? self.length + key : key;
    if (!(place >= 0 && place < self.length)) throw IndexError("pop index out of range");
    return self.splice(place, 1)[0];
  }
  if (!$isDict(self)) return self.pop(key, otherwise, c);
  if ($hasOwn(self, key)) {
    const value = self[key];
    delete self[key];
    return value;
  }
  if (otherwise === undefined) throw KeyError(repr(key));
  return otherwise;
};
export const m_clear = (self, ...args) => {
  if (Array.isArray(self)) self.length = 0;
  else if ($isDict(self)) for (const key of Object.keys(self)) delete self[key];
  else return self.clear(...args);
};
export const m_copy = (self, ...args) => {
  if (Array.isArray(self)) return self.slice();
  if (self instanceof Set) return new Set(self);
  return $isDict(self) ? dict(self) : self.copy(...args);
};
export const m_discard = (self, ...args) => {
  if (!(self instanceof Set)) return self.discard(...args);
  self.delete(args[0]);
};
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
export const sorted = (items, key = null, reverse = false) => {
  const result = list(items);
  m_sort(result, key, reverse);
  return result;
};
export const m_sort = (self, ...args) => {
  if (!Array.isArray(self)) return self.sort(...args);
  const key = args[0] ?? null;
  const sign = args[1] === true ? -1 : 1;
  self.sort(
    key === null ? (a, b) => sign * compare(a, b) : (a, b) => sign * compare(key(a), key(b)),
  );
};

/** `xs[start:stop:step]`, with Python's meaning of negative and missing bounds. */
export const __slice__ = (self, start, stop, step) => {
  const backward = step !== null && step < 0;
  if (step === null || step === 1) return self.slice(start ?? 0, stop ?? self.length);
  if (step === 0) throw ValueError("slice step cannot be zero");
  const count = self.length;
  const place = (bound, otherwise) => {
    if (bound === null) return otherwise;
    const index = bound < 0 ? bound + count : bound;
    return backward
      ? Math.min(Math.max(index, -1), count - 1)
      : Math.min(Math.max(index, 0), count);
  };
  const end = place(stop, backward ? -1 : count);
  const result = [];
  for (let i = place(start, backward ? count - 1 : 0); backward ? i > end : i < end; i += step) {
    result.push(self[i]);
  }
  return typeof self === "string" ? result.join("") : result;
};

export const __in__ = (item, container) => {
  if (Array.isArray(container) || typeof container === "string" || ArrayBuffer.isView(container)) {
    return container.includes(item);
  }
  if (container instanceof Set || container instanceof Map) return container.has(item);
  if ($isDict(container)) return $hasOwn(container, item);
  return container.__contains__(item);
};

export const len = (value) => {
  if (Array.isArray(value)) return value.length;
  if (value.length !== undefined && (typeof value !== "object" || ArrayBuffer.isView(value))) {
    return value.length;
  }
  if (value instanceof Set || value instanceof Map) return value.size;
  return $isDict(value) ? Object.keys(value).length : value.__len__();
};
