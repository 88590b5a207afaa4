"""GLSL: exponentials, logarithms and powers, by the single-precision approximations of S. Moshier's Cephes library
and, for powers, a double-float logarithm.
"""

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


def _with_cubic(text):
    for i in range(len(LOG_CUBIC)):
        text = text.replace("@c" + str(i) + "@", LOG_CUBIC[i])
    return text


FUNCTIONS = {
    # In two factors, since 2^n alone may be no number; the last doubling is a sum, since compilers join factors.
    "scale": [
        [],
        """vec4 x_scale(vec4 p, ivec4 n) {
  ivec4 up = ivec4(greaterThan(n, ivec4(0)));
  ivec4 m = n - up, h = m >> 1;
  vec4 y = p * intBitsToFloat((h + 127) << 23) * intBitsToFloat((m - h + 127) << 23);
  return y + y * vec4(up);
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
    # e^-a of a >= 0, as far as it is a normal number, else 0, whose exponent is that of 2^-127: one factor is enough.
    "decay": [
        ["exp_core"],
        """vec4 x_decay(vec4 a) {
  vec4 x = max(-a, -88.0);
  vec4 n = floor(x * 1.44269504 + 0.5);
  vec4 r = (x - n * 0.693359375) + n * 2.12194440e-4;
  return (x_exp_core(r) + 1.0) * intBitsToFloat((ivec4(n) + 127) << 23);
}""",
    ],
    "tanh": [
        ["decay", "isnan"],
        """vec4 x_tanh(vec4 a) {
  vec4 z = a * a;
  vec4 near = ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) *
    z
    - 3.33332819422e-1) * z * a + a;
  vec4 x = abs(a);
  vec4 e = x_decay(x + x);
  vec4 y = (1.0 - e) / (1.0 + e);
  y = intBitsToFloat(floatBitsToInt(y) | (floatBitsToInt(a) & ivec4(0x80000000)));
  return mix(mix(y, near, lessThan(x, vec4(0.625))), a, x_isnan(a));
}""",
    ],
    "sigmoid": [
        ["decay", "isnan"],
        """vec4 x_sigmoid(vec4 a) {
  vec4 e = x_decay(abs(a));
  vec4 y = mix(vec4(1.0), e, lessThan(a, vec4(0.0))) / (1.0 + e);
  return mix(y, a, x_isnan(a));
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
        _with_cubic(
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
}"""
        ),
    ],
    "logaddexp": [
        ["exp", "log1p", "maximum", "minimum"],
        """vec4 x_logaddexp(vec4 a, vec4 b) {
  vec4 m = x_maximum(a, b);
  vec4 d = mix(x_minimum(a, b) - m, vec4(0.0), equal(a, b));
  return m + x_log1p(x_exp(d));
}""",
    ],
}
