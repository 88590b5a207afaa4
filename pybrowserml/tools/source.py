"""The model that a command is asked for: a saved folder, a Keras file, or a Python file that makes one."""

import importlib.util
import sys
import traceback
from pathlib import Path

from .failures import Failure

MODULE = "pybrowserml_source"


def load_source(source: Path, debug: bool = False):
    """The model of SOURCE.

    source: a folder that `model.save` wrote, a `.keras` file, or a `.py` file that defines `model`.
    debug: let exceptions of the user's file pass with their traceback. Raises Failure in one sentence.
    """
    if source.suffix == ".py" and source.is_file():
        return _from_python(source, debug)
    if source.is_dir():
        if not (source / "model.json").is_file():
            raise Failure(
                f"{source} holds no model.json; give a saved model folder, a .keras file or a .py file"
            )
        return _saved(source)
    if source.suffix == ".keras" and source.is_file():
        return _saved(source)
    if not source.exists():
        raise Failure(f"{source} does not exist; give a saved model folder, a .keras file or a .py file")
    raise Failure(f"{source} is no model; give a saved model folder, a .keras file or a .py file")


def _saved(source: Path):
    from pybrowserml import load_model

    return load_model(str(source))


def _from_python(source: Path, debug: bool):
    spec = importlib.util.spec_from_file_location(MODULE, source)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # As `python FILE` would: imports beside the file work, and the file may look itself up.
    sys.path.insert(0, str(source.resolve().parent))
    sys.modules[MODULE] = module
    arguments = sys.argv
    sys.argv = [str(source)]
    try:
        spec.loader.exec_module(module)
    except Exception as problem:
        if debug:
            raise
        raise Failure(_told(source, problem)) from None
    except SystemExit as end:
        raise Failure(f"{source} ended itself with exit({end.code!r}) before a `model` was made") from None
    finally:
        sys.argv = arguments
    return _model_of(source, module)


def _model_of(source: Path, module):
    from pybrowserml import Model

    model = getattr(module, "model", None)
    if isinstance(model, Model):
        return model
    others = sorted(name for name, value in vars(module).items() if isinstance(value, Model))
    if others:
        found = f"it has {', '.join(others)}: say `model = {others[0]}`"
    elif model is not None:
        found = f"its `model` is of type {type(model).__name__}"
    else:
        found = "write `model = pb.Sequential([...])` outside of any function or `if __name__` block"
    raise Failure(f"{source} must define `model`, a pybrowserml model, at module level; {found}")


def _told(source: Path, problem: Exception) -> str:
    """File, line and text of an exception that the user's file raised."""
    if isinstance(problem, SyntaxError):
        return f"{problem.filename or source}:{problem.lineno or 1}: {problem.msg}"
    line = None
    for frame in traceback.extract_tb(problem.__traceback__):
        if Path(frame.filename) == source or Path(frame.filename) == source.resolve():
            line = frame.lineno
    text = " ".join(str(problem).split()) or "no message"
    return f"{source}{'' if line is None else f':{line}'}: {type(problem).__name__}: {text}"
