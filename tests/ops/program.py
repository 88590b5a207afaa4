"""Ops recorded and run in CPython and, transpiled, in JavaScript: their values, shapes and messages. In the subset."""

from pybrowserml import ops
from pybrowserml.backends.active import register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import realise
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder
from pybrowserml.core.host import host_numbers
from pybrowserml.core.shapes import format_shape
from pybrowserml.platform.buffers import int32_array
from pybrowserml.platform.errors import attempt, kind_of, message_of
from pybrowserml.platform.numbers import is_list
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import to_json


def table(rows, columns):
    """Numbers without pattern, the same in both worlds."""
    return [[((7 * i + 3 * j) % 11) / 4.0 - 1.0 for j in range(columns)] for i in range(rows)]


def values():
    """[name, tensor or list of tensors], of every op that makes, moves, multiplies or transforms."""
    a = ops.array(table(3, 4))
    b = ops.array(table(4, 2))
    v = ops.array([1.5, -2.0, 0.25, 3.0, -1.0])
    cube = ops.reshape(ops.array(table(4, 6)), [2, 3, 4])
    pair = [ops.array(table(2, 6)), ops.array(table(2, 6))]
    heads = ops.reshape(cube, [1, 3, 2, 4])
    mixed = ops.array([[True, False], [False, False]])
    counts = int32_array(2)
    counts[0] = 2
    counts[1] = 2
    return [
        ["arange", [ops.arange(5), ops.arange(2, 9, 3), ops.arange(1.5, 4), ops.arange(3, 0, -1)]],
        ["linspace", [ops.linspace(0, 1, 5), ops.linspace(v, 2.0, 3), ops.linspace(0, 5, 3, False, True)[1]]],
        ["logspace", [ops.logspace(0, 2, 3), ops.logspace(v, 0.5, 2)]],
        ["geomspace", [ops.geomspace(1, 8, 4), ops.geomspace(ops.abs(v), 2.0, 3)]],
        ["meshgrid", ops.meshgrid([v, ops.arange(3)])],
        ["vander", [ops.vander(v), ops.vander(ops.arange(3), 2, True)]],
        ["full", [ops.full([2, 2], 3), ops.fill(3, True), ops.empty([0, 2]), ops.full_like(a, 2)]],
        ["eye", [ops.eye(3), ops.eye(2, 4, 1, "int32"), ops.identity(2), ops.tri(3, 3, -1)]],
        ["triangles", [ops.tril(a), ops.triu(a, 1), ops.tril(cube, -1)]],
        [
            "diag",
            [ops.diag(v, 1), ops.diag(a), ops.diagflat(a, -1), ops.diagonal(cube, 1, 0, 2), ops.trace(a)],
        ],
        ["copy", [ops.copy(a), ops.clone(v), ops.ensure_shape(a, [None, 4])]],
        ["joins", [ops.stack([v, v], 1), ops.hstack([v, v]), ops.vstack([v, v]), ops.dstack([a, a])]],
        ["append", [ops.append(a, v), ops.append(a, a, 0)]],
        ["splits", ops.split(v, [1, -1])],
        [
            "arrays for numbers",
            [
                ops.reshape(a, 12),
                ops.repeat(v, ops.array([2, 0, 1, 3, 1])),
                ops.tile(v, counts),
                ops.slice(a, ops.array([1, 2]), counts),
                ops.slice(cube, [0, 1, 1], [1, 2, 3]),
                ops.expand_dims(a, [0, -1]),
                ops.bartlett(ops.array(4)),
                ops.linspace(0, 1, ops.array(3)),
                *ops.split(v, ops.array([1, 3])),
            ],
        ],
        ["array_split", ops.array_split(v, 3)],
        ["hsplit", ops.hsplit(a, 2)],
        ["vsplit", ops.vsplit(a, 3)],
        ["dsplit", ops.dsplit(cube, 2)],
        ["unstack", ops.unstack(a, None, -1)],
        ["roll", [ops.roll(a, 5), ops.roll(a, [1, -2], [0, 1])]],
        ["flips", [ops.fliplr(a), ops.flipud(a), ops.rot90(a), ops.rot90(a, -1), ops.rot90(cube, 2, [1, 2])]],
        [
            "axes",
            [
                ops.moveaxis(cube, [0, 2], [-1, 0]),
                ops.swapaxes(cube, 0, 1),
                ops.squeeze(ops.expand_dims(v, 0)),
            ],
        ],
        ["repeat", [ops.repeat(v, 2), ops.repeat(a, [0, 2, 1], 0), ops.tile(v, [2, 1])]],
        ["broadcast_arrays", ops.broadcast_arrays([v, ops.array([[1.5], [2.0]])])],
        ["diff", [ops.diff(v), ops.diff(a, 2, 0), ops.diff(mixed)]],
        ["select", ops.select([ops.greater(v, 1.0), ops.less(v, 0.0)], [v, ops.negative(v)], 9.0)],
        ["pads", [ops.pad(a, 1), ops.pad(v, [2, 1], "reflect"), ops.pad(v, [[7, 8]], "symmetric")]],
        ["wrap", [ops.pad(v, [6, 1], "wrap"), ops.pad(a, [[1, 0], [0, 2]], "edge")]],
        ["mirror_pad", ops.mirror_pad(a, [[1, 1], [2, 2]], "reflect")],
        ["rearrange", [ops.rearrange(cube, "b h (w p) -> (b p) h w", {"p": 2})]],
        ["rearrange ...", [ops.rearrange(cube, "a ... -> (...) a 1")]],
        ["einsum", [ops.einsum("ij,jk->ki", a, b), ops.einsum("...j,jk", cube, b)]],
        [
            "einsum more",
            [ops.einsum("ij,jk,il->kl", a, b, a), ops.einsum("ii", ops.eye(3)), ops.einsum("i,i->", v, v)],
        ],
        ["einsum of int32", [ops.einsum("i,j->ij", ops.arange(3), ops.arange(2))]],
        ["tensordot", [ops.tensordot(a, b, 1), ops.tensordot(cube, cube, [[0, 2], [0, 2]])]],
        ["products", [ops.dot(cube, b), ops.inner(a, a), ops.vdot(a, a), ops.outer(v, v), ops.kron(b, b)]],
        ["matmul", [ops.matmul(a, b), ops.matmul(ops.arange(3), ops.eye(3, 3, 0, "int32"))]],
        ["cross", [ops.cross(ops.transpose(a), ops.array([1.0, 2.0, 3.0])), ops.cross(b, b)]],
        ["slides", [ops.correlate(v, [1.0, 2.0], "same"), ops.convolve(v, [1.0, 2.0, 3.0])]],
        ["attention", ops.dot_product_attention(heads, heads, heads, None, None, None, True)],
        ["fft", [ops.fft(pair)[0], ops.ifft(pair)[1], ops.fft2(pair)[1], ops.ifft2(pair)[0]]],
        ["rfft", [ops.rfft(v)[1], ops.irfft(pair), ops.rfft(ops.linspace(0, 1, 67))[0]]],
        [
            "stft",
            [
                ops.stft(ops.linspace(0, 1, 16), 4, 2, 4)[0],
                ops.istft(ops.stft(ops.arange(12), 4, 2, 4), 4, 2, 4),
            ],
        ],
        ["frames", [ops.frame(v, 2, 1), ops.frame(v, 2, 2, True), ops.extract_sequences(v, 3, 2)]],
        ["overlap_add", ops.overlap_add(a, 2)],
        ["windows", [ops.hanning(4), ops.hamming(4), ops.blackman(4), ops.bartlett(4), ops.kaiser(4, 3.0)]],
        ["cosine windows", [ops.hann_window(4), ops.hamming_window(5), ops.cosine_window(3, 0.5, 0.25)]],
        ["complex", [ops.polar(v, 1.0)[0], ops.view_as_complex(b)[1], ops.view_as_real(pair)]],
    ]


