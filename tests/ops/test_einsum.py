"""einsum on random equations against NumPy, and the order of its contractions."""

import numpy as np
from engines import Job, run_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.harness import plan_of

from pybrowserml import ops
from pybrowserml.core.graph import placeholder, record_trace, walk

SIZES = {"a": 2, "b": 3, "c": 1, "d": 4, "e": 2}


@st.composite
def equations(draw):
    """An equation of up to four operands, with its shapes; labels may repeat and axes of size 1 broadcast."""
    count = draw(st.integers(1, 4))
    groups = [draw(st.text(st.sampled_from("abcde"), max_size=3)) for _ in range(count)]
    dotted = [draw(st.integers(0, 2)) if draw(st.booleans()) else None for _ in range(count)]
    names = sorted(set("".join(groups)))
    result = "".join(draw(st.permutations(names))[: draw(st.integers(0, len(names)))])
    shapes = []
    for group, extra in zip(groups, dotted, strict=True):
        # A diagonal needs equal sizes.
        single = {
            name: 1 if draw(st.integers(0, 5)) == 0 and group.count(name) == 1 else SIZES[name]
            for name in set(group)
        }
        rest = [2, 3][2 - extra :] if extra else []
        shapes.append([*rest, *(single[name] for name in group)])
    texts = ["..." * (extra is not None) + group for group, extra in zip(groups, dotted, strict=True)]
    spread = any(extra is not None for extra in dotted)
    return ",".join(texts) + "->" + "..." * spread + result, shapes


@settings(max_examples=150, deadline=None)
@given(equations())
def test_random_equations(case):
    equation, shapes = case
    rng = np.random.default_rng(3)
    arrays = [rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes]
    wanted = np.einsum(equation, *[array.astype(np.float64) for array in arrays])
    plan = plan_of(lambda tensors: ops.einsum(equation, *tensors), arrays)
    (found,) = run_numpy(Job(plan, arrays))[0]
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def recorded(equation, *shapes):
    def body():
        return [
            ops.einsum(equation, *[placeholder(f"x{i}", list(s), "float32") for i, s in enumerate(shapes)])
        ]

    return [node for node in walk(record_trace(body)[0]) if node.op not in ("input", "constant")]


def matmuls(nodes):
    """The sizes of the matrix products, the smaller one first."""
    return [sorted(node.outputs[0][0]) for node in nodes if node.op == "matmul"]


def test_one_matrix_product_without_moving_anything():
    for equation in (
        "ij,jk->ik",
        "ji,jk->ik",
        "ij,kj->ik",
        "ji,kj->ik",
        "ij,jk->ki",
        "bij,bjk->bik",
        "bij,bkj->bki",
    ):
        shapes = [[2, 2, 2] if "b" in equation else [2, 2]] * 2
        assert [node.op for node in recorded(equation, *shapes) if node.op != "reshape"] == ["matmul"], (
            equation
        )


def test_the_cheap_order_is_taken():
    assert matmuls(recorded("ij,jk,kl->il", [50, 2], [2, 50], [50, 3])) == [[2, 3], [3, 50]]
    assert matmuls(recorded("ij,jk,kl->il", [3, 50], [50, 2], [2, 50])) == [[2, 3], [3, 50]]
    long = matmuls(recorded("ab,bc,cd,de,ef,fg->ag", [9, 2], [2, 9], [9, 9], [9, 9], [9, 2], [2, 9]))
    assert max(rows * columns for rows, columns in long) == 81 and len(long) == 5


def test_axes_of_one_operand_are_summed_before_the_product():
    nodes = recorded("ijk,jl->i", [2, 3, 4], [3, 5])
    assert [node.op for node in nodes].index("reduce") < [node.op for node in nodes].index("matmul")
