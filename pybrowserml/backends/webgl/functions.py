"""The GLSL library: our own elementary functions, random bits and integer helpers, all on vec4 lanes.

The built-in exp, log, sin, ... of GLSL are too coarse for training (1e-4 on some devices), so these are
polynomials with relative errors near 1e-7: the single-precision approximations of S. Moshier's Cephes library
(exp, log, sin, cos, tanh, erf), Payne and Hanek's reduction for large angles, a double-float logarithm for
pow. NaN is tested by bits, because compilers may assume that there is none. Denormals count as zero.
"""

LIBRARY = {
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
    "scale": [
        [],
        """vec4 x_scale(vec4 p, ivec4 n) {
  ivec4 h = n >> 1;
  return p * intBitsToFloat((h + 127) << 23) * intBitsToFloat((n - h + 127) << 23);
}""",
    ],
    "exp_core": [
        [],
        """vec4 x_exp_core(vec4 r) {
  vec4 p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
    + 1.6666665459e-1) * r + 5.0000001201e-1;
  return p * (r * r) + r;
}""",
    ],
    "exp": [
        ["exp_core", "scale", "isnan"],
        """vec4 x_exp(vec4 a) {
  vec4 x = clamp(a, -104.0, 89.0);
  vec4 n = floor(x * 1.44269504 + 0.5);
  vec4 r = (x - n * 0.693359375) + n * 2.12194440e-4;
  return mix(x_scale(x_exp_core(r) + 1.0, ivec4(n)), a, x_isnan(a));
}""",
    ],
    "expm1": [
        ["exp_core", "exp"],
        """vec4 x_expm1(vec4 a) {
  return mix(x_exp(a) - 1.0, x_exp_core(a), lessThan(abs(a), vec4(0.34)));
}""",
    ],
    "log_core": [
        [],
        """vec4 x_log_core(vec4 x) {
  vec4 y = (((((((7.0376836292e-2 * x - 1.1514610310e-1) * x + 1.1676998740e-1) * x - 1.2420140846e-1) * x
    + 1.4249322787e-1) * x - 1.6668057665e-1) * x + 2.0000714765e-1) * x - 2.4999993993e-1) * x +
    3.3333331174e-1;
  return y * x * (x * x);
}""",
    ],
    "log": [
        ["log_core", "isnan"],
        """vec4 x_log(vec4 a) {
  ivec4 b = floatBitsToInt(a);
  vec4 m = intBitsToFloat((b & 0x007fffff) | 0x3f000000);
  bvec4 low = lessThan(m, vec4(0.707106781));
  vec4 e = vec4(((b >> 23) & 255) - 126) - vec4(low);
  vec4 f = m + mix(vec4(0.0), m, low) - 1.0;
  vec4 y = (x_log_core(f) - e * 2.12194440e-4) - 0.5 * (f * f);
  y = (f + y) + e * 0.693359375;
  vec4 inf = vec4(intBitsToFloat(0x7f800000));
  y = mix(y, inf, equal(b, ivec4(0x7f800000)));
  y = mix(y, -inf, equal(b & 0x7f800000, ivec4(0)));
  y = mix(y, vec4(intBitsToFloat(0x7fc00000)), lessThan(a, vec4(0.0)));
  return mix(y, a, x_isnan(a));
}""",
    ],
    "log1p": [
        ["log", "log_core"],
        """vec4 x_log1p(vec4 a) {
  bvec4 near = bvec4(vec4(lessThan(a, vec4(0.41))) * vec4(greaterThan(a, vec4(-0.29))));
  return mix(x_log(1.0 + a), (x_log_core(a) - 0.5 * (a * a)) + a, near);
}""",
    ],
    "logaddexp": [
        ["exp", "log1p", "maximum", "minimum"],
        """vec4 x_logaddexp(vec4 a, vec4 b) {
  vec4 m = x_maximum(a, b);
  vec4 d = mix(x_minimum(a, b) - m, vec4(0.0), equal(a, b));
  return m + x_log1p(x_exp(d));
}""",
    ],
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
    "tanh": [
        ["exp", "isnan"],
        """vec4 x_tanh(vec4 a) {
  vec4 z = a * a;
  vec4 near = ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) *
    z
    - 3.33332819422e-1) * z * a + a;
  vec4 x = abs(a);
  vec4 y = 1.0 - 2.0 / (x_exp(x + x) + 1.0);
  y = mix(y, -y, lessThan(a, vec4(0.0)));
  return mix(mix(y, near, lessThan(x, vec4(0.625))), a, x_isnan(a));
}""",
    ],
    "sigmoid": [
        ["exp"],
        """vec4 x_sigmoid(vec4 a) {
  vec4 e = x_exp(-abs(a));
  return mix(vec4(1.0), e, lessThan(a, vec4(0.0))) / (1.0 + e);
}""",
    ],
    "erf": [
        ["exp", "isnan"],
        """vec4 x_erf(vec4 a) {
  vec4 z = a * a;
  vec4 near = ((((((7.853861353153693e-5 * z - 8.010193625184903e-4) * z + 5.188327685732524e-3) * z
    - 2.685381193529856e-2) * z + 1.128358514861418e-1) * z - 3.761262582423300e-1) * z + 1.128379165726710)
    * a;
  vec4 x = clamp(abs(a), 1.0, 10.0);
  vec4 q = 1.0 / x;
  vec4 y = q * q;
  vec4 p = (((((((2.326819970068386e-2 * y - 1.387039388740657e-1) * y + 3.687424674597105e-1) * y
    - 5.824733027278666e-1) * y + 6.210004621745983e-1) * y - 4.944515323274145e-1) * y +
    3.404879937665872e-1) * y
    - 2.741127028184656e-1) * y + 5.638259427386472e-1;
  vec4 s = ((((((-1.047766399936249e+1 * y + 1.297719955372516e+1) * y - 7.495518717768503) * y
    + 2.921019019210786) * y - 1.015265279202700) * y + 4.218463358204948e-1) * y - 2.820767439740514e-1) * y
    + 5.641895067754075e-1;
  vec4 far = 1.0 - x_exp(-x * x) * q * mix(p, s, greaterThanEqual(x, vec4(2.0)));
  far = mix(far, -far, lessThan(a, vec4(0.0)));
  return mix(mix(far, near, lessThan(abs(a), vec4(1.0))), a, x_isnan(a));
}""",
    ],
    "product": [
        [],
        """vec4 x_product(vec4 a, vec4 b, out vec4 rest) {
  vec4 ah = intBitsToFloat(floatBitsToInt(a) & ivec4(-4096)), bh = intBitsToFloat(floatBitsToInt(b) &
    ivec4(-4096));
  vec4 al = a - ah, bl = b - bh;
  vec4 p = a * b;
  rest = (((ah * bh - p) + ah * bl) + al * bh) + al * bl;
  return p;
}""",
    ],
    "power": [
        ["product", "exp_core", "scale", "isnan"],
        """vec4 x_power(vec4 a, vec4 b) {
  vec4 x = abs(a);
  ivec4 bits = floatBitsToInt(x);
  vec4 m = intBitsToFloat((bits & 0x007fffff) | 0x3f000000);
  bvec4 low = lessThan(m, vec4(0.707106781));
  vec4 e = vec4(((bits >> 23) & 255) - 126) - vec4(low);
  vec4 f = m + mix(vec4(0.0), m, low) - 1.0;
  vec4 square_rest;
  vec4 square = x_product(f, f, square_rest);
  vec4 cubic = f * square * ((((((((((@c10@ * f + @c9@) * f + @c8@) * f + @c7@) * f + @c6@) * f + @c5@) * f +
    @c4@) * f
    + @c3@) * f + @c2@) * f + @c1@) * f + @c0@);
  vec4 big = e * 0.693359375;
  vec4 s1 = big + f;
  vec4 r1 = (big - s1) + f;
  vec4 swapped = (f - s1) + big;
  r1 = mix(r1, swapped, lessThan(abs(big), abs(f)));
  vec4 half_square = -0.5 * square;
  vec4 s2 = s1 + half_square;
  vec4 r2 = mix((half_square - s2) + s1, (s1 - s2) + half_square, greaterThanEqual(abs(s1),
    abs(half_square)));
  vec4 small_part = cubic - e * 2.12194440054690583e-4;
  vec4 s3 = s2 + small_part;
  vec4 rest = ((r1 + r2) - 0.5 * square_rest) + ((s2 - s3) + small_part);
  vec4 y = clamp(b, -1e10, 1e10);
  vec4 product_rest;
  vec4 p = x_product(y, s3, product_rest);
  vec4 q = product_rest + y * rest;
  bvec4 small = lessThan(abs(p), vec4(200.0));
  vec4 c = clamp(p, -104.0, 104.0);
  vec4 n = floor(c * 1.44269504 + 0.5);
  vec4 r = ((c - n * 0.693359375) + n * 2.12194440e-4) + mix(vec4(0.0), q, small);
  vec4 result = x_scale(x_exp_core(r) + 1.0, ivec4(n));
  vec4 inf = vec4(intBitsToFloat(0x7f800000)), none = vec4(intBitsToFloat(0x7fc00000)), zero = vec4(0.0), one
    = vec4(1.0);
  bvec4 up = greaterThan(b, zero);
  bvec4 grows = equal(up, greaterThan(x, one));
  result = mix(result, mix(zero, inf, up), equal(bits, ivec4(0x7f800000)));
  result = mix(result, mix(inf, zero, up), equal(bits & 0x7f800000, ivec4(0)));
  bvec4 infinite = equal(abs(b), inf);
  result = mix(result, mix(mix(zero, inf, grows), one, equal(x, one)), infinite);
  vec4 halved = b * 0.5;
  bvec4 whole = equal(floor(b), b);
  bvec4 even = equal(floor(halved), halved);
  bvec4 negative = lessThan(floatBitsToInt(a), ivec4(0));
  result = mix(result, -result, bvec4(vec4(negative) * vec4(whole) * vec4(not(even))));
  bvec4 finite_base = lessThan(bits, ivec4(0x7f800000));
  result = mix(result, none, bvec4(vec4(lessThan(a, zero)) * vec4(not(whole)) * vec4(finite_base)));
  result = mix(result, a + b, bvec4(vec4(x_isnan(a)) + vec4(x_isnan(b))));
  return mix(result, one, bvec4(vec4(equal(b, zero)) + vec4(equal(a, one))));
}""",
    ],
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
    "mod": [
        ["product", "isnan"],
        """vec4 x_remainder(vec4 a, vec4 b, out vec4 quotient) {
  vec4 q = floor(a / b), rest;
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
    "mod_int": [
        [],
        """ivec4 x_floor_divide(ivec4 a, ivec4 b) {
  ivec4 none = -ivec4(equal(b, ivec4(0)));
  ivec4 d = (b & ~none) | (ivec4(1) & none);
  ivec4 q = a / d, r = a - q * d;
  ivec4 fix = -(ivec4(notEqual(r, ivec4(0))) & ivec4(lessThan(r ^ d, ivec4(0))));
  return (q + fix) & ~none;
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
    "bits_to_normal": [
        ["log"],
        """vec4 x_bits_to_normal(ivec4 bits) {
  ivec4 k = ivec4(uvec4(bits) >> 9) * 2 + 1;
  vec4 x = vec4(k - 8388608) * 1.1920928955078125e-7;
  vec4 w = -x_log((vec4(16777216 - k) * 1.1920928955078125e-7) * (vec4(k) * 1.1920928955078125e-7));
  vec4 c = w - 2.5;
  vec4 near = (((((((2.81022636e-08 * c + 3.43273939e-07) * c - 3.5233877e-06) * c - 4.39150654e-06) * c
    + 0.00021858087) * c - 0.00125372503) * c - 0.00417768164) * c + 0.246640727) * c + 1.50140941;
  vec4 t = sqrt(max(w, 5.0)) - 3.0;
  vec4 far = (((((((-0.000200214257 * t + 0.000100950558) * t + 0.00134934322) * t - 0.00367342844) * t
    + 0.00573950773) * t - 0.0076224613) * t + 0.00943887047) * t + 1.00167406) * t + 2.83297682;
  return 1.4142135623730951 * (mix(far, near, lessThan(w, vec4(5.0))) * x);
}""",
    ],
}

# log(1 + f) = f - f^2 / 2 + f^3 (c0 + c1 f + ...), least squares on Chebyshev points of [sqrt(1/2) - 1,
# sqrt(2) - 1]
LOG_CUBIC = [
    "3.3333333388e-01",
    "-2.4999999740e-01",
    "1.9999972772e-01",
    "-1.6666686249e-01",
    "1.4287922000e-01",
    "-1.2501215711e-01",
    "1.1048520130e-01",
    "-9.9128351125e-02",
    "9.7855699914e-02",
    "-9.8200338873e-02",
    "5.7005574448e-02",
]


def library_source(needed):
    """GLSL of the functions named and of all they call, each once, callees first."""
    done = []
    parts = []
    for function_name in needed:
        _collect(function_name, done, parts)
    return "\n".join(parts)


def _collect(function_name, done, parts):
    if function_name in done:
        return None
    done.append(function_name)
    entry = LIBRARY[function_name]
    for callee in entry[0]:
        _collect(callee, done, parts)
    text = entry[1]
    if function_name == "power":
        for i in range(len(LOG_CUBIC)):
            text = text.replace("@c" + str(i) + "@", LOG_CUBIC[i])
    parts.append(text)
    return None
