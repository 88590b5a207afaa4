"""Jacobi's iterations in double precision: eigenvalues of symmetric matrices, singular values of any.

Plane rotations make columns orthogonal, pair after pair, until nothing changes; a sweep goes through all pairs and a
tile is a sweep. Source: Golub, Van Loan, "Matrix Computations", 8.5 and 8.6.3 (Hestenes' one-sided form). A vector's
largest component is made positive, so that the result does not depend on the engine.
"""

import math

from ..resolve import element_count
from .launch import Launch

SWEEPS = 30
# Off-diagonal elements below this part of the geometric mean of their diagonal ones are zero.
SMALL = 1e-14


def rotation(alpha, beta, gamma):
    """[cosine, sine] of the rotation that makes [[alpha, gamma], [gamma, beta]] diagonal; gamma is not 0."""
    zeta = (beta - alpha) / (2.0 * gamma)
    size = math.sqrt(1.0 + zeta * zeta)
    t = 1.0 / (zeta + size) if zeta >= 0.0 else -1.0 / (size - zeta)
    c = 1.0 / math.sqrt(1.0 + t * t)
    return [c, c * t]


def rotate(d, p, q, step, n, c, s):
    """Two strided vectors of n elements turned against each other."""
    for _i in range(n):
        x = d[p]
        y = d[q]
        d[p] = c * x - s * y
        d[q] = s * x + c * y
        p += step
        q += step


def eigen_sweep(d, a, v, n):
    """One sweep over a symmetric matrix at a; the rotations are gathered in the rows at v. True when all was zero."""
    quiet = True
    for p in range(n - 1):
        for q in range(p + 1, n):
            gamma = d[a + p * n + q]
            alpha = d[a + p * n + p]
            beta = d[a + q * n + q]
            scale = math.sqrt(abs(alpha * beta))
            # A zero on the diagonal must not hide an element that is not zero.
            if abs(gamma) > SMALL * scale and abs(gamma) > 1e-300:
                quiet = quiet and abs(gamma) < 1e-12 * (abs(alpha) + abs(beta))
                turn = rotation(alpha, beta, gamma)
                rotate(d, a + p, a + q, n, n, turn[0], turn[1])
                rotate(d, a + p * n, a + q * n, 1, n, turn[0], turn[1])
                rotate(d, v + p * n, v + q * n, 1, n, turn[0], turn[1])
    return quiet


def dot(d, p, q, n):
    """The product of two vectors."""
    total = 0.0
    for i in range(n):
        total += d[p + i] * d[q + i]
    return total


def column_sweep(d, b, v, k, n):
    """One sweep over k vectors of n elements at b; the rotations are gathered in k vectors at v. True when all were
    orthogonal.
    """
    quiet = True
    for p in range(k - 1):
        for q in range(p + 1, k):
            gamma = dot(d, b + p * n, b + q * n, n)
            alpha = dot(d, b + p * n, b + p * n, n)
            beta = dot(d, b + q * n, b + q * n, n)
            if abs(gamma) > SMALL * math.sqrt(alpha * beta) and abs(gamma) > 1e-300:
                quiet = False
                turn = rotation(alpha, beta, gamma)
                rotate(d, b + p * n, b + q * n, 1, n, turn[0], turn[1])
                rotate(d, v + p * k, v + q * k, 1, k, turn[0], turn[1])
    return quiet


def ordered(d, w, n, falling):
    """The places of n numbers in order; NaN anywhere."""
    order = [i for i in range(n)]
    for i in range(1, n):
        place = order[i]
        at = i
        while (
            at > 0
            and (d[w + order[at - 1]] < d[w + place]) == falling
            and d[w + order[at - 1]] != d[w + place]
        ):
            order[at] = order[at - 1]
            at -= 1
        order[at] = place
    return order


def sign_of(d, v, n):
    """1, or -1 where the largest of n components is negative; of components that are about as large, the first."""
    largest = 0.0
    for i in range(n):
        if abs(d[v + i]) > largest:
            largest = abs(d[v + i])
    for i in range(n):
        if abs(d[v + i]) >= 0.999999 * largest:
            return -1.0 if d[v + i] < 0.0 else 1.0
    return 1.0


def unit_beside(d, b, place, k, n, done):
    """Make vector `place` at b a unit vector that is orthogonal to those marked in `done`."""
    best = -1.0
    axis = 0
    for i in range(n):
        left = 1.0
        for c in range(k):
            if done[c]:
                left -= d[b + c * n + i] * d[b + c * n + i]
        if left > best:
            best = left
            axis = i
    at = b + place * n
    for i in range(n):
        d[at + i] = 0.0
    d[at + axis] = 1.0
    for _twice in range(2):
        for c in range(k):
            if done[c]:
                along = dot(d, at, b + c * n, n)
                for i in range(n):
                    d[at + i] -= along * d[b + c * n + i]
    length = math.sqrt(dot(d, at, at, n))
    for i in range(n):
        d[at + i] = d[at + i] / length


