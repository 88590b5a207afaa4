"""The worst error of every elementwise function on every engine, measured against float64.

    python tests/parity/accuracy.py [-o docs/accuracy.json] [--engines numpy,cpu-node,webgl] [--only erf,exp]

The answer is JSON, op → {"of": range in words, engine: {"ulp": worst error in units of the last place of the true
result, "absolute": worst absolute error, "at": where the first was}}. An op with zeros away from 0 names a floor: its
units are those of results not below it, since near such a zero a relative error says little.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engines import Engines, Job
from parity.harness import plan_of
from scipy import special

from pybrowserml import ops

COUNT = 8192
# Below this a GPU may flush to zero.
SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass
class Entry:
    """An op with its reference. ranges: one [low, high] an operand, spread evenly; "log" as a third: by exponent."""

    ours: object
    theirs: object
    ranges: list
    floor: float = 0.0
    # The most units that a test allows.
    most: float = 8.0

    def inputs(self, rng):
        return [spread(rng, *bounds) for bounds in self.ranges]

    def words(self):
        return " and ".join(f"[{bounds[0]:g}, {bounds[1]:g}]" for bounds in self.ranges)


def spread(rng, low, high, kind="even"):
    if kind == "log":
        return np.exp(rng.uniform(np.log(low), np.log(high), COUNT)).astype(np.float32)
    return rng.uniform(low, high, COUNT).astype(np.float32)


def one(ours, theirs, low, high, kind="even", floor=0.0):
    return Entry(ours, theirs, [[low, high, kind]], floor)


def two(ours, theirs, first, second, floor=0.0, most=8.0):
    return Entry(ours, theirs, [first, second], floor, most)


def softplus(x):
    return np.logaddexp(x, 0)


def squareplus(x):
    return np.maximum(x, 0) + 2 / (np.abs(x) + np.hypot(x, 2))


WIDE = [1e-30, 1e30, "log"]

TABLE = {
    "exp": one(ops.exp, np.exp, -87, 88),
    "expm1": one(ops.expm1, np.expm1, -20, 88),
    "exp2": one(ops.exp2, np.exp2, -125, 127),
    "log": one(ops.log, np.log, *WIDE),
    "log1p": one(ops.log1p, np.log1p, -0.999, 100),
    "log2": one(ops.log2, np.log2, *WIDE),
    "log10": one(ops.log10, np.log10, *WIDE),
    "sqrt": one(ops.sqrt, np.sqrt, *WIDE),
    "rsqrt": one(ops.rsqrt, lambda x: 1 / np.sqrt(x), *WIDE),
    "reciprocal": one(ops.reciprocal, lambda x: 1 / x, *WIDE),
    "cbrt": one(ops.cbrt, np.cbrt, *WIDE),
    "sin": one(ops.sin, np.sin, -100, 100, floor=0.5),
    "cos": one(ops.cos, np.cos, -100, 100, floor=0.5),
    "tan": one(ops.tan, np.tan, -1.5, 1.5),
    "arcsin": one(ops.arcsin, np.arcsin, -1, 1),
    "arccos": one(ops.arccos, np.arccos, -1, 1),
    "arctan": one(ops.arctan, np.arctan, -20, 20),
    "arctan2": two(ops.arctan2, np.arctan2, [-9, 9], [-9, 9]),
    "sinh": one(ops.sinh, np.sinh, -88, 88),
    "cosh": one(ops.cosh, np.cosh, -88, 88),
    "tanh": one(ops.tanh, np.tanh, -9, 9),
    "arcsinh": one(ops.arcsinh, np.arcsinh, -1e3, 1e3),
    "arccosh": one(ops.arccosh, np.arccosh, 1, 1e3),
    "arctanh": one(ops.arctanh, np.arctanh, -1, 1),
    "hypot": two(ops.hypot, np.hypot, WIDE, WIDE),
    "sinc": one(ops.sinc, np.sinc, -20, 20, floor=0.01),
    "power": two(ops.power, np.power, [0.01, 100, "log"], [-15, 15]),
    "divide": two(ops.divide, np.divide, [-9, 9], [0.1, 9]),
    "mod": two(ops.mod, np.mod, [-1000, 1000], [0.5, 9], floor=1.0),
    "fmod": two(ops.fmod, np.fmod, [-1000, 1000], [0.5, 9], floor=1.0),
    "logaddexp": two(ops.logaddexp, np.logaddexp, [-50, 50], [-50, 50], floor=1.0),
    "logaddexp2": two(ops.logaddexp2, np.logaddexp2, [-50, 50], [-50, 50], floor=1.0),
    "deg2rad": one(ops.deg2rad, np.deg2rad, -720, 720),
    "rad2deg": one(ops.rad2deg, np.rad2deg, -20, 20),
    "erf": one(ops.erf, special.erf, -4, 4),
    "erfc": one(ops.erfc, special.erfc, -4, 9),
    "erfinv": one(ops.erfinv, special.erfinv, -1, 1),
    "lgamma": one(ops.lgamma, special.gammaln, 1e-6, 1e6, "log"),
    "lgamma below 0": one(ops.lgamma, special.gammaln, -20, 0, floor=1.0),
    "digamma": one(ops.digamma, special.psi, 1e-6, 1e6, "log"),
    "digamma below 0": one(ops.digamma, special.psi, -9.99, -0.01, floor=1.0),
    # An exponential of differences of numbers up to 40: their rounding stays.
    "gammainc": two(
        ops.gammainc, special.gammainc, [0.05, 500, "log"], [0.05, 500, "log"], floor=1.0, most=40.0
    ),
    "gammaincc": two(
        ops.gammaincc, special.gammaincc, [0.05, 500, "log"], [0.05, 500, "log"], floor=1.0, most=40.0
    ),
    "i0": one(ops.i0, special.i0, -88, 88),
    "i1": one(ops.i1, special.i1, -88, 88),
    "i0e": one(ops.i0e, special.i0e, 1e-3, 1e6, "log"),
    "i1e": one(ops.i1e, special.i1e, 1e-3, 1e6, "log"),
    "sigmoid": one(ops.sigmoid, special.expit, -80, 80),
    "log_sigmoid": one(ops.log_sigmoid, lambda x: -softplus(-x), -80, 80),
    "softplus": one(ops.softplus, softplus, -80, 80),
    "squareplus": one(ops.squareplus, squareplus, -100, 100),
    "silu": one(ops.silu, lambda x: x * special.expit(x), -80, 80),
    "elu": one(ops.elu, lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), -20, 20),
    "tanh_shrink": one(ops.tanh_shrink, lambda x: x - np.tanh(x), 0.01, 9, "log"),
    "gelu": one(lambda x: ops.gelu(x, False), lambda x: x * special.ndtr(x), -6, 6, floor=1.0),
    "mish": one(ops.mish, lambda x: x * np.tanh(softplus(x)), -20, 20),
    "softsign": one(ops.softsign, lambda x: x / (1 + np.abs(x)), -100, 100),
}


def worst(entry, arrays, got):
    """{ulp, absolute, at} of results against the reference."""
    with np.errstate(all="ignore"):
        wanted = entry.theirs(*[array.astype(np.float64) for array in arrays])
    fit = (
        np.isfinite(wanted)
        & (np.abs(wanted) >= SMALLEST)
        & (np.abs(wanted) <= float(np.finfo(np.float32).max))
    )
    off = np.abs(got.astype(np.float64)[fit] - wanted[fit])
    unit = np.spacing(np.maximum(np.abs(wanted[fit]), entry.floor).astype(np.float32)).astype(np.float64)
    if not np.isfinite(off).all():
        place = int(np.flatnonzero(~np.isfinite(off))[0])
        return {"ulp": None, "absolute": None, "at": [float(a[fit][place]) for a in arrays]}
    place = int(np.argmax(off / unit))
    return {
        "ulp": round(float((off / unit)[place]), 2),
        "absolute": float(f"{off.max():.2e}"),
        "at": [float(f"{a[fit][place]:.6g}") for a in arrays],
    }


def measured(engines, engine, names):
    """op → its worst error on one engine."""
    jobs = []
    for name in names:
        entry = TABLE[name]
        arrays = entry.inputs(np.random.default_rng(len(name)))
        jobs.append(Job(plan_of(lambda tensors, f=entry.ours: f(*tensors), arrays), arrays))
    results = engines.run(engine, jobs)
    return {
        name: worst(TABLE[name], job.inputs, result.outputs[0])
        for name, job, result in zip(names, jobs, results, strict=True)
    }


def measure(names, engine_names):
    """The table of the module's docstring for some ops and engines."""
    found = {name: {"of": TABLE[name].words()} for name in names}
    for name in names:
        if TABLE[name].floor:
            found[name]["floor"] = TABLE[name].floor
    with tempfile.TemporaryDirectory() as folder:
        engines = Engines(Path(folder))
        try:
            for engine in engine_names:
                for name, error in measured(engines, engine, names).items():
                    found[name][engine] = error
        finally:
            engines.close()
    return found


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", help="write the JSON there instead of showing it")
    parser.add_argument("--engines", default="numpy,cpu-node,webgl")
    parser.add_argument("--only", help="names of ops, with commas")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(TABLE)
    text = json.dumps(measure(names, options.engines.split(",")), indent=1) + "\n"
    if options.output:
        Path(options.output).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
