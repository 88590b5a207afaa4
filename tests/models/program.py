"""Models in Python and, transpiled, in JavaScript: this program must give the same answers in both.

In the subset. In JavaScript the CPU engine runs it. The text given to it is a frozen model that CPython made.
"""

from typing import Any

from pybrowserml import (
    callbacks,
    config,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    mixed_precision,
    ops,
    optimizers,
)
from pybrowserml.backends.active import engine_names, register_engine
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.runner import COUNTERS
from pybrowserml.compiler import realise
from pybrowserml.core.host import HostArray, host_array, host_numbers
from pybrowserml.core.naming import reset_names
from pybrowserml.core.policies import DTypePolicy
from pybrowserml.core.slots import fetch_host
from pybrowserml.core.stateless import StatelessScope
from pybrowserml.core.variables import Variable, state_variable
from pybrowserml.data.dataset import Dataset
from pybrowserml.data.parts import unpack_x_y_sample_weight
from pybrowserml.models.loading import load_model, model_from_config
from pybrowserml.models.model import Model
from pybrowserml.models.opening import open_frozen
from pybrowserml.models.revival import DEEPEST
from pybrowserml.models.saving import model_entry, model_files
from pybrowserml.models.sequential import Sequential
from pybrowserml.ops import random
from pybrowserml.ops.streams import SeedGenerator
from pybrowserml.platform.errors import kind_of, message_of
from pybrowserml.platform.files import sha256_hex
from pybrowserml.platform.random import uniform_array
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import (
    base64_decode,
    base64_encode,
    from_json,
    to_json,
    utf8_decode,
    utf8_encode,
)
from pybrowserml.transforms import grad, variable_grads
from pybrowserml.utils.feature_space import FeatureSpace


def uniform(shape, step):
    count = 1
    for dim in shape:
        count = count * dim
    return HostArray(uniform_array(1, 2, step, count, -1.0, 1.0), shape, "float32")


def labels(count):
    numbers = []
    for i in range(count):
        numbers.append(i % 3)
    return numbers


def make_net():
    random.set_seed(5)
    reset_names()
    net = Sequential(
        [
            layers.Input([6, 6, 2], None, "float32", None, "x"),
            layers.Conv2D(4, 3, 1, "same"),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(3, "softmax"),
        ]
    )
    net.compile(optimizers.SGD(0.05, 0.9), "sparse_categorical_crossentropy", None, ["accuracy"])
    return net


def numbers_of(model):
    """Generator → all weights in one list."""
    found = []
    for variable in model.weights:
        host = yield from fetch_host(variable)
        found.extend(host_numbers(host))
    return found


def train(answers):
    net = make_net()
    x = uniform([50, 6, 6, 2], 1)
    y = labels(50)
    calls = []

    def on_batch_end(batch, logs):
        calls.append(batch)

    def on_epoch_end(epoch, logs):
        calls.append("epoch")
        return net.predict(uniform([2, 6, 6, 2], 2))

    history = yield net.fit(x, y, 16, 2, 0, [{"on_batch_end": on_batch_end, "onEpochEnd": on_epoch_end}], 0.2)
    answers["history"] = history.history
    answers["calls"] = calls
    answers["evaluate"] = yield net.evaluate(x, y, 20, 0)
    answers["step"] = yield net.train_on_batch(x, y)
    before = COUNTERS.compiles
    yield net.fit(x, y, 20, 1, 0)
    yield net.predict(uniform([3, 6, 6, 2], 2))
    answers["compiled again"] = COUNTERS.compiles - before
    answers["weights"] = yield from numbers_of(net)
    files = yield from model_files(net)
    answers["entry"] = model_entry(net)
    answers["files"] = [file[0] for file in files]
    manifest = from_json(utf8_decode(files[0][1]))
    answers["hash is right"] = manifest["weights"]["sha256"] == sha256_hex(files[1][1])
    back = model_from_config(model_entry(net))
    answers["params"] = back.count_params()
    loaded = yield load_model({"model.json": files[0][1], "weights.safetensors": files[1][1]})
    answers["loaded weights"] = yield from numbers_of(loaded)
    answers["loaded"] = yield loaded.fit(x, y, 20, 2, 0)
    answers["loaded"] = answers["loaded"].history
    cut = files[1][1][0:100]
    answers["truncated"] = yield from failure(
        lambda: load_model({"model.json": files[0][1], "weights.safetensors": cut})
    )
    answers["no file"] = yield from failure(lambda: load_model({"model.json": files[0][1]}))


