"""The parts of Transcrypt that are used, and what its generator cannot write."""

import sys
import warnings
from pathlib import Path


class SubsetError(Exception):
    """The source uses something that has no JavaScript meaning; `line` is where."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


def _load_transcrypt():
    """The compiler modules of Transcrypt, with the flags -b -m -n -e 6, and sys.path as it was."""
    import transcrypt

    before, arguments = list(sys.path), sys.argv
    sys.path.append(str(Path(next(iter(transcrypt.__path__))) / "modules"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from org.transcrypt import compiler, utils  # pyright: ignore[reportMissingImports]
        sys.argv = ["transcrypt", "-b", "-m", "-n", "-e", "6", "module.py"]
        utils.commandArgs.parse()
    finally:
        sys.path[:], sys.argv = before, arguments
    return compiler, utils


compiler, utils = _load_transcrypt()
