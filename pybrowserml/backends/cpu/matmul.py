"""matmul: the packed product for matrices, dot products and scaled rows for vectors."""

from ..resolve import element_count
from .broadcasting import broadcast_strides
from .constant_tiles import new_number
from .gemm import GemmLaunch
from .launch import Launch, clamp, split
from .panels import constant_tiles
from .reduce import offsets_of
from .tile import PlainTile, pack_strided

CHUNK = 256
# Where in the workspace the sums of a tile stand, behind those in float64.
ROW_AT = 2 * CHUNK + 2


def epilogue_program(params, ins, outs, tile):
    """The compiled epilogue of a step with two main inputs, or None."""
    epilogue = params["epilogue"] if "epilogue" in params else None
    if epilogue is None:
        return None
    shapes = [outs[0][0]]
    dtypes = ["float32"]
    for k in range(2, len(ins)):
        shapes.append(ins[k][0])
        dtypes.append(ins[k][1])
    return tile.program(epilogue, shapes, dtypes, outs[0][0], [outs[0][1]])


def batch_offsets(shape, batch_shape):
    """The offset of each matrix of an operand, in row-major order of the broadcast batch."""
    leading = []
    for axis in range(len(shape) - 2):
        leading.append(shape[axis])
    steps = broadcast_strides(leading, batch_shape)
    size = shape[len(shape) - 2] * shape[len(shape) - 1]
    scaled = []
    for step in steps:
        scaled.append(step * size)
    return offsets_of(batch_shape, scaled)


class MatmulLaunch(GemmLaunch):
    """The product of matrices [m, k] and [k, n], either stored transposed."""

    def __init__(self, sizes, offsets, transposed, program, is_float, tile):
        super().__init__(sizes[0], sizes[1], sizes[2], sizes[3], sizes[2], program, is_float, tile)
        self.a_offsets = offsets[0]
        self.b_offsets = offsets[1]
        self.a_row = 1 if transposed[0] else sizes[3]
        self.a_inner = sizes[1] if transposed[0] else 1
        self.b_row = sizes[3] if transposed[1] else 1
        self.b_inner = 1 if transposed[1] else sizes[2]

    def matrices(self):
        for offset in self.b_offsets:
            if offset != 0:
                return 0
        return 1

    def steps_of_b(self):
        return [self.b_row, self.b_inner]

    def pack_a(self, batch, row, rows, k, depth, target):
        source = self.ins[0] + self.a_offsets[batch] + row * self.a_row + k * self.a_inner
        self.tile.pack_rows(source, self.a_row, self.a_inner, rows, depth, target, depth * self.tile.rows)

    def pack_b(self, batch, column, columns, k, depth, target):
        source = self.ins[1] + self.b_offsets[batch] + column * self.b_row + k * self.b_inner
        panel = depth * self.tile.columns
        self.tile.pack_columns(source, self.b_row, self.b_inner, columns, depth, target, panel)


def dots(f, d, matrix, row, vector, inner, n, depth, acc):
    """acc[c] = sum over p of matrix[c * row + p] * vector[p * inner], four rows at a time."""
    c = 0
    while c + 4 <= n:
        s0 = (matrix + c * row) & 0x3FFFFFFF
        s1 = (s0 + row) & 0x3FFFFFFF
        s2 = (s1 + row) & 0x3FFFFFFF
        s3 = (s2 + row) & 0x3FFFFFFF
        v = vector & 0x3FFFFFFF
        x0 = 0.0
        x1 = 0.0
        x2 = 0.0
        x3 = 0.0
        for p in range(depth):
            y = f[v]
            x0 += f[s0 + p] * y
            x1 += f[s1 + p] * y
            x2 += f[s2 + p] * y
            x3 += f[s3 + p] * y
            v = (v + inner) & 0x3FFFFFFF
        d[acc + c] = x0
        d[acc + c + 1] = x1
        d[acc + c + 2] = x2
        d[acc + c + 3] = x3
        c += 4
    while c < n:
        s = matrix + c * row
        v = vector
        x = 0.0
        for p in range(depth):
            x += f[s + p] * f[v]
            v += inner
        d[acc + c] = x
        c += 1


