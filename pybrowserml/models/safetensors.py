"""The safetensors format: an 8-byte length, a JSON header, then the tensors' bytes, little-endian.

Source: https://github.com/huggingface/safetensors. What is read is checked before anything is allocated:
header size, dtypes, shapes against byte ranges, and that the ranges fill the data without gap or overlap.
"""

from ..core.host import HostArray
from ..core.slots import Lender
from ..platform.buffers import bytes_of, element_bytes, set_at, subarray, view_bytes, window_of, zeros
from ..platform.errors import attempt, error
from ..platform.numbers import is_dict, is_list, is_string, is_whole
from ..platform.text import from_json, to_json, utf8_decode, utf8_encode

NAMES = {
    "bool": "BOOL",
    "uint8": "U8",
    "int8": "I8",
    "int32": "I32",
    "uint32": "U32",
    "float16": "F16",
    "float32": "F32",
    "float64": "F64",
}
DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "I32": "int32",
    "U32": "uint32",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
}
MOST_HEADER_BYTES = 16777216


def encode_tensors(tensors):
    """The file's bytes, a flat uint8 array. tensors: list of [name, HostArray]."""
    header = {}
    offset = 0
    for entry in tensors:
        host = entry[1]
        kind = NAMES[host.dtype]
        end = offset + len(host.data) * element_bytes(host.dtype)
        header[entry[0]] = {
            "dtype": kind,
            "shape": [dim for dim in host.shape],
            "data_offsets": [offset, end],
        }
        offset = end
    text = utf8_encode(to_json(header))
    padding = (8 - len(text) % 8) % 8
    length = len(text) + padding
    data = zeros("uint8", 8 + length + offset)
    rest = length
    for i in range(8):
        data[i] = rest % 256
        rest = rest // 256
    set_at(data, _bytes_array(text), 8)
    for i in range(padding):
        data[8 + len(text) + i] = 32
    for entry in tensors:
        set_at(
            data, bytes_of(entry[1].data, entry[1].dtype), 8 + length + header[entry[0]]["data_offsets"][0]
        )
    return data


def _bytes_array(text):
    data = zeros("uint8", len(text))
    for i in range(len(text)):
        data[i] = text[i]
    return data


class Pieces:
    """The bytes of a file in arrays of their own, which tensors may read where they are."""

    def __init__(self, parts):
        self.parts = parts
        self.lenders = [Lender(part) for part in parts]
        self.starts = []
        self.size = 0
        for part in parts:
            self.starts.append(self.size)
            self.size = self.size + len(part)

    def copied(self, start, count):
        """A flat uint8 array of some bytes."""
        data = zeros("uint8", count)
        for k in range(len(self.parts)):
            low = max(start, self.starts[k])
            high = min(start + count, self.starts[k] + len(self.parts[k]))
            if low < high:
                set_at(
                    data, subarray(self.parts[k], low - self.starts[k], high - self.starts[k]), low - start
                )
        return data

    def tensor(self, dtype, start, count):
        """[numbers, Lender]: where they stand, and who is told when they are needed there no longer."""
        size = count * element_bytes(dtype)
        for k in range(len(self.parts)):
            at = start - self.starts[k]
            if size > 0 and at >= 0 and at + size <= len(self.parts[k]):
                found = window_of(self.parts[k], dtype, at, count)
                if found is not None:
                    self.lenders[k].lent = self.lenders[k].lent + 1
                    return [found, self.lenders[k]]
        numbers = view_bytes(self.copied(start, size), dtype, 0, count)
        lender = Lender(numbers)
        lender.lent = 1
        return [numbers, lender]


def decode_tensors(data, file_name):
    """List of [name, HostArray], in the order of the file. data: flat uint8 array. Raises FormatError naming
    the file.
    """
    return [[entry[0], entry[1]] for entry in decode_lent(_Whole(data), file_name)]


class _Whole:
    """A file in an array of somebody else, who may change it: tensors are copies."""

    def __init__(self, data):
        self.data = data
        self.size = len(data)

    def copied(self, start, count):
        return subarray(self.data, start, start + count)

    def tensor(self, dtype, start, count):
        return [view_bytes(self.data, dtype, start, count), None]


