"""`pybrowserml build --dynamic`: a user's own Python module, with the library, as a folder that a page imports.

Nothing is traced or frozen: the module's classes and functions run in the page. It needs Node.js and the checkout.
"""

import json
import shutil
import tempfile
from pathlib import Path

from .build import _check_target, _replace, _umask
from .failures import Failure
from .report import FileSize, measure

PURPOSES = {
    "module.js": "ES module: what the Python module defines, and the library as pb",
    "module.js.map": "leads from it to the Python lines",
    "package.json": "lets Node.js and bundlers import the folder",
}
PACKAGE = {"private": True, "type": "module", "main": "./module.js"}


def build_dynamic(source: Path, out: Path, minify: bool = True) -> list[FileSize]:
    """Write the bundle of a Python module to the folder `out`, in place of an earlier one; the sizes of its files.

    Raises Failure when `source` is no Python file or `out` holds anything else, and TranspileError, with file, line and
    reason, for what a page does not understand.
    """
    from .bundle import BUILD, bundle_program

    if source.suffix != ".py" or not source.is_file():
        raise Failure(f"{source} is no Python file; --dynamic takes the .py file of a module")
    if not (BUILD / "esbuild.mjs").is_file():
        raise Failure("--dynamic needs a checkout of pybrowserml with Node.js (make setup)")
    _check_target(out, PURPOSES)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        made = work / "made"
        bundle_program(source, made)
        name = "module.min.mjs" if minify else "module.mjs"
        text = (made / name).read_text(encoding="utf-8")
        (work / "module.js").write_text(text.replace(f"{name}.map", "module.js.map"), encoding="utf-8")
        shutil.move(made / f"{name}.map", work / "module.js.map")
        shutil.rmtree(made)
        (work / "package.json").write_text(json.dumps(PACKAGE, indent=2) + "\n", encoding="utf-8")
        sizes = measure(work, PURPOSES)
        work.chmod(0o777 & ~_umask())
        _replace(out, work)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return sizes
