"""The import-layer check finds what points the wrong way, and nothing else."""

from pathlib import Path

import pytest

from pybrowserml.tools.layers_check import breaches

ROOT = Path(__file__).resolve().parents[2]

GOOD = {
    "__init__.py": "from .layers import Dense\nfrom .models.training import fit\n",
    "platform/__init__.py": "",
    "platform/errors.py": "",
    "platform/js/errors.py": "",
    "core/__init__.py": "from .graph import Node\n",
    "core/graph.py": "from ..platform.errors import error\nfrom .shapes import broadcast\n",
    "core/shapes.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .graph import Node\n",
    "backends/cpu/gemm.py": "from ...core import graph\nfrom .memory import take\n",
    "backends/cpu/memory.py": "",
    "backends/webgl/__init__.py": "",
    "backends/webgl/gemm.py": "from ...core.graph import Node\n",
    "compiler/plan.py": "from ..backends.cpu import gemm\n",
    "ops/nn.py": "from ..compiler.plan import Plan\n",
    "layers/__init__.py": "from .dense import Dense\n",
    "layers/dense.py": "from .. import initializers\nfrom ..ops import nn\n",
    "initializers.py": "from .core.graph import Node\n",
    "models/training.py": "from ..layers import Dense\n",
    "tools/cli.py": "from ..models import training\nimport package.core.graph\n",
}


def package(folder, **changes):
    root = folder / "package"
    for name, text in {**GOOD, **changes}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_good_package_has_no_breach(tmp_path):
    assert breaches(package(tmp_path)) == []


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("core/graph.py", "\nfrom ..ops import nn\n", "core.graph imports ops.nn: imports point down only"),
        ("core/graph.py", "\nfrom ..ops.nn import x\n", "imports point down only"),
        ("core/graph.py", "\ndef f():\n    from ..layers.dense import Dense\n", "imports point down only"),
        ("backends/cpu/gemm.py", "\nfrom ...compiler.plan import Plan\n", "imports point down only"),
        ("backends/cpu/gemm.py", "\nfrom ..webgl.gemm import x\n", "an engine does not know another one"),
        ("backends/cpu/gemm.py", "\nfrom .. import webgl\n", "an engine does not know another one"),
        ("layers/dense.py", "\nimport package.tools.cli\n", "imports point down only"),
        ("initializers.py", "\nfrom .models.training import fit\n", "imports point down only"),
        ("platform/errors.py", "\nfrom .js.errors import x\n", "does not import the JavaScript half"),
        ("layers/dense.py", "\nfrom .. import Dense\n", "imports the package: imports point down only"),
    ],
)
def test_breach(tmp_path, file, text, message):
    found = [one for one in breaches(package(tmp_path, **{file: text})) if "circle" not in one.message]
    assert len(found) == 1, found
    assert message in str(found[0])
    line = 3 if "def f" in text else 2
    assert str(found[0]).startswith(f"package/{file}:{line} ")


def test_circle(tmp_path):
    found = breaches(package(tmp_path, **{"core/shapes.py": "\n\nfrom .graph import Node\n"}))
    assert [str(one) for one in found] == [
        "package/core/graph.py:2 imports go in a circle: core.graph -> core.shapes -> core.graph"
    ]


def test_the_library_keeps_its_layers():
    assert [str(breach) for breach in breaches(ROOT / "pybrowserml")] == []
