"""Reading and writing folders of files, and digests. A zip and a dict of bytes by file name can be read as folders.

Everything that may wait is to be yielded: `data = yield read_file(folder, name, limit)`.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from .errors import error
from .zips import find_in_zip


def read_file(folder, file_name, limit):
    """The bytes of a file in a folder, as a flat uint8 array. Raises FormatError when it is missing or over
    the limit.
    """
    if isinstance(folder, dict):
        if file_name not in folder:
            raise error("FormatError", f"{file_name}: no such file")
        data = np.frombuffer(bytes(folder[file_name]), dtype=np.uint8)
        if len(data) > limit:
            raise error("FormatError", f"{file_name}: {len(data)} bytes are over the limit of {limit}")
        return data
    if Path(folder).is_file():
        data = find_in_zip(folder, file_name, limit)
        if data is None:
            raise error("FormatError", f"{folder}: the archive holds no {file_name}")
        return np.frombuffer(data, dtype=np.uint8)
    path = Path(folder) / file_name
    if not path.is_file():
        raise error("FormatError", f"{path}: no such file")
    size = path.stat().st_size
    if size > limit:
        raise error("FormatError", f"{path}: {size} bytes are over the limit of {limit}")
    return np.frombuffer(path.read_bytes(), dtype=np.uint8)


def write_folder(folder, files):
    """Write files, a list of [name, bytes], as a folder that is complete or not there at all.

    An earlier folder is replaced when it holds nothing but files of these names. Raises ArgumentError else.
    """
    target = Path(folder)
    if target.exists():
        _require_replaceable(target, [name for name, _ in files])
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        made = work / "new"
        made.mkdir()
        for name, data in files:
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(bytes(data))
        if not target.exists():
            os.replace(made, target)
            return
        os.replace(target, work / "old")
        try:
            os.replace(made, target)
        except BaseException:
            os.replace(work / "old", target)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _require_replaceable(target, names):
    if not target.is_dir():
        raise error("ArgumentError", f"{target} is a file; save writes a folder")
    ours = [name.split("/")[0] for name in names]
    others = sorted(path.name for path in target.iterdir() if path.name not in ours)
    if others:
        raise error(
            "ArgumentError",
            f"{target} holds files that are no part of a saved model ({', '.join(others[:3])}); "
            "choose a new or empty folder",
        )


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


def remove_folder(folder):
    """Remove a folder that holds nothing but the files of a saved model; others stay, and so does the folder then."""
    target = Path(folder)
    for name in ("model.json", "weights.safetensors"):
        (target / name).unlink(missing_ok=True)
    if not any(target.iterdir()):
        target.rmdir()


def exists(folder):
    return Path(folder).exists()


def split_path(path):
    """[folder, file name] of a path."""
    path = Path(path)
    return [str(path.parent), path.name]


def path_text(path):
    return "the given files" if isinstance(path, dict) else str(path)


def sha256_hex(data):
    """The SHA-256 digest of a flat uint8 array, in hexadecimal."""
    return hashlib.sha256(bytes(data)).hexdigest()
