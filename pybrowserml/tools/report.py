"""How large the files of a bundle are, as they lie and as a server sends them (brotli)."""

from dataclasses import dataclass
from pathlib import Path

import brotli
from rich.table import Table


@dataclass
class FileSize:
    """One file: its name, what it is for, its bytes raw and compressed with brotli at its best level."""

    name: str
    purpose: str
    raw: int
    brotli: int


def measure(folder: Path, purposes: dict[str, str]) -> list[FileSize]:
    """The sizes of the files of `folder` whose names are keys of `purposes`, in that order."""
    return [
        FileSize(name, purpose, path.stat().st_size, _compressed(path))
        for name, purpose in purposes.items()
        if (path := folder / name).is_file()
    ]


def _compressed(path: Path) -> int:
    # Weights barely shrink; a lower level gives nearly the same number a hundred times sooner.
    binary = path.suffix == ".safetensors" or path.stat().st_size > 4_000_000
    return len(brotli.compress(path.read_bytes(), quality=5 if binary else 11))


def format_bytes(count: int) -> str:
    """12345 → "12.3 KB" (decimal units, as browsers show)."""
    if count < 1000:
        return f"{count} B"
    for unit in ("KB", "MB", "GB"):
        count /= 1000  # type: ignore[assignment]
        if count < 999.5:
            return f"{count:.1f} {unit}" if count < 100 else f"{count:.0f} {unit}"
    return f"{count:.0f} GB"


def size_table(sizes: list[FileSize], title: str) -> Table:
    """A rich table of the sizes."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("file", no_wrap=True)
    table.add_column("raw", justify="right", no_wrap=True)
    table.add_column("brotli", justify="right", no_wrap=True)
    table.add_column("for", style="dim")
    for item in sizes:
        table.add_row(item.name, format_bytes(item.raw), format_bytes(item.brotli), item.purpose)
    return table
