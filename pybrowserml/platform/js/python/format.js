// Formats: f-strings, format(), str.format and the % operator.

import { KeyError, OverflowError, ValueError, py_TypeError } from "../runtime/exceptions.js";
import { getattr, methodOf } from "./attributes.js";
import { getitem } from "./items.js";
import { call } from "./calls.js";
import { fixed, floatText, scientific } from "./decimals.js";
import { isDictLike } from "./dicts.js";
import { plain } from "./numbers.js";
import { repr, str } from "./text.js";
import { typeName } from "./types.js";
import { Tuple, isFloat, isInstance, isInt, isNumeric } from "./values.js";

const SPEC =
  /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;

const grouped = (digits, mark, size = 3) =>
  mark === undefined ? digits : digits.replace(new RegExp(`\\B(?=(.{${size}})+$)`, "g"), mark);

const exponentText = (exponent) =>
  `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
const general = (value, precision, alternate) => {
  const digits = Math.max(1, precision);
  const [text, exponent] = scientific(value, digits - 1);
  const trim = (number) => {
    if (alternate) return number.includes(".") ? number : `${number}.`;
    return number.includes(".") ? number.replace(/\.?0+$/, "") : number;
  };
  if (exponent < -4 || exponent >= digits) {
    const mantissa = text.length > 1 ? `${text[0]}.${text.slice(1)}` : text;
    return `${trim(mantissa)}e${exponentText(exponent)}`;
  }
  return trim(fixed(value, Math.max(0, digits - 1 - exponent)));
};

/** The digits of |value| as a float format writes them. */
const floatDigits = (value, type, precision, alternate) => {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return "inf";
  if (type === "f" || type === "F") return fixed(value, precision ?? 6);
  if (type === "%") return `${fixed(value * 100, precision ?? 6)}%`;
  if (type === "e" || type === "E") {
    const [text, exponent] = scientific(value, precision ?? 6);
    return `${text.length > 1 ? `${text[0]}.${text.slice(1)}` : text}e${exponentText(exponent)}`;
  }
  if (type === undefined && precision === undefined) return floatText(Math.abs(value));
  if (type === undefined) {
    const text = general(value, precision, alternate);
    const [, exponent] = scientific(value, Math.max(1, precision) - 1);
    if (/[.e]/.test(text)) return text;
    return exponent >= Math.max(1, precision) - 0 ? text : `${text}.0`;
  }
  return general(value, precision ?? 6, alternate);
};
const unknown = (type, value) =>
  ValueError(`Unknown format code '${type}' for object of type '${typeName(value)}'`);

export const format = (value, spec = "") => {
  if (isInstance(value)) {
    const method = methodOf(value, "__format__");
    if (method !== undefined) return call(method, [value, spec]);
  }
  if (spec === "") return str(value);
  const found = SPEC.exec(spec);
  if (found === null)
    throw ValueError(`Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign, , alternate, zero, width, mark, precise, type] = found;
  const precision = precise === undefined ? undefined : Number(precise);
  let prefix = "";
  let body;
  let numeric = false;
  if (isNumeric(value) && (typeof value !== "boolean" || (type !== undefined && type !== "s"))) {
    numeric = true;
    const floats = "eEfFgG%".includes(type ?? "?") || isFloat(value);
    if (floats) {
      if (type !== undefined && "bcdoxX".includes(type)) throw unknown(type, value);
      if (type === "s") throw unknown(type, value);
      const number = plain(value);
      const negative = number < 0 || Object.is(number, -0);
      body = floatDigits(number, type === "n" ? "g" : type, precision, alternate !== undefined);
      const [, whole, rest] = /^(\d*)(.*)$/s.exec(body);
      body = grouped(whole, mark) + rest;
      if (type === "E" || type === "G" || type === "F") body = body.toUpperCase();
      prefix = negative ? "-" : (sign ?? "-") === "-" ? "" : sign;
    } else {
      if (precision !== undefined)
        throw ValueError("Precision not allowed in integer format specifier");
      const number = BigInt(typeof value === "boolean" ? +value : value);
      const size = number < 0n ? -number : number;
      if (type === "s") throw unknown(type, value);
      const base = { b: 2, o: 8, x: 16, X: 16 }[type] ?? 10;
      body = type === "c" ? String.fromCodePoint(Number(value)) : size.toString(base);
      if (type === "X") body = body.toUpperCase();
      body = grouped(body, mark, base === 10 ? 3 : 4);
      prefix = number < 0n ? "-" : (sign ?? "-") === "-" ? "" : sign;
      if (alternate !== undefined && base !== 10) prefix += `0${type}`;
    }
  } else {
    if (typeof value !== "string" && typeof value !== "boolean") {
      throw py_TypeError(`unsupported format string passed to ${typeName(value)}.__format__`);
    }
    if (type !== undefined && type !== "s") throw unknown(type, value);
    body = str(value);
    if (precision !== undefined) body = Array.from(body).slice(0, precision).join("");
  }
  const missing = Number(width ?? 0) - Array.from(prefix + body).length;
  if (missing <= 0) return prefix + body;
  const letter = fill ?? (zero === undefined ? " " : "0");
  const side = align ?? (zero !== undefined && numeric ? "=" : numeric ? ">" : "<");
  if (side === "=" && mark !== undefined && letter === "0") {
    const [, whole, rest] = /^([\d,_]*)(.*)$/s.exec(body);
    const size = Number(width) - prefix.length - rest.length;
    let digits = whole.replace(/[,_]/g, "");
    while (grouped(digits, mark).length < size) digits = `0${digits}`;
    return prefix + grouped(digits, mark) + rest;
  }
  if (side === "=") return prefix + letter.repeat(missing) + body;
  if (side === "<") return prefix + body + letter.repeat(missing);
  if (side === ">") return letter.repeat(missing) + prefix + body;
  const left = Math.floor(missing / 2);
  return letter.repeat(left) + prefix + body + letter.repeat(missing - left);
};

