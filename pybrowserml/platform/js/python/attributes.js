// Attributes.

import { $root } from "../runtime/base.js";
import { AttributeError, StopIteration } from "../runtime/exceptions.js";
import { outward } from "./border.js";
import { boundMethod, call } from "./calls.js";
import { Dict } from "./dicts.js";
import { kindOf, METHODS } from "./methods.js";
import { HostArray, isTensor, TENSORS } from "./tensors.js";
import { typeName, typeOf } from "./types.js";
import {
  Float,
  isClass,
  isInstance,
  isNone,
  Property,
  Range,
  real,
  shapeOf,
  Slice,
  Super,
  Tuple,
  Wrapped,
} from "./values.js";

// Names of floats without a fraction among the attributes of library objects, which must hold plain numbers.
const FLOATS = new WeakMap();

const inside = (name) => (name === "__init__" ? "__construct__" : name);
const outside = new Set(
  Object.getOwnPropertyNames(Object.prototype).concat("apply", "bind", "call"),
);

/** The owner of an attribute along the chain of an object, or null. */
export const ownerOf = (self, name) => {
  for (let at = self; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return outside.has(name) && isForeign(at) ? null : at;
  }
  return null;
};
const isForeign = (owner) =>
  owner === Object.prototype ||
  owner === $root ||
  owner === Function.prototype ||
  owner === Error.prototype;

/** The function behind a method of an object's class (`__add__`), or undefined. */
export const methodOf = (self, name) => {
  const owner = ownerOf(self.__class__, inside(name));
  const found = owner === null ? undefined : owner[inside(name)];
  return typeof found === "function" && Object.hasOwn(found, "$py") ? found : undefined;
};

/** What a program gets of JavaScript: None where there is nothing. */
export const received = (value) => (value === undefined ? null : value);

const fromDescriptor = (self, owner, name, { get, value }) => {
  if (get !== undefined) {
    const property = get.$property;
    if (property !== undefined) return call(property.fget, [self]);
    return get.$forward === undefined
      ? received(get.call(self))
      : getFrom(self, get.$forward(), name);
  }
  if (typeof value === "function" && owner !== self && !isClass(value)) {
    if (value.$kind === "static") return value.$raw;
    if (value.$kind === "class") return boundMethod(self.__class__, value.$raw);
    if (isClass(self)) return value;
    // A function that is no method: an attribute of the class set to a builtin or a function of the library.
    return boundMethod(self, value);
  }
  if (typeof value === "number" && FLOATS.get(owner)?.has(name)) return real(value);
  return received(value);
};
const getFrom = (self, start, name) => {
  const owner = ownerOf(start, name);
  if (owner === null) return undefined;
  return fromDescriptor(self, owner, name, Object.getOwnPropertyDescriptor(owner, name));
};

const SPECIAL = {
  __class__: (self) => typeOf(self),
  __dict__: (self) => new Dict(Object.entries(self).map(([key]) => [key, getattr(self, key)])),
};

