"""docs/ops.md says what is true, and nothing is missing without a reason."""

import pytest

from pybrowserml.tools import absences, ops_docs


@pytest.fixture(scope="module")
def names():
    return [*ops_docs.keras_names(), *ops_docs.tensorflow_names()]


def test_the_document_is_up_to_date():
    assert ops_docs.TARGET.read_text(encoding="utf-8") == ops_docs.document(), "run `make docs`"


def test_every_absence_has_a_reason(names):
    missing = [name for name in names if ops_docs.ours_of(name) is None]
    assert [name for name in missing if not absences.ABSENT.get(name)] == []


def test_no_reason_is_stale(names):
    assert [name for name in absences.ABSENT if name not in names] == []
    assert [name for name in absences.ABSENT if ops_docs.ours_of(name) is not None] == []


def test_other_names_exist(names):
    assert [name for name in absences.RENAMED if name not in names] == []


def test_arguments_are_those_of_keras():
    assert sorted(ops_docs.different_signatures()) == sorted(absences.DIFFERENT)


def test_every_op_says_what_it_does():
    assert [name for name, function in ops_docs.functions().items() if not function.doc] == []


def test_every_op_of_tensors_is_judged():
    """An op without a row of its own has no tolerance to show."""
    without = {name for name, facts in ops_docs.facts_of_ops().items() if facts.primitives and not facts.rows}
    assert {name for name in without if not name.startswith("random.")} == set()
