"""JavaScript twin of platform/errors: real subclasses of Error, so that stack, message and instanceof work."""

__pragma__(
    "js",
    "{}",
    """
export class PybrowsermlError extends Error {
  constructor(message) { super(message); Object.defineProperty(this, 'name', {value: new.target.kind, configurable: true}); }
  static kind = 'PybrowsermlError';
}
export class ShapeError extends PybrowsermlError { static kind = 'ShapeError'; }
export class DtypeError extends PybrowsermlError { static kind = 'DtypeError'; }
export class ArgumentError extends PybrowsermlError { static kind = 'ArgumentError'; }
export class FormatError extends PybrowsermlError { static kind = 'FormatError'; }
export class NotBuiltError extends PybrowsermlError { static kind = 'NotBuiltError'; }
export class NumericError extends PybrowsermlError { static kind = 'NumericError'; }
export class EngineError extends PybrowsermlError { static kind = 'EngineError'; }
export class EngineLostError extends EngineError { static kind = 'EngineLostError'; }
export class TensorLostError extends EngineError { static kind = 'TensorLostError'; }
const kinds = {
  ShapeError, DtypeError, ArgumentError, FormatError, NotBuiltError, NumericError, EngineError, EngineLostError, TensorLostError,
};
export const error = (kind, message) => new kinds[kind](message);
export const because = (exception, cause) => {
  exception.cause = cause;
  return exception;
};
export const message_of = (exception) => exception instanceof Error ? exception.message
  : exception && exception.__args__ ? String(exception.__args__[0]) : String(exception);
export const kind_of = (exception) => exception instanceof PybrowsermlError ? exception.constructor.kind : null;
export const attempt = (callback) => {
  try { return [callback(), null]; } catch (caught) { return [null, caught]; }
};
""",
)
