// The methods of lists, tuples, dicts, sets, texts and generators.

import {
  IndexError,
  KeyError,
  StopIteration,
  ValueError,
  py_TypeError,
} from "../runtime/exceptions.js";
import { bounds } from "./access.js";
import { builtin, call } from "./calls.js";
import { lt, same, truth } from "./compare.js";
import {
  Dict,
  View,
  copyDict,
  dropItem,
  entriesOf,
  hasItem,
  isDictLike,
  putItem,
  takeItem,
} from "./dicts.js";
import { formatted } from "./format.js";
import { iterate, listed } from "./iteration.js";
import { indexOf, plain } from "./numbers.js";
import { PySet, difference, intersection, isSet, isSubset, symmetric, union } from "./sets.js";
import { HostArray } from "./tensors.js";
import { repr } from "./text.js";
import { typeName } from "./types.js";
import { Float, Range, Slice, Tuple, isInt, isNone } from "./values.js";

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

const table = (rows) => {
  const made = {};
  for (const [name, [spec, impl, ...defaults]] of Object.entries(rows)) {
    made[name] = builtin(impl, name, spec, defaults);
  }
  return made;
};

/** Sorts in place, stable, by Python's order. */
export const sortInPlace = (items, key, reverse) => {
  const keyed = items.map((item) => [isNone(key) ? item : call(key, [item]), item]);
  const before = truth(reverse) ? (a, b) => lt(b[0], a[0]) : (a, b) => lt(a[0], b[0]);
  keyed.sort((a, b) => (truth(before(a, b)) ? -1 : truth(before(b, a)) ? 1 : 0));
  keyed.forEach(([, item], i) => {
    items[i] = item;
  });
};
const findIn = (items, wanted, start, stop, what) => {
  const [from, to] = bounds(new Slice(start, stop, null), items.length);
  for (let i = from; i < to; i++) if (same(items[i], wanted)) return i;
  throw ValueError(
    what === "tuple" ? "tuple.index(x): x not in tuple" : `${repr(wanted)} is not in list`,
  );
};
const countIn = (items, wanted) => items.filter((item) => same(item, wanted)).length;
const pop = (items, index) => {
  if (items.length === 0) throw IndexError("pop from empty list");
  const given = indexOf(index, "list indices");
  const at = given < 0 ? given + items.length : given;
  if (!(at >= 0 && at < items.length)) throw IndexError("pop index out of range");
  return items.splice(at, 1)[0];
};

const LIST = () =>
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
const TUPLE = () =>
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
const DICT = () =>
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
const SET = () =>
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

// ------------------------------------------------------------ texts

const SPACE = /[\s\x1c-\x1f\x85]/;
const trimmed = (text, letters, atStart, atEnd) => {
  const all = Array.from(text);
  const blank = (letter) => (isNone(letters) ? SPACE.test(letter) : letters.includes(letter));
  let from = 0;
  let to = all.length;
  while (atStart && from < to && blank(all[from])) from++;
  while (atEnd && to > from && blank(all[to - 1])) to--;
  return all.slice(from, to).join("");
};
const need = (value, name) => {
  if (typeof value === "string") return value;
  throw py_TypeError(`${name}: expected str, got ${typeName(value)}`);
};
const splitBy = (text, separator) => {
  if (separator === "") throw ValueError("empty separator");
  return text.split(need(separator, "separator"));
};
const split = (text, separator, most) => {
  if (isNone(separator)) {
    const found = [];
    let rest = trimmed(text, null, true, false);
    while (rest !== "") {
      if (most >= 0 && found.length === most) return [...found, trimmed(rest, null, false, true)];
      const end = rest.search(/\s/);
      found.push(end < 0 ? rest : rest.slice(0, end));
      rest = end < 0 ? "" : trimmed(rest.slice(end), null, true, false);
    }
    return found;
  }
  const pieces = splitBy(text, separator);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
};
const rsplit = (text, separator, most) => {
  if (isNone(separator)) {
    const turned = (part) => Array.from(part).reverse().join("");
    return split(turned(text), null, most).map(turned).reverse();
  }
  const pieces = splitBy(text, separator);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  const from = pieces.length - most;
  return [pieces.slice(0, from).join(separator), ...pieces.slice(from)];
};
const within = (text, start, stop) => {
  if (isNone(start) && isNone(stop)) return [text, 0];
  const all = Array.from(text);
  const [from, to] = bounds(new Slice(start, stop, null), all.length);
  return [all.slice(from, Math.max(from, to)).join(""), from];
};
const letterPlace = (text, at) => (at < 0 ? -1 : Array.from(text.slice(0, at)).length);
const find = (text, part, start, stop) => {
  const [inside, from] = within(text, start, stop);
  const at = letterPlace(inside, inside.indexOf(need(part, "find")));
  return at < 0 ? -1 : at + from;
};
const rfind = (text, part, start, stop) => {
  const [inside, from] = within(text, start, stop);
  const at = letterPlace(inside, inside.lastIndexOf(need(part, "rfind")));
  return at < 0 ? -1 : at + from;
};
const found = (at) => {
  if (at < 0) throw ValueError("substring not found");
  return at;
};
const replace = (text, from, to, most) => {
  if (most < 0) return text.replaceAll(need(from, "replace"), () => need(to, "replace"));
  const pieces = from === "" ? ["", ...Array.from(text), ""] : text.split(from);
  return split(text, from, most).length > pieces.length
    ? text
    : from === ""
      ? text
      : split(text, from, most).join(to);
};
const test = (method) => (text, part, start, stop) => {
  const [inside] = within(text, start, stop);
  return (Array.isArray(part) ? [...part] : [part]).some((one) =>
    inside[method](need(one, method.toLowerCase())),
  );
};
const wide = (text) => Array.from(text).length;
const padding = (text, width, fill) =>
  fill.repeat(Math.max(0, indexOf(width, "width") - wide(text)));
