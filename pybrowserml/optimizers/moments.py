"""Adam and its kin: steps by running means of gradients and their squares, as in Keras 3."""

from ..core.annotations import Rate
from ..core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    maximum,
    minimum,
    multiply,
    power,
    subtract,
    where,
)
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import scalar
from ..core.opset.unary import absolute, sqrt
from ..core.variables import state_variable
from ..ops.math import square
from ..platform.errors import error
from .base import Optimizer


def toward(slot, value, beta):
    """A slot moved towards a value by 1 - beta of the way; returns the new value."""
    old = slot.value
    moved = add(old, multiply(subtract(value, old), 1.0 - beta))
    slot.assign(moved)
    return moved


def bias_of(beta, step):
    """1 - beta ** step: the weight that a running mean from 0 has gathered in so many steps."""
    return subtract(1.0, power(scalar(beta, "float32"), step))


def adam_rate(rate, beta_1, beta_2, step):
    """The rate that corrects for both running means starting from 0."""
    return divide(multiply(rate, sqrt(bias_of(beta_2, step))), bias_of(beta_1, step))


def adam_step(variable, m, v, scaled_rate, epsilon):
    """Record variable ← variable - m * scaled_rate / (sqrt(v) + epsilon)."""
    step = divide(multiply(m, scaled_rate), add(sqrt(v), epsilon))
    variable.assign(subtract(variable.value, step))
    return None


class Adam(Optimizer):
    """Adaptive moments. Source: Kingma, Ba 2015, arXiv:1412.6980; amsgrad: Reddi et al. 2018."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        self._scaled_rate = None

    def slots(self):
        found = [["momentum", 0.0, 0], ["velocity", 0.0, 0]]
        if self.amsgrad:
            found.append(["velocity_hat", 0.0, 1])
        return found

    def prepare(self, rate):
        self._scaled_rate = adam_rate(rate, self.beta_1, self.beta_2, self.local_step())
        return None

    def update(self, gradient, variable, slots, rate):
        m = toward(slots[0], gradient, self.beta_1)
        v = toward(slots[1], square(gradient), self.beta_2)
        if self.amsgrad:
            v = maximum(slots[2].value, v)
            slots[2].assign(v)
        return adam_step(variable, m, v, self._scaled_rate, self.epsilon)


class AdamW(Adam):
    """Adam with decoupled weight decay. Source: Loshchilov, Hutter 2019, arXiv:1711.05101."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        weight_decay=0.004,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
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
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
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
        if weight_decay is None:
            raise error("ArgumentError", "AdamW: weight_decay must be a number, got none")


class Adamax(Optimizer):
    """Adam by the largest instead of the mean square gradient. Source: Kingma, Ba 2015, section 7."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1=0.9,
        beta_2=0.999,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.bias = None

    def slots(self):
        return [["momentum", 0.0, 0], ["norm", 0.0, 0]]

    def prepare(self, rate):
        self.bias = bias_of(self.beta_1, self.local_step())
        return None

    def update(self, gradient, variable, slots, rate):
        m = toward(slots[0], gradient, self.beta_1)
        u = maximum(multiply(slots[1].value, self.beta_2), absolute(gradient))
        slots[1].assign(u)
        step = divide(multiply(m, rate), multiply(add(u, self.epsilon), self.bias))
        variable.assign(subtract(variable.value, step))
        return None


class Nadam(Optimizer):
    """Adam with Nesterov's momentum, which grows with the steps. Source: Dozat 2016."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1=0.9,
        beta_2=0.999,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.u_product = state_variable(1.0, "float32", False, self.name + "/u_product")
        self._extra_variables.append(self.u_product)
        self.u = None
        self.u_next = None
        self.bias = None

    def slots(self):
        return [["momentum", 0.0, 0], ["velocity", 0.0, 0]]

    def _momentum_at(self, step):
        decay = power(scalar(0.96, "float32"), step)
        return multiply(subtract(1.0, multiply(decay, 0.5)), self.beta_1)

    def prepare(self, rate):
        step = self.local_step()
        self.u = self._momentum_at(step)
        self.u_next = self._momentum_at(add(step, 1.0))
        self.bias = bias_of(self.beta_2, step)
        self.u_product.assign(multiply(self.u_product.value, self.u))
        return None

    def update(self, gradient, variable, slots, rate):
        m = toward(slots[0], gradient, self.beta_1)
        v = toward(slots[1], square(gradient), self.beta_2)
        product = self.u_product.value
        ahead = divide(multiply(m, self.u_next), subtract(1.0, multiply(product, self.u_next)))
        here = divide(multiply(gradient, subtract(1.0, self.u)), subtract(1.0, product))
        spread = add(sqrt(divide(v, self.bias)), self.epsilon)
        variable.assign(subtract(variable.value, divide(multiply(add(ahead, here), rate), spread)))
        return None


