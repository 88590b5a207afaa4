// Sets and frozensets.

import { placeOf } from "./dicts.js";

export class PySet {
  constructor(items = [], frozen = false) {
    this.map = new Map();
    this.frozen = frozen;
    for (const item of items) this.add(item);
  }
  add(item) {
    const place = placeOf(this.map, item);
    if (!this.map.has(place)) this.map.set(place, [item]);
  }
  has(item) {
    return this.map.has(placeOf(this.map, item));
  }
  delete(item) {
    return this.map.delete(placeOf(this.map, item));
  }
  get size() {
    return this.map.size;
  }
  *[Symbol.iterator]() {
    for (const [item] of [...this.map.values()]) yield item;
  }
}
export const set = (items) => new PySet(items);
export const isSet = (value) => value instanceof PySet;
const asSet = (items) => (isSet(items) ? items : new PySet(items));
const chosen = (a, keep) => new PySet([...a].filter(keep), a.frozen);
export const union = (a, b) => new PySet([...a, ...b], a.frozen);
export const intersection = (a, b) => chosen(a, (item) => asSet(b).has(item));
export const difference = (a, b) => chosen(a, (item) => !asSet(b).has(item));
export const symmetric = (a, b) => union(difference(a, asSet(b)), difference(asSet(b), a));
export const isSubset = (a, b) => [...a].every((item) => asSet(b).has(item));