def branches(answers):
    reset_names()
    random.set_seed(6)
    a = layers.Input([3], None, "float32", None, "a")
    b = layers.Input([2], None, "float32", None, "b")
    shared = layers.Dense(4, "tanh")
    first = shared.apply_to(a)
    joined = layers.Concatenate().apply_to([first, b])
    model = Model([a, b], {"p": layers.Dense(2).apply_to(joined), "q": ops.multiply(first, 2.0)}, "branches")
    model.compile(optimizers.SGD(0.1), {"p": "mse", "q": losses.MeanAbsoluteError()}, {"p": 1.0, "q": 0.5})
    x = {"a": uniform([8, 3], 1), "b": uniform([8, 2], 2)}
    y = {"p": uniform([8, 2], 3), "q": uniform([8, 4], 4)}
    answers["branches"] = yield model.train_on_batch(x, y)
    answers["branch names"] = model.compiled.log_names()
    again = model_from_config(from_json(to_json({"class_name": "Functional", "config": model.get_config()})))
    answers["again"] = [layer.name for layer in again.layers]


class Tower(Model):
    """Sublayers as attributes and in a list; two named inputs."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4, "tanh")
        self.others = [layers.Dense(4, "tanh"), layers.Dense(4)]
        self.scale = state_variable([2.0], "float32", True, "scale")

    def call(self, x, training=None):
        found = self.first.apply_to(ops.concatenate([x["a"], x["b"]], -1))
        for layer in self.others:
            found = ops.add(layer.apply_to(found), found)
        return ops.multiply(found, self.scale.value)


class OwnStep(Tower):
    """A training step of its own, with a metric of its own."""

    def __init__(self):
        super().__init__()
        self.tracker = metrics.Mean("seen")

    def train_step(self, data):
        found = unpack_x_y_sample_weight(data)

        def loss():
            return ops.mean(ops.square(ops.subtract(self.apply_to(found[0], True), found[1])))

        learned = variable_grads(loss, self.trainable_variables)()
        self.optimizer.apply(learned["grads"], self.trainable_variables)
        self.tracker.update_state(learned["value"])
        return {"seen": self.tracker.result(), "raw": learned["value"]}


class OwnLoss(Tower):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(ops.abs(ops.subtract(y, y_pred)))


class Counting(layers.Layer):
    """Marks the steps of a sequence that are not 0, or uses the marks: the number of marked steps."""

    def __init__(self, makes, name=None):
        super().__init__(True, name)
        self.makes = makes
        self.supports_masking = makes

    def call(self, x, mask=None, scale=None):
        if self.makes:
            return ops.multiply(x, 1.0)
        found = ops.ones_like(x) if mask is None else ops.cast(mask, "float32")
        return found if scale is None else ops.multiply(found, scale)

    def compute_mask(self, inputs, previous_mask):
        return ops.not_equal(inputs, 0.0) if self.makes else previous_mask


def plain(array):
    """What predict gives as a flat list."""
    return host_numbers(host_array(array, None))


def subclassed(answers):
    random.set_seed(7)
    reset_names()
    x = {"a": uniform([20, 3], 1), "b": uniform([20, 2], 2)}
    y = uniform([20, 4], 3)
    model = Tower()
    model.compile(optimizers.SGD(0.1), "mse", None, ["mae"])
    history = yield model.fit(x, y, 8, 2, 0)
    answers["tower"] = history.history
    answers["tower weights"] = [[variable.path, variable.shape] for variable in model.weights]
    found = yield model.predict(x)
    answers["tower on its own"] = plain(found)
    own = OwnStep()
    own.compile(optimizers.SGD(0.1))
    history = yield own.fit(x, y, 8, 3, 0)
    answers["own step"] = history.history
    answers["own metrics"] = [metric.name for metric in own.metrics]
    lossy = OwnLoss()
    lossy.compile(optimizers.SGD(0.1), None, None, ["mae"])
    history = yield lossy.fit(x, y, 8, 2, 0)
    answers["own loss"] = history.history
    answers["own loss, evaluated"] = yield lossy.evaluate(x, y, 8, 0)


def masked(answers):
    reset_names()
    a = layers.Input([3], None, "float32", None, "a")
    made = Counting(True).apply_to(a)
    user = Counting(False)
    used = user.apply_to(made, None, {"scale": ops.multiply(a, 2.0)})
    dropped = Counting(False).apply_to(layers.Dense(3).apply_to(made))
    model = Model(a, [used, dropped], "masked")
    found = yield model.predict([[1.0, 0.0, 2.0], [0.0, 0.0, 3.0]])
    answers["masked"] = [plain(part) for part in found]
    answers["masked config"] = model.get_config()
    found = yield Model(a, user.output, "inside").predict([[4.0, 0.0, 0.0]])
    answers["inside"] = plain(found)
    answers["shape"] = layers.Dense(5).compute_output_shape([None, 7, 2])
    answers["no such argument"] = yield from failure(lambda: user.apply_to(made, None, {"sacle": 1.0}))


def failure(action):
    """Generator → [kind, message] of what an action raises."""
    try:
        yield action()
    except Exception as caught:
        return [kind_of(caught), message_of(caught)]
    return ["none", ""]


def failures(answers):
    net = make_net()
    x = uniform([10, 6, 6, 2], 1)
    y = labels(10)
    spoiled = labels(10)
    spoiled[4] = 7
    actions = [
        lambda: net.predict(uniform([2, 6, 2], 1)),
        lambda: net.predict(uniform([2, 6, 6, 3], 1)),
        lambda: net.predict([[1, 2], [3]]),
        lambda: net.predict({"y": x}),
        lambda: net.fit(x, spoiled, 4, 1, 0),
        lambda: net.fit(x, labels(9), 4, 1, 0),
        lambda: net.fit(x, None, 4, 1, 0),
        lambda: net.fit(x, y, 0, 1, 0),
        lambda: net.fit(x, y, 4, 1.5, 0),
        lambda: net.fit(x, y, 4, 1, 0, None, 1.5),
        lambda: net.fit(x, y, 4, 1, 0, [callbacks.SwapEMAWeights()]),
        lambda: net.fit(uniform([10, 6, 6, 2], 1), uniform([10, 3], 1), 4, 1, 0),
        lambda: Sequential([layers.Dense(2)]).explain(),
        lambda: Sequential([layers.Input([2]), layers.Dense(2)]).fit(x, y),
        lambda: Sequential(["dense"]),
        lambda: net.get_layer("nosuch"),
        lambda: net.get_layer(None, 99),
        lambda: net.set_weights([1]),
        lambda: net.compile("adan", "mse"),
        lambda: net.compile("adam", "msee"),
        lambda: net.compile("adam", "mse", None, ["acurracy"]),
        lambda: layers.Dense(2, "nosuch"),
        lambda: Model(
            layers.Input([2], None, "float32", None, "u"), layers.Input([2], None, "float32", None, "v")
        ),
        lambda: model_from_config({"class_name": "Evil", "config": {"layers": []}}),
        lambda: model_from_config(
            {"class_name": "Sequential", "config": {"layers": [{"class_name": "constructor"}]}}
        ),
    ]
    found = []
    for action in actions:
        entry = yield from failure(action)
        found.append(entry)
    answers["failures"] = found


def frozen(answers, given):
    manifest = base64_decode(given["manifest"])
    weights = base64_decode(given["weights"])
    model = open_frozen(manifest, [["model.safetensors", weights]], "model.json")
    x = uniform([50, 6, 6, 2], 1)
    y = labels(50)
    found = yield from model.run_plan("predict", model.inputs_of(x))
    answers["frozen predict"] = host_numbers(found[0])
    history = yield model.fit(x, y, 16, 2)
    answers["frozen history"] = history.history
    answers["frozen step"] = yield model.train_on_batch(x, y)
    saved = yield model.to_bytes()
    kept = open_frozen(saved["manifest"], [["kept", saved["weights"]]], "kept")
    answers["frozen kept"] = yield kept.evaluate(x, y)
    damaged = []
    for change in given["changes"]:
        text = utf8_decode(manifest)
        spoiled = text.replace(change[0], change[1])
        entry = yield from failure(opening(spoiled, weights, x))
        damaged.append(entry)
    entry = yield from failure(
        lambda: open_frozen(manifest, [["m.safetensors", weights[0:200]]], "model.json")
    )
    damaged.append(entry)
    answers["damaged"] = damaged


def opening(text, weights, x):
    def action():
        return open_frozen(utf8_encode(text), [["m.safetensors", weights]], "model.json").predict(x)

    return action


def like_keras(answers):
    """Vector metrics, losses that fit the data, inputs of another dtype, changes of variables."""
    realise.install()
    reset_names()
    random.set_seed(8)
    model = Sequential([layers.Input([2]), layers.Dense(3, "softmax")])
    model.compile(optimizers.SGD(0.1), "crossentropy", None, [metrics.F1Score(), "accuracy"])
    x = uniform([9, 2], 1)
    y = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0], [1, 0, 0]]
    history = yield model.fit(x, y, 9, 1, 0)
    scores = host_numbers(host_array(history.history["f1_score"][0], None))
    scores.extend([history.history["loss"][0], history.history["accuracy"][0]])
    answers["vector metrics"] = scores
    answers["shapes"] = [model.input_shape, model.output_shape]
    found = yield model.call(ops.cast([[1, 2]], "int32"), False).array()
    answers["whole numbers in"] = found
    variable = state_variable([[1.0, 2.0], [3.0, 4.0]], "float32", True, "changed")
    variable.assign_add([10.0, 20.0])
    variable.assign_sub(1.0)
    answers["changed"] = yield variable.value.array()


def variables(answers):
    """Generator: variables as Keras's scripts make and change them."""
    reset_names()
    ones = Variable("ones", [2], "int32", True, True, "none", "auto", "counts")
    made = Variable(initializers.Constant(2.5), [2])
    called = Variable(lambda shape, dtype: ops.ones(shape, dtype), [3])
    copied = Variable(ops.multiply(made.value, 2.0))
    answers["names of variables"] = [ones.name, ones.dtype, made.path, called.dtype, copied.path, copied.ndim]
    # As in Keras a change is cast to the variable's dtype, and the new value is handed out.
    changed = ones.assign_add(ops.multiply(made.value, 1.0))
    found = [changed, made.assign([7.5, 8.5]), made.value, called.value, copied.value]
    found.extend([ones.assign(copied), ones.assign_sub(3), ones.value, ops.add(ones, made)])
    answers["values of variables"] = []
    for tensor in found:
        value = yield tensor.array()
        answers["values of variables"].append(value)
    answers["refused variables"] = []
    for action in [
        lambda: Variable("ones"),
        lambda: Variable("ones", [None]),
        lambda: Variable(1.0, None, "float32", True, True, "best"),
        lambda: Variable(1.0, None, "float32", True, True, "none", "never"),
        lambda: Variable(1.0, None, "float32", True, True, "none", "auto", "a/b"),
        lambda: Variable(1.0, None, "float32", True, True, "none", "auto", "a", "split"),
        lambda: made.assign([1.0]),
        lambda: made.assign_add([1.0, 2.0, 3.0]),
    ]:
        found = yield from failure(action)
        answers["refused variables"].append(found)


