"""JSON and bytes."""

import base64
import json
import re


def to_json(value):
    """Compact JSON; dict keys in insertion order; NaN and infinities as strings are the caller's business."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def from_json(text):
    """Parse JSON text to lists, dicts, strings, numbers, booleans, None. Raises ValueError."""
    return json.loads(text)


def utf8_decode(data):
    return bytes(data).decode("utf-8")


def utf8_encode(text):
    return text.encode("utf-8")


def base64_decode(text):
    """A flat uint8 array."""
    import numpy as np

    return np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)


def base64_encode(data):
    return base64.b64encode(bytes(data)).decode("ascii")


def as_dict(value):
    """A user's nested object as the library's own dicts and lists."""
    return value


def has_match(pattern, text):
    """Whether a regular expression is found in a text."""
    return re.search(pattern, text) is not None
