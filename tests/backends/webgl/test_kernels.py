"""Every kernel against the NumPy engine, at the edges of its tiles, for 8, 4, 2 and 1 render targets.

The texture size of 8 forces folded rows and several pages. The parity table reads texels as the renderer asks for; here
one engine does as GPUs do.
"""

# ruff: noqa: E501
import numpy as np
import pytest
from webgl_harness import assert_close, dtype_name, one_step, reference

pytestmark = pytest.mark.browser

OPTIONS = [
    {"sampled": False},
    {"targets": 4, "texture_size": 2048},
    {"targets": 2, "texture_size": 8},
    {"targets": 1},
]
F = "float32"
random = np.random.default_rng(7)


def floats(*shape):
    return random.normal(size=shape).astype(np.float32)


def integers(*shape):
    return random.integers(-(2**30), 2**30, size=shape).astype(np.int32)


def reduced(shape, axes, keepdims):
    return np.empty(shape).sum(axis=tuple(axes), keepdims=keepdims).shape


def reduce_cases():
    table = [
        ((5,), [0]), ((5, 1), [1]), ((3, 5, 1), [0, 2]), ((7, 9), [0]), ((7, 9), [1]), ((7, 9), [0, 1]),
        ((2, 3, 4, 5), [0, 2]), ((2, 3, 4, 5), [1, 3]), ((0, 3), [0]), ((3, 0), [1]), ((300, 5), [0]),
        ((5, 1003), [1]), ((40, 30, 7), [0, 1, 2]), ((9, 1, 3), [1]),
    ]  # fmt: skip
    for shape, axes in table:
        for op in ["sum", "prod", "max", "min"] if shape == (7, 9) else ["sum", "max"]:
            if 0 in shape and op == "max":
                continue
            for x in [floats(*shape), integers(*shape)]:
                for keepdims in [True, False]:
                    out = (reduced(shape, axes, keepdims), dtype_name(x))
                    yield "reduce", [x], [out], {"op": op, "axes": axes, "keepdims": keepdims}


def arg_reduce_cases():
    for shape in [(5,), (7, 9), (3, 4, 5)]:
        for axis in range(len(shape)):
            for x in [floats(*shape), integers(*shape)]:
                for op, keepdims in [("argmax", False), ("argmin", True)]:
                    out = (reduced(shape, [axis], keepdims), "int32")
                    yield "arg_reduce", [x], [out], {"op": op, "axis": axis, "keepdims": keepdims}


def movement_cases():
    reshapes = [
        ((), (1, 1)), ((6,), (2, 3)), ((8, 3), (4, 6)), ((8, 8), (16, 4)), ((2, 3, 4), (6, 4)), ((5, 1), (5,)),
        ((5,), (1, 5)), ((0, 3), (3, 0)), ((3, 16), (2, 6, 4)),
    ]  # fmt: skip
    for a, b in reshapes:
        yield "reshape", [floats(*a)], [(b, F)], {}
    perms = [
        ((3, 5), [1, 0]), ((5, 1), [1, 0]), ((2, 3, 4), [1, 0, 2]), ((2, 3, 4), [2, 0, 1]), ((2, 3, 4, 5), [0, 3, 1, 2]),
        ((), []), ((0, 3), [1, 0]),
    ]  # fmt: skip
    for shape, perm in perms:
        yield "transpose", [integers(*shape)], [(tuple(shape[p] for p in perm), "int32")], {"perm": perm}
    broadcasts = [
        ((), (3,)),
        ((1,), (5,)),
        ((3, 1), (3, 5)),
        ((3, 5), (2, 3, 5)),
        ((2, 1, 3), (2, 4, 3)),
        ((1,), (0,)),
    ]
    for a, b in broadcasts:
        yield "broadcast_to", [floats(*a)], [(b, F)], {}
    slices = [
        ((9,), [(1, 8, 2)]), ((9, 10), [(2, 7, 1), (4, 9, 1)]), ((9, 10), [(2, 9, 3), (0, 10, 1)]),
        ((4, 5, 6), [(0, 4, 1), (1, 4, 2), (1, 6, 2)]), ((9, 10), [(3, 3, 1), (0, 10, 1)]),
    ]  # fmt: skip
    for shape, rule in slices:
        out = np.empty(shape)[tuple(slice(*r) for r in rule)].shape
        params = {"begin": [r[0] for r in rule], "strides": [r[2] for r in rule]}
        yield "slice", [floats(*shape)], [(out, F)], params
    for shape, axes in [((5,), [0]), ((3, 4), [0]), ((3, 4), [1]), ((2, 3, 5), [0, 2]), ((0, 4), [0])]:
        yield "flip", [floats(*shape)], [(shape, F)], {"axes": axes}
    pads = [
        ((5,), [[1, 2, 0]]), ((3, 4), [[1, 0, 0], [0, 0, 0]]), ((3, 4), [[0, 1, 2], [2, 1, 1]]),
        ((2, 3, 5), [[0, 0, 0], [2, 1, 1], [0, 0, 0]]), ((0,), [[2, 1, 1]]), ((1, 3), [[0, 0, 3], [0, 0, 0]]),
    ]  # fmt: skip
    for shape, rule in pads:
        out = tuple(
            lo + hi + (0 if n == 0 else (n - 1) * (i + 1) + 1)
            for n, (lo, hi, i) in zip(shape, rule, strict=True)
        )
        yield "pad", [floats(*shape)], [(out, F)], {"pads": rule, "value": 2.5}
    concats = [
        ([(3,), (4,)], 0), ([(3, 4), (2, 4)], 0), ([(3, 4), (3, 8)], 1), ([(3, 4), (3, 3), (3, 1)], 1),
        ([(2, 3, 5), (2, 1, 5), (2, 0, 5)], 1), ([(1, 2)] * 40, 0), ([(1, 2)] * 40, 1),
    ]  # fmt: skip
    for shapes, axis in concats:
        xs = [floats(*shape) for shape in shapes]
        yield "concat", xs, [(np.concatenate(xs, axis).shape, F)], {"axis": axis}


