"""Frozen models: the same numbers as the model they come from, in other hands; and files that lie."""

import copy
import json

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.backends.check import check_plan
from pybrowserml.compiler.function import COUNTERS
from pybrowserml.models.freeze import freeze
from pybrowserml.models.opening import open_frozen
from pybrowserml.models.safetensors import encode_tensors


def packed(frozen):
    """(manifest as a dict that JSON went through, weight file)"""
    tensors = frozen.pop("tensors")
    return json.loads(json.dumps(frozen)), encode_tensors(tensors)


def opened(manifest, weights, place="model.json"):
    data = np.frombuffer(json.dumps(manifest).encode(), np.uint8)
    return open_frozen(data, [["model.safetensors", weights]], place, "numpy")


def frozen_of(model, trainable=True):
    return opened(*packed(freeze(model, trainable)))


def test_predicts_the_same(net, flowers):
    x = flowers[0]
    frozen = frozen_of(net, False)
    before = COUNTERS.compiles
    np.testing.assert_array_equal(frozen.predict(x), net.predict(x, batch_size=500))
    np.testing.assert_allclose(frozen.predict(x, batch_size=7), net.predict(x), rtol=1e-5, atol=1e-7)
    assert frozen.predict(x[:0]).shape == (0, 3)
    assert COUNTERS.compiles == before


def test_one_sample_without_its_batch_axis(net, flowers):
    frozen = frozen_of(net, False)
    np.testing.assert_allclose(frozen.predict(flowers[0][5]), net.predict(flowers[0][5:6]), rtol=1e-6)
    with pytest.raises(pb.ShapeError, match=r"input 'x' must have shape \(batch, 4\), got \(3\)"):
        frozen.predict(np.zeros(3))


def test_trains_the_same(net, flowers):
    x, y = flowers
    net.fit(x, y, verbose=0)
    frozen = frozen_of(net)
    before = COUNTERS.compiles
    history = frozen.fit(x, y, epochs=3, batch_size=50, validation_split=0.2).history
    step = frozen.train_on_batch(x, y)
    scores = frozen.evaluate(x, y)
    assert COUNTERS.compiles == before
    assert history == net.fit(x, y, epochs=3, batch_size=50, validation_split=0.2, verbose=0).history
    assert step == net.train_on_batch(x, y, return_dict=True)
    assert scores == net.evaluate(x, y, verbose=0, return_dict=True)
    for one, other in zip(frozen.get_weights(), net.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_random_layers_train_the_same(flowers):
    x, y = flowers
    model = pb.Sequential(
        [
            pb.Input((4,)),
            pb.layers.Dense(8, activation="relu"),
            pb.layers.BatchNormalization(),
            pb.layers.Dropout(0.5),
            pb.layers.Dense(3),
        ]
    )
    model.compile(
        pb.optimizers.SGD(0.1, momentum=0.9),
        pb.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    frozen = frozen_of(model)
    assert frozen.fit(x, y, epochs=3).history == model.fit(x, y, epochs=3, verbose=0).history


def test_sample_weights_train_the_same(flowers):
    """Weights of rows, in fit, validation, evaluate and single steps, and those of classes."""
    x, y = flowers
    weights = np.linspace(0, 2, len(x))
    model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(3, activation="softmax")])
    model.compile(
        "sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"]
    )
    frozen = frozen_of(model)
    held = [x[:30], y[:30], weights[:30]]
    given = {"epochs": 2, "batch_size": 50, "sample_weight": weights, "validation_data": held}
    assert frozen.fit(x, y, **given).history == model.fit(x, y, **given, verbose=0).history
    given = {"epochs": 2, "class_weight": {0: 0.5, 2: 3.0}, "validation_split": 0.25}
    assert frozen.fit(x, y, **given).history == model.fit(x, y, **given, verbose=0).history
    given = {"sample_weight": weights[:, None]}
    assert frozen.evaluate(x, y, **given) == model.evaluate(x, y, **given, verbose=0, return_dict=True)
    assert frozen.train_on_batch(x, y, **given) == model.train_on_batch(x, y, **given, return_dict=True)
    weighted, plain = frozen.evaluate(x, y, sample_weight=weights), frozen.evaluate(x, y)
    assert plain["weighted_accuracy"] == plain["accuracy"] == weighted["accuracy"]
    assert weighted["weighted_accuracy"] != plain["accuracy"]
    with pytest.raises(pb.ArgumentError, match="without sample_weight"):
        frozen.fit(x, y, class_weight={0: 1.0}, sample_weight=weights)
    with pytest.raises(pb.ShapeError, match="sample_weight has 3"):
        frozen.fit(x, y, sample_weight=[1, 2, 3])
    with pytest.raises(pb.ShapeError, match=r"sample_weight of 'dense' must have shape \(batch\)"):
        frozen.fit(x, y, sample_weight=np.ones((120, 2)))
    with pytest.raises(pb.ArgumentError, match="sample_weight"):
        frozen.fit(x, y, validation_data=[x])


