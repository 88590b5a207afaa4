"""Reductions of float32 in SIMD: sums in double precision as in cpu/reduce.py, maxima and minima four at a time.

The accumulators are float64 there, one an output; here one call does what one tile does with a chunk of outputs.
"""

from ..elementwise import Program
from ..reduce import CODES, MAX, PROD, SUM, Reducer, reduce_launch
from ..reductions import reductions_launch
from .assembler import Function
from .chains import simd_program
from .lanes import UPPER
from .packing import scaled


def sum_row():
    """(source, n, acc): adds n neighbouring floats to the float64 at acc (an offset in float64)."""
    f = Function(["i32", "i32", "i32"], None)
    source, n, acc = f.args
    scaled(f, [source])
    f.put(acc, ["i32.shl", acc, 3])
    x = f.local("v128")
    totals = f.locals("v128", 4)
    total = f.local("f64")
    for width in [8, 4]:
        f.begin_while(["i32.ge_s", n, width])
        for k in range(0, int(width / 2), 2):
            f.put(x, ["v128.load", source, 8 * k])
            f.put(totals[k], ["f64x2.add", totals[k], ["f64x2.promote_low_f32x4", x]])
            high = ["f64x2.promote_low_f32x4", ["i8x16.shuffle", x, x, UPPER]]
            f.put(totals[k + 1], ["f64x2.add", totals[k + 1], high])
        f.move(source, 4 * width)
        f.put(n, ["i32.sub", n, width])
        f.end_while()
    low = ["f64x2.add", totals[0], totals[2]]
    f.put(totals[0], ["f64x2.add", low, ["f64x2.add", totals[1], totals[3]]])
    low = totals[0]
    f.put(total, ["f64.add", ["f64x2.extract_lane", low, 0], ["f64x2.extract_lane", low, 1]])
    f.begin_while(["i32.gt_s", n, 0])
    f.put(total, ["f64.add", total, ["f64.promote_f32", ["f32.load", source, 0]]])
    f.move(source, 4)
    f.put(n, ["i32.sub", n, 1])
    f.end_while()
    f.store("f64.store", acc, ["f64.add", ["f64.load", acc, 0], total], 0)
    return f


def columns(op):
    """(source, n, acc): n float64 from acc on take in n neighbouring floats; op: "add", "max" or "min"; a NaN
    wins.
    """
    f = Function(["i32", "i32", "i32"], None)
    source, n, acc = f.args
    scaled(f, [source])
    f.put(acc, ["i32.shl", acc, 3])
    x = f.local("v128")
    f.begin_while(["i32.ge_s", n, 4])
    f.put(x, ["v128.load", source, 0])
    low = ["f64x2.promote_low_f32x4", x]
    high = ["f64x2.promote_low_f32x4", ["i8x16.shuffle", x, x, UPPER]]
    f.store("v128.store", acc, ["f64x2." + op, ["v128.load", acc, 0], low], 0)
    f.store("v128.store", acc, ["f64x2." + op, ["v128.load", acc, 16], high], 16)
    f.move(source, 16)
    f.move(acc, 32)
    f.put(n, ["i32.sub", n, 4])
    f.end_while()
    f.begin_while(["i32.gt_s", n, 0])
    single = ["f64.promote_f32", ["f32.load", source, 0]]
    f.store("f64.store", acc, ["f64." + op, ["f64.load", acc, 0], single], 0)
    f.move(source, 4)
    f.move(acc, 8)
    f.put(n, ["i32.sub", n, 1])
    f.end_while()
    return f


def extreme_row(op):
    """(source, n, acc): the float64 at acc becomes the max (op "max") or min of it and n neighbouring floats; a NaN
    wins.
    """
    f = Function(["i32", "i32", "i32"], None)
    source, n, acc = f.args
    scaled(f, [source])
    f.put(acc, ["i32.shl", acc, 3])
    # One alone would wait for the processor, which takes some ten cycles for an extreme.
    wide = f.locals("v128", 4)
    best = f.local("f32")
    f.put(best, ["f32.demote_f64", ["f64.load", acc, 0]])
    f.begin_if(["i32.ge_s", n, 4])
    for each in wide:
        f.put(each, ["v128.load", source, 0])
    for width in [16, 4]:
        f.begin_while(["i32.ge_s", n, width])
        for k in range(0, width, 4):
            each = wide[k >> 2]
            f.put(each, ["f32x4." + op, each, ["v128.load", source, 4 * k]])
        f.move(source, 4 * width)
        f.put(n, ["i32.sub", n, width])
        f.end_while()
    for each in [wide[1], wide[2], wide[3]]:
        f.put(wide[0], ["f32x4." + op, wide[0], each])
    for lane in range(4):
        f.put(best, ["f32." + op, best, ["f32x4.extract_lane", wide[0], lane]])
    f.end_if()
    f.begin_while(["i32.gt_s", n, 0])
    f.put(best, ["f32." + op, best, ["f32.load", source, 0]])
    f.move(source, 4)
    f.put(n, ["i32.sub", n, 1])
    f.end_while()
    f.store("f64.store", acc, ["f64.promote_f32", best], 0)
    return f


