// The methods of texts.

import { py_TypeError, ValueError } from "../runtime/exceptions.js";
import { truth } from "./compare.js";
import { entriesOf } from "./dicts.js";
import { formatted } from "./format.js";
import { table } from "./functions.js";
import { bounds } from "./items.js";
import { listed } from "./iteration.js";
import { indexOf } from "./numbers.js";
import { typeName } from "./types.js";
import { isNone, Slice, Tuple } from "./values.js";

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

export const STR = () =>
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
