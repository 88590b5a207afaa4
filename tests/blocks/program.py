"""A program over all blocks that must give the same answers in Python and, transpiled, in JavaScript.

In the subset. Registers no engine in CPython; in JavaScript the CPU engine runs it.
"""

from pybrowserml import (
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    regularizers,
    schedules,
)
from pybrowserml.backends.active import register_engine
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.runner import read_outputs
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.realise import read_tensor
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.context import pop_step, push_step
from pybrowserml.core.dims import size_named
from pybrowserml.core.host import HostArray, host_array, host_numbers
from pybrowserml.core.naming import reset_names
from pybrowserml.core.opset.binary import add
from pybrowserml.core.opset.registry import to_tensor
from pybrowserml.core.slots import fetch_host
from pybrowserml.core.variables import Variable
from pybrowserml.ops import random
from pybrowserml.ops.windows import COSINES, SHAPES, window_numbers
from pybrowserml.platform.errors import attempt, kind_of, message_of
from pybrowserml.platform.random import uniform_array
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import to_json
from pybrowserml.saving import register_keras_serializable, serialize_keras_object


def uniform(shape, step):
    count = 1
    for dim in shape:
        count = count * dim
    return HostArray(uniform_array(1, 2, step, count, -1.0, 1.0), shape, "float32")


class Net:
    """A functional net with a branch: [batch, 8, 8, 2] → 5 classes."""

    def __init__(self):
        self.first = layers.Conv2D(4, 3, 1, "same", None, 1, 1, None, False)
        self.norm = layers.BatchNormalization()
        self.act = layers.Activation("relu")
        self.deep = layers.SeparableConv2D(4, 3, 1, "same")
        self.add = layers.Add()
        self.pool = layers.MaxPooling2D()
        self.flat = layers.Flatten()
        self.drop = layers.Dropout(0.25, None, 5)
        self.hidden = layers.Dense(6, "gelu", True, "he_normal", "zeros", "l2")
        self.layer_norm = layers.LayerNormalization()
        self.out = layers.Dense(5, "softmax")
        self.all = [self.first, self.norm, self.act, self.deep, self.add, self.pool, self.flat, self.drop]
        self.all.extend([self.hidden, self.layer_norm, self.out])

    def run(self, x, training):
        a = self.act.apply_to(self.norm.apply_to(self.first.apply_to(x, training), training), training)
        b = self.add.apply_to([a, self.deep.apply_to(a, training)], training)
        c = self.drop.apply_to(self.flat.apply_to(self.pool.apply_to(b, training), training), training)
        d = self.layer_norm.apply_to(self.hidden.apply_to(c, training), training)
        return self.out.apply_to(d, training)

    def trainable_weights(self):
        found = []
        for layer in self.all:
            found.extend(layer.trainable_weights)
        return found


def train(optimizer):
    """Generator → the loss and accuracy of six steps, and the sum of every weight."""
    random.set_seed(11)
    reset_names()
    net = Net()
    loss = losses.get("sparse_categorical_crossentropy")
    batch = size_named("batch")
    accuracy = metrics.get("accuracy", [batch], [batch, 5])
    net.run(ops.zeros([1, 8, 8, 2]), False)
    weights = net.trainable_weights()

    def step(inputs):
        push_step(optimizer.iterations.value)
        prediction = net.run(inputs[0], True)
        total = add(loss.compute(inputs[1], prediction), net.hidden.regularization_losses()[0])
        optimizer.apply(gradients([total], [weight.value for weight in weights], None), weights)
        accuracy.update_state(inputs[1], prediction)
        result = accuracy.result()
        pop_step()
        return [["loss", total], ["accuracy", result]]

    runner = trace_runner(step, [["x", [batch, 8, 8, 2], "float32"], ["y", [batch], "int32"]])
    answers = []
    labels = host_array([0, 1, 2, 3, 4, 0, 1, 2], "int32")
    for i in range(6):
        buffers = yield from runner.run([uniform([8, 8, 8, 2], i % 2), labels])
        hosts = yield from read_outputs(buffers)
        answers.append([host_numbers(host)[0] for host in hosts])
    for layer in net.all:
        for variable in layer.weights:
            host = yield from fetch_host(variable)
            total = 0.0
            for number in host_numbers(host):
                total = total + number
            answers.append([variable.path, total])
    return answers