def runs(op):
    """(source, n, acc, m): n float64 from acc on take in m runs of n floats, which follow each other."""
    f = Function(["i32", "i32", "i32", "i32"], None)
    source, n, acc, m = f.args
    scaled(f, [source])
    f.put(acc, ["i32.shl", acc, 3])
    step = f.local("i32")
    at = f.local("i32")
    left = f.local("i32")
    f.put(step, ["i32.shl", n, 2])
    for width in [8, 4]:
        pairs = f.locals("v128", int(width / 2))
        x = f.local("v128")
        f.begin_while(["i32.ge_s", n, width])
        for k in range(len(pairs)):
            f.put(pairs[k], ["v128.load", acc, 16 * k])
        f.put(at, source)
        f.put(left, m)
        f.begin_while(left)
        for k in range(0, len(pairs), 2):
            f.put(x, ["v128.load", at, 8 * k])
            f.put(pairs[k], ["f64x2." + op, pairs[k], ["f64x2.promote_low_f32x4", x]])
            high = ["f64x2.promote_low_f32x4", ["i8x16.shuffle", x, x, UPPER]]
            f.put(pairs[k + 1], ["f64x2." + op, pairs[k + 1], high])
        f.put(at, ["i32.add", at, step])
        f.put(left, ["i32.sub", left, 1])
        f.end_while()
        for k in range(len(pairs)):
            f.store("v128.store", acc, pairs[k], 16 * k)
        f.move(source, 4 * width)
        f.move(acc, 8 * width)
        f.put(n, ["i32.sub", n, width])
        f.end_while()
    one = f.local("f64")
    f.begin_while(["i32.gt_s", n, 0])
    f.put(one, ["f64.load", acc, 0])
    f.put(at, source)
    f.put(left, m)
    f.begin_while(left)
    f.put(one, ["f64." + op, one, ["f64.promote_f32", ["f32.load", at, 0]]])
    f.put(at, ["i32.add", at, step])
    f.put(left, ["i32.sub", left, 1])
    f.end_while()
    f.store("f64.store", acc, one, 0)
    f.move(source, 4)
    f.move(acc, 8)
    f.put(n, ["i32.sub", n, 1])
    f.end_while()
    return f


class SimdReducer(Reducer):
    """Rows and columns by calls."""

    def __init__(self, tier, op):
        super().__init__(op, True)
        name = "add" if op == SUM else ("max" if op == MAX else "min")
        self.rows = tier.want(name + " row", lambda: sum_row() if op == SUM else extreme_row(name))
        self.across = tier.want(name + " columns", lambda: columns(name))

    def row(self, launch, acc, s, n):
        self.rows.run(s, n, acc)

    def column(self, launch, acc, s, n):
        self.across.run(s, n, acc)


class SimdRunsReducer(SimdReducer):
    """Beside that, several runs of columns by one call."""

    def __init__(self, tier, op):
        super().__init__(tier, op)
        name = "add" if op == SUM else ("max" if op == MAX else "min")
        self.runs = tier.want(name + " runs", lambda: runs(name))

    def columns(self, launch, acc, s, n, m):
        self.runs.run(s, n, acc, m)


def simd_reduce(params, ins, outs, tier):
    if ins[0][1] != "float32" or params["op"] == "prod":
        return None
    return reduce_launch(params, ins, SimdReducer(tier, CODES[params["op"]]))


def simd_reductions(params, ins, outs, tier):
    def program(expr, shapes, dtypes, shape, out_dtypes, has_source):
        found = simd_program(tier, expr, shapes, dtypes, shape, out_dtypes, has_source)
        return Program(expr, shapes, dtypes, shape, out_dtypes, has_source) if found is None else found

    def reducer(op, floats):
        return SimdRunsReducer(tier, op) if floats and op != PROD else Reducer(op, floats)

    return reductions_launch(params, ins, outs, program, reducer, 0.3)
