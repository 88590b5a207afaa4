"""Python names that JavaScript reserves, or that mean something else there; they become py_NAME."""

RESERVED = frozenset(
    """arguments case catch const debugger default delete do enum eval export extends function
    Infinity instanceof interface let NaN new null package private protected public static switch this throw
    true false typeof undefined var void TypeError""".split()
)


def identifier(name: str) -> str:
    """The JavaScript name of a Python variable, function or class."""
    return "py_" + name if name in RESERVED else name
