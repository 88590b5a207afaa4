"""Parts of the library that lie in files of their own.

`pybrowserml build` moves rows of tables into such files, so that a page fetches what its engine needs only. A row that
is missing comes back when its file has been loaded. In Python everything is there.
"""


def here(table, part):
    """Generator: the row `part` of a table is there, its file being loaded if need be. Raises EngineError where that
    cannot be.
    """
    if part not in table:
        yield load_part(part)
    return None


def load_part(part):
    """To be yielded: load the file of a part."""
    raise NotImplementedError("a part of the library is missing: " + part)