def decode_lent(source, file_name):
    """List of [name, HostArray, Lender or None], in the order of the file. source: Pieces, in which tensors stay where
    they are. Raises FormatError naming the file.
    """
    if source.size < 8:
        raise error(
            "FormatError", file_name + ": truncated, a safetensors file starts with 8 bytes of length"
        )
    length = 0
    first = source.copied(0, 8)
    for i in range(8):
        length = length * 256 + int(first[7 - i])
    if length > MOST_HEADER_BYTES or length > source.size - 8:
        raise error(
            "FormatError",
            file_name
            + ": truncated or damaged, its header claims "
            + str(length)
            + " bytes of "
            + str(source.size - 8),
        )
    header = read_json(source.copied(8, length), file_name)
    if not is_dict(header):
        raise error("FormatError", file_name + ": its header is not an object")
    room = source.size - 8 - length
    found = []
    covered = 0
    for name in _names_by_place(header, room, file_name):
        entry = header[name]
        start = entry["data_offsets"][0]
        end = entry["data_offsets"][1]
        if start != covered:
            raise error(
                "FormatError", file_name + ": tensor '" + name + "' does not start where the one before ends"
            )
        covered = end
        kind = DTYPES[entry["dtype"]]
        numbers = source.tensor(kind, 8 + length + start, (end - start) // element_bytes(kind))
        found.append([name, HostArray(numbers[0], [dim for dim in entry["shape"]], kind), numbers[1]])
    if covered != room:
        raise error(
            "FormatError",
            file_name + ": its tensors need " + str(covered) + " bytes, but there are " + str(room),
        )
    return found


def _names_by_place(header, room, file_name):
    """The names of the tensors in the order of their bytes; an empty one before the tensor that starts where
    it stands.
    """
    ends = []
    for name in header.keys():
        if name != "__metadata__":
            _check_entry(header[name], name, room, file_name)
            ends.append([header[name]["data_offsets"][0], header[name]["data_offsets"][1], name])
    ends = sorted(ends, key=lambda entry: entry[1])
    ends = sorted(ends, key=lambda entry: entry[0])
    return [entry[2] for entry in ends]


def _check_entry(entry, name, room, file_name):
    place = file_name + ": tensor '" + name + "'"
    if not is_dict(entry):
        raise error("FormatError", place + " is not an object")
    kind = entry.get("dtype")
    if not is_string(kind) or kind not in DTYPES:
        raise error(
            "FormatError", place + " has the dtype " + str(kind) + "; known: " + ", ".join(DTYPES.keys())
        )
    shape = entry.get("shape")
    offsets = entry.get("data_offsets")
    if not _is_sizes(shape):
        raise error("FormatError", place + " has no shape of whole numbers")
    if not _is_sizes(offsets) or len(offsets) != 2 or offsets[1] < offsets[0]:
        raise error("FormatError", place + " has no valid data_offsets")
    if offsets[1] > room:
        raise error(
            "FormatError",
            place
            + " ends at byte "
            + str(offsets[1])
            + ", but there are "
            + str(room)
            + ": the file is truncated",
        )
    count = 1
    for dim in shape:
        count = count * dim
        if count > 9007199254740991:
            raise error("FormatError", place + " has a shape too large to exist")
    needed = count * element_bytes(DTYPES[kind])
    if needed != offsets[1] - offsets[0]:
        raise error(
            "FormatError",
            place + " needs " + str(needed) + " bytes, but has " + str(offsets[1] - offsets[0]),
        )
    return None


def _is_sizes(value):
    if not is_list(value) or len(value) > 32:
        return False
    for item in value:
        if not is_whole(item) or item < 0 or item > 9007199254740991:
            return False
    return True


def read_json(data, file_name):
    """The JSON value in a flat uint8 array. Raises FormatError naming the file."""
    parsed = attempt(lambda: from_json(utf8_decode(data)))
    if parsed[1] is not None:
        raise error("FormatError", file_name + ": not valid JSON text")
    return parsed[0]
