"""The table has a row for every primitive and every op."""

import types

import pytest
from parity.table import ROWS

from pybrowserml import activations, ops
from pybrowserml.core.graph import placeholder, record_trace, walk
from pybrowserml.core.opset.registry import PRIMITIVES
from pybrowserml.ops import activations as family

# What is no function of tensors, and what test_random covers.
NO_ROWS = {"array", "convert_to_numpy", "convert_to_tensor", "dtype", "is_tensor", "ndim", "shape"}
# A transformation, under the name that Keras has for it.
NO_ROWS |= {"jvp"}
# What reads how large its result is, and so stands in no plan: covered by tests of its own.
NO_ROWS |= {"non_max_suppression", "non_max_suppression_with_score"}
NO_ROWS |= {"argwhere", "boolean_mask", "nonzero", "setdiff1d", "unique"}
COVERED_ELSEWHERE = {"size", "random_bits", "bits_to_uniform", "bits_to_normal", "max_pool2d_take"}
COVERED_ELSEWHERE |= {"barrier", "custom_gradient"}


def _names(function):
    """The names that a build function mentions, those of functions that it holds included."""
    found = {getattr(function, "__name__", "")}
    codes = [getattr(function, "__code__", None)]
    while codes:
        code = codes.pop()
        if code is not None:
            found |= {*code.co_names, *code.co_freevars}
            codes += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    held = [*(getattr(function, "__defaults__", None) or ())]
    held += [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    held += [item for several in held if isinstance(several, list) for item in several]
    held += [part for item in held if isinstance(item, (list, tuple)) for part in item]
    for item in held:
        if isinstance(item, types.FunctionType) and item is not function:
            found |= _names(item)
    return found


def test_every_op_has_a_row():
    mentioned = set().union(*[_names(row.build) for row in ROWS])
    public = {
        name
        for family in (ops, ops.image)
        for name in dir(family)
        if isinstance(getattr(family, name), types.FunctionType)
    }
    assert sorted(public - mentioned - NO_ROWS) == []


def test_every_activation_has_a_name():
    named = {row[0] for row in activations.TABLE}
    assert named == {*activations.__all__} - {"deserialize", "get", "serialize"}
    plain = {name for name, item in vars(family).items() if isinstance(item, types.FunctionType)}
    # prelu has a second argument that is learnt.
    own = {name for name in plain if getattr(family, name).__module__ == family.__name__ and name[0] != "_"}
    assert own - named == {"prelu"}
    assert own <= {*dir(ops)}


def _primitives(row):
    from engines import dtype_of

    def body(case):
        arrays = row.inputs(case)
        inputs = [placeholder(f"x{i}", list(a.shape), dtype_of(a)) for i, a in enumerate(arrays)]
        found = row.build(*inputs)
        return found if isinstance(found, list) else [found]

    traces = [record_trace(lambda case=case: body(case))[0] for case in range(len(row.cases))]
    return {node.op for outputs in traces for node in walk(outputs)}


@pytest.fixture(scope="module")
def used():
    return set().union(*[_primitives(row) for row in ROWS])


@pytest.mark.parametrize("op", sorted(set(PRIMITIVES) - COVERED_ELSEWHERE))
def test_every_primitive_is_in_a_row(used, op):
    if op.endswith("_grad"):
        forward = op.removesuffix("_grad").removesuffix("_input").removesuffix("_filter")
        assert any(row.grad and forward in _primitives(row) for row in ROWS)
    else:
        assert op in used