def columns_of_eight(f, d, matrix, row, vector, inner, n, depth, acc):
    """acc[c] = sum over p of matrix[p * row + c] * vector[p * inner], eight neighbouring columns at a time, as long as
    there are eight. Returns how many are done.
    """
    c = 0
    while c + 8 <= n:
        s = (matrix + c) & 0x3FFFFFFF
        v = vector & 0x3FFFFFFF
        x0 = 0.0
        x1 = 0.0
        x2 = 0.0
        x3 = 0.0
        x4 = 0.0
        x5 = 0.0
        x6 = 0.0
        x7 = 0.0
        for _p in range(depth):
            y = f[v]
            x0 += f[s] * y
            x1 += f[s + 1] * y
            x2 += f[s + 2] * y
            x3 += f[s + 3] * y
            x4 += f[s + 4] * y
            x5 += f[s + 5] * y
            x6 += f[s + 6] * y
            x7 += f[s + 7] * y
            v = (v + inner) & 0x3FFFFFFF
            s = (s + row) & 0x3FFFFFFF
        d[acc + c] = x0
        d[acc + c + 1] = x1
        d[acc + c + 2] = x2
        d[acc + c + 3] = x3
        d[acc + c + 4] = x4
        d[acc + c + 5] = x5
        d[acc + c + 6] = x6
        d[acc + c + 7] = x7
        c += 8
    return c


def scaled_rows(f, d, matrix, row, step, vector, inner, n, depth, acc):
    """acc[c] = sum over p of matrix[p * row + c * step] * vector[p * inner], four places of p at a time."""
    for c in range(n):
        d[acc + c] = 0.0
    p = 0
    while p + 4 <= depth:
        s0 = matrix + p * row
        s1 = s0 + row
        s2 = s1 + row
        s3 = s2 + row
        v = vector + p * inner
        y0 = f[v]
        y1 = f[v + inner]
        y2 = f[v + 2 * inner]
        y3 = f[v + 3 * inner]
        at = 0
        for c in range(n):
            d[acc + c] += f[s0 + at] * y0 + f[s1 + at] * y1 + f[s2 + at] * y2 + f[s3 + at] * y3
            at += step
        p += 4
    while p < depth:
        s = matrix + p * row
        y = f[vector + p * inner]
        for c in range(n):
            d[acc + c] += f[s + c * step] * y
        p += 1


class ThinPlace:
    """A tile of a ThinLaunch: offsets of its matrix, its vector and its results, their count and their position."""

    def __init__(self, matrix, vector, n, position, target):
        self.matrix = matrix
        self.vector = vector
        self.n = n
        self.position = position
        self.target = target


class SteadyMatrix:
    """`length` vectors of `depth` numbers that stay the same until `renew`: they are kept in the page's constant array,
    as long as nobody else needs it. step, inner: elements from vector to vector, and from number to number.
    """

    def __init__(self, length, depth, step, inner):
        self.length = length
        self.depth = depth
        self.step = step
        self.inner = inner
        self.number = 0

    def renew(self):
        """The numbers are others from now on."""
        self.number = new_number()

    def tiles(self, f, matrix):
        """The page's ConstantTiles, which hold the matrix, or None."""
        tiles = constant_tiles()
        if not tiles.fits_matrix(self.length, self.depth):
            return None
        if tiles.a.number != self.number:
            a = tiles.a.claim()
            panel = 4 * self.depth
            pack_strided(f, a, matrix, self.step, self.inner, self.length, self.depth, 0, panel)
            # Panels are taken two by two.
            o = split(self.length, 4) * panel
            for p in range(panel if split(self.length, 4) % 2 == 1 else 0):
                a[o + p] = 0.0
            tiles.a.number = self.number
        return tiles


