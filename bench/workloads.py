"""What is measured: one entry a row of the table. Targets stand in targets.py.

An "op" row computes one op; its operands lie on the engine before the clock starts, and its result reaches the host
before it stops. A "predict" or "train" row starts and ends with numbers on the host.
"""

import math
from dataclasses import dataclass, field

from nets.zoo import NETS


@dataclass(frozen=True)
class Workload:
    """A row. kind: how it is measured, or the function of a contestant that makes it.

    flop, moved: floating-point operations and bytes read and written of one run, for the share of a limit (without
    flop, moving bounds it); limit: what our own time may be at most, for rows without a counterpart; fresh: on a new
    page each time; tolerance: the largest difference of results, relative to the largest number; only: contestants
    by the beginning of their names; slow: those that would take minutes; patience: seconds that a first run may take.
    """

    name: str
    kind: str
    flop: float = 0.0
    moved: float = 0.0
    given: dict = field(default_factory=dict)
    limit: float | None = None
    fresh: bool = False
    tolerance: float = 2e-3
    only: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    patience: float = 12.0


def _op(
    name: str, op: str, shapes: list[list[int]], result: list[int], flop: float = 0.0, **given
) -> Workload:
    """flop: leave it out where moving the numbers is what takes the time."""
    moved = 4.0 * sum(math.prod(shape) for shape in [*shapes, result])
    given = {"op": op, "shapes": shapes, "result": result, **given}
    return Workload(name, "op", flop, moved, given, patience=4.0)


def matmul(n: int) -> Workload:
    return _op(f"matmul {n}", "matmul", [[n, n], [n, n]], [n, n], 2.0 * n**3)


