"""Scripts in the style of Keras's documentation, with the import changed and little made-up data."""

from typing import Any

import numpy as np
import pytest

import pybrowserml as keras
from pybrowserml import layers, ops


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_convnet_of_images(rng, capsys):
    """Classes that differ by where images are bright."""
    y = rng.integers(0, 3, 60)
    images = rng.integers(0, 60, (60, 14, 14)).astype("uint8")
    for i in range(60):
        images[i, 4 * y[i] : 4 * y[i] + 4] += 180
    x = np.expand_dims(images.astype("float32") / 255, -1)
    labels = keras.utils.to_categorical(y, 3)
    model = keras.Sequential(
        [
            keras.Input(shape=(14, 14, 1)),
            layers.Conv2D(8, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(8, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.summary()
    assert "Trainable params" in capsys.readouterr().out
    model.compile(
        loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"]
    )
    model.fit(x, labels, batch_size=15, epochs=8, validation_split=0.1, verbose=0)
    assert model.evaluate(x, labels, verbose=0)[1] > 0.9


def test_text_classification():
    texts = ["the movie was great", "awful boring film", "I loved this great film!", "Bad, awful plot"] * 4
    labels = np.array([1, 0, 1, 0] * 4)
    vectorize_layer = layers.TextVectorization(max_tokens=50, output_mode="int", output_sequence_length=6)
    vectorize_layer.adapt(texts)
    inputs = keras.Input(shape=(None,), dtype="int32")
    x = layers.Embedding(50, 8, mask_zero=True)(inputs)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(x)
    x = layers.Bidirectional(layers.LSTM(6))(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    x = vectorize_layer(texts)
    model.fit(x, labels, batch_size=8, epochs=12, verbose=0, validation_data=(x, labels))
    good, bad = model.predict(vectorize_layer(["a great movie", "an awful film"]), verbose=0)[:, 0]
    assert good > 0.5 > bad


def test_several_inputs_and_outputs(rng):
    title_input = keras.Input(shape=(None,), name="title")
    body_input = keras.Input(shape=(None,), name="body")
    tags_input = keras.Input(shape=(5,), name="tags")
    title_features = layers.LSTM(8)(layers.Embedding(30, 4)(title_input))
    body_features = layers.GRU(4)(layers.Embedding(30, 4)(body_input))
    x = layers.concatenate([title_features, body_features, tags_input])
    priority = layers.Dense(1, name="priority")(x)
    department = layers.Dense(4, name="department")(x)
    model = keras.Model(
        inputs=[title_input, body_input, tags_input], outputs={"priority": priority, "department": department}
    )
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-2),
        loss={
            "priority": keras.losses.BinaryCrossentropy(from_logits=True),
            "department": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"priority": 1.0, "department": 0.2},
    )
    x = {
        "title": rng.integers(30, size=(32, 5)).astype("float32"),
        "body": rng.integers(30, size=(32, 7)).astype("float32"),
        "tags": rng.integers(2, size=(32, 5)).astype("float32"),
    }
    y = {"priority": x["tags"][:, :1], "department": keras.utils.to_categorical(np.arange(32) % 4, 4)}
    history = model.fit(x, y, epochs=5, batch_size=16, verbose=0).history
    assert history["priority_loss"][-1] < history["priority_loss"][0]
    found = model.predict(x, verbose=0)
    assert {name: array.shape for name, array in found.items()} == {
        "priority": (32, 1),
        "department": (32, 4),
    }


def test_features_of_a_residual_net(rng):
    """Outputs of every layer, that of the input among them; models as layers of an ensemble."""
    inputs = keras.Input(shape=(8, 8, 3), name="img")
    first = layers.Conv2D(4, 3, activation="relu", padding="same")(inputs)
    x = layers.Conv2D(4, 3, activation="relu", padding="same")(first)
    x = layers.GlobalAveragePooling2D()(layers.add([x, first]))
    model = keras.Model(inputs, layers.Dense(2)(x), name="toy_resnet")
    features = keras.Model(inputs=model.inputs, outputs=[layer.output for layer in model.layers])
    image = rng.random((1, 8, 8, 3)).astype("float32")
    found = features(image)
    assert len(found) == len(model.layers)
    np.testing.assert_array_equal(np.array(found[0]), image)

    def member():
        start = keras.Input(shape=(3,))
        return keras.Model(start, layers.Dense(1)(start))

    members = [member() for _ in range(3)]
    start = keras.Input(shape=(3,))
    ensemble = keras.Model(start, layers.average([model(start) for model in members]))
    ones = np.ones((2, 3), "float32")
    expected = np.mean([np.array(model(ones)) for model in members], axis=0)
    np.testing.assert_allclose(np.array(ensemble(ones)), expected, rtol=1e-6)


def test_own_train_step(rng):
    class CustomModel(keras.Model):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.loss_tracker = keras.metrics.Mean(name="loss")
            self.mae_metric = keras.metrics.MeanAbsoluteError(name="mae")
            self.loss_fn = keras.losses.MeanSquaredError()

        def train_step(self, data):
            x, y = data
            found = keras.variable_grads(
                lambda: self.loss_fn(y, self(x, training=True)), self.trainable_variables
            )()
            self.optimizer.apply(found["grads"], self.trainable_variables)
            self.loss_tracker.update_state(found["value"])
            self.mae_metric.update_state(y, self(x))
            return {"loss": self.loss_tracker.result(), "mae": self.mae_metric.result()}

        @property
        def metrics(self):
            return [self.loss_tracker, self.mae_metric]

    inputs = keras.Input(shape=(8,))
    model = CustomModel(inputs, layers.Dense(1)(inputs))
    model.compile(optimizer=keras.optimizers.Adam(0.02))
    x = rng.random((64, 8)).astype("float32")
    history = model.fit(x, x.sum(axis=1, keepdims=True), epochs=8, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] / 2
    assert history["mae"][-1] < history["mae"][0]


def test_own_layers():
    class Linear(layers.Layer):
        def __init__(self, units=32, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal")
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, inputs):
            return ops.matmul(inputs, self.w) + self.b

        def get_config(self):
            config = super().get_config()
            config.update({"units": self.units})
            return config

    class ComputeSum(layers.Layer):
        def __init__(self, input_dim):
            super().__init__()
            self.total = self.add_weight(initializer="zeros", shape=(input_dim,), trainable=False)

        def call(self, inputs):
            self.total.assign_add(ops.sum(inputs, axis=0))
            return self.total

    layer = Linear(4)
    assert layer(np.ones((2, 3))).shape == (2, 4)
    assert Linear.from_config(layer.get_config()).units == 4
    my_sum = ComputeSum(2)
    assert np.array(my_sum(np.ones((2, 2)))).tolist() == [2, 2]
    assert np.array(my_sum(np.ones((2, 2)))).tolist() == [4, 4]
    my_sum.total.assign_sub(np.ones(2))
    assert np.array(my_sum.total).tolist() == [3, 3]
    assert [len(my_sum.weights), len(my_sum.trainable_weights)] == [1, 0]


def test_variational_autoencoder(rng):
    class Sampling(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.seed_generator = keras.random.SeedGenerator(1337)

        def call(self, inputs):
            z_mean, z_log_var = inputs
            batch = ops.shape(z_mean)[0]
            dim = ops.shape(z_mean)[1]
            epsilon = keras.random.normal(shape=(batch, dim), seed=self.seed_generator)
            return z_mean + ops.exp(0.5 * z_log_var) * epsilon

    class Encoder(layers.Layer):
        def __init__(self, latent_dim=32, intermediate_dim=64, name="encoder", **kwargs):
            super().__init__(name=name, **kwargs)
            self.dense_proj = layers.Dense(intermediate_dim, activation="relu")
            self.dense_mean = layers.Dense(latent_dim)
            self.dense_log_var = layers.Dense(latent_dim)
            self.sampling = Sampling()

        def call(self, inputs):
            x = self.dense_proj(inputs)
            z_mean = self.dense_mean(x)
            z_log_var = self.dense_log_var(x)
            return z_mean, z_log_var, self.sampling((z_mean, z_log_var))

    class VariationalAutoEncoder(keras.Model):
        def __init__(self, original_dim, name="autoencoder", **kwargs):
            super().__init__(name=name, **kwargs)
            self.encoder = Encoder(latent_dim=3, intermediate_dim=16)
            self.decoder = keras.Sequential(
                [layers.Dense(16, activation="relu"), layers.Dense(original_dim, activation="sigmoid")]
            )

        def call(self, inputs):
            z_mean, z_log_var, z = self.encoder(inputs)
            kl_loss = -0.5 * ops.mean(z_log_var - ops.square(z_mean) - ops.exp(z_log_var) + 1)
            self.add_loss(0.01 * kl_loss)
            return self.decoder(z)

    vae = VariationalAutoEncoder(12)
    x = (rng.random((64, 1)) > np.linspace(0, 1, 12)).astype("float32")
    vae.compile(keras.optimizers.Adam(learning_rate=0.01), loss=keras.losses.MeanSquaredError())
    history = vae.fit(x, x, epochs=10, batch_size=16, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] * 0.8
    assert vae.predict(x[:2], verbose=0).shape == (2, 12)


def test_transfer_learning(rng):
    """Frozen layers stay, statistics of normalization too; afterwards they are tuned."""
    base = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.Activation("relu"),
        ],
        name="base",
    )
    base.trainable = False
    assert not base.layers[0].trainable
    data_augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])
    inputs = keras.Input(shape=(8, 8, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(data_augmentation(inputs))
    x = base(x, training=False)
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(1)(x))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss, metrics=[keras.metrics.BinaryAccuracy()])
    lines = []
    model.summary(print_fn=lines.append, expand_nested=True, show_trainable=True)
    assert any(line.startswith("  ") and "Conv2D" in line and "no" in line for line in lines)
    images, labels = rng.random((16, 8, 8, 3)) * 255, rng.integers(0, 2, (16, 1))
    before = base.get_weights()
    model.fit(images, labels, epochs=2, verbose=0)
    for old, new in zip(before, base.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    base.trainable = True
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)
    model.fit(images, labels, epochs=1, verbose=0)
    after = base.get_weights()
    assert not np.array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[-1], after[-1])
    # Called on data outside of a model, augmentation changes it; told not to train, it does not.
    changed = np.array(data_augmentation(images.astype("float32")))
    assert not np.allclose(changed, images)
    kept = np.array(data_augmentation(images.astype("float32"), training=False))
    np.testing.assert_allclose(kept, images, rtol=1e-6)


