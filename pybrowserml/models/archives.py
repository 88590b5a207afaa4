"""What a `.keras` file has inside, in a zip or as files in a folder (CPython only)."""

import os
import zipfile
from contextlib import contextmanager
from pathlib import Path

CONFIG = "config.json"


class FolderEntry:
    """A file of a folder, as `zipfile.ZipInfo` tells of an entry."""

    def __init__(self, path: Path):
        self.path = path
        self.file_size = path.stat().st_size
        self.compress_size = self.file_size


class Folder:
    """A folder that is read as a `zipfile.ZipFile` is. Links are not followed, and nothing outside of it is read."""

    def __init__(self, path):
        self.root = Path(path)
        self.files = {}
        for place, _, names in os.walk(self.root):
            for name in names:
                found = Path(place) / name
                if not found.is_symlink():
                    self.files[found.relative_to(self.root).as_posix()] = found

    def namelist(self):
        return list(self.files)

    def getinfo(self, entry):
        return FolderEntry(self.files[entry])

    def read(self, info):
        return info.path.read_bytes()


@contextmanager
def archive_at(source):
    """The ZipFile of a path or an open file; of a folder a Folder."""
    if isinstance(source, str) and os.path.isdir(source):
        yield Folder(source)
        return
    with zipfile.ZipFile(source) as archive:
        yield archive


def is_archive_folder(path):
    """Whether a path is a folder as `save(zipped=False)` writes it."""
    return (
        isinstance(path, (str, os.PathLike))
        and os.path.isdir(path)
        and os.path.isfile(os.path.join(path, CONFIG))
    )
