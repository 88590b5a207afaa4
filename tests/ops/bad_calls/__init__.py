"""Calls of ops that must fail, each with the kind and the text of its error. In the subset: CPython and JavaScript."""

from pybrowserml.backends.active import register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import realise
from pybrowserml.platform.errors import kind_of, message_of
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import to_json

from .elementwise import elementwise, reductions
from .functions import control_flow, transformations
from .indexing import indexing_and_order
from .mathematics import linear_algebra_transforms_images
from .movement import creation, movement
from .networks import networks, products


def rows():
    """[call, "Kind: text"] each."""
    found = []
    for part in [
        elementwise,
        reductions,
        movement,
        indexing_and_order,
        creation,
        products,
        networks,
        linear_algebra_transforms_images,
        control_flow,
        transformations,
    ]:
        found.extend(part())
    return found


def failure(action):
    """Generator → "Kind: text" of what an action raises, at once or when it is awaited."""
    try:
        yield action()
    except Exception as caught:
        kind = kind_of(caught)
        return ("no error of ours" if kind is None else kind) + ": " + message_of(caught)
    return "no error"


def answers():
    """Generator → JSON of all texts."""
    found = []
    for row in rows():
        text = yield from failure(row[0])
        found.append(text)
    return to_json(found)


def run_job(text):
    """A promise of the answers, on the CPU engine."""
    realise.install()
    register_engine("cpu", lambda: [True, ""], CpuBackend)
    set_backend("cpu")
    return drive(answers())
