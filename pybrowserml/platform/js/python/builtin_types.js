// Builtin types. Each is called as functions of the program are, so that it takes keywords and may be handed on.

import { methodOf } from "./attributes.js";
import { call } from "./calls.js";
import { truth } from "./compare.js";
import { pairsOf } from "./containers.js";
import { Dict, putItem } from "./dicts.js";
import { OverflowError, py_TypeError, ValueError } from "./errors.js";
import { builtin } from "./functions.js";
import { iterate, listed } from "./iteration.js";
import { indexOf, plain } from "./numbers.js";
import { PySet } from "./sets.js";
import { HostArray, isTensor } from "./tensors.js";
import { repr as reprOf, str as strOf } from "./text.js";
import { typeName, typeOf } from "./types.js";
import {
  isFloat,
  isInstance,
  isInt,
  isNone,
  isNumeric,
  Property,
  Range,
  real,
  Singleton,
  Slice,
  Tuple,
  whole,
  Wrapped,
} from "./values.js";

const type = (name, spec, impl, defaults = [], statics = {}) => {
  const made = builtin(impl, name, spec, defaults);
  return Object.assign(made, { $type: name, $statics: statics });
};

export const toInt = (value, base) => {
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
export const toFloat = (value) => {
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