def test_timeseries(tmp_path):
    steps = np.arange(200)
    raw = np.stack([np.sin(steps / 9), np.cos(steps / 5)], axis=1).astype("float32")
    past = 12
    train = keras.utils.timeseries_dataset_from_array(raw[:140], raw[past:140, 0], past, batch_size=32)
    valid = keras.utils.timeseries_dataset_from_array(raw[140:], raw[140 + past :, 0], past, batch_size=32)
    for inputs, targets in train.take(1):
        assert [inputs.shape, targets.shape] == [(32, past, 2), (32,)]
    inputs = keras.Input(shape=(past, 2))
    model = keras.Model(inputs=inputs, outputs=layers.Dense(1)(layers.LSTM(8)(inputs)))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.02), loss="mse")
    path = str(tmp_path / "best.safetensors")
    stopping = keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=0, patience=5)
    checkpoint = keras.callbacks.ModelCheckpoint(
        monitor="val_loss", filepath=path, save_weights_only=True, save_best_only=True
    )
    history = model.fit(train, epochs=6, validation_data=valid, callbacks=[stopping, checkpoint], verbose=0)
    assert min(history.history["val_loss"]) < 0.2
    model.load_weights(path)
    np.testing.assert_allclose(model.evaluate(valid, verbose=0), min(history.history["val_loss"]), rtol=1e-4)