@pytest.mark.parametrize("shape", [(8, 1), (8, 5), (8, 5, 1)])
def test_weights_of_places(shape):
    """Where a row has several losses each may have a weight; the sizes of a batch that are open are found."""
    x = np.random.default_rng(1).normal(size=(8, 5, 2)).astype("f")
    y = np.sin(3 * x)
    model = pb.Sequential([pb.Input((None, 2)), pb.layers.Dense(2)])
    model.compile("sgd", "mse", weighted_metrics=["mae"])
    frozen = frozen_of(model)
    weights = np.linspace(0, 1, np.prod(shape)).reshape(shape)
    for given in (weights, None):
        assert frozen.train_on_batch(x, y, given) == model.train_on_batch(x, y, given, return_dict=True)
    with pytest.raises(pb.ShapeError, match="1 where all places of an axis have one weight"):
        frozen.train_on_batch(x, y, np.ones(8))


def test_weights_of_outputs():
    x = np.random.default_rng(1).normal(size=(6, 3)).astype("f")
    given = pb.Input((3,))
    model = pb.Model(given, {"p": pb.layers.Dense(2)(given), "q": pb.layers.Dense(1)(given)})
    model.compile("sgd", {"p": "mse", "q": "mae"})
    y = {"p": np.ones((6, 2)), "q": np.zeros((6, 1))}
    frozen = frozen_of(model)
    row = np.arange(6.0)
    for weights in (row, {"p": row, "q": row[::-1]}, [row, row * 0]):
        one = frozen.train_on_batch(x, y, weights)
        assert one == model.train_on_batch(x, y, weights, return_dict=True)
    assert one["q_loss"] == 0


class Doubled(pb.Model):
    """A step of one's own, which counts rows with a weight."""

    def __init__(self):
        super().__init__()
        self.dense = pb.layers.Dense(2)
        self.mean = pb.metrics.Mean(name="mean")

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y, weights = data if len(data) == 3 else (*data, 1.0)

        def squares():
            rows = pb.ops.mean(pb.ops.square(y - self(x, training=True)), axis=-1)
            return pb.ops.mean(rows * weights)

        found = pb.variable_grads(squares, self.trainable_variables)()
        self.optimizer.apply(found["grads"], self.trainable_variables)
        self.mean.update_state(found["value"])
        return {"mean": self.mean.result()}

    def test_step(self, data):
        return {"rows": pb.ops.mean(self(data[0])), "mean": 0.0}


def test_steps_of_ones_own_are_frozen():
    """With the targets, and the weights where there were any, that they were run with."""
    x = np.random.default_rng(1).normal(size=(6, 3)).astype("f")
    y = np.ones((6, 2), "f")
    model = Doubled()
    model.compile("sgd")
    model.build((None, 3))
    with pytest.raises(pb.NotBuiltError, match="train it on a batch before it is frozen"):
        freeze(model, True)
    model.train_on_batch(x, y)
    frozen = frozen_of(model)
    manifest, weights = packed(freeze(model, True))
    manifest["version"] = 1
    del manifest["training"]["weights"], manifest["training"]["test_logs"]
    manifest["plans"]["test"] = manifest["plans"]["train"]
    before = opened(manifest, weights)
    expected = model.train_on_batch(x, y, return_dict=True)
    assert before.train_on_batch(x, y) == frozen.train_on_batch(x, y) == expected
    with pytest.raises(pb.ArgumentError, match="takes no sample weights"):
        frozen.train_on_batch(x, y, np.ones(6))
    model.train_on_batch(x, y, np.ones(6))
    frozen = frozen_of(model)
    assert frozen.train_on_batch(x, y, np.arange(6)) == model.train_on_batch(
        x, y, np.arange(6), return_dict=True
    )
    assert frozen.evaluate(x, y) == model.evaluate(x, y, return_dict=True, verbose=0)


