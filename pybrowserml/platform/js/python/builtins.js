// Builtin functions and types. Each is called as functions of the program are, so that it takes keywords and may be handed
// on.

import {
  hasattr as has,
  getattr as get,
  setattr as put,
  delattr as drop,
  methodOf,
} from "./access.js";
import { builtin, call } from "./calls.js";
import { lt, gt, truth } from "./compare.js";
import { scaled } from "./decimals.js";
import { Dict, View, hashKey, isDictLike, putItem, sizeOf } from "./dicts.js";
import {
  AttributeError,
  OverflowError,
  StopIteration,
  ValueError,
  py_TypeError,
} from "./errors.js";
import { format as formatValue } from "./format.js";
import { iterate, listed } from "./iteration.js";
import { pairsOf, sortInPlace } from "./methods.js";
import { absolute, add, floordiv, indexOf, mod, plain, pow as power } from "./numbers.js";
import { PySet, isSet } from "./sets.js";
import { HostArray, TENSORS, isTensor } from "./tensors.js";
import { repr as reprOf, str as strOf } from "./text.js";
import {
  isinstance as isInstanceOf,
  issubclass as isSubclassOf,
  typeName,
  typeOf,
} from "./types.js";
import {
  Property,
  Range,
  Singleton,
  Slice,
  Tuple,
  Wrapped,
  isFloat,
  isInstance,
  isInt,
  isNone,
  isNumeric,
  real,
  whole,
} from "./values.js";

const UNSET = Symbol("unset");
const type = (name, spec, impl, defaults = [], statics = {}) => {
  const made = builtin(impl, name, spec, defaults);
  return Object.assign(made, { $type: name, $statics: statics });
};

// ------------------------------------------------------------ types

const toInt = (value, base) => {
  if (typeof value === "string") {
    const radix = isNone(base) ? 10 : indexOf(base, "base");
    const text = value
      .trim()
      .toLowerCase()
      .replace(/(?<=[0-9a-z])_(?=[0-9a-z])/g, "");
    const prefix = { 16: "0x", 8: "0o", 2: "0b" }[radix];
    const sign = /^[+-]/.test(text) ? text[0] : "";
    let body = text.slice(sign.length);
    if (prefix !== undefined && body.startsWith(prefix)) body = body.slice(2);
    const digits = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, radix);
    if (body === "" || [...body].some((digit) => !digits.includes(digit))) {
      throw ValueError(`invalid literal for int() with base ${radix}: ${reprOf(value)}`);
    }
    let result = 0n;
    for (const digit of body) result = result * BigInt(radix) + BigInt(digits.indexOf(digit));
    return whole(sign === "-" ? -result : result);
  }
  if (typeof value === "boolean") return +value;
  if (isInt(value)) return value;
  if (isFloat(value)) {
    const number = plain(value);
    if (Number.isNaN(number)) throw ValueError("cannot convert float NaN to integer");
    if (!Number.isFinite(number)) throw OverflowError("cannot convert float infinity to integer");
    return whole(BigInt(Math.trunc(number)));
  }
  const method = isInstance(value)
    ? (methodOf(value, "__int__") ?? methodOf(value, "__index__"))
    : undefined;
  if (method !== undefined) return call(method, [value]);
  if (value instanceof HostArray) return toInt(value.only());
  throw cannotBe("int", "a string, a bytes-like object or a real number", value);
};
const cannotBe = (name, wanted, value) => {
  if (isTensor(value)) {
    return py_TypeError(
      `${name}() of a tensor in a function that does not wait for it; read it with .numpy() first`,
    );
  }
  return py_TypeError(`${name}() argument must be ${wanted}, not '${typeName(value)}'`);
};
const toFloat = (value) => {
  if (isNumeric(value)) return real(plain(value));
  if (typeof value === "string") {
    const text = value.trim().toLowerCase();
    const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
    if (special)
      return special[2] === "nan" ? Number.NaN : special[1] === "-" ? -Infinity : Infinity;
    if (!/^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) {
      throw ValueError(`could not convert string to float: ${reprOf(value)}`);
    }
    return real(Number(text.replaceAll("_", "")));
  }
  const method = isInstance(value)
    ? (methodOf(value, "__float__") ?? methodOf(value, "__index__"))
    : undefined;
  if (method !== undefined) return toFloat(call(method, [value]));
  if (value instanceof HostArray) return toFloat(value.only());
  throw cannotBe("float", "a string or a real number", value);
};

