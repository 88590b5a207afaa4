"""Symbolic sizes: one plan at many sizes gives what a plan compiled for each size gives."""

import numpy as np
import pytest
from compiler.validate import validate
from engines import ENGINES, Job

from pybrowserml import ops
from pybrowserml.backends.backend import sizes_from_inputs
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import dim_floordiv, dim_mul, size_named
from pybrowserml.core.opset.binary import add, divide, equal, multiply, subtract
from pybrowserml.core.opset.convolution import conv2d, same_pads
from pybrowserml.core.opset.gathering import gather
from pybrowserml.core.opset.generators import bits_to_uniform, iota, random_bits, size_of
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.movement import (
    broadcast_to,
    concatenate,
    flip,
    pad_interior,
    reshape,
    slice_strided,
    transpose,
)
from pybrowserml.core.opset.pooling import avg_pool2d, max_pool2d
from pybrowserml.core.opset.reduction import argmax, reduce_max, reduce_sum
from pybrowserml.core.opset.unary import cast, exp, tanh
from pybrowserml.platform.errors import PybrowsermlError


def classifier(inputs):
    """Softmax cross entropy with its gradients; the loss is a mean over the batch."""
    x, w, y = inputs
    batch = x.shape[0]
    z = tanh(matmul(x, w))
    shifted = subtract(z, reduce_max(z, 1, True))
    logp = subtract(shifted, exp(multiply(0.1, reduce_sum(exp(shifted), 1, True))))
    hot = cast(equal(iota(z.shape, 1), reshape(y, [batch, 1])), "float32")
    loss = divide(reduce_sum(multiply(logp, hot), None, False), cast(size_of(batch), "float32"))
    return [loss, *gradients([loss], [x, w]), argmax(z, 1, False), cast(size_of(batch), "float32")]


def images(inputs):
    """Strided "same" convolution and pooling: the sizes of the results round up."""
    x, w = inputs
    y = conv2d(x, w, [2, 2], same_pads(x, [3, 3], [2, 2], [1, 1], "same", "conv2d"), [1, 1], 1)
    z = max_pool2d(y, [2, 2], [2, 2], same_pads(y, [2, 2], [2, 2], [1, 1], "same", "max_pool2d"))[0]
    a = avg_pool2d(y, [3, 3], [1, 1], same_pads(y, [3, 3], [1, 1], [1, 1], "same", "avg_pool2d"))
    total = add(reduce_sum(tanh(z), None, False), reduce_sum(multiply(a, a), None, False))
    return [y, z, a, *gradients([total], [x, w])]


def movements(inputs):
    x = inputs[0]
    n = x.shape[0]
    flat = reshape(x, [-1])
    halved = slice_strided(x, [0, 1], [dim_floordiv(n, 2), 2], [2, 1])
    padded = pad_interior(x, [[1, 2, 1], [0, 0, 0]], 7)
    joined = concatenate([x, flip(x, [0]), broadcast_to(slice_strided(x, [0, 0], [1, 3], [1, 1]), [n, 3])], 0)
    back = reshape(flat, [n, 3])
    found = gradients([multiply(joined, joined), padded], [x])
    bits = random_bits(1, 2, 3, [n, 3])
    return [
        flat,
        halved,
        padded,
        joined,
        transpose(back),
        *found,
        gather(x, iota([n], 0), 0),
        bits_to_uniform(bits),
    ]


def windows(inputs):
    """Convolution, its transpose, pooling and patches over one to three axes of unknown size."""
    x, w = inputs
    n, h, width = x.shape[0], x.shape[1], x.shape[2]
    images = [
        ops.conv_transpose(x, w, 3, "valid"),
        ops.conv_transpose(x, w, 2, "same"),
        ops.conv_transpose(x, w, 2, "same", 1),
        ops.image.extract_patches(x, 2, 1),
        ops.unfold(x, [2, 1], 1, [1, 0]),
        ops.pool(x, 2, "avg", "same", 2),
        ops.dilation2d(
            x, reshape(slice_strided(w, [0, 0, 0, 0], [2, 2, 1, 2], [1, 1, 1, 1]), [2, 2, 2]), 1, "same"
        ),
    ]
    rows = reshape(x, [dim_mul(n, h), width, 2])
    deep = reshape(x, [n, h, width, 2, 1])
    filters = slice_strided(w, [0, 0, 0, 0], [2, 2, 2, 1], [1, 1, 1, 1])
    found = [
        *images,
        ops.conv(rows, reshape(filters, [4, 2, 1]), 1, "causal"),
        ops.conv(deep, reshape(filters, [2, 2, 2, 1, 1]), [2, 1, 1], "same"),
        ops.conv_transpose(deep, reshape(filters, [2, 2, 2, 1, 1]), [2, 1, 1], "same"),
        ops.max_pool(rows, 2, 1, "same"),
        ops.average_pool(deep, 2, None, "same"),
    ]
    total = None
    for item in found:
        part = reduce_sum(multiply(item, item), None, False)
        total = part if total is None else add(total, part)
    return [*found, *gradients([total], [x, w])]