def optimizers_to_try():
    schedule = schedules.ExponentialDecay(0.05, 3, 0.5)
    return [
        optimizers.SGD(schedule, 0.9, True),
        optimizers.Adam(0.01, 0.9, 0.999, 1e-7, True, None, 0.5),
        optimizers.AdamW(0.01),
        optimizers.RMSprop(0.002, 0.9, 0.5, 1e-7, True, None, None, None, 1.0),
        optimizers.Adagrad(0.05, 0.1, 1e-7, None, None, 0.1),
    ]


def configs():
    """Configurations of everything, after a round trip."""
    reset_names()
    found = []
    for layer in Net().all:
        found.append(config_of(from_config(config_of(layer), "layer")))
    for optimizer in optimizers_to_try():
        found.append(config_of(from_config(config_of(optimizer), "optimizer")))
    for name in losses.NAMES.keys():
        found.append(config_of(losses.get(name)))
    for name in initializers.NAMES.keys():
        found.append(config_of(initializers.get(name)))
    for name in metrics.NAMES.keys():
        found.append(config_of(from_config(config_of(metrics.get(name)), "metric")))
    return found


class Ratio(metrics.Metric):
    """A metric with metrics inside of it, alone and in lists."""

    def __init__(self):
        super().__init__(None, "ratio")
        self.inner = metrics.MeanSquaredError("inner")
        self.more = [metrics.Mean("mean"), {"sum": metrics.Sum("sum")}]
        self.steps = self.add_variable([], None, None, "sum", "steps")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.inner.update_state(y_true, y_pred, sample_weight)
        self.more[0].update_state(y_true)
        self.more[1]["sum"].update_state(y_pred)
        self.steps.assign(add(self.steps.value, 1.0))
        return None

    def result(self):
        return self.inner.result()


def inner_metrics():
    """[path, value after an update, value after a reset] of each variable of a metric with metrics inside."""
    metric = Ratio()
    before = [[0.0] for variable in metric.variables]
    updated = metric.stateless_update_state([value[0] for value in before], ops.ones([2]), ops.zeros([2]))
    found = []
    for i in range(len(updated)):
        host = yield from read_tensor(to_tensor(updated[i]))
        reset = yield from read_tensor(to_tensor(metric.stateless_reset_state()[i]))
        found.append([metric.variables[i].path, host_numbers(host)[0], host_numbers(reset)[0]])
    return found


def overwritten():
    """The values of two Variables after a step of SGD with the gradient 3; the second is overwritten by it."""
    ordinary = Variable([1.0], None, "float32")
    special = Variable([1.0], None, "float32")
    special.overwrite_with_gradient = True
    optimizer = optimizers.SGD(0.5)
    optimizer.build([ordinary, special])
    state = [variable.value for variable in optimizer.variables]
    gradients = [ops.full([1], 3.0), ops.full([1], 3.0)]
    updated = optimizer.stateless_apply(state, gradients, [ordinary.value, special.value])[0]
    found = []
    for value in updated:
        host = yield from read_tensor(to_tensor(value))
        found.append(host_numbers(host)[0])
    return found


class Custom(layers.Layer):
    """A layer of a user's, registered with a package."""

    def __init__(self, name=None):
        super().__init__(True, name)

    def call(self, x, training=None):
        return x


def entries():
    """Configurations in Keras's form; each makes an object that has the same one."""
    register_keras_serializable("pack", "Custom")(Custom)
    decay = schedules.CosineDecay(0.1, 10)
    pairs = [
        [losses, losses.Huber(0.5)],
        [losses, losses.MeanSquaredError()],
        [metrics, metrics.MeanSquaredError()],
        [optimizers, optimizers.SGD(decay)],
        [schedules, decay],
        [initializers, initializers.Constant([1.0, 2.0])],
        [regularizers, regularizers.L2(0.5)],
        [constraints, constraints.MaxNorm(2.0)],
        [layers, layers.Dense(3, "relu", True, "zeros", "zeros", "l2", None, None, None, None, "named")],
        [layers, layers.TimeDistributed(layers.Dense(3, None, False), "around")],
    ]
    found = []
    for pair in pairs:
        entry = pair[0].serialize(pair[1])
        again = to_json(pair[0].serialize(pair[0].deserialize(entry)))
        found.append([entry, again == to_json(entry), to_json(serialize_keras_object(pair[1])) == again])
    found.append([serialize_keras_object(Custom("own")), True, True])
    return found


def windows():
    """The windows of the STFT by name, of an even and an odd number of points, periodic and not."""
    found = {}
    for table in [COSINES, SHAPES]:
        for name in table.keys():
            found[name] = []
            for count in [2, 8, 9]:
                found[name].append([window_numbers(name, count, False), window_numbers(name, count, True)])
    return found


