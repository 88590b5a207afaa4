"""docs/python.md says what is true."""

from pybrowserml.tools import python_docs


def test_the_document_is_up_to_date():
    assert python_docs.TARGET.read_text(encoding="utf-8") == python_docs.document(), "run `make docs`"


def test_tables_are_not_empty():
    text = python_docs.document()
    for name in (
        "`removeprefix`",
        "`setdefault`",
        "`sorted`",
        "`KeyError`",
        "`fsum`",
        "`symmetric_difference`",
    ):
        assert name in text