def test_two_are_independent(net, flowers):
    manifest, weights = packed(freeze(net, True))
    one, other = opened(manifest, weights), opened(manifest, weights)
    one.train_on_batch(*flowers)
    assert np.any(one.get_weights()[0] != other.get_weights()[0])
    np.testing.assert_array_equal(other.get_weights()[0], net.get_weights()[0])


def test_saves_itself(net, flowers):
    x, y = flowers
    frozen = frozen_of(net)
    frozen.fit(x, y, epochs=2)
    saved = frozen.to_bytes()
    back = open_frozen(saved["manifest"], [["kept", saved["weights"]]], "kept")
    np.testing.assert_array_equal(back.predict(x), frozen.predict(x))
    assert back.fit(x, y).history == frozen.fit(x, y).history


def test_zeros_of_an_optimizer_lie_in_no_file(net, flowers):
    """Those that a model has before its first step; a file written later holds what has become of them."""
    x, y = flowers
    manifest, weights = packed(freeze(net, True))
    slots = [entry for entry in manifest["state"] if entry["role"] == "optimizer" and entry["shape"]]
    assert slots
    assert all(entry["zeros"] for entry in slots)
    assert not any("zeros" in entry for entry in manifest["state"] if entry["role"] != "optimizer")
    frozen = opened(manifest, weights)
    assert frozen.train_on_batch(x, y) == net.train_on_batch(x, y, return_dict=True)
    saved = frozen.to_bytes()
    assert "zeros" not in bytes(saved["manifest"]).decode()
    assert len(saved["weights"]) > 1.5 * len(weights)
    back = open_frozen(saved["manifest"], [["kept", saved["weights"]]], "kept", "numpy")
    assert back.train_on_batch(x, y) == net.train_on_batch(x, y, return_dict=True)


def test_zeros_that_no_optimizer_needs(net):
    manifest, weights = packed(freeze(net, True))
    slot = next(entry for entry in manifest["state"] if "zeros" in entry)
    slot["shape"] = [1 << 20, 1 << 10]
    for plan in manifest["plans"].values():
        for entry in plan["state"]:
            if entry["name"] == slot["name"]:
                plan["values"][entry["value"]]["shape"] = slot["shape"]
    with pytest.raises(pb.FormatError, match="more zeros than its weights need"):
        opened(manifest, weights)


def test_weights(net):
    frozen = frozen_of(net)
    parts = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]
    assert frozen.weight_names() == ["sequential/" + part for part in parts]
    frozen.set_weights([w * 0 for w in net.get_weights()])
    np.testing.assert_allclose(frozen.predict(np.ones((1, 4))), 1 / 3, rtol=1e-6)


def test_several_inputs_and_outputs():
    a, b = pb.Input((3,), name="a"), pb.Input((2,), name="b")
    joined = pb.layers.Concatenate()([a, b])
    model = pb.Model([a, b], {"p": pb.layers.Dense(2)(joined), "q": pb.layers.Dense(1)(joined)})
    model.compile("sgd", {"p": "mse", "q": "mse"})
    x = {"a": np.ones((4, 3), "f"), "b": np.ones((4, 2), "f")}
    y = {"p": np.ones((4, 2)), "q": np.ones((4, 1))}
    frozen = frozen_of(model)
    for given in (x, [x["a"], x["b"]]):
        found = frozen.predict(given)
        np.testing.assert_array_equal(found["q"], model.predict(given)["q"])
    assert frozen.train_on_batch(x, y) == model.train_on_batch(x, y, return_dict=True)
    assert frozen.predict({"a": np.ones(3), "b": np.ones(2)})["p"].shape == (1, 2)