def failures():
    """[kind, message] of mistakes."""
    reset_names()
    image = ops.zeros([2, 5, 5, 3])
    dense = layers.Dense(3)
    dense.apply_to(ops.zeros([2, 4]), False)
    attempts = [
        lambda: layers.Dense(0),
        lambda: layers.Dense(3, "rele"),
        lambda: layers.Dense(3, None, True, "glorot"),
        lambda: layers.Dense(3, None, True, "zeros", "zeros", "l3"),
        lambda: layers.Conv2D(4, [1, 2, 3]),
        lambda: layers.Conv2D(4, 3, 1, "full"),
        lambda: layers.Conv2D(4, 3, 1, "valid", "last"),
        lambda: layers.Conv2D(5, 3, 1, "valid", None, 1, 2),
        lambda: layers.Conv2D(4, 3).apply_to(ops.zeros([2, 5, 5]), False),
        lambda: layers.Conv2D(4, 7).apply_to(image, False),
        lambda: layers.MaxPooling2D().apply_to(ops.zeros([2, 5]), False),
        lambda: dense.apply_to(ops.zeros([2, 5]), False),
        lambda: layers.Dense(3).count_params(),
        lambda: layers.Dropout(1.5),
        lambda: layers.Reshape([7, 3]).apply_to(image, False),
        lambda: layers.Concatenate().apply_to([ops.zeros([2, 3]), ops.zeros([3, 3])], False),
        lambda: layers.Add().apply_to([ops.zeros([2, 3]), ops.zeros([2, 4])], False),
        lambda: layers.Dropout(0.5, [2, -1]),
        lambda: layers.Reshape([-1, -1]),
        lambda: layers.ReLU(None, None),
        lambda: layers.Add().compute_mask([image, image], [None]),
        lambda: layers.Attention().compute_mask([image, image], [None]),
        lambda: layers.MultiHeadAttention(2, 3).build([2, 3, 4], [2, 5, 4], [2, 6, 4]),
        lambda: layers.GroupQueryAttention(2, 4, 2).compute_output_shape([2, 3], [2, 3, 4]),
        lambda: layers.HashedCrossing(5).apply_to([ops.zeros([2]), ops.zeros([2])]),
        lambda: initializers.STFT("real", "taylor").make([4, 1, 3], "float32"),
        lambda: initializers.Constant([1, 2]).make([3], "float32"),
        lambda: layers.Softmax().apply_to(ops.zeros([1, 3]), False, {"mask": ops.ones([2, 3], "bool")}),
        lambda: layers.Input([3], None, "float32", [2, 3]),
        lambda: losses.CategoricalGeneralizedCrossEntropy(2.0),
        lambda: optimizers.SGD(0.1, 0.0, False, None, None, None, None, False, 2.0),
        lambda: metrics.IoU(2, [2]),
        lambda: layers.Conv1D(4, [3, 3]),
        lambda: layers.Conv2DTranspose(4, 3, 1, "causal"),
        lambda: layers.Conv1D(4, 3).apply_to(image, False),
        lambda: layers.DepthwiseConv2D(3, 1, "valid", 0),
        lambda: layers.MaxPooling3D([2, 2]),
        lambda: layers.AdaptiveMaxPooling1D(0),
        lambda: layers.Cropping2D([1, 2, 3]),
        lambda: layers.Cropping1D(2).apply_to(ops.zeros([2, 4, 3]), False),
        lambda: layers.ZeroPadding3D([[1, 1], [1, -1], 2]),
        lambda: layers.UpSampling2D(2, None, "linear"),
        lambda: layers.Dot([1, 2, 3]),
        lambda: layers.Dot(0).apply_to([ops.zeros([2, 3]), ops.zeros([2, 3])], False),
        lambda: layers.Dot().apply_to([ops.zeros([2, 3]), ops.zeros([2, 4])], False),
        lambda: layers.BatchNormalization(-1, 0.9, -0.1),
        lambda: layers.GroupNormalization(2).apply_to(image, False),
        lambda: layers.Normalization(-1, [1.0], None),
        lambda: layers.Normalization(-1, [1.0, 2.0], [1.0, 2.0, 3.0]),
        lambda: layers.EinsumDense("ab,bc", 3),
        lambda: layers.EinsumDense("ab,bc->ad", 3),
        lambda: layers.EinsumDense("ab,bc->ac", [3], None, "d").apply_to(ops.zeros([2, 4]), False),
        lambda: layers.EinsumDense("ab,bc->ac", [3]).apply_to(image, False),
        lambda: layers.GaussianNoise(1.5),
        lambda: layers.AlphaDropout(1.0),
        lambda: layers.SpatialDropout1D(0.5).apply_to(image, False),
        lambda: layers.ReLU(-1.0),
        lambda: layers.PReLU("zeros", None, None, [0]),
        lambda: layers.Lambda("relu"),
        lambda: layers.SpectralNormalization("dense"),
        lambda: layers.SpectralNormalization(layers.Flatten()).apply_to(image, False),
        lambda: layers.Wrapper(3),
        lambda: config_of(layers.Lambda(lambda x: x)),
        lambda: from_config({"class_name": "Lambda", "config": {"function": "relu"}}, "layer"),
        lambda: layers.Input(None),
        lambda: layers.Dense(3, None, True, "zeros", "zeros", None, None, None, None, None, "a/b"),
        lambda: losses.get("mean_square"),
        lambda: losses.get("mse").compute(ops.zeros([2, 3]), ops.zeros([2, 4])),
        lambda: losses.get("sparse_categorical_crossentropy").compute(ops.zeros([3]), ops.zeros([2, 4])),
        lambda: losses.get("categorical_crossentropy").compute(ops.zeros([2]), ops.zeros([2, 4])),
        lambda: losses.MeanSquaredError("average"),
        lambda: optimizers.get("adamm"),
        lambda: optimizers.SGD(-1.0),
        lambda: optimizers.SGD(0.1, 0.0, False, None, 1.0, 1.0),
        lambda: metrics.get("acuracy"),
        lambda: from_config({"class_name": "Denze", "config": {}}, "layer"),
        lambda: from_config({"class_name": "Dense", "config": {"units": 3, "unit": 4, "name": "d"}}, "layer"),
        lambda: from_config({"class_name": "Dense", "config": {"units": "3"}}, "layer"),
        lambda: from_config(
            {"class_name": "Dense", "config": {"units": 3, "activation": "<lambda>"}}, "layer"
        ),
        lambda: from_config("Dense", "layer"),
        lambda: random.set_seed("seed"),
        lambda: ops.split(ops.zeros([5, 2]), 2),
        lambda: ops.squeeze(ops.zeros([5, 2]), 0),
    ]
    found = []
    for each in attempts:
        made = attempt(each)
        found.append(["none", ""] if made[1] is None else [kind_of(made[1]), message_of(made[1])])
    return found