def test_transformer_block(rng):
    class TransformerBlock(layers.Layer):
        def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
            super().__init__()
            self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
            self.ffn = keras.Sequential([layers.Dense(ff_dim, activation="relu"), layers.Dense(embed_dim)])
            self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
            self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
            self.dropout1 = layers.Dropout(rate)
            self.dropout2 = layers.Dropout(rate)

        def call(self, inputs, training=None):
            out1 = self.layernorm1(inputs + self.dropout1(self.att(inputs, inputs)))
            return self.layernorm2(out1 + self.dropout2(self.ffn(out1)))

    class TokenAndPositionEmbedding(layers.Layer):
        def __init__(self, maxlen, vocab_size, embed_dim):
            super().__init__()
            self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
            self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

        def call(self, x):
            maxlen = ops.shape(x)[-1]
            positions = ops.arange(start=0, stop=maxlen, step=1)
            return self.token_emb(x) + self.pos_emb(positions)

    lists = [list(rng.integers(1, 20, rng.integers(3, 12))) for _ in range(48)]
    y = np.array([int(7 in one[-8:]) for one in lists])
    x = keras.utils.pad_sequences(lists, maxlen=8)
    inputs = layers.Input(shape=(8,))
    found = TransformerBlock(8, 2, 16)(TokenAndPositionEmbedding(8, 20, 8)(inputs))
    found = layers.Dropout(0.1)(layers.GlobalAveragePooling1D()(found))
    model = keras.Model(inputs=inputs, outputs=layers.Dense(2, activation="softmax")(found))
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=16, epochs=20, validation_data=(x, y), verbose=0).history
    assert history["val_loss"][-1] < history["val_loss"][0]
    assert history["val_accuracy"][-1] >= 0.8


