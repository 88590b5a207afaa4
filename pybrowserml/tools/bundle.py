"""The library as JavaScript bundles: transpile, dress in a facade, bundle with esbuild, write typings.

For each entry NAME there are `NAME.mjs` (ES module), `NAME.cjs` (CommonJS) and `NAME.global.js` (a static
script that defines the global `pybrowserml`), each plain and `.min`, with source maps that lead to the Python
lines, and `NAME.d.ts`.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .facade import facade_source
from .model_typings import runtime_typings
from .modules import JAVASCRIPT, TranspileError
from .signatures import interface
from .transpile import reached_from, transpile_modules
from .typings import typings_source

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LIBRARY = "pybrowserml.entry_full"
FROZEN = "pybrowserml.entry_frozen"


class BundleError(Exception):
    """The bundle cannot be made; the message is one sentence."""


def runtime_folder() -> Path:
    """Where the built runtime is: inside an installed wheel, else build/dist of the checkout."""
    installed = Path(__file__).resolve().parent / "runtime"
    return installed if installed.is_dir() else BUILD / "dist"


def bundle(name: str, entry: str, out: Path, cache: Path, root: Path = ROOT) -> bool:
    """Make the bundles `name.*` of one entry in the folder `out`; False when they were up to date.

    entry: a dotted module name below the folder `root`; cache: a folder for transpiled modules, which several
    entries of one root may share. Raises TranspileError or BundleError.
    """
    reached = reached_from(root, entry, cache)
    transpile_modules(reached, cache)
    errors = f"{entry.split('.')[0]}.platform.errors"
    public = interface(root, entry, reached)
    shutil.copyfile(BUILD / "src" / "facade.js", cache / "facade.js")
    facade = facade_source(public, errors if errors in reached else None)
    facade = f"import './{entry}.js';\n{facade}"
    typings = typings_source(public)
    parts = [cache / f"{module}.js" for module in reached]
    key = _key(
        [*parts, *JAVASCRIPT.glob("*.js"), BUILD / "src" / "facade.js", BUILD / "esbuild.mjs"],
        facade,
        typings,
    )
    stamp = cache / f"{name}.bundle.key"
    expected = [out / f"{name}{suffix}" for suffix in (".mjs", ".min.cjs", ".global.min.js", ".d.ts")]
    if stamp.is_file() and stamp.read_text() == key and all(path.is_file() for path in expected):
        return False
    out.mkdir(parents=True, exist_ok=True)
    source = cache / f"{name}.facade.js"
    source.write_text(facade, encoding="utf-8")
    stamp.unlink(missing_ok=True)
    _esbuild(name, source, out, cache)
    (out / f"{name}.d.ts").write_text(typings, encoding="utf-8")
    stamp.write_text(key)
    return True


def bundle_runtime(out: Path, cache: Path, root: Path = ROOT) -> bool:
    """Make the bundles `runtime.*`, the loader of built models: build/src/model over frozen models.

    `pybrowserml build` copies them, so its user needs no Node. False when they were up to date.
    """
    reached = reached_from(root, FROZEN, cache)
    transpile_modules(reached, cache)
    loader = BUILD / "src" / "model"
    typings = runtime_typings()
    parts = [cache / f"{module}.js" for module in reached]
    key = _key([*parts, *JAVASCRIPT.glob("*.js"), *loader.glob("*.js"), BUILD / "esbuild.mjs"], typings)
    stamp = cache / "runtime.bundle.key"
    expected = [out / f"runtime{suffix}" for suffix in (".mjs", ".min.cjs", ".global.min.js", ".d.ts")]
    if stamp.is_file() and stamp.read_text() == key and all(path.is_file() for path in expected):
        return False
    out.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    _esbuild("runtime", loader / "module.js", out, cache, loader / "script.js")
    (out / "runtime.d.ts").write_text(typings, encoding="utf-8")
    stamp.write_text(key)
    return True


def _key(files: list[Path], *texts: str) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()


def _esbuild(name: str, source: Path, out: Path, cache: Path, script: Path | None = None) -> None:
    if shutil.which("node") is None or not (BUILD / "node_modules" / "esbuild").is_dir():
        raise BundleError("esbuild is not installed; run `make setup` (it needs Node.js 20 or newer)")
    job = {
        "entry": str(source.resolve()),
        "script": str((script or source).resolve()),
        "modules": str(cache.resolve()),
        "outdir": str(out.resolve()),
        "name": name,
        "global": "pybrowserml",
        "version": _version(),
        "banner": f"/* pybrowserml {_version()} | Apache-2.0 */",
        # Transpiled modules name their sources by their place below the root already.
        "sources": [
            [f"{cache.name}/runtime.js", "pybrowserml/platform/js/runtime.js"],
            [f"{cache.name}/math.js", "pybrowserml/platform/js/math.js"],
            [f"{cache.name}/facade.js", "build/src/facade.js"],
            [f"{cache.name}/", ""],
        ],
    }
    file = cache / f"{name}.job.json"
    file.write_text(json.dumps(job))
    run = subprocess.run(
        ["node", str(BUILD / "esbuild.mjs"), str(file)],
        cwd=BUILD,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise BundleError((run.stderr or run.stdout).strip().splitlines()[0])


def _version() -> str:
    return json.loads((BUILD / "package.json").read_text())["version"]


def main() -> None:
    """`python -m pybrowserml.tools.bundle` makes everything in build/dist."""
    start = time.perf_counter()
    try:
        out, cache = BUILD / "dist", BUILD / ".cache" / "modules"
        for name, make in (
            ("pybrowserml", lambda: bundle("pybrowserml", LIBRARY, out, cache)),
            ("runtime", lambda: bundle_runtime(out, cache)),
        ):
            made = make()
            size = (out / f"{name}.min.mjs").stat().st_size
            print(f"{name}: {'built' if made else 'up to date'}, {size / 1000:.1f} KB minified")
    except (TranspileError, BundleError) as failure:
        print(failure, file=sys.stderr)
        raise SystemExit(2) from None
    print(f"build/dist is ready ({time.perf_counter() - start:.1f} s)")


if __name__ == "__main__":
    main()
