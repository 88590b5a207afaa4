// Arithmetic with Python's meaning on numbers, texts, lists, sets, tensors and objects with methods of their own.

import {
  OverflowError,
  ValueError,
  ZeroDivisionError,
  py_TypeError,
} from "../runtime/exceptions.js";
import { methodOf } from "./attributes.js";
import { call } from "./calls.js";
import { Dict, copyDict, entriesOf, isDictLike, putItem } from "./dicts.js";
import { difference, intersection, isSet, symmetric, union } from "./sets.js";
import { TENSORS, isSize, isTensor } from "./tensors.js";
import { percent } from "./format.js";
import { typeName } from "./types.js";
import { NotImplemented, Tuple, isInstance, isInt, isNumeric, real, whole } from "./values.js";

const MISSING = Symbol("missing");
export const plain = (value) => (typeof value === "bigint" ? Number(value) : +value);
const isWhole = (value) => isInt(value) || typeof value === "boolean";
const big = (value) => BigInt(typeof value === "boolean" ? +value : value);

const unsupported = (symbol, a, b) =>
  py_TypeError(`unsupported operand type(s) for ${symbol}: '${typeName(a)}' and '${typeName(b)}'`);

const byMethod = (name, a, b) => {
  const attempt = (self, method, other) => {
    const found = isInstance(self) ? methodOf(self, method) : undefined;
    const result = found === undefined ? NotImplemented : call(found, [self, other]);
    return result === NotImplemented ? MISSING : result;
  };
  const left = attempt(a, `__${name}__`, b);
  return left === MISSING ? attempt(b, `__r${name}__`, a) : left;
};

/**
 * An operator. numbers: (x, y, both are integers) => a number or, of integers, undefined where only `bigs` is exact;
 * others: (a, b) => the result for other types, or MISSING.
 */
const operator = (symbol, name, numbers, bigs, others = () => MISSING) => {
  return (a, b, shown = symbol) => {
    if (isNumeric(a) && isNumeric(b)) {
      const ints = isWhole(a) && isWhole(b);
      if (numbers === null && (!ints || bigs === null)) throw unsupported(shown, a, b);
      if (numbers === null) return bigs(big(a), big(b));
      if (!ints) return numbers(plain(a), plain(b), false);
      const result =
        typeof a === "bigint" || typeof b === "bigint" ? undefined : numbers(+a, +b, true);
      return result === undefined ? bigs(big(a), big(b)) : result;
    }
    if (isTensor(a) || isTensor(b)) {
      const own = byMethod(name, a, b);
      return own === MISSING ? TENSORS.binary(name, a, b) : own;
    }
    if ((isSize(a) && (isSize(b) || isInt(b))) || (isSize(b) && isInt(a))) {
      const size = TENSORS.size(name, a, b);
      if (size !== undefined) return size;
    }
    let result = others(a, b);
    if (result === MISSING) result = byMethod(name, a, b);
    if (result === MISSING) throw unsupported(shown, a, b);
    return result;
  };
};
const small = (value) => (Number.isSafeInteger(value) ? value + 0 : undefined);

const repeated = (items, count) => {
  const times = Math.max(0, Number(count));
  if (typeof items === "string") return items.repeat(times);
  const result = items instanceof Tuple ? new Tuple() : [];
  for (let i = 0; i < times; i++) for (const item of items) result.push(item);
  return result;
};
const isSequence = (value) => Array.isArray(value) || typeof value === "string";