def test_names_of_files():
    """A scope of custom objects, and everything registered."""

    def doubled(x):
        return ops.multiply(x, 2.0)

    with keras.saving.custom_object_scope({"doubled": doubled}):
        layer = layers.Activation("doubled")
        assert keras.utils.get_custom_objects()["doubled"] is doubled
    assert np.array(layer(np.ones(2))).tolist() == [2, 2]
    with pytest.raises(keras.ArgumentError, match="unknown activation 'doubled'"):
        layers.Activation("doubled")
    assert keras.activations.serialize(keras.activations.relu) == "relu"
    assert keras.activations.deserialize("tanh") is keras.activations.tanh


class Appended(keras.layers.Layer):
    """What user layers do with shapes: concatenate tuples, count with sizes that are not known."""

    def build(self, input_shape):
        self.shape_seen = input_shape
        self.kernel = self.add_weight(shape=input_shape[-1:] + (3,))

    def call(self, x):
        batch, steps = keras.ops.shape(x)[0], x.shape[1]
        rows = keras.ops.reshape(x, (batch * steps, x.shape[-1]))
        return keras.ops.reshape(keras.ops.matmul(rows, self.kernel), x.shape[:-1] + (3,))

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (3,)


def test_shapes_are_tuples():
    x = keras.Input((4, 5))
    layer = Appended(name="appended")
    y = layer(x)
    assert x.shape == (None, 4, 5) and y.shape == (None, 4, 3) and layer.shape_seen == (None, 4, 5)
    assert repr(x.shape) == "(None, 4, 5)" and layer.kernel.shape == (5, 3)
    assert layer.compute_output_shape((None, 4, 5)) == (None, 4, 3)
    assert keras.layers.Dense(3).compute_output_shape((None, 5)) == (None, 3)
    assert keras.Model(x, y)(np.ones((2, 4, 5))).shape == (2, 4, 3)
    assert repr(layer) == "<Appended name=appended, built=True>"


def test_printed_tensors(capsys):
    x = keras.ops.convert_to_tensor([[1.5, 2.0], [3.0, 4.0]])
    print(x)
    assert capsys.readouterr().out == "[[1.5 2. ]\n [3.  4. ]]\n"
    assert repr(x[0]) == "Tensor([1.5, 2. ], shape=(2,), dtype=float32)"
    assert str(keras.Input((2,), name="seen")) == "Tensor(shape=(batch, 2), dtype=float32)"
    rate = keras.optimizers.SGD(0.0123456).learning_rate
    assert round(rate, 4) == 0.0123 and round(x[0, 0]) == 2


def test_methods_of_tensors():
    x = ops.arange(6).reshape(2, 3) + 10
    assert x.tolist() == [[10, 11, 12], [13, 14, 15]] and x[0, 1].item() == 11
    assert x.astype("float32").dtype == "float32" and x.ndim == 2 and x.T.shape == (3, 2)
    assert x.reshape((2, 1, 3)).squeeze(1).shape == (2, 3)
    images = np.zeros((2, 4, 6, 3))
    parts = ops.rearrange(images, "b (h1 h) (w1 w) c -> (b h1 w1) h w c", h1=2, w1=2)  # pyright: ignore[reportCallIssue]
    assert parts.shape == (8, 2, 3, 3)
    grids_of: Any = ops.meshgrid
    for grids in (grids_of([1, 2], [3, 4, 5], indexing="ij"), grids_of([[1, 2], [3, 4, 5]], "ij")):
        assert [grid.shape for grid in grids] == [(2, 3), (2, 3)] and grids[1].tolist()[0] == [3, 4, 5]
    value, slope = ops.jvp(ops.sin, (np.float32(1),), (np.float32(0.5),))
    assert abs(float(value) - np.sin(1)) < 1e-6 and abs(float(slope) - 0.5 * np.cos(1)) < 1e-6