/** The parts of an f-string, joined. */
export const joined = (...parts) => parts.join("");

const converted = (value, conversion) =>
  conversion === "r" || conversion === "a" ? repr(value) : conversion === "s" ? str(value) : value;

/** text.format(*args, **named) */
export const formatted = (text, args, named) => {
  let next = 0;
  const value = (name) => {
    const [, first, path] = /^([^.[]*)(.*)$/s.exec(name);
    let found;
    if (first === "") found = args[next++];
    else if (/^\d+$/.test(first)) found = args[Number(first)];
    else if (Object.hasOwn(named, first)) found = named[first];
    else throw call(KeyError, [first]);
    if (found === undefined)
      throw ValueError("Replacement index out of range for positional args tuple");
    for (const [, attribute, item] of path.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      found =
        attribute !== undefined
          ? getattr(found, attribute)
          : getitem(found, /^\d+$/.test(item) ? Number(item) : item);
    }
    return found;
  };
  const expand = (source) => {
    let result = "";
    for (let i = 0; i < source.length; i++) {
      const letter = source[i];
      if ((letter === "{" || letter === "}") && source[i + 1] === letter) {
        result += letter;
        i++;
      } else if (letter === "}") {
        throw ValueError("Single '}' encountered in format string");
      } else if (letter === "{") {
        let depth = 1;
        let end = i + 1;
        while (end < source.length && depth > 0) {
          if (source[end] === "{") depth++;
          if (source[end] === "}") depth--;
          end++;
        }
        if (depth > 0) throw ValueError("expected '}' before end of string");
        const [, name, conversion, spec] = /^([^!:]*)(?:!([rsa]))?(?::(.*))?$/s.exec(
          source.slice(i + 1, end - 1),
        );
        const found = converted(value(name), conversion);
        result += format(found, spec === undefined ? "" : expand(spec));
        i = end - 1;
      } else result += letter;
    }
    return result;
  };
  return expand(text);
};

/** text % args */
export const percent = (text, args) => {
  const values = args instanceof Tuple ? [...args] : [args];
  let next = 0;
  const take = () => {
    if (next >= values.length) throw py_TypeError("not enough arguments for format string");
    return values[next++];
  };
  const result = text.replace(
    /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gsu,
    (_, key, flags, width, precise, type) => {
      if (type === "%") return "%";
      const wide = width === "*" ? take() : width;
      const precision = precise === "*" ? take() : precise;
      if (key !== undefined && !isDictLike(args)) throw py_TypeError("format requires a mapping");
      const value = key === undefined ? take() : getitem(args, key);
      const size = wide === undefined ? "" : String(wide);
      const digits = precision === undefined ? "" : `.${precision}`;
      const left = flags.includes("-");
      if (type === "s" || type === "r" || type === "a") {
        const shown = type === "s" ? str(value) : repr(value);
        return format(shown, `${left ? "<" : ">"}${size}${digits}`);
      }
      if (type === "c" && typeof value === "string")
        return format(value, `${left ? "<" : ">"}${size}`);
      if (!"diouxXeEfFgGc".includes(type))
        throw ValueError(`unsupported format character '${type}'`);
      if (!isNumeric(value)) {
        const wanted = "eEfFgG".includes(type)
          ? "must be real number, not"
          : `%${type} format: a real number is required, not`;
        throw py_TypeError(`${wanted} ${typeName(value)}`);
      }
      const sign = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
      const zero = flags.includes("0") && !left ? "0" : "";
      const other = flags.includes("#") ? "#" : "";
      if ("diu".includes(type)) {
        const number = isInt(value) ? value : Math.trunc(plain(value));
        if (!Number.isFinite(Number(number)))
          throw OverflowError("cannot convert float infinity to integer");
        return format(
          typeof number === "number" ? BigInt(number) : number,
          `${left ? "<" : ""}${sign}${zero}${size}d`,
        );
      }
      const shown = format(
        "eEfFgG".includes(type) && isInt(value) ? value : value,
        `${left ? "<" : ""}${sign}${other}${zero}${size}${"eEfFgG".includes(type) ? digits : ""}${type}`,
      );
      return shown;
    },
  );
  if (next < values.length && !isDictLike(args)) {
    throw py_TypeError("not all arguments converted during string formatting");
  }
  return result;
};
