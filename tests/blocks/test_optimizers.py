"""Optimizers and schedules against the formulas of Keras 3, written in NumPy in double precision."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml import constraints, ops, optimizers, schedules
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.variables import Variable, state_variable
from pybrowserml.platform.errors import PybrowsermlError

from .harness import compiled, run, value_of

STEPS = 5


def sgd(momentum=0.0, nesterov=False):
    def update(w, g, rate, slots, t):
        if momentum == 0:
            return w - rate * g
        slots["m"] = momentum * slots.get("m", 0) - rate * g
        return w + (momentum * slots["m"] - rate * g if nesterov else slots["m"])

    return update


def adam(amsgrad=False):
    def update(w, g, rate, slots, t):
        m = slots["m"] = 0.9 * slots.get("m", 0) + 0.1 * g
        v = slots["v"] = 0.999 * slots.get("v", 0) + 0.001 * g * g
        if amsgrad:
            v = slots["h"] = np.maximum(slots.get("h", 0), v)
        return w - rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7)

    return update


def rmsprop(momentum=0.0, centered=False):
    def update(w, g, rate, slots, t):
        v = slots["v"] = 0.9 * slots.get("v", 0) + 0.1 * g * g
        a = slots["a"] = 0.9 * slots.get("a", 0) + 0.1 * g
        step = rate * g / np.sqrt((v - a * a if centered else v) + 1e-7)
        slots["m"] = momentum * slots.get("m", 0) + step
        return w - slots["m"]

    return update


def adagrad(w, g, rate, slots, t):
    slots["s"] = slots.get("s", 0.1) + g * g
    return w - rate * g / np.sqrt(slots["s"] + 1e-7)


ROWS = [
    ("sgd", optimizers.SGD(0.1), sgd(), 0.1, {}),
    ("momentum", optimizers.SGD(0.1, 0.9), sgd(0.9), 0.1, {}),
    ("nesterov", optimizers.SGD(0.1, 0.9, True), sgd(0.9, True), 0.1, {}),
    ("adam", optimizers.Adam(), adam(), 0.001, {}),
    ("amsgrad", optimizers.Adam(0.01, amsgrad=True), adam(True), 0.01, {}),
    ("adamw", optimizers.AdamW(0.01), adam(), 0.01, {"decay": 0.004}),
    ("rmsprop", optimizers.RMSprop(0.01), rmsprop(), 0.01, {}),
    ("rmsprop_all", optimizers.RMSprop(0.01, momentum=0.5, centered=True), rmsprop(0.5, True), 0.01, {}),
    ("adagrad", optimizers.Adagrad(0.1), adagrad, 0.1, {}),
    ("weight_decay", optimizers.SGD(0.1, weight_decay=0.2), sgd(), 0.1, {"decay": 0.2}),
    ("clipnorm", optimizers.SGD(0.1, clipnorm=0.5), sgd(), 0.1, {"clipnorm": 0.5}),
    ("clipvalue", optimizers.SGD(0.1, clipvalue=0.3), sgd(), 0.1, {"clipvalue": 0.3}),
    ("global_clipnorm", optimizers.SGD(0.1, global_clipnorm=0.5), sgd(), 0.1, {"global": 0.5}),
]


def limited(gradients, options):
    norms = [np.linalg.norm(g) for g in gradients]
    if "clipnorm" in options:
        return [g * min(1, options["clipnorm"] / n) for g, n in zip(gradients, norms, strict=True)]
    if "clipvalue" in options:
        return [np.clip(g, -options["clipvalue"], options["clipvalue"]) for g in gradients]
    if "global" in options:
        whole = np.sqrt(sum(n * n for n in norms))
        return [g * min(1, options["global"] / whole) for g in gradients]
    return gradients


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_optimizer(row, float64):
    label, template, update, rate, options = row
    optimizer = from_config(config_of(template), "optimizer")
    assert config_of(optimizer) == config_of(template)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(3, 2)), rng.normal(size=(2,))]
    variables = [
        state_variable(w, "float32", True, f"dense/{name}")
        for w, name in zip(weights, ["kernel", "bias"], strict=True)
    ]
    gradients = rng.normal(size=(STEPS, 8))
    gradients[:, 1] = 0

    def step(inputs):
        parts = [ops.reshape(ops.slice(inputs[0], [0], [6]), [3, 2]), ops.slice(inputs[0], [6], [2])]
        optimizer.apply(parts, variables)
        return [["done", optimizer.iterations.value]]

    runner = trace_runner(step, [["g", [8], "float32"]])
    slots = [{}, {}]
    for t in range(1, STEPS + 1):
        g = gradients[t - 1]
        run(runner, [g])
        parts = limited([g[:6].reshape(3, 2), g[6:]], options)
        for i in range(2):
            weights[i] = weights[i] - weights[i] * options.get("decay", 0) * rate
            weights[i] = update(weights[i], parts[i], rate, slots[i], t)
            np.testing.assert_allclose(value_of(variables[i]), weights[i], rtol=1e-7, atol=1e-10)
    assert int(value_of(optimizer.iterations)) == STEPS


def test_slots_are_named_as_in_keras():
    optimizer = optimizers.Adam()
    optimizer.build([state_variable(np.zeros(2), "float32", True, "sequential/dense/kernel")])
    assert [v.path for v in optimizer.variables] == [
        "adam/iteration",
        "adam/learning_rate",
        "adam/sequential_dense_kernel_momentum",
        "adam/sequential_dense_kernel_velocity",
    ]


def test_adafactor_has_the_variables_of_keras():
    optimizer = optimizers.Adafactor()
    optimizer.build([state_variable(np.ones(shape), "float32", True, "w") for shape in ([3, 2], [2], [])])
    shapes = [tuple(variable.shape) for variable in optimizer.variables]
    assert shapes == [(), (), (3,), (2,), (3, 2), (), (), (2,), (), (), ()]


def test_gradients_that_overwrite_are_accumulated_by_their_largest():
    ordinary, special = (state_variable([1.0], "float32", True, name) for name in ("a", "b"))
    special.overwrite_with_gradient = True
    optimizer = optimizers.SGD(1.0, gradient_accumulation_steps=2, momentum=0.9)
    found = []
    for gradient in (3.0, 1.0, 2.0):
        optimizer.apply([np.float32([gradient]), np.float32([gradient])], [ordinary, special])
        found.append([value_of(ordinary)[0], value_of(special)[0]])
    assert found == [[1, 1], [-1, 3], [-1, 3]]
    assert [variable.name for variable in optimizer.variables if "momentum" in variable.name] == [
        "a_momentum"
    ]


def test_missing_gradients_are_told():
    optimizer = optimizers.SGD()
    variables = [state_variable([1.0], "float32", True, name) for name in ("a", "b")]
    with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['b'\]"):
        optimizer.apply([np.float32([1.0]), None], variables)
    with pytest.raises(PybrowsermlError, match="no gradient"):
        optimizer.apply([None, None], variables)
    optimizer.apply([], [])
    assert int(value_of(optimizer.iterations)) == 1


def test_learning_rate_can_be_set():
    optimizer = optimizers.SGD(0.5)
    variable = state_variable([1.0], "float32", True, "w")

    def step(inputs):
        optimizer.apply(inputs, [variable])
        return [["w", variable.value]]

    runner = trace_runner(step, [["g", [1], "float32"]])
    assert run(runner, [np.ones(1)])[0] == pytest.approx(0.5)
    optimizer.learning_rate = 0.25
    assert run(runner, [np.ones(1)])[0] == pytest.approx(0.25)
    assert optimizer.get_config()["learning_rate"] == 0.25


def test_constraints_hold_after_the_update():
    variable = state_variable([[0.1, 3.0]], "float32", True, "w")
    variable.constraint = constraints.get("non_neg")
    optimizers.SGD(1.0).apply([Variable([[1.0, 1.0]]).value], [variable])
    np.testing.assert_allclose(value_of(variable), [[0.0, 2.0]])


CONSTRAINTS = [
    (constraints.MaxNorm(1.0), lambda w, n: w * np.minimum(n, 1) / n),
    (constraints.UnitNorm(), lambda w, n: w / n),
    (constraints.MinMaxNorm(0.5, 1.0, 0.5), lambda w, n: w * (0.5 * np.clip(n, 0.5, 1) + 0.5 * n) / n),
    (constraints.NonNeg(), lambda w, n: np.maximum(w, 0)),
]


@pytest.mark.parametrize("row", CONSTRAINTS, ids=lambda row: type(row[0]).__name__)
def test_constraint(row):
    w = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_allclose(row[0](w).numpy(), row[1](w, np.linalg.norm(w, axis=0)), rtol=1e-5, atol=1e-6)


SCHEDULES = [
    (schedules.ExponentialDecay(0.2, 20, 0.7), lambda t: 0.2 * 0.7 ** (t / 20)),
    (schedules.ExponentialDecay(0.2, 20, 0.7, True), lambda t: 0.2 * 0.7 ** (t // 20)),
    (schedules.InverseTimeDecay(0.2, 10, 0.5), lambda t: 0.2 / (1 + 0.5 * t / 10)),
    (schedules.PolynomialDecay(0.2, 30, 0.01, 2.0), lambda t: 0.19 * (1 - min(t, 30) / 30) ** 2 + 0.01),
    (
        schedules.PolynomialDecay(0.2, 30, 0.01, 1.0, True),
        lambda t: 0.19 * (1 - t / (30 * max(1, np.ceil(t / 30)))) + 0.01,
    ),
    (
        schedules.PiecewiseConstantDecay([10, 25], [1.0, 0.5, 0.1]),
        lambda t: 1.0 if t <= 10 else 0.5 if t <= 25 else 0.1,
    ),
    (
        schedules.CosineDecay(0.2, 30, 0.1),
        lambda t: 0.2 * (0.9 * 0.5 * (1 + np.cos(np.pi * min(t, 30) / 30)) + 0.1),
    ),
    (
        schedules.CosineDecay(0.0, 30, 0.0, warmup_target=0.2, warmup_steps=10),
        lambda t: 0.02 * t if t < 10 else 0.1 * (1 + np.cos(np.pi * min(t - 10, 30) / 30)),
    ),
]


@pytest.mark.parametrize("row", SCHEDULES, ids=lambda row: type(row[0]).__name__)
def test_schedule(row, float64):
    schedule, reference = row
    steps = np.array([0, 1, 9, 10, 11, 20, 25, 26, 30, 31, 60])
    found = compiled(lambda xs: [schedule.at(xs[0])], [steps])[0]
    np.testing.assert_allclose(found, [reference(t) for t in steps], rtol=1e-6, atol=1e-9)
    assert config_of(from_config(config_of(schedule), "schedule")) == config_of(schedule)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.get("adamm"), "unknown optimizer 'adamm'; known: sgd, rmsprop, adam, adamw"),
        (lambda: optimizers.SGD("fast"), "learning_rate must be a number"),
        (lambda: optimizers.SGD(clipnorm=0), "clipping limit must be positive"),
        (lambda: optimizers.SGD(momentum=2), "momentum must be in"),
        (
            lambda: optimizers.SGD().apply([None], [Variable([1.0])]),
            "does not depend on any trainable weight",
        ),
    ],
)
def test_messages(make, message):
    with pytest.raises(PybrowsermlError, match=message):
        make()


def applied(optimizer, gradients, variables):
    """Eager steps; the weights at the end."""
    for gradient in gradients:
        optimizer.apply_gradients([(gradient, variable) for variable in variables])
    return [value_of(variable) for variable in variables]


class Halving(optimizers.Optimizer):
    """An optimizer of a user's, as Keras documents them."""

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.seen = self.add_optimizer_variables(variables, "seen")

    def update_step(self, gradient, variable, learning_rate):
        seen = self.seen[self._get_variable_index(variable)]
        self.assign_add(seen, ops.square(gradient))
        self.assign_sub(variable, ops.multiply(ops.divide(gradient, seen.value), learning_rate))