def facts():
    """What ops answer without a value, and the shapes of results of unknown sizes."""
    n = size_named("n")
    x = placeholder("x", [n, 4], "float32")
    wave = placeholder("wave", [2, n], "float32")
    return [
        ops.size(ops.zeros([2, 3])),
        ops.ndim(x),
        ops.dtype(ops.arange(3)),
        [ops.is_tensor(x), ops.is_tensor(3)],
        ops.broadcast_args([3, 1], [2]),
        ops.enclosing_power_of_two(65),
        [
            format_shape(tensor.shape)
            for tensor in [
                ops.arange(n),
                ops.arange(0, n, 2),
                ops.tril(x),
                ops.diagonal(x),
                ops.diag(ops.squeeze(ops.sum(x, 1))),
                ops.einsum("ij,kj->ik", x, x),
                ops.kron(x, [[1.0, 2.0]]),
                ops.pad(x, 2, "reflect"),
                ops.roll(x, 1),
                ops.repeat(x, 3, 0),
                ops.rearrange(x, "n (a b) -> (n a) b", {"a": 2}),
                ops.stft(wave, 4, 2, 8)[0],
                ops.extract_sequences(wave, 6, 4),
                ops.overlap_add(placeholder("frames", [n, 6], "float32"), 4),
                ops.hstack([x, x]),
                ops.vstack([x, x]),
            ]
        ],
    ]


