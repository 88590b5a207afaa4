"""Dictionaries and tuples that users pass and get back; in JavaScript plain objects and arrays."""


def is_none(x):
    """True for None (JavaScript: null and undefined)."""
    return x is None


def is_tuple(x):
    """True for a tuple (JavaScript has none)."""
    return isinstance(x, tuple)


def as_tuple(items):
    return tuple(items)


def record_keys(record):
    """The keys in their order."""
    return list(record.keys())


def record_at(record, key):
    return record[key]


def record_has(record, key):
    return key in record


def new_record(keys, values):
    """A dict of the language's own: what a user may index and iterate."""
    return dict(zip(keys, values, strict=True))
