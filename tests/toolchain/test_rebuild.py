"""Rebuilding the library after one file changed makes the bundles that hold it, and no others."""

import json
import shutil
import subprocess
import sys

import pytest

from pybrowserml.tools.bundle import BUILD, ROOT

REBUILD = """
import json, sys
from pathlib import Path
root = Path(sys.argv[1])
sys.path.insert(0, str(root))
from pybrowserml.tools.bundle import bundle_all
assert Path(bundle_all.__code__.co_filename).is_relative_to(root)
print(json.dumps(bundle_all(root / "out", root / "build" / ".cache" / "modules")))
"""


def rebuild(root):
    """The names of the bundles that were made."""
    run = subprocess.run([sys.executable, "-c", REBUILD, root], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, built once."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "pybrowserml", root / "pybrowserml", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "build").mkdir()
    for name in ("esbuild.mjs", "fragments.mjs", "package.json", "package-lock.json"):
        shutil.copy(BUILD / name, root / "build")
    shutil.copytree(BUILD / "src", root / "build" / "src")
    (root / "build" / "node_modules").symlink_to(BUILD / "node_modules", target_is_directory=True)
    rebuild(root)
    return root


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "bundles"),
    [
        ("layers/dense.py", ["pybrowserml"]),
        ("backends/cpu/gemm.py", ["pybrowserml", "runtime", "runtime.worker"]),
    ],
)
def test_only_what_changed_is_made(project, file, bundles):
    path = project / "pybrowserml" / file
    path.write_text(path.read_text() + "\nCHANGED = 1\n")
    assert rebuild(project) == bundles
    assert rebuild(project) == []
