"""The library as JavaScript bundles: transpile, dress in a facade, bundle with esbuild, write typings.

For each entry NAME there are `NAME.mjs` (ES module), `NAME.cjs` (CommonJS) and `NAME.global.js` (a static
script that defines the global `pybrowserml`), each plain and `.min`, with source maps that lead to the Python
lines, and `NAME.d.ts`.
"""

import gc
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ..backends.cpu.conv2d import WAYS
from ..backends.instructions import ARITIES
from ..backends.kernel_shapes.rules import RULES
from ..backends.webgl import functions
from ..engines import ENGINES
from .facade import facade_source
from .failures import Failure
from .lowering import Program, lower_program
from .lowering.library import Library
from .model_typings import runtime_typings
from .modules import JAVASCRIPT, Module, TranspileError
from .signatures import interface
from .transpile import reached_from, transpile_modules
from .typings import typings_source

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LIBRARY = "pybrowserml.entry_full"
FROZEN = "pybrowserml.entry_frozen"
# The tables of the runtime whose rows are there only when a model needs them.
TABLES = {
    "kernels": list(RULES),
    "instructions": list(ARITIES),
    "ways": list(WAYS),
    "functions": list(functions.LIBRARY),
    "training": ["training"],
    "engines": list(ENGINES),
}
# Modules inside of the engines.
ENGINE = re.compile(r"\.backends\.\w+\.")


class BundleError(Failure):
    """The bundle cannot be made; the message is one sentence."""


def runtime_folder() -> Path:
    """Where the built runtime is: inside an installed wheel, else build/dist of the checkout."""
    installed = Path(__file__).resolve().parent / "runtime"
    return installed if installed.is_dir() else BUILD / "dist"


@dataclass
class _Bundle:
    """What esbuild is to make: `name.*` of the module `entry`, with declarations, when `key` is new.

    script: whether it is made as CommonJS and as a static script too, not only as an ES module. tables: None, or
    the tables whose rows a linker may leave out, keys by kind; then the list of its fragments is made too.
    """

    name: str
    entry: Path
    key: str
    typings: str | None = None
    script: bool = True
    tables: dict[str, list[str]] | None = None

    def is_made(self, out: Path, cache: Path) -> bool:
        stamp = cache / f"{self.name}.bundle.key"
        suffixes = [".mjs", ".min.mjs"]
        if self.script:
            suffixes += [".cjs", ".min.cjs", ".global.js", ".global.min.js"]
        if self.typings is not None:
            suffixes.append(".d.ts")
        if self.tables is not None:
            suffixes += [".parts.json", ".min.parts.json"]
        files = [out / f"{self.name}{suffix}" for suffix in suffixes]
        return stamp.is_file() and stamp.read_text() == self.key and all(file.is_file() for file in files)


def bundle(name: str, entry: str, out: Path, cache: Path, root: Path = ROOT) -> bool:
    """Make the bundles `name.*` of one entry in the folder `out`; False when they were up to date.

    entry: a dotted module name below the folder `root`; cache: a folder for transpiled modules, which several
    entries of one root may share. Raises TranspileError or BundleError.
    """
    reached = reached_from(root, entry, cache)
    transpile_modules(reached, cache)
    return bool(_make([_library(name, entry, reached, cache, root)], out, cache))


def bundle_all(out: Path, cache: Path) -> list[str]:
    """Make the library and the runtime in the folder `out`; the names of the bundles that were out of date.

    The runtime is the loader of built models, build/src/model over frozen models, and its worker.
    `pybrowserml build` takes from it what a model needs (linker.py), so its user needs no Node.
    """
    # Syntax trees are many objects that all stay: looking for garbage among them is a third of the time.
    gc.disable()
    library, runtime = (reached_from(ROOT, entry, cache) for entry in (LIBRARY, FROZEN))
    # At once: a module's JavaScript depends a little on which others there are.
    transpile_modules({**library, **runtime}, cache)
    bundles = [_library("pybrowserml", LIBRARY, library, cache, ROOT), *_runtime(runtime, cache)]
    gc.enable()
    return _make(bundles, out, cache)


def bundle_program(source: Path, out: Path) -> Program:
    """Make `module.mjs` and `module.min.mjs` of a user's module and the library in the folder `out`.

    The bundle exports what the module defines, and the library in JavaScript clothes as `pb`. Raises Refused,
    TranspileError or BundleError.
    """
    modules = BUILD / ".cache" / "modules"
    library = reached_from(ROOT, LIBRARY, modules)
    work = BUILD / ".cache" / "programs" / hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:16]
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    program = lower_program(source, work, lambda: Library(ROOT, library), "../../modules")
    transpile_modules(library, modules)
    facade = _library("pybrowserml", LIBRARY, library, modules, ROOT).entry
    names = ", ".join(name if name == shown else f"{name} as {shown}" for name, shown in program.public())
    entry = work / "entry.js"
    entry.write_text(
        f"import '../../modules/{LIBRARY}.js';\n"
        f"export * as pb from '../../modules/{facade.name}';\n"
        f"export {{ {names} }} from './{program.file(program.entry)}';\n",
        encoding="utf-8",
    )
    out.mkdir(parents=True, exist_ok=True)
    (work / "package.json").write_text('{"type": "module"}')
    _esbuild([_Bundle("module", entry, "", script=False)], out, modules, ((f"{work.name}/", ""),))
    return program