def stateless(answers):
    """Generator: calls, steps and metrics without side effects, and all state as a tree."""
    reset_names()
    random.set_seed(5)
    model = Sequential([layers.Input([2]), layers.Dense(2, None, True, "ones"), layers.BatchNormalization()])
    optimizer = optimizers.Adam(0.1)
    model.compile(optimizer, "mse")
    x = [[1.0, 2.0], [3.0, 5.0]]
    optimizer.build(model.trainable_variables)
    weights = [ops.multiply(variable.value, 2.0) for variable in model.trainable_variables]
    state = [variable.value for variable in optimizer.variables]
    called = model.stateless_call(weights, model.non_trainable_variables, x, True)
    found = [called[0]]
    found.extend(called[1])
    for _i in range(2):
        moved = optimizer.stateless_apply(state, [ops.ones_like(weight) for weight in weights], weights)
        weights = moved[0]
        state = moved[1]
    found.extend(weights)
    found.extend(state)
    metric = metrics.MeanSquaredError()
    sums = metric.stateless_reset_state()
    sums = metric.stateless_update_state(sums, [[1.0], [2.0]], [[2.0], [4.0]])
    sums = metric.stateless_update_state(sums, [[1.0], [2.0]], [[2.0], [4.0]], [0.0, 1.0])
    found.append(metric.stateless_result(sums))
    found.extend(sums)
    answers["stateless"] = []
    for tensor in found:
        value = yield tensor.array()
        answers["stateless"].append(value)
    # Nothing of it has changed a variable.
    kept = model.variables
    kept.extend(optimizer.variables)
    kept.extend(metric.variables)
    answers["kept by stateless calls"] = []
    for variable in kept:
        value = yield variable.value.array()
        answers["kept by stateless calls"].append(value)
    tree = yield model.get_state_tree()
    before = yield model.predict(x)
    yield model.fit(x, x, 2, 2, 0)
    moved = yield model.predict(x)
    yield model.set_state_tree(tree)
    after = yield model.predict(x)
    text = to_json(plain(before))
    answers["state set back"] = [text == to_json(plain(moved)), text == to_json(plain(after))]
    numbers = yield model.get_state_tree("numpy_array")
    answers["parts of the state"] = [[section, list(numbers[section].keys())] for section in numbers.keys()]
    answers["refused states"] = []
    for action in [
        lambda: model.stateless_call([], [], x),
        lambda: optimizer.stateless_apply([], [], []),
        lambda: metric.stateless_result([]),
        lambda: StatelessScope([[kept[0], [1.0]]]),
    ]:
        found = yield from failure(action)
        answers["refused states"].append(found)


