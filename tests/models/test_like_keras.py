"""What Keras's own tests ask of models, training and callbacks."""

from typing import Any

import numpy as np
import pytest

import pybrowserml as pb

X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2)
LABELS = np.arange(12) % 3


def model_of(units, activation="softmax"):
    pb.random.set_seed(3)
    return pb.Sequential([pb.Input((2,)), pb.layers.Dense(units, activation=activation, name="d")])


def test_vector_metrics_in_the_logs(capsys):
    model = model_of(3)
    model.compile("sgd", "categorical_crossentropy", metrics=[pb.metrics.F1Score()])
    y = np.eye(3, dtype=np.float32)[LABELS]
    history = model.fit(X, y, epochs=2, verbose=2, validation_data=(X, y))
    expected = pb.metrics.F1Score()
    expected.update_state(y, model.predict(X, verbose=0))
    found = history.history["val_f1_score"][-1]
    np.testing.assert_allclose(found, expected.result().numpy(), atol=1e-6)
    assert found.shape == (3,) and model.evaluate(X, y, verbose=0)[1].shape == (3,)
    assert "f1_score: " in capsys.readouterr().out


@pytest.mark.parametrize("name", ["crossentropy", "ce"])
@pytest.mark.parametrize("kind", ["binary", "sparse_categorical", "categorical"])
def test_crossentropy_fits_the_data(name, kind):
    y = {"binary": (LABELS > 0)[:, None], "sparse_categorical": LABELS, "categorical": np.eye(3)[LABELS]}[
        kind
    ]
    numbers = []
    for loss in [name, kind + "_crossentropy"]:
        model = model_of(1 if kind == "binary" else 3, "sigmoid")
        model.compile("sgd", loss, metrics=["accuracy", "acc"])
        numbers.append(model.evaluate(X, y.astype(np.float32), verbose=0, return_dict=True))
    assert numbers[0] == numbers[1] and numbers[0]["accuracy"] == numbers[0]["acc"]


def test_accuracy_beside_a_loss_function_fits_the_data():
    def loss(y_true, y_pred):
        return pb.ops.sparse_categorical_crossentropy(y_true, y_pred)

    model = model_of(3)
    model.compile("sgd", loss, metrics=["accuracy"])
    found = model.evaluate(X, LABELS, verbose=0, return_dict=True)["accuracy"]
    assert found == pytest.approx(np.mean(np.argmax(model.predict(X, verbose=0), 1) == LABELS))


def test_training_by_added_losses_alone():
    class Penalty(pb.layers.Layer):
        def call(self, x):
            self.add_loss(pb.ops.mean(pb.ops.square(x)))
            return x

    model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1), Penalty()])
    model.compile("sgd")
    losses = model.fit(X, epochs=3, verbose=0).history["loss"]
    assert losses[0] > losses[1] > losses[2] > 0


def test_weighted_metrics_of_the_same_name():
    model = model_of(1)
    model.compile("sgd", "mse", metrics=["mse"], weighted_metrics=["mse"])
    weights = np.arange(12, dtype=np.float32)
    y = LABELS[:, None].astype(np.float32)
    logs = model.evaluate(X, y, sample_weight=weights, verbose=0, return_dict=True)
    errors = (model.predict(X, verbose=0) - y)[:, 0] ** 2
    assert logs["mse"] == pytest.approx(errors.mean(), rel=1e-5)
    assert logs["weighted_mse"] == pytest.approx((errors * weights).sum() / weights.sum(), rel=1e-5)


def test_metrics_are_built_before_a_step_of_the_users():
    class Own(pb.Model):
        def __init__(self):
            super().__init__()
            self.dense = pb.layers.Dense(3, activation="softmax")

        def call(self, x):
            return self.dense(x)

        def train_step(self, data):
            return self._usual_step(data[0], data[1], None, True)

    y = np.eye(3, dtype=np.float32)[LABELS]
    model = Own()
    model.compile("sgd", "categorical_crossentropy", metrics=[pb.metrics.F1Score()])
    history = model.fit(X, y, batch_size=12, epochs=2, verbose=0, shuffle=False).history
    metric = pb.metrics.F1Score()
    assert history["f1_score"][0].shape == (3,)
    metric.update_state(y, model.predict(X, verbose=0))
    model.optimizer.learning_rate = 0.0
    np.testing.assert_allclose(
        model.fit(X, y, batch_size=12, verbose=0).history["f1_score"][0], metric.result().numpy(), atol=1e-6
    )


