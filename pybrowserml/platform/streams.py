"""Data that comes bit by bit: text of files and addresses, the elements of a user's generator, numbers as text.

What may wait is to be yielded: `text = yield stream.next_chunk()`.
"""

import codecs
import itertools
import os
import re
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from .errors import error

CHUNK = 1 << 20
# How data packed by gzip begins.
GZIP = b"\x1f\x8b"
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_SPECIAL = {"nan": float("nan"), "inf": float("inf"), "infinity": float("inf")}


def is_promise(value):
    """True for what JavaScript must wait for."""
    return False


def parse_number(text):
    """The number that a text is, or None: decimal, with a fraction or an exponent, nan or inf; nothing else."""
    if _NUMBER.fullmatch(text):
        return float(text)
    bare = text.strip().lower()
    unsigned = bare[1:] if bare[:1] in ("+", "-") else bare
    if unsigned not in _SPECIAL:
        return None
    return -_SPECIAL[unsigned] if bare[0] == "-" else _SPECIAL[unsigned]


def nested_texts(value):
    """[flat list, shape] of an array of texts in an array library's own form, else None."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "USO":
        return None
    flat = [item.decode("utf-8") if isinstance(item, bytes) else item for item in value.reshape(-1).tolist()]
    if not all(isinstance(item, str) for item in flat):
        return None
    return [flat, [int(dim) for dim in value.shape]]


def texts_to_user(texts, shape):
    """A text, or an array of texts (in JavaScript nested lists of them)."""
    if len(shape) == 0:
        return texts[0]
    return np.array(texts, dtype=object).reshape(shape)


def number_to_user(data, dtype):
    """The only number of a flat array, as the array library's scalar (in JavaScript a number or boolean)."""
    return np.bool_(data[0] != 0) if dtype == "bool" else data[0]


def text_argument(text):
    """A text as a user's function gets it: one that the array library's functions of texts take too."""
    return np.str_(text)


def text_result(found):
    """What such a function gave: a text or a list of texts, unwrapped from the array library's own form."""
    if isinstance(found, np.ndarray):
        found = found.tolist()
    return found


def lines_at_once(path):
    """The lines of a small file of text, read without waiting (a page cannot)."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError as problem:
        raise error("FormatError", f"{path}: {_reason(problem)}") from None
    while len(lines) > 0 and lines[-1] == "":
        lines.pop()
    return lines


class Elements:
    """The elements of what a user's function gives; `next_element()` is [ended, element]."""

    def __init__(self, source):
        self._given = source
        self._iterator: Any = None

    def next_element(self):
        if self._iterator is None:
            made: Any = self._given() if callable(self._given) else self._given
            try:
                self._iterator = iter(made)
            except TypeError:
                raise error("ArgumentError", NOT_ITERABLE) from None
        for element in self._iterator:
            return [False, element]
        return [True, None]

    def close(self):
        if hasattr(self._iterator, "close"):
            self._iterator.close()


NOT_ITERABLE = "from_generator: expected something to iterate over, or a function that gives it"


def elements_of(source):
    """Elements of a function that gives an iterable, or of an iterable."""
    return Elements(source)


def is_read_once(source):
    """True for an iterator, whose elements cannot be had a second time."""
    return not callable(source) and hasattr(source, "__next__")


class TextStream:
    """The text of something, in chunks: `next_chunk()` gives a text, None at the end."""

    def __init__(self, label, chunks):
        self.label = label
        self._chunks = chunks

    def next_chunk(self):
        try:
            return next(self._chunks, None)
        except UnicodeDecodeError:
            raise error("FormatError", f"{self.label}: this is no UTF-8 text") from None

    def close(self):
        self._chunks.close()


def source_label(source):
    """How messages call a source."""
    if isinstance(source, os.PathLike) or (isinstance(source, str) and not is_content(source)):
        return str(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "the given text"


def is_content(source):
    """True for a text that is data itself: one with a line break; another is a path or an address."""
    return isinstance(source, str) and ("\n" in source or "\r" in source)


def text_stream(source):
    """A TextStream of a path, an http(s), file or data address, bytes, an open file, or a text with a line break."""
    if is_content(source):
        return TextStream("the given text", _once(source))
    return TextStream(source_label(source), _decoded(_blocks(source)))


def _once(text):
    yield text


def _decoded(blocks):
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in blocks:
        yield block if isinstance(block, str) else decoder.decode(block)
    yield decoder.decode(b"", True)


def _blocks(source):
    """Chunks of bytes (or text, of a file opened as text), unpacked where gzip packed them."""
    chunks = _packed(source)
    first = next(chunks, b"")
    if isinstance(first, str) or first[:2] != GZIP:
        yield first
        yield from chunks
        return
    unpacker = zlib.decompressobj(31)
    whole = False
    try:
        for block in itertools.chain([first], chunks):
            while block:
                yield unpacker.decompress(block)
                block = unpacker.unused_data
                whole = unpacker.eof
                if whole:
                    # Packed files may stand one after another.
                    unpacker = zlib.decompressobj(31)
    except zlib.error:
        whole = False
    if not whole:
        raise error("FormatError", f"{source_label(source)}: damaged gzip data")


def _packed(source):
    """Chunks as they are stored."""
    if isinstance(source, (bytes, bytearray, memoryview, np.ndarray)):
        yield bytes(source)
        return
    if hasattr(source, "read"):
        if hasattr(source, "seekable") and source.seekable():
            source.seek(0)
        yield from _until_empty(source)
        return
    if not isinstance(source, (str, os.PathLike)):
        raise error("ArgumentError", f"expected a path, an address or a file to read, got {source!r}")
    text = os.fspath(source)
    try:
        stream = urllib.request.urlopen(text) if _is_address(text) else open(text, "rb")
    except (OSError, ValueError) as problem:
        raise error("FormatError", f"{text}: {_reason(problem)}") from None
    with stream:
        yield from _until_empty(stream)


def _is_address(text):
    return text.startswith(("http://", "https://", "file:", "data:"))


def _reason(problem):
    if isinstance(problem, urllib.error.HTTPError):
        return f"no such file (status {problem.code})"
    if isinstance(problem, FileNotFoundError):
        return "no such file"
    return str(problem)


def _until_empty(stream):
    while True:
        block = stream.read(CHUNK)
        if not block:
            return
        yield block


def list_files(source, suffixes):
    """[[a file, its path as text], ...]: files of a folder and those below whose names end so, sorted by path; or of a
    list of paths, in its order.
    """
    if isinstance(source, (str, os.PathLike)):
        root = Path(source)
        if not root.is_dir():
            raise error("FormatError", f"{root}: no such folder")
        found = [path for path in root.rglob("*") if path.suffix.lower() in suffixes]
        named = sorted((path.relative_to(root).as_posix(), path) for path in found)
        return [[str(path), name] for name, path in named]
    return [[entry, str(entry).replace(os.sep, "/")] for entry in source]


def ahead(advance, size):
    """Something whose `next_element()` gives what the generator function `advance` gives, which is called up to `size`
    times before anybody asks; None where nothing can run beside the caller (CPython).
    """
    return None


def install_iteration(cls, begin):
    """Let instances be iterated by `for await`; `begin(instance)` has a generator `advance_pair()` → [ended, element]
    and `close()`. CPython iterates by __iter__.
    """
    return None