def test_an_optimizer_of_a_user():
    variable = state_variable([1.0, 2.0], "float32", True, "dense/kernel")
    optimizer = Halving(0.5, gradient_accumulation_steps=2)
    found = applied(optimizer, [np.array([2.0, 4.0], np.float32)] * 4, [variable])[0]
    # Two updates by the mean gradient g: g / g² and g / 2g².
    np.testing.assert_allclose(found, [1 - 0.5 * (1 / 2 + 1 / 4), 2 - 0.5 * (1 / 4 + 1 / 8)], rtol=1e-6)
    assert [v.path for v in optimizer.variables] == [
        "halving/iteration",
        "halving/learning_rate",
        "halving/dense_kernel_gradient_accumulator",
        "halving/dense_kernel_seen",
    ]


def test_order_of_variables_is_that_of_keras():
    optimizer = optimizers.Adam(amsgrad=True, use_ema=True)
    optimizer.build(
        [state_variable(np.zeros(2), "float32", True, f"d/{name}") for name in ("kernel", "bias")]
    )
    assert [v.path.split("/")[1] for v in optimizer.variables] == [
        "iteration",
        "learning_rate",
        "d_kernel_average",
        "d_bias_average",
        "d_kernel_momentum",
        "d_kernel_velocity",
        "d_bias_momentum",
        "d_bias_velocity",
        "d_kernel_velocity_hat",
        "d_bias_velocity_hat",
    ]