def pictures(inputs):
    """Images of unknown size, resampled."""
    x, boxes = inputs
    found = [
        ops.image.resize(x, [3, 7], "nearest"),
        ops.image.resize(x, [3, 7]),
        ops.image.resize(x, [6, 2], "bicubic"),
        ops.image.resize(x, [5, 5], "lanczos3"),
        ops.image.affine_transform(x, [0.9, 0.31, -1.13, -0.2, 1.1, 0.63, 0, 0], "bilinear", "reflect"),
        ops.image.crop_and_resize(
            x, boxes, cast(multiply(0.0, reduce_sum(boxes, 1, False)), "int32"), [2, 3]
        ),
        ops.image.crop_images(x, 1, 0, 0, 1),
        ops.image.pad_images(x, 1, 0, 0, 1),
        ops.image.gaussian_blur(x),
        ops.image.ssim(x, multiply(x, 0.5), 1.0, 3),
        ops.image.flip_left_right(x),
        ops.image.rotate_with_offset(x, 0.3),
    ]
    total = None
    for item in found:
        part = reduce_sum(multiply(item, item), None, False)
        total = part if total is None else add(total, part)
    return [*found, *gradients([total], [x])]


N, H, W = size_named("n"), size_named("h"), size_named("w")
PROGRAMS = {
    "classifier": (
        classifier,
        [[N, 5], [5, 4], [N]],
        ["float32", "float32", "int32"],
        [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 7}],
    ),
    "images": (
        images,
        [[N, H, W, 2], [3, 3, 2, 3]],
        ["float32", "float32"],
        [
            {"n": 1, "h": 5, "w": 7},
            {"n": 2, "h": 6, "w": 9},
            {"n": 1, "h": 3, "w": 8},
            {"n": 3, "h": 11, "w": 4},
        ],
    ),
    "windows": (
        windows,
        [[N, H, W, 2], [2, 2, 2, 2]],
        ["float32", "float32"],
        [{"n": 1, "h": 5, "w": 3}, {"n": 2, "h": 4, "w": 6}, {"n": 3, "h": 3, "w": 4}],
    ),
    "pictures": (
        pictures,
        [[N, H, W, 2], [N, 4]],
        ["float32", "float32"],
        [{"n": 2, "h": 5, "w": 3}, {"n": 3, "h": 4, "w": 6}],
    ),
    "movements": (movements, [[N, 3]], ["float32"], [{"n": 2}, {"n": 3}, {"n": 5}, {"n": 8}]),
}


def traced(name, shapes):
    build, _, dtypes, _ = PROGRAMS[name]
    specs = [[f"x{i}", shape, dtype] for i, (shape, dtype) in enumerate(zip(shapes, dtypes, strict=True))]
    return trace_runner(lambda x: [[f"y{i}", t] for i, t in enumerate(build(x))], specs).plan


def sized(shapes, sizes):
    values = {N.key: "n", H.key: "h", W.key: "w"}
    return [[dim if isinstance(dim, int) else sizes[values[dim.key]] for dim in shape] for shape in shapes]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_one_plan_at_many_sizes(engines, engine, name):
    _, shapes, dtypes, choices = PROGRAMS[name]
    plan = traced(name, shapes)
    validate(plan)
    rng = np.random.default_rng(3)
    jobs = []
    for sizes in choices:
        known = sized(shapes, sizes)
        inputs = [
            rng.integers(0, 4, shape).astype(np.int32)
            if dtype == "int32"
            else rng.uniform(-1, 1, shape).astype(np.float32)
            for shape, dtype in zip(known, dtypes, strict=True)
        ]
        assert sizes_from_inputs(plan, known) == sizes
        static = traced(name, known)
        assert static["sizes"] == []
        jobs += [Job(plan, inputs, sizes=sizes), Job(static, inputs)]
    results = engines.run(engine, jobs)
    for i in range(0, len(jobs), 2):
        for number, (a, b) in enumerate(zip(results[i].outputs, results[i + 1].outputs, strict=True)):
            np.testing.assert_allclose(
                a, b, rtol=1e-5, atol=1e-5, err_msg=f"{choices[i // 2]}, result {number}"
            )


def test_sizes_of_odd_images_round_up():
    plan = traced("images", PROGRAMS["images"][1])
    from pybrowserml.backends.resolve import resolve

    for h, w in [(5, 7), (6, 8), (1, 2), (28, 13)]:
        resolved = resolve(plan, {"n": 1, "h": h, "w": w})
        shape = resolved["values"][resolved["outputs"][0]["value"]]["shape"]
        assert shape == [1, -(-h // 2), -(-w // 2), 3]
        shape = resolved["values"][resolved["outputs"][1]["value"]]["shape"]
        assert shape == [1, -(-h // 4), -(-w // 4), 3]


def test_inputs_that_do_not_fit_are_refused():
    plan = traced("classifier", PROGRAMS["classifier"][1])
    for wrong in [
        [[3, 6], [5, 4], [3]],
        [[3, 5], [5, 4], [4]],
        [[3, 5, 1], [5, 4], [3]],
        [[3, 5], [4, 5], [3]],
    ]:
        with pytest.raises(PybrowsermlError, match="must have shape"):
            sizes_from_inputs(plan, wrong)
