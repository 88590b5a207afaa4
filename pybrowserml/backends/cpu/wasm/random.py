"""Random numbers on four lanes: Threefry2x32-20 and what is made of its bits; see cpu/blocks_random."""

from .functions import inverse_erf

# Rotations of the rounds, four at a time.
ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]]


def random_bits(lanes, keys, position):
    """The first word of Threefry2x32-20. keys: Locals of the two words of the key and of the step; position: of the row-major index."""
    k0 = keys[0]
    k1 = keys[1]
    k2 = lanes.let(["v128.xor", ["v128.xor", k0, k1], lanes.whole(0x1BD11BDA)])
    parts = [k0, k1, k2]
    f = lanes.f
    x = f.local("v128")
    y = f.local("v128")
    f.put(x, ["i32x4.add", position, k0])
    f.put(y, ["i32x4.add", keys[2], k1])
    for group in range(5):
        for count in ROTATIONS[group % 2]:
            f.put(x, ["i32x4.add", x, y])
            turned = ["v128.or", ["i32x4.shl", y, count], ["i32x4.shr_u", y, 32 - count]]
            f.put(y, ["v128.xor", turned, x])
        f.put(x, ["i32x4.add", x, parts[(group + 1) % 3]])
        more = ["i32x4.add", parts[(group + 2) % 3], lanes.whole(group + 1)]
        f.put(y, ["i32x4.add", y, more])
    return x


def bits_to_uniform(lanes, x):
    return [
        "f32x4.mul",
        ["f32x4.convert_i32x4_s", ["i32x4.shr_u", x, 8]],
        lanes.number(5.960464477539063e-08),
    ]


def bits_to_normal(lanes, x):
    # Of 2 n + 1, which has 24 bits, all that follows is exact.
    n = ["i32x4.add", ["i32x4.shl", ["i32x4.shr_u", x, 9], 1], lanes.whole(1)]
    scaled = ["f32x4.mul", ["f32x4.convert_i32x4_s", n], lanes.number(1.1920928955078125e-07)]
    u = lanes.let(["f32x4.sub", scaled, lanes.number(1.0)])
    return ["f32x4.mul", inverse_erf(lanes, u), lanes.number(1.4142135623730951)]
