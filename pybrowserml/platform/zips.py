"""Zip archives, as far as saved models need them: files side by side, not compressed when written."""

import io
import zipfile
import zlib

from .errors import error


def zipped(files):
    """The bytes of an archive of files, a list of [name, bytes]."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), bytes(data))
    return stream.getvalue()


def find_in_zip(source, file_name, limit):
    """The bytes of a file in an archive, at its top or in the one folder that has it; None where there is none.

    source: the archive's path. Raises FormatError where it is no archive or the file is over the limit.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [e for e in archive.infolist() if ("/" + e.filename).endswith("/" + file_name)]
            if not entries:
                return None
            entry = min(entries, key=lambda e: len(e.filename))
            if entry.file_size > limit:
                raise error(
                    "FormatError", f"{file_name}: {entry.file_size} bytes are over the limit of {limit}"
                )
            return archive.read(entry)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error):
        raise error("FormatError", f"{source}: no intact zip archive") from None