def test_shapes_and_ends_of_models():
    a, b = pb.Input((2,), name="a"), pb.Input((None, 3), name="b")
    model = pb.Model({"a": a, "b": b}, [pb.layers.Dense(4)(a), b])
    assert model.input_shape == {"a": (None, 2), "b": (None, None, 3)}
    assert model.output_shape == [(None, 4), (None, None, 3)]
    assert model.input["a"] is a and model.output[1] is b
    assert model_of(3).input_shape == (None, 2) and model_of(3).output_shape == (None, 3)
    with pytest.raises(pb.NotBuiltError, match="input_shape"):
        pb.Sequential([pb.layers.Dense(2)]).input_shape  # noqa: B018


def test_inputs_of_another_dtype_or_rank():
    i = pb.Input((1,))
    model = pb.Model(i, i * 2.0)
    for x in [np.arange(4), np.arange(4)[:, None], np.arange(4)[:, None, None]]:
        assert model(x).numpy().tolist() == [[0], [2], [4], [6]]
        assert model.predict(x, verbose=0).tolist() == [[0], [2], [4], [6]]


def test_fixed_batch_size_with_more_rows():
    model = pb.Sequential([pb.Input((2,), batch_size=4), pb.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, LABELS[:, None], batch_size=4, epochs=1, verbose=0)
    assert model.predict(X, batch_size=4, verbose=0).shape == (12, 1)


@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_changes_of_variables(dtype):
    variable = pb.Variable(np.array([[1, 2], [3, 4]]), dtype=dtype)
    variable.assign_add([10, 20])
    variable.assign_sub(1)
    variable.assign_add(pb.tensor(np.ones((2, 2)), dtype))
    assert variable.value.numpy().tolist() == [[11, 22], [13, 24]]
    with pytest.raises(pb.ShapeError, match="cannot take a change of shape"):
        variable.assign_add(np.ones((1, 2, 2)))
    # As in Keras the sum of two dtypes is cast back to that of the variable.
    assert variable.assign_sub(pb.tensor(True)).dtype == dtype
    assert variable.assign_add(pb.tensor([[0.75, 0.75], [0.75, 0.75]])).dtype == dtype


def test_learning_rate_schedules_of_one_or_two_arguments():
    model = model_of(1)
    model.compile(pb.optimizers.SGD(0.5), "mse")
    for schedule, expected in [
        (lambda epoch: 0.25 / (epoch + 1), [0.25, 0.125]),
        (lambda e, r: r / 2, [0.0625, 0.03125]),
    ]:
        history = model.fit(
            X, LABELS, epochs=2, verbose=0, callbacks=[pb.callbacks.LearningRateScheduler(schedule)]
        )
        assert history.history["learning_rate"] == expected


def test_csv_columns_for_later_validation_and_several_numbers(tmp_path):
    model = model_of(3)
    model.compile("sgd", "categorical_crossentropy", metrics=[pb.metrics.F1Score()])
    y = np.eye(3, dtype=np.float32)[LABELS]
    logger = pb.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    model.fit(X, y, epochs=2, validation_data=(X, y), validation_freq=2, verbose=0, callbacks=[logger])
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,f1_score,loss,val_f1_score,val_loss"
    assert lines[1].endswith("NA,NA") and '"[' in lines[2] and "NA" not in lines[2]


def test_losses_in_lists_of_one():
    i = pb.Input((2,))
    model = pb.Model(i, [pb.layers.Dense(1, name="a")(i), pb.layers.Dense(1, name="b")(i)])
    model.compile("sgd", ["mse", ["mae"]])
    assert sorted(model.evaluate(X, [LABELS, LABELS], verbose=0, return_dict=True)) == [
        "a_loss",
        "b_loss",
        "loss",
    ]


class OwnLoss(pb.Model):
    """A loss without the argument `training`, and a metric of its own."""

    def __init__(self):
        super().__init__()
        self.fourfold = pb.metrics.Mean(name="fourfold")
        self.dense = pb.layers.Dense(2, activity_regularizer="l2")

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        loss = super().compute_loss(x, y, y_pred, sample_weight)
        self.fourfold.update_state(loss * 4)
        return loss


def test_own_loss_with_its_metric_in_the_logs():
    model = OwnLoss()
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.ones((64, 4)), np.full((64, 2), 2.0)
    for logs in [model.evaluate(x, y, return_dict=True, verbose=0), *[_last(model, x, y) for _ in range(2)]]:
        assert set(logs) == {"loss", "mae", "fourfold"}
        assert logs["fourfold"] == pytest.approx(4 * logs["loss"], rel=1e-5)


def _last(model, x, y):
    return {key: values[-1] for key, values in model.fit(x, y, epochs=2, verbose=0).history.items()}


def test_own_metrics_of_a_step():
    class Own(pb.Sequential):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            found = super().compute_metrics(x, y, y_pred, sample_weight)
            found["most"] = pb.ops.max(y_pred)
            return found

    model = Own([pb.Input([4]), pb.layers.Dense(1, kernel_initializer="ones")])
    model.compile(pb.optimizers.SGD(0.0), "mse", metrics=["mae"])
    logs = model.evaluate(np.ones((8, 4)), np.ones((8, 1)), return_dict=True, verbose=0)
    assert logs == {"loss": 9.0, "mae": 3.0, "most": 4.0}


@pytest.mark.parametrize("direct", [True, False])
def test_a_build_that_hands_on(direct):
    class Mine(pb.Model):
        def build(self, input_shape):
            self.scale = self.add_weight((2,), "ones")
            self.dense = pb.layers.Dense(3)
            super().build(input_shape)

        def call(self, x):
            return self.dense(x * self.scale)

    model = Mine()
    if direct:
        model.build((None, 2))
        assert model.count_params() == 11
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((12, 3), np.float32), epochs=1, verbose=0)
    assert model.count_params() == 11 and model.output_shape == (None, 3)