def test_batches_of_one_sample():
    """The example of EarlyStopping: one number a sample and ten outputs, in batches of one."""
    model = keras.models.Sequential([layers.Dense(10)])
    model.compile(keras.optimizers.SGD(), loss="mse")
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=3)
    x = np.arange(100).reshape(5, 20)
    history = model.fit(x, np.zeros(5), epochs=10, batch_size=1, callbacks=[stop], verbose=0)
    assert len(history.history["loss"]) == 4
    with pytest.raises(keras.ShapeError):
        model.fit(x, np.zeros(5), batch_size=5, verbose=0)


def test_rate_of_a_callback_and_names_of_metrics(rng):
    """A callback hands the rate on as it found it; metrics bear the names that they were asked by."""

    class Halved(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            rate = self.model.optimizer.learning_rate
            self.model.optimizer.learning_rate = rate if epoch == 0 else rate * 0.5

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.SGD(0.4), "mse", metrics=["AUC", "MeanSquaredError"])
    x, y = rng.normal(size=(8, 2)), rng.integers(0, 2, 8)
    history = model.fit(x, y, epochs=3, callbacks=[Halved()], verbose=0)
    assert model.metrics_names == ["loss", "AUC", "MeanSquaredError"]
    assert list(history.history) == ["AUC", "MeanSquaredError", "loss"]
    assert abs(float(model.optimizer.learning_rate) - 0.1) < 1e-7


def doubled(x):
    return x * 2


def test_functions_that_nobody_registered(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation=doubled)])
    model.save(tmp_path / "doubled.keras")
    loaded = keras.models.load_model(tmp_path / "doubled.keras", custom_objects={"doubled": doubled})
    np.testing.assert_array_equal(loaded(np.ones((1, 3))).numpy(), model(np.ones((1, 3))).numpy())
    with pytest.raises(keras.PybrowsermlError, match="doubled"):
        keras.models.load_model(tmp_path / "doubled.keras")
    with pytest.raises(keras.ArgumentError, match="not registered"):
        keras.Sequential([keras.Input((3,)), layers.Dense(2, activation=lambda x: x)]).save(
            tmp_path / "lambda.keras"
        )


class Rows(layers.Layer):
    """A layer that says what it takes."""

    def __init__(self, spec):
        super().__init__()
        self.input_spec = spec

    def call(self, x):
        return x


@pytest.mark.parametrize(
    ("spec", "good", "bad", "told"),
    [
        (keras.InputSpec(ndim=2), (2, 3), (2, 3, 4), "rank 2, got shape"),
        (keras.InputSpec(min_ndim=3), (2, 3, 4), (2, 3), "at least 3"),
        (keras.InputSpec(max_ndim=2, dtype="float32"), (2, 3), (2, 3, 4), "at most 2"),
        (keras.InputSpec(axes={-1: 3}), (2, 3), (2, 4), "size 3 along axis -1"),
        (keras.InputSpec(shape=(None, 28, 1), allow_last_axis_squeeze=True), (2, 28), (2, 27), "any, 28, 1"),
    ],
)
def test_input_spec(spec, good, bad, told):
    layer = Rows(spec)
    assert layer(np.ones(good, "float32")).shape == good
    assert layer(keras.Input(good[1:])).shape == (None, *good[1:])
    for made in (np.ones(bad, "float32"), keras.Input(bad[1:])):
        with pytest.raises(keras.ShapeError, match=f"layer 'rows.*{told}"):
            layer(made)


def test_input_spec_of_several_tensors():
    x, y = np.ones((2, 3), "float32"), np.ones((2, 4), "float32")
    layer = Rows([keras.InputSpec(axes={1: 3}, name="a"), keras.InputSpec(axes={1: 4}, name="b")])
    assert [t.shape for t in layer([x, y])] == [(2, 3), (2, 4)]
    assert layer({"b": y, "a": x})["a"].shape == (2, 3)
    for wrong in ([y, x], [x], {"a": x}, {"a": y, "b": x}):
        with pytest.raises((keras.ShapeError, keras.ArgumentError), match="layer 'rows"):
            layer(wrong)
    with pytest.raises(keras.DtypeError, match="int32"):
        Rows(keras.InputSpec(dtype="int32"))(x)
    with pytest.raises(keras.ArgumentError, match="no axis 2"):
        keras.InputSpec(ndim=2, axes={2: 3})
