"""The Fourier transform of rows: Stockham's passes of radix 4, 2 and odd primes, in double precision.

Pass by pass between two copies of a row, which come out in order, without a bit reversal. A row is 4 n numbers of
float64: real and imaginary part, twice. Lengths with a large prime factor take n * prime steps here; the op `fft`
brings those to powers of two (Bluestein).
Source: Cochran et al. 1967; the passes as in Govindaraju et al. 2008, "High performance discrete Fourier transforms on
graphics processors".
"""

from ...core.fourier_tables import radices_of, roots_of
from ..resolve import element_count
from .launch import Launch, split

# Elements of rows that one tile transforms whole; the passes of longer rows are tiles of their own.
TILE = 2048


def pass_two(d, x, y, n, span, cosines, sines):
    """One pass of radix 2 from x to y (offsets of n real and then n imaginary parts); span: of the passes before."""
    half = n >> 1
    step = int(n / (span * 2))
    for first in range(0, half, span):
        for m in range(span):
            j = first + m
            o = first * 2 + m
            c = cosines[m * step]
            s = sines[m * step]
            ar = d[x + j]
            ai = d[x + n + j]
            br = d[x + j + half]
            bi = d[x + n + j + half]
            tr = br * c - bi * s
            ti = br * s + bi * c
            d[y + o] = ar + tr
            d[y + n + o] = ai + ti
            d[y + o + span] = ar - tr
            d[y + n + o + span] = ai - ti


def pass_four(d, x, y, n, span, cosines, sines, sign):
    """One pass of radix 4; sign: that of the exponent."""
    quarter = n >> 2
    step = int(n / (span * 4))
    for first in range(0, quarter, span):
        for m in range(span):
            p = x + first + m
            o = y + first * 4 + m
            k = m * step
            ar = d[p]
            ai = d[p + n]
            p += quarter
            br = d[p] * cosines[k] - d[p + n] * sines[k]
            bi = d[p] * sines[k] + d[p + n] * cosines[k]
            p += quarter
            k = 2 * m * step
            cr = d[p] * cosines[k] - d[p + n] * sines[k]
            ci = d[p] * sines[k] + d[p + n] * cosines[k]
            p += quarter
            k = 3 * m * step
            er = d[p] * cosines[k] - d[p + n] * sines[k]
            ei = d[p] * sines[k] + d[p + n] * cosines[k]
            sr = ar + cr
            si = ai + ci
            tr = ar - cr
            ti = ai - ci
            ur = br + er
            ui = bi + ei
            vr = (ei - bi) * sign
            vi = (br - er) * sign
            d[o] = sr + ur
            d[o + n] = si + ui
            o += span
            d[o] = tr + vr
            d[o + n] = ti + vi
            o += span
            d[o] = sr - ur
            d[o + n] = si - ui
            o += span
            d[o] = tr - vr
            d[o + n] = ti - vi


def pass_any(d, x, y, n, span, radix, cosines, sines):
    """One pass of any radix, by the definition."""
    part = int(n / radix)
    step = int(n / (span * radix))
    for first in range(0, part, span):
        for m in range(span):
            for r in range(radix):
                turn = (m + r * span) * step
                k = 0
                p = x + first + m
                sr = d[p]
                si = d[p + n]
                for _q in range(1, radix):
                    p += part
                    k += turn
                    if k >= n:
                        k -= n
                    sr += d[p] * cosines[k] - d[p + n] * sines[k]
                    si += d[p] * sines[k] + d[p + n] * cosines[k]
                o = y + first * radix + m + r * span
                d[o] = sr
                d[o + n] = si


def load_row(f, re, im, d, x, n):
    """A row of both parts as float64."""
    for j in range(n):
        d[x + j] = f[re + j]
        d[x + n + j] = f[im + j]


def store_row(d, x, f, re, im, n):
    """A row rounded to float32; a part whose offset is -1 is not wanted."""
    if re >= 0:
        for j in range(n):
            f[re + j] = d[x + j]
    if im >= 0:
        for j in range(n):
            f[im + j] = d[x + n + j]


class FftLaunch(Launch):
    """Tiles: groups of short rows, or the passes of long ones."""

    def __init__(self, rows, n, inverse):
        self.rows = rows
        self.n = n
        self.sign = 1.0 if inverse else -1.0
        self.radices = radices_of(n) if n > 0 else []
        roots = roots_of(n, inverse)
        self.cosines = roots[0]
        self.sines = roots[1]
        self.by_pass = n > TILE
        self.per_tile = 1 if self.by_pass else max(1, int(TILE / max(1, n)))
        tiles = rows * len(self.radices) if self.by_pass else split(rows, self.per_tile)
        super().__init__(tiles if n > 0 else 0, 8 * n + 2)

    def run(self, lo, hi):
        for t in range(lo, hi):
            if self.by_pass:
                step = t % len(self.radices)
                self.passes(int((t - step) / len(self.radices)), step, step + 1)
            else:
                last = min((t + 1) * self.per_tile, self.rows)
                for row in range(t * self.per_tile, last):
                    self.passes(row, 0, len(self.radices))

    def passes(self, row, first, last):
        """Passes first .. last - 1 of a row, which is read before the first of all and stored after the last."""
        n = self.n
        d = self.f64
        base = (self.work + 1) >> 1
        if first == 0:
            load_row(self.f32, self.ins[0] + row * n, self.ins[1] + row * n, d, base, n)
        span = 1
        for i in range(first):
            span = span * self.radices[i]
        for i in range(first, last):
            x = base + (i & 1) * 2 * n
            y = base + 2 * n - (i & 1) * 2 * n
            radix = self.radices[i]
            if radix == 4:
                pass_four(d, x, y, n, span, self.cosines, self.sines, self.sign)
            elif radix == 2:
                pass_two(d, x, y, n, span, self.cosines, self.sines)
            else:
                pass_any(d, x, y, n, span, radix, self.cosines, self.sines)
            span = span * radix
        if last == len(self.radices):
            re = self.outs[0] + row * n if self.outs[0] >= 0 else -1
            im = self.outs[1] + row * n if self.outs[1] >= 0 else -1
            store_row(d, base + (last & 1) * 2 * n, self.f32, re, im, n)


def prepare_fft(params, ins, outs):
    shape = ins[0][0]
    n = shape[len(shape) - 1]
    return FftLaunch(element_count(shape[0 : len(shape) - 1]), n, params["inverse"])
