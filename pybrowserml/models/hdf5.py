"""HDF5 (CPython only): groups, links, texts and arrays of files that are not trusted.

What the file claims is checked against the size of what is there before memory is taken for it.
"""

import contextlib
import io

import numpy as np

from ..core.host import host_array
from ..core.shapes import format_shape
from ..platform.errors import error

MOST_RATIO = 2000  # an array that claims to grow more than this is a bomb
MOST_NAMES = 100_000


def h5py_for(purpose):
    """The module h5py, loaded when a file asks for it. purpose: what needs it, for the message."""
    try:
        import h5py
    except ImportError:
        raise error("ArgumentError", f"{purpose} needs h5py: pip install h5py") from None
    return h5py


@contextlib.contextmanager
def opened(data, purpose):
    """The file in bytes, open for reading."""
    with h5py_for(purpose).File(io.BytesIO(data), "r") as file:
        yield file


def made(purpose, write):
    """The bytes of a file that `write(file)` fills."""
    stream = io.BytesIO()
    with h5py_for(purpose).File(stream, "w") as file:
        write(file)
    return stream.getvalue()


def member(group, key, file_name, place=None):
    """What stands under a key of a group; links to elsewhere are refused."""
    h5py = h5py_for("HDF5")
    shown = place or key
    link = group.get(key, getlink=True) if isinstance(group, h5py.Group) else None
    if link is None:
        raise error("FormatError", f"{file_name} has no group '{shown}'")
    if not isinstance(link, h5py.HardLink):
        raise error("FormatError", f"{file_name}: '{shown}' is a link; links are not followed")
    return group[key]


def at_path(group, path, file_name):
    """What stands at a path of keys with "/" between."""
    done = []
    for key in path.split("/"):
        done.append(key)
        group = member(group, key, file_name, "/".join(done))
    return group


def array_of(dataset, variable, shown, budget):
    """The HostArray of a dataset for a variable. shown: what it is, for messages; budget: bytes of the whole file."""
    require_here(dataset, shown)
    if list(dataset.shape) != list(variable.shape):
        raise error(
            "FormatError",
            f"{shown} must have shape {format_shape(variable.shape)}, "
            f"got {format_shape(list(dataset.shape))}",
        )
    found = numbers_of(dataset, shown, budget)
    return host_array(found.astype(np.float32) if variable.dtype == "float32" else found, variable.dtype)


def require_here(dataset, shown):
    """Raise FormatError for what is no dataset, or has its data elsewhere."""
    h5py = h5py_for("HDF5")
    if not isinstance(dataset, h5py.Dataset):
        raise error("FormatError", f"{shown} is no dataset")
    if dataset.external or dataset.is_virtual:
        raise error("FormatError", f"{shown} lies in another file, which is not read")


def numbers_of(dataset, shown, budget):
    """The NumPy array of a dataset of any shape, whose claims are checked as in array_of."""
    require_here(dataset, shown)
    dtype = dataset.dtype
    # Keras keeps bfloat16 as two bytes without a meaning, and says so beside them.
    half = dtype.kind == "V" and dtype.itemsize == 2 and dataset.attrs.get("dtype") == "bfloat16"
    if dtype.kind not in "fiub" and not half:
        raise error("FormatError", f"{shown} has the dtype {dtype}, which is no number")
    stored = dataset.id.get_storage_size()
    needed = int(np.prod(dataset.shape)) * dtype.itemsize
    if stored == 0 < needed or stored > budget or needed > MOST_RATIO * max(stored, 1):
        raise error("FormatError", f"{shown} claims {needed} bytes, but the file stores {stored}")
    found = np.asarray(dataset[()])
    if half:
        found = (found.view("<u2").astype(np.uint32) << 16).view(np.float32)
    return found


def attribute(group, key):
    """A text, or a list of texts, of a group; None where it has none."""
    if key not in group.attrs:
        return None
    found = group.attrs[key]
    if isinstance(found, np.ndarray):
        return [_text(item) for item in found.tolist()]
    return _text(found)


def texts(group, key):
    """The list of texts of a group that may be cut into key0, key1, ... as it grew too long for one attribute."""
    whole = attribute(group, key)
    if whole is not None:
        return whole if isinstance(whole, list) else [whole]
    found = []
    number = 0
    while f"{key}{number}" in group.attrs and len(found) < MOST_NAMES:
        found.extend(texts(group, f"{key}{number}"))
        number += 1
    return found


def _text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def write_array(group, path, host):
    """Write a HostArray as a dataset."""
    group.create_dataset(path, data=np.asarray(host.data).reshape(host.shape))


def write_texts(group, key, values):
    """Write a list of texts, cut where it is too long for one attribute."""
    data = np.asarray([value.encode("utf-8") for value in values])
    parts = np.array_split(data, max(1, -(-data.nbytes // 60000)))
    for number, part in enumerate(parts):
        group.attrs[key if len(parts) == 1 else f"{key}{number}"] = part
