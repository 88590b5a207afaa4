// Classes of a program.

import { $makeClass } from "../runtime/base.js";
import { object } from "../runtime/classes.js";
import { py_TypeError } from "../runtime/exceptions.js";
import { defineMember, mroOf } from "./attributes.js";
import { outward } from "./border.js";
import { typeName } from "./types.js";
import { Super, hidden, isClass } from "./values.js";

/** The order of resolution: each class before its parents, parents in the order in which they stand. */
const merged = (lists) => {
  const result = [];
  let rest = lists.filter((list) => list.length > 0);
  while (rest.length > 0) {
    const head = rest
      .map((list) => list[0])
      .find((cls) => rest.every((list) => !list.slice(1).includes(cls)));
    if (head === undefined)
      throw py_TypeError("Cannot create a consistent method resolution order (MRO)");
    result.push(head);
    rest = rest.map((list) => list.filter((cls) => cls !== head)).filter((list) => list.length > 0);
  }
  return result;
};
const forward = (cls, key, source) => {
  const get = function () {
    return source[key];
  };
  get.$forward = () => source;
  const set = function (value) {
    Object.defineProperty(this, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  Object.defineProperty(cls, key, { get, set, enumerable: false, configurable: true });
};
const NOT_FORWARDED = new Set(["__name__", "__class__", "__create__", "$mro", "$user"]);

/** class name(*bases): body(cell) gives its members; cell.cls is the class once it is made. */
export const klass = (name, given, body) => {
  const bases = given.filter((base) => base !== object && base?.$type !== "object");
  for (const base of bases) {
    if (!isClass(base))
      throw py_TypeError(`a class cannot derive from ${base?.$type ?? typeName(base)} here`);
  }
  const parent = bases[0] ?? object;
  const cell = { cls: null };
  const cls = $makeClass(name, parent, parent.__create__);
  hidden(cls, "$user", true);
  hidden(cls, "$mro", [
    cls,
    ...merged([...(bases.length > 0 ? bases : [object]).map((base) => [...mroOf(base)]), bases]),
  ]);
  if (bases.length > 1) {
    const done = new Set(NOT_FORWARDED);
    for (const source of cls.$mro.slice(1)) {
      for (const key of Object.getOwnPropertyNames(source)) {
        if (done.has(key)) continue;
        done.add(key);
        if (source !== bases[0]) forward(cls, key, source);
      }
    }
  }
  cell.cls = cls;
  const members = body(cell);
  for (const key of Object.keys(members)) {
    if (members[key] !== undefined) defineMember(cls, key, members[key]);
  }
  // A class with an equality of its own has a hash only if it says so.
  if (members.__hash__ !== undefined) hidden(cls, "$unhashable", false);
  else if (members.__eq__ !== undefined) hidden(cls, "$unhashable", true);
  if ("config_value" in cls && members.config_value === undefined) {
    hidden(cls, "config_value", function (key) {
      return outward(this[key]);
    });
  }
  return cls;
};
export const superof = (cell, self) => new Super(cell.cls ?? cell, self);
