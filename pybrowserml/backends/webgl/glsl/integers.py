"""GLSL: remainders, integer powers, random bits."""

FUNCTIONS = {
    "power_int": [
        [],
        """ivec4 x_power(ivec4 a, ivec4 b) {
  ivec4 result = ivec4(1), base = a;
  for (int i = 0; i < 31; i++) {
    ivec4 bit = -((b >> i) & 1);
    result = (result & ~bit) | ((result * base) & bit);
    base = base * base;
  }
  ivec4 negative = -ivec4(lessThan(b, ivec4(0)));
  ivec4 unit = ivec4(equal(a, ivec4(1))) + ivec4(equal(a, ivec4(-1))) * (1 - 2 * (b & 1));
  return (result & ~negative) | (unit & negative);
}""",
    ],
    "mod": [
        ["divide", "product", "isnan"],
        """vec4 x_remainder(vec4 a, vec4 b, out vec4 quotient) {
  vec4 q = floor(x_divide(a, b)), rest;
  vec4 p = x_product(q, b, rest);
  vec4 r = (a - p) - rest;
  bvec4 under = lessThan(r * sign(b), vec4(0.0));
  q = mix(q, q - 1.0, under); r = mix(r, r + b, under);
  bvec4 over = greaterThanEqual(abs(r), abs(b));
  q = mix(q, q + 1.0, over); r = mix(r, r - b, over);
  bvec4 wide = equal(abs(b), vec4(intBitsToFloat(0x7f800000)));
  bvec4 opposite = lessThan(sign(a) * sign(b), vec4(0.0));
  q = mix(q, mix(vec4(0.0), vec4(-1.0), opposite), wide); r = mix(r, mix(a, b, opposite), wide);
  bvec4 none = equal(b, vec4(0.0));
  r = mix(r, vec4(intBitsToFloat(0x7fc00000)), none);
  bvec4 bad = greaterThanEqual(floatBitsToUint(a) & 0x7fffffffu, uvec4(0x7f800000u));
  r = mix(r, vec4(intBitsToFloat(0x7fc00000)), bad); q = mix(q, vec4(intBitsToFloat(0x7fc00000)), bad);
  q = mix(q, a / b, none);
  bvec4 broken = x_isnan(b);
  q = mix(q, b, broken); r = mix(r, b, broken);
  quotient = q;
  return r;
}
vec4 x_mod(vec4 a, vec4 b) { vec4 q; return x_remainder(a, b, q); }
vec4 x_floor_divide(vec4 a, vec4 b) { vec4 q; x_remainder(a, b, q); return q; }""",
    ],
    # By -1 without a division, which overflows for the most negative number.
    "mod_int": [
        [],
        """ivec4 x_floor_divide(ivec4 a, ivec4 b) {
  ivec4 none = -ivec4(equal(b, ivec4(0))), opposite = -ivec4(equal(b, ivec4(-1))), easy = none | opposite;
  ivec4 d = (b & ~easy) | (ivec4(1) & easy);
  ivec4 q = a / d, r = a - q * d;
  ivec4 fix = -(ivec4(notEqual(r, ivec4(0))) & ivec4(lessThan(r ^ d, ivec4(0))));
  return (((q + fix) ^ opposite) - opposite) & ~none;
}
ivec4 x_mod(ivec4 a, ivec4 b) {
  return (a - x_floor_divide(a, b) * b) & ivec4(notEqual(b, ivec4(0))) * -1;
}""",
    ],
    "random_bits": [
        [],
        """uvec4 x_rotate(uvec4 x, int n) { return (x << n) | (x >> (32 - n)); }
void x_rounds(inout uvec4 a, inout uvec4 b, int r0, int r1, int r2, int r3) {
  a += b; b = x_rotate(b, r0) ^ a; a += b; b = x_rotate(b, r1) ^ a;
  a += b; b = x_rotate(b, r2) ^ a; a += b; b = x_rotate(b, r3) ^ a;
}
ivec4 x_random_bits(ivec4 k0, ivec4 k1, ivec4 step, ivec4 index) {
  uvec4 s0 = uvec4(k0), s1 = uvec4(k1), s2 = s0 ^ s1 ^ 0x1bd11bdau;
  uvec4 a = uvec4(index) + s0, b = uvec4(step) + s1;
  x_rounds(a, b, 13, 15, 26, 6); a += s1; b += s2 + 1u;
  x_rounds(a, b, 17, 29, 16, 24); a += s2; b += s0 + 2u;
  x_rounds(a, b, 13, 15, 26, 6); a += s0; b += s1 + 3u;
  x_rounds(a, b, 17, 29, 16, 24); a += s1; b += s2 + 4u;
  x_rounds(a, b, 13, 15, 26, 6); a += s2;
  return ivec4(a);
}""",
    ],
    "bits_to_uniform": [
        [],
        "vec4 x_bits_to_uniform(ivec4 bits) { return vec4(uvec4(bits) >> 8) * 5.9604644775390625e-8; }",
    ],
    "power_uint": [
        [],
        """ivec4 x_power(uvec4 a, uvec4 b) {
  uvec4 result = uvec4(1u), base = a;
  for (int i = 0; i < 32; i++) {
    uvec4 bit = uvec4(0u) - ((b >> i) & 1u);
    result = (result & ~bit) | ((result * base) & bit);
    base = base * base;
  }
  return ivec4(result);
}""",
    ],
    "mod_uint": [
        [],
        """ivec4 x_floor_divide(uvec4 a, uvec4 b) {
  uvec4 none = uvec4(equal(b, uvec4(0u)));
  return ivec4((a / (b + none)) * (1u - none));
}
ivec4 x_mod(uvec4 a, uvec4 b) {
  uvec4 none = uvec4(equal(b, uvec4(0u)));
  uvec4 d = b + none;
  return ivec4((a - (a / d) * d) * (1u - none));
}""",
    ],
    # Euclid's algorithm; numbers of 32 bits need at most 47 steps.
    "gcd": [
        [],
        """ivec4 x_gcd(uvec4 a, uvec4 b) {
  for (int k = 0; k < 48 && b != uvec4(0u); k++) {
    uvec4 done = uvec4(equal(b, uvec4(0u)));
    uvec4 rest = (a % (b + done)) * (1u - done);
    a = a * done + b;
    b = rest;
  }
  return ivec4(a);
}""",
    ],
    "shift": [
        [],
        """ivec4 x_shift_left(ivec4 a, ivec4 n) {
  ivec4 inside = -ivec4(lessThan(uvec4(n), uvec4(32u)));
  return (a << (n & 31)) & inside;
}
ivec4 x_shift_right(ivec4 a, ivec4 n) { return a >> ivec4(min(uvec4(n), uvec4(31u))); }
ivec4 x_shift_right(uvec4 a, ivec4 n) {
  return ivec4(a >> (n & 31)) & -ivec4(lessThan(uvec4(n), uvec4(32u)));
}""",
    ],
    # Halves of 16 bits, which every device converts exactly, so that the sum is rounded once.
    "uint": [
        [],
        """vec4 x_uint_to_float(ivec4 a) {
  uvec4 u = uvec4(a);
  return vec4(u >> 16) * 65536.0 + vec4(u & 0xffffu);
}
ivec4 x_float_to_uint(vec4 a) {
  bvec4 high = greaterThanEqual(a, vec4(2147483648.0));
  return ivec4(mix(a, a - 2147483648.0, high)) ^ (ivec4(high) << 31);
}""",
    ],
}
