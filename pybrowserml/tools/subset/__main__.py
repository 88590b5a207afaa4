"""`python -m pybrowserml.tools.subset [PATHS]` checks the transpilable sources, or those named."""

import sys
from pathlib import Path

from . import check_file, transpilable_files

ROOT = Path(__file__).resolve().parents[3]


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]]
    files: list[Path] = []
    for path in paths:
        files.extend(sorted(path.rglob("*.py")) if path.is_dir() else [path])
    findings = [
        finding
        for file in (files or transpilable_files(ROOT / "pybrowserml"))
        for finding in check_file(file, ROOT)
    ]
    for finding in findings:
        print(finding)
    if findings:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
