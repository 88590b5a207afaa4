"""The place of every element: pure functions, no browser."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pybrowserml.backends.webgl.access import collapse
from pybrowserml.backends.webgl.layout import Layout, pack, pack_layer, unpack
from pybrowserml.backends.webgl.movement import Walk

SHAPES = st.lists(st.sampled_from([0, 1, 2, 3, 5, 8, 17, 40]), max_size=4)


def packed(layout, data):
    pixels = np.zeros(layout.width * layout.height * layout.depth * 4, data.dtype)
    pack(layout, data, pixels)
    return pixels


@settings(deadline=None)
@given(
    SHAPES,
    st.sampled_from([1, 2, 4, 8]),
    st.sampled_from([2, 3, 5, 11]),
    st.sampled_from(["float32", "int32"]),
)
def test_pack_and_unpack_are_inverse(shape, targets, max_shift, dtype):
    layout = Layout(shape, dtype, targets, max_shift)
    if layout.size > 20000 or layout.quads > 4**max_shift:
        return
    data = (np.arange(layout.size) + 1).astype(dtype)
    pixels = packed(layout, data)
    assert np.array_equal(unpack(layout, pixels, layout.layers), data)
    assert layout.texture_width <= 2**max_shift and layout.texture_height <= 2**max_shift
    used = [layout.page_height(page) for page in range(layout.pages)]
    assert sum(used) == layout.lines and min(used) > 0
    if layout.rows > 1 and not layout.broken():
        for depth, wanted in enumerate(pixels.reshape(layout.depth, -1)):
            layer = np.zeros(len(wanted), pixels.dtype)
            pack_layer(layout, data, depth, layer)
            assert np.array_equal(layer, wanted)


@settings(deadline=None)
@given(SHAPES, st.sampled_from([1, 2, 4, 8]))
def test_unread_layers_are_skipped(shape, targets):
    layout = Layout(shape, "float32", targets, 11)
    data = (np.arange(layout.size) + 1).astype(np.float32)
    pixels = packed(layout, data).reshape(layout.depth, -1)
    used = max(1, min(layout.layers, layout.rows))
    assert np.array_equal(unpack(layout, pixels[:used].reshape(-1), used), data)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=5))
def test_collapsed_axes_find_the_broadcast_row(axes):
    out_dims = [size for size, _ in axes]
    in_dims = [size if keeps else 1 for size, keeps in axes]
    wanted = np.broadcast_to(np.arange(int(np.prod(in_dims))).reshape(in_dims), out_dims).reshape(-1)
    merged = collapse(out_dims, in_dims)
    for row, expected in enumerate(wanted):
        left, found = row, 0
        for size, stride in merged:
            found += (left % size) * stride
            left //= size
        assert found == expected


def test_a_walk_merges_axes_that_continue_each_other():
    assert Walk(0, [[2, 12, 0, 0, 0], [3, 4, 0, 0, 0], [4, 1, 0, 0, 0]]).axes == [[24, 1, 0, 0, 0]]
    assert len(Walk(0, [[2, 4, 0, 0, 0], [3, 8, 0, 0, 0]]).axes) == 2