class ThinLaunch(Launch):
    """A product with few rows (or columns), at most `thin` of its tile: each is a matrix times a vector.

    The vectors come from operand `side` (0: rows of a, 1: columns of b), the matrix is the other one.
    """

    def __init__(self, sizes, offsets, transposed, program, side):
        batch = sizes[0]
        m = sizes[1]
        n = sizes[2]
        self.k = sizes[3]
        self.offsets = offsets
        self.side = side
        self.program = program
        self.m = m
        self.n = n
        a_row = 1 if transposed[0] else self.k
        a_inner = m if transposed[0] else 1
        b_row = self.k if transposed[1] else 1
        b_inner = 1 if transposed[1] else n
        self.vectors = m if side == 0 else n
        self.length = n if side == 0 else m
        self.vector_step = a_row if side == 0 else b_row
        self.vector_inner = a_inner if side == 0 else b_inner
        self.matrix_step = b_row if side == 0 else a_row
        self.matrix_inner = b_inner if side == 0 else a_inner
        self.steady = None
        self.chunk = clamp(int(500000 / max(1, self.k)), 4, CHUNK)
        self.chunks = split(self.length, self.chunk)
        super().__init__(batch * self.vectors * self.chunks, ROW_AT + CHUNK)
        self.program_at = self.workspace
        if program is not None:
            self.workspace = self.workspace + program.workspace
            self.reuse.append([])
            for operand in program.reuse[0]:
                self.reuse[0].append(operand + 1)
        if self.tiles > 0:
            # To read the matrix is what takes time.
            self.share([self.tiles], batch * m * n * self.k * 0.25)

    def begin(self):
        if self.program is not None and self.tiles > 0:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.work + self.program_at)

    def hold(self):
        if self.side == 0 and max(self.offsets[1]) == 0:
            self.steady = SteadyMatrix(self.length, self.k, self.matrix_step, self.matrix_inner)

    def renew(self):
        if self.steady is not None:
            self.steady.renew()

    def place_of(self, tile):
        """What a tile computes."""
        part = tile % self.chunks
        rest = int((tile - part) / self.chunks)
        which = rest % self.vectors
        batch = int((rest - which) / self.vectors)
        first = part * self.chunk
        side = self.side
        vector = self.ins[side] + self.offsets[side][batch] + which * self.vector_step
        matrix = self.ins[1 - side] + self.offsets[1 - side][batch] + first * self.matrix_step
        position = batch * self.m * self.n
        position = position + (which * self.n + first if side == 0 else first * self.n + which)
        return ThinPlace(
            matrix, vector, min(self.chunk, self.length - first), position, self.outs[0] + position
        )

    def run(self, lo, hi):
        f = self.f32
        row = self.work + ROW_AT
        step = 1 if self.side == 0 else self.n
        direct = self.program is None and step == 1
        for t in range(lo, hi):
            place = self.place_of(t)
            n = place.n
            self.multiply(place.matrix, place.vector, n, place.target if direct else row)
            if self.program is not None:
                if step == 1:
                    self.program.apply(place.position, n, row)
                else:
                    for c in range(n):
                        self.program.apply(place.position + c * step, 1, row + c)
            elif not direct:
                o = place.target
                for c in range(n):
                    f[o] = f[row + c]
                    o += step

    def multiply(self, matrix, vector, n, target):
        """n results at target."""
        f = self.f32
        d = self.f64
        tiles = None
        if self.steady is not None:
            tiles = self.steady.tiles(f, self.ins[1])
        if tiles is not None:
            self._from_tiles(tiles, matrix, vector, n, target)
            return None
        acc = (self.work + 1) >> 1
        inner = self.vector_inner
        if self.matrix_inner == 1:
            dots(f, d, matrix, self.matrix_step, vector, inner, n, self.k, acc)
        else:
            row = self.matrix_inner
            step = self.matrix_step
            done = columns_of_eight(f, d, matrix, row, vector, inner, n, self.k, acc) if step == 1 else 0
            if done < n:
                rest = matrix + done * step
                scaled_rows(f, d, rest, row, step, vector, inner, n - done, self.k, acc + done)
        for c in range(n):
            f[target + c] = d[acc + c]
        return None

    def _from_tiles(self, tiles, matrix, vector, n, target):
        """The same from a matrix that is held."""
        f = self.f32
        depth = self.k
        tiles.put_vector(f, vector, self.vector_inner, depth)
        tile = tiles.vector_tile
        first = int((matrix - self.ins[1]) / self.matrix_step)
        whole = n - n % 8
        for c in range(0, whole, 8):
            tile(f, (first + c) * depth, depth, target + c)
        if whole < n:
            tile(f, (first + whole) * depth, depth, self.work)
            for c in range(n - whole):
                f[target + whole + c] = f[self.work + c]


def prepare_matmul(params, ins, outs):
    return matmul_launch(params, ins, outs, PlainTile(), ThinLaunch)


def matmul_launch(params, ins, outs, tile, thin):
    """The launch of a product: by a tile, or by `thin`, a ThinLaunch, where a side has few rows."""
    a = ins[0][0]
    b = ins[1][0]
    shape = outs[0][0]
    rank = len(shape)
    batch_shape = []
    for axis in range(rank - 2):
        batch_shape.append(shape[axis])
    k = a[len(a) - 2] if params["transpose_a"] else a[len(a) - 1]
    batch = element_count(batch_shape)
    m = shape[rank - 2]
    n = shape[rank - 1]
    program = epilogue_program(params, ins, outs, tile)
    is_float = outs[0][1] == "float32"
    offsets = [batch_offsets(a, batch_shape), batch_offsets(b, batch_shape)]
    # One matrix for the whole batch and rows that follow each other: the batch is only more rows.
    if (
        not params["transpose_a"]
        and batch > 1
        and element_count(b) == k * n
        and element_count(a) == batch * m * k
    ):
        m = m * batch
        batch = 1
        offsets = [[0], [0]]
    sizes = [batch, m, n, k]
    transposed = [params["transpose_a"], params["transpose_b"]]
    if element_count(shape) > 0 and (m <= tile.thin or n <= tile.thin):
        side = 0 if m <= n else 1
        return thin(sizes, offsets, transposed, program, side)
    return MatmulLaunch(sizes, offsets, transposed, program, is_float, tile)
