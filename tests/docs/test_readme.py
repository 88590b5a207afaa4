"""The README's examples run: Python in CPython, JavaScript through `tsc --strict` and Node."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import page_of

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TSC = ROOT / "build" / "node_modules" / ".bin" / "tsc"
LIBRARY = ROOT / "build" / "dist" / "pybrowserml.mjs"

# What the web developer's page has around the example.
PAGE = """
declare const pixels: Float32Array;
declare const images: Float32Array;
declare const labels: Int32Array;
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def tsc(folder: Path, paths: dict[str, str]) -> subprocess.CompletedProcess:
    mapping = ", ".join(f'"{name}": ["{path}"]' for name, path in paths.items())
    (folder / "tsconfig.json").write_text(
        f"""{{"compilerOptions": {{"strict": true, "noEmit": true, "target": "es2022", "module": "esnext",
        "moduleResolution": "bundler", "lib": ["es2022", "dom"], "types": [], "skipLibCheck": false,
        "paths": {{{mapping}}}}}, "include": ["*.ts"]}}"""
    )
    return subprocess.run([TSC, "-p", folder], capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The folder in which the author's example ran: it holds the model `digits`."""
    folder = tmp_path_factory.mktemp("author")
    (author,) = blocks("python")
    (folder / "author.py").write_text(author)
    done = subprocess.run(
        [sys.executable, "author.py"], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "(3, 10)" in done.stdout
    return folder


def test_python_author(saved):
    assert (saved / "digits" / "model.json").is_file()


@pytest.fixture(scope="module")
def site(saved, tmp_path_factory):
    """A folder with the site that the README builds."""
    folder = tmp_path_factory.mktemp("developer")
    command = [sys.executable, "-m", "pybrowserml.tools.cli", "build", saved / "digits"]
    built = subprocess.run(
        [*command, "-o", folder / "site", "--trainable"], capture_output=True, text=True, timeout=120
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_web_developer_compiles(site):
    (site / "page.ts").write_text(PAGE + blocks("js")[0])
    done = tsc(site, {})
    assert done.returncode == 0, done.stdout


@pytest.mark.browser
def test_web_developer_runs(site, tmp_path):
    data = """
const images = Float32Array.from({ length: 64 * 784 }, (_, i) => ((i * 31) % 255) / 255);
const labels = Int32Array.from({ length: 64 }, (_, i) => i % 10);
const pixels = images.slice(0, 3 * 784);
const lines = [];
const console = { log: (...parts) => lines.push(parts) };
"""
    (tmp_path / "page.mjs").write_text(data + blocks("js")[0] + "export const printed = () => lines;\n")
    with page_of(site, tmp_path / "page.mjs") as page:
        lines = page.ask("page.mjs", "printed")
    (predicted,) = [line for line in lines if isinstance(line[0], list)]
    shape, numbers, info = predicted
    assert shape == [3, 10] and len(numbers) == 30 and info["name"] in ("webgl", "cpu")
    (history,) = lines[-1]
    assert sorted(history) == ["accuracy", "loss"] and len(history["loss"]) == 1
    losses = [line for line in lines if isinstance(line[0], float)]
    assert [len(line) for line in losses] == [2, 1]


def test_tinkerer_compiles_and_runs(tmp_path):
    example = blocks("js")[1]
    (tmp_path / "page.ts").write_text(example)
    done = tsc(tmp_path, {"pybrowserml": str(ROOT / "build" / "dist" / "pybrowserml.d.ts")})
    assert done.returncode == 0, done.stdout
    script = tmp_path / "page.mjs"
    script.write_text(example.replace('"pybrowserml"', f'"{LIBRARY.as_uri()}"'))
    ran = subprocess.run(["node", script], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert float(ran.stdout.split()[0]) < 0.01
