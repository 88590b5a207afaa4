"""`pybrowserml build`: a model frozen into a folder of JavaScript, weights and a page to try it.

The folder is made beside its place and renamed, so it is there whole or not at all. Everything comes from the
prebuilt runtime; Node is not needed.
"""

import base64
import hashlib
import html
import itertools
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..compiler.explain import explain
from ..models.freeze import freeze
from ..models.safetensors import encode_tensors
from .bundle import runtime_folder
from .failures import Failure
from .folding import fold
from .linker import Script, link
from .model_typings import model_typings
from .report import FileSize, measure

PAGE = Path(__file__).resolve().parent / "page"
SLOT = '"@@pybrowserml-model@@"'
# The engines whose code lies in files of its own.
ENGINES = ("cpu", "webgl")
# How long the pieces are whose hashes a page checks one by one, if no tensor is longer.
PIECE = 1 << 22
EMBED_UP_TO = 16_000_000
PURPOSES = {
    "model.js": "ES module, exports load",
    "model.cpu.js": "its part for the processor",
    "model.webgl.js": "its part for the GPU",
    "model.global.js": "static script, pybrowserml.load",
    "model.json": "plans, signature",
    "model.worker.js": "for load({ worker: true })",
    "model.d.ts": "types",
    "package.json": "lets Node.js and bundlers import the folder",
    "index.html": "a page to try it",
    "try.js": "its script",
    "try.css": "its style",
}

# The scripts are ES modules, which Node.js must be told.
PACKAGE = {
    "private": True,
    "type": "module",
    "main": "./model.js",
    "types": "./model.d.ts",
}


@dataclass
class BuildOptions:
    """How to build.

    trainable: ship the training step. embed: weights inside both scripts, or inside neither; None: inside the
    static script, up to 16 MB. pixels: the range of image inputs. shard_bytes: most bytes of a weight file.
    minify: short scripts.
    """

    trainable: bool = False
    embed: bool | None = None
    pixels: tuple[float, float] = (0.0, 255.0)
    shard_bytes: int = 64_000_000
    minify: bool = True


def parse_pixels(text: str) -> tuple[float, float]:
    """ "0..1" → (0.0, 1.0). Raises Failure."""
    low, mark, high = text.partition("..")
    try:
        if not mark:
            raise ValueError
        found = float(low), float(high)
    except ValueError:
        raise Failure(f"--pixels takes a range such as 0..255, 0..1 or -1..1, got {text}") from None
    return found


def build_bundle(model, out: Path, options: BuildOptions, source: Path | None = None) -> list[FileSize]:
    """Write the bundle of a model to the folder `out`, in place of an earlier one; the sizes of its files.

    Raises Failure when `out` holds anything else, and the library's errors when the model cannot be frozen.
    """
    if source is not None and out.resolve() == source.resolve():
        raise Failure(f"{out} is the model itself; choose another folder for the bundle")
    _check_target(out)
    frozen = freeze(model, options.trainable)
    if not options.trainable:
        frozen = fold(frozen)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        purposes = _write(work, frozen, model.name, options)
        sizes = measure(work, purposes)
        work.chmod(0o777 & ~_umask())
        _replace(out, work)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return sizes


def explain_model(model, trainable: bool) -> str:
    """The plans that a bundle of the model would hold, as text."""
    frozen = freeze(model, trainable)
    parts = [f"{name}\n{explain(plan)}" for name, plan in frozen["plans"].items()]
    return "\n\n".join(parts)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_ours(name: str, purposes: dict[str, str]) -> bool:
    return name in purposes or (name.startswith("model") and name.endswith(".safetensors"))


def _check_target(out: Path, purposes: dict[str, str] = PURPOSES) -> None:
    if out.exists() and not out.is_dir():
        raise Failure(f"{out} is a file; give a folder for the bundle")
    if not out.is_dir():
        return
    names = sorted(path.name for path in out.iterdir())
    others = [name for name in names if not _is_ours(name, purposes)]
    if others:
        raise Failure(
            f"{out} holds files that are no part of a bundle ({', '.join(others[:3])}"
            f"{', ...' if len(others) > 3 else ''}); choose a new or empty folder"
        )


def _replace(out: Path, work: Path) -> None:
    """Put `work` in the place of `out`; an earlier bundle comes back should that fail."""
    if not out.exists():
        work.rename(out)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent)) / "earlier"
    out.rename(earlier)
    try:
        work.rename(out)
    except BaseException:
        earlier.rename(out)
        raise
    finally:
        shutil.rmtree(earlier.parent, ignore_errors=True)


