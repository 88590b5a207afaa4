"""Stable sorting of rows: short ones by insertion, long ones by counting the digits of their keys.

A key is a 32-bit integer in the order of the elements: a float's bits with the magnitude turned round where it is
negative, -0 as 0, NaN as the largest; for descending order its opposite. Long rows
take four passes, one a byte of the key (radix sort from the lowest digit), each over chunks of the row.
"""

from ...core.dtypes import is_float
from ..resolve import element_count
from .launch import Launch, clamp, split

SHORT = 64
CHUNK = 32768
TILE_WORK = 8192
LARGEST = 2147483647
# Passes of a long row: keys, four digits, results.
PASSES = 6


def float_keys(i, s, k, n, descending):
    """Keys of n floats, given by their bits."""
    nan = 0 - LARGEST if descending else LARGEST
    for p in range(n):
        b = i[s + p]
        if (b & LARGEST) > 2139095040:
            i[k + p] = nan
        else:
            key = b if b >= 0 else (b ^ LARGEST) + 1
            i[k + p] = -key if descending else key


def int_keys(i, s, k, n, descending, flip):
    """Keys of n integers; flip: the sign bit for uint32, else 0."""
    turned = (flip ^ -1) if descending else flip
    for p in range(n):
        i[k + p] = i[s + p] ^ turned


def insertion_sort(i, keys, order, n):
    """Sort n keys and their places."""
    for p in range(n):
        key = i[keys + p]
        at = p
        while at > 0 and i[keys + at - 1] > key:
            i[keys + at] = i[keys + at - 1]
            i[order + at] = i[order + at - 1]
            at -= 1
        i[keys + at] = key
        i[order + at] = p


def count_digits(i, keys, counts, n):
    """How often each byte occurs at each of the four places of n keys; the highest in the order of signed numbers."""
    for p in range(n):
        key = i[keys + p]
        i[counts + (key & 255)] += 1
        i[counts + 256 + ((key >> 8) & 255)] += 1
        i[counts + 512 + ((key >> 16) & 255)] += 1
        i[counts + 768 + (((key >> 24) & 255) ^ 128)] += 1


def starts_of(i, counts, n):
    """Counts of one digit turned into the places where they begin; False when all n keys have one digit."""
    total = 0
    for p in range(256):
        found = i[counts + p]
        if found == n:
            return False
        i[counts + p] = total
        total += found
    return True


def move_by_digit(i, keys, order, next_keys, next_order, starts, shift, flipped, first, last):
    """Put keys first .. last - 1 where their digit begins."""
    for p in range(first, last):
        key = i[keys + p]
        digit = ((key >> shift) & 255) ^ flipped
        at = i[starts + digit]
        i[starts + digit] = at + 1
        i[next_keys + at] = key
        i[next_order + at] = i[order + p]


def write_sorted(i, source, order, values, indices, first, last):
    """Results first .. last - 1 by their places in the source; values or indices -1: not wanted."""
    if indices >= 0:
        for p in range(first, last):
            i[indices + p] = i[order + p]
    if values >= 0:
        for p in range(first, last):
            i[values + p] = i[source + i[order + p]]


class SortLaunch(Launch):
    """Rows of one length. inputs: x; outputs: values and int32 indices."""

    def __init__(self, rows, length, dtype, descending, workspace, tiles):
        super().__init__(tiles if length > 0 else 0, workspace)
        self.rows = rows
        self.length = length
        self.is_float = is_float(dtype)
        self.flip = -2147483648 if dtype == "uint32" else 0
        self.descending = descending

    def make_keys(self, source, keys, n):
        if self.is_float:
            float_keys(self.i32, source, keys, n, self.descending)
        else:
            int_keys(self.i32, source, keys, n, self.descending, self.flip)

    def place(self, output, row):
        """Where a row of an output begins, -1 for an output that nobody reads."""
        return self.outs[output] + row * self.length if self.outs[output] >= 0 else -1


class ShortSortLaunch(SortLaunch):
    """Tiles: some rows each."""

    def __init__(self, rows, length, dtype, descending):
        self.per_tile = clamp(int(TILE_WORK / max(1, length)), 1, max(1, rows))
        super().__init__(rows, length, dtype, descending, 2 * SHORT, split(rows, self.per_tile))

    def run(self, lo, hi):
        n = self.length
        keys = self.work
        order = self.work + SHORT
        for row in range(lo * self.per_tile, min(hi * self.per_tile, self.rows)):
            source = self.ins[0] + row * n
            self.make_keys(source, keys, n)
            insertion_sort(self.i32, keys, order, n)
            write_sorted(self.i32, source, order, self.place(0, row), self.place(1, row), 0, n)


class LongSortLaunch(SortLaunch):
    """Tiles: for each row and pass, chunks of the row. Workspace: keys and order, twice, then the counts, then
    whether they stand in the second pair, and whether the present digit is the same everywhere.
    """

    def __init__(self, rows, length, dtype, descending):
        self.chunks = split(length, CHUNK)
        workspace = 4 * length + 1026
        super().__init__(rows, length, dtype, descending, workspace, rows * PASSES * self.chunks)

    def run(self, lo, hi):
        for t in range(lo, hi):
            chunk = t % self.chunks
            rest = int((t - chunk) / self.chunks)
            turn = rest % PASSES
            row = int((rest - turn) / PASSES)
            first = chunk * CHUNK
            last = min(first + CHUNK, self.length)
            if turn == 0:
                self._keys(row, first, last)
            elif turn == PASSES - 1:
                order = self._half() + self.length
                source = self.ins[0] + row * self.length
                write_sorted(self.i32, source, order, self.place(0, row), self.place(1, row), first, last)
            else:
                self._digit(turn - 1, first, last)

    def _half(self):
        """Where the present keys begin."""
        second = self.i32[self.work + 4 * self.length + 1024]
        return self.work + second * 2 * self.length

    def _keys(self, row, first, last):
        i = self.i32
        n = self.length
        counts = self.work + 4 * n
        if first == 0:
            for p in range(1026):
                i[counts + p] = 0
        keys = self.work + first
        self.make_keys(self.ins[0] + row * n + first, keys, last - first)
        for p in range(first, last):
            i[self.work + n + p] = p
        count_digits(i, keys, counts, last - first)

    def _digit(self, digit, first, last):
        i = self.i32
        n = self.length
        counts = self.work + 4 * n
        if first == 0:
            i[counts + 1025] = 0 if starts_of(i, counts + digit * 256, n) else 1
        if i[counts + 1025] == 1:
            return
        keys = self._half()
        other = 2 * self.work + 2 * n - keys
        flipped = 128 if digit == 3 else 0
        starts = counts + digit * 256
        move_by_digit(i, keys, keys + n, other, other + n, starts, digit * 8, flipped, first, last)
        if last == n:
            i[counts + 1024] = 1 - i[counts + 1024]


def prepare_sort(params, ins, outs):
    shape = ins[0][0]
    length = shape[len(shape) - 1]
    rows = element_count(shape[0 : len(shape) - 1])
    dtype = ins[0][1]
    if length <= SHORT:
        return ShortSortLaunch(rows, length, dtype, params["descending"])
    return LongSortLaunch(rows, length, dtype, params["descending"])