def test_callbacks_and_errors(net, flowers):
    x, y = flowers
    frozen = frozen_of(net)
    calls = []

    def stop(batch, logs):
        calls.append(sorted(logs))
        frozen.stop_training = True

    frozen.fit(x, y, epochs=3, callbacks={"on_batch_end": stop})
    assert calls == [["accuracy", "loss"]]
    with pytest.raises(pb.ArgumentError, match="the label 5 in row 119 is out of range"):
        frozen.fit(x, np.r_[y[:119], 5])
    with pytest.raises(pb.ArgumentError, match="built without its training step, so it cannot fit"):
        frozen_of(net, False).fit(x, y)
    frozen.dispose()
    with pytest.raises(pb.EngineError, match="disposed"):
        frozen.predict(x)


def test_infinities_survive_json():
    x = pb.Input((2,))
    model = pb.Model(x, pb.ops.where(pb.ops.greater(x, 0.0), x, -np.inf))
    data = np.array([[1.0, -1.0]], "f")
    frozen = freeze(model)
    assert "-Infinity" in json.dumps(frozen["plans"], allow_nan=False)
    np.testing.assert_array_equal(opened(*packed(frozen)).predict(data), [[1.0, -np.inf]])


def test_what_cannot_be_frozen(net, flowers):
    with pytest.raises(pb.NotBuiltError, match="not built"):
        freeze(pb.Sequential([pb.layers.Dense(2)]))
    with pytest.raises(pb.NotBuiltError, match="not compiled"):
        freeze(pb.Sequential([pb.Input((2,)), pb.layers.Dense(2)]), True)


def test_a_loss_of_ones_own_is_frozen(flowers):
    """Its targets look like those of the last training, else like the output."""
    x = np.linspace(-1, 1, 24, dtype=np.float32).reshape(8, 3)
    model = pb.Sequential([pb.Input((3,)), pb.layers.Dense(4)])

    def farthest(y_true, y_pred):
        return pb.ops.max(pb.ops.square(pb.ops.cast(y_true, "float32") - y_pred), axis=-1)

    for y in (np.ones((8, 4), dtype=np.float32), np.arange(8, dtype=np.int32).reshape(8, 1)):
        model.compile("sgd", farthest)
        if y.shape[1] == 1:
            model.train_on_batch(x, y)
        copy = opened(*packed(freeze(model, True)))
        assert copy.train_on_batch(x, y)["loss"] == pytest.approx(model.train_on_batch(x, y), rel=1e-6)


# Files that lie


@pytest.fixture(scope="module")
def good():
    pb.set_backend("numpy")
    x = pb.Input((6, 6, 2), name="x")
    h = pb.layers.Conv2D(3, 3, padding="same", activation="relu", name="c")(x)
    h = pb.layers.MaxPooling2D(name="p")(h)
    h = pb.layers.Flatten(name="f")(h)
    model = pb.Model(x, pb.layers.Dense(3, activation="softmax", name="d")(h))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return packed(freeze(model, True))


def use(manifest, weights):
    model = opened(manifest, weights)
    model.predict(np.ones((2, 6, 6, 2)))
    if model.trainable:
        model.train_on_batch(np.ones((2, 6, 6, 2)), [0, 1])


def steps(manifest, kernel, plan="predict"):
    return [step for step in manifest["plans"][plan]["steps"] if step["kernel"] == kernel]


def first(manifest, kernel, plan="predict"):
    return steps(manifest, kernel, plan)[0]


def predict(manifest):
    return manifest["plans"]["predict"]


def swap(entries, key):
    entries[0][key], entries[-1][key] = entries[-1][key], entries[0][key]


