"""One plan for many sizes: what an op gives with a symbolic size is what it gives with a known one."""

import numpy as np
import pytest
from engines import ENGINES, Job, run_numpy

from pybrowserml import ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named

N = size_named("n")
X, Y, WAVE = [N, 4], [N, 3, 4], [2, N]

# name: (function of tensors, shapes)
PROGRAMS = {
    "triangles": (lambda x: [ops.tril(x), ops.triu(x, 1), ops.trace(x), ops.diagonal(x)], [X]),
    "square": (lambda x: [ops.diagonal(ops.matmul(x, ops.transpose(x)), 1), ops.diag(ops.sum(x, 1), 1)], [X]),
    "joins": (
        lambda x: [ops.stack([x, x], 1), ops.hstack([x, x]), ops.vstack([x, x]), ops.append(x, x)],
        [X],
    ),
    "splits": (lambda x: [*ops.split(x, 2, 1), *ops.split(x, [1], 0), *ops.unstack(x, None, 1)], [X]),
    "splits that differ": (lambda x: [*ops.array_split(x, 2), *ops.array_split(x, 3, 0)], [X]),
    "rolls": (lambda x: [ops.roll(x, 3, 0), ops.roll(x, -1, [0, 1]), ops.flipud(x), ops.rot90(x)], [X]),
    "repeats": (lambda x: [ops.repeat(x, 2, 0), ops.repeat(x, 3), ops.tile(x, [2, 1])], [X]),
    "differences": (
        lambda x: [ops.diff(x, 1, 0), ops.diff(x, 2, 1), ops.select([ops.less(x, 0)], [x], 1.0)],
        [X],
    ),
    "reflect": (lambda x: ops.pad(x, [[1, 1], [2, 1]], "reflect"), [X]),
    "symmetric": (lambda x: ops.pad(x, [[5, 1], [2, 9]], "symmetric"), [X]),
    "wrap": (lambda x: ops.pad(x, [[5, 1], [2, 9]], "wrap"), [X]),
    "edge": (lambda x: ops.pad(x, [[5, 1], [2, 9]], "edge"), [X]),
    "arange": (
        lambda x: ops.multiply(x, ops.cast(ops.expand_dims(ops.arange(x.shape[0]), 1), "float32")),
        [X],
    ),
    "rearrange": (lambda x: ops.rearrange(x, "n a (b c) -> (n b) (c a)", {"b": 2}), [Y]),
    "einsum": (lambda x, y: [ops.einsum("ni,naj->aij", x, y), ops.einsum("ni,nai->na", x, y)], [X, Y]),
    "einsum of three": (lambda x, y: ops.einsum("ni,naj,mj->nmi", x, y, x), [X, Y]),
    "products": (
        lambda x: [ops.tensordot(x, x, [0, 0]), ops.inner(x, x), ops.kron(x, x), ops.vdot(x, x)],
        [X],
    ),
    "cross": (lambda y: ops.cross(y, ops.flip(y, 1), 1, 1, 1), [Y]),
    "attention": (lambda q: ops.dot_product_attention(q, q, q, None, None, None, True), [[2, N, 2, 4]]),
    "transforms": (lambda x: [*ops.fft([x, x]), *ops.ifft([x, x]), *ops.rfft(x)], [WAVE]),
    "fft2": (lambda x: [*ops.fft2([x, x]), *ops.ifft2([x, x])], [WAVE]),
    "frames": (lambda x: [ops.extract_sequences(x, 3, 2), ops.extract_sequences(x, 2, 2)], [WAVE]),
    "overlap": (lambda x: [ops.overlap_add(x, 2), ops.overlap_add(x, 4)], [Y]),
    "short time": (lambda x: [ops.istft(ops.stft(x, 4, 2, 4), 4, 2, 4), *ops.stft(x, 3, 1, 4)], [WAVE]),
}


def plan_of(build, specs):
    def traced(tensors):
        found = build(*tensors)
        found = found if isinstance(found, list) else [found]
        slopes = gradients([ops.square(item) for item in found], tensors)
        kept = [slope for slope in slopes if slope is not None]
        return [[f"y{i}", item] for i, item in enumerate([*found, *kept])]

    return trace_runner(traced, specs).plan


@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "cpu"])
@pytest.mark.parametrize("name", list(PROGRAMS))
def test_symbolic_sizes(engines, engine, name):
    build, shapes = PROGRAMS[name]
    rng = np.random.default_rng(5)
    plan = plan_of(build, [[f"x{i}", shape, "float32"] for i, shape in enumerate(shapes)])
    jobs = []
    for n in (5, 8):
        known = [[n if dim is N else dim for dim in shape] for shape in shapes]
        arrays = [rng.uniform(-1, 1, shape).astype(np.float32) for shape in known]
        jobs.append(Job(plan, arrays, sizes={"n": n}))
        fixed = plan_of(build, [[f"x{i}", shape, "float32"] for i, shape in enumerate(known)])
        jobs[-1].wanted = run_numpy(Job(fixed, arrays))[0]
    for job, result in zip(jobs, engines.run(engine, jobs), strict=True):
        assert len(result.outputs) == len(job.wanted)
        for got, wanted in zip(result.outputs, job.wanted, strict=True):
            assert got.shape == wanted.shape
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=5e-5, err_msg=name)
