"""GLSL: tests, choices and signs. NaN is tested by bits, because compilers may assume that there is none."""

FUNCTIONS = {
    # The nearest half-precision number; of two that are as near the even one. Below 2**-14 the step is 2**-24.
    "half": [
        [],
        """vec4 x_half(vec4 a) {
  ivec4 b = floatBitsToInt(a), sign = b & (1 << 31), m = b & 0x7fffffff;
  ivec4 r = (m + 0xfff + ((m >> 13) & 1)) & ~0x1fff;
  ivec4 small = floatBitsToInt(roundEven(abs(a) * 16777216.0) * 5.9604644775390625e-8);
  ivec4 below = -ivec4(lessThan(m, ivec4(0x38800000)));
  r = (small & below) | (r & ~below);
  ivec4 above = -ivec4(greaterThanEqual(m, ivec4(0x477ff000)));
  r = (ivec4(0x7f800000) & above) | (r & ~above);
  ivec4 none = -ivec4(greaterThan(m, ivec4(0x7f800000)));
  return intBitsToFloat(sign | (m & none) | (r & ~none));
}""",
    ],
    "isnan": [
        [],
        "bvec4 x_isnan(vec4 a) { return greaterThan(floatBitsToUint(a) & 0x7fffffffu, uvec4(0x7f800000u)); }",
    ],
    "isfinite": [
        [],
        "bvec4 x_isfinite(vec4 a) { return lessThan(floatBitsToUint(a) & 0x7fffffffu, uvec4(0x7f800000u)); }",
    ],
    "select": [
        [],
        """ivec4 x_select(bvec4 c, ivec4 a, ivec4 b) { ivec4 m = -ivec4(c); return (a & m) | (b & ~m); }
// Of `x > 0.0 ? 0.0 : x` Mesa makes min(x, 0.0), which is 0 for NaN.
vec4 x_select(bvec4 c, vec4 a, vec4 b) {
  return intBitsToFloat(x_select(c, floatBitsToInt(a), floatBitsToInt(b)));
}
bvec4 x_select(bvec4 c, bvec4 a, bvec4 b) {
  return bvec4(c.x ? a.x : b.x, c.y ? a.y : b.y, c.z ? a.z : b.z, c.w ? a.w : b.w);
}""",
    ],
    "maximum": [
        ["isnan"],
        """vec4 x_maximum(vec4 a, vec4 b) { return mix(mix(b, a, greaterThan(a, b)), a, x_isnan(a)); }
ivec4 x_maximum(ivec4 a, ivec4 b) { return max(a, b); }""",
    ],
    "minimum": [
        ["isnan"],
        """vec4 x_minimum(vec4 a, vec4 b) { return mix(mix(b, a, lessThan(a, b)), a, x_isnan(a)); }
ivec4 x_minimum(ivec4 a, ivec4 b) { return min(a, b); }""",
    ],
    "sign": [
        ["isnan"],
        """vec4 x_sign(vec4 a) { return mix(sign(a), a, x_isnan(a)); }
ivec4 x_sign(ivec4 a) { return sign(a); }""",
    ],
}