class Lamb(Optimizer):
    """Adam whose step is as long as the weight's norm times the rate. Source: You et al. 2020, arXiv:1904.00962."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1=0.9,
        beta_2=0.999,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.first_bias = None
        self.second_bias = None

    def slots(self):
        return [["momentum", 0.0, 0], ["velocity", 0.0, 0]]

    def prepare(self, rate):
        step = self.local_step()
        self.first_bias = bias_of(self.beta_1, step)
        self.second_bias = bias_of(self.beta_2, step)
        return None

    def update(self, gradient, variable, slots, rate):
        m = toward(slots[0], gradient, self.beta_1)
        v = toward(slots[1], square(gradient), self.beta_2)
        spread = add(sqrt(divide(v, self.second_bias)), self.epsilon)
        step = divide(divide(m, self.first_bias), spread)
        value = variable.value
        length = sqrt(reduce_sum(square(value), None, False))
        stride = sqrt(reduce_sum(square(step), None, False))
        moving = greater(stride, 0.0)
        ratio = where(moving, divide(length, where(moving, stride, 1.0)), 1.0)
        ratio = where(greater(length, 0.0), ratio, 1.0)
        variable.assign(subtract(value, multiply(step, multiply(ratio, rate))))
        return None


class ScheduleFreeAdamW(Optimizer):
    """AdamW without a schedule: the weights lie between a fast sequence, the momentum slot, and its running mean.

    warmup_steps: the rate rises from 0 in so many steps. Source: Defazio et al. 2024, arXiv:2405.15682.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.0025,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        warmup_steps=0,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps
        self.step = None

    def slots(self):
        return [["momentum", 0.0, 0], ["velocity", 0.0, 0]]

    def _change(self, gradients, variables):
        # The fast sequence starts where the weights are before the first step, and before they decay.
        first = equal(self.local_step(), 1.0)
        for variable in variables:
            fast = self._slot_variables[self._owner(variable)][0]
            fast.assign(where(first, variable.value, fast.value))
        return super()._change(gradients, variables)

    def prepare(self, rate):
        self.step = self.local_step()
        return None

    def update(self, gradient, variable, slots, rate):
        if self.warmup_steps > 0:
            rate = multiply(rate, minimum(divide(self.step, self.warmup_steps * 1.0), 1.0))
        y = variable.value
        z = slots[0].value
        v = toward(slots[1], square(gradient), self.beta_2)
        spread = add(sqrt(divide(v, bias_of(self.beta_2, self.step))), self.epsilon)
        z_new = subtract(z, divide(multiply(gradient, rate), spread))
        slots[0].assign(z_new)
        x = divide(subtract(y, multiply(z, 1.0 - self.beta_1)), self.beta_1 * 1.0)
        share = divide(1.0, self.step)
        x_new = add(multiply(x, subtract(1.0, share)), multiply(z_new, share))
        variable.assign(add(multiply(z_new, 1.0 - self.beta_1), multiply(x_new, self.beta_1)))
        return None
