"""Nets whose channels come first cost a transpose where data come in, and none between their layers."""

import json

import numpy as np
import pytest
from compiler.validate import validate
from engines import ENGINES, Job

import pybrowserml as pb
from pybrowserml import layers, ops
from pybrowserml.compiler import simplify
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients

RNG = np.random.default_rng(4)
IMAGES = RNG.normal(size=(2, 3, 6, 5)).astype(np.float32)
FILTERS = RNG.normal(0, 0.2, (3, 3, 3, 4)).astype(np.float32)
MORE = RNG.normal(size=(1, 1, 4, 4)).astype(np.float32)
ROW = RNG.normal(size=(4, 1, 1)).astype(np.float32)
FIRST = "channels_first"


def conv(x, w):
    return ops.conv(x, w, 1, "same", FIRST)


# Functions of images [n, 3, h, w], filters and a vector [4, 1, 1], and how many transposes are left.
CASES = {
    "activation": (lambda x, w, v, row: conv(ops.relu(conv(x, w)), v), 2),
    "vector": (lambda x, w, v, row: conv(ops.add(ops.multiply(conv(x, w), row), 2.0), v), 2),
    "branches": (
        lambda x, w, v, row: conv(ops.add(conv(x, w), ops.tanh(conv(ops.negative(x), w))), v),
        3,
    ),
    "choice": (lambda x, w, v, row: conv(ops.where(conv(x, w) > row, conv(x, w), 0.5), v), 2),
    "mean": (lambda x, w, v, row: ops.mean(ops.square(conv(x, w)), [2, 3]), 1),
    "mean that keeps axes": (lambda x, w, v, row: ops.mean(conv(x, w), [0, 2, 3], True), 1),
    "concatenation": (
        lambda x, w, v, row: ops.max_pool(
            ops.concatenate([conv(x, w), ops.relu(conv(x, w))], 1), 2, 2, "valid", FIRST
        ),
        2,
    ),
    "pads and a part": (
        lambda x, w, v, row: conv(
            ops.pad(conv(x, w), [[0, 0], [0, 0], [2, 1], [0, 4]], "constant", 7.0)[:, :, 1:-1], v
        ),
        2,
    ),
    "pooling": (
        lambda x, w, v, row: ops.average_pool(
            ops.tanh(ops.max_pool(conv(x, w), 2, 1, "valid", FIRST)), 2, 1, "same", FIRST
        ),
        2,
    ),
    "sequences": (
        lambda x, w, v, row: ops.relu(
            ops.conv(ops.relu(ops.conv(x[:, :, 0], w[0], 1, "same", FIRST)), v[0], 1, "same", FIRST)
        ),
        2,
    ),
}
# What would need another transpose, or means another thing.
OTHERS = {
    "an image beside": lambda x, w, v, row: ops.add(conv(x, w), ops.tanh(x[:, :1])),
    "the last axis": lambda x, w, v, row: ops.sum(conv(x, w), -1),
    "another order": lambda x, w, v, row: ops.add(conv(x, w), ops.transpose(conv(x, w), [0, 1, 2, 3])),
    "rows that broadcast": lambda x, w, v, row: ops.multiply(conv(x, w), ops.reshape(row, [4, 1, 1])),
    "no kernel": lambda x, w, v, row: ops.exp(ops.transpose(x)),
    "repeated": lambda x, w, v, row: ops.transpose(ops.broadcast_to(row, [2, 4, 3, 5]), [3, 0, 2, 1]),
}
GIVEN = [IMAGES, FILTERS, MORE, ROW]


def plan_of(function, slopes=False):
    def body(x):
        made = function(*x)
        if not slopes:
            return [["y", made]]
        loss = ops.sum(ops.multiply(made, ops.sin(made)))
        found = gradients([loss], x[:2], [ops.ones(())])
        return [["y", made], *([f"d{i}", each] for i, each in enumerate(found) if each is not None)]

    plan = trace_runner(body, [[f"x{i}", list(x.shape), "float32"] for i, x in enumerate(GIVEN)]).plan
    validate(plan)
    return json.loads(json.dumps(plan))


def count(plan):
    return sum(step["kernel"] == "transpose" for step in plan["steps"])


def without_sinking(monkeypatch):
    for name in [
        name for name in vars(simplify) if name.startswith("sink_") or name == "turn_before_broadcast"
    ]:
        monkeypatch.setattr(simplify, name, lambda *given: None)


@pytest.mark.parametrize("name", CASES)
def test_what_is_left(name, monkeypatch):
    function, left = CASES[name]
    assert count(plan_of(function)) == left
    without_sinking(monkeypatch)
    assert count(plan_of(function)) > left


@pytest.mark.parametrize("engine", ENGINES)
def test_the_numbers_stay(engines, monkeypatch, engine):
    functions = [*(case[0] for case in CASES.values()), *OTHERS.values()]
    plans = [plan_of(each, True) for each in functions]
    without_sinking(monkeypatch)
    wanted = [plan_of(each, True) for each in functions]
    found = engines.run(engine, [Job(plan, GIVEN) for plan in plans])
    expected = engines.run("numpy", [Job(plan, GIVEN) for plan in wanted])
    for name, one, other in zip([*CASES, *OTHERS], found, expected, strict=True):
        for a, b in zip(one.outputs, other.outputs, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-4, err_msg=name)


def net(data_format):
    """A net with a shortcut, branches, pooling and normalization; its weights do not depend on the format."""
    pb.random.set_seed(1)
    given, axis = ([3, 8, 6], 1) if data_format == FIRST else ([8, 6, 3], -1)
    image = pb.Input(given)
    x = layers.Conv2D(4, 3, padding="same", data_format=data_format, activation="relu")(image)
    y = layers.BatchNormalization(axis=axis)(layers.Conv2D(4, 3, padding="same", data_format=data_format)(x))
    x = layers.MaxPooling2D(data_format=data_format)(layers.ReLU()(layers.add([x, y])))
    pooled = layers.AveragePooling2D(2, 1, padding="same", data_format=data_format)(x)
    x = layers.concatenate([layers.Conv2D(4, 1, data_format=data_format)(x), pooled], axis=axis)
    x = layers.ZeroPadding2D(1, data_format=data_format)(layers.LeakyReLU()(x))
    x = layers.DepthwiseConv2D(3, data_format=data_format)(x)
    x = layers.GlobalAveragePooling2D(data_format=data_format)(x)
    model = pb.Model(image, layers.Dense(3, activation="softmax")(x))
    model.compile(pb.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model


def test_a_net_predicts_and_trains_alike_in_both_formats():
    x = RNG.normal(size=(4, 8, 6, 3)).astype(np.float32)
    y = np.array([0, 1, 2, 1], np.int32)
    losses, texts = [], []
    for data_format in ["channels_last", FIRST]:
        model = net(data_format)
        images = np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if data_format == FIRST else x
        losses.append([float(model.train_on_batch(images, y)) for _ in range(3)])
        texts.append(model.explain())
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)
    steps = [int(text.split(" ", 1)[0]) for text in texts]
    assert steps[1] == steps[0] + 1 and texts[1].count("  transpose (") == 1
