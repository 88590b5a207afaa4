// Exceptions: real Errors.

import { $hidden, $makeClass, $root } from "./base.js";
import { str } from "./text.js";

const makeException = (name, parent) => {
  const cls = $makeClass(name, parent, parent.__create__);
  Object.defineProperty(cls, "name", $hidden(name));
  return cls;
};

export const BaseException = /* @__PURE__ */ (() => {
  const errors = Object.create(Error.prototype, Object.getOwnPropertyDescriptors($root));
  const cls = $makeClass("BaseException", errors, (cls) => Object.setPrototypeOf(new Error(), cls));
  Object.defineProperty(
    cls,
    "__construct__",
    $hidden(function (...args) {
      Object.defineProperty(this, "name", $hidden(this.__name__));
      Object.defineProperty(this, "message", $hidden(args.length > 0 ? str(args[0]) : ""));
      Object.defineProperty(this, "args", $hidden(args));
    }),
  );
  return cls;
})();
export const Exception = /* @__PURE__ */ makeException("Exception", BaseException);
export const ArithmeticError = /* @__PURE__ */ makeException("ArithmeticError", Exception);
export const AssertionError = /* @__PURE__ */ makeException("AssertionError", Exception);
export const AttributeError = /* @__PURE__ */ makeException("AttributeError", Exception);
export const LookupError = /* @__PURE__ */ makeException("LookupError", Exception);
export const IndexError = /* @__PURE__ */ makeException("IndexError", LookupError);
export const KeyError = /* @__PURE__ */ makeException("KeyError", LookupError);
export const OSError = /* @__PURE__ */ makeException("OSError", Exception);
export const OverflowError = /* @__PURE__ */ makeException("OverflowError", ArithmeticError);
export const RuntimeError = /* @__PURE__ */ makeException("RuntimeError", Exception);
export const NotImplementedError = /* @__PURE__ */ makeException(
  "NotImplementedError",
  RuntimeError,
);
export const StopIteration = /* @__PURE__ */ makeException("StopIteration", Exception);
export const ValueError = /* @__PURE__ */ makeException("ValueError", Exception);
export const ZeroDivisionError = /* @__PURE__ */ makeException(
  "ZeroDivisionError",
  ArithmeticError,
);
export const py_TypeError = /* @__PURE__ */ makeException("TypeError", Exception);
