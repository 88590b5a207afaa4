"""The texture pool, over a device of a given size."""

import random

import pytest

from pybrowserml.backends.webgl import textures
from pybrowserml.backends.webgl.layout import Layout

LARGE = Layout([4096, 4096], "float32", 8, 12)
SMALL = Layout([64, 64], "float32", 8, 12)


class Device:
    """Tells of a lack of memory only when it is asked."""

    def __init__(self, room):
        self.room = room
        self.asked = 0
        self.framebuffers = []

    def create_texture(self, context, kind, width, height, layers, asked):
        self.asked += asked
        size = width * height * layers * 16
        if asked and size > self.room:
            return None
        self.room -= size
        return object()

    def delete_texture(self, context, handle):
        assert all(handle not in handles for handles in self.framebuffers), "a framebuffer keeps its memory"
        self.room += LARGE.bytes

    def create_framebuffer(self, context, handles, layers):
        self.framebuffers.append(handles)
        return handles

    def delete_framebuffer(self, context, framebuffer):
        self.framebuffers = [handles for handles in self.framebuffers if handles is not framebuffer]


@pytest.fixture
def opened(monkeypatch):
    def open_pool(room):
        device = Device(room)
        for name in ["create_texture", "delete_texture", "create_framebuffer", "delete_framebuffer"]:
            monkeypatch.setattr(textures.webgl, name, getattr(device, name))
        monkeypatch.setattr(textures.webgl, "is_lost", lambda context: False)
        return device, textures.TexturePool(None, 2**40)

    return open_pool


def test_a_texture_beyond_the_memory_names_its_purpose(opened):
    _, pool = opened(1000)
    with pytest.raises(
        Exception, match="the step 'dense' needs a texture of .* more than the device has left"
    ):
        pool.acquire(LARGE, "the step 'dense'")
    assert (pool.count, pool.bytes) == (0, 0)


def test_unused_textures_give_way(opened):
    other = Layout([4096, 4352], "float32", 8, 12)
    _, pool = opened(other.bytes)
    pool.release(pool.acquire(LARGE, "a value"))
    pool.acquire(other, "a value")
    assert (pool.count, pool.bytes, pool.free_bytes) == (1, other.bytes, 0)


def test_the_device_is_asked_for_large_textures_and_when_it_holds_many(opened):
    device, pool = opened(2**40)
    pool.acquire(SMALL, "a value")
    assert device.asked == 0
    for _ in range(8):
        pool.acquire(LARGE, "a value")
    assert device.asked == 8
    pool.acquire(SMALL, "a value")
    assert device.asked == 9


def test_framebuffers_of_several_textures(opened):
    """They go with any of their textures, and are no more than a few however the textures change partners."""
    device, pool = opened(2**40)
    first, *others = [pool.acquire(SMALL, "a value") for _ in range(40)]
    alone = pool.framebuffer([first], 0, 0, 2)
    for other in others:
        made = pool.framebuffer([first, other], 0, 0, 2)
        assert pool.framebuffer([first, other], 0, 0, 2) is made
    assert len(device.framebuffers) == 1 + textures.MOST_SHARED
    assert pool.framebuffer([first], 0, 0, 2) is alone
    pool.framebuffer([others[39 - 1], first], 0, 0, 2)
    for texture in [others[37], first, others[38]]:
        pool.delete(texture)
    assert device.framebuffers == []


def test_what_has_no_texture_of_its_size_takes_the_smallest_with_room_for_it(opened):
    _, pool = opened(2**40)
    sizes = [[512, 512], [128, 128], [300, 96]]
    held = [pool.acquire(Layout(shape, "float32", 8, 12), "a value") for shape in sizes]
    for texture in held:
        pool.release(texture)
    small = Layout([96, 96], "float32", 8, 12)
    assert pool.acquire(small, "a value", 4) is held[1]
    assert pool.acquire(small, "a value", 8) is held[2]
    assert held[2].layout is small and held[2].bytes > small.bytes
    assert pool.acquire(small, "a value", 4) not in held
    assert pool.acquire(Layout([96, 96], "int32", 8, 12), "a value", 100) not in held
    pool.release(held[2])
    assert pool.acquire(Layout([300, 96], "float32", 8, 12), "a value") is held[2]


@pytest.mark.parametrize("seed", range(5))
def test_what_comes_back_in_any_order_is_taken_in_the_same(opened, seed):
    """So runs find the framebuffers of those before them."""
    _, pool = opened(2**40)
    taken = [pool.acquire(SMALL, "a value") for _ in range(9)]
    order = random.Random(seed).sample(taken, len(taken))
    for texture in order[:7]:
        pool.release(texture)
    free = [texture for texture in taken if texture in order[:7]]
    assert [pool.acquire(SMALL, "a value") for _ in range(7)] == free
