// What transpiled Python needs at run time. Nothing here touches a prototype or a global of the page, and
// nothing here trusts what a page may have added to one: methods of lists, strings, dicts and sets are
// functions (`m_append (xs, x)`), to which the transpiler turns the method calls of the Python source.
// Each export stands alone, so a bundle carries only those that it uses.

// ---------------------------------------------------------------- classes

const isPrototypeOf = Object.prototype.isPrototypeOf;
const hasOwn = Object.hasOwn;
const hidden = (value) => ({ value, writable: true, enumerable: false, configurable: true });

// Classes are functions and the prototypes of their instances. They inherit from this root and not from
// Function.prototype, so that attributes called `name` or `length` are ordinary ones.
const root = Object.create(Object.prototype, {
  apply: hidden(Function.prototype.apply),
  bind: hidden(Function.prototype.bind),
  call: hidden(Function.prototype.call),
});

const makeClass = (name, parent, create) => {
  const cls = (...args) => {
    const self = create(cls);
    self.__construct__(...args);
    return self;
  };
  delete cls.name;
  delete cls.length;
  Object.setPrototypeOf(cls, parent);
  Object.defineProperty(cls, "__name__", hidden(name));
  Object.defineProperty(cls, "__class__", hidden(cls));
  Object.defineProperty(cls, "__create__", hidden(create));
  return cls;
};

