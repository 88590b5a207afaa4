"""What is measured: one entry a row of the table.

A kernel row is a plan of one step; its operands lie on the engine before the clock starts, and its result
reaches the host before it stops. A model row starts and ends with numbers on the host.
"""

from dataclasses import dataclass, field

ENGINES = ("cpu", "webgl")
MODEL_KINDS = ("predict", "train", "cold", "bytes")


@dataclass(frozen=True)
class Workload:
    """A row. kind: which function of the page runs it; flop: of one run; target: the wanted ratio.

    limit: what our own time may be at most, for rows without a counterpart; fresh: measured on a new page each time.
    """

    name: str
    kind: str
    flop: float = 0.0
    target: float = 1.0
    limit: float | None = None
    fresh: bool = False
    given: dict = field(default_factory=dict)


def one_step(kernel: str, shapes: list[list[int]], output: list[int], params: dict) -> dict:
    """A plan with a single step over float32 inputs (docs/architecture.md, "The plan")."""
    values = [{"shape": shape, "dtype": "float32"} for shape in [*shapes, output]]
    places = list(range(len(shapes)))
    return {
        "sizes": [],
        "values": values,
        "inputs": [{"name": f"x{place}", "value": place} for place in places],
        "state": [],
        "constants": [],
        "outputs": [{"name": "y", "value": len(shapes)}],
        "updates": [],
        "steps": [
            {"kernel": kernel, "inputs": places, "outputs": [len(shapes)], "params": params, "name": kernel}
        ],
        "lifetimes": [None] * len(shapes) + [[0, 0]],
        "subplans": [],
    }


def matmul(n: int) -> Workload:
    params = {"transpose_a": False, "transpose_b": False, "epilogue": None}
    shapes = [[n, n], [n, n]]
    plan = one_step("matmul", shapes, [n, n], params)
    return Workload(f"matmul {n}", "matmul", 2.0 * n**3, given={"plan": plan, "shapes": shapes})


def conv(kernel: int, size: int, channels: int, filters: int) -> Workload:
    """A convolution of one image, stride 1, same padding."""
    pad = [(kernel - 1) // 2, kernel // 2]
    params = {"strides": [1, 1], "dilations": [1, 1], "pads": [pad, pad], "groups": 1, "epilogue": None}
    shapes = [[1, size, size, channels], [kernel, kernel, channels, filters]]
    plan = one_step("conv2d", shapes, [1, size, size, filters], params)
    flop = 2.0 * kernel * kernel * size * size * channels * filters
    name = f"conv {kernel}x{kernel} {size}x{size}x{channels}->{filters}"
    return Workload(name, "conv", flop, given={"plan": plan, "shapes": shapes})


# Multiply-adds of the digits net per image: two convolutions and the dense layer.
DIGITS_FLOP = 2.0 * (28 * 28 * 9 * 16 + 14 * 14 * 9 * 16 * 32 + 1568 * 10)

WORKLOADS = [
    *(matmul(n) for n in (64, 128, 256, 512, 1024)),
    conv(3, 56, 64, 64),
    conv(1, 56, 128, 128),
    Workload("digits predict, batch 1", "predict", DIGITS_FLOP, given={"batch": 1}),
    Workload("digits predict, batch 256", "predict", 256 * DIGITS_FLOP, given={"batch": 256}),
    Workload("digits train step, batch 64", "train", 3 * 64 * DIGITS_FLOP, target=2.0, given={"batch": 64}),
    Workload("eager, 4 ops read one by one, 8x8", "eager", given={"n": 8}),
    Workload("eager, 4 ops read one by one, 64x64", "eager", given={"n": 64}),
    Workload("record and compile 1167 nodes, ms, page just opened", "compile", limit=100, fresh=True),
    Workload("record and compile 1167 nodes, ms, again", "compile", limit=100),
    Workload("cached call of a compiled function, µs a step", "call", limit=5),
    Workload("first prediction", "cold"),
    Workload("bytes of JavaScript", "bytes"),
]


def chosen(only: str | None) -> list[Workload]:
    """Those whose name or kind contains one of the comma-separated words of `only`."""
    if not only:
        return list(WORKLOADS)
    words = [word.strip() for word in only.split(",")]
    return [row for row in WORKLOADS if any(word in f"{row.kind} {row.name}" for word in words)]