export const b_int = /* @__PURE__ */ type("int", "x=,base=", toInt, [0, null]);
export const b_float = /* @__PURE__ */ type("float", "x=,/", toFloat, [/* @__PURE__ */ real(0)]);
export const b_bool = /* @__PURE__ */ type("bool", "x=,/", (x) => truth(x), [false]);
export const b_str = /* @__PURE__ */ type("str", "object=", (value) => strOf(value), [""]);
export const b_list = /* @__PURE__ */ type("list", "items=,/", (items) => listed(items), [[]]);
export const b_tuple = /* @__PURE__ */ type(
  "tuple",
  "items=,/",
  (items) => Tuple.from(iterate(items)),
  [[]],
);
export const b_set = /* @__PURE__ */ type("set", "items=,/", (items) => new PySet(iterate(items)), [
  [],
]);
export const b_frozenset = /* @__PURE__ */ type(
  "frozenset",
  "items=,/",
  (items) => new PySet(iterate(items), true),
  [[]],
);
const fromKeys = /* @__PURE__ */ builtin(
  (keys, value) => new Dict(Array.from(iterate(keys), (key) => [key, value])),
  "fromkeys",
  "keys,value=,/",
  [null],
);
export const b_dict = /* @__PURE__ */ type(
  "dict",
  "*sources,**named",
  (sources, named) => {
    const made = new Dict(sources.length > 0 ? pairsOf(sources[0]) : []);
    for (const [key, value] of pairsOf(named)) putItem(made, key, value);
    return made;
  },
  [],
  { fromkeys: fromKeys },
);
const rangeOf = (args) => {
  const [a, b = null, c = 1] = args.map((one) => {
    if (isFloat(one)) throw py_TypeError("'float' object cannot be interpreted as an integer");
    return indexOf(one, "range arguments");
  });
  if (c === 0) throw ValueError("range() arg 3 must not be zero");
  return b === null ? new Range(0, a, 1) : new Range(a, b, c);
};
export const b_range = /* @__PURE__ */ type("range", "*args", rangeOf);
export const b_slice = /* @__PURE__ */ type("slice", "*args", (args) =>
  args.length === 1 ? new Slice(null, args[0], null) : new Slice(args[0], args[1], args[2] ?? null),
);
export const b_object = /* @__PURE__ */ type("object", "", () => new Singleton("<object>"));
export const b_type = /* @__PURE__ */ type("type", "x,/", (x) => typeOf(x));
export const b_property = /* @__PURE__ */ type(
  "property",
  "fget=,fset=,fdel=",
  (fget, fset, fdel) => new Property(fget, fset, fdel),
  [null, null, null],
);
export const b_staticmethod = /* @__PURE__ */ type(
  "staticmethod",
  "method,/",
  (method) => new Wrapped("static", method),
);
export const b_classmethod = /* @__PURE__ */ type(
  "classmethod",
  "method,/",
  (method) => new Wrapped("class", method),
);
export const TYPES = {
  get int() {
    return b_int;
  },
  get float() {
    return b_float;
  },
  get bool() {
    return b_bool;
  },
  get str() {
    return b_str;
  },
  get list() {
    return b_list;
  },
  get tuple() {
    return b_tuple;
  },
  get set() {
    return b_set;
  },
  get frozenset() {
    return b_frozenset;
  },
  get dict() {
    return b_dict;
  },
  get range() {
    return b_range;
  },
  get slice() {
    return b_slice;
  },
  get type() {
    return b_type;
  },
};