def conv(kernel: int, size: int, channels: int, filters: int, stride: int = 1) -> Workload:
    """A convolution of one image, same padding."""
    out = -(-size // stride)
    name = f"conv {kernel}x{kernel}{f' stride {stride}' if stride > 1 else ''} {size}x{size}x{channels}->{filters}"
    flop = 2.0 * kernel * kernel * out * out * channels * filters
    shapes = [[1, size, size, channels], [kernel, kernel, channels, filters]]
    return _op(name, "conv", shapes, [1, out, out, filters], flop, stride=stride)


def depthwise(size: int, channels: int, stride: int = 1) -> Workload:
    """3x3 over each channel by itself."""
    out = -(-size // stride)
    name = f"conv depthwise 3x3{f' stride {stride}' if stride > 1 else ''} {size}x{size}x{channels}"
    shapes = [[1, size, size, channels], [3, 3, channels, 1]]
    return _op(name, "depthwise", shapes, [1, out, out, channels], stride=stride)


OPS = [
    *(matmul(n) for n in (64, 128, 256, 512, 1024)),
    conv(3, 56, 64, 64),
    conv(3, 56, 64, 128, 2),
    conv(1, 56, 128, 128),
    depthwise(56, 128),
    depthwise(56, 128, 2),
    _op("softmax 1024x1000", "softmax", [[1024, 1000]], [1024, 1000]),
    _op("layer norm 1024x768", "layerNorm", [[1024, 768], [768], [768]], [1024, 768]),
    _op("chain of 6 elementwise ops, 1M", "chain", [[1024, 1024], [1024, 1024]], [1024, 1024]),
    _op("sum of rows 1024x1024", "sum", [[1024, 1024]], [1024], axis=1),
    _op("sum of columns 1024x1024", "sum", [[1024, 1024]], [1024], axis=0),
    _op("max of rows 1024x1024", "max", [[1024, 1024]], [1024], axis=1),
    _op("gather 4096 rows of 10000x128", "gather", [[10000, 128], [4096]], [4096, 128]),
    _op("sort 64x4096", "sort", [[64, 4096]], [64, 4096]),
    _op("FFT 64x1024 complex", "fft", [[64, 1024], [64, 1024]], [2, 64, 1024], 5.0 * 64 * 1024 * 10),
    _op(
        "einsum bqhd,bkhd->bhqk 4x128x8x32",
        "einsum",
        [[4, 128, 8, 32], [4, 128, 8, 32]],
        [4, 8, 128, 128],
        2.0 * 4 * 8 * 128 * 128 * 32,
        equation="bqhd,bkhd->bhqk",
    ),
]

# A net's multiply-adds, floating-point operations of one prediction.
FLOP = {
    name: 2.0 * make().multiply_adds()
    for name, make in NETS.items()
    if name not in ("resnet18", "mobilenetv2")
}
# Told, not counted: making 12 million weights takes longer than reading this table. A test compares them.
FLOP |= {"resnet18": 2.0 * 1814073344, "mobilenetv2": 2.0 * 300774272}
TITLES = {
    "digits": "digits CNN",
    "residual": "residual net",
    "resnet18": "ResNet-18",
    "mobilenetv2": "MobileNetV2",
    "lstm": "LSTM-128, 50 steps",
    "transformer": "transformer block",
    "xor": "XOR net",
}


def predict(net: str, batch: int, slow: tuple[str, ...] = ()) -> Workload:
    name = f"{TITLES[net]} predict, batch {batch}"
    return Workload(name, "predict", batch * FLOP[net], given={"net": net, "batch": batch}, slow=slow)


def train(net: str, batch: int, slow: tuple[str, ...] = ()) -> Workload:
    """A step of Adam. The losses of the first two are compared: the second tells whether the gradients were the same.

    The tolerance is wide because peers add Adam's epsilon in another place.
    """
    name = f"{TITLES[net]} training step, batch {batch}"
    given = {"net": net, "batch": batch, "compared": 2}
    slow = ("jax webgl", *slow)
    return Workload(
        name, "train", 3 * batch * FLOP[net], given=given, slow=slow, tolerance=2e-2, patience=20.0
    )


def cold(net: str, rounds: int) -> Workload:
    """From the import of the library to numbers, in a tab of its own."""
    return Workload(
        f"{TITLES[net]} first prediction, cold", "cold", given={"net": net, "batch": 1, "rounds": rounds}
    )


def memory(net: str, kind: str, batch: int) -> Workload:
    """Growth of the browser's peak memory in a tab of its own."""
    doing = "predict" if kind == "predict" else "training"
    given = {"net": net, "batch": batch, "does": kind, "rounds": 2}
    return Workload(f"{TITLES[net]} {doing}, batch {batch}, peak memory", "memory", given=given)


def objects(net: str, kind: str, batch: int) -> Workload:
    """The most bytes that objects of WebGL have at a time."""
    row = memory(net, kind, batch)
    name = f"WebGL objects, peak memory, {TITLES[net]} {'predict' if kind == 'predict' else 'training'}, batch {batch}"
    return Workload(name, "objects", given={**row.given, "rounds": 1}, only=("ours webgl", "tfjs webgl"))


PLAIN = ("tfjs cpu", "ours plain", "jax")
MODELS = [
    predict("digits", 1),
    predict("digits", 256, slow=("jax",)),
    predict("mobilenetv2", 1, slow=("jax webgl",)),
    predict("mobilenetv2", 8, slow=PLAIN),
    predict("resnet18", 1, slow=("jax",)),
    predict("resnet18", 8, slow=(*PLAIN, "ours webgl", "tfjs webgl")),
    predict("lstm", 1),
    predict("transformer", 1),
    predict("xor", 1),
    train("digits", 64),
    train("residual", 64),
    train("lstm", 32),
    train("transformer", 4),
]
EAGER = ("ours", "tfjs")
REST = [
    Workload("eager, 4 ops read one by one, 8x8", "eager", given={"n": 8}, only=EAGER),
    Workload("eager, 4 ops read one by one, 64x64", "eager", given={"n": 64}, only=EAGER),
    cold("digits", 5),
    cold("mobilenetv2", 3),
    memory("digits", "train", 64),
    memory("mobilenetv2", "predict", 1),
    objects("digits", "train", 64),
    objects("mobilenetv2", "predict", 1),
    Workload("record and compile 1167 nodes, ms, page just opened", "compile", limit=100, fresh=True),
    Workload("record and compile 1167 nodes, ms, again", "compile", limit=100),
    Workload("cached call of a compiled function, µs a step", "call", limit=5),
    Workload("digits CNN training step in CPython, batch 64", "keras", given={"net": "digits", "batch": 64}),
    Workload("bytes of JavaScript", "bytes"),
]
WORKLOADS = [*OPS, *MODELS, *REST]


def chosen(only: str | None, rows: list[Workload] = WORKLOADS) -> list[Workload]:
    """Those whose name or kind contains one of the comma-separated words of `only`, whatever the case."""
    if not only:
        return list(rows)
    words = [word.strip().lower() for word in only.split(",") if word.strip()]
    return [row for row in rows if any(word in f"{row.kind} {row.name}".lower() for word in words)]