def _write(folder: Path, frozen: dict, name: str, options: BuildOptions) -> dict[str, str]:
    """Write all files; their names with what they are for."""
    shards = _shards(frozen.pop("tensors"), options.shard_bytes)
    weights = []
    for index, tensors in enumerate(shards):
        part = "" if len(shards) == 1 else f"-{index + 1:05}-of-{len(shards):05}"
        data = encode_tensors(tensors).tobytes()
        (folder / f"model{part}.safetensors").write_bytes(data)
        weights.append(_entry(f"model{part}.safetensors", data, _starts(tensors, len(data))))
    signature = frozen["signature"]
    for spec in signature["inputs"]:
        if len(spec["shape"]) in (3, 4):
            spec["pixels"] = list(options.pixels)
    manifest = json.dumps({**frozen, "name": name, "weights": weights}, separators=(",", ":"))
    (folder / "model.json").write_text(manifest, encoding="utf-8")
    parts = {"manifest": _entry("model.json", manifest.encode()), "weights": weights, "embedded": None}
    embedded = {**parts, "embedded": _embedded(folder, manifest, weights)}
    small = sum(entry["bytes"] for entry in weights) <= EMBED_UP_TO
    wanted = _wanted(frozen["plans"])
    _write_scripts(folder, "model.js", wanted, ENGINES, embedded if options.embed else parts, options)
    inside = small if options.embed is None else options.embed
    # One file, since a page from the disk may import none.
    _write_scripts(folder, "model.global.js", wanted, (), embedded if inside else parts, options)
    worker = _runtime_text("runtime.worker", ".mjs", options)
    (folder / "model.worker.js").write_text(worker, encoding="utf-8")
    (folder / "package.json").write_text(json.dumps(PACKAGE, indent=2) + "\n", encoding="utf-8")
    targets = frozen["training"]["targets"] if options.trainable else None
    typings = model_typings(signature["inputs"], signature["outputs"], targets)
    (folder / "model.d.ts").write_text(typings, encoding="utf-8")
    for path in sorted(PAGE.iterdir()):
        text = path.read_text(encoding="utf-8").replace("@@name@@", html.escape(name))
        (folder / path.name).write_text(text, encoding="utf-8")
    purposes = {**PURPOSES}
    if inside:
        purposes["model.global.js"] += ", weights inside"
    if options.embed:
        purposes["model.js"] += ", weights inside"
    files = {key: purposes.pop(key) for key in ("model.js", "model.global.js", "model.json")}
    return {**files, **{entry["file"]: "weights" for entry in weights}, **purposes}


def _entry(file: str, data: bytes, cuts: list[int] | None = None) -> dict:
    """How the page knows a file: {"file", "bytes", "sha256"}; a long one also by "pieces", [bytes, sha256] of each,
    which the page checks one by one. cuts: where a piece may end.
    """
    entry = {"file": file, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    ends = [0]
    borders = [*([] if cuts is None else cuts), len(data)]
    for low, high in itertools.pairwise(borders):
        if high - ends[-1] > PIECE and low > ends[-1]:
            ends.append(low)
    if len(ends) > 1:
        spans = itertools.pairwise([*ends, len(data)])
        entry["pieces"] = [[high - low, hashlib.sha256(data[low:high]).hexdigest()] for low, high in spans]
    return entry


def _starts(tensors: list, size: int) -> list[int]:
    """Where the tensors of a file of `size` bytes begin."""
    starts = [size]
    for _, host in reversed(tensors):
        starts.insert(0, starts[0] - host.data.nbytes)
    return starts[:-1]


def _shards(tensors: list, most: int) -> list[list]:
    """The tensors in their order, cut where a file would grow over `most` bytes."""
    shards: list[list] = [[]]
    size = 0
    for entry in tensors:
        count = entry[1].data.nbytes
        if shards[-1] and size + count > most:
            shards.append([])
            size = 0
        shards[-1].append(entry)
        size += count
    return shards


def _embedded(folder: Path, manifest: str, weights: list[dict]) -> dict:
    texts = [base64.b64encode((folder / entry["file"]).read_bytes()).decode() for entry in weights]
    return {"manifest": manifest, "weights": texts}


def _wanted(plans: dict) -> dict[str, set[str]]:
    """The rows of the runtime's tables that plans, bodies of loops included, need."""
    kernels: set[str] = set()
    instructions: set[str] = set()
    ways: set[str] = set()
    waiting = list(plans.values())
    while waiting:
        plan = waiting.pop()
        waiting += plan["subplans"]
        for step in plan["steps"]:
            kernels.add(step["kernel"])
            if step["kernel"] == "conv2d":
                ways |= _ways(step["params"], plan["values"][step["inputs"][1]]["shape"])
            for expr in (step["params"].get("expr"), step["params"].get("epilogue")):
                instructions |= {instr[0] for instr in expr["instrs"]} if expr else set()
    training = {"training"} if "train" in plans else set()
    return {"kernels": kernels, "instructions": instructions, "ways": ways, "training": training}


def _ways(params: dict, filter_shape: list) -> set[str]:
    """The ways of the CPU engine that a convolution may go, besides the one that is always there."""
    if params["groups"] != 1:
        return {"depthwise"}
    fits = filter_shape[:2] == [3, 3] and params["strides"] == params["dilations"] == [1, 1]
    return {"winograd"} if fits else set()


def _runtime_text(name: str, suffix: str, options: BuildOptions) -> str:
    """A file of the built runtime, without the address of its source map."""
    source = runtime_folder() / f"{name}{'.min' if options.minify else ''}{suffix}"
    _require(source)
    lines = source.read_text(encoding="utf-8").splitlines()
    return "\n".join([line for line in lines if not line.startswith("//# sourceMappingURL=")] + [""])


def _require(source: Path) -> None:
    if not source.is_file():
        raise Failure(
            f"{source} is missing; run `make build` in the checkout, or install pybrowserml from its wheel"
        )


def _write_scripts(
    folder: Path, file: str, wanted: dict, apart: tuple[str, ...], parts: dict, options: BuildOptions
) -> None:
    """The runtime with what it must know of the model in the place of its slot, beside it the engines `apart`."""
    name = f"runtime{'.min' if options.minify else ''}"
    _require(runtime_folder() / f"{name}.parts.json")
    form = ".mjs" if file == "model.js" else ".global.js"
    text, modules = link(Script(runtime_folder(), name, form), wanted, apart)
    if text.count(SLOT) != 1:
        raise Failure(f"{name} of the runtime is not of this version; run `make build` again")
    known = json.dumps(parts, separators=(",", ":"))
    (folder / file).write_text(text.replace(SLOT, known), encoding="utf-8")
    for engine, module in modules.items():
        (folder / f"model.{engine}.js").write_text(module, encoding="utf-8")
