"""Reading and writing folders of files, and digests.

Everything that may wait is to be yielded: `data = yield read_file(folder, name, limit)`.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from .errors import error


def read_file(folder, file_name, limit):
    """The bytes of a file in a folder, as a flat uint8 array. Raises FormatError when it is missing or over the limit."""
    path = Path(folder) / file_name
    if not path.is_file():
        raise error("FormatError", f"{path}: no such file")
    size = path.stat().st_size
    if size > limit:
        raise error("FormatError", f"{path}: {size} bytes are over the limit of {limit}")
    return np.frombuffer(path.read_bytes(), dtype=np.uint8)


def write_folder(folder, files):
    """Write files, a list of [name, bytes], as a folder that is complete or not there at all."""
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise error("ArgumentError", f"{target} is a file; save writes a folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        os.chmod(made, 0o755)
        for name, data in files:
            (made / name).write_bytes(bytes(data))
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
            os.replace(target, old / "old")
            try:
                os.replace(made, target)
            except OSError:
                os.replace(old / "old", target)
                raise
            shutil.rmtree(old)
        else:
            os.replace(made, target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def write_file(folder, file_name, data):
    """Write one file of a folder; it is complete or as it was before."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=f".{file_name}.", dir=target)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(bytes(data))
        os.chmod(made, 0o644)
        os.replace(made, target / file_name)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def exists(folder):
    return Path(folder).exists()


def split_path(path):
    """[folder, file name] of a path."""
    path = Path(path)
    return [str(path.parent), path.name]


def path_text(path):
    return str(path)


def sha256_hex(data):
    """The SHA-256 digest of a flat uint8 array, in hexadecimal."""
    return hashlib.sha256(bytes(data)).hexdigest()
