"""Rates of each weight's own by the squares of its gradients, as in Keras 3."""

from ..core.annotations import Rate
from ..core.opset.binary import add, divide, maximum, minimum, multiply, power, subtract
from ..core.opset.registry import scalar
from ..core.opset.unary import negative, rsqrt, sqrt
from ..ops.arguments import shown
from ..ops.math import clip, square
from ..ops.movement import expand_dims
from ..ops.reduction import mean
from ..platform.errors import error
from .base import Optimizer


class RMSprop(Optimizer):
    """Gradients divided by the root of their running mean square. Source: Tieleman, Hinton 2012."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho=0.9,
        momentum=0.0,
        epsilon=1e-7,
        centered=False,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def slots(self):
        found = [["velocity", 0.0, 0]]
        if self.momentum > 0:
            found.append(["momentum", 0.0, 1])
        if self.centered:
            found.append(["average_gradient", 0.0, 2])
        return found

    def update(self, gradient, variable, slots, rate):
        velocity = add(multiply(slots[0].value, self.rho), multiply(square(gradient), 1.0 - self.rho))
        slots[0].assign(velocity)
        spread = velocity
        if self.centered:
            slot = slots[len(slots) - 1]
            average = add(multiply(slot.value, self.rho), multiply(gradient, 1.0 - self.rho))
            slot.assign(average)
            spread = subtract(velocity, square(average))
        step = multiply(multiply(gradient, rate), rsqrt(add(spread, self.epsilon)))
        if self.momentum > 0:
            step = add(multiply(slots[1].value, self.momentum), step)
            slots[1].assign(step)
        variable.assign(subtract(variable.value, step))
        return None


class Adagrad(Optimizer):
    """Gradients divided by the root of the sum of their squares. Source: Duchi, Hazan, Singer 2011."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        initial_accumulator_value=0.1,
        epsilon=1e-7,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def slots(self):
        return [["accumulator", self.initial_accumulator_value, 0]]

    def update(self, gradient, variable, slots, rate):
        total = add(slots[0].value, square(gradient))
        slots[0].assign(total)
        step = divide(multiply(gradient, rate), sqrt(add(total, self.epsilon)))
        variable.assign(subtract(variable.value, step))
        return None


class Adadelta(Optimizer):
    """Steps by the ratio of the running mean squares of earlier steps and of gradients.

    Source: Zeiler 2012, arXiv:1212.5701.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho=0.95,
        epsilon=1e-7,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        self.rho = rho
        self.epsilon = epsilon

    def slots(self):
        return [["accumulated_grad", 0.0, 0], ["accumulated_delta_var", 0.0, 0]]

    def _gathered(self, slot, value):
        return add(multiply(slot.value, self.rho), multiply(square(value), 1.0 - self.rho))

    def update(self, gradient, variable, slots, rate):
        squares = self._gathered(slots[0], gradient)
        slots[0].assign(squares)
        before = sqrt(add(slots[1].value, self.epsilon))
        step = negative(divide(multiply(before, gradient), sqrt(add(squares, self.epsilon))))
        slots[1].assign(self._gathered(slots[1], step))
        variable.assign(add(variable.value, multiply(step, rate)))
        return None


class Adafactor(Optimizer):
    """Mean squares of gradients kept as a row and a column for each matrix, steps relative to the weights.

    The rate is at most 1 / sqrt(step), with or without relative_step, as in Keras.
    Source: Shazeer, Stern 2018, arXiv:1804.04235.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_2_decay=-0.8,
        epsilon_1=1e-30,
        epsilon_2=0.001,
        clip_threshold=1.0,
        relative_step=True,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step
        self.limit = None
        self.beta_2 = None

    def slots_of(self, variable):
        shape = variable.shape
        rank = len(shape)
        row = []
        column = []
        # As in Keras's files, scalars that nobody reads stand in for the row and column of a vector.
        if rank >= 2:
            row = shape[0 : rank - 1]
            column = [shape[i] for i in range(rank) if i != rank - 2]
        return [["row", 0.0, 0, row], ["column", 0.0, 0, column], ["velocity", 0.0, 0, shape]]

    def prepare(self, rate):
        step = self.local_step()
        self.limit = divide(1.0, sqrt(step))
        self.beta_2 = subtract(1.0, power(step, scalar(self.beta_2_decay, "float32")))
        return None

    def _kept(self, slot, value):
        kept = add(multiply(slot.value, self.beta_2), multiply(value, subtract(1.0, self.beta_2)))
        slot.assign(kept)
        return kept

    def update(self, gradient, variable, slots, rate):
        value = variable.value
        alpha = multiply(maximum(_root_mean_square(value), self.epsilon_2), minimum(rate, self.limit))
        squares = add(square(gradient), self.epsilon_1)
        if len(variable.shape) >= 2:
            row = self._kept(slots[0], mean(squares, -1, False))
            column = self._kept(slots[1], mean(squares, -2, False))
            share = expand_dims(divide(row, mean(row, -1, True)), -1)
            velocity = multiply(share, expand_dims(column, -2))
            slots[2].assign(velocity)
        else:
            velocity = self._kept(slots[2], squares)
        step = divide(gradient, sqrt(velocity))
        step = divide(step, maximum(divide(_root_mean_square(step), self.clip_threshold * 1.0), 1.0))
        variable.assign(subtract(value, multiply(step, alpha)))
        return None


def _root_mean_square(x):
    return sqrt(mean(square(x), None, False))


class Ftrl(Optimizer):
    """Follow the regularised leader: weights that are exactly 0 by l1_regularization_strength.

    Source: McMahan et al. 2013, "Ad click prediction: a view from the trenches".
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        learning_rate_power=-0.5,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        l2_shrinkage_regularization_strength=0.0,
        beta=0.0,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        if learning_rate_power > 0:
            raise error(
                "ArgumentError",
                "Ftrl: learning_rate_power must not be positive, got " + shown(learning_rate_power),
            )
        for entry in [
            ["initial_accumulator_value", initial_accumulator_value],
            ["l1_regularization_strength", l1_regularization_strength],
            ["l2_regularization_strength", l2_regularization_strength],
            ["l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength],
        ]:
            if entry[1] < 0:
                raise error(
                    "ArgumentError", "Ftrl: " + entry[0] + " must be at least 0, got " + shown(entry[1])
                )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def slots(self):
        return [["accumulator", self.initial_accumulator_value, 0], ["linear", 0.0, 0]]

    def _powered(self, x):
        if self.learning_rate_power == -0.5:
            return sqrt(x)
        return power(x, scalar(-self.learning_rate_power, "float32"))

    def update(self, gradient, variable, slots, rate):
        value = variable.value
        old = slots[0].value
        new = add(old, square(gradient))
        shrinking = add(gradient, multiply(value, 2.0 * self.l2_shrinkage_regularization_strength))
        pull = multiply(divide(subtract(self._powered(new), self._powered(old)), rate), value)
        linear = add(slots[1].value, subtract(shrinking, pull))
        slots[1].assign(linear)
        l2 = add(divide(0.5 * self.beta, rate), self.l2_regularization_strength)
        curve = add(divide(self._powered(new), rate), multiply(l2, 2.0))
        l1 = self.l1_regularization_strength
        variable.assign(divide(subtract(clip(linear, -l1, l1), linear), curve))
        slots[0].assign(new)
        return None
