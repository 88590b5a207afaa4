// Functions with Python's arguments, calls, and the border to the library: what a program hands over becomes plain
// JavaScript (no Float, no Dict), what it gets stays as it is.

import { $root } from "../runtime/base.js";
import { dict as libraryDict } from "../runtime/containers.js";
import { BaseException, OverflowError, py_TypeError } from "../runtime/exceptions.js";
import { getattr, lookup, methodOf, ownerOf } from "./access.js";
import { Dict, View, entriesOf, isDictLike, markLogs } from "./dicts.js";
import { METHODS, kindOf } from "./methods.js";
import { isSet } from "./sets.js";
import { messageOf } from "./text.js";
import { LAYERS, hostArray, isTensor } from "./tensors.js";
import { typeName } from "./types.js";
import {
  Ellipsis,
  Float,
  Range,
  Slice,
  Super,
  Tuple,
  hidden,
  isClass,
  isInstance,
  isNumeric,
} from "./values.js";

function parse(name, spec, defaults) {
  const record = {
    name,
    names: [],
    positional: 0,
    defaults: {},
    rest: null,
    kwonly: [],
    kwarg: null,
    impl: null,
  };
  let values = 0;
  let target = record.names;
  for (const part of spec === "" ? [] : spec.split(",")) {
    if (part === "/") record.positional = record.names.length;
    else if (part.startsWith("**")) record.kwarg = part.slice(2);
    else if (part.startsWith("*")) {
      record.rest = part === "*" ? null : part.slice(1);
      target = record.kwonly;
    } else {
      const label = part.replace("=", "");
      if (part.endsWith("=")) record.defaults[label] = defaults[values++];
      target.push(label);
    }
  }
  record.simple = record.rest === null && record.kwonly.length === 0 && record.kwarg === null;
  return record;
}

/** A function of the program. spec: "a,b=,*rest,c=,**named"; defaults: those of the names with =, in order. */
export function def(impl, name, spec, defaults = []) {
  const record = parse(name, spec, defaults);
  record.impl = impl;
  const enter = (args) => fromOutside(record, args);
  const shown = (...args) => enter(args);
  hidden(shown, "$py", record);
  hidden(shown, "$enter", enter);
  return shown;
}
/** A builtin function: one of JavaScript, whose results need no change for the library. */
export function builtin(impl, name, spec, defaults = []) {
  const record = parse(name, spec, defaults);
  record.impl = impl;
  const shown = (...args) => bindAndCall(record, args, null);
  hidden(shown, "$py", record);
  hidden(shown, "$builtin", true);
  return shown;
}

const isOptions = (value) =>
  value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A call from the library or the page: by position, with an options object of names at the end. */
const fromOutside = (record, args) => {
  const known = [...record.names, ...record.kwonly];
  let given = args;
  let named = null;
  const last = args.at(-1);
  if (isOptions(last) && args.length > 0) {
    const options = Object.entries(last).map(([key, value]) => [snake(key), value]);
    if (
      record.kwarg !== null ||
      (options.length > 0 && options.every(([key]) => known.includes(key)))
    ) {
      given = args.slice(0, -1);
      named = Object.fromEntries(options);
    }
  }
  const place = record.names.indexOf("logs");
  if (place >= 0) markLogs(given[place]);
  // Keyword-only arguments follow by position, as the library passes them.
  if (given.length > record.names.length && record.rest === null && record.kwonly.length > 0) {
    const more = given.slice(record.names.length);
    named = { ...named };
    record.kwonly.forEach((key, i) => {
      if (more[i] !== undefined) named[key] = more[i];
    });
    given = given.slice(0, record.names.length);
  }
  const result = bindAndCall(record, given, named);
  return typeof result?.then === "function" && !isInstance(result)
    ? result.then(outward)
    : outward(result);
};

const listed = (names) => {
  const quoted = names.map((name) => `'${name}'`);
  if (quoted.length < 2) return quoted.join("");
  return quoted.length === 2
    ? quoted.join(" and ")
    : `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`;
};
const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