def calls():
    """Calls that must fail."""
    a = ops.ones([3, 4])
    v = ops.ones([5])
    n = placeholder("x", [size_named("n"), 4], "float32")
    return [
        lambda: ops.arange(1, 5, 0),
        lambda: ops.arange("3"),
        lambda: ops.linspace(0, 1, -1),
        lambda: ops.linspace(0, 1, 2.5),
        lambda: ops.geomspace(-1, 1),
        lambda: ops.meshgrid([v], "yx"),
        lambda: ops.vander(a),
        lambda: ops.eye(2, 2, 0, "double"),
        lambda: ops.tril(v),
        lambda: ops.diag(ops.ones([1, 1, 1])),
        lambda: ops.diag(v, 0.5),
        lambda: ops.diagonal(a, 0, 1, 1),
        lambda: ops.trace(v),
        lambda: ops.ensure_shape(a, [None, 5]),
        lambda: ops.concatenate([], 0),
        lambda: ops.stack([a, v]),
        lambda: ops.concatenate([a, ops.ones([3, 5])], 0),
        lambda: ops.split(v, 2),
        lambda: ops.split(v, 0),
        lambda: ops.vsplit(v, 5),
        lambda: ops.dsplit(a, 1),
        lambda: ops.unstack(n),
        lambda: ops.array_split(v, 0),
        lambda: ops.roll(a, [1, 2], [0]),
        lambda: ops.roll(a, 0.5, 0),
        lambda: ops.roll(a, 1, 2),
        lambda: ops.fliplr(v),
        lambda: ops.rot90(a, 1, [0, 0]),
        lambda: ops.rot90(a, 1, [0]),
        lambda: ops.moveaxis(a, [0, 1], [0]),
        lambda: ops.repeat(v, [1, 2]),
        lambda: ops.repeat(v, -1),
        lambda: ops.squeeze(a, 0),
        lambda: ops.diff(v, -1),
        lambda: ops.select([True], []),
        lambda: ops.pad(a, [[1, 1]], "reflects"),
        lambda: ops.pad(a, [[1, 1], [1, 1], [1, 1]]),
        lambda: ops.pad(a, -1),
        lambda: ops.pad(a, 1, "edge", 3),
        lambda: ops.pad(ops.ones([0]), 1, "wrap"),
        lambda: ops.mirror_pad(a, 1, "edge"),
        lambda: ops.rearrange(a, "a b"),
        lambda: ops.rearrange(a, "a b -> a c"),
        lambda: ops.rearrange(a, "a b c -> a b c"),
        lambda: ops.rearrange(a, "a (b c) -> a b c"),
        lambda: ops.rearrange(a, "a (b c) -> a b c", {"b": 3}),
        lambda: ops.rearrange(a, "a b -> a a b"),
        lambda: ops.rearrange(a, "a ((b)) -> a b"),
        lambda: ops.rearrange(a, "a b -> a b", {"z": 2}),
        lambda: ops.rearrange(a, "a-b -> a b"),
        lambda: ops.einsum("ij,jk->ik", a),
        lambda: ops.einsum("ij,jk->ik", a, a),
        lambda: ops.einsum("ijk->i", a),
        lambda: ops.einsum("ij->z", a),
        lambda: ops.einsum("ii->i", a),
        lambda: ops.einsum("ij->ii", a),
        lambda: ops.einsum("i1->i", a),
        lambda: ops.einsum("i.j->i", a),
        lambda: ops.einsum("...j->j", a),
        lambda: ops.tensordot(a, v, 1),
        lambda: ops.tensordot(a, a, 3),
        lambda: ops.tensordot(a, a, [[0]]),
        lambda: ops.dot(a, v),
        lambda: ops.inner(a, v),
        lambda: ops.matmul(a, v),
        lambda: ops.matmul(ops.arange(3), ops.arange(4)),
        lambda: ops.vdot(a, v),
        lambda: ops.cross(a, a),
        lambda: ops.correlate(a, v),
        lambda: ops.convolve(v, v, "half"),
        lambda: ops.dot_product_attention(a, a, a),
        lambda: ops.fft(a),
        lambda: ops.fft([a, v]),
        lambda: ops.fft2([v, v]),
        lambda: ops.rfft(1.0),
        lambda: ops.rfft(v, 0),
        lambda: ops.irfft([v, v], -2),
        lambda: ops.stft(v, 8, 2, 4),
        lambda: ops.stft(v, 4, 2, 4, "hat"),
        lambda: ops.stft(v, 4, 2, 4, [1.0, 2.0]),
        lambda: ops.stft(v, 4, 2, 64, "hann", False),
        lambda: ops.istft([v, v], 4, 2, 8),
        lambda: ops.frame(v, 0, 1),
        lambda: ops.frame(v, 2, 0),
        lambda: ops.overlap_add(v, 2),
        lambda: ops.hanning(-1),
        lambda: ops.view_as_complex(v),
        lambda: ops.enclosing_power_of_two(0),
    ]


def answers():
    """Generator → JSON of all of it."""
    shown = []
    for entry in values():
        found = []
        for tensor in entry[1] if is_list(entry[1]) else [entry[1]]:
            host = yield from realise.read_tensor(tensor)
            found.append([host.shape, host.dtype, host_numbers(host)])
        shown.append([entry[0], found])
    failures = []
    for call in calls():
        failed = attempt(call)[1]
        failures.append(["none", ""] if failed is None else [kind_of(failed), message_of(failed)])
    return to_json({"values": shown, "facts": facts(), "failures": failures})


def run_job(text):
    """JSON of all of it, on the CPU engine."""
    realise.install()
    register_engine("cpu", lambda: [True, ""], CpuBackend)
    set_backend("cpu")
    return drive(answers())