def test_gradients_alone_go_to_the_variables_it_was_built_with():
    variables = [state_variable([1.0], "float32", True, "a"), state_variable([2.0], "float32", True, "b")]
    optimizer = optimizers.SGD(1.0)
    optimizer.build(variables)
    with pytest.warns(UserWarning, match="do not exist"):
        optimizer.apply([None, np.array([0.5], np.float32)])
    assert [float(value_of(v)[0]) for v in variables] == [1.0, 1.5]
    with pytest.raises(PybrowsermlError, match="apply: needs one gradient per variable, got 1 for 2"):
        optimizer.apply([None])


def test_loss_scaling():
    assert float(optimizers.SGD(loss_scale_factor=8.0).scale_loss(ops.array(2.0))) == 16
    optimizer = optimizers.LossScaleOptimizer(optimizers.SGD(0.5), 4.0, 2)
    variable = state_variable([1.0], "float32", True, "w")
    assert float(optimizer.scale_loss(ops.array(2.0))) == 8
    applied(optimizer, [np.array([4.0], np.float32)], [variable])
    assert float(value_of(variable)[0]) == 0.5
    applied(optimizer, [np.array([np.nan], np.float32)], [variable])
    assert (float(value_of(variable)[0]), float(value_of(optimizer.dynamic_scale))) == (0.5, 2.0)
    assert int(value_of(optimizer.iterations)) == 1
    optimizer.learning_rate = 0.25
    assert float(value_of(optimizer.inner_optimizer.learning_rate)) == 0.25