def policies(answers):
    """Generator: the policy of layers that are given none; first embeddings; scores of attention; names."""
    reset_names()
    mixed_precision.set_global_policy("mixed_float16")
    dense = layers.Dense(2)
    told = layers.Dense(2, None, True, "ones", "zeros", None, None, None, None, None, None, True, "float32")
    answers["policies"] = [
        config.dtype_policy().name,
        DTypePolicy().compute_dtype,
        [dense.compute_dtype, dense.variable_dtype, dense.dtype, dense.get_config()["dtype"]],
        told.dtype_policy.name,
        Sequential([layers.Input([2]), dense]).dtype_policy.name,
        dtype_policies.get(dtype_policies.serialize(mixed_precision.Policy("mixed_bfloat16"))).name,
    ]
    config.clear_session()
    answers["policies"].append([mixed_precision.global_policy().name, layers.Dense(2).dtype_policy.name])
    answers["unknown policy"] = yield from failure(lambda: config.set_dtype_policy("float128"))
    embedding = layers.Embedding(3, 2, "uniform", None, None, False, [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    found = [embedding.apply_to([2, 0])]
    pair = [ops.ones([1, 2, 3]), ops.ones([1, 2, 3])]
    found.extend(layers.Attention().apply_to(pair, None, {"return_attention_scores": True}))
    heads = layers.MultiHeadAttention(1, 2)
    found.append(heads.apply_to(pair[0], None, {"value": pair[1], "return_attention_scores": True})[1])
    answers["embeddings, scores"] = []
    for tensor in found:
        value = yield tensor.array()
        answers["embeddings, scores"].append(value)
    made = [heads, layers.Dropout(0.5), layers.GroupQueryAttention(1, 2, 1), optimizers.Adam()]
    made.extend([optimizers.Adam(), SeedGenerator(1), SeedGenerator(2), losses.Huber()])
    made.extend([metrics.Mean(), metrics.MeanIoU(2), metrics.MeanIoU(2), Variable(1.0)])
    symbol = layers.Input([2])
    made.extend([Model(symbol, layers.Dense(1).apply_to(symbol)), Sequential(), Sequential()])
    answers["automatic names"] = [thing.name for thing in made]
    answers["automatic names"].append(config.get_uid("adam"))


def gradient(answers):
    body = grad(lambda x: ops.sum(ops.multiply(ops.multiply(x, x), x)))
    result = yield body([1.0, 2.0])
    answers["grad"] = result.shape


def texts(answers):
    """Generator: models with layers of texts and tokens in front."""
    random.set_seed(3)
    reset_names()
    lines = ["a good film", "a bad film", "good, good", "bad!"]
    vectorize = layers.TextVectorization(8, "lower_and_strip_punctuation", "whitespace", None, "int", 3)
    yield vectorize.adapt(Dataset(lines).batch(3))
    answers["vocabulary"] = vectorize.get_vocabulary()
    model = Sequential(
        [
            layers.Input([1], None, "string"),
            vectorize,
            layers.Embedding(8, 3),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    history = yield model.fit(lines, [1.0, 0.0, 1.0, 0.0], 2, 2, 0)
    answers["texts, history"] = history.history
    rows = Dataset(lines, [1.0, 0.0, 1.0, 0.0]).batch(2)
    answers["texts, evaluated"] = yield model.evaluate(rows, None, None, 0)
    again = model_from_config(model_entry(model))
    weights = yield model.get_weights()
    yield again.set_weights(weights)
    found = yield again.predict([["good film"], ["zzz"]])
    answers["texts, predicted"] = plain(found)
    table = {
        "age": [20.0, 30.0, 40.0, 50.0],
        "city": ["x", "y", "x", "z"],
        "kind": [1, 2, 3, 1],
        "size": [0.1, 0.7, 0.9, 0.3],
    }
    space = FeatureSpace(
        {
            "age": "float_normalized",
            "city": "string_categorical",
            "kind": "integer_hashed",
            "size": FeatureSpace.float_discretized(3),
        },
        "concat",
        [["city", "size"]],
        4,
        5,
    )
    yield space.adapt(table)
    made = layers.Dense(2, None, True, "ones")
    model = Model(space.get_inputs(), made.apply_to(space.get_encoded_features()))
    found = yield model.predict(table)
    answers["features"] = plain(found)
    found: Any = space.apply_to({"age": 20.0, "city": "z", "kind": 2, "size": 0.2})
    one = yield found.data()
    answers["features of one"] = plain(one)


def answer(text):
    """Generator → JSON of all answers."""
    given = from_json(text)
    if len(engine_names()) == 0:
        register_engine("cpu", lambda: [True, ""], CpuBackend)
    answers: dict = {"deepest": DEEPEST}
    yield from train(answers)
    yield from branches(answers)
    yield from subclassed(answers)
    yield from masked(answers)
    yield from failures(answers)
    yield from frozen(answers, given)
    yield from gradient(answers)
    yield from like_keras(answers)
    yield from variables(answers)
    yield from stateless(answers)
    yield from policies(answers)
    yield from texts(answers)
    answers["base64"] = base64_encode(utf8_encode("abc"))
    return to_json(answers)


def run_job(text):
    """A promise of the answers."""
    return drive(answer(text))
