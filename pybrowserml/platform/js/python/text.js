// str and repr of everything.

import { methodOf } from "./attributes.js";
import { call } from "./calls.js";
import { floatText } from "./decimals.js";
import { View, entriesOf, isDictLike } from "./dicts.js";
import { KeyError, py_TypeError } from "../runtime/exceptions.js";
import { isSet } from "./sets.js";
import { HostArray, isSize, isTensor } from "./tensors.js";
import { isinstance, typeName } from "./types.js";
import {
  Float,
  Range,
  Singleton,
  Slice,
  Tuple,
  isClass,
  isInstance,
  isInt,
  isNone,
} from "./values.js";

const quoted = (value) => {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  let text = "";
  for (const letter of value) {
    const code = letter.codePointAt(0);
    if (letter === quote || letter === "\\") text += `\\${letter}`;
    else if (letter === "\n") text += "\\n";
    else if (letter === "\t") text += "\\t";
    else if (letter === "\r") text += "\\r";
    else if (letter !== " " && /[\p{C}\p{Z}]/u.test(letter)) {
      const [mark, digits] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : ["U", 8];
      text += `\\${mark}${code.toString(16).padStart(digits, "0")}`;
    } else text += letter;
  }
  return quote + text + quote;
};
const expectText = (value, name) => {
  if (typeof value === "string") return value;
  throw py_TypeError(`${name} returned non-string (type ${typeName(value)})`);
};

/** The text of an exception. */
export const messageOf = (error) => {
  const args = error.args ?? [error.message];
  if (args.length === 0) return "";
  if (args.length === 1) return isinstance(error, KeyError) ? repr(args[0]) : str(args[0]);
  return repr(Tuple.from(args));
};

export const str = (value) => {
  if (typeof value === "string") return value;
  if (isInstance(value)) {
    const method = methodOf(value, "__str__");
    if (method !== undefined) return expectText(call(method, [value]), "__str__");
    if (value instanceof Error)
      return methodOf(value, "__repr__") === undefined || true ? messageOf(value) : "";
  } else if (value instanceof Error) return value.message;
  return repr(value);
};

export const repr = (value) => {
  if (isNone(value) || isSize(value)) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return isInt(value) ? String(value) : floatText(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Tuple) {
    return value.length === 1 ? `(${repr(value[0])},)` : `(${Array.from(value, repr).join(", ")})`;
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (isSet(value)) {
    const inner = Array.from(value, repr).join(", ");
    if (value.frozen) return value.size === 0 ? "frozenset()" : `frozenset({${inner}})`;
    return value.size === 0 ? "set()" : `{${inner}}`;
  }
  if (value instanceof Singleton) return value.$singleton;
  if (isDictLike(value)) {
    return `{${entriesOf(value)
      .map(([key, item]) => `${repr(key)}: ${repr(item)}`)
      .join(", ")}}`;
  }
  if (value instanceof View) return `dict_${value.kind}([${Array.from(value, repr).join(", ")}])`;
  if (value instanceof Range) {
    const { start, stop, step } = value;
    return step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
  }
  if (value instanceof Slice)
    return `slice(${repr(value.start)}, ${repr(value.stop)}, ${repr(value.step)})`;

  if (value instanceof HostArray) return value.text();
  if (isClass(value)) {
    return Object.hasOwn(value, "$user")
      ? `<class '${value.$module ?? "__main__"}.${value.__name__}'>`
      : `<class '${value.__name__}'>`;
  }
  if (value.$type !== undefined) return `<class '${value.$type}'>`;
  if (typeof value === "function") return `<function ${value.$py?.name ?? value.name}>`;
  if (isInstance(value)) {
    const method = methodOf(value, "__repr__");
    if (method !== undefined) return expectText(call(method, [value]), "__repr__");
    if (value instanceof Error)
      return `${value.__class__.__name__}(${Array.from(value.args, repr).join(", ")})`;
    if (typeof value.__repr__ === "function") return value.__repr__();
    return `<${value.__class__.__name__} object>`;
  }
  return isTensor(value) ? String(value) : `<${typeName(value)} object>`;
};