def test_a_reshape_that_fits_one_size_of_batches():
    x = pb.Input((4,), name="x")
    model = pb.Model(x, pb.ops.reshape(pb.ops.reshape(x, (2, 6)), (pb.ops.shape(x)[0], 4)))
    rows = np.arange(16, dtype=np.float32).reshape(4, 4)
    np.testing.assert_array_equal(model.predict(rows[:3], verbose=0), rows[:3])
    with pytest.raises(
        pb.ShapeError, match=r"reshape: cannot reshape \(batch, 4\) to \(2, 6\) when batch = 4"
    ):
        model.predict(rows, verbose=0)


def test_numpy_functions_and_formats_of_tensors():
    tensor = pb.ops.convert_to_tensor(np.array([[1.0, -2.0], [3.0, 5.0]], np.float32))
    variable = pb.Variable(tensor)
    for x in (tensor, variable):
        assert np.sum(x) == 7 and np.max(x) == 5 and np.isnan(x).sum() == 0
        assert isinstance(np.exp(x), np.ndarray) and isinstance(np.add(np.ones((2, 2)), x), np.ndarray)
        assert isinstance(np.ones((2, 2), np.float32) * x, pb.Tensor)
        assert isinstance(np.float32(2) * x, pb.Tensor)
        assert f"{x[1, 1]:.2f}" == "5.00"


