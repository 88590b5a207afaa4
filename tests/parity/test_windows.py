"""Windows on random shapes, on the NumPy engine: against the reference, and as adjoints of each other."""

import numpy as np
from engines import Job, run_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from parity import reference_images as images
from parity import reference_windows as windows
from parity.harness import plan_of

from pybrowserml import ops

MANY = settings(max_examples=60, deadline=None)
CLOSE = {"rtol": 1e-4, "atol": 1e-4}


def run(build, *arrays):
    return run_numpy(Job(plan_of(build, arrays), list(arrays)))[0][0]


def array(rng, *shape):
    return rng.uniform(-1, 1, shape).astype(np.float32)


@st.composite
def settings_of_windows(draw):
    """[sizes, window, strides, dilations, padding] of one to three axes where at least one window fits."""
    count = draw(st.integers(1, 3))
    window = [draw(st.integers(1, 3)) for _ in range(count)]
    dilations = [draw(st.integers(1, 2)) for _ in range(count)]
    strides = [draw(st.integers(1, 4)) for _ in range(count)]
    spans = [(k - 1) * d + 1 for k, d in zip(window, dilations, strict=True)]
    sizes = [span + draw(st.integers(0, 3)) for span in spans]
    return sizes, window, strides, dilations, draw(st.sampled_from(["valid", "same"]))


def pads_of(sizes, window, strides, dilations, padding):
    return windows.same(sizes, window, strides, dilations) if padding == "same" else [[0, 0]] * len(sizes)


@MANY
@given(settings_of_windows(), st.integers(1, 2), st.booleans())
def test_convolution(given_windows, groups, first):
    sizes, window, strides, dilations, padding = given_windows
    rng = np.random.default_rng(1)
    x, w = array(rng, 2, *sizes, 2 * groups), array(rng, *window, 2, 3 * groups)
    wanted = windows.conv(x, w, strides, pads_of(*given_windows), dilations, groups)
    form = "channels_first" if first else None
    found = run(
        lambda t: ops.conv(t[0], t[1], strides, padding, form, dilations),
        windows.to_first(x) if first else x,
        w,
    )
    np.testing.assert_allclose(windows.to_last(found) if first else found, wanted, **CLOSE)


@MANY
@given(settings_of_windows(), st.sampled_from([None, 0, 1]))
def test_transposed_convolution_is_the_adjoint(given_windows, extra):
    """<conv(y), x> = <y, conv_transpose(x)> where the transpose's size is one that the convolution takes to x's."""
    sizes, window, strides, dilations, padding = given_windows
    rng = np.random.default_rng(2)
    x, w = array(rng, 1, *sizes, 3), array(rng, *window, 2, 3)
    y = run(lambda t: ops.conv_transpose(t[0], t[1], strides, padding, extra, None, dilations), x, w)
    spans = [(k - 1) * d + 1 for k, d in zip(window, dilations, strict=True)]
    for n, size, stride, span in zip(y.shape[1:-1], sizes, strides, spans, strict=True):
        if extra is None:
            assert n == (size * stride if padding == "same" else (size - 1) * stride + max(span, stride))
        else:
            assert n == (size - 1) * stride + (span % 2 if padding == "same" else span) + extra
    if padding == "valid" and (extra is None or all(extra < stride for stride in strides)):
        seed = array(rng, *y.shape)
        there = windows.conv(seed, w, strides, [[0, 0]] * len(sizes), dilations)
        np.testing.assert_allclose(np.sum(there * x), np.sum(seed * y.astype(float)), **CLOSE)


@MANY
@given(settings_of_windows())
def test_pooling(given_windows):
    sizes, window, strides, _, padding = given_windows
    ones = [1] * len(sizes)
    pads = pads_of(sizes, window, strides, ones, padding)
    x = array(np.random.default_rng(3), 2, *sizes, 3)
    found = run(lambda t: ops.max_pool(t[0], window, strides, padding), x)
    np.testing.assert_array_equal(found, windows.max_pool(x, window, strides, pads))
    found = run(lambda t: ops.average_pool(t[0], window, strides, padding), x)
    np.testing.assert_allclose(found, windows.average_pool(x, window, strides, pads), **CLOSE)


@MANY
@given(st.lists(st.integers(1, 7), min_size=1, max_size=3), st.data())
def test_adaptive_pooling(sizes, data):
    targets = [data.draw(st.integers(1, 6)) for _ in sizes]
    x = array(np.random.default_rng(4), 1, *sizes, 2)
    for op, combine in ((ops.adaptive_average_pool, np.mean), (ops.adaptive_max_pool, np.max)):
        found = run(lambda t, op=op: op(t[0], targets), x)
        np.testing.assert_allclose(found, windows.adaptive(x, targets, combine), **CLOSE)


@MANY
@given(st.tuples(st.integers(1, 6), st.integers(1, 6)), st.data())
def test_fold_is_the_adjoint_of_unfold(sizes, data):
    pad = [data.draw(st.integers(0, 2)) for _ in range(2)]
    rate = [data.draw(st.integers(1, 2)) for _ in range(2)]
    step = [data.draw(st.integers(1, 3)) for _ in range(2)]
    most = [(n + 2 * p - 1) // d + 1 for n, p, d in zip(sizes, pad, rate, strict=True)]
    size = [data.draw(st.integers(1, min(3, m))) for m in most]
    rng = np.random.default_rng(5)
    x = array(rng, 1, 2, *sizes)
    columns = run(lambda t: ops.unfold(t[0], size, rate, pad, step), x)
    seed = array(rng, *columns.shape)
    back = run(lambda t: ops.fold(t[0], list(sizes), size, rate, pad, step), seed)
    assert back.shape == x.shape
    np.testing.assert_allclose(np.sum(columns * seed), np.sum(x * back), **CLOSE)


@MANY
@given(
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.sampled_from(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]),
    st.booleans(),
)
def test_resize(sizes, targets, method, antialias):
    x = array(np.random.default_rng(6), 1, *sizes, 2)
    found = run(lambda t: ops.image.resize(t[0], list(targets), method, antialias), x)
    np.testing.assert_allclose(found, images.resize(x.astype(float), targets, method, antialias), **CLOSE)


@MANY
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.data())
def test_batches_of_blocks_go_there_and_back(blocks, data):
    sizes = [block * data.draw(st.integers(1, 3)) for block in blocks]
    x = array(np.random.default_rng(7), 2, *sizes, 3)
    none = [[0, 0] for _ in blocks]
    found = run(lambda t: ops.batch_to_space_nd(ops.space_to_batch_nd(t[0], blocks, none), blocks, none), x)
    np.testing.assert_array_equal(found, x)
