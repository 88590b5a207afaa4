"""Flat typed arrays: NumPy arrays in CPython, typed arrays in JavaScript.

float32 → Float32Array, int32 → Int32Array, bool and uint8 → Uint8Array.
"""

import numpy as np

NUMPY = {"float32": np.float32, "int32": np.int32, "bool": np.uint8, "uint8": np.uint8}


def zeros(dtype, count):
    """A flat zeroed array of a dtype."""
    return np.zeros(int(count), dtype=NUMPY[dtype])


def float32_array(count):
    return np.zeros(int(count), dtype=np.float32)


def int32_array(count):
    return np.zeros(int(count), dtype=np.int32)


def float64_array(count):
    return np.zeros(int(count), dtype=np.float64)


def from_numbers(dtype, numbers):
    """A flat array from a list of numbers (or another typed array)."""
    if dtype == "int32":
        return (
            np.asarray(numbers, dtype=np.float64 if len(numbers) == 0 else None)
            .astype(np.int64)
            .astype(np.int32)
        )
    if dtype == "bool":
        return (np.asarray(numbers) != 0).astype(np.uint8)
    return np.asarray(numbers).astype(NUMPY[dtype])


def to_numbers(data):
    """A list of Python numbers."""
    return data.tolist()


def subarray(data, start, end):
    """A view of [start, end)."""
    return data[start:end]


def copy_of(data):
    return data.copy()


def set_at(target, source, offset):
    """Copy `source` into `target` at an offset."""
    target[offset : offset + len(source)] = source


def view_bytes(data, dtype, offset, count):
    """`count` elements of a dtype at a byte offset of a flat uint8 array, copied so that alignment does not matter."""
    width = np.dtype(NUMPY[dtype]).itemsize
    return np.frombuffer(bytes(data[offset : offset + count * width]), dtype=NUMPY[dtype]).copy()


def bytes_of(data):
    """The bytes of a flat array, as a flat uint8 array."""
    return np.frombuffer(np.ascontiguousarray(data).tobytes(), dtype=np.uint8)


class Memory:
    """A block of memory seen as float32, int32 and float64."""

    def __init__(self, count):
        self.count = int(count) + int(count) % 2
        self.f32 = np.zeros(self.count, dtype=np.float32)
        self.i32 = self.f32.view(np.int32)
        self.f64 = self.f32.view(np.float64)


def memory(count):
    """A zeroed block of `count` (made even) four-byte elements with views `f32`, `i32` and `f64` on the same bytes."""
    return Memory(count)


def is_array(value):
    """True for what `from_user` takes besides numbers and nested lists."""
    return isinstance(value, np.ndarray) or hasattr(value, "__array__")


def from_user(value, dtype):
    """What a user gave as data: [flat array, shape, dtype].

    value: a number, bool, nested list, NumPy array (in JavaScript: number, boolean, nested array, typed array, or
    {data, shape}). dtype: wanted dtype or None; then floats → float32, integers → int32, booleans → bool, uint8 stays.
    Raises ValueError for ragged lists and TypeError for other content.
    """
    array = np.asarray(value)
    if array.dtype == object or array.dtype.kind not in "biuf":
        raise TypeError("expected numbers in a regular (not ragged) nested list or array")
    if dtype is None:
        if array.dtype == np.bool_:
            dtype = "bool"
        elif array.dtype == np.uint8:
            dtype = "uint8"
        else:
            dtype = "int32" if array.dtype.kind in "iu" else "float32"
    if dtype == "bool":
        flat = (array != 0).astype(np.uint8)
    else:
        flat = array.astype(NUMPY[dtype])
    return [np.ascontiguousarray(flat).reshape(-1), [int(n) for n in array.shape], dtype]


def to_user(data, shape, dtype):
    """A result for the user: NumPy array in CPython, {data, shape, dtype} in JavaScript."""
    array = np.asarray(data).reshape(shape)
    return array.astype(np.bool_) if dtype == "bool" else array


def to_nested(data, shape):
    """Nested lists of numbers."""
    return np.asarray(data).reshape(shape).tolist()
