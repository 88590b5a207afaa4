// The methods of lists, tuples, dicts and sets.

import { IndexError, KeyError, ValueError } from "../runtime/exceptions.js";
import { call } from "./calls.js";
import { lt, same, truth } from "./compare.js";
import {
  copyDict,
  Dict,
  dropItem,
  entriesOf,
  hasItem,
  isDictLike,
  putItem,
  takeItem,
  View,
} from "./dicts.js";
import { table } from "./functions.js";
import { bounds } from "./items.js";
import { iterate, listed } from "./iteration.js";
import { indexOf } from "./numbers.js";
import { difference, intersection, isSubset, PySet, symmetric, union } from "./sets.js";
import { repr } from "./text.js";
import { isNone, Slice, Tuple } from "./values.js";

/** Sorts in place, stable, by Python's order. */
export const sortInPlace = (items, key, reverse) => {
  const keyed = items.map((item) => [isNone(key) ? item : call(key, [item]), item]);
  const before = truth(reverse) ? (a, b) => lt(b[0], a[0]) : (a, b) => lt(a[0], b[0]);
  keyed.sort((a, b) => (truth(before(a, b)) ? -1 : truth(before(b, a)) ? 1 : 0));
  keyed.forEach(([, item], i) => {
    items[i] = item;
  });
};
export const findIn = (items, wanted, start, stop, what) => {
  const [from, to] = bounds(new Slice(start, stop, null), items.length);
  for (let i = from; i < to; i++) if (same(items[i], wanted)) return i;
  throw ValueError(
    what === "tuple" ? "tuple.index(x): x not in tuple" : `${repr(wanted)} is not in list`,
  );
};
export const countIn = (items, wanted) => items.filter((item) => same(item, wanted)).length;
const pop = (items, index) => {
  if (items.length === 0) throw IndexError("pop from empty list");
  const given = indexOf(index, "list indices");
  const at = given < 0 ? given + items.length : given;
  if (!(at >= 0 && at < items.length)) throw IndexError("pop index out of range");
  return items.splice(at, 1)[0];
};

export const LIST = () =>
  table({
    append: ["self,item,/", (self, item) => (self.push(item), null)],
    extend: ["self,items,/", (self, items) => (self.push(...listed(items)), null)],
    insert: [
      "self,index,item,/",
      (self, index, item) => {
        const at = indexOf(index, "list indices");
        self.splice(at < 0 ? Math.max(0, at + self.length) : at, 0, item);
        return null;
      },
    ],
    remove: [
      "self,item,/",
      (self, item) => {
        const at = self.findIndex((one) => same(one, item));
        if (at < 0) throw ValueError("list.remove(x): x not in list");
        self.splice(at, 1);
        return null;
      },
    ],
    pop: ["self,index=,/", pop, -1],
    index: [
      "self,item,start=,stop=,/",
      (self, item, start, stop) => findIn(self, item, start, stop, "list"),
      null,
      null,
    ],
    count: ["self,item,/", countIn],
    clear: ["self", (self) => (self.splice(0), null)],
    copy: ["self", (self) => self.slice()],
    reverse: ["self", (self) => (self.reverse(), null)],
    sort: [
      "self,*,key=,reverse=",
      (self, key, reverse) => (sortInPlace(self, key, reverse), null),
      null,
      false,
    ],
  });
export const TUPLE = () =>
  table({
    index: [
      "self,item,start=,stop=,/",
      (self, item, start, stop) => findIn(self, item, start, stop, "tuple"),
      null,
      null,
    ],
    count: ["self,item,/", (self, item) => countIn(Array.from(self), item)],
  });

/** The pairs that dict() and update() take. */
export const pairsOf = (source) => {
  if (isDictLike(source)) return entriesOf(source);
  return Array.from(iterate(source), (pair, i) => {
    const items = listed(pair);
    if (items.length === 2) return items;
    throw ValueError(
      `dictionary update sequence element #${i} has length ${items.length}; 2 is required`,
    );
  });
};
const missing = (key) => call(KeyError, [key]);
export const DICT = () =>
  table({
    get: ["self,key,default=,/", (self, key, otherwise) => takeItem(self, key, otherwise), null],
    keys: ["self", (self) => new View(self, "keys")],
    values: ["self", (self) => new View(self, "values")],
    items: ["self", (self) => new View(self, "items")],
    pop: [
      "self,key,*rest",
      (self, key, rest) => {
        if (!hasItem(self, key)) {
          if (rest.length > 0) return rest[0];
          throw missing(key);
        }
        const value = takeItem(self, key);
        dropItem(self, key);
        return value;
      },
    ],
    popitem: [
      "self",
      (self) => {
        const last = entriesOf(self).at(-1);
        if (last === undefined) throw call(KeyError, ["popitem(): dictionary is empty"]);
        dropItem(self, last[0]);
        return Tuple.from(last);
      },
    ],
    setdefault: [
      "self,key,default=,/",
      (self, key, otherwise) => {
        if (!hasItem(self, key)) putItem(self, key, otherwise);
        return takeItem(self, key);
      },
      null,
    ],
    update: [
      "self,*sources,**named",
      (self, sources, named) => {
        for (const source of [...sources, named]) {
          for (const [key, value] of pairsOf(source)) putItem(self, key, value);
        }
        return null;
      },
    ],
    clear: [
      "self",
      (self) => {
        for (const [key] of entriesOf(self)) dropItem(self, key);
        return null;
      },
    ],
    copy: ["self", (self) => (self instanceof Dict ? copyDict(self) : new Dict(entriesOf(self)))],
  });

const combine = (operation) => (self, others) =>
  others.reduce(
    (result, other) => operation(result, new PySet(iterate(other))),
    new PySet(self, self.frozen),
  );
const change = (operation) => (self, others) => {
  const result = combine(operation)(self, others);
  self.map = result.map;
  return null;
};
export const SET = () =>
  table({
    add: ["self,item,/", (self, item) => (self.add(item), null)],
    discard: ["self,item,/", (self, item) => (self.delete(item), null)],
    remove: [
      "self,item,/",
      (self, item) => {
        if (!self.delete(item)) throw missing(item);
        return null;
      },
    ],
    pop: [
      "self",
      (self) => {
        for (const item of self) {
          self.delete(item);
          return item;
        }
        throw call(KeyError, ["pop from an empty set"]);
      },
    ],
    clear: ["self", (self) => (self.map.clear(), null)],
    copy: ["self", (self) => new PySet(self, self.frozen)],
    union: ["self,*others", combine(union)],
    intersection: ["self,*others", combine(intersection)],
    difference: ["self,*others", combine(difference)],
    symmetric_difference: [
      "self,other,/",
      (self, other) => symmetric(self, new PySet(iterate(other))),
    ],
    update: ["self,*others", change(union)],
    intersection_update: ["self,*others", change(intersection)],
    difference_update: ["self,*others", change(difference)],
    issubset: ["self,other,/", (self, other) => isSubset(self, new PySet(iterate(other)))],
    issuperset: ["self,other,/", (self, other) => isSubset(new PySet(iterate(other)), self)],
    isdisjoint: [
      "self,other,/",
      (self, other) => intersection(self, new PySet(iterate(other))).size === 0,
    ],
  });
