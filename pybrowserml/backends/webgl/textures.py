"""The texture pool: textures by kind and size, counted by reference, used again when free."""

from ...platform import webgl
from ...platform.errors import error
from ...platform.maps import new_map
from .programs import lost_error

# Whether the device had the memory for a texture is asked at once when it is large, or when there are so many bytes of
# others, since the answer costs a wait for the GPU; for others before the next numbers are handed out.
LARGE_BYTES = 67108864
MANY_BYTES = 536870912
# Framebuffers of a texture together with others: as results find other textures in each run, there would be ever more.
MOST_SHARED = 32


def _put_back(waiting, texture):
    """Free textures of a size stand so that the one made first is taken first, whatever came back in which order: runs
    find the same textures again then, and so the framebuffers of the runs before.
    """
    place = len(waiting)
    while place > 0 and waiting[place - 1].number < texture.number:
        place = place - 1
    waiting.insert(place, texture)
    return None


class Texture:
    """One texture array. references: values, buffers and slots that hold it.

    framebuffers: [handle, textures] by key, of those in which it is the first target; shared: keys of those that have
    other textures as well, the oldest first; owners: by key, the first textures of those in which it is another.
    """

    def __init__(self, handle, layout, size, number):
        self.handle = handle
        # Of the value that it holds; it may be larger.
        self.layout = layout
        self.key = layout.key
        self.kind = layout.kind
        self.sides = [layout.texture_width, layout.texture_height, layout.depth]
        self.bytes = size
        self.number = number
        self.references = 1
        self.framebuffers = new_map()
        self.shared = []
        self.owners = new_map()


class TexturePool:
    """free_limit: bytes of unused textures that are kept for later runs; half: floats take two bytes; doubted:
    something was made since it was last asked whether there was memory for it.
    """

    def __init__(self, context, free_limit, half=False):
        self.context = context
        self.half = half
        self.free_limit = free_limit
        self.free = new_map()
        self.count = 0
        self.made = 0
        self.bytes = 0
        self.free_bytes = 0
        self.doubted = False

    def acquire(self, layout, purpose, times=1):
        """A texture for a layout, with one reference. purpose: for the message when the device has no memory
        left. times: a free one may be so many times larger where there is none of that size.
        """
        waiting = self.free.at(layout.key)
        if (waiting is None or len(waiting) == 0) and times > 1:
            waiting = self._larger(layout, times)
        if waiting is not None and len(waiting) > 0:
            texture = waiting.pop()
            texture.references = 1
            texture.layout = layout
            self.free_bytes = self.free_bytes - texture.bytes
            return texture
        handle = self.create(layout)
        if handle is None:
            self.trim(0)
            handle = self.create(layout)
        if handle is None:
            if webgl.is_lost(self.context):
                raise lost_error()
            raise error(
                "EngineLostError",
                purpose
                + " needs a texture of "
                + str(self.size_of(layout))
                + " bytes, more than the device has left",
            )
        self.made = self.made + 1
        self.count = self.count + 1
        size = self.size_of(layout)
        self.bytes = self.bytes + size
        return Texture(handle, layout, size, self.made)

    def _larger(self, layout, times):
        """The free textures of the smallest size in which a layout has room, or None."""
        found = None
        least = times * self.size_of(layout)
        for waiting in self.free.all_values():
            if len(waiting) > 0 and waiting[0].bytes <= least and waiting[0].kind == layout.kind:
                sides = waiting[0].sides
                wide = sides[0] >= layout.texture_width and sides[1] >= layout.texture_height
                if wide and sides[2] >= layout.depth:
                    least = waiting[0].bytes
                    found = waiting
        return found

    def size_of(self, layout):
        """The bytes of a texture."""
        return layout.bytes // 2 if self.half and layout.kind == "f" else layout.bytes

    def create(self, layout):
        """A new texture, or None when the device has no memory left."""
        asked = self.size_of(layout) >= LARGE_BYTES or self.bytes >= MANY_BYTES
        self.doubted = self.doubted or not asked
        return webgl.create_texture(
            self.context, layout.kind, layout.texture_width, layout.texture_height, layout.depth, asked
        )

    def require_memory(self):
        """Raise EngineLostError where there was no memory for what was made. Asked when the GPU has worked everything
        off, so that the answer is there at once.
        """
        if self.doubted:
            self.doubted = False
            if webgl.ran_short(self.context):
                raise error("EngineLostError", "the GPU has no memory left")
        return None

    def retain(self, texture):
        texture.references = texture.references + 1

    def release(self, texture):
        """Drop one reference; the last one gives the texture back to the pool."""
        texture.references = texture.references - 1
        if texture.references == 0:
            waiting = self.free.at(texture.key)
            if waiting is None:
                waiting = []
                self.free.put(texture.key, waiting)
            _put_back(waiting, texture)
            self.free_bytes = self.free_bytes + texture.bytes
            if self.free_bytes > self.free_limit:
                self.trim(self.free_limit // 2)

    def trim(self, limit):
        """Delete unused textures, those of the sizes used least recently made first, down to a limit of
        bytes.
        """
        for key in self.free.all_keys():
            waiting = self.free.at(key)
            while len(waiting) > 0 and self.free_bytes > limit:
                texture = waiting.pop()
                self.free_bytes = self.free_bytes - texture.bytes
                self.delete(texture)
            if len(waiting) == 0:
                self.free.drop(key)

    def delete(self, texture):
        for key in texture.framebuffers.all_keys():
            self._forget(texture, key)
        # Else they would keep its memory.
        for key in texture.owners.all_keys():
            self._forget(texture.owners.at(key), key)
        webgl.delete_texture(self.context, texture.handle)
        self.count = self.count - 1
        self.bytes = self.bytes - texture.bytes

    def framebuffer(self, textures, page, first, count):
        """The framebuffer whose targets are a page's layers of one texture, or of several: `count` of each, from the
        layer `first` on.
        """
        key = str(count)
        for texture in textures:
            begin = page * texture.layout.layers + first
            key = key + "," + str(texture.number) + "+" + str(begin)
        owner = textures[0]
        known = owner.framebuffers.at(key)
        if known is not None:
            return known[0]
        handles = []
        layers = []
        for texture in textures:
            begin = page * texture.layout.layers + first
            for layer in range(count):
                handles.append(texture.handle)
                layers.append(begin + layer)
        made = webgl.create_framebuffer(self.context, handles, layers)
        owner.framebuffers.put(key, [made, [texture for texture in textures]])
        if len(textures) > 1:
            for k in range(1, len(textures)):
                textures[k].owners.put(key, owner)
            owner.shared.append(key)
            if len(owner.shared) > MOST_SHARED:
                self._forget(owner, owner.shared[0])
        return made

    def _forget(self, owner, key):
        """Delete a framebuffer."""
        known = owner.framebuffers.at(key)
        webgl.delete_framebuffer(self.context, known[0])
        owner.framebuffers.drop(key)
        if len(known[1]) > 1:
            owner.shared = [other for other in owner.shared if other != key]
            for k in range(1, len(known[1])):
                known[1][k].owners.drop(key)
        return None
