"""The persistent region: blocks of four-byte elements for variables, constants and results."""

ALIGNMENT = 16


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


def rounded(count):
    """The size of the block that holds `count` elements; an empty value owns a block as well."""
    if count < 1:
        return ALIGNMENT
    return int((count + ALIGNMENT - 1) / ALIGNMENT) * ALIGNMENT