def gather_cases():
    table = [
        ((7,), (3,), 0),
        ((7, 5), (3,), 0),
        ((7, 5), (2, 3), 1),
        ((7, 5), (), 1),
        ((7, 5), (), 0),
        ((3, 6, 5), (2, 2), 1),
    ]
    for shape, picked, axis in table:
        x = floats(*shape)
        indices = random.integers(-2, shape[axis] + 2, size=picked).astype(np.int32)
        out = shape[:axis] + picked + shape[axis + 1 :]
        yield "gather", [x, indices], [(out, F)], {"axis": axis}
        yield from scatter_case(shape, indices, floats(*out), axis, "add", True, False)
    yield from scatter_case((7, 5), integers(9) % 9 - 1, floats(9, 5), 0, "mul", False, False)
    yield from scatter_case((7, 5), integers(9) % 9 - 1, floats(9, 5), 0, "max", False, True)
    yield from scatter_case((3, 7), integers(2, 5) % 9 - 1, integers(3, 2, 5), 1, "min", True, True)
    yield from scatter_case((3, 7), integers(9) % 9 - 1, floats(3, 9), 1, "update", False, True)


def sorted_scatter_cases():
    """Enough indices to be sorted."""
    one = (random.integers(0, 2, size=900) * 200).astype(np.int32)
    yield from scatter_case((1500, 2), integers(700) % 1600 - 50, floats(700, 2), 0, "add", False, False)
    yield from scatter_case((2, 9, 400, 3), one // 200, floats(2, 900, 400, 3), 1, "max", True, True)
    yield from scatter_case((3, 4000), integers(600) % 4000, integers(3, 600), 1, "min", False, True)
    yield from scatter_case((2400,), integers(30, 40) % 2400, floats(30, 40), 0, "update", False, True)
    yield from scatter_case((2400,), one, floats(900), 0, "add", False, False)


def scatter_case(shape, indices, updates, axis, reduction, clamp, based):
    params = {"reduction": reduction, "axis": axis, "shape": list(shape), "clamp": clamp}
    inputs = [indices, updates]
    if based:
        inputs.append(np.ones(shape, updates.dtype))
    yield "scatter", inputs, [(shape, dtype_name(updates))], params


def ordering_cases():
    table = [
        ((5,), 0),
        ((3, 7), 1),
        ((9, 5), 0),
        ((2, 70, 3), 1),
        ((3, 40, 2, 5), 1),
        ((3, 140), 1),
        ((2, 2600), 1),
        ((700, 2), 0),
        ((0, 4), 1),
    ]
    for shape, axis in table:
        for op in ["sum", "max"]:
            for x in [floats(*shape), integers(*shape)]:
                for reverse in [False, True]:
                    for exclusive in [False, True] if op == "sum" else [False]:
                        params = {"op": op, "axis": axis, "reverse": reverse, "exclusive": exclusive}
                        yield "cumulative", [x], [(shape, dtype_name(x))], params
    for shape in [(1,), (4,), (3, 9), (2, 3, 64), (5, 129), (2500,), (0, 4), (3, 0)]:
        for x in [floats(*shape), (integers(*shape) % 50).astype(np.int32)]:
            for descending in [False, True]:
                yield "sort", [x], [(shape, dtype_name(x)), (shape, "int32")], {"descending": descending}
    yield "sort", [floats(3, 9)], [None, ((3, 9), "int32")], {"descending": False}
    yield "sort", [floats(3, 9)], [((3, 9), F), None], {"descending": True}


def matmul_cases():
    for m, k, n in [(1, 1, 1), (5, 3, 2), (9, 17, 8), (17, 33, 9), (9, 1000, 5)]:
        for a, b in [((m, k), (k, n)), ((m, k), (n, k)), ((k, m), (k, n)), ((k, m), (n, k))]:
            yield from product(a, b, a == (k, m) and k != m, b == (n, k) and k != n)
    # long columns of B are walked in blocks
    yield from product((256, 520), (520, 260), False, False)
    yield from product((520, 256), (520, 260), True, False)
    # so large that software rasterisers draw copies with rows and columns swapped before
    large = [
        ((66, 250), (250, 259), 0, 0), ((250, 66), (250, 259), 1, 0), ((250, 66), (259, 250), 1, 1),
        ((3, 128, 88), (3, 88, 128), 0, 0), ((3, 88, 128), (3, 88, 128), 1, 0), ((3, 88, 130), (1, 88, 128), 1, 0),
    ]  # fmt: skip
    for a, b, transpose_a, transpose_b in large:
        yield list(product(a, b, bool(transpose_a), bool(transpose_b)))[1]
    table = [
        ((2, 3, 4), (2, 4, 5), 0, 0), ((2, 8, 4), (2, 4, 5), 0, 0), ((2, 8, 6), (2, 5, 6), 0, 1), ((3, 4, 8), (3, 4, 8), 1, 0),
        ((3, 6, 8), (3, 5, 6), 1, 1), ((2, 1, 8, 4), (5, 4, 3), 0, 0), ((4, 3), (2, 3, 5), 0, 0), ((2, 3, 4), (4, 5), 0, 0),
        ((2, 4, 3), (4, 5), 1, 0), ((7, 1, 5), (7, 5, 3), 0, 0), ((0, 3), (3, 4), 0, 0), ((3, 0), (0, 4), 0, 0),
        ((2, 5, 16), (2, 5, 9), 1, 0), ((9, 40), (40, 6), 0, 0), ((2, 8, 16), (2, 16, 5), 0, 0), ((2, 8, 16), (1, 16, 5), 0, 0),
        # groups of rows of k, and two texels of k at a turn
        ((3, 16, 9), (3, 16, 5), 1, 0), ((2, 16, 8), (1, 16, 5), 1, 0), ((20, 9), (20, 13), 1, 0), ((2, 8, 16), (2, 12, 16), 0, 1),
        ((17, 24), (20, 24), 0, 1), ((17, 22), (21, 22), 0, 1),
    ]  # fmt: skip
    for a, b, transpose_a, transpose_b in table:
        yield from product(a, b, bool(transpose_a), bool(transpose_b))


def product(a, b, transpose_a, transpose_b):
    x, y = floats(*a), floats(*b)
    left = np.swapaxes(x, -1, -2) if transpose_a else x
    right = np.swapaxes(y, -1, -2) if transpose_b else y
    out = (left @ right).shape
    params = {"transpose_a": transpose_a, "transpose_b": transpose_b, "epilogue": None}
    yield "matmul", [x, y], [(out, F)], params
    epilogue = {
        "instrs": [["add", F, [0, 1], None], ["constant", F, [], 0.0], ["maximum", F, [2, 3], None]],
        "results": [4],
    }
    yield "matmul", [x, y, floats(out[-1])], [(out, F)], {**params, "epilogue": epilogue}


def same(size, kernel, stride, dilation):
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return [total // 2, total - total // 2], out


def convolution_cases():
    # batch, height, width, channels, kernel, filters, stride, dilation, groups, same
    table = [
        (1, 5, 5, 1, 3, 4, 1, 1, 1, True), (2, 7, 6, 3, 3, 5, 2, 1, 1, True), (2, 8, 8, 8, 3, 8, 1, 1, 1, False),
        (1, 6, 6, 4, 1, 7, 1, 1, 1, False), (2, 6, 5, 4, 1, 7, 2, 1, 1, False), (1, 9, 9, 6, 3, 6, 1, 2, 1, True),
        (2, 6, 6, 5, 3, 5, 1, 1, 5, True), (2, 6, 6, 8, 3, 8, 2, 1, 2, True), (1, 5, 5, 4, 3, 8, 1, 1, 4, True),
        (1, 5, 5, 6, 3, 9, 1, 1, 3, False), (1, 1, 1, 3, 3, 2, 1, 1, 1, True), (0, 4, 4, 3, 3, 2, 1, 1, 1, True),
        (5, 14, 14, 16, 3, 32, 1, 1, 1, True), (1, 20, 30, 2, 5, 1, 3, 1, 1, True), (2, 6, 6, 16, 3, 8, 1, 1, 2, True),
        # a fragment's pixels in one line, in blocks of four and of two
        (2, 3, 16, 5, 3, 4, 1, 1, 1, True), (2, 5, 16, 8, 3, 4, 2, 1, 1, True), (1, 3, 18, 16, 3, 8, 1, 1, 2, False),
        (1, 5, 16, 4, 3, 4, 1, 2, 1, True), (1, 8, 16, 3, 7, 4, 2, 1, 1, True), (2, 4, 16, 6, 3, 6, 1, 1, 6, True),
        (2, 5, 24, 4, 3, 4, 2, 1, 1, True), (2, 5, 24, 4, 3, 4, 2, 1, 4, True), (2, 5, 12, 6, 3, 4, 2, 1, 1, True),
        (1, 4, 15, 4, 3, 4, 1, 1, 4, False), (1, 9, 8, 4, 2, 4, 1, 3, 1, False),
        # the gradient of the input, pixels in one line: taps that reach every other pixel, every fourth, with gaps
        (2, 6, 16, 3, 5, 6, 2, 1, 1, True), (1, 8, 16, 8, 2, 8, 2, 1, 1, False), (1, 9, 16, 4, 4, 5, 4, 1, 1, True),
        (2, 7, 8, 8, 3, 8, 2, 1, 2, True), (1, 9, 16, 4, 3, 4, 2, 2, 1, True), (1, 5, 24, 4, 5, 4, 2, 1, 4, False),
    ]  # fmt: skip
    for n, h, w, c, k, f, s, d, g, padded in table:
        if padded:
            (top, out_h), (left, out_w) = same(h, k, s, d), same(w, k, s, d)
        else:
            top = left = [0, 0]
            out_h, out_w = (h - (k - 1) * d - 1) // s + 1, (w - (k - 1) * d - 1) // s + 1
        params = {"strides": [s, s], "dilations": [d, d], "pads": [top, left], "groups": g}
        x, weights, dy = floats(n, h, w, c), floats(k, k, c // g, f), floats(n, out_h, out_w, f)
        epilogue = {
            "instrs": [["add", F, [0, 1], None], ["tanh", F, [3], None], ["add", F, [4, 2], None]],
            "results": [5],
        }
        yield "conv2d", [x, weights], [(dy.shape, F)], {**params, "epilogue": None}
        yield "conv2d", [x, weights, floats(f), dy], [(dy.shape, F)], {**params, "epilogue": epilogue}
        yield "conv2d_input_grad", [dy, weights], [(x.shape, F)], {**params, "input_shape": list(x.shape)}
        yield (
            "conv2d_filter_grad",
            [x, dy],
            [(weights.shape, F)],
            {**params, "filter_shape": list(weights.shape)},
        )


def pooling_cases():
    table = [
        ((2, 6, 6, 3), [2, 2], [2, 2], [[0, 0], [0, 0]]), ((1, 7, 5, 5), [3, 2], [2, 1], [[1, 1], [0, 1]]),
        ((1, 5, 5, 8), [3, 3], [1, 1], [[1, 1], [1, 1]]), ((2, 4, 4, 1), [1, 2], [3, 2], [[0, 0], [0, 0]]),
    ]  # fmt: skip
    for shape, size, strides, pads in table:
        n, h, w, c = shape
        y = (
            n,
            (h + sum(pads[0]) - size[0]) // strides[0] + 1,
            (w + sum(pads[1]) - size[1]) // strides[1] + 1,
            c,
        )
        x = floats(*shape)
        if c == 3:
            x = np.round(x)
            x[0, 0, 0, 0] = np.nan
        params = {"pool_size": size, "strides": strides, "pads": pads}
        both = [(y, F), (y, "int32")]
        indices = reference(one_step("max_pool2d", [x], both, params), [x])[1].astype(np.int32)
        back = {**params, "input_shape": list(shape)}
        yield "max_pool2d", [x], both, params
        yield "max_pool2d", [x], [(y, F), None], params
        yield "max_pool2d", [x], [None, (y, "int32")], params
        yield "max_pool2d_grad", [floats(*y), indices], [(shape, F)], back
        yield "max_pool2d_take", [x, indices], [(y, F)], params
        yield "avg_pool2d", [x], [(y, F)], params
        yield "avg_pool2d_grad", [floats(*y)], [(shape, F)], back


def elementwise_cases():
    table = [
        ((), [(), ()]), ((5,), [(5,), (), (1,)]), ((3, 5), [(3, 5), (5,), (3, 1), (1,)]),
        ((2, 3, 4, 6), [(2, 1, 4, 6), (3, 1, 1), (2, 3, 4, 1), (1, 1, 1, 6), (4, 6)]), ((2, 3, 1), [(2, 1, 1), (3, 1)]),
        ((0, 3), [(0, 3), (3,)]), ((2, 3, 4, 5, 6), [(2, 1, 4, 1, 6), (1, 3, 1, 5, 1)]),
    ]  # fmt: skip
    for shape, operands in table:
        xs = [floats(*s) for s in operands]
        count, instrs, last = len(xs), [], 0
        for i in range(1, count):
            instrs.append(["add" if i % 2 else "multiply", F, [last, i], None])
            last = count + len(instrs) - 1
        place = count + len(instrs)
        instrs.append(["less", "bool", [last, 0], None])
        instrs.append(["cast", "int32", [0], None])
        whole = place + 1
        if len(shape) > 0:
            instrs.append(["iota", "int32", [], 0])
            instrs.append(["add", "int32", [place + 1, place + 2], None])
            whole = place + 3
        outputs = [(shape, F), (shape, "bool"), (shape, "int32"), (shape, F)]
        yield "elementwise", xs, outputs, {"expr": {"instrs": instrs, "results": [last, place, whole, last]}}


FAMILIES = {
    "reduce": reduce_cases,
    "arg_reduce": arg_reduce_cases,
    "movement": movement_cases,
    "gather": gather_cases,
    "sorted scatter": sorted_scatter_cases,
    "ordering": ordering_cases,
    "matmul": matmul_cases,
    "convolution": convolution_cases,
    "pooling": pooling_cases,
    "elementwise": elementwise_cases,
}


@pytest.mark.parametrize("options", OPTIONS, ids=["8", "4", "2-small-textures", "1"])
@pytest.mark.parametrize("family", FAMILIES)
def test_kernels_agree_with_numpy(page, family, options):
    if family == "sorted scatter" and options.get("texture_size") == 8:
        pytest.skip("these tensors are larger than all layers of such textures")
    for kernel, inputs, outputs, params in FAMILIES[family]():
        plan = one_step(kernel, inputs, outputs, params)
        with np.errstate(all="ignore"):
            wanted = reference(plan, inputs)
        got = page.run(plan, inputs, options=options)["outputs"]
        for result, expected in zip(got, wanted, strict=True):
            try:
                assert_close(result, expected, 2e-5)
            except AssertionError as failure:
                shapes = [list(x.shape) for x in inputs]
                raise AssertionError(f"{kernel} of {shapes} with {params}: {failure}") from None
