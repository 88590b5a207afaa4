// Types as values, and what an object is an instance of.

import { object } from "../runtime/classes.js";
import { mroOf } from "./attributes.js";
import { isDictLike } from "./dicts.js";
import { LIBRARY_ERRORS, py_TypeError } from "./errors.js";
import { isSet } from "./sets.js";
import { HostArray } from "./tensors.js";

import {
  Ellipsis,
  Float,
  NotImplemented,
  Range,
  Slice,
  Tuple,
  isClass,
  isInstance,
  isInt,
  isNone,
  Property,
  Wrapped,
} from "./values.js";
import { TYPES } from "./builtin_types.js";

const nameOfKind = (value) => {
  if (isNone(value)) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number" || typeof value === "bigint") return isInt(value) ? "int" : "float";
  if (value instanceof Float) return "float";
  if (value instanceof Tuple) return "tuple";
  if (Array.isArray(value)) return "list";
  if (value instanceof Range) return "range";
  if (value instanceof Slice) return "slice";
  if (isSet(value)) return value.frozen ? "frozenset" : "set";
  if (isDictLike(value)) return "dict";
  if (value === NotImplemented) return "NotImplementedType";
  if (value === Ellipsis) return "ellipsis";
  if (value instanceof Property) return "property";
  if (value instanceof Wrapped) return `${value.kind}method`;
  if (isClass(value) || value.$type !== undefined) return "type";
  if (value.$bound !== undefined) return "method";
  if (typeof value === "function") return "function";
  if (value instanceof HostArray) return "ndarray";
  if (isInstance(value)) return value.__class__.__name__;
  if (value[Symbol.toStringTag] === "Module") return "module";
  if (typeof value.next === "function") return "generator";
  return value.constructor?.kind ?? value.constructor?.name ?? "object";
};
export const typeName = nameOfKind;
export const typeOf = (value) => {
  if (isInstance(value)) return value.__class__;
  const name = nameOfKind(value);
  if (Object.hasOwn(TYPES, name)) return TYPES[name];
  if (value instanceof Error) return value.constructor;
  const made = { $type: name, $py: undefined, $statics: {} };
  return (OTHERS[name] ??= Object.assign(() => null, made));
};
const OTHERS = {};

const PARENTS = { bool: ["bool", "int"] };
export const isinstance = (value, cls) => {
  if (Array.isArray(cls)) return cls.some((one) => isinstance(value, one));
  if (cls?.$union !== undefined) return cls.$union.some((one) => isinstance(value, one));
  if (cls === null) return value === null;
  if (typeof cls !== "function") {
    throw py_TypeError("isinstance() arg 2 must be a type, a tuple of types, or a union");
  }
  if (cls === object) return true;
  if (cls.$type !== undefined) {
    if (cls.$type === "object") return true;
    const name = nameOfKind(value);
    return (PARENTS[name] ?? [name]).includes(cls.$type);
  }
  if (isInstance(value)) return issubclass(value.__class__, cls);
  if (value instanceof Error && !isClass(value.__class__)) {
    if (!isClass(cls)) return value instanceof cls;
    const kind = LIBRARY_ERRORS[value.constructor.kind];
    return (
      cls.__name__ === "Exception" ||
      cls.__name__ === "BaseException" ||
      (kind !== undefined && issubclass(kind, cls))
    );
  }
  return false;
};
export const issubclass = (cls, parent) => {
  if (Array.isArray(parent)) return parent.some((one) => issubclass(cls, one));
  if (cls === parent || parent === object || parent?.$type === "object") return true;
  if (cls?.$type === "bool" && parent?.$type === "int") return true;
  if (isClass(cls)) return mroOf(cls).includes(parent);
  return false;
};