class SweepLaunch(Launch):
    """SWEEPS tiles a matrix: the first loads it, the last writes the result."""

    def __init__(self, count, doubles):
        super().__init__(count * SWEEPS, 2 * doubles)
        self.quiet = False

    def run(self, lo, hi):
        for t in range(lo, hi):
            sweep = t % SWEEPS
            matrix = int((t - sweep) / SWEEPS)
            at = int(self.work / 2)
            if sweep == 0:
                self.quiet = False
                self.load(matrix, at)
            if not self.quiet:
                self.quiet = self.sweep(at)
            if sweep == SWEEPS - 1:
                self.write(matrix, at)


class EighLaunch(SweepLaunch):
    """Workspace: the matrix, the eigenvectors as rows, the eigenvalues."""

    def __init__(self, count, n):
        super().__init__(count, 2 * n * n + n)
        self.n = n

    def load(self, matrix, at):
        n = self.n
        d, f = self.f64, self.f32
        source = self.ins[0] + matrix * n * n
        for i in range(n):
            for j in range(n):
                d[at + i * n + j] = f[source + i * n + j]
                d[at + n * n + i * n + j] = 1.0 if i == j else 0.0

    def sweep(self, at):
        return eigen_sweep(self.f64, at, at + self.n * self.n, self.n)

    def write(self, matrix, at):
        n = self.n
        d, f = self.f64, self.f32
        v = at + n * n
        w = v + n * n
        for i in range(n):
            d[w + i] = d[at + i * n + i]
        order = ordered(d, w, n, False)
        for k in range(n):
            row = v + order[k] * n
            sign = sign_of(d, row, n)
            if self.outs[0] >= 0:
                f[self.outs[0] + matrix * n + k] = d[w + order[k]]
            if self.outs[1] >= 0:
                target = self.outs[1] + matrix * n * n + k
                for i in range(n):
                    f[target + i * n] = sign * d[row + i]


class SvdLaunch(SweepLaunch):
    """Workspace: k vectors of the longer side, k of k elements, the singular values."""

    def __init__(self, count, m, n):
        self.wide = n > m
        self.k = m if self.wide else n
        self.long = n if self.wide else m
        super().__init__(count, self.k * self.long + self.k * self.k + self.k)
        self.m = m
        self.n = n

    def load(self, matrix, at):
        m, n, k, long = self.m, self.n, self.k, self.long
        d, f = self.f64, self.f32
        source = self.ins[0] + matrix * m * n
        for c in range(k):
            for i in range(long):
                place = c * n + i if self.wide else i * n + c
                d[at + c * long + i] = f[source + place]
        v = at + k * long
        for i in range(k):
            for j in range(k):
                d[v + i * k + j] = 1.0 if i == j else 0.0

    def sweep(self, at):
        return column_sweep(self.f64, at, at + self.k * self.long, self.k, self.long)

    def _scale(self, at):
        """Lengths to the singular values, vectors to unit vectors, those of length zero too."""
        k, long = self.k, self.long
        d = self.f64
        s = at + k * long + k * k
        largest = 0.0
        for c in range(k):
            d[s + c] = math.sqrt(dot(d, at + c * long, at + c * long, long))
            if d[s + c] > largest:
                largest = d[s + c]
        done = [False for c in range(k)]
        for c in range(k):
            if d[s + c] > 1e-14 * largest or d[s + c] != d[s + c]:
                for i in range(long):
                    d[at + c * long + i] = d[at + c * long + i] / d[s + c]
                done[c] = True
        for c in range(k):
            if not done[c]:
                unit_beside(d, at, c, k, long, done)
                done[c] = True

    def write(self, matrix, at):
        m, n, k, long = self.m, self.n, self.k, self.long
        d, f = self.f64, self.f32
        self._scale(at)
        v = at + k * long
        s = v + k * k
        order = ordered(d, s, k, True)
        for place in range(k):
            c = order[place]
            left = at + c * long
            right = v + c * k
            if self.wide:
                left = right
                right = at + c * long
            sign = sign_of(d, right, n)
            if self.outs[0] >= 0:
                target = self.outs[0] + matrix * m * k + place
                for i in range(m):
                    f[target + i * k] = sign * d[left + i]
            if self.outs[1] >= 0:
                f[self.outs[1] + matrix * k + place] = d[s + c]
            if self.outs[2] >= 0:
                target = self.outs[2] + (matrix * k + place) * n
                for i in range(n):
                    f[target + i] = sign * d[right + i]


def prepare_eigh(params, ins, outs):
    shape = ins[0][0]
    n = shape[len(shape) - 1]
    return EighLaunch(element_count(shape[0 : len(shape) - 2]) if n > 0 else 0, n)


def prepare_svd(params, ins, outs):
    shape = ins[0][0]
    rank = len(shape)
    count = element_count(shape[0 : rank - 2]) if shape[rank - 1] > 0 and shape[rank - 2] > 0 else 0
    return SvdLaunch(count, shape[rank - 2], shape[rank - 1])
