// The tables of methods of builtin types.

import { StopIteration } from "../runtime/exceptions.js";
import { call } from "./calls.js";
import { countIn, DICT, findIn, LIST, SET, TUPLE } from "./containers.js";
import { Dict, isDictLike, View } from "./dicts.js";
import { table } from "./functions.js";
import { plain } from "./numbers.js";
import { isSet } from "./sets.js";
import { specialMethods } from "./special_methods.js";
import { STR } from "./strings.js";
import { HostArray } from "./tensors.js";
import { Float, isInt, isNone, Range, Tuple } from "./values.js";

/** The kind of a value that has a table of methods, or null. */
export const kindOf = (value) => {
  if (typeof value === "string") return "str";
  if (isNone(value)) return null;
  if (Array.isArray(value)) return value instanceof Tuple ? "tuple" : "list";
  if (typeof value === "number" || typeof value === "bigint" || value instanceof Float) {
    return isInt(value) ? "int" : "float";
  }
  if (typeof value !== "object") return null;
  if (value instanceof Dict) return "dict";
  if (isSet(value)) return "set";
  if (value instanceof Range) return "range";
  if (value instanceof View) return "view";
  if (value instanceof HostArray) return "ndarray";
  if (value.__class__ === undefined && typeof value.next === "function") return "generator";
  return isDictLike(value) ? "dict" : null;
};

const FLOAT = () =>
  table({
    is_integer: ["self", (self) => Number.isInteger(plain(self))],
    item: ["self", (self) => self],
  });
const INT = () =>
  table({
    bit_length: [
      "self",
      (self) =>
        self === 0 ? 0 : (BigInt(self) < 0n ? -BigInt(self) : BigInt(self)).toString(2).length,
    ],
    item: ["self", (self) => self],
  });

const ended = (step) => {
  if (!step.done) return step.value;
  throw call(StopIteration, isNone(step.value) ? [] : [step.value]);
};
const GENERATOR = () =>
  table({
    send: ["self,value,/", (self, value) => ended(self.next(value))],
    close: ["self", (self) => (self.return?.(), null)],
    throw: ["self,error,/", (self, error) => ended(self.throw(error))],
    __next__: ["self", (self) => ended(self.next())],
  });
const RANGE = () =>
  table({
    index: ["self,item,/", (self, item) => findIn([...self], item, null, null, "range")],
    count: ["self,item,/", (self, item) => countIn([...self], item)],
  });
const VIEW = () => table({});
const NDARRAY = () =>
  table({
    tolist: ["self", (self) => self.tolist()],
    item: ["self", (self) => self.only()],
    astype: ["self,dtype,/", (self) => self],
  });

const MAKERS = {
  list: LIST,
  tuple: TUPLE,
  dict: DICT,
  set: SET,
  str: STR,
  float: FLOAT,
  int: INT,
  generator: GENERATOR,
  range: RANGE,
  view: VIEW,
  ndarray: NDARRAY,
};
/** The methods of each kind, made when they are first asked for. */
export const METHODS = {};
for (const [kind, make] of Object.entries(MAKERS)) {
  let made = null;
  Object.defineProperty(METHODS, kind, {
    get: () => (made ??= { ...specialMethods(kind), ...make() }),
    enumerable: true,
  });
}
