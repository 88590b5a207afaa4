"""What the browser is served: the measuring pages, both libraries bundled, and the digits net for each."""

import gzip
import subprocess
from pathlib import Path

import brotli
import digits

from pybrowserml.tools.transpile import transpile

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = HERE / "out"
SITE = OUT / "site"

PAGE = """<!doctype html><meta charset="utf-8"><title>pybrowserml bench</title>
<link rel="icon" href="data:,"><script type="module" src="{script}"></script>
"""
# What a page loads for its first prediction.
COLD = {
    "ours cpu": "cold_ours",
    "ours webgl": "cold_ours",
    "tfjs cpu": "cold_tfjs_cpu",
    "tfjs webgl": "cold_tfjs_webgl",
}


def esbuild(entry: Path, target: Path, *options: str) -> None:
    program = HERE / "node_modules" / ".bin" / "esbuild"
    command = [str(program), str(entry), "--bundle", "--format=esm", "--target=es2022", "--log-level=error"]
    subprocess.run([*command, f"--outfile={target}", *options], check=True, cwd=HERE)


def build_site(with_models: bool, minify: bool = True) -> None:
    """Write everything into SITE. with_models: also the digits net; minify: its script."""
    SITE.mkdir(parents=True, exist_ok=True)
    root = OUT / "root"
    root.mkdir(exist_ok=True)
    places = {"pybrowserml": ROOT / "pybrowserml", "bench_page.py": HERE / "page" / "bench_page.py"}
    for name, source in places.items():
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(source)
    ours = transpile(root, "bench_page", OUT / "modules")
    bundle = "--external:./digits/*"
    library = f"--alias:library={ROOT / 'build' / 'dist' / 'pybrowserml.min.mjs'}"
    esbuild(HERE / "page" / "page.js", SITE / "page.js", f"--alias:ours={ours}", library, bundle)
    esbuild(HERE / "page" / "cold.js", SITE / "cold.js")
    for name in sorted(set(COLD.values())):
        esbuild(HERE / "page" / f"{name}.js", SITE / f"{name}.js", "--minify", bundle)
    for name, script in (("index", "page.js"), ("cold", "cold.js")):
        (SITE / f"{name}.html").write_text(PAGE.format(script=script))
    if with_models:
        digits.write_tfjs(SITE / "tfjs")
        digits.write_ours(SITE / "digits", minify)


def _sizes(path: Path) -> dict[str, float]:
    """Kilobytes as it lies and compressed as a server would."""
    data = path.read_bytes()
    compressed = {"min": data, "gzip": gzip.compress(data, 9), "brotli": brotli.compress(data, quality=11)}
    return {name: len(content) / 1000 for name, content in compressed.items()}


def byte_rows() -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """Row → (ours, theirs): minified JavaScript in kilobytes."""
    whole = OUT / "tfjs_whole.js"
    both = OUT / "tfjs_model.js"
    esbuild(HERE / "page" / "tfjs_whole.js", whole, "--minify")
    esbuild(HERE / "page" / "tfjs_model.js", both, "--minify")
    return {
        "KB, a model that predicts and trains": (_sizes(SITE / "digits" / "model.js"), _sizes(both)),
        "KB, the whole library": (_sizes(ROOT / "build" / "dist" / "pybrowserml.min.mjs"), _sizes(whole)),
    }