const bindAndCall = (record, args, kwargs) => {
  const { names, rest, kwonly, kwarg, defaults, impl } = record;
  if (record.simple && kwargs === null && args.length === names.length) {
    let whole = true;
    for (let i = 0; i < args.length; i++) whole = whole && args[i] !== undefined;
    if (whole) return impl(...args);
  }
  if (args.length > names.length && rest === null) {
    const least = names.filter((name) => !Object.hasOwn(defaults, name)).length;
    const takes =
      least < names.length
        ? `from ${least} to ${count(names.length, "positional argument")}`
        : count(names.length, "positional argument");
    throw py_TypeError(
      `${record.name}() takes ${takes} but ${args.length} ${args.length === 1 ? "was" : "were"} given`,
    );
  }
  const values = names.map((_, i) => args[i]);
  const more = {};
  const named = {};
  for (const [key, value] of Object.entries(kwargs ?? {})) {
    const at = names.indexOf(key);
    if (at >= record.positional) {
      if (values[at] !== undefined) {
        throw py_TypeError(`${record.name}() got multiple values for argument '${key}'`);
      }
      values[at] = value;
    } else if (kwonly.includes(key)) named[key] = value;
    else if (kwarg !== null) more[key] = value;
    else throw py_TypeError(`${record.name}() got an unexpected keyword argument '${key}'`);
  }
  const absent = [];
  names.forEach((name, i) => {
    if (values[i] !== undefined) return;
    if (Object.hasOwn(defaults, name)) values[i] = defaults[name];
    else absent.push(name);
  });
  if (absent.length > 0) {
    throw py_TypeError(
      `${record.name}() missing ${count(absent.length, "required positional argument")}: ${listed(absent)}`,
    );
  }
  if (rest !== null) values.push(Tuple.from(args.slice(names.length)));
  for (const name of kwonly) {
    if (Object.hasOwn(named, name)) values.push(named[name]);
    else if (Object.hasOwn(defaults, name)) values.push(defaults[name]);
    else throw py_TypeError(`${record.name}() missing 1 required keyword-only argument: '${name}'`);
  }
  if (kwarg !== null) values.push(new Dict(Object.entries(more)));
  return impl(...values);
};

/** `**mapping` in a call. */
export const keywords = (mapping) => {
  if (!isDictLike(mapping))
    throw py_TypeError(`argument after ** must be a mapping, not ${typeName(mapping)}`);
  const entries = entriesOf(mapping);
  if (entries.some(([key]) => typeof key !== "string"))
    throw py_TypeError("keywords must be strings");
  return Object.fromEntries(entries);
};

// ------------------------------------------------------------ to the library

