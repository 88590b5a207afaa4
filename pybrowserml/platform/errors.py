"""The library's exceptions. `raise error("ShapeError", message)` works the same in both worlds."""


class PybrowsermlError(Exception):
    """Base of every error that this library raises on purpose."""


class ShapeError(PybrowsermlError, ValueError):
    """Shapes or ranks do not fit."""


class DtypeError(PybrowsermlError, TypeError):
    """Dtypes do not fit."""


class ArgumentError(PybrowsermlError, ValueError):
    """An argument has a value that is not allowed, or an unknown name."""


class FormatError(PybrowsermlError, ValueError):
    """A file is damaged, truncated, hostile or of an unknown kind."""


class NotBuiltError(PybrowsermlError, RuntimeError):
    """A model or layer is used before it has weights."""


class NumericError(PybrowsermlError, ArithmeticError):
    """A loss is not a number, or a value left its range."""


class EngineError(PybrowsermlError, RuntimeError):
    """An engine is missing, lost, or too small for the work."""


class EngineLostError(EngineError):
    """An engine lost its memory or cannot go on, and no other one can take over."""


class TensorLostError(EngineError):
    """A tensor's value was lost with the GPU's memory, and cannot be computed again by itself."""


KINDS = {
    "ShapeError": ShapeError,
    "DtypeError": DtypeError,
    "ArgumentError": ArgumentError,
    "FormatError": FormatError,
    "NotBuiltError": NotBuiltError,
    "NumericError": NumericError,
    "EngineError": EngineError,
    "EngineLostError": EngineLostError,
    "TensorLostError": TensorLostError,
}


def error(kind, message):
    """An exception of the named kind, to be raised."""
    return KINDS[kind](message)


def because(exception, cause):
    """The exception, that remembers what led to it."""
    exception.__cause__ = cause
    return exception


def message_of(exception):
    """The text of an exception."""
    return str(exception)


def kind_of(exception):
    """The kind's name, or None for an exception that is not ours."""
    name = type(exception).__name__
    return name if name in KINDS else None


def attempt(function):
    """Call `function()`; returns [result, None], or [None, exception]."""
    try:
        return [function(), None]
    except Exception as caught:
        return [None, caught]