// ------------------------------------------------------------ functions

const lengthOf = (value) => {
  if (typeof value === "string")
    return /[\ud800-\udfff]/.test(value) ? Array.from(value).length : value.length;
  if (Array.isArray(value) || value instanceof Range || ArrayBuffer.isView(value))
    return value.length;
  if (isSet(value) || value instanceof View) return value.size;
  if (isDictLike(value)) return sizeOf(value);
  if (isInstance(value)) {
    const method = methodOf(value, "__len__");
    if (method !== undefined) return call(method, [value]);
    if (isTensor(value)) return TENSORS.length(value);
    if (typeof value.__len__ === "function") return value.__len__();
  }
  if (value instanceof HostArray) return value.shape[0];
  throw py_TypeError(`object of type '${typeName(value)}' has no len()`);
};
export const b_len = /* @__PURE__ */ builtin(lengthOf, "len", "x,/");
export const b_abs = /* @__PURE__ */ builtin((x) => absolute(x), "abs", "x,/");
export const b_repr = /* @__PURE__ */ builtin((x) => reprOf(x), "repr", "x,/");
export const b_format = /* @__PURE__ */ builtin(
  (x, spec) => formatValue(x, spec),
  "format",
  "x,spec=,/",
  [""],
);
export const b_isinstance = /* @__PURE__ */ builtin(
  (x, cls) => isInstanceOf(x, cls),
  "isinstance",
  "x,cls,/",
);
export const b_issubclass = /* @__PURE__ */ builtin(
  (cls, parent) => isSubclassOf(cls, parent),
  "issubclass",
  "cls,parent,/",
);
export const b_callable = /* @__PURE__ */ builtin(
  (x) =>
    typeof x === "function" ||
    (isInstance(x) && (methodOf(x, "__call__") !== undefined || typeof x.apply_to === "function")),
  "callable",
  "x,/",
);
export const b_hasattr = /* @__PURE__ */ builtin((x, name) => has(x, name), "hasattr", "x,name,/");
export const b_getattr = /* @__PURE__ */ builtin(
  (self, name, otherwise) => {
    if (otherwise === UNSET) return get(self, name);
    try {
      return get(self, name);
    } catch (error) {
      if (error?.__class__ === AttributeError) return otherwise;
      throw error;
    }
  },
  "getattr",
  "x,name,default=,/",
  [UNSET],
);
export const b_setattr = /* @__PURE__ */ builtin(
  (x, name, value) => (put(x, name, value), null),
  "setattr",
  "x,name,value,/",
);
export const b_delattr = /* @__PURE__ */ builtin(
  (x, name) => (drop(x, name), null),
  "delattr",
  "x,name,/",
);
export const b_vars = /* @__PURE__ */ builtin((x) => get(x, "__dict__"), "vars", "x,/");
export const b_dir = /* @__PURE__ */ builtin(
  (x) => {
    const names = new Set();
    for (
      let at = x;
      at !== null && at !== undefined && at !== Object.prototype;
      at = Object.getPrototypeOf(at)
    ) {
      for (const name of Object.getOwnPropertyNames(at))
        names.add(name === "__construct__" ? "__init__" : name);
    }
    return [...names].filter((name) => !/^\$|_arguments__$|^__(create|class)__$/.test(name)).sort();
  },
  "dir",
  "x,/",
);
const hash = (x) => {
  const key = hashKey(x);
  if (typeof key === "number" || typeof key === "bigint") return toInt(key);
  let result = 7;
  for (const letter of key) result = (Math.imul(result, 31) + letter.codePointAt(0)) | 0;
  return result;
};
export const b_hash = /* @__PURE__ */ builtin(hash, "hash", "x,/");
export const b_id = /* @__PURE__ */ builtin((x) => hash(x), "id", "x,/");

