"""Rebuilding the library after one file changed: under two seconds on two processors."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pybrowserml.tools.bundle import BUILD, ROOT

COST = Path(__file__).resolve().parent / "rebuild_cost.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, built once."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "pybrowserml", root / "pybrowserml", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "build").mkdir()
    for name in ("esbuild.mjs", "package.json", "package-lock.json"):
        shutil.copy(BUILD / name, root / "build")
    shutil.copytree(BUILD / "src", root / "build" / "src")
    (root / "build" / "node_modules").symlink_to(BUILD / "node_modules", target_is_directory=True)
    subprocess.run([sys.executable, COST, root, "first"], check=True)
    return root


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts the processor time of orphaned processes")
@pytest.mark.parametrize(
    ("file", "bundles"),
    [
        ("layers/dense.py", ["pybrowserml"]),
        ("backends/cpu/gemm.py", ["pybrowserml", "runtime", "runtime.predict", "runtime.worker"]),
    ],
)
def test_under_two_seconds(project, file, bundles):
    path = project / "pybrowserml" / file
    best = None
    for attempt in range(3):
        path.write_text(path.read_text() + f"\nCHANGED_{attempt} = {attempt}\n")
        run = subprocess.run(
            [sys.executable, COST, project, "again"], capture_output=True, text=True, check=True
        )
        found = json.loads(run.stdout)
        assert found["made"] == bundles
        # Processor time, which other work on the machine does not change much; esbuild uses all processors.
        seconds = found["python"] + found["others"] / 2
        best = seconds if best is None else min(best, seconds)
        if best < 2:
            break
    assert best is not None and best < 2


@pytest.mark.slow
def test_the_same_bytes_however_they_were_made(project):
    """After changes and back, the outputs are those of a first build elsewhere."""
    shutil.copytree(ROOT / "pybrowserml", project / "pybrowserml", dirs_exist_ok=True)
    subprocess.run([sys.executable, COST, project, "again"], check=True, capture_output=True)
    rebuilt = {path.name: path.read_bytes() for path in sorted((project / "out").iterdir())}
    shutil.rmtree(project / "build" / ".cache")
    shutil.rmtree(project / "out")
    subprocess.run([sys.executable, COST, project, "first"], check=True)
    fresh = {path.name: path.read_bytes() for path in sorted((project / "out").iterdir())}
    assert list(rebuilt) == list(fresh)
    assert [name for name in fresh if fresh[name] != rebuilt[name]] == []


@pytest.mark.slow
def test_a_moved_line_moves_in_the_source_maps(project):
    path = project / "pybrowserml" / "layers" / "dense.py"
    path.write_text(path.read_text().replace('"""', '"""Moved.\n\n', 1))
    subprocess.run([sys.executable, COST, project, "again"], check=True, capture_output=True)
    found = json.loads((project / "out" / "pybrowserml.cjs.map").read_text())
    content = dict(zip(found["sources"], found["sourcesContent"], strict=True))
    assert content["pybrowserml/layers/dense.py"] == path.read_text()
