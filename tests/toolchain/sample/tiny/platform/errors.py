"""Errors of the sample."""


class ArgumentError(ValueError):
    """A wrong argument."""


def error(kind, message):
    return ArgumentError(message)
