"""The instructions of WebAssembly that kernels use.

Source: WebAssembly Core Specification 2.0, section 5.4, with the fixed-width and relaxed SIMD proposals. Kinds of
immediates: "" none, "memory" (an offset in bytes), "lane" (a number of a lane), "lanes" (16 bytes of a
shuffle), "memory lane" (an offset and a lane).
"""

SIMD = 0xFD


def _vector(code):
    """The bytes of a vector instruction: its prefix and its number as LEB128."""
    return [SIMD, code] if code < 128 else [SIMD, (code & 127) | 128, code >> 7]


def _table():
    found = {}
    _add_scalars(found)
    _add_vectors(found)
    return found


# [name, byte] in groups by count of operands.
_SCALAR_1 = [
    ["i32.eqz", 0x45],
    ["i32.clz", 0x67],
    ["f32.abs", 0x8B],
    ["f32.neg", 0x8C],
    ["f32.ceil", 0x8D],
    ["f32.floor", 0x8E],
    ["f32.trunc", 0x8F],
    ["f32.nearest", 0x90],
    ["f32.sqrt", 0x91],
    ["f32.convert_i32_s", 0xB2],
    ["f32.convert_i32_u", 0xB3],
    ["i32.reinterpret_f32", 0xBC],
    ["f32.reinterpret_i32", 0xBE],
    ["f32.demote_f64", 0xB6],
    ["f64.promote_f32", 0xBB],
]
_SCALAR_2 = [
    ["i32.eq", 0x46],
    ["i32.ne", 0x47],
    ["i32.lt_s", 0x48],
    ["i32.lt_u", 0x49],
    ["i32.gt_s", 0x4A],
    ["i32.gt_u", 0x4B],
    ["i32.le_s", 0x4C],
    ["i32.le_u", 0x4D],
    ["i32.ge_s", 0x4E],
    ["i32.ge_u", 0x4F],
    ["f32.eq", 0x5B],
    ["f32.ne", 0x5C],
    ["f32.lt", 0x5D],
    ["f32.gt", 0x5E],
    ["f32.le", 0x5F],
    ["f32.ge", 0x60],
    ["i32.add", 0x6A],
    ["i32.sub", 0x6B],
    ["i32.mul", 0x6C],
    ["i32.div_s", 0x6D],
    ["i32.div_u", 0x6E],
    ["i32.rem_s", 0x6F],
    ["i32.rem_u", 0x70],
    ["i32.and", 0x71],
    ["i32.or", 0x72],
    ["i32.xor", 0x73],
    ["i32.shl", 0x74],
    ["i32.shr_s", 0x75],
    ["i32.shr_u", 0x76],
    ["f32.add", 0x92],
    ["f32.sub", 0x93],
    ["f32.mul", 0x94],
    ["f32.div", 0x95],
    ["f32.min", 0x96],
    ["f32.max", 0x97],
    ["f32.copysign", 0x98],
    ["f64.add", 0xA0],
    ["f64.min", 0xA4],
    ["f64.max", 0xA5],
]
_MEMORY = [
    ["i32.load", [0x28], 1],
    ["f32.load", [0x2A], 1],
    ["f64.load", [0x2B], 1],
    ["i32.store", [0x36], 2],
    ["f32.store", [0x38], 2],
    ["f64.store", [0x39], 2],
    ["v128.load", _vector(0), 1],
    ["v128.load32_splat", _vector(9), 1],
    ["v128.load64_splat", _vector(10), 1],
    ["v128.store", _vector(11), 2],
    ["v128.load32_zero", _vector(0x5C), 1],
    ["v128.load64_zero", _vector(0x5D), 1],
]
_VECTOR_1 = [
    ["i32x4.splat", 0x11],
    ["f32x4.splat", 0x13],
    ["v128.not", 0x4D],
    ["v128.any_true", 0x53],
    ["f32x4.ceil", 0x67],
    ["f32x4.floor", 0x68],
    ["f32x4.trunc", 0x69],
    ["f32x4.nearest", 0x6A],
    ["i32x4.abs", 0xA0],
    ["i32x4.neg", 0xA1],
    ["i32x4.all_true", 0xA3],
    ["i32x4.bitmask", 0xA4],
    ["f32x4.abs", 0xE0],
    ["f32x4.neg", 0xE1],
    ["f32x4.sqrt", 0xE3],
    ["i32x4.trunc_sat_f32x4_s", 0xF8],
    ["i32x4.trunc_sat_f32x4_u", 0xF9],
    ["f32x4.convert_i32x4_s", 0xFA],
    ["f32x4.convert_i32x4_u", 0xFB],
    ["f32x4.demote_f64x2_zero", 0x5E],
    ["f64x2.promote_low_f32x4", 0x5F],
    ["f64x2.floor", 0x75],
    ["f64x2.trunc", 0x7A],
    ["f64x2.nearest", 0x94],
    ["f64x2.abs", 0xEC],
    ["i32x4.trunc_sat_f64x2_s_zero", 0xFC],
    ["i32x4.trunc_sat_f64x2_u_zero", 0xFD],
    ["f64x2.convert_low_i32x4_s", 0xFE],
    ["f64x2.convert_low_i32x4_u", 0xFF],
]
_VECTOR_2 = [
    ["i32x4.eq", 0x37],
    ["i32x4.ne", 0x38],
    ["i32x4.lt_s", 0x39],
    ["i32x4.lt_u", 0x3A],
    ["i32x4.gt_s", 0x3B],
    ["i32x4.gt_u", 0x3C],
    ["i32x4.le_s", 0x3D],
    ["i32x4.le_u", 0x3E],
    ["i32x4.ge_s", 0x3F],
    ["i32x4.ge_u", 0x40],
    ["f32x4.eq", 0x41],
    ["f32x4.ne", 0x42],
    ["f32x4.lt", 0x43],
    ["f32x4.gt", 0x44],
    ["f32x4.le", 0x45],
    ["f32x4.ge", 0x46],
    ["v128.and", 0x4E],
    ["v128.andnot", 0x4F],
    ["v128.or", 0x50],
    ["v128.xor", 0x51],
    ["i32x4.shl", 0xAB],
    ["i32x4.shr_s", 0xAC],
    ["i32x4.shr_u", 0xAD],
    ["i32x4.add", 0xAE],
    ["i32x4.sub", 0xB1],
    ["i32x4.mul", 0xB5],
    ["i32x4.min_s", 0xB6],
    ["i32x4.min_u", 0xB7],
    ["i32x4.max_s", 0xB8],
    ["i32x4.max_u", 0xB9],
    ["f32x4.add", 0xE4],
    ["f32x4.sub", 0xE5],
    ["f32x4.mul", 0xE6],
    ["f32x4.div", 0xE7],
    ["f32x4.min", 0xE8],
    ["f32x4.max", 0xE9],
    ["f32x4.pmin", 0xEA],
    ["f32x4.pmax", 0xEB],
    ["f64x2.eq", 0x47],
    ["f64x2.ne", 0x48],
    ["f64x2.lt", 0x49],
    ["f64x2.ge", 0x4C],
    ["i64x2.shl", 0xCB],
    ["i64x2.add", 0xCE],
    ["i64x2.sub", 0xD1],
    ["f64x2.add", 0xF0],
    ["f64x2.sub", 0xF1],
    ["f64x2.mul", 0xF2],
    ["f64x2.div", 0xF3],
    ["f64x2.min", 0xF4],
    ["f64x2.max", 0xF5],
    ["f64x2.pmin", 0xF6],
    ["f64x2.pmax", 0xF7],
]
_VECTOR_3 = [
    ["v128.bitselect", 0x52],
    ["f32x4.relaxed_madd", 0x105],
    ["f32x4.relaxed_nmadd", 0x106],
]
_LANES = [
    ["i32x4.extract_lane", 0x1B, 1],
    ["i32x4.replace_lane", 0x1C, 2],
    ["f32x4.extract_lane", 0x1F, 1],
    ["f32x4.replace_lane", 0x20, 2],
    ["f64x2.extract_lane", 0x21, 1],
]


