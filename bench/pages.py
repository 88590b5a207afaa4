"""What the browser is served: the measuring pages, every contestant bundled, nets and ops as each reads them."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import brotli
from contestants import PEERS
from nets import onnx_net, onnx_op, ours, tfjs
from nets.zoo import NETS, TRAINED
from workloads import Workload

from pybrowserml.tools.transpile import transpile

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = HERE / "out"
SITE = OUT / "site"
MODULES = HERE / "node_modules"

PAGE = """<!doctype html><meta charset="utf-8"><title>pybrowserml bench</title>
<link rel="icon" href="data:,"><body><script type="module" src="{script}"></script>
"""
PAGES = {"index": "page", "frame": "frame", "cold": "cold", "alone": "alone"}
# What a page loads for its first prediction.
COLD = {
    "ours cpu": "ours",
    "ours plain": "ours",
    "ours webgl": "ours",
    "tfjs cpu": "tfjs_cpu",
    "tfjs wasm": "tfjs_wasm",
    "tfjs webgl": "tfjs_webgl",
    "ort wasm": "ort_wasm",
}
# Files that a peer fetches by itself.
VENDOR = {
    "tfjs": ("@tensorflow/tfjs-backend-wasm/dist", ("*.wasm",)),
    "ort": (
        "onnxruntime-web/dist",
        ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"),
    ),
}
LIBRARY = f"--alias:library={ROOT / 'build' / 'dist' / 'pybrowserml.min.mjs'}"


def esbuild(entry: Path, target: Path, *options: str) -> None:
    program = MODULES / ".bin" / "esbuild"
    command = [str(program), str(entry), "--bundle", "--format=esm", "--target=es2022", "--log-level=error"]
    # Node's parts that peers name but a browser never reaches.
    command += ["--platform=browser", "--external:fs", "--external:path", "--external:crypto"]
    command += ["--external:util", "--external:string_decoder", "--external:/vendor/*"]
    subprocess.run(
        [*command, f"--outfile={target}", *options], check=True, cwd=HERE, capture_output=True, text=True
    )


def versions() -> dict[str, str]:
    """Of the peers, as package.json pins them."""
    return json.loads((HERE / "package.json").read_text())["devDependencies"]


def build_site(rows: list[Workload], minify: bool = True) -> dict[str, str]:
    """Write everything into SITE that these rows need; gives the peers that could not be bundled, with a reason."""
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True)
    for name, script in PAGES.items():
        esbuild(HERE / "page" / f"{script}.js", SITE / f"{script}.js", LIBRARY)
        (SITE / f"{name}.html").write_text(PAGE.format(script=f"{script}.js"))
    failures = {}
    for peer in [*PEERS, "ours_ops"]:
        try:
            esbuild(
                HERE / "page" / "contestants" / f"{peer}.js", SITE / "contestants" / f"{peer}.js", LIBRARY
            )
        except subprocess.CalledProcessError as failure:
            failures[peer] = failure.stderr.strip().splitlines()[0]
    for name in sorted(set(COLD.values())):
        esbuild(HERE / "page" / "cold" / f"{name}.js", SITE / "cold" / f"{name}.js", "--minify")
    for peer, (folder, patterns) in VENDOR.items():
        (SITE / "vendor" / peer).mkdir(parents=True)
        for file in (file for pattern in patterns for file in (MODULES / folder).glob(pattern)):
            shutil.copy(file, SITE / "vendor" / peer)
    (SITE / "vendor" / "ours").mkdir(parents=True)
    shutil.copy(ROOT / "build" / "dist" / "pybrowserml.min.mjs", SITE / "vendor" / "ours")
    _write_nets(rows, minify)
    for row in rows:
        if row.kind == "op":
            onnx_op.write(row.given, SITE / "ops" / f"{file_of(row)}.onnx")
    return failures


def _write_nets(rows: list[Workload], minify: bool) -> None:
    wanted = {row.given["net"] for row in rows if "net" in row.given}
    wanted |= {"digits"} if any(row.kind == "bytes" for row in rows) else set()
    for name in sorted(wanted):
        net, folder = NETS[name](), SITE / "nets" / name
        tfjs.write(net, folder)
        onnx_net.write(net, folder / "net.onnx")
        ours.write(net, folder / "ours", name in TRAINED, minify)


def file_of(row: Workload) -> str:
    """A file name for an op row."""
    return "".join(letter if letter.isalnum() else "-" for letter in row.name)


def write_steps_page() -> None:
    """The page that times our plans step by step."""
    root = OUT / "root"
    root.mkdir(parents=True, exist_ok=True)
    places = {"pybrowserml": ROOT / "pybrowserml", "bench_page.py": HERE / "page" / "bench_page.py"}
    for name, source in places.items():
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(source)
    made = transpile(root, "bench_page", OUT / "modules")
    esbuild(HERE / "page" / "steps.js", SITE / "steps.js", f"--alias:ours={made}")
    (SITE / "steps.html").write_text(PAGE.format(script="steps.js"))


def _sizes(*paths: Path) -> dict[str, float]:
    """Kilobytes as files lie and compressed as a server would."""
    packed = {
        "min": lambda data: data,
        "gzip": lambda data: gzip.compress(data, 9),
        "brotli": lambda data: brotli.compress(data, quality=11 if len(data) < 2_000_000 else 9),
    }
    return {name: sum(len(pack(path.read_bytes())) for path in paths) / 1000 for name, pack in packed.items()}


def byte_rows() -> dict[str, dict[str, dict[str, float]]]:
    """Row → contestant → kilobytes of minified JavaScript and, where a peer needs it, WebAssembly."""
    made = {}
    for name in ("tfjs_whole", "tfjs_model", "tfjs_wasm", "jax"):
        made[name] = OUT / f"{name}.js"
        esbuild(HERE / "page" / "bytes" / f"{name}.js", made[name], "--minify")
    ort = SITE / "vendor" / "ort"
    trains, predicts = SITE / "nets" / "digits" / "ours", OUT / "predicts"
    ours.write(NETS["digits"](), predicts, False, True)
    engines = ("model.js", "model.cpu.js", "model.webgl.js")
    return {
        "KB, a model that predicts and trains": {
            "ours": _sizes(*(trains / name for name in engines)),
            "tfjs": _sizes(made["tfjs_model"]),
        },
        "KB, predicts with WebAssembly": {
            "ours": _sizes(*(predicts / name for name in engines[:2])),
            "tfjs": _sizes(made["tfjs_wasm"], SITE / "vendor" / "tfjs" / "tfjs-backend-wasm-simd.wasm"),
            "ort": _sizes(
                ort / "ort.wasm.min.mjs",
                ort / "ort-wasm-simd-threaded.mjs",
                ort / "ort-wasm-simd-threaded.wasm",
            ),
        },
        "KB, the whole library": {
            "ours": _sizes(ROOT / "build" / "dist" / "pybrowserml.min.mjs"),
            "tfjs": _sizes(made["tfjs_whole"]),
            "jax": _sizes(made["jax"]),
        },
    }
