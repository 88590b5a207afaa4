"""Linear algebra on the host, in double precision."""

import numpy as np


def orthonormal_columns(numbers, rows, columns):
    """The factor Q of the QR decomposition, with a positive diagonal of R: a flat float64 array [rows, columns].

    numbers: a flat array of [rows, columns], rows >= columns.
    """
    q, r = np.linalg.qr(np.asarray(numbers, np.float64).reshape(rows, columns))
    return (q * np.where(np.diagonal(r) < 0, -1.0, 1.0)).reshape(-1)