def builds():
    """[name, built before, built after, shapes of weights before and after a call, losses] of layers built by hand."""
    reset_names()
    found = []
    cases = [
        [layers.Dense(3, None, True, "ones", "zeros", "l2"), [None, 4], [2, 4]],
        [layers.Conv2D(2, 3), [None, 5, 5, 1], [1, 5, 5, 1]],
        [layers.ReLU(), [None, 4], [2, 4]],
        [layers.Dropout(0.5), [None, 4], [2, 4]],
        [layers.ActivityRegularization(0.5), [None, 4], [2, 4]],
        [layers.Dense(3, None, True, "ones", "zeros", None, None, "l2"), [None, 4], [2, 4]],
    ]
    for case in cases:
        layer = case[0]
        before = layer.built
        layer.build(case[1])
        after = layer.built
        shapes = [weight.shape for weight in layer.weights]
        layer.apply_to(ops.ones(case[2]), False)
        again = [weight.shape for weight in layer.weights]
        found.append([layer.name, before, after, shapes, again, len(layer.losses)])
    attention = layers.MultiHeadAttention(2, 3)
    attention.build([None, 3, 4], [None, 5, 4])
    found.append([attention.name, False, attention.built, [weight.path for weight in attention.weights]])
    found.append(attention.compute_output_shape([2, 3, 4], [2, 5, 4]))
    return found


def answers():
    """Generator → JSON of everything."""
    runs = []
    for optimizer in optimizers_to_try():
        run = yield from train(optimizer)
        runs.append(run)
    inner = yield from inner_metrics()
    values = yield from overwritten()
    return to_json(
        {
            "runs": runs,
            "configs": configs(),
            "failures": failures(),
            "builds": builds(),
            "windows": windows(),
            "entries": entries(),
            "inner": inner,
            "overwritten": values,
        }
    )


def run_job(text):
    """A promise of the answers on the CPU engine (the text is not used)."""
    register_engine("cpu", lambda: [True, ""], CpuBackend)
    return drive(answers())