@pytest.mark.parametrize(
    ("y", "loss", "metrics", "logs"),
    [
        ({"a": X[:, :1], "b": X[:, 1:]}, {"b": "mse"}, None, {"loss"}),
        ({"b": X[:, 1:]}, {"b": "mse"}, None, {"loss"}),
        ({"a": X[:, :1], "b": X[:, 1:]}, {"b": "mse"}, {"a": ["mae"]}, {"loss", "a_mae"}),
        ([X[:, :1], X[:, 1:]], [None, "mse"], [["mae"], ["mae"]], {"loss", "a_mae", "b_mae"}),
        ([X[:, :1], X[:, 1:]], ["mse", "mae"], None, {"loss", "a_loss", "b_loss"}),
    ],
)
def test_outputs_without_a_loss(y, loss, metrics, logs):
    i = pb.Input((2,))
    dense = [pb.layers.Dense(1, name=name, kernel_initializer="ones") for name in "ab"]
    outputs = [layer(i) for layer in dense]
    model = pb.Model(i, dict(zip("ab", outputs, strict=True)) if isinstance(y, dict) else outputs)
    model.compile("sgd", loss, metrics=metrics)
    found = model.evaluate(X, y, verbose=0, return_dict=True)
    assert set(found) == logs
    difference = X.sum(axis=1) - X[:, 0]
    if "a_mae" in found:
        assert found["a_mae"] == pytest.approx(np.abs(difference).mean(), rel=1e-5)
    assert set(model.fit(X, y, verbose=0).history) == logs


def test_logs_of_predict_and_the_rate_of_a_schedule():
    seen = []
    watch = pb.callbacks.LambdaCallback(on_train_end=lambda logs: None)
    watch.on_predict_batch_end = lambda batch, logs=None: seen.append(logs["outputs"])
    model = model_of(2)
    found = model.predict(X, batch_size=5, verbose=0, callbacks=[watch])
    np.testing.assert_array_equal(np.concatenate(seen), found)
    optimizer = pb.optimizers.SGD(pb.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))
    model.compile(optimizer, "mse")
    assert float(optimizer.learning_rate) == pytest.approx(0.1)
    model.fit(X, np.zeros((12, 2)), batch_size=3, verbose=0)
    assert f"{optimizer.learning_rate:.3f}" == "0.025"
    assert optimizer.get_config()["learning_rate"]["class_name"] == "ExponentialDecay"


def rows_of(model, **options):
    lines = []
    model.summary(print_fn=lines.append, **options)
    return [line.split(" ")[0] for line in lines if "(Dense)" in line]


def test_a_part_of_the_summary():
    names = [f"d{i}" for i in range(5)]
    model = pb.Sequential([pb.Input((2,))] + [pb.layers.Dense(2, name=name) for name in names])
    assert rows_of(model) == names
    assert rows_of(model, layer_range=("d1", "d3")) == names[1:4]
    assert rows_of(model, layer_range=["d3", "d1"]) == names[1:4]
    assert rows_of(model, layer_range=["d[23]", "d"]) == names[2:]
    with pytest.raises(pb.ArgumentError, match="no layer's name matches 'e'"):
        rows_of(model, layer_range=["d1", "e"])
    with pytest.raises(pb.ArgumentError, match="the names of two layers"):
        rows_of(model, layer_range=["d1"])


@pb.saving.register_keras_serializable(package="tests")
def scaled_error(y_true, y_pred, scale=1.0):
    return pb.ops.abs(y_true - y_pred) * scale


def test_arguments_of_a_wrapped_function():
    kind: Any = pb.metrics.MeanMetricWrapper
    metric = kind(scaled_error, name="scaled", scale=3.0)
    metric.update_state(np.ones((4, 1)), np.zeros((4, 1)))
    assert float(metric.result()) == 3.0
    again = pb.metrics.deserialize(pb.metrics.serialize(metric))
    again.update_state(np.ones((4, 1)), np.zeros((4, 1)))
    assert float(again.result()) == 3.0 and again.name == "scaled"


