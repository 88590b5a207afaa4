"""Polynomials over tensors."""

from ..core.opset.binary import add, multiply


def polynomial(x, coefficients):
    """The polynomial of coefficients from the highest power down (two at least), at x, by Horner's rule."""
    total = add(multiply(x, coefficients[0]), coefficients[1])
    for i in range(2, len(coefficients)):
        total = add(multiply(total, x), coefficients[i])
    return total