const center = (text, width, fill) => {
  const missing = Math.max(0, indexOf(width, "width") - wide(text));
  const left =
    Math.floor(missing / 2) + (missing % 2 === 1 && indexOf(width, "width") % 2 === 1 ? 1 : 0);
  return fill.repeat(left) + text + fill.repeat(missing - left);
};
const partition = (text, separator) => {
  const at = text.indexOf(need(separator, "partition"));
  return Tuple.from(
    at < 0 ? [text, "", ""] : [text.slice(0, at), separator, text.slice(at + separator.length)],
  );
};
const rpartition = (text, separator) => {
  const at = text.lastIndexOf(need(separator, "rpartition"));
  return Tuple.from(
    at < 0 ? ["", "", text] : [text.slice(0, at), separator, text.slice(at + separator.length)],
  );
};
const cased = (text) => text.toLowerCase() !== text.toUpperCase();
const every = (pattern) => (text) => text !== "" && pattern.test(text);
const title = (text) =>
  text.replace(/\p{L}+/gu, (word) => word[0].toUpperCase() + word.slice(1).toLowerCase());
const join = (text, items) =>
  listed(items)
    .map((item, i) => {
      if (typeof item === "string") return item;
      throw py_TypeError(`sequence item ${i}: expected str instance, ${typeName(item)} found`);
    })
    .join(text);
const lines = (text, keep) => {
  const all = text.match(/[^\n\r]*(?:\r\n|\n|\r)|[^\n\r]+$/g) ?? [];
  return truth(keep) ? all : all.map((line) => line.replace(/[\r\n]+$/, ""));
};
const counted = (text, part) =>
  part === "" ? wide(text) + 1 : text.split(need(part, "count")).length - 1;

const STR = () =>
  table({
    join: ["self,items,/", join],
    split: ["self,sep=,maxsplit=", split, null, -1],
    rsplit: ["self,sep=,maxsplit=", rsplit, null, -1],
    splitlines: ["self,keepends=", lines, false],
    partition: ["self,sep,/", partition],
    rpartition: ["self,sep,/", rpartition],
    strip: ["self,chars=,/", (self, chars) => trimmed(self, chars, true, true), null],
    lstrip: ["self,chars=,/", (self, chars) => trimmed(self, chars, true, false), null],
    rstrip: ["self,chars=,/", (self, chars) => trimmed(self, chars, false, true), null],
    startswith: ["self,prefix,start=,end=,/", test("startsWith"), null, null],
    endswith: ["self,suffix,start=,end=,/", test("endsWith"), null, null],
    find: ["self,sub,start=,end=,/", find, null, null],
    rfind: ["self,sub,start=,end=,/", rfind, null, null],
    index: [
      "self,sub,start=,end=,/",
      (self, part, start, stop) => found(find(self, part, start, stop)),
      null,
      null,
    ],
    rindex: [
      "self,sub,start=,end=,/",
      (self, part, start, stop) => found(rfind(self, part, start, stop)),
      null,
      null,
    ],
    count: [
      "self,sub,start=,end=,/",
      (self, part, start, stop) => counted(within(self, start, stop)[0], part),
      null,
      null,
    ],
    replace: ["self,old,new,count=,/", replace, -1],
    lower: ["self", (self) => self.toLowerCase()],
    upper: ["self", (self) => self.toUpperCase()],
    casefold: ["self", (self) => self.toLowerCase()],
    capitalize: ["self", (self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()],
    title: ["self", title],
    swapcase: [
      "self",
      (self) =>
        Array.from(self, (one) =>
          one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase(),
        ).join(""),
    ],
    zfill: [
      "self,width,/",
      (self, width) => {
        const sign = /^[+-]/.test(self) ? self[0] : "";
        return sign + padding(self, width, "0") + self.slice(sign.length);
      },
    ],
    ljust: ["self,width,fill=,/", (self, width, fill) => self + padding(self, width, fill), " "],
    rjust: ["self,width,fill=,/", (self, width, fill) => padding(self, width, fill) + self, " "],
    center: ["self,width,fill=,/", center, " "],
    isdigit: ["self", every(/^\p{Nd}+$/u)],
    isdecimal: ["self", every(/^\p{Nd}+$/u)],
    isnumeric: ["self", every(/^\p{N}+$/u)],
    isalpha: ["self", every(/^\p{L}+$/u)],
    isalnum: ["self", every(/^[\p{L}\p{N}]+$/u)],
    isspace: ["self", every(/^\s+$/u)],
    isidentifier: ["self", every(/^[\p{L}_][\p{L}\p{N}_]*$/u)],
    islower: ["self", (self) => cased(self) && self === self.toLowerCase()],
    isupper: ["self", (self) => cased(self) && self === self.toUpperCase()],
    format: [
      "self,*args,**named",
      (self, args, named) => formatted(self, [...args], Object.fromEntries(entriesOf(named))),
    ],
    removeprefix: [
      "self,prefix,/",
      (self, part) => (part !== "" && self.startsWith(part) ? self.slice(part.length) : self),
    ],
    removesuffix: [
      "self,suffix,/",
      (self, part) => (part !== "" && self.endsWith(part) ? self.slice(0, -part.length) : self),
    ],
  });

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
  Object.defineProperty(METHODS, kind, { get: () => (made ??= make()), enumerable: true });
}