def test_what_users_give():
    assert isinstance(optimizers.get(optimizers.Nadam), optimizers.Nadam)
    made = optimizers.deserialize({"class_name": "adamw", "config": {"learning_rate": 0.5}})
    assert isinstance(made, optimizers.AdamW) and made.get_config()["learning_rate"] == 0.5
    variable = state_variable([1.0], "float32", True, "w")
    optimizer = optimizers.SGD(lambda: 0.25, momentum=0.5)
    assert applied(optimizer, [np.ones(1, np.float32)], [variable])[0] == 0.75
    optimizer.set_weights([7, np.array([2.0])])
    assert [value_of(v).tolist() for v in optimizer.variables] == [7, [2.0]]
    with pytest.raises(PybrowsermlError, match="set_weights: the optimizer has 2 variables, got 1 values"):
        optimizer.set_weights([1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: optimizers.SGD(gradient_accumulation_steps=1),
            "gradient_accumulation_steps must be a whole",
        ),
        (lambda: optimizers.SGD(use_ema=True, ema_momentum=2.0), r"ema_momentum must be in \[0, 1\]"),
        (lambda: optimizers.SGD(ema_overwrite_frequency=0), "ema_overwrite_frequency must be a whole number"),
        (lambda: optimizers.AdamW(weight_decay=None), "AdamW: weight_decay"),
        (lambda: optimizers.Lion(beta_1=0.0), "Lion: beta_1"),
        (lambda: optimizers.Ftrl(learning_rate_power=0.5), "Ftrl: learning_rate_power"),
        (lambda: optimizers.LossScaleOptimizer("adam"), "inner_optimizer must be an optimizer"),
        (lambda: schedules.CosineDecay(0.1, 0), "decay_steps must be a number above 0, got 0"),
        (
            lambda: optimizers.Optimizer(0.1).add_variable([2], "normal"),
            "starts with zeros, ones or a number",
        ),
    ],
)
def test_messages_of_arguments(make, message):
    with pytest.raises(PybrowsermlError, match=message):
        make()