/** The attribute of a name, or undefined. */
export const lookup = (self, name) => {
  if (self instanceof Super) return superLookup(self, name);
  if (isClass(self)) {
    if (name === "__name__" || name === "__qualname__") return self.__name__;
    if (name === "__class__") return typeOf(self);
    if (name === "__mro__") return Tuple.from(self.$mro ?? [self]);
    const key = inside(name);
    const owner = ownerOf(self, key);
    if (owner === null) return undefined;
    const { get, value } = Object.getOwnPropertyDescriptor(owner, key);
    if (get !== undefined) {
      if (get.$property !== undefined) return get.$property;
      return get.$forward === undefined ? received(get.call(self)) : lookup(get.$forward(), name);
    }
    if (value?.$kind === "static") return value.$raw;
    if (value?.$kind === "class") return boundMethod(self, value.$raw);
    if (typeof value === "number" && FLOATS.get(owner)?.has(key)) return real(value);
    return typeof value === "function" && !Object.hasOwn(value, "$py") && !isClass(value)
      ? boundMethod(self, value)
      : received(value);
  }
  if (isInstance(self)) {
    if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name](self);
    if (name === "args" && self instanceof Error) return Tuple.from(self.args);
    if (name === "value" && self.__class__ === StopIteration) return self.args[0] ?? null;
    if (name === "shape" && isTensor(self)) return shapeOf(self.shape);
    const found = getFrom(self, self, inside(name));
    if (found !== undefined) return found;
    if (name === "numpy" && TENSORS !== null && isTensor(self)) return TENSORS.numpy(self);
    const method = methodOf(self, "__getattr__");
    return method === undefined ? undefined : call(method, [self, name]);
  }
  if (name === "__class__") return typeOf(self);
  if (name === "__name__" && typeof self === "function" && self.prototype instanceof Error) {
    return self.kind ?? self.name;
  }
  if (name === "__name__" && typeof self === "function")
    return (
      self.$type ?? (self.$py?.name ?? self.$bound?.method.$py?.name ?? self.name).split(".").at(-1)
    );
  if (name === "__doc__") return null;
  if (self instanceof Property) {
    if (name === "setter") return (fset) => new Property(self.fget, fset, self.fdel);
    if (name === "getter") return (fget) => new Property(fget, self.fset, self.fdel);
    if (name === "deleter") return (fdel) => new Property(self.fget, self.fset, fdel);
  }
  if (self instanceof Range || self instanceof Slice) {
    if (["start", "stop", "step"].includes(name)) return self[name];
  }
  if (self instanceof HostArray && Object.hasOwn(HostArray.ATTRIBUTES, name)) {
    return HostArray.ATTRIBUTES[name](self);
  }
  const kind = kindOf(self);
  if (kind !== null && Object.hasOwn(METHODS[kind], name)) {
    return boundMethod(self, METHODS[kind][name]);
  }
  if (typeof self === "function") {
    if (self.$type !== undefined) {
      if (Object.hasOwn(self.$statics, name)) return self.$statics[name];
      return Object.hasOwn(METHODS[self.$type] ?? {}, name) ? METHODS[self.$type][name] : undefined;
    }
    return Object.hasOwn(self, name) && !["name", "length", "prototype"].includes(name)
      ? self[name]
      : undefined;
  }
  if (isNone(self) || kind !== null) return undefined;
  // A module, or an object of JavaScript that the page handed in.
  if (self instanceof Error)
    return name === "args" ? Tuple.from([self.message]) : received(self[name]);
  if (!(name in self)) return undefined;
  const value = self[name];
  if (
    typeof value === "function" &&
    self[Symbol.toStringTag] !== "Module" &&
    !Object.hasOwn(value, "$py")
  ) {
    return boundMethod(self, value);
  }
  return received(value);
};

