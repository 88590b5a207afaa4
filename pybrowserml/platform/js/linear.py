"""JavaScript twin of platform/linear."""

from .buffers import zeros


def orthonormal_columns(numbers, rows, columns):
    """Gram and Schmidt's process; done twice it is as good as reflections.

    Source: Giraud et al. 2005, "Rounding error analysis of the classical Gram-Schmidt orthogonalization process".
    """
    # Column by column, so that the inner loops run along memory.
    q = zeros("float64", rows * columns)
    for j in range(columns):
        own = j * rows
        for i in range(rows):
            q[own + i] = numbers[i * columns + j]
        for turn in range(2):
            for k in range(j):
                other = k * rows
                product = 0.0
                for i in range(rows):
                    product = product + q[own + i] * q[other + i]
                for i in range(rows):
                    q[own + i] = q[own + i] - product * q[other + i]
        length = 0.0
        for i in range(rows):
            length = length + q[own + i] * q[own + i]
        length = length**0.5
        for i in range(rows):
            q[own + i] = q[own + i] / length
    found = zeros("float64", rows * columns)
    for j in range(columns):
        for i in range(rows):
            found[i * columns + j] = q[j * rows + i]
    return found
