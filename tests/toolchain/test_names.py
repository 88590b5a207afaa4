"""A page sees the names that Python users see, in camelCase, and no others."""

import json
from types import ModuleType

import pytest

import pybrowserml as pb
from pybrowserml.tools.bundle import BUILD, LIBRARY, ROOT
from pybrowserml.tools.facade import BASES, dressed_names
from pybrowserml.tools.signatures import interface, javascript_name

ERRORS = {name for name in pb.__all__ if name.endswith("Error")}
# Python name -> why a page has none.
PYTHON_ONLY = {
    "register_class": "saving.registerKerasSerializable does it",
    "KerasTensor": "Keras's name of Tensor",
    "Initializer": "initializers.Initializer",
    "Loss": "losses.Loss",
    "Metric": "metrics.Metric",
    "Optimizer": "optimizers.Optimizer",
    "Regularizer": "regularizers.Regularizer",
    "version": "the npm package has one",
    "tree": "JavaScript walks arrays and objects in its own ways",
    "preprocessing": "Keras's older place of what utils has",
}
# Namespace -> names that a page lacks there: files of images are Files in a page, and pb.jvp is Keras's ops.jvp.
PYTHON_ONLY_INSIDE = {"ops": {"jvp"}, "utils": {"array_to_img", "img_to_array", "load_img", "save_img"}}
# JavaScript name -> why Python has none.
PAGE_ONLY = {
    "openFrozen": "opens what `pybrowserml build` made, which Python does from the model itself",
}


@pytest.fixture(scope="module")
def names(node, tmp_path_factory):
    """The names of the library in JavaScript: {"": top names, "losses": ...}."""
    script = f"""
    import * as pb from '{BUILD}/dist/pybrowserml.mjs';
    const names = {{"": Object.keys(pb)}};
    for (const [name, value] of Object.entries(pb)) {{
      if (typeof value === 'object') names[name] = Object.keys(value);
    }}
    console.log(JSON.stringify(names));
    """
    return json.loads(node(script, tmp_path_factory.mktemp("names")))


def in_javascript(name):
    return name if name in ERRORS else javascript_name(name)


def test_top_names(names):
    expected = {in_javascript(name) for name in pb.__all__ if name not in PYTHON_ONLY}
    expected |= set(PAGE_ONLY) | set(BASES)
    assert set(names[""]) == expected


@pytest.mark.parametrize(
    "name",
    [name for name in pb.__all__ if isinstance(getattr(pb, name), ModuleType) and name not in PYTHON_ONLY],
)
def test_names_of_namespaces(names, name):
    module = getattr(pb, name)
    # Python shows a package's own modules too, under names that are no part of the interface.
    expected = getattr(module, "__all__", None) or [
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and not isinstance(value, (ModuleType, bool))
    ]
    expected = {key for key in expected if key not in PYTHON_ONLY_INSIDE.get(name, set())}
    inner = {"ops": {"image"}, "utils": {"boundingBoxes"}}.get(name, set())
    assert set(names[in_javascript(name)]) == {javascript_name(key) for key in expected} | inner


def test_every_name_of_all_exists():
    for name in pb.__all__:
        module = getattr(pb, name)
        for key in getattr(module, "__all__", []) if isinstance(module, ModuleType) else []:
            assert hasattr(module, key), f"{name}.{key}"


def test_functions_and_classes_of_one_name(node, tmp_path):
    """losses.huber: of data a number, of options a loss."""
    script = f"""
    import * as pb from '{BUILD}/dist/pybrowserml.mjs';
    await pb.setBackend('cpu');
    const {{ data }} = await pb.losses.huber([[0, 4]], [[0, 0]], {{delta: 2}}).data();
    const made = pb.losses.huber({{delta: 2}});
    console.log(JSON.stringify([Array.from(data), made.delta, pb.losses.huber().delta, pb.tensor([1, 2]).shape]));
    """
    assert json.loads(node(script, tmp_path)) == [[3], 2, 1, [2]]


def test_errors_are_classes(node, tmp_path):
    script = f"""
    import * as pb from '{BUILD}/dist/pybrowserml.mjs';
    try {{
      pb.ops.matmul([[1, 2]], [[1, 2]]);
    }} catch (e) {{
      const kinds = [Error, pb.PybrowsermlError, pb.ShapeError, pb.DtypeError];
      console.log(JSON.stringify([e.name, ...kinds.map((kind) => e instanceof kind)]));
    }}
    """
    assert json.loads(node(script, tmp_path)) == ["ShapeError", True, True, True, False]


def test_no_two_things_meet_in_one_name():
    assert dressed_names(interface(ROOT, LIBRARY))["tensor"] == "tensor"
