// Tensors, layers and what else of the library a program may use with Python's signs. The library itself comes by
// `install`, so that a program without it carries nothing of it.

import { py_TypeError } from "../runtime/exceptions.js";
import { handedOver, outward } from "./border.js";
import { indexOf } from "./numbers.js";
import { repr } from "./text.js";
import { Tuple, isInt, real } from "./values.js";
import { ValueError } from "../runtime/exceptions.js";

let HOOKS = null;
const KINDS = [];

/** hooks: {kinds, binary, unary, getItem, read}, functions of the library; see tools/lowering/glue.py. */
export const install = (hooks) => {
  HOOKS = hooks;
  KINDS.push(...hooks.kinds);
};
export const isTensor = (value) =>
  value !== null && typeof value === "object" && KINDS.some((kind) => kind.isPrototypeOf(value));

/** Whether a value is a size that is not known, which programs see as None. */
export const isSize = (value) =>
  HOOKS !== null && value !== null && typeof value === "object" && HOOKS.size.isPrototypeOf(value);

const entry = (part) => (Array.isArray(part) ? HOOKS.tensor(outward(part)) : outward(part));
const length = (tensor) => {
  if (tensor.shape.length === 0) throw py_TypeError("a scalar has no length");
  return tensor.shape[0];
};
export const TENSORS = {
  binary: (name, a, b) => {
    const operation = HOOKS.binary[name];
    if (operation === undefined) throw py_TypeError(`tensors have no operator ${name}`);
    return operation(...handedOver(["x1", "x2"], [a, b]));
  },
  size: (name, a, b) => HOOKS.sizes[name]?.(outward(a), outward(b)),
  unary: (name, a) => {
    if (HOOKS.unary[name] === undefined) return a;
    return HOOKS.unary[name](a);
  },
  item: (tensor, key) =>
    HOOKS.getItem(tensor, key instanceof Tuple ? Array.from(key, entry) : [entry(key)]),
  length,
  slices: (tensor) => Array.from({ length: length(tensor) }, (_, i) => HOOKS.getItem(tensor, [i])),
  numpy: (tensor) => () =>
    HOOKS.read(tensor).then(({ data, shape, dtype }) => hostArray(data, shape, dtype)),
};

const withoutTraining = (given, names) =>
  Object.fromEntries(Object.entries(given).filter(([key]) => !names.includes(key)));
/** What calling an object of the library means: its method, and how it takes arguments. */
export const LAYERS = [
  [
    "apply_to",
    (layer, args, kwargs) => {
      const names = HOOKS.argumentsOf(layer, "call");
      if (args.length > names.filter((name) => name !== "**").length) {
        throw py_TypeError(`${layer.name}: call takes at most ${names.length} arguments`);
      }
      const given = { ...Object.fromEntries(args.map((value, i) => [names[i], value])), ...kwargs };
      const rest = HOOKS.dict();
      for (const [key, value] of Object.entries(withoutTraining(given, [names[0], "training"]))) {
        rest[key] = outward(value);
      }
      const [x] = handedOver(["x"], [given[names[0]]]);
      return layer.apply_to(x, outward(given.training ?? null), rest);
    },
  ],
  [
    "compute",
    (loss, args, kwargs) =>
      byName(loss, "compute", ["y_true", "y_pred", "sample_weight"], args, kwargs),
  ],
  ["project", (limit, args, kwargs) => byName(limit, "project", ["w"], args, kwargs)],
  ["penalty", (penalty, args, kwargs) => byName(penalty, "penalty", ["x"], args, kwargs)],
  ["at", (schedule, args, kwargs) => byName(schedule, "at", ["step"], args, kwargs)],
  [
    "make",
    (initializer, args, kwargs) => {
      const shape = args[0] ?? kwargs.shape;
      return HOOKS.constant(initializer.make(outward(shape), args[1] ?? kwargs.dtype ?? "float32"));
    },
  ],
];
const byName = (self, method, names, args, kwargs) => {
  const given = names.map((name, i) => args[i] ?? kwargs[name]);
  return self[method](...handedOver(names, given));
};

/** An array that was read back: what `.numpy()` gives, as far as a page has a use for it. */
export class HostArray {
  constructor(data, shape, dtype) {
    Object.assign(this, { data, shape, dtype });
  }
  static ATTRIBUTES = {
    shape: (self) => Tuple.from(self.shape),
    dtype: (self) => self.dtype,
    size: (self) => self.data.length,
    ndim: (self) => self.shape.length,
  };
  number(i) {
    const value = this.data[i];
    if (this.dtype === "bool") return value !== 0;
    return this.dtype.startsWith("float") ? real(value) : value;
  }
  only() {
    if (this.data.length !== 1)
      throw ValueError("can only convert an array of size 1 to a Python scalar");
    return this.number(0);
  }
  item(key) {
    let self = this;
    for (const index of key instanceof Tuple ? key : [key]) {
      if (!isInt(index))
        throw py_TypeError("an array that was read back takes integers as indices");
      self = self.part(indexOf(index, "array indices"));
    }
    return self.shape.length === 0 ? self.number(0) : self;
  }
  part(index) {
    const [count, ...rest] = this.shape;
    const at = index < 0 ? index + count : index;
    if (!(at >= 0 && at < count))
      throw ValueError(`index ${index} is out of bounds for size ${count}`);
    const size = rest.reduce((a, b) => a * b, 1);
    return new HostArray(this.data.subarray(at * size, (at + 1) * size), rest, this.dtype);
  }
  *[Symbol.iterator]() {
    for (let i = 0; i < length(this); i++) yield this.item(i);
  }
  tolist() {
    if (this.shape.length === 0) return this.number(0);
    return Array.from({ length: this.shape[0] }, (_, i) => this.part(i).tolist());
  }
  text() {
    return repr(this.tolist());
  }
}
export const hostArray = (data, shape, dtype) => new HostArray(data, shape, dtype);

/** float(tensor) and int(tensor), where a program may wait. */
export const awaited = async (value) => {
  const found = await value;
  if (!isTensor(found)) return found;
  return (await TENSORS.numpy(found)()).only();
};
