"""Packed forms of values: matrices as products read them (see kept)."""


class Form:
    """One packed form of a value, in a block of the persistent region. key: what it depends on, beside the value;
    order: where each number of the value stands, None where that cannot be told.
    """

    def __init__(self, key, order, offset, count):
        self.key = key
        self.order = order
        self.offset = offset
        self.count = count


class PanelOrder:
    """The order of a packed matrix of `depth` times `width` numbers: for each block of columns, and in it for each
    block of k, panels of some columns. steps: from column to column and from k to k in the matrix as it is.
    """

    def __init__(self, width, depth, block_n, block_k, columns, steps):
        self.width = width
        self.depth = depth
        self.block_n = block_n
        self.block_k = block_k
        self.columns = columns
        self.steps = steps

    def key(self):
        sizes = [
            self.width,
            self.depth,
            self.block_n,
            self.block_k,
            self.columns,
            self.steps[0],
            self.steps[1],
        ]
        return ",".join([str(size) for size in sizes])

    def restore(self, f, s, target):
        """The numbers of the panels from f[s] on, in their first order."""
        for n0 in range(0, self.width, self.block_n):
            n1 = min(n0 + self.block_n, self.width)
            for k0 in range(0, self.depth, self.block_k):
                k1 = min(k0 + self.block_k, self.depth)
                for n in range(n0, n1, self.columns):
                    count = min(self.columns, n1 - n)
                    for k in range(k0, k1):
                        o = n * self.steps[0] + k * self.steps[1]
                        for c in range(count):
                            target[o] = f[s + c]
                            o += self.steps[0]
                        s += self.columns
        return target
