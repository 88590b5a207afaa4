"""Flat typed arrays: NumPy arrays in CPython, typed arrays in JavaScript.

float32 → Float32Array, int32 → Int32Array, bool and uint8 → Uint8Array, and so on; float16 → numpy.float16 in CPython
and, as few browsers have a typed array for it, a Float32Array of numbers rounded to half precision in JavaScript.
"""

import numpy as np

NUMPY = {
    "bool": np.uint8,
    "uint8": np.uint8,
    "int8": np.int8,
    "int32": np.int32,
    "uint32": np.uint32,
    "float16": np.float16,
    "float32": np.float32,
    "float64": np.float64,
}
PYTHON = {"int": "int32", "float": "float32"}
# What `from_user` keeps of what it gets; other integers become int32, other floats float32.
KEPT = {"uint8", "int8", "uint32", "float16"}


def dtype_name(value):
    """The name of what stands for a dtype: a name, a type of Python or NumPy, or a NumPy dtype."""
    if isinstance(value, str):
        return PYTHON.get(value, value)
    if isinstance(value, (type, np.dtype)):
        return PYTHON.get(getattr(value, "__name__", "")) or np.dtype(value).name
    return str(value)


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
    if dtype == "bool":
        return (np.asarray(numbers) != 0).astype(np.uint8)
    return _converted(np.asarray(numbers, dtype=np.float64 if len(numbers) == 0 else None), dtype)


def _converted(array, dtype):
    """A dtype's array of numbers; integers wrap, and floats are truncated first."""
    kind = NUMPY[dtype]
    with np.errstate(invalid="ignore", over="ignore"):
        if np.issubdtype(kind, np.integer) and array.dtype.kind == "f":
            array = array.astype(np.int64)
        return array.astype(kind)


def to_numbers(data):
    """A list of Python numbers."""
    return data.tolist()


def subarray(data, start, end):
    """A view of [start, end)."""
    return data[start:end]


def fill_zeros(data):
    """Every element of a typed array becomes zero."""
    data[:] = 0


def copy_within(data, target, start, end):
    """Copy the elements start .. end - 1 of a typed array to `target` on."""
    data[target : target + end - start] = data[start:end]


def copy_of(data):
    return data.copy()


def set_at(target, source, offset):
    """Copy `source` into `target` at an offset."""
    target[offset : offset + len(source)] = source


def write_few(target, numbers, offset):
    """As `set_at`, for what is mostly short."""
    target[offset : offset + len(numbers)] = numbers


def taken(data, offset, count):
    """A copy of some elements that share memory with nobody."""
    return data[offset : offset + count].copy()


def put_numbers(value, shape, target, offset, flat):
    """Store the numbers of a user's array at an offset, if it is one of this shape and simple to read: False for
    whatever else it may be. flat: in JavaScript, whether a typed array of as many numbers is one.
    """
    if not isinstance(value, np.ndarray) or value.dtype != np.float32 or list(value.shape) != shape:
        return False
    target[offset : offset + value.size] = value.reshape(-1)
    return True


def element_bytes(dtype):
    """Bytes of one element in a file."""
    return np.dtype(NUMPY[dtype]).itemsize


def view_bytes(data, dtype, offset, count):
    """`count` elements of a dtype at a byte offset of a flat uint8 array, copied so that alignment does not matter."""
    width = element_bytes(dtype)
    return np.frombuffer(bytes(data[offset : offset + count * width]), dtype=NUMPY[dtype]).copy()


def window_of(data, dtype, offset, count):
    """`count` elements of a dtype at a byte offset of a flat uint8 array, in its own memory; None where the elements
    cannot be read there, as they lie or by their form.
    """
    return None


def is_zero(data):
    """Whether all elements are 0."""
    return not np.any(data)


def let_go(data):
    """Give back the memory of an array that nobody reads any more, without waiting for the garbage collector, where
    that is possible.
    """
    return None


def bytes_of(data, dtype):
    """The bytes of a flat array of a dtype, as they stand in a file, as a flat uint8 array."""
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
    {data, shape}). dtype: wanted dtype or None; then booleans → bool, arrays of uint8, int8, uint32 and float16 stay,
    other integers → int32, other floats → float32. Raises ValueError for ragged lists, TypeError for other content, in
    JavaScript ShapeError for a shape that is not that of the data.
    """
    array = np.asarray(value)
    if array.dtype == object or array.dtype.kind not in "biuf":
        raise TypeError("expected numbers in a regular (not ragged) nested list or array")
    if dtype is None:
        if array.dtype == np.bool_:
            dtype = "bool"
        elif array.dtype.name in KEPT:
            dtype = array.dtype.name
        else:
            dtype = "int32" if array.dtype.kind in "iu" else "float32"
    flat = (array != 0).astype(np.uint8) if dtype == "bool" else _converted(array, dtype)
    return [np.ascontiguousarray(flat).reshape(-1), [int(n) for n in array.shape], dtype]


def to_user(data, shape, dtype):
    """A result for the user: NumPy array in CPython, {data, shape, dtype} in JavaScript."""
    array = np.asarray(data).reshape(shape)
    return array.astype(np.bool_) if dtype == "bool" else array


def argument_of(data, shape, dtype):
    """What a class is given for an array of its configuration: an array in Python, nested lists in JavaScript."""
    return to_user(data, shape, dtype)


def to_nested(data, shape):
    """Nested lists of numbers."""
    return np.asarray(data).reshape(shape).tolist()
