"""The NumPy engine, and the files that the programs read."""

import gzip

import pytest

import pybrowserml as pb

TABLE = "a,b,size\n" + "".join(f"{i},{i / 2},{i % 3}\n" for i in range(5))


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """A folder with a table and texts; one of them is not UTF-8."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "table.csv").write_text(TABLE)
    (folder / "table.csv.gz").write_bytes(gzip.compress(TABLE.encode()))
    (folder / "lines.txt").write_bytes("\ufeffeins\r\nzw\u00f6lf\n\nlast".encode())
    (folder / "latin.txt").write_bytes(b"caf\xe9\n")
    for kind in ["bad", "good"]:
        (folder / "texts" / kind).mkdir(parents=True)
        for i in range(3):
            (folder / "texts" / kind / f"{i}.txt").write_text(f"{kind}\n{i}")
    return folder


@pytest.fixture(autouse=True)
def fresh():
    pb.set_backend("numpy")
    pb.random.set_seed(7)
