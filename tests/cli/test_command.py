"""The command's surface: version, help, and errors in one plain sentence with exit status 2."""

import subprocess
import sys

import pytest

from pybrowserml.tools.cli import app


def run(capsys, *arguments):
    """(exit status, stdout, stderr) of `pybrowserml ARGUMENTS`."""
    with pytest.raises(SystemExit) as end:
        app([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return end.value.code or 0, captured.out, captured.err


def refused(capsys, *arguments):
    """The one sentence of a refusal."""
    status, _, told = run(capsys, *arguments)
    assert status == 2
    assert told.startswith("error: ")
    assert told.count("\n") == 1, f"one line, got: {told}"
    assert "Traceback" not in told
    return told.removeprefix("error: ").strip()


def test_version(capsys):
    assert run(capsys, "--version")[:2] == (0, "pybrowserml 0.1.0\n")
    module = [sys.executable, "-m", "pybrowserml", "--version"]
    assert subprocess.run(module, capture_output=True, text=True, check=True).stdout == "pybrowserml 0.1.0\n"


def test_help_names_the_commands(capsys):
    status, told, _ = run(capsys)
    assert status == 0
    for word in ("build", "serve", "explain", "--version"):
        assert word in told


def test_unknown_command(capsys):
    assert "No such command 'bild'" in refused(capsys, "bild")


def test_missing_option(capsys):
    assert refused(capsys, "build", "x.py").startswith("Missing option '-o'")


def test_bad_option_value(capsys, tmp_path):
    assert "--port" in refused(capsys, "serve", tmp_path, "--port", "many")


def test_source_does_not_exist(capsys, tmp_path):
    source = tmp_path / "nothing.py"
    told = refused(capsys, "build", source, "-o", tmp_path / "out")
    assert told == f"{source} does not exist; give a saved model folder, a .keras file or a .py file"
    assert not (tmp_path / "out").exists()


def test_source_of_another_kind(capsys, tmp_path):
    source = tmp_path / "notes.txt"
    source.write_text("hello")
    assert refused(capsys, "build", source, "-o", tmp_path / "out").startswith(f"{source} is no model")


def test_folder_without_a_model(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    told = refused(capsys, "build", tmp_path / "empty", "-o", tmp_path / "out")
    assert told.startswith(f"{tmp_path / 'empty'} holds no model.json")


@pytest.mark.parametrize("pixels", ["1", "a..b", "0-1", "..", "1..inf..2"])
def test_bad_pixel_range(capsys, tmp_path, pixels):
    told = refused(capsys, "build", "x.py", "-o", tmp_path / "out", f"--pixels={pixels}")
    assert told == f"--pixels takes a range such as 0..255, 0..1 or -1..1, got {pixels}"


@pytest.mark.parametrize(
    "text, told",
    [
        ("import pybrowserml as pb\n\nx = 1 +\n", ":3: invalid syntax"),
        ("\n\nraise ValueError('the data\\nis gone')\n", ":3: ValueError: the data is gone"),
        ("def f():\n    return {}['key']\n\nf()\n", ":2: KeyError: 'key'"),
        ("import sys\nsys.exit(3)\n", " ended itself with exit(3) before a `model` was made"),
        ("net = 1\n", " must define `model`, a pybrowserml model, at module level"),
        ("model = [1]\n", "its `model` is of type list"),
        (
            "import pybrowserml as pb\nnet = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1)])\n",
            "it has net: say `model = net`",
        ),
    ],
)
def test_python_file_that_gives_no_model(capsys, tmp_path, text, told):
    source = tmp_path / "net.py"
    source.write_text(text)
    said = refused(capsys, "build", source, "-o", tmp_path / "out")
    assert said.startswith(str(source))
    assert told in said
    assert list(tmp_path.iterdir()) == [source], "nothing half-written is left behind"


def test_debug_shows_the_traceback(tmp_path):
    source = tmp_path / "net.py"
    source.write_text("raise ValueError('deep inside')\n")
    command = [
        sys.executable,
        "-m",
        "pybrowserml.tools.cli",
        "build",
        source,
        "-o",
        tmp_path / "out",
        "--debug",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "Traceback" in ended.stderr
    assert "deep inside" in ended.stderr
    assert "net.py" in ended.stderr