def test_a_folder_of_what_a_keras_file_has_inside(tmp_path):
    pytest.importorskip("h5py")
    model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(3, name="d")])
    model.compile("adam", "mse")
    model.fit(X, np.zeros((12, 3)), verbose=0)
    for name in ["m.keras", "twice.keras", "folder"]:
        model.save(tmp_path / name, zipped=False)
    model.save(tmp_path / "twice.keras", zipped=False)
    assert {"config.json", "metadata.json", "model.weights.h5"} <= {
        path.name for path in (tmp_path / "m.keras").iterdir()
    }
    found = pb.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(found.predict(X, verbose=0), model.predict(X, verbose=0))
    assert found.optimizer is not None and int(found.optimizer.iterations) == 1
    found = pb.load_model(tmp_path / "folder")
    other = pb.Sequential([pb.Input((2,)), pb.layers.Dense(3, name="d")])
    other.load_weights(tmp_path / "twice.keras")
    for one in [found, other]:
        np.testing.assert_array_equal(one.predict(X, verbose=0), model.predict(X, verbose=0))
    with pytest.raises(pb.ArgumentError, match="exists already"):
        model.save(tmp_path / "twice.keras", overwrite=False, zipped=False)
    with pytest.raises(pb.ArgumentError, match="zipped=True is for .keras files"):
        model.save(tmp_path / "plain", zipped=True)
    with pytest.raises(pb.ArgumentError, match="zipped=False makes a folder"):
        model.save(tmp_path / "m.h5", zipped=False)


def nested_model():
    pb.random.set_seed(3)
    x = pb.Input((2,))
    heads = {name: pb.layers.Dense(1, name=name)(x) for name in "abc"}
    return pb.Model(x, {"pair": [heads["a"], heads["b"]], "one": heads["c"]})


@pytest.mark.parametrize("streamed", [False, True])
def test_losses_structured_as_nested_outputs(streamed):
    y = [np.full((12, 1), value, np.float32) for value in (1.0, 2.0, 3.0)]
    weights = [np.linspace(0, 1, 12, dtype=np.float32) for _ in range(3)]
    scores = []
    for nested in [False, True]:
        model = nested_model()
        if nested:
            model.compile(
                "sgd",
                {"pair": ["mse", "mae"], "one": "mae"},
                {"pair": [1.0, 2.0], "one": 0.5},
                {"pair": [["mae"], None], "one": ["mse"]},
            )
            data = [{"pair": y[:2], "one": y[2]}, {"pair": weights[:2], "one": weights[2]}]
        else:
            # The parts of a dict stand by their keys.
            model.compile("sgd", ["mae", "mse", "mae"], [0.5, 1.0, 2.0], [["mse"], ["mae"], None])
            data = [[y[2], y[0], y[1]], [weights[2], weights[0], weights[1]]]
        if streamed:
            batches = pb.data.Dataset.from_tensor_slices((X, data[0])).batch(4)
            history = model.fit(batches, verbose=0, epochs=2)
            scores.append([history.history, model.evaluate(batches, verbose=0)])
        else:
            history = model.fit(X, data[0], 4, 2, 0, shuffle=False, sample_weight=data[1])
            scores.append([history.history, model.evaluate(X, data[0], verbose=0)])
    assert scores[0] == scores[1]


def test_other_structures_are_refused():
    model = nested_model()
    model.compile("sgd", {"pair": ["mse", "mae"], "one": "mae"})
    with pytest.raises(pb.ArgumentError):
        model.fit(X, {"pair": [X[:, :1]], "one": X[:, :1]}, verbose=0)


def test_weights_by_the_names_of_layers(tmp_path):
    pytest.importorskip("h5py")

    def model(names):
        return pb.Sequential([pb.Input((2,))] + [pb.layers.Dense(2, name=name) for name in names])

    stored = model(["a", "b", "c"])
    stored.save_weights(tmp_path / "w.h5")
    other = model(["c", "new", "a"])
    before = other.get_layer("new").get_weights()
    other.load_weights(tmp_path / "w.h5", by_name=True)
    for name in ["a", "c"]:
        np.testing.assert_array_equal(
            other.get_layer(name).get_weights()[0], stored.get_layer(name).get_weights()[0]
        )
    np.testing.assert_array_equal(other.get_layer("new").get_weights()[0], before[0])
    wide = pb.Sequential([pb.Input((3,)), pb.layers.Dense(2, name="a")])
    with pytest.raises(pb.FormatError):
        wide.load_weights(tmp_path / "w.h5", by_name=True)
    with pytest.warns(UserWarning, match="stays as it is"):
        wide.load_weights(tmp_path / "w.h5", True, True)
    with pytest.raises(pb.ArgumentError, match="by_name is for .h5 files"):
        wide.load_weights(tmp_path / "w.safetensors", by_name=True)
