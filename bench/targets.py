"""What is wanted of which rows, as data: the ratio of a peer's median to ours, and shares of the machine's limits."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """rows: beginnings of their names; ours and peers: contestants, of whom the best counts in each row.

    ratio: at least this much better than the best peer; limit: (a limit of the session, the share of it that we
    reach); most: counts that may not be more: programs of a first prediction, draws of one more.
    """

    name: str
    rows: tuple[str, ...]
    ours: str
    peers: tuple[str, ...]
    ratio: float
    limit: tuple[str, float] | None = None
    most: dict[str, int] = field(default_factory=dict)


TFJS = ("tfjs cpu", "tfjs wasm", "tfjs webgl")
CONVNETS = ("MobileNetV2 predict", "ResNet-18 predict")
CONVOLUTIONS = ("conv 3x3", "conv 1x1", "conv depthwise")
TARGETS = [
    Target(
        "matmul, SIMD, one thread",
        ("matmul 512", "matmul 1024"),
        "ours cpu",
        ("tfjs wasm",),
        1.3,
        ("simd best", 0.85),
    ),
    Target("conv 3x3 stride 1", ("conv 3x3 56",), "ours cpu", ("tfjs wasm",), 1.5),
    Target("MobileNetV2, ResNet-18 predict, CPU", CONVNETS, "ours cpu", ("tfjs wasm", "ort wasm"), 1.3),
    Target("the same with 2 threads", CONVNETS, "ours cpu2", ("tfjs wasm2", "ort wasm2"), 1.3),
    Target(
        "plain JavaScript, matmul and conv",
        ("matmul", *CONVOLUTIONS),
        "ours plain",
        ("tfjs cpu",),
        3.0,
        ("plain", 0.6),
    ),
    Target(
        "plain JavaScript, nets",
        ("digits CNN predict", *CONVNETS, "LSTM-128, 50 steps predict", "transformer block predict"),
        "ours plain",
        ("tfjs cpu",),
        3.0,
        ("plain", 0.6),
    ),
    Target(
        "training step, digits CNN and residual net, CPU",
        ("digits CNN training step, batch", "residual net training step"),
        "ours cpu",
        TFJS,
        20.0,
    ),
    Target("LSTM and transformer, predict and train", ("LSTM", "transformer"), "ours cpu", TFJS, 5.0),
    Target(
        "matmul on WebGL", ("matmul 256", "matmul 512", "matmul 1024"), "ours webgl", ("tfjs webgl",), 1.5
    ),
    Target("conv on WebGL", CONVOLUTIONS, "ours webgl", ("tfjs webgl",), 2.0),
    Target("MobileNetV2, ResNet-18 predict, WebGL", CONVNETS, "ours webgl", ("tfjs webgl",), 2.0),
    Target(
        "training step on WebGL",
        (
            "digits CNN training step, batch",
            "residual net training step",
            "LSTM-128, 50 steps training step",
            "transformer block training step",
        ),
        "ours webgl",
        ("tfjs webgl",),
        3.0,
    ),
    Target(
        "first prediction, MobileNetV2 on WebGL, cold",
        ("MobileNetV2 first prediction",),
        "ours webgl",
        ("tfjs webgl",),
        4.0,
        most={"programs": 30, "draws": 70},
    ),
    Target("XOR net, one prediction, to TensorFlow.js", ("XOR net predict",), "ours cpu", TFJS, 5.0),
    Target("XOR net, one prediction, to Brain.js", ("XOR net predict",), "ours cpu", ("brain cpu",), 0.5),
    Target(
        "digits CNN training step in CPython",
        ("digits CNN training step in CPython",),
        "ours numpy",
        ("keras jax",),
        0.5,
    ),
    Target(
        "peak memory, CPU",
        ("digits CNN training, ", "MobileNetV2 predict, batch 1, peak"),
        "ours cpu",
        TFJS[:2],
        2.0,
    ),
    Target(
        "peak memory, WebGL",
        ("digits CNN training, ", "MobileNetV2 predict, batch 1, peak"),
        "ours webgl",
        TFJS[2:],
        2.0,
    ),
    Target("peak memory, objects of WebGL", ("WebGL objects, ",), "ours webgl", TFJS[2:], 2.0),
]
