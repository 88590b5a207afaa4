"""The update rules. Formulas, names and defaults are those of Keras 3."""

from ..core.opset.binary import add, divide, maximum, multiply, power, subtract
from ..core.opset.registry import scalar
from ..core.opset.unary import cast, rsqrt, sqrt
from ..ops.arguments import shown
from ..ops.math import square
from ..platform.errors import error
from ..platform.numbers import is_number
from .base import Optimizer


class SGD(Optimizer):
    """Gradient descent, with momentum m ← momentum * m - rate * g, and Nesterov's look ahead."""

    def __init__(
        self,
        learning_rate=0.01,
        momentum=0.0,
        nesterov=False,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        name=None,
    ):
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name)
        if not is_number(momentum) or momentum < 0 or momentum > 1:
            raise error("ArgumentError", "SGD: momentum must be in [0, 1], got " + shown(momentum))
        self.momentum = momentum
        self.nesterov = nesterov

    def slots(self):
        return [["momentum", 0.0]] if self.momentum != 0 else []

    def update(self, gradient, variable, slots, rate):
        step = multiply(gradient, rate)
        if self.momentum == 0:
            variable.assign(subtract(variable.value(), step))
            return None
        moved = subtract(multiply(slots[0].value(), self.momentum), step)
        slots[0].assign(moved)
        ahead = subtract(multiply(moved, self.momentum), step) if self.nesterov else moved
        variable.assign(add(variable.value(), ahead))
        return None


class Adam(Optimizer):
    """Adaptive moments. Source: Kingma, Ba 2015, arXiv:1412.6980; amsgrad: Reddi et al. 2018."""

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        name=None,
    ):
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        self.scaled_rate = None

    def slots(self):
        found = [["momentum", 0.0], ["velocity", 0.0]]
        if self.amsgrad:
            found.append(["velocity_hat", 0.0])
        return found

    def prepare(self, rate):
        step = cast(add(self.iterations.value(), 1), "float32")
        first = subtract(1.0, power(scalar(self.beta_1, "float32"), step))
        second = subtract(1.0, power(scalar(self.beta_2, "float32"), step))
        self.scaled_rate = divide(multiply(rate, sqrt(second)), first)
        return None

    def update(self, gradient, variable, slots, rate):
        m = slots[0].value()
        v = slots[1].value()
        m = add(m, multiply(subtract(gradient, m), 1.0 - self.beta_1))
        v = add(v, multiply(subtract(square(gradient), v), 1.0 - self.beta_2))
        slots[0].assign(m)
        slots[1].assign(v)
        if self.amsgrad:
            v = maximum(slots[2].value(), v)
            slots[2].assign(v)
        step = divide(multiply(m, self.scaled_rate), add(sqrt(v), self.epsilon))
        variable.assign(subtract(variable.value(), step))
        return None


class AdamW(Adam):
    """Adam with decoupled weight decay. Source: Loshchilov, Hutter 2019, arXiv:1711.05101."""

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay=0.004,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        name=None,
    ):
        super().__init__(
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            name,
        )


class RMSprop(Optimizer):
    """Gradients divided by the root of their running mean square. Source: Tieleman, Hinton 2012."""

    def __init__(
        self,
        learning_rate=0.001,
        rho=0.9,
        momentum=0.0,
        epsilon=1e-7,
        centered=False,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        name=None,
    ):
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def slots(self):
        found = [["velocity", 0.0]]
        if self.momentum > 0:
            found.append(["momentum", 0.0])
        if self.centered:
            found.append(["average_gradient", 0.0])
        return found

    def update(self, gradient, variable, slots, rate):
        velocity = add(multiply(slots[0].value(), self.rho), multiply(square(gradient), 1.0 - self.rho))
        slots[0].assign(velocity)
        spread = velocity
        if self.centered:
            slot = slots[len(slots) - 1]
            average = add(multiply(slot.value(), self.rho), multiply(gradient, 1.0 - self.rho))
            slot.assign(average)
            spread = subtract(velocity, square(average))
        step = multiply(multiply(gradient, rate), rsqrt(add(spread, self.epsilon)))
        if self.momentum > 0:
            step = add(multiply(slots[1].value(), self.momentum), step)
            slots[1].assign(step)
        variable.assign(subtract(variable.value(), step))
        return None


class Adagrad(Optimizer):
    """Gradients divided by the root of the sum of their squares. Source: Duchi, Hazan, Singer 2011."""

    def __init__(
        self,
        learning_rate=0.001,
        initial_accumulator_value=0.1,
        epsilon=1e-7,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        name=None,
    ):
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def slots(self):
        return [["accumulator", self.initial_accumulator_value]]

    def update(self, gradient, variable, slots, rate):
        total = add(slots[0].value(), square(gradient))
        slots[0].assign(total)
        step = divide(multiply(gradient, rate), sqrt(add(total, self.epsilon)))
        variable.assign(subtract(variable.value(), step))
        return None
