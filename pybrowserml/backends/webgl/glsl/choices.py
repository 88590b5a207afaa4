"""GLSL: tests, choices and signs. NaN is tested by bits, because compilers may assume that there is none."""

FUNCTIONS = {
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
vec4 x_select(bvec4 c, vec4 a, vec4 b) { return mix(b, a, c); }
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