export const add = /* @__PURE__ */ operator(
  "+",
  "add",
  (x, y, ints) => (ints ? small(x + y) : real(x + y)),
  (x, y) => whole(x + y),
  (a, b) => {
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (typeof a === "string" && !isInstance(b)) {
      throw py_TypeError(`can only concatenate str (not "${typeName(b)}") to str`);
    }
    if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
      return a instanceof Tuple ? Tuple.from([...a, ...b]) : [...a, ...b];
    }
    if (Array.isArray(a) && !isInstance(b)) {
      const kind = typeName(a);
      throw py_TypeError(`can only concatenate ${kind} (not "${typeName(b)}") to ${kind}`);
    }
    return MISSING;
  },
);
export const sub = /* @__PURE__ */ operator(
  "-",
  "sub",
  (x, y, ints) => (ints ? small(x - y) : real(x - y)),
  (x, y) => whole(x - y),
  (a, b) => (isSet(a) && isSet(b) ? difference(a, b) : MISSING),
);
export const mul = /* @__PURE__ */ operator(
  "*",
  "mul",
  (x, y, ints) => (ints ? small(x * y) : real(x * y)),
  (x, y) => whole(x * y),
  (a, b) => {
    if (isSequence(a) && isWhole(b)) return repeated(a, b);
    if (isSequence(b) && isWhole(a)) return repeated(b, a);
    const other = isSequence(a) ? b : isSequence(b) ? a : null;
    if (other === null || isInstance(other)) return MISSING;
    throw py_TypeError(`can't multiply sequence by non-int of type '${typeName(other)}'`);
  },
);
const bitsOf = (value) => (value < 0n ? -value : value).toString(2).length;
/** x / y of integers of any size, rounded once. */
const quotientOf = (x, y) => {
  // 66 bits of the quotient at least, the last of which tells whether anything follows.
  const shift = Math.max(0, 66 + bitsOf(y) - bitsOf(x));
  const above = x << BigInt(shift);
  const quotient = above / y;
  const exact = quotient * y === above;
  const sign = x < 0n === y < 0n ? 1n : -1n;
  const result = Number(exact ? quotient : quotient * 2n + sign) / (exact ? 1 : 2);
  if (!Number.isFinite(result))
    throw OverflowError("integer division result too large for a float");
  // In two steps, since 2 ** shift may be too large for a float.
  const half = Math.floor(shift / 2);
  return result / 2 ** half / 2 ** (shift - half);
};
export const truediv = /* @__PURE__ */ operator(
  "/",
  "truediv",
  (x, y, ints) => {
    if (y === 0) throw ZeroDivisionError(ints ? "division by zero" : "float division by zero");
    return real(x / y);
  },
  (x, y) => {
    if (y === 0n) throw ZeroDivisionError("division by zero");
    return real(quotientOf(x, y));
  },
);
const floored = (x, y) => {
  const mod = x % y;
  let quotient = (x - mod) / y;
  if (mod !== 0 && mod < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  const low = Math.floor(quotient);
  return quotient - low > 0.5 ? low + 1 : low;
};
const remainder = (x, y) => {
  const rest = x % y;
  if (rest !== 0 && rest < 0 !== y < 0) return rest + y;
  return rest === 0 ? (y < 0 ? -0 : 0) : rest;
};
export const floordiv = /* @__PURE__ */ operator(
  "//",
  "floordiv",
  (x, y, ints) => {
    if (y === 0) {
      throw ZeroDivisionError(
        ints ? "integer division or modulo by zero" : "float floor division by zero",
      );
    }
    return ints ? small(floored(x, y)) : real(floored(x, y));
  },
  (x, y) => {
    if (y === 0n) throw ZeroDivisionError("integer division or modulo by zero");
    const quotient = x / y;
    return whole(quotient * y !== x && x < 0n !== y < 0n ? quotient - 1n : quotient);
  },
);
export const mod = /* @__PURE__ */ operator(
  "%",
  "mod",
  (x, y, ints) => {
    if (y === 0) throw ZeroDivisionError(ints ? "integer modulo by zero" : "float modulo");
    if (!ints && !Number.isFinite(y) && Number.isFinite(x)) {
      return real(x === 0 || x < 0 === y < 0 ? x : y);
    }
    return ints ? small(remainder(x, y)) : real(remainder(x, y));
  },
  (x, y) => {
    if (y === 0n) throw ZeroDivisionError("integer modulo by zero");
    const rest = x % y;
    return whole(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
  },
  (a, b) => (typeof a === "string" ? percent(a, b) : MISSING),
);
export const pow = /* @__PURE__ */ operator(
  "** or pow()",
  "pow",
  (x, y, ints) => {
    if (x === 0 && y < 0) throw ZeroDivisionError("0.0 cannot be raised to a negative power");
    if (ints && y >= 0) return small(x ** y);
    if (ints && Number.isSafeInteger(x ** -y)) return real(1 / x ** -y);
    const power = Math.abs(x) === 1 && !Number.isFinite(y) ? 1 : x === 1 ? 1 : x ** y;
    if (Number.isNaN(power) && !Number.isNaN(x) && !Number.isNaN(y)) {
      throw ValueError(
        "a negative number to a fractional power is complex, which is not supported",
      );
    }
    if (!Number.isFinite(power) && Number.isFinite(x) && Number.isFinite(y)) {
      throw OverflowError("(34, 'Numerical result out of range')");
    }
    return real(power);
  },
  (x, y) => {
    if (y < 0n) return real(Number(x) ** Number(y));
    if (y > 100000n) throw OverflowError("an integer of more than 100000 digits is not supported");
    return whole(x ** y);
  },
);
export const matmul = /* @__PURE__ */ operator("@", "matmul", null, null);

const bits = (symbol, name, bigs, others = () => undefined) =>
  operator(symbol, name, null, bigs, (a, b) => others(a, b) ?? MISSING);
const boolean = (operation, bools) => (a, b, shown) =>
  typeof a === "boolean" && typeof b === "boolean" ? bools(a, b) : operation(a, b, shown);
export const and = /* @__PURE__ */ boolean(
  bits(
    "&",
    "and",
    (x, y) => whole(x & y),
    (a, b) => (isSet(a) && isSet(b) ? intersection(a, b) : undefined),
  ),
  (a, b) => a && b,
);
export const or = /* @__PURE__ */ boolean(
  bits(
    "|",
    "or",
    (x, y) => whole(x | y),
    (a, b) => {
      if (isSet(a) && isSet(b)) return union(a, b);
      if (!isDictLike(a) || !isDictLike(b)) return undefined;
      const merged = a instanceof Dict ? copyDict(a) : new Dict(entriesOf(a));
      for (const [key, value] of entriesOf(b)) putItem(merged, key, value);
      return merged;
    },
  ),
  (a, b) => a || b,
);
export const xor = /* @__PURE__ */ boolean(
  bits(
    "^",
    "xor",
    (x, y) => whole(x ^ y),
    (a, b) => (isSet(a) && isSet(b) ? symmetric(a, b) : undefined),
  ),
  (a, b) => a !== b,
);
const shift = (y) => {
  if (y < 0n) throw ValueError("negative shift count");
  if (y > 100000n) throw OverflowError("too many digits in integer");
  return y;
};
export const lshift = /* @__PURE__ */ bits("<<", "lshift", (x, y) => whole(x << shift(y)));
export const rshift = /* @__PURE__ */ bits(">>", "rshift", (x, y) => whole(x >> shift(y)));

/** `a op= b`: in place on lists, sets and objects with a method for it. */
const inPlace = (symbol, name, operation, change = () => MISSING) => {
  return (a, b) => {
    const changed = change(a, b);
    if (changed !== MISSING) return changed;
    const method = isInstance(a) ? methodOf(a, `__i${name}__`) : undefined;
    if (method !== undefined) {
      const result = call(method, [a, b]);
      if (result !== NotImplemented) return result;
    }
    return operation(a, b, symbol);
  };
};
export const iadd = /* @__PURE__ */ inPlace("+=", "add", add, (a, b) => {
  if (!Array.isArray(a) || a instanceof Tuple) return MISSING;
  if (isTensor(b)) return MISSING;
  if (typeof b !== "string" && (b === null || typeof b !== "object")) {
    throw py_TypeError(`'${typeName(b)}' object is not iterable`);
  }
  a.push(...(isDictLike(b) ? entriesOf(b).map(([key]) => key) : b));
  return a;
});
export const isub = /* @__PURE__ */ inPlace("-=", "sub", sub);
export const imul = /* @__PURE__ */ inPlace("*=", "mul", mul, (a, b) => {
  if (!Array.isArray(a) || a instanceof Tuple || !isWhole(b)) return MISSING;
  a.splice(0, a.length, ...repeated(a, b));
  return a;
});
export const itruediv = /* @__PURE__ */ inPlace("/=", "truediv", truediv);
export const ifloordiv = /* @__PURE__ */ inPlace("//=", "floordiv", floordiv);
export const imod = /* @__PURE__ */ inPlace("%=", "mod", mod);
export const ipow = /* @__PURE__ */ inPlace("**=", "pow", pow);
export const imatmul = /* @__PURE__ */ inPlace("@=", "matmul", matmul);
export const iand = /* @__PURE__ */ inPlace("&=", "and", and);
export const ior = /* @__PURE__ */ inPlace("|=", "or", or, (a, b) => {
  if (!isDictLike(a) || !isDictLike(b)) return MISSING;
  for (const [key, value] of entriesOf(b)) putItem(a, key, value);
  return a;
});
export const ixor = /* @__PURE__ */ inPlace("^=", "xor", xor);
export const ilshift = /* @__PURE__ */ inPlace("<<=", "lshift", lshift);
export const irshift = /* @__PURE__ */ inPlace(">>=", "rshift", rshift);

const unary = (symbol, name, number, word) => (a) => {
  if (isNumeric(a)) return number(a);
  const method = isInstance(a) ? methodOf(a, `__${name}__`) : undefined;
  if (method !== undefined) return call(method, [a]);
  if (isTensor(a)) return TENSORS.unary(name, a);
  throw py_TypeError(`bad operand type for ${word}: '${typeName(a)}'`);
};
export const neg = /* @__PURE__ */ unary(
  "-",
  "neg",
  (a) => (isWhole(a) ? whole(-big(a)) : real(-plain(a))),
  "unary -",
);
export const pos = /* @__PURE__ */ unary(
  "+",
  "pos",
  (a) => (typeof a === "boolean" ? +a : a),
  "unary +",
);
export const invert = /* @__PURE__ */ unary(
  "~",
  "invert",
  (a) => {
    if (!isWhole(a)) throw py_TypeError("bad operand type for unary ~: 'float'");
    return whole(~big(a));
  },
  "unary ~",
);
export const absolute = /* @__PURE__ */ unary(
  "abs",
  "abs",
  (a) => {
    if (isWhole(a)) return whole(big(a) < 0n ? -big(a) : big(a));
    return real(Math.abs(plain(a)));
  },
  "abs()",
);

/** An index as a JavaScript number. Raises TypeError. */
export const indexOf = (value, what) => {
  if (isWhole(value)) return Number(value);
  const method = isInstance(value) ? methodOf(value, "__index__") : undefined;
  if (method !== undefined) return Number(call(method, [value]));
  throw py_TypeError(`${what} must be integers or slices, not ${typeName(value)}`);
};
