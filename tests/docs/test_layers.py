"""docs/layers.md says what is true, and nothing is missing without a reason."""

import pytest

from pybrowserml.tools import layers_absences, layers_docs


@pytest.fixture(scope="module")
def names():
    return [*layers_docs.keras_names(), *layers_docs.tensorflow_names()]


def test_the_document_is_up_to_date():
    assert layers_docs.TARGET.read_text(encoding="utf-8") == layers_docs.document(), "run `make docs`"


def test_every_absence_has_a_reason(names):
    missing = [name for name in names if layers_docs.ours_of(name) is None]
    assert [name for name in missing if not layers_absences.ABSENT.get(name)] == []
    members = [name for name in layers_docs.keras_members() if not layers_docs.has_member(name)]
    assert [name for name in members if not layers_docs.reason_of_member(name)] == []


def test_no_reason_is_stale(names):
    assert [name for name in layers_absences.ABSENT if name not in names] == []
    assert [name for name in layers_absences.ABSENT if layers_docs.ours_of(name) is not None] == []
    reasons = {
        layers_docs.reason_of_member(name)
        for name in layers_docs.keras_members()
        if not layers_docs.has_member(name)
    }
    assert set(layers_absences.ABSENT_MEMBERS.values()) == reasons


def test_other_names_exist(names):
    assert [name for name in layers_absences.RENAMED if name not in names] == []
    for ours in layers_absences.RENAMED.values():
        _, space, last = ours.split(".")
        assert last in {layers_docs.javascript_name(name) for name in layers_docs.namespace(space)}


@pytest.mark.parametrize("space", ["layers", *(space for space, _, _ in layers_docs.TABLES)])
def test_everything_says_what_it_is(space):
    assert [name for name, item in layers_docs.classes(space).items() if not item.doc] == []


def test_arguments_are_those_of_keras():
    assert layers_docs.different_arguments() == []