const superLookup = ({ cls, self }, name) => {
  const start = isClass(self) ? self : self.__class__;
  const order = mroOf(start);
  const key = inside(name);
  for (const at of order.slice(order.indexOf(cls) + 1)) {
    if (!Object.hasOwn(at, key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(at, key);
    if (descriptor.get?.$forward !== undefined) continue;
    if (isClass(self) && descriptor.value?.$kind === undefined) return descriptor.value;
    return fromDescriptor(self, at, key, descriptor);
  }
  return undefined;
};
/** The order in which the classes of a class are asked for an attribute. */
export const mroOf = (cls) => {
  if (Object.hasOwn(cls, "$mro")) return cls.$mro;
  const order = [];
  for (let at = cls; at !== null && at !== $root && isClass(at); at = Object.getPrototypeOf(at)) {
    order.push(at);
  }
  return order;
};

const missing = (self, name) => {
  if (isClass(self))
    return AttributeError(`type object '${self.__name__}' has no attribute '${name}'`);
  if (self?.[Symbol.toStringTag] === "Module")
    return AttributeError(`module has no attribute '${name}'`);
  return AttributeError(`'${typeName(self)}' object has no attribute '${name}'`);
};
export const getattr = (self, name) => {
  const found = lookup(self, name);
  if (found === undefined) throw missing(self, name);
  return found;
};
export const hasattr = (self, name) => {
  try {
    return lookup(self, name) !== undefined;
  } catch (error) {
    if (error instanceof Error && error.__class__ === AttributeError) return false;
    throw error;
  }
};

const isOfLibrary = (self) => {
  const order = mroOf(isClass(self) ? self : self.__class__);
  return order.some((cls) => !Object.hasOwn(cls, "$user") && Object.getPrototypeOf(cls) !== $root);
};
export const setattr = (self, name, value) => {
  if (isClass(self)) {
    defineMember(self, name, value);
    return;
  }
  if (isInstance(self)) {
    const key = inside(name);
    const setter = methodOf(self, "__setattr__");
    if (setter !== undefined) {
      call(setter, [self, name, value]);
      return;
    }
    const owner = ownerOf(self, key);
    const descriptor = owner === null ? undefined : Object.getOwnPropertyDescriptor(owner, key);
    const property = descriptor?.get?.$property;
    if (property !== undefined) {
      if (property.fset === null) {
        throw AttributeError(`property '${name}' of '${typeName(self)}' object has no setter`);
      }
      call(property.fset, [self, value]);
      return;
    }
    if (descriptor?.get !== undefined && descriptor.get.$forward === undefined) {
      if (descriptor.set === undefined) {
        throw AttributeError(`property '${name}' of '${typeName(self)}' object has no setter`);
      }
      descriptor.set.call(self, outward(value));
      return;
    }
    assign(self, key, value);
    return;
  }
  if (typeof self === "function" && self.$type === undefined) {
    Object.defineProperty(self, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
    return;
  }
  throw AttributeError(`'${typeName(self)}' object has no attribute '${name}'`);
};
const keepFloat = (self, name, value) => {
  const names = FLOATS.get(self) ?? new Set();
  if (value instanceof Float) {
    names.add(name);
    FLOATS.set(self, names);
    return value.value;
  }
  names.delete(name);
  return value;
};
const assign = (self, name, value) => {
  const kept = isOfLibrary(self) ? keepFloat(self, name, value) : value;
  // A layer's weights stand in the order in which its parts got their values.
  if (Object.hasOwn(self, name) && isNone(self[name])) delete self[name];
  Object.defineProperty(self, name, {
    value: kept,
    writable: true,
    enumerable: true,
    configurable: true,
  });
};
export const setBase = (self, name, value) => assign(self, inside(name), value);
export const delattr = (self, name) => {
  if (!Object.hasOwn(self, name)) throw missing(self, name);
  delete self[name];
};

/** Put a value of a class body, or one assigned to the class later, into the class. */
export const defineMember = (cls, name, value) => {
  const key = inside(name);
  const put = (descriptor) =>
    Object.defineProperty(cls, key, { ...descriptor, enumerable: false, configurable: true });
  const method = (raw, kind) => {
    const first = { static: () => [], class: (self) => [self.__class__], method: (self) => [self] }[
      kind
    ];
    const shown = function (...args) {
      return raw.$enter === undefined
        ? raw(...first(this), ...args)
        : raw.$enter([...first(this), ...args]);
    };
    Object.assign(shown, { $kind: kind === "method" ? undefined : kind, $raw: raw, $py: raw.$py });
    return shown;
  };
  if (value instanceof Property) {
    const get = function () {
      return outward(call(value.fget, [this]));
    };
    get.$property = value;
    const set =
      value.fset === null
        ? undefined
        : function (given) {
            call(value.fset, [this, given]);
          };
    put({ get, set });
  } else if (value instanceof Wrapped) {
    put({ value: method(value.method, value.kind), writable: true });
  } else if (
    typeof value === "function" &&
    value.$py !== undefined &&
    value.$type === undefined &&
    !isClass(value) &&
    value.$builtin === undefined
  ) {
    const shown = method(value, "method");
    put({ value: shown, writable: true });
    if (value.$py.names.length > 0) {
      const rest = value.$py.names
        .slice(1)
        .concat(value.$py.kwonly, value.$py.kwarg === null ? [] : ["**"]);
      const label = key === "__construct__" ? "__arguments__" : `__${name}_arguments__`;
      const known = key === "__construct__" ? rest.filter((one) => one !== "**") : rest;
      Object.defineProperty(cls, label, {
        value: known,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
  } else {
    put({ value: isOfLibrary(cls) ? keepFloat(cls, key, value) : value, writable: true });
  }
};
