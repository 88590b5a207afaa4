// Builtin functions. Each is called as functions of the program are, so that it takes keywords and may be handed on.

import {
  delattr as drop,
  getattr as get,
  hasattr as has,
  methodOf,
  setattr as put,
} from "./attributes.js";
import { toInt } from "./builtin_types.js";
import { call } from "./calls.js";
import { scaled } from "./decimals.js";
import { hashKey, isDictLike, sizeOf, View } from "./dicts.js";
import { AttributeError, py_TypeError, ValueError } from "./errors.js";
import { format as formatValue } from "./format.js";
import { builtin } from "./functions.js";
import { absolute, floordiv, indexOf, mod, plain, pow as power } from "./numbers.js";
import { isSet } from "./sets.js";
import { HostArray, isTensor, TENSORS } from "./tensors.js";
import { repr as reprOf, str as strOf } from "./text.js";
import { isinstance as isInstanceOf, issubclass as isSubclassOf, typeName } from "./types.js";
import {
  isFloat,
  isInstance,
  isNone,
  isNumeric,
  Range,
  real,
  Tuple,
  UNSET,
  whole,
} from "./values.js";

export const lengthOf = (value) => {
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