/** A value as the library takes it. */
export const outward = (value) => {
  if (value === null || typeof value !== "object") {
    if (typeof value !== "bigint") return value;
    throw OverflowError("an integer beyond 2**53 cannot be passed to the library");
  }
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) {
    let changed = value instanceof Tuple ? Array.from(value) : value;
    for (let i = 0; i < value.length; i++) {
      const item = outward(value[i]);
      if (item !== value[i] && changed === value) changed = value.slice();
      changed[i] = item;
    }
    return changed;
  }
  if (value instanceof Dict) {
    const made = libraryDict();
    for (const [key, item] of entriesOf(value)) {
      const name = typeof key === "string" ? key : String(key);
      Object.defineProperty(made, name, {
        value: outward(item),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return made;
  }
  if (value instanceof Range || isSet(value) || value instanceof View)
    return Array.from(value, outward);
  if (value instanceof Slice)
    return [outward(value.start), outward(value.stop), outward(value.step)];
  if (value === Ellipsis) return "...";
  return value;
};
/** A value as the program takes it from the library. */
const inward = (value) => {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object") return value;
  if (typeof value.then === "function" && value.__class__ === undefined) return value.then(inward);
  if (Object.getPrototypeOf(value) === Object.prototype && ArrayBuffer.isView(value.data)) {
    return hostArray(value.data, value.shape, value.dtype);
  }
  return Array.isArray(value) && value.some(isRead) ? value.map(inward) : value;
};
const isRead = (value) =>
  value !== null &&
  typeof value === "object" &&
  ArrayBuffer.isView(value.data) &&
  Array.isArray(value.shape);

// In JavaScript 2.0 is 2, so that a tensor of whole floats would be one of integers. Where the library takes tensors it
// gets them as arrays of float32: lists, and numbers beside which no tensor of floats stands.
const OF_TENSORS = new Set(
  "x x1 x2 y a b inputs values y_true y_pred target output initializer value weights".split(" "),
);
const OF_NUMBERS = new Set("start stop step fill_value".split(" "));
const isFloatTensor = (value) => isTensor(value) && value.dtype.startsWith("float");
const wholeFloats = (value) => {
  const shape = [];
  for (let at = value; Array.isArray(at); at = at[0]) shape.push(at.length);
  const leaves = Array.isArray(value) ? value.flat(Infinity) : [value];
  const count = shape.reduce((a, b) => a * b, 1);
  const fits =
    leaves.length === count && leaves.every((leaf) => isNumeric(leaf) && typeof leaf !== "bigint");
  if (!fits || !leaves.some((leaf) => leaf instanceof Float)) return null;
  if (!leaves.every((leaf) => Number.isInteger(+leaf))) return null;
  return { data: Float32Array.from(leaves, Number), shape, dtype: "float32" };
};
export const handedOver = (names, values) => {
  const beside = values.some(isFloatTensor);
  const result = values.map((value, i) => {
    if (!OF_TENSORS.has(names[i]) || (value instanceof Float && beside)) return outward(value);
    const isCandidate = value instanceof Float || Array.isArray(value);
    return (isCandidate ? wholeFloats(value) : null) ?? outward(value);
  });
  const dtype = names.indexOf("dtype");
  if (dtype >= 0 && (result[dtype] ?? null) === null && !beside) {
    if (values.some((value, i) => OF_NUMBERS.has(names[i]) && value instanceof Float)) {
      while (result.length <= dtype) result.push(undefined);
      result[dtype] = "float32";
    }
  }
  return result;
};

// Names of arguments of library methods, by method and class; the build fills in what a program uses.
const SIGNATURES = new Map();
export const signatures = (table) => {
  for (const [method, classes] of Object.entries(table)) {
    SIGNATURES.set(method, { ...SIGNATURES.get(method), ...classes });
  }
};
const arrange = (label, names, args, kwargs) => {
  const positional = Array.from(args);
  for (const [key, value] of Object.entries(kwargs ?? {})) {
    const at = names.indexOf(key);
    if (at < 0) throw py_TypeError(`${label}() got an unexpected keyword argument '${key}'`);
    if (at < args.length)
      throw py_TypeError(`${label}() got multiple values for argument '${key}'`);
    while (positional.length <= at) positional.push(undefined);
    positional[at] = value;
  }
  return handedOver(names, positional);
};
/** A function of the library, whose arguments have these names ("a,b"). */
export const library = (f, names, args, kwargs = null) =>
  isClass(f)
    ? construct(f, args, kwargs, names.slice(1))
    : inward(f(...arrange(names[0], names.slice(1), args, kwargs)));

const constructorNames = (cls) => {
  const owner = ownerOf(cls, "__construct__");
  return owner === null ? [] : (owner.__arguments__ ?? null);
};
const construct = (cls, args, kwargs, known = null) => {
  const self = cls.__create__(cls);
  const isError = self instanceof Error;
  if (isError) hidden(self, "args", args);
  const init = self.__construct__;
  if (Object.hasOwn(init, "$py")) {
    bindAndCall(init.$py, [self, ...args], kwargs);
  } else if (isError) {
    init.apply(self, args);
  } else if (Object.getPrototypeOf(ownerOf(cls, "__construct__")) === $root) {
    if (args.length > 0 || kwargs !== null)
      throw py_TypeError(`${cls.__name__}() takes no arguments`);
  } else {
    const names = constructorNames(cls) ?? known ?? [];
    init.apply(self, arrange(cls.__name__, names, args, kwargs));
  }
  if (isError) hidden(self, "message", messageOf(self));
  return self;
};

/** A method bound to its object. */
export const boundMethod = (self, method) => {
  const shown = (...args) =>
    method.$enter === undefined ? method.apply(self, args) : method.$enter([self, ...args]);
  const record = method.$py;
  hidden(shown, "$bound", { self, method });
  if (record !== undefined) {
    const builtinMethod = method.$builtin !== undefined;
    if (builtinMethod) hidden(shown, "$builtin", true);
  }
  return shown;
};

const namesOfMethod = (self, name) => {
  const table = SIGNATURES.get(name);
  const start = isClass(self) ? self : (self?.__class__ ?? null);
  for (
    let at = start;
    table !== undefined && at !== null && at !== $root;
    at = Object.getPrototypeOf(at)
  ) {
    if (Object.hasOwn(table, at.__name__))
      return table[at.__name__] === "" ? [] : table[at.__name__].split(",");
  }
  const noted = self?.[`__${name}_arguments__`];
  return Array.isArray(noted) ? noted : [];
};

/** A method that is no function of the program: of the library, or of an object of the page. */
const callForeign = (self, name, method, args, kwargs) => {
  const names = namesOfMethod(self, name);
  return inward(method.apply(self, arrange(name, names, args, kwargs)));
};

export const call = (f, args, kwargs = null) => {
  if (typeof f === "function") {
    if (Object.hasOwn(f, "$py") && f.$py !== undefined) return bindAndCall(f.$py, args, kwargs);
    if (f.$bound !== undefined && Object.hasOwn(f, "$bound")) {
      const { self, method } = f.$bound;
      if (method.$py !== undefined) return bindAndCall(method.$py, [self, ...args], kwargs);
      return callForeign(self, method.name, method, args, kwargs);
    }
    if (isClass(f)) return construct(f, args, kwargs);
    if (f.prototype instanceof Error) return new f(...args.map(outward));
    if (kwargs !== null && Object.keys(kwargs).length > 0) {
      throw py_TypeError(
        "a function of the library takes keyword arguments only where it is called by its name",
      );
    }
    return inward(f(...args.map(outward)));
  }
  if (isInstance(f)) {
    const method = methodOf(f, "__call__");
    if (method !== undefined) return bindAndCall(method.$py, [f, ...args], kwargs);
    const found = LAYERS.find(([name]) => typeof f[name] === "function");
    if (found !== undefined) return found[1](f, args, kwargs ?? {});
  }
  throw py_TypeError(`'${typeName(f)}' object is not callable`);
};

/** `self.name(...)` */
export const callm = (self, name, args, kwargs = null) => {
  if (!(self instanceof Super) && !isInstance(self)) {
    const kind = kindOf(self);
    if (kind !== null && Object.hasOwn(METHODS[kind], name)) {
      return bindAndCall(METHODS[kind][name].$py, [self, ...args], kwargs);
    }
  } else if (isInstance(self) && !Object.hasOwn(self, name)) {
    const method = self[name];
    if (typeof method === "function" && method.$kind === undefined && !isClass(method)) {
      if (Object.hasOwn(method, "$py") && method.$py !== undefined)
        return bindAndCall(method.$py, [self, ...args], kwargs);
      if (ownerOf(self, name) !== null) return callForeign(self, name, method, args, kwargs);
    }
  }
  if (self instanceof Super && name === "__init__") return superInit(self, args, kwargs);
  if (self instanceof Super) {
    const found = getattr(self, name);
    if (found.$bound !== undefined && found.$bound.method.$py === undefined) {
      return callForeign(found.$bound.self, name, found.$bound.method, args, kwargs);
    }
    return call(found, args, kwargs);
  }
  if (isClass(self)) {
    const found = lookup(self, name);
    if (found?.$bound !== undefined && found.$bound.method.$py === undefined) {
      return callForeign(self, name, found.$bound.method, args, kwargs);
    }
  }
  return call(getattr(self, name), args, kwargs);
};
const superInit = (parent, args, kwargs) => {
  const found = lookup(parent, "__init__");
  const { self } = parent;
  if (found?.$bound?.method.$py !== undefined) return call(found, args, kwargs);
  if (self instanceof Error) {
    hidden(self, "args", args);
    BaseException.__construct__.apply(self, args);
    hidden(self, "message", messageOf(self));
    return null;
  }
  if (found === undefined) return null;
  const owner = [...(self.__class__.$mro ?? [])].find(
    (cls) => Object.hasOwn(cls, "__construct__") && cls.__construct__ === found.$bound.method,
  );
  if (owner === undefined || Object.getPrototypeOf(owner) === $root) {
    if (args.length > 0 || (kwargs !== null && Object.keys(kwargs).length > 0)) {
      throw py_TypeError(
        "object.__init__() takes exactly one argument (the instance to initialize)",
      );
    }
    return null;
  }
  const names = owner.__arguments__ ?? [];
  found.$bound.method.apply(self, arrange(`${owner.__name__}.__init__`, names, args, kwargs));
  return null;
};
