"""The places of extremes: argmax and argmin along one axis."""

from ...core.dtypes import is_float
from ...platform.numbers import to_uint32
from .gather import around
from .launch import Launch, split


def prepare_arg_reduce(params, ins, outs):
    shape = ins[0][0]
    axis = params["axis"]
    sides = around(shape, axis)
    return ArgReduceLaunch(sides[0], shape[axis], sides[1], ins[0][1], params["op"] == "argmax")


class ArgReduceLaunch(Launch):
    """The first index of the largest (or smallest) element along one axis of [outer, length, inner]; a NaN
    wins.
    """

    def __init__(self, outer, length, inner, dtype, largest):
        self.count = outer * inner
        self.per_tile = max(1, int(65536 / max(1, length)))
        super().__init__(split(self.count, self.per_tile), 0)
        self.length = length
        self.inner = inner
        self.is_float = is_float(dtype)
        self.unsigned = dtype == "uint32"
        self.largest = largest

    def run(self, lo, hi):
        end = hi * self.per_tile
        if end > self.count:
            end = self.count
        view = self.f32 if self.is_float else self.i32
        inner = self.inner
        for k in range(lo * self.per_tile, end):
            column = k % inner
            start = self.ins[0] + (k - column) * self.length + column
            if self.unsigned:
                place = first_extreme_uint(view, start, inner, self.length, self.largest)
            else:
                place = first_extreme(view, start, inner, self.length, self.largest)
            self.i32[self.outs[0] + k] = place


def first_extreme(view, s, step, n, largest):
    """Index of the first largest or smallest of n elements at a stride."""
    best = view[s]
    place = 0
    at = s
    for p in range(n):
        x = view[at]
        if best == best and (x != x or (x > best if largest else x < best)):
            best = x
            place = p
        at += step
    return place


def first_extreme_uint(i, s, step, n, largest):
    """The same of uint32."""
    best = to_uint32(i[s])
    place = 0
    at = s
    for p in range(n):
        x = to_uint32(i[at])
        if x > best if largest else x < best:
            best = x
            place = p
        at += step
    return place
