"""GLSL: quotients. Devices divide by multiplying with a reciprocal, and some take one below 2**-126 for zero."""

FUNCTIONS = {
    # Dividend and divisor are made 256 times smaller where the reciprocal would be so small; both products are exact,
    # or the quotient is zero anyway.
    "divide": [
        [],
        """vec4 x_divide(vec4 a, vec4 b) {
  vec4 s = mix(vec4(1.0), vec4(0.00390625), greaterThan(abs(b), vec4(4.2535296e37)));
  return (a * s) / (b * s);
}""",
    ],
}