const printed = { text: "" };
export const b_print = /* @__PURE__ */ builtin(
  (values, sep, end) => {
    printed.text += values.map(strOf).join(isNone(sep) ? " " : sep) + (isNone(end) ? "\n" : end);
    const lines = printed.text.split("\n");
    printed.text = lines.pop();
    if (lines.length > 0) console.log(lines.join("\n"));
    return null;
  },
  "print",
  "*values,sep=,end=,file=,flush=",
  [" ", "\n", null, false],
);

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
const rounded = (value, digits) => {
  const method = isInstance(value) ? methodOf(value, "__round__") : undefined;
  if (method !== undefined) return call(method, isNone(digits) ? [value] : [value, digits]);
  if (!isNumeric(value))
    throw py_TypeError(`type ${typeName(value)} doesn't define __round__ method`);
  const places = isNone(digits) ? 0 : indexOf(digits, "digits");
  if (!isFloat(value)) {
    if (places >= 0) return typeof value === "boolean" ? +value : value;
    const unit = 10n ** BigInt(-places);
    const size = BigInt(value) < 0n ? -BigInt(value) : BigInt(value);
    const twice = (size % unit) * 2n;
    const up = twice > unit || (twice === unit && (size / unit) % 2n === 1n);
    const result = (size / unit + (up ? 1n : 0n)) * unit;
    return whole(BigInt(value) < 0n ? -result : result);
  }
  const number = plain(value);
  if (isNone(digits)) {
    if (!Number.isFinite(number)) return toInt(value);
    return whole(number < 0 ? -scaled(number, 0) : scaled(number, 0));
  }
  if (!Number.isFinite(number) || places > 323) return real(number);
  const magnitude = Number(`${scaled(number, places)}e${-places}`);
  return real(number < 0 || Object.is(number, -0) ? -magnitude : magnitude);
};
export const b_round = /* @__PURE__ */ builtin(rounded, "round", "number,ndigits=", [null]);
export const b_divmod = /* @__PURE__ */ builtin(
  (a, b) => Tuple.from([floordiv(a, b), mod(a, b)]),
  "divmod",
  "a,b,/",
);
export const b_pow = /* @__PURE__ */ builtin(
  (base, exponent, modulus) =>
    isNone(modulus) ? power(base, exponent) : mod(power(base, exponent), modulus),
  "pow",
  "base,exp,mod=",
  [null],
);
export const b_chr = /* @__PURE__ */ builtin(
  (code) => {
    const point = indexOf(code, "chr() arguments");
    if (point < 0 || point > 0x10ffff) throw ValueError("chr() arg not in range(0x110000)");
    return String.fromCodePoint(point);
  },
  "chr",
  "i,/",
);
export const b_ord = /* @__PURE__ */ builtin(
  (letter) => {
    if (typeof letter === "string" && Array.from(letter).length === 1) return letter.codePointAt(0);
    const what =
      typeof letter === "string"
        ? `string of length ${Array.from(letter).length}`
        : typeName(letter);
    throw py_TypeError(`ord() expected a character, but ${what} found`);
  },
  "ord",
  "c,/",
);
const inBase = (prefix, base) => (x) => {
  const number = BigInt(indexOf(x, "number"));
  return (number < 0n ? "-" : "") + prefix + (number < 0n ? -number : number).toString(base);
};
export const b_hex = /* @__PURE__ */ builtin(inBase("0x", 16), "hex", "x,/");
export const b_oct = /* @__PURE__ */ builtin(inBase("0o", 8), "oct", "x,/");
export const b_bin = /* @__PURE__ */ builtin(inBase("0b", 2), "bin", "x,/");
const bytes = (source) => {
  if (typeof source === "string") throw py_TypeError("string argument without an encoding");
  if (isInt(source)) return new Uint8Array(Number(source));
  return Uint8Array.from(listed(source), (item) => {
    const number = indexOf(item, "bytes");
    if (number < 0 || number > 255) throw ValueError("bytes must be in range(0, 256)");
    return number;
  });
};
export const b_bytes = /* @__PURE__ */ type("bytes", "source=,/", bytes, [[]]);
