// Items: `a[i]`, `a[i:j]`, their assignment and `del`.

import { IndexError, KeyError, py_TypeError, ValueError } from "../runtime/exceptions.js";
import { methodOf, received } from "./attributes.js";
import { call } from "./calls.js";
import { dropItem, isDictLike, putItem, takeItem } from "./dicts.js";
import { indexOf } from "./numbers.js";
import { HostArray, isTensor, TENSORS } from "./tensors.js";
import { typeName } from "./types.js";
import { isInstance, isNone, Range, Slice, Tuple } from "./values.js";

const place = (items, key, what) => {
  const index = indexOf(key, `${what} indices`);
  const at = index < 0 ? index + items.length : index;
  if (!(at >= 0 && at < items.length)) throw IndexError(`${what} index out of range`);
  return at;
};
/** [start, stop, step] within a length. */
export const bounds = ({ start, stop, step }, length) => {
  const by = isNone(step) ? 1 : indexOf(step, "slice indices");
  if (by === 0) throw ValueError("slice step cannot be zero");
  const low = by < 0 ? -1 : 0;
  const high = by < 0 ? length - 1 : length;
  const within = (bound, otherwise) => {
    if (isNone(bound)) return otherwise;
    const index = indexOf(bound, "slice indices");
    return Math.min(Math.max(index < 0 ? index + length : index, low), high);
  };
  return [within(start, by < 0 ? high : low), within(stop, by < 0 ? low : high), by];
};
const indices = (key, length) => {
  const [start, stop, step] = bounds(key, length);
  const found = [];
  for (let i = start; step < 0 ? i > stop : i < stop; i += step) found.push(i);
  return found;
};
const letters = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text);

export const getitem = (self, key) => {
  if (Array.isArray(self)) {
    const what = self instanceof Tuple ? "tuple" : "list";
    if (!(key instanceof Slice)) return received(self[place(self, key, what)]);
    const part = indices(key, self.length).map((i) => self[i]);
    return self instanceof Tuple ? Tuple.from(part) : part;
  }
  if (isDictLike(self)) {
    const found = takeItem(self, key);
    if (found === undefined) throw call(KeyError, [key]);
    return found;
  }
  if (typeof self === "string") {
    const text = letters(self);
    if (!(key instanceof Slice)) return text[place(text, key, "string")];
    return indices(key, text.length)
      .map((i) => text[i])
      .join("");
  }
  if (self instanceof Range) {
    if (!(key instanceof Slice)) return self.at(place(self, key, "range object"));
    const [start, stop, step] = bounds(key, self.length);
    return new Range(self.at(start), self.at(stop), self.step * step);
  }
  if (isInstance(self)) {
    const method = methodOf(self, "__getitem__");
    if (method !== undefined) return call(method, [self, key]);
    if (isTensor(self)) return TENSORS.item(self, key);
  }
  if (self instanceof HostArray) return self.item(key);
  if (ArrayBuffer.isView(self)) {
    return key instanceof Slice
      ? indices(key, self.length).map((i) => self[i])
      : self[place(self, key, "array")];
  }
  throw py_TypeError(`'${typeName(self)}' object is not subscriptable`);
};
export const setitem = (self, key, value) => {
  if (Array.isArray(self) && !(self instanceof Tuple)) {
    if (!(key instanceof Slice)) {
      self[place(self, key, "list assignment")] = value;
      return;
    }
    const items = Array.from(value);
    const [start, stop, step] = bounds(key, self.length);
    if (step === 1) {
      self.splice(start, Math.max(0, stop - start), ...items);
      return;
    }
    const places = indices(key, self.length);
    if (places.length !== items.length) {
      throw ValueError(
        `attempt to assign sequence of size ${items.length} to extended slice of size ${places.length}`,
      );
    }
    places.forEach((at, i) => {
      self[at] = items[i];
    });
    return;
  }
  if (isDictLike(self)) {
    putItem(self, key, value);
    return;
  }
  const method = isInstance(self) ? methodOf(self, "__setitem__") : undefined;
  if (method === undefined) {
    throw py_TypeError(`'${typeName(self)}' object does not support item assignment`);
  }
  call(method, [self, key, value]);
};
export const delitem = (self, key) => {
  if (Array.isArray(self) && !(self instanceof Tuple)) {
    if (!(key instanceof Slice)) {
      self.splice(place(self, key, "list assignment"), 1);
      return;
    }
    const gone = new Set(indices(key, self.length));
    const kept = self.filter((_, i) => !gone.has(i));
    self.splice(0, self.length, ...kept);
    return;
  }
  if (isDictLike(self)) {
    dropItem(self, key);
    return;
  }
  const method = isInstance(self) ? methodOf(self, "__delitem__") : undefined;
  if (method === undefined) {
    throw py_TypeError(`'${typeName(self)}' object doesn't support item deletion`);
  }
  call(method, [self, key]);
};
