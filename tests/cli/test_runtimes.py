"""Which runtime a bundle gets: the small one where the plans need no kernel of training."""

import re

import pytest
from small_models import make_dense

import pybrowserml as pb
from pybrowserml.models.freeze import freeze
from pybrowserml.tools import build as build_module
from pybrowserml.tools.bundle import BUILD, KERNELS_LEFT_OUT


def rows(text, first):
    """The names in the kernel tables of a plain bundle, one set a table."""
    tables = re.findall(r"var KERNELS\d* = [^{]*\{([^}]*)\}", text)
    assert len(tables) == 2, "one table an engine"
    found = [set(re.findall(r'"?(\w+)"?: [\w\[]', table)) for table in tables]
    assert all(first in names for names in found)
    return found


def test_only_the_rows_of_training_are_left_out():
    full = rows((BUILD / "dist" / "runtime.mjs").read_text(), "conv2d")
    small = rows((BUILD / "dist" / "runtime.predict.mjs").read_text(), "conv2d")
    assert full[0] == full[1]
    assert [names - kept for names, kept in zip(full, small, strict=True)] == [set(KERNELS_LEFT_OUT)] * 2


def test_the_kernels_themselves_are_left_out():
    text = (BUILD / "dist" / "runtime.predict.mjs").read_text()
    assert "Conv2dLaunch" in text
    for name in (
        "prepare_conv2d_filter_grad",
        "WinogradFilterLaunch",
        "conv2d_input_grad2",
        "ScatterAddLaunch",
    ):
        assert name not in text
    sizes = [(BUILD / "dist" / f"{name}.min.mjs").stat().st_size for name in ("runtime", "runtime.predict")]
    assert sizes[1] < 0.95 * sizes[0]


class Steepness(pb.layers.Layer):
    """A layer whose prediction contains a gradient: that of the largest of each window."""

    def call(self, x):
        pooled = pb.grad(lambda z: pb.ops.sum(pb.ops.max_pool(z, 2)))
        return pooled(x)


@pytest.mark.parametrize(
    ("make", "trainable", "runtime"),
    [
        (make_dense, False, "runtime.predict"),
        (lambda: pb.Sequential([pb.Input((4, 4, 1)), Steepness()]), False, "runtime"),
    ],
    ids=["prediction", "prediction with a gradient"],
)
def test_the_smallest_that_has_all_kernels(make, trainable, runtime):
    assert build_module._runtime_for(freeze(make(), trainable)["plans"]) == runtime


def test_a_trainable_net_of_convolutions_gets_all_kernels():
    model = pb.Sequential(
        [
            pb.Input((6, 6, 1)),
            pb.layers.Conv2D(2, 3, activation="relu"),
            pb.layers.MaxPooling2D(),
            pb.layers.Flatten(),
            pb.layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse")
    assert build_module._runtime_for(freeze(model, True)["plans"]) == "runtime"
    assert build_module._runtime_for(freeze(model, False)["plans"]) == "runtime.predict"