class HalfRate(schedules.LearningRateSchedule):
    """A schedule of a user's."""

    def __call__(self, step):
        return ops.divide(1.0, ops.add(ops.cast(step, "float32"), 1.0))


def test_a_schedule_of_a_user():
    variable = state_variable([0.0], "float32", True, "w")
    found = applied(optimizers.SGD(HalfRate()), [np.array([-1.0], np.float32)] * 3, [variable])[0]
    np.testing.assert_allclose(found, [1 + 1 / 2 + 1 / 3], rtol=1e-6)


def test_several_optimizers_for_one_model():
    def trained(optimizer):
        pb.utils.set_random_seed(3)
        layers = [pb.layers.Dense(3, name="first"), pb.layers.Dense(1, name="second")]
        model = pb.Sequential([pb.Input([2]), *layers])
        before = model.get_weights()
        model.compile(optimizer, "mse")
        model.train_on_batch(np.ones((4, 2)), np.ones((4, 1)))
        return [a - b for a, b in zip(model.get_weights(), before, strict=True)]

    choices = pb.optimizers.OptimizerMap(pb.optimizers.SGD(0.1), {".*/first/.*": pb.optimizers.Adam(0.01)})
    found = trained(pb.optimizers.MultiOptimizer(choices))
    expected = trained(pb.optimizers.Adam(0.01))[:2] + trained(pb.optimizers.SGD(0.1))[2:]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    copy = pb.optimizers.deserialize(pb.optimizers.serialize(pb.optimizers.MultiOptimizer(choices)))
    assert [type(inner).__name__ for inner in copy.optimizers] == ["Adam", "SGD"]
    with pytest.raises(pb.ArgumentError, match="several entries fit 'a/b'"):
        pb.optimizers.OptimizerMap(
            pb.optimizers.SGD(), {"a/.*": pb.optimizers.SGD(), ".*/b": pb.optimizers.SGD()}
        )["a/b"]


def test_rates_become_schedules_and_weights_are_taken():
    optimizer = pb.optimizers.SGD(0.5)
    optimizer.set_weights(optimizer.variables)
    optimizer.learning_rate = pb.optimizers.schedules.ExponentialDecay(0.25, 10, 0.5)
    assert float(optimizer.current_rate()) == 0.25 and len(optimizer.variables) == 1
