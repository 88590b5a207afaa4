"""Gradient descent, with momentum, and by signs. Formulas, names and defaults are those of Keras 3."""

from ..core.annotations import Rate
from ..core.opset.binary import add, multiply, subtract
from ..core.opset.unary import sign
from ..ops.arguments import shown
from ..platform.errors import error
from ..platform.numbers import is_number
from .base import Optimizer


class SGD(Optimizer):
    """Gradient descent, with momentum m ← momentum * m - rate * g, and Nesterov's look ahead."""

    def __init__(
        self,
        learning_rate: Rate = 0.01,
        momentum=0.0,
        nesterov=False,
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
        if not is_number(momentum) or momentum < 0 or momentum > 1:
            raise error("ArgumentError", "SGD: momentum must be in [0, 1], got " + shown(momentum))
        self.momentum = momentum
        self.nesterov = nesterov

    def slots(self):
        return [["momentum", 0.0, 0]] if self.momentum != 0 else []

    def update(self, gradient, variable, slots, rate):
        step = multiply(gradient, rate)
        if self.momentum == 0:
            variable.assign(subtract(variable.value, step))
            return None
        moved = subtract(multiply(slots[0].value, self.momentum), step)
        slots[0].assign(moved)
        ahead = subtract(multiply(moved, self.momentum), step) if self.nesterov else moved
        variable.assign(add(variable.value, ahead))
        return None


class Lion(Optimizer):
    """Steps of one size in the direction of a momentum's signs. Source: Chen et al. 2023, arXiv:2302.06675."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1=0.9,
        beta_2=0.99,
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
        if not is_number(beta_1) or beta_1 <= 0 or beta_1 > 1:
            raise error("ArgumentError", "Lion: beta_1 must be in (0, 1], got " + shown(beta_1))
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def slots(self):
        return [["momentum", 0.0, 0]]

    def update(self, gradient, variable, slots, rate):
        m = slots[0].value
        mixed = add(multiply(m, self.beta_1), multiply(gradient, 1.0 - self.beta_1))
        variable.assign(subtract(variable.value, multiply(sign(mixed), rate)))
        slots[0].assign(add(multiply(m, self.beta_2), multiply(gradient, 1.0 - self.beta_2)))
        return None
