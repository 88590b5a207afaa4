"""GLSL: sine, cosine, tangent and the angle of a point, by the single-precision polynomials of Cephes; large angles by
Payne and Hanek's reduction.
"""

FUNCTIONS = {
    "big_angle": [
        [],
        """uint x_high(uint a, uint b) {
  uint al = a & 0xffffu, ah = a >> 16, bl = b & 0xffffu, bh = b >> 16;
  uint lh = al * bh, hl = ah * bl;
  return ah * bh + (lh >> 16) + (hl >> 16) + ((((al * bl) >> 16) + (lh & 0xffffu) + (hl & 0xffffu)) >> 16);
}
float x_big_angle(float x, out int quadrant) {
  uint t[8] = uint[8](0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u,
    0xfe5163abu);
  uint b = floatBitsToUint(x);
  uint m = (b & 0x007fffffu) | 0x00800000u;
  int k = int((b >> 23) & 255u) - 120;
  int w = k >> 5, s = k & 31;
  uint A = t[w], B = t[w + 1], C = t[w + 2], D = t[w + 3];
  if (s > 0) { A = (A << s) | (B >> (32 - s)); B = (B << s) | (C >> (32 - s)); C = (C << s) | (D >> (32 -
    s)); }
  uint p0 = C * m, carry = x_high(C, m);
  uint p1 = B * m + carry;
  uint p2 = A * m + x_high(B, m) + (p1 < carry ? 1u : 0u);
  int q = int(p2 >> 30);
  uint hi = (p2 << 2) | (p1 >> 30), lo = (p1 << 2) | (p0 >> 30);
  float sign = 1.0;
  if ((hi & 0x80000000u) != 0u) { lo = ~lo + 1u; hi = ~hi + (lo == 0u ? 1u : 0u); sign = -1.0; q++; }
  float r = (float(hi) * 2.3283064365386963e-10 + float(lo) * 5.421010862427522e-20) * 1.5707963267948966 *
    sign;
  bool negative = (b & 0x80000000u) != 0u;
  quadrant = negative ? -q : q;
  return negative ? -r : r;
}""",
    ],
    "angle": [
        ["big_angle"],
        """vec4 x_angle(vec4 x, out ivec4 q) {
  vec4 n = floor(x * 0.636619772 + 0.5);
  vec4 r = ((x - n * 1.5703125) - n * 4.837512969970703125e-4) - n * 7.54978995489188216e-8;
  q = ivec4(n);
  for (int i = 0; i < 4; i++) {
    if (abs(x[i]) > 8192.0) { int k; r[i] = x_big_angle(x[i], k); q[i] = k; }
  }
  return r;
}
vec4 x_sine(vec4 r, ivec4 q) {
  vec4 z = r * r;
  vec4 s = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
  vec4 c = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * (z * z) - 0.5 * z
    + 1.0;
  vec4 y = mix(s, c, equal(q & 1, ivec4(1)));
  return mix(y, -y, equal(q & 2, ivec4(2)));
}
vec4 x_no_angle(vec4 y, vec4 a) {
  bvec4 bad = greaterThanEqual(floatBitsToUint(a) & 0x7fffffffu, uvec4(0x7f800000u));
  return mix(y, vec4(intBitsToFloat(0x7fc00000)), bad);
}""",
    ],
    "sin": [
        ["angle"],
        "vec4 x_sin(vec4 a) { ivec4 q; vec4 r = x_angle(a, q); return x_no_angle(x_sine(r, q), a); }",
    ],
    "cos": [
        ["angle"],
        "vec4 x_cos(vec4 a) { ivec4 q; vec4 r = x_angle(a, q); return x_no_angle(x_sine(r, q + 1), a); }",
    ],
    "tan": [
        ["angle"],
        """vec4 x_tan(vec4 a) {
  ivec4 q; vec4 r = x_angle(a, q);
  return x_no_angle(x_sine(r, q) / x_sine(r, q + 1), a);
}""",
    ],
    "arctan2": [
        ["divide", "isnan"],
        """vec4 x_arctan2(vec4 y, vec4 x) {
  vec4 v = abs(y), h = abs(x), one = vec4(1.0), inf = vec4(intBitsToFloat(0x7f800000));
  vec4 low = min(v, h), high = max(v, h);
  vec4 r = x_divide(low, mix(high, one, equal(high, vec4(0.0))));
  r = mix(r, one, equal(low, inf));
  bvec4 wide = greaterThan(r, vec4(0.414213562));
  vec4 t = mix(r, (r - 1.0) / (r + 1.0), wide);
  vec4 z = t * t;
  vec4 a = (((8.05374449538e-2 * z - 1.38776856032e-1) * z + 1.99777106478e-1) * z - 3.33329491539e-1) * z * t + t;
  a += mix(vec4(0.0), vec4(0.785398163), wide);
  a = mix(a, (1.57079637 - a) - 4.37113883e-8, greaterThan(v, h));
  a = mix(a, (3.14159274 - a) - 8.74227766e-8, lessThan(floatBitsToInt(x), ivec4(0)));
  a = mix(a, -a, lessThan(floatBitsToInt(y), ivec4(0)));
  return mix(mix(a, x, x_isnan(x)), y, x_isnan(y));
}""",
    ],
}
