// Functions with Python's arguments: what a signature says, and how a call fits it.

import { py_TypeError } from "../runtime/exceptions.js";
import { outward } from "./border.js";
import { Dict, entriesOf, isDictLike, markLogs } from "./dicts.js";
import { typeName } from "./types.js";
import { hidden, isInstance, shapeOf, Tuple } from "./values.js";

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
    } else if (args.length > record.names.length && record.rest === null) {
      // What the function has no argument for: the mask and flag of a Lambda.
      given = args.slice(0, -1);
      named = Object.fromEntries(options.filter(([key]) => known.includes(key)));
    }
  }
  if (record.names.some((name) => name.endsWith("_shape"))) {
    given = given.map((value, i) => (record.names[i]?.endsWith("_shape") ? shapeOf(value) : value));
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

export const bindAndCall = (record, args, kwargs) => {
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

/** {name: [spec, function of self and arguments, ...defaults]} as methods. */
export const table = (rows) => {
  const made = {};
  for (const [name, [spec, impl, ...defaults]] of Object.entries(rows)) {
    made[name] = builtin(impl, name, spec, defaults);
  }
  return made;
};
