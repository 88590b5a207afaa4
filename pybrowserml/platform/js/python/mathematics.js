// The module `math`.

import { builtin } from "./functions.js";
import { OverflowError, ValueError, py_TypeError } from "./errors.js";
import { iterate } from "./iteration.js";
import { mul, plain } from "./numbers.js";
import { typeName } from "./types.js";
import { isNumeric, real, whole } from "./values.js";

const number = (value) => {
  if (isNumeric(value)) return plain(value);
  throw py_TypeError(`must be real number, not ${typeName(value)}`);
};
const domain = () => ValueError("math domain error");
const floating = (name, compute, allowed = () => true) =>
  builtin(
    (x) => {
      const value = number(x);
      if (!allowed(value)) throw domain();
      const result = compute(value);
      if (!Number.isFinite(result) && Number.isFinite(value))
        throw OverflowError("math range error");
      return real(result);
    },
    name,
    "x,/",
  );
const rounding = (name, compute) =>
  builtin(
    (x) => {
      const value = number(x);
      if (Number.isNaN(value)) throw ValueError("cannot convert float NaN to integer");
      if (!Number.isFinite(value)) throw OverflowError("cannot convert float infinity to integer");
      return whole(BigInt(compute(value)));
    },
    name,
    "x,/",
  );

export const pi = Math.PI;
export const e = Math.E;
export const tau = 2 * Math.PI;
export const inf = Infinity;
export const nan = Number.NaN;
export const floor = /* @__PURE__ */ rounding("floor", Math.floor);
export const ceil = /* @__PURE__ */ rounding("ceil", Math.ceil);
export const trunc = /* @__PURE__ */ rounding("trunc", Math.trunc);
export const sqrt = /* @__PURE__ */ floating("sqrt", Math.sqrt, (x) => !(x < 0));
export const exp = /* @__PURE__ */ floating("exp", Math.exp);
export const expm1 = /* @__PURE__ */ floating("expm1", Math.expm1);
export const sin = /* @__PURE__ */ floating("sin", Math.sin, (x) => Math.abs(x) !== Infinity);
export const cos = /* @__PURE__ */ floating("cos", Math.cos, (x) => Math.abs(x) !== Infinity);
export const tan = /* @__PURE__ */ floating("tan", Math.tan, (x) => Math.abs(x) !== Infinity);
export const asin = /* @__PURE__ */ floating("asin", Math.asin, (x) => !(Math.abs(x) > 1));
export const acos = /* @__PURE__ */ floating("acos", Math.acos, (x) => !(Math.abs(x) > 1));
export const atan = /* @__PURE__ */ floating("atan", Math.atan);
export const sinh = /* @__PURE__ */ floating("sinh", Math.sinh);
export const cosh = /* @__PURE__ */ floating("cosh", Math.cosh);
export const tanh = /* @__PURE__ */ floating("tanh", Math.tanh);
export const log1p = /* @__PURE__ */ floating("log1p", Math.log1p, (x) => !(x <= -1));
export const log2 = /* @__PURE__ */ floating("log2", Math.log2, (x) => !(x <= 0));
export const log10 = /* @__PURE__ */ floating("log10", Math.log10, (x) => !(x <= 0));
export const fabs = /* @__PURE__ */ floating("fabs", Math.abs);
export const radians = /* @__PURE__ */ floating("radians", (x) => (x * Math.PI) / 180);
export const degrees = /* @__PURE__ */ floating("degrees", (x) => (x * 180) / Math.PI);
export const log = /* @__PURE__ */ builtin(
  (x, base) => {
    const value = number(x);
    if (value <= 0) throw domain();
    return real(base === null ? Math.log(value) : Math.log(value) / Math.log(number(base)));
  },
  "log",
  "x,base=,/",
  [null],
);
export const pow = /* @__PURE__ */ builtin((x, y) => real(number(x) ** number(y)), "pow", "x,y,/");
export const atan2 = /* @__PURE__ */ builtin(
  (y, x) => real(Math.atan2(number(y), number(x))),
  "atan2",
  "y,x,/",
);
export const hypot = /* @__PURE__ */ builtin(
  (values) => real(Math.hypot(...values.map(number))),
  "hypot",
  "*values",
);
export const fmod = /* @__PURE__ */ builtin((x, y) => real(number(x) % number(y)), "fmod", "x,y,/");
export const copysign = /* @__PURE__ */ builtin(
  (x, y) => {
    const sign = number(y) < 0 || Object.is(number(y), -0) ? -1 : 1;
    return real(sign * Math.abs(number(x)));
  },
  "copysign",
  "x,y,/",
);
export const isnan = /* @__PURE__ */ builtin((x) => Number.isNaN(number(x)), "isnan", "x,/");
export const isinf = /* @__PURE__ */ builtin(
  (x) => Math.abs(number(x)) === Infinity,
  "isinf",
  "x,/",
);
export const isfinite = /* @__PURE__ */ builtin(
  (x) => Number.isFinite(number(x)),
  "isfinite",
  "x,/",
);
export const isclose = /* @__PURE__ */ builtin(
  (a, b, relative, absolute) => {
    const [x, y] = [number(a), number(b)];
    if (x === y) return true;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
    const size = Math.max(Math.abs(x), Math.abs(y));
    return Math.abs(x - y) <= Math.max(number(relative) * size, number(absolute));
  },
  "isclose",
  "a,b,*,rel_tol=,abs_tol=",
  [1e-9, 0],
);
export const prod = /* @__PURE__ */ builtin(
  (items, start) => {
    let result = start;
    for (const item of iterate(items)) result = mul(result, item);
    return result;
  },
  "prod",
  "items,/,*,start=",
  [1],
);
const greatest = (a, b) => {
  let [x, y] = [BigInt(a) < 0n ? -BigInt(a) : BigInt(a), BigInt(b) < 0n ? -BigInt(b) : BigInt(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};
export const gcd = /* @__PURE__ */ builtin(
  (values) => whole(values.reduce(greatest, 0n)),
  "gcd",
  "*values",
);
export const factorial = /* @__PURE__ */ builtin(
  (n) => {
    if (n < 0) throw ValueError("factorial() not defined for negative values");
    let result = 1n;
    for (let i = 2n; i <= BigInt(n); i++) result *= i;
    return whole(result);
  },
  "factorial",
  "n,/",
);
export const fsum = /* @__PURE__ */ builtin(
  (items) => {
    // Shewchuk's exact partial sums, added up from the largest.
    const partials = [];
    for (const item of iterate(items)) {
      let x = number(item);
      let kept = 0;
      for (let y of partials) {
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y;
        const low = y - (high - x);
        if (low !== 0) partials[kept++] = low;
        x = high;
      }
      partials.length = kept;
      partials.push(x);
    }
    return real(partials.reduceRight((sum, part) => sum + part, 0));
  },
  "fsum",
  "items,/",
);