LIES = {
    "format": (lambda m: m.update(format="x"), "its format is not"),
    "version": (lambda m: m.update(version=9), "its version is not"),
    "no plan": (lambda m: m["plans"].pop("predict"), "no plan 'predict'"),
    "other plan": (lambda m: m["plans"].update(evil={}), "unknown kind 'evil'"),
    "steps": (lambda m: predict(m).update(steps=3), "plans.predict.steps: must be a list"),
    "values": (lambda m: predict(m).pop("values"), "has no 'values'"),
    "kernel": (lambda m: first(m, "conv2d").update(kernel="eval"), "steps[0].kernel: is unknown: eval"),
    "prototype": (lambda m: first(m, "conv2d").update(kernel="constructor"), "is unknown: constructor"),
    "kernel is a list": (lambda m: first(m, "conv2d").update(kernel=["conv2d"]), "is unknown: not a text"),
    "value id": (
        lambda m: first(m, "conv2d")["inputs"].__setitem__(0, 9999),
        "inputs: names a value that is not there",
    ),
    "negative id": (lambda m: first(m, "conv2d")["inputs"].__setitem__(0, -1), "inputs: names a value"),
    "fraction id": (lambda m: first(m, "conv2d")["inputs"].__setitem__(0, 0.5), "inputs: names a value"),
    "read too early": (lambda m: predict(m)["steps"].reverse(), "that is not there at this step"),
    "made twice": (lambda m: predict(m)["steps"].append(predict(m)["steps"][0]), "which is made already"),
    "input count": (lambda m: first(m, "conv2d").update(inputs=[0]), "cannot take 1 inputs"),
    "params": (lambda m: first(m, "conv2d")["params"].pop("strides"), "params: has no 'strides'"),
    "zero stride": (lambda m: first(m, "conv2d")["params"].update(strides=[0, 1]), "strides"),
    "giant pad": (lambda m: first(m, "conv2d")["params"].update(pads=[[2**30, 0], [0, 0]]), "conv2d"),
    "text stride": (lambda m: first(m, "conv2d")["params"].update(strides="12"), "strides"),
    "groups": (lambda m: first(m, "conv2d")["params"].update(groups=2), "groups"),
    "window": (lambda m: first(m, "max_pool2d")["params"].update(pool_size=[3, 3]), "max_pool2d"),
    "transposed": (lambda m: first(m, "matmul")["params"].update(transpose_a=True), "inner sizes"),
    "shape": (
        lambda m: predict(m)["values"][0].update(shape=[2, 2]),
        "makes the shape (2, 6, 6, 3), but its output has (2, 2)",
    ),
    "giant shape": (lambda m: predict(m)["values"][-1].update(shape=[2**40]), "whole numbers from 0"),
    "symbolic giant": (
        lambda m: predict(m)["values"][first(m, "conv2d")["outputs"][0]].update(
            shape=[{"dim": ["*", "batch", 2**29]}]
        ),
        "impossible size",
    ),
    "unknown size": (
        lambda m: predict(m)["values"][-1].update(shape=[{"dim": "evil"}]),
        "unknown size 'evil'",
    ),
    "dim op": (lambda m: predict(m)["values"][-1].update(shape=[{"dim": ["**", 2, 3]}]), "no expression"),
    "dim by zero": (lambda m: predict(m)["values"][-1].update(shape=[{"dim": ["//", 2, 0]}]), "divides"),
    "dtype": (lambda m: predict(m)["values"][-1].update(dtype="complex"), "unknown dtype"),
    "rank": (lambda m: predict(m)["values"][-1].update(shape=[1] * 99), "rank 99"),
    "instruction": (
        lambda m: first(m, "conv2d")["params"]["epilogue"]["instrs"][0].__setitem__(0, "alert"),
        "no instruction",
    ),
    "operand": (
        lambda m: first(m, "conv2d")["params"]["epilogue"]["instrs"][0].__setitem__(2, [0, 50]),
        "names an operand that is not there",
    ),
    "result": (
        lambda m: first(m, "conv2d")["params"]["epilogue"].update(results=[77]),
        "results: names an operand",
    ),
    "lifetimes": (lambda m: predict(m)["lifetimes"].pop(), "one entry a value"),
    "short life": (
        lambda m: predict(m).update(
            lifetimes=[None if e is None else [e[0], e[0]] for e in predict(m)["lifetimes"]]
        ),
        "does not span",
    ),
    "update": (lambda m: m["plans"]["train"]["updates"][0].update(state=999), "names a state entry"),
    "update shape": (
        lambda m: m["plans"]["train"]["updates"][0].update(value=m["plans"]["train"]["updates"][-1]["value"]),
        "or that another result names",
    ),
    "update swap": (
        lambda m: swap(m["plans"]["train"]["updates"], "value"),
        "changes the shape of its state|changes the dtype of its state",
    ),
    "state": (lambda m: m["state"].pop(0), "unknown weight|there is no state"),
    "state shape": (lambda m: m["state"][0].update(shape=[1]), "must have shape (1)"),
    "giant metric": (lambda m: m["state"][-1].update(shape=[2**40]), "too large for a metric"),
    "role": (lambda m: m["state"][0].update(role="x"), "must have the role"),
    "signature": (lambda m: m["signature"]["inputs"][0].update(shape=[3]), "'x' differs from its plan"),
    "targets": (lambda m: m["training"].update(targets=[]), "'training' does not fit"),
    "logs": (lambda m: m["training"].update(logs=["loss"]), "'training' does not fit"),
    "test logs": (lambda m: m["training"].update(test_logs=["loss"]), "'training' does not fit"),
    "weights": (lambda m: m["training"].update(weights=None), "'training' does not fit"),
    "no weights": (lambda m: m["training"].update(weights="x"), "must be a list or null"),
    "weight shape": (lambda m: m["training"]["weights"][0].update(shape=[3]), "differs from its plan"),
    "key": (lambda m: m["training"].update(random_key=["a", 1]), "two whole numbers"),
    "classes": (lambda m: m["training"]["targets"][0].update(classes="x"), "no valid classes"),
    "subplans": (lambda m: predict(m).update(subplans=[{}]), "subplans"),
    "nested": (lambda m: predict(m).update(steps=json.loads("[" * 200 + "]" * 200)), "nests too deep"),
    "constants": (
        lambda m: m["plans"]["train"]["constants"].append(
            {"value": m["plans"]["train"]["inputs"][-1]["value"], "data": [1]}
        ),
        "which is made already",
    ),
}


