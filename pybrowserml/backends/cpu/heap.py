"""Memory that outlives a run: blocks of the persistent region, and small results outside of it."""

from ...platform.buffers import subarray, zeros

ALIGNMENT = 16
# Elements of an array that small results share, and of the largest of them.
SHARED = 4096
LARGEST_SHARER = 128


class Heap:
    """Best-fit allocator over [0, top). `top` is the first element that no block owns."""

    def __init__(self):
        self.top = 0
        self.holes = []

    def take(self, count):
        """The offset of a new block of at least `count` elements."""
        need = rounded(count)
        best = -1
        for k in range(len(self.holes)):
            size = self.holes[k][1]
            if size >= need and (best < 0 or size < self.holes[best][1]):
                best = k
        if best < 0:
            offset = self.top
            self.top = self.top + need
            return offset
        hole = self.holes[best]
        offset = hole[0]
        hole[0] = hole[0] + need
        hole[1] = hole[1] - need
        if hole[1] == 0:
            self.holes.pop(best)
        return offset

    def give_back(self, offset, count):
        """Free a block; neighbouring holes merge, and a hole at the end lowers `top`."""
        size = rounded(count)
        at = 0
        while at < len(self.holes) and self.holes[at][0] < offset:
            at += 1
        self.holes.insert(at, [offset, size])
        if at + 1 < len(self.holes) and offset + size == self.holes[at + 1][0]:
            self.holes[at][1] = size + self.holes[at + 1][1]
            self.holes.pop(at + 1)
        if at > 0 and self.holes[at - 1][0] + self.holes[at - 1][1] == offset:
            self.holes[at - 1][1] = self.holes[at - 1][1] + self.holes[at][1]
            self.holes.pop(at)
        if len(self.holes) > 0:
            last = self.holes[len(self.holes) - 1]
            if last[0] + last[1] == self.top:
                self.top = last[0]
                self.holes.pop()


class Nursery:
    """Places for small results, many in one array, since an array of its own takes longer than a small step.

    The garbage collector frees an array with the last of its parts: a result that is held keeps the places of its
    neighbours, at most SHARED elements.
    """

    def __init__(self, dtype):
        self.dtype = dtype
        self.shared = zeros(dtype, 0)
        self.used = 0

    def take(self, count):
        """A place for `count` elements, at most LARGEST_SHARER."""
        if self.used + count > len(self.shared):
            self.shared = zeros(self.dtype, SHARED)
            self.used = 0
        start = self.used
        self.used = start + count
        return subarray(self.shared, start, start + count)


def rounded(count):
    """The size of the block that holds `count` elements; an empty value owns a block as well."""
    if count < 1:
        return ALIGNMENT
    return int((count + ALIGNMENT - 1) / ALIGNMENT) * ALIGNMENT
