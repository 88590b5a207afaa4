"""Numbers between the host and textures: uploads, and reads through a pixel buffer and a fence."""

from typing import Any

from ...core.host import HostArray
from ...platform import webgl
from ...platform.buffers import fill_zeros, float32_array, int32_array, let_go, subarray
from ...platform.maps import new_map
from ...platform.tasks import now
from ..buffer import released_error
from .layout import Layout, pack, pack_layer, unpack

# Numbers of a packed copy that may lie in memory that is kept for the next. Larger copies are let go at once: those of
# all weights would else wait for the garbage collector.
KEPT_WRITE = 262144
# Bytes of a texture whose transfer to the host may find no memory.
LARGE_READ = 16777216
# Numbers of a texture that are read into memory that is kept for the next.
KEPT_READ = 524288
# Bytes from which on a texture is written layer by layer: what is packed, and what the browser holds until the GPU has
# it, stays small.
LARGE_WRITE = 1048576


class Transfers:
    """backend: the engine, whose context and pool are used."""

    def __init__(self, backend):
        self.backend = backend
        self.context = backend.context
        self.pool = backend.pool
        self.queue = backend.queue
        self.kept = new_map()
        self.room: Any = None

    def layout(self, shape, dtype):
        return Layout(shape, dtype, self.backend.targets, self.backend.max_shift)

    def upload(self, layout, data, purpose):
        """A texture with one reference. purpose: for the message when the device has no memory left."""
        texture = self.pool.acquire(layout, purpose)
        if layout.bytes >= LARGE_WRITE and layout.rows > 1 and not layout.broken():
            pixels = self._room(layout, layout.width * layout.height * 4)
            for depth in range(layout.depth):
                pack_layer(layout, data, depth, pixels)
                self._write(texture, layout, depth, 1, pixels)
            self._leave(pixels)
        elif layout.size > 0:
            pixels = self._room(layout, layout.width * layout.height * layout.depth * 4)
            pack(layout, data, pixels)
            self._write(texture, layout, 0, layout.depth, pixels)
            self._leave(pixels)
        return texture

    def _room(self, layout, count):
        """Zeros for texels that are on their way to a texture: where they have room, in memory that was used before,
        which is faster.
        """
        if layout.kind != "f":
            return int32_array(count)
        if count > KEPT_WRITE:
            return float32_array(count)
        if self.room is None:
            self.room = float32_array(KEPT_WRITE)
        pixels = subarray(self.room, 0, count)
        fill_zeros(pixels)
        return pixels

    def _leave(self, pixels):
        """Texels have arrived."""
        if len(pixels) > KEPT_WRITE:
            let_go(pixels)

    def _write(self, texture, layout, first, count, pixels):
        webgl.write_texture(
            self.context, texture.handle, layout.kind, layout.width, layout.height, first, count, pixels
        )

    def read_parts(self, texture, layout):
        """The framebuffers of all pages of a texture with the layers in use in each."""
        parts = []
        used = layout.layers if layout.layers < layout.rows else layout.rows
        if used < 1:
            used = 1
        for page in range(layout.pages):
            parts.append([self.pool.framebuffer([texture], page, 0, layout.layers), used])
        return parts

    def read_many(self, buffers):
        """Generator → HostArrays: all transfers start at once, one fence tells when the last has arrived."""
        self.backend.check()
        pending = []
        for buffer in buffers:
            pending.append(self.start_read(buffer))
        short = True
        size = 0
        for i in range(len(pending)):
            if pending[i] is not None:
                size = size + buffers[i].handle.bytes
                waited = yield from self.queue.wait_read(pending[i].sync, size)
                short = short and waited
        self.backend.check()
        started = now()
        hosts = []
        for i in range(len(buffers)):
            layout = self.layout(buffers[i].shape, buffers[i].dtype)
            if pending[i] is None:
                data = unpack(layout, [], 1)
            else:
                used = layout.layers if layout.layers < layout.rows else layout.rows
                data = unpack(layout, self._arrived(pending[i], layout), used)
            hosts.append(HostArray(data, buffers[i].shape, buffers[i].dtype))
        if short:
            self.queue.learn(now() - started)
        self.queue.settle()
        self.pool.require_memory()
        # What was copied after a loss are zeros.
        self.backend.check()
        return hosts

    def _arrived(self, pending, layout):
        """The texels of a transfer that has arrived."""
        count = webgl.length_of_read(pending)
        # Numbers of a single row are handed out as they arrive; of others a copy is. Memory used before is faster.
        single = layout.rows == 1 and layout.kind == "f"
        pixels = None if single or count > KEPT_READ else self.kept.at(layout.kind)
        if pixels is None or len(pixels) < count:
            pixels = float32_array(count) if layout.kind == "f" else int32_array(count)
            if not single and count <= KEPT_READ:
                self.kept.put(layout.kind, pixels)
        webgl.finish_read(self.context, pending, pixels)
        return pixels

    def start_read(self, buffer):
        """A transfer under way, or None for a buffer without elements."""
        layout = self.layout(buffer.shape, buffer.dtype)
        texture = held(buffer)
        if layout.size == 0:
            return None
        parts = self.read_parts(texture, layout)
        depth = parts[0][1] * layout.pages
        if layout.bytes >= LARGE_READ:
            self.pool.doubted = True
        return webgl.start_read(self.context, parts, layout.kind, layout.width, layout.height, depth)

    def read_sync(self, buffer):
        """A HostArray, waiting for the GPU."""
        layout = self.layout(buffer.shape, buffer.dtype)
        texture = held(buffer)
        if layout.size == 0:
            return HostArray(unpack(layout, [], 1), buffer.shape, buffer.dtype)
        parts = self.read_parts(texture, layout)
        pixels = webgl.read_now(
            self.context, parts, layout.kind, layout.width, layout.height, parts[0][1] * layout.pages
        )
        self.backend.check()
        self.pool.require_memory()
        return HostArray(unpack(layout, pixels, parts[0][1]), buffer.shape, buffer.dtype)


def held(buffer):
    """The texture of a Buffer. Raises EngineError after its release."""
    if buffer.handle is None:
        raise released_error()
    return buffer.handle
