"""Rows in SIMD: the programs are those of chains, a reduction is one call for all rows of a chunk."""

from ..rows import RowsLaunch, plain_program
from .assembler import Function
from .chains import simd_program
from .lanes import UPPER
from .packing import scaled


def sum_rows():
    """(source, rows, n, target): target[r] is the sum, in double precision, of the n floats of row r."""
    f = Function(["i32", "i32", "i32", "i32"], None)
    source, rows, n, target = f.args
    scaled(f, source)
    scaled(f, target)
    x = f.local("v128")
    low = f.local("v128")
    high = f.local("v128")
    left = f.local("i32")
    total = f.local("f64")
    # Locals are 0 until something is put into them.
    zero = f.local("v128")
    f.begin_while(rows)
    f.put(low, zero)
    f.put(high, zero)
    f.put(left, n)
    f.begin_while(["i32.ge_s", left, 4])
    f.put(x, ["v128.load", source, 0])
    f.put(low, ["f64x2.add", low, ["f64x2.promote_low_f32x4", x]])
    f.put(high, ["f64x2.add", high, ["f64x2.promote_low_f32x4", ["i8x16.shuffle", x, x, UPPER]]])
    f.move(source, 16)
    f.put(left, ["i32.sub", left, 4])
    f.end_while()
    f.put(low, ["f64x2.add", low, high])
    f.put(total, ["f64.add", ["f64x2.extract_lane", low, 0], ["f64x2.extract_lane", low, 1]])
    f.begin_while(left)
    f.put(total, ["f64.add", total, ["f64.promote_f32", ["f32.load", source, 0]]])
    f.move(source, 4)
    f.put(left, ["i32.sub", left, 1])
    f.end_while()
    f.store("f32.store", target, ["f32.demote_f64", total], 0)
    f.move(target, 4)
    f.put(rows, ["i32.sub", rows, 1])
    f.end_while()
    return f


def extreme_rows(op):
    """The same for the largest (op "max") or smallest ("min") of each row; a NaN wins."""
    f = Function(["i32", "i32", "i32", "i32"], None)
    source, rows, n, target = f.args
    scaled(f, source)
    scaled(f, target)
    wide = f.local("v128")
    best = f.local("f32")
    left = f.local("i32")
    f.begin_while(rows)
    f.put(wide, ["v128.load32_splat", source, 0])
    f.put(left, n)
    f.begin_while(["i32.ge_s", left, 4])
    f.put(wide, ["f32x4." + op, wide, ["v128.load", source, 0]])
    f.move(source, 16)
    f.put(left, ["i32.sub", left, 4])
    f.end_while()
    f.put(best, ["f32x4.extract_lane", wide, 0])
    for lane in range(1, 4):
        f.put(best, ["f32." + op, best, ["f32x4.extract_lane", wide, lane]])
    f.begin_while(left)
    f.put(best, ["f32." + op, best, ["f32.load", source, 0]])
    f.move(source, 4)
    f.put(left, ["i32.sub", left, 1])
    f.end_while()
    f.store("f32.store", target, best, 0)
    f.move(target, 4)
    f.put(rows, ["i32.sub", rows, 1])
    f.end_while()
    return f


def simd_rows(params, ins, outs, tier):
    if params["shape"][len(params["shape"]) - 1] == 0:
        return None

    def program(expr, shapes, dtypes, shape, out_dtypes):
        made = simd_program(tier, expr, shapes, dtypes, shape, out_dtypes, False)
        return plain_program(expr, shapes, dtypes, shape, out_dtypes) if made is None else made

    def reduction(op):
        call = tier.want(op + " of rows", lambda: sum_rows() if op == "sum" else extreme_rows(op))
        return lambda launch, source, rows, length, target: call.run(source, rows, length, target)

    return RowsLaunch(params, ins, outs, program, reduction)