def _library(name: str, entry: str, reached: dict[str, Module], cache: Path, root: Path) -> _Bundle:
    shutil.copyfile(BUILD / "src" / "facade.js", cache / "facade.js")
    facade, typings = _clothes(name, entry, reached, cache, root)
    source = cache / f"{name}.facade.js"
    source.write_text(f"import './{entry}.js';\n{facade}", encoding="utf-8")
    return _Bundle(
        name, source, _key([*_parts(reached, cache), source, cache / "facade.js"], typings), typings
    )


def _clothes(name: str, entry: str, reached: dict[str, Module], cache: Path, root: Path) -> tuple[str, str]:
    """The facade and the typings, made anew only when a module that they follow from has changed.

    The modules of engines are none of these: a changed kernel changes no signature.
    """
    kept = cache / f"{name}.clothes.json"
    followed = {module: part.source for module, part in sorted(reached.items()) if not ENGINE.search(module)}
    tools = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    key = hashlib.sha256(json.dumps([followed, tools]).encode()).hexdigest()
    if kept.is_file():
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found["key"] == key:
            return found["facade"], found["typings"]
    errors = f"{entry.split('.')[0]}.platform.errors"
    public = interface(root, entry, reached)
    facade = facade_source(public, errors if errors in reached else None)
    typings = typings_source(public)
    kept.write_text(json.dumps({"key": key, "facade": facade, "typings": typings}), encoding="utf-8")
    return facade, typings


def _runtime(reached: dict[str, Module], cache: Path) -> list[_Bundle]:
    source = BUILD / "src"
    typings = runtime_typings()
    key = _key([*_parts(reached, cache), *source.glob("*/*.js")], typings, json.dumps(TABLES))
    return [
        _Bundle("runtime", source / "model" / "module.js", key, typings, tables=TABLES),
        _Bundle("runtime.worker", source / "worker" / "worker.js", key, script=False),
    ]


def _parts(reached: dict[str, Module], cache: Path) -> list[Path]:
    modules = [cache / f"{module}{suffix}" for module in reached for suffix in (".js", ".js.map")]
    return [*modules, *JAVASCRIPT.glob("*.js"), *BUILD.glob("*.mjs"), BUILD / "package-lock.json"]


def _make(bundles: list[_Bundle], out: Path, cache: Path) -> list[str]:
    stale = [item for item in bundles if not item.is_made(out, cache)]
    if stale:
        out.mkdir(parents=True, exist_ok=True)
        for item in stale:
            (cache / f"{item.name}.bundle.key").unlink(missing_ok=True)
        _esbuild(stale, out, cache)
        for item in stale:
            if item.typings is not None:
                (out / f"{item.name}.d.ts").write_text(item.typings, encoding="utf-8")
            (cache / f"{item.name}.bundle.key").write_text(item.key)
    return [item.name for item in stale]


def _key(files: list[Path], *texts: str) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()


def _esbuild(bundles: list[_Bundle], out: Path, cache: Path, sources: tuple = ()) -> None:
    if shutil.which("node") is None or not (BUILD / "node_modules" / "esbuild").is_dir():
        raise BundleError("esbuild is not installed; run `make setup` (it needs Node.js 20 or newer)")
    job = {
        "modules": str(cache.resolve()),
        "outdir": str(out.resolve()),
        "version": _version(),
        "banner": f"/* pybrowserml {_version()} | Apache-2.0 */",
        # Transpiled modules name their sources by their place below the root already.
        "sources": [
            *sources,
            [f"{cache.name}/runtime.js", "pybrowserml/platform/js/runtime.js"],
            [f"{cache.name}/runtime/", "pybrowserml/platform/js/runtime/"],
            [f"{cache.name}/python/", "pybrowserml/platform/js/python/"],
            [f"{cache.name}/math.js", "pybrowserml/platform/js/math.js"],
            [f"{cache.name}/facade.js", "build/src/facade.js"],
            [f"{cache.name}/", ""],
            ["/src/", "build/src/"],
            ["node_modules/", "node_modules/"],
        ],
        "bundles": [
            {
                "name": item.name,
                "entry": str(item.entry.resolve()),
                "global": "pybrowserml" if item.script else None,
                "tables": item.tables,
            }
            for item in bundles
        ],
    }
    # Without it the one of the npm package would say that the transpiled modules have no side effects.
    (cache / "package.json").write_text('{"type": "module"}')
    file = cache / f"{bundles[0].name}.job.json"
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
        out = BUILD / "dist"
        made = bundle_all(out, BUILD / ".cache" / "modules")
        for name in ("pybrowserml", "runtime"):
            size = (out / f"{name}.min.mjs").stat().st_size
            print(f"{name}: {'built' if name in made else 'up to date'}, {size / 1000:.1f} KB minified")
    except (TranspileError, BundleError) as failure:
        print(failure, file=sys.stderr)
        raise SystemExit(2) from None
    print(f"build/dist is ready ({time.perf_counter() - start:.1f} s)")


if __name__ == "__main__":
    main()