def test_the_manifest_that_the_next_tests_spoil(good):
    use(copy.deepcopy(good[0]), good[1])


@pytest.mark.parametrize("name", LIES)
def test_lies(good, name):
    manifest = copy.deepcopy(good[0])
    spoil, message = LIES[name]
    spoil(manifest)
    with pytest.raises(pb.FormatError) as caught:
        use(manifest, good[1])
    text = str(caught.value)
    assert any(part in text for part in message.split("|")), text
    assert "model.json" in text or "model.safetensors" in text


def test_truncated_weights(good):
    with pytest.raises(pb.FormatError, match=r"model.safetensors: tensor '.*' ends at byte"):
        use(copy.deepcopy(good[0]), good[1][:-4])
    with pytest.raises(pb.FormatError, match="is missing"):
        use(copy.deepcopy(good[0]), encode_tensors([]))


def mutations(value, generator):
    """A random place in nested JSON gets another value."""
    path = value
    while True:
        keys = list(path.keys()) if isinstance(path, dict) else list(range(len(path)))
        if not keys:
            return
        key = keys[generator.integers(len(keys))]
        inner = path[key]
        if isinstance(inner, dict | list) and inner and generator.random() < 0.9:
            path = inner
            continue
        path[key] = [
            None,
            -1,
            0,
            1,
            3,
            2**31,
            1.5,
            "x",
            "constructor",
            [],
            {},
            [1, 2],
            {"dim": "batch"},
            True,
        ][generator.integers(14)]
        return


def test_random_damage_is_refused_or_harmless(good):
    """Whatever changes in a manifest, the answer is a library error or a run: no other exception."""
    generator = np.random.default_rng(5)
    refused = 0
    for _ in range(200):
        manifest = copy.deepcopy(good[0])
        mutations(manifest, generator)
        try:
            use(manifest, good[1])
        except pb.PybrowsermlError:
            refused += 1
    assert refused > 50


def test_checker_takes_every_plan_of_the_library(good, net, flowers):
    net.fit(*flowers, verbose=0)
    for runner in net._model_steps.runners.all_values():
        check_plan(runner.plan, "plan")