_MEMORY_LANES = [
    ["v128.store32_lane", 0x5A],
    ["v128.store64_lane", 0x5B],
]


def _add_scalars(found):
    for row in _SCALAR_1:
        found[row[0]] = [[row[1]], 1, "", True]
    for row in _SCALAR_2:
        found[row[0]] = [[row[1]], 2, "", True]
    found["select"] = [[0x1B], 3, "", True]


def _add_vectors(found):
    for row in _MEMORY:
        found[row[0]] = [row[1], row[2], "memory", row[2] == 1]
    for row in _VECTOR_1:
        found[row[0]] = [_vector(row[1]), 1, "", True]
    for row in _VECTOR_2:
        found[row[0]] = [_vector(row[1]), 2, "", True]
    for row in _VECTOR_3:
        found[row[0]] = [_vector(row[1]), 3, "", True]
    for row in _LANES:
        found[row[0]] = [_vector(row[1]), row[2], "lane", True]
    for row in _MEMORY_LANES:
        found[row[0]] = [_vector(row[1]), 2, "memory lane", False]
    found["i8x16.shuffle"] = [_vector(13), 2, "lanes", True]


class _Opcodes:
    """rows: the table, once an instruction was asked for."""

    def __init__(self):
        self.rows = None


_OPCODES = _Opcodes()


def opcode(head):
    """[bytes, operands, kind of immediate, has a result] of an instruction, None where there is none of the name."""
    if _OPCODES.rows is None:
        _OPCODES.rows = _table()
    return _OPCODES.rows[head] if head in _OPCODES.rows else None
