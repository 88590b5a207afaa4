// Exceptions: those that the runtime lacks, and how a program raises and catches them.

import { $hidden, $makeClass } from "../runtime/base.js";
import {
  ArithmeticError,
  AssertionError,
  BaseException,
  Exception,
  OSError,
  RuntimeError,
  ValueError,
  py_TypeError,
} from "../runtime/exceptions.js";
import { call } from "./calls.js";
import { isinstance } from "./types.js";
import { isClass } from "./values.js";

export * from "../runtime/exceptions.js";

const derived = (name, parent) => {
  const cls = $makeClass(name, parent, parent.__create__);
  Object.defineProperty(cls, "name", $hidden(name));
  return cls;
};
export const NameError = /* @__PURE__ */ derived("NameError", Exception);
export const UnboundLocalError = /* @__PURE__ */ derived("UnboundLocalError", NameError);
export const ImportError = /* @__PURE__ */ derived("ImportError", Exception);
export const RecursionError = /* @__PURE__ */ derived("RecursionError", RuntimeError);
export const FileNotFoundError = /* @__PURE__ */ derived("FileNotFoundError", OSError);
export const TimeoutError = /* @__PURE__ */ derived("TimeoutError", OSError);
export const UnicodeError = /* @__PURE__ */ derived("UnicodeError", ValueError);
export const KeyboardInterrupt = /* @__PURE__ */ derived("KeyboardInterrupt", BaseException);
export const SystemExit = /* @__PURE__ */ derived("SystemExit", BaseException);
export const Warning = /* @__PURE__ */ derived("Warning", Exception);
export const UserWarning = /* @__PURE__ */ derived("UserWarning", Warning);

/** What the errors of the library also are in Python. */
export const LIBRARY_ERRORS = {
  ShapeError: ValueError,
  DtypeError: py_TypeError,
  ArgumentError: ValueError,
  FormatError: ValueError,
  NotBuiltError: RuntimeError,
  NumericError: ArithmeticError,
  EngineError: RuntimeError,
  EngineLostError: RuntimeError,
  TensorLostError: RuntimeError,
};

/** The exception that `raise value` throws. */
export const raised = (value, cause) => {
  let error = value;
  if (isClass(value) || (typeof value === "function" && value.prototype instanceof Error)) {
    error = call(value, []);
  }
  if (!(error instanceof Error)) error = py_TypeError("exceptions must derive from BaseException");
  if (cause !== undefined) Object.defineProperty(error, "__cause__", $hidden(cause));
  return error;
};
/** What was thrown, as a Python exception: an error of JavaScript gets a class. */
export const caught = (error) => {
  if (error instanceof Error && (isClass(error.__class__) || "kind" in error.constructor))
    return error;
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return RecursionError("maximum recursion depth exceeded");
  }
  const made = (error instanceof TypeError ? py_TypeError : Exception)(
    String(error?.message ?? error),
  );
  Object.defineProperty(made, "__cause__", $hidden(error));
  return made;
};
export const matches = (error, cls) => isinstance(error, cls);
/** A variable's value, where it may have none yet. */
export const bound = (value, name) => {
  if (value !== undefined) return value;
  throw UnboundLocalError(`the variable '${name}' has no value here`);
};
export const asserted = (condition, message) =>
  condition ? null : call(AssertionError, message === undefined ? [] : [message()]);
