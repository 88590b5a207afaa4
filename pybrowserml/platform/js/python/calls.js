// Calls of anything: functions of the program, builtins, classes, methods, and what the library or the page gives.

import { $root } from "../runtime/base.js";
import { BaseException, py_TypeError } from "../runtime/exceptions.js";
import { getattr, lookup, methodOf, ownerOf } from "./attributes.js";
import { handedOver, inward, outward } from "./border.js";
import { bindAndCall } from "./functions.js";
import { kindOf, METHODS } from "./methods.js";
import { LAYERS } from "./tensors.js";
import { messageOf } from "./text.js";
import { typeName } from "./types.js";
import { hidden, isClass, isInstance, Super } from "./values.js";

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