export const object = /* @__PURE__ */ (() => {
  const cls = makeClass("object", root, (cls) => Object.create(cls));
  Object.defineProperty(
    cls,
    "__construct__",
    hidden(() => {}),
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
  const cls = makeClass(name, bases[0], bases[0].__create__);
  for (const key of Reflect.ownKeys(attributes)) {
    const { get, value } = Object.getOwnPropertyDescriptor(attributes, key);
    if (get === undefined) {
      Object.defineProperty(cls, key, hidden(value));
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
      Object.defineProperty(cls, key, hidden(get.call(UNBOUND)));
    }
  }
  return cls;
};

export const __super__ = (cls, method) => Object.getPrototypeOf(cls)[method];

/** `object.method` where it is not called at once: a method comes bound to its object. */
export const __bind__ = (self, name) => {
  const value = self[name];
  if (typeof value !== "function" || hasOwn(self, name) || value.__name__ !== undefined)
    return value;
  if (typeof self === "function") return (first, ...args) => value.call(first, ...args);
  return (...args) => value.apply(self, args);
};

export const isinstance = (value, cls) => {
  if (Array.isArray(cls)) return cls.some((one) => isinstance(value, one));
  if (cls === str) return typeof value === "string";
  if (cls === bool) return typeof value === "boolean";
  if (cls === float) return typeof value === "number";
  if (cls === int) return Number.isInteger(value);
  if (cls === list || cls === tuple) return Array.isArray(value);
  if (cls === dict) return isDict(value);
  if (cls === set) return value instanceof Set;
  if (value === null || value === undefined) return false;
  if (cls === Exception && value instanceof Error) return true;
  if (isPrototypeOf.call(cls, value)) return true;
  return hasOwn(cls, "prototype") && value instanceof cls;
};
export const issubclass = (cls, parent) => cls === parent || isPrototypeOf.call(parent, cls);

export const py_typeof = (value) => {
  if (typeof value === "string") return str;
  if (typeof value === "boolean") return bool;
  if (typeof value === "number") return Number.isInteger(value) ? int : float;
  if (Array.isArray(value)) return list;
  if (value instanceof Set) return set;
  if (isDict(value)) return dict;
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

// ---------------------------------------------------------------- exceptions: real Errors

const makeException = (name, parent) => {
  const cls = makeClass(name, parent, parent.__create__);
  Object.defineProperty(cls, "name", hidden(name));
  return cls;
};

export const BaseException = /* @__PURE__ */ (() => {
  const errors = Object.create(Error.prototype, Object.getOwnPropertyDescriptors(root));
  const cls = makeClass("BaseException", errors, (cls) => Object.setPrototypeOf(new Error(), cls));
  Object.defineProperty(
    cls,
    "__construct__",
    hidden(function (...args) {
      Object.defineProperty(this, "name", hidden(this.__name__));
      Object.defineProperty(this, "message", hidden(args.length > 0 ? str(args[0]) : ""));
      Object.defineProperty(this, "args", hidden(args));
    }),
  );
  return cls;
})();
export const Exception = /* @__PURE__ */ makeException("Exception", BaseException);
export const ArithmeticError = /* @__PURE__ */ makeException("ArithmeticError", Exception);
export const AssertionError = /* @__PURE__ */ makeException("AssertionError", Exception);
export const AttributeError = /* @__PURE__ */ makeException("AttributeError", Exception);
export const LookupError = /* @__PURE__ */ makeException("LookupError", Exception);
export const IndexError = /* @__PURE__ */ makeException("IndexError", LookupError);
export const KeyError = /* @__PURE__ */ makeException("KeyError", LookupError);
export const OSError = /* @__PURE__ */ makeException("OSError", Exception);
export const OverflowError = /* @__PURE__ */ makeException("OverflowError", ArithmeticError);
export const RuntimeError = /* @__PURE__ */ makeException("RuntimeError", Exception);
export const NotImplementedError = /* @__PURE__ */ makeException(
  "NotImplementedError",
  RuntimeError,
);
export const StopIteration = /* @__PURE__ */ makeException("StopIteration", Exception);
export const ValueError = /* @__PURE__ */ makeException("ValueError", Exception);
export const ZeroDivisionError = /* @__PURE__ */ makeException(
  "ZeroDivisionError",
  ArithmeticError,
);
export const py_TypeError = /* @__PURE__ */ makeException("TypeError", Exception);

// ---------------------------------------------------------------- dicts

// Instances of a class whose prototype inherits from nothing: `d["constructor"]` is a key like any other.
const Dict = /* @__PURE__ */ (() => {
  function Dict() {}
  Dict.prototype = Object.create(null, {
    __class__: { get: () => dict },
    [Symbol.iterator]: hidden(function () {
      return Object.keys(this)[Symbol.iterator]();
    }),
    [Symbol.toPrimitive]: hidden(function () {
      return repr(this);
    }),
  });
  return Dict;
})();

// Plain objects count as dicts: a page passes its options in them.
const isDict = (value) => {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Dict.prototype || prototype === Object.prototype || prototype === null;
};
const put = (self, key, value) =>
  Object.defineProperty(self, key, { value, writable: true, enumerable: true, configurable: true });

export const dict = (entries) => {
  const self = new Dict();
  if (entries === undefined) return self;
  if (isDict(entries)) for (const key of Object.keys(entries)) self[key] = entries[key];
  else for (const [key, value] of entries) self[key] = value;
  return self;
};
export const m_get = (self, key, otherwise = null, ...rest) => {
  if (isDict(self)) return hasOwn(self, key) ? self[key] : otherwise;
  return self.get(key, otherwise, ...rest);
};
export const m_keys = (self, ...args) => (isDict(self) ? Object.keys(self) : self.keys(...args));
export const m_values = (self, ...args) =>
  isDict(self) ? Object.values(self) : self.values(...args);
export const m_items = (self, ...args) =>
  isDict(self) ? Object.entries(self) : self.items(...args);
export const m_setdefault = (self, key, value = null) => {
  if (!isDict(self)) return self.setdefault(key, value);
  if (!hasOwn(self, key)) put(self, key, value);
  return self[key];
};
export const m_update = (self, ...args) => {
  if (self instanceof Set) for (const item of args[0]) self.add(item);
  else if (isDict(self)) for (const key of Object.keys(args[0])) put(self, key, args[0][key]);
  else return self.update(...args);
};

// ---------------------------------------------------------------- lists, tuples (both are arrays) and sets

export const list = (items) => {
  if (items === undefined) return [];
  return isDict(items) ? Object.keys(items) : Array.from(items);
};
// A function of its own: two names of one function would make isinstance(x, tuple) and list one question,
// which they are, but `tuple is list` must not be.
export const tuple = (items) => list(items);
export const set = (items) =>
  new Set(items === undefined ? [] : isDict(items) ? Object.keys(items) : items);

export const m_append = (self, ...args) => {
  if (!Array.isArray(self)) return self.append(...args);
  self.push(args[0]);
};
export const m_extend = (self, ...args) => {
  if (!Array.isArray(self)) return self.extend(...args);
  for (const item of args[0]) self.push(item);
};
export const m_insert = (self, ...args) => {
  if (!Array.isArray(self)) return self.insert(...args);
  self.splice(args[0], 0, args[1]);
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
export const m_pop = (self, ...args) => {
  if (Array.isArray(self)) {
    if (self.length === 0) throw IndexError("pop from empty list");
    if (args.length === 0) return self.pop();
    const place = args[0] < 0 ? self.length + args[0] : args[0];
    if (!(place >= 0 && place < self.length)) throw IndexError("pop index out of range");
    return self.splice(place, 1)[0];
  }
  if (!isDict(self)) return self.pop(...args);
  if (hasOwn(self, args[0])) {
    const value = self[args[0]];
    delete self[args[0]];
    return value;
  }
  if (args.length < 2) throw KeyError(repr(args[0]));
  return args[1];
};
export const m_clear = (self, ...args) => {
  if (Array.isArray(self)) self.length = 0;
  else if (isDict(self)) for (const key of Object.keys(self)) delete self[key];
  else return self.clear(...args);
};
export const m_copy = (self, ...args) => {
  if (Array.isArray(self)) return self.slice();
  if (self instanceof Set) return new Set(self);
  return isDict(self) ? dict(self) : self.copy(...args);
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
  if (isDict(container)) return hasOwn(container, item);
  return container.__contains__(item);
};

export const len = (value) => {
  if (
    value.length !== undefined &&
    (typeof value !== "object" || Array.isArray(value) || ArrayBuffer.isView(value))
  ) {
    return value.length;
  }
  if (value instanceof Set || value instanceof Map) return value.size;
  return isDict(value) ? Object.keys(value).length : value.__len__();
};

// ---------------------------------------------------------------- iteration

export const range = (start, stop, step = 1) => {
  const from = stop === undefined ? 0 : start;
  const to = stop === undefined ? start : stop;
  const result = [];
  if (step > 0) for (let i = from; i < to; i += step) result.push(i);
  else for (let i = from; i > to; i += step) result.push(i);
  return result;
};
export function* enumerate(items, start = 0) {
  let index = start;
  for (const item of items) yield [index++, item];
}
export const zip = (...sequences) => {
  const columns = sequences.map((sequence) => list(sequence));
  const count = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
  const result = [];
  for (let i = 0; i < count; i++) result.push(columns.map((column) => column[i]));
  return result;
};
export const map = (callback, ...sequences) => zip(...sequences).map((items) => callback(...items));
export const filter = (callback, items) =>
  list(items).filter((item) => bool((callback ?? bool)(item)));
export const reversed = (items) => list(items).reverse();
export const iter = (items) => (isDict(items) ? Object.keys(items) : items)[Symbol.iterator]();
export const next = (iterator, otherwise) => {
  const step = iterator.next();
  if (!step.done) return step.value;
  if (otherwise !== undefined) return otherwise;
  throw StopIteration();
};
export const any = (items) => {
  for (const item of items) if (bool(item)) return true;
  return false;
};
export const all = (items) => {
  for (const item of items) if (!bool(item)) return false;
  return true;
};
export const sum = (items, start = 0) => {
  let result = start;
  for (const item of items) result += item;
  return result;
};
const extreme = (args, better, name) => {
  const items = args.length === 1 ? list(args[0]) : args;
  if (items.length === 0) throw ValueError(`${name}() arg is an empty sequence`);
  let best = items[0];
  for (let i = 1; i < items.length; i++) if (better(items[i], best)) best = items[i];
  return best;
};
export const min = (...args) => extreme(args, (a, b) => a < b, "min");
export const max = (...args) => extreme(args, (a, b) => a > b, "max");

// ---------------------------------------------------------------- numbers

export const abs = Math.abs;
export const pow = Math.pow;
export const __mod__ = (a, b) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};
export const divmod = (a, b) => [Math.floor(a / b), __mod__(a, b)];
export const round = (value, digits = null) => {
  if (digits !== null && digits > 0) return Number(value.toFixed(digits));
  const scale = 10 ** -(digits ?? 0);
  const scaled = value / scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) * scale;
};
export const int = (value, base = 10) => {
  if (typeof value !== "string") return Math.trunc(Number(value));
  const text = value.trim().toLowerCase();
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  const body = text.startsWith("-") || text.startsWith("+") ? text.slice(1) : text;
  if (body === "" || [...body].some((digit) => !digits.includes(digit))) {
    throw ValueError(`invalid literal for int() with base ${base}: ${repr(value)}`);
  }
  return Number.parseInt(text, base);
};
export const float = (value) => {
  if (typeof value !== "string") return Number(value);
  const text = value.trim().toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (special) return special[2] === "nan" ? Number.NaN : special[1] === "-" ? -Infinity : Infinity;
  const result = Number(text);
  if (text === "" || Number.isNaN(result))
    throw ValueError(`could not convert string to float: ${repr(value)}`);
  return result;
};
export const bool = (value) => {
  if (value === null || value === undefined) return false;
  if (typeof value !== "object") return Boolean(value);
  if (Array.isArray(value) || value instanceof Set || isDict(value)) return len(value) > 0;
  return true;
};

// ---------------------------------------------------------------- text

export const str = (value = "") => {
  if (typeof value === "string") return value;
  if (value !== null && typeof value === "object") {
    if (typeof value.__str__ === "function") return value.__str__();
    if (value instanceof Error) return value.message;
  }
  return repr(value);
};
export const repr = (value) => {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "nan";
    return Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf";
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (value instanceof Set)
    return value.size === 0 ? "set()" : `{${Array.from(value, repr).join(", ")}}`;
  if (isDict(value)) {
    return `{${Object.keys(value)
      .map((key) => `${repr(key)}: ${repr(value[key])}`)
      .join(", ")}}`;
  }
  if (typeof value.__repr__ === "function") return value.__repr__();
  if (value.__name__ !== undefined) {
    return typeof value === "function"
      ? `<class '${value.__name__}'>`
      : `<${value.__name__} object>`;
  }
  return String(value);
};
/** An f-string: its parts, joined. */
export const __text__ = (...parts) => parts.map((part) => str(part)).join("");
export const chr = (code) => String.fromCodePoint(code);
export const ord = (letter) => letter.codePointAt(0);
export const hex = (value) => (value < 0 ? "-0x" : "0x") + Math.abs(value).toString(16);
export const bin = (value) => (value < 0 ? "-0b" : "0b") + Math.abs(value).toString(2);
export const print = (...values) => console.log(...values.map((value) => str(value)));

const trimmed = (self, letters, atStart, atEnd) => {
  const blank = (letter) => (letters === null ? /\s/.test(letter) : letters.includes(letter));
  let from = 0;
  let to = self.length;
  while (atStart && from < to && blank(self[from])) from++;
  while (atEnd && to > from && blank(self[to - 1])) to--;
  return self.slice(from, to);
};
const isText = (value) => typeof value === "string";
export const m_join = (self, ...args) =>
  isText(self) ? list(args[0]).join(self) : self.join(...args);
export const m_split = (self, ...args) => {
  if (!isText(self)) return self.split(...args);
  const [separator = null, most = -1] = args;
  if (separator === null) {
    const text = trimmed(self, null, true, true);
    return text === "" ? [] : text.split(/\s+/);
  }
  const pieces = self.split(separator);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
};
export const m_rsplit = (self, ...args) => {
  if (!isText(self)) return self.rsplit(...args);
  const [separator = null, most = -1] = args;
  const pieces = m_split(self, separator);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  const from = pieces.length - most;
  return [pieces.slice(0, from).join(separator ?? " "), ...pieces.slice(from)];
};
export const m_splitlines = (self, ...args) => {
  if (!isText(self)) return self.splitlines(...args);
  const lines = self.split(/\r\n|\n|\r/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
};
export const m_partition = (self, ...args) => {
  if (!isText(self)) return self.partition(...args);
  const place = self.indexOf(args[0]);
  return place < 0
    ? [self, "", ""]
    : [self.slice(0, place), args[0], self.slice(place + args[0].length)];
};
export const m_strip = (self, ...args) =>
  isText(self) ? trimmed(self, args[0] ?? null, true, true) : self.strip(...args);
export const m_lstrip = (self, ...args) =>
  isText(self) ? trimmed(self, args[0] ?? null, true, false) : self.lstrip(...args);
export const m_rstrip = (self, ...args) =>
  isText(self) ? trimmed(self, args[0] ?? null, false, true) : self.rstrip(...args);
export const m_startswith = (self, ...args) => {
  if (!isText(self)) return self.startswith(...args);
  return Array.isArray(args[0])
    ? args[0].some((one) => self.startsWith(one))
    : self.startsWith(args[0], args[1]);
};
export const m_endswith = (self, ...args) => {
  if (!isText(self)) return self.endswith(...args);
  return Array.isArray(args[0])
    ? args[0].some((one) => self.endsWith(one))
    : self.endsWith(args[0]);
};
export const m_find = (self, ...args) =>
  isText(self) ? self.indexOf(...args) : self.find(...args);
export const m_rfind = (self, ...args) =>
  isText(self) ? self.lastIndexOf(...args) : self.rfind(...args);
export const m_lower = (self, ...args) => (isText(self) ? self.toLowerCase() : self.lower(...args));
export const m_upper = (self, ...args) => (isText(self) ? self.toUpperCase() : self.upper(...args));
export const m_capitalize = (self, ...args) =>
  isText(self)
    ? self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()
    : self.capitalize(...args);
export const m_replace = (self, ...args) => {
  if (!isText(self)) return self.replace(...args);
  const [from, to, most = -1] = args;
  return most < 0 ? self.replaceAll(from, () => to) : m_split(self, from, most).join(to);
};
export const m_zfill = (self, ...args) => {
  if (!isText(self)) return self.zfill(...args);
  const sign = /^[+-]/.test(self) ? self[0] : "";
  return sign + self.slice(sign.length).padStart(args[0] - sign.length, "0");
};
export const m_ljust = (self, ...args) =>
  isText(self) ? self.padEnd(...args) : self.ljust(...args);
export const m_rjust = (self, ...args) =>
  isText(self) ? self.padStart(...args) : self.rjust(...args);
export const m_isdigit = (self, ...args) =>
  isText(self) ? /^[0-9]+$/.test(self) : self.isdigit(...args);
export const m_isalpha = (self, ...args) =>
  isText(self) ? /^\p{L}+$/u.test(self) : self.isalpha(...args);
export const m_isalnum = (self, ...args) =>
  isText(self) ? /^[\p{L}\p{N}]+$/u.test(self) : self.isalnum(...args);
export const m_isspace = (self, ...args) =>
  isText(self) ? /^\s+$/.test(self) : self.isspace(...args);
