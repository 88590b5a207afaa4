"""Optimizers: how gradients become updates. Formulas, names and defaults are those of Keras 3."""

from . import schedules
from .core.config import Configurable, register_all, resolve
from .core.host import HostArray
from .core.naming import snake_case
from .core.opset.binary import add, divide, maximum, multiply, power, subtract
from .core.opset.reduction import reduce_sum
from .core.opset.registry import scalar
from .core.opset.unary import cast, rsqrt, sqrt
from .core.shapes import copy_shape
from .core.variables import Variable
from .ops.arguments import shown
from .ops.math import clip, square
from .platform.buffers import from_numbers
from .platform.errors import error
from .platform.numbers import is_dict, is_number
from .platform.reflection import class_name_of, plain_number

__all__ = [
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "SGD",
    "get",
    "schedules",
]


class Optimizer(Configurable):
    """Base class. A subclass gives `slots` (names) and `update(gradient, variable, slots, rate)`.

    learning_rate: a number, or a schedule. weight_decay: this share of each weight, times the rate, is taken
    away before the update. clipnorm limits the norm of each gradient, global_clipnorm that of all together,
    clipvalue each element. Slot variables are named as in Keras: "adam/dense_kernel_momentum".
    """

    def __init__(self, learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name):
        limits = [limit for limit in [clipnorm, clipvalue, global_clipnorm] if limit is not None]
        if len(limits) > 1:
            raise error("ArgumentError", "only one of clipnorm, clipvalue and global_clipnorm may be given")
        for limit in limits:
            if not is_number(limit) or limit <= 0:
                raise error("ArgumentError", "a clipping limit must be positive, got " + shown(limit))
        self.name = snake_case(class_name_of(self)) if name is None else name
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.iterations = Variable(0, "int32", False, self.name + "/iterations")
        self.rate_number = None
        self.schedule = None
        self.rate = None
        self.slot_variables = []
        self.slot_owners = []
        if isinstance(learning_rate, schedules.LearningRateSchedule):
            self.schedule = learning_rate
        elif is_dict(learning_rate):
            self.schedule = resolve(
                learning_rate, "schedule", schedules.NAMES, schedules.LearningRateSchedule
            )
        else:
            self._require_rate(learning_rate)
            self.rate_number = plain_number(learning_rate)
            self.rate = Variable(self.rate_number, "float32", False, self.name + "/learning_rate")

    def _require_rate(self, value):
        if not is_number(value) or value < 0:
            raise error("ArgumentError", "learning_rate must be a number >= 0, got " + shown(value))
        return None

    @property
    def learning_rate(self):
        """The Variable that holds the rate, or the schedule. Set it to a number to change the rate."""
        return self.rate if self.schedule is None else self.schedule

    @learning_rate.setter
    def learning_rate(self, value):
        if self.rate is None:
            raise error("ArgumentError", "the learning rate follows a schedule and cannot be set")
        self._require_rate(value)
        self.rate_number = plain_number(value)
        self.rate.assign(self.rate_number)

    def config_value(self, argument_name):
        if argument_name == "learning_rate" and self.schedule is None:
            return self.rate_number
        return super().config_value(argument_name)

    @property
    def variables(self):
        """iterations, the learning rate (unless a schedule), then the slots, those of one weight together."""
        found = [self.iterations]
        if self.rate is not None:
            found.append(self.rate)
        for slots in self.slot_variables:
            found.extend(slots)
        return found

    def slots(self):
        """The names of the slots that each weight has, with their first value: [[name, number], ...]."""
        return []

    def build(self, variables):
        """Make the slot variables of weights; weights that have them keep them."""
        for variable in variables:
            if self._owner(variable) < 0:
                made = []
                for slot in self.slots():
                    made.append(self._slot_variable(variable, slot[0], slot[1]))
                self.slot_owners.append(variable)
                self.slot_variables.append(made)
        return None

    def _slot_variable(self, variable, slot_name, number):
        count = 1
        for dim in variable.shape:
            count = count * dim
        data = from_numbers("float32", [number for i in range(count)])
        path = self.name + "/" + "_".join(variable.path.split("/")) + "_" + slot_name
        return Variable(HostArray(data, copy_shape(variable.shape), "float32"), "float32", False, path)

    def _owner(self, variable):
        for i in range(len(self.slot_owners)):
            if self.slot_owners[i] is variable:
                return i
        return -1

    def current_rate(self):
        """The learning rate of the present step, a float32 scalar tensor."""
        if self.rate is not None:
            return self.rate.value()
        if self.schedule is not None:
            return self.schedule.at(self.iterations.value())
        raise error("ArgumentError", "the optimizer '" + self.name + "' has no learning rate")

    def apply(self, gradients, variables):
        """Record the assignments of one step: weights, slots, iterations.

        gradients: tensors, one per variable; None where a weight has no influence on the loss.
        """
        found = []
        wanted = []
        for i in range(len(variables)):
            if gradients[i] is not None:
                found.append(gradients[i])
                wanted.append(variables[i])
        if len(wanted) == 0:
            raise error("ArgumentError", "no gradient: the loss does not depend on any trainable weight")
        self.build(wanted)
        found = self.clipped(found)
        rate = self.current_rate()
        for variable in wanted:
            if self.weight_decay is not None:
                value = variable.value()
                decay = multiply(multiply(value, self.weight_decay), rate)
                variable.assign(subtract(value, decay))
        self.prepare(rate)
        for i in range(len(wanted)):
            self.update(found[i], wanted[i], self.slot_variables[self._owner(wanted[i])], rate)
        for variable in wanted:
            if variable.constraint is not None:
                variable.assign(variable.constraint.project(variable.value()))
        self.iterations.assign(add(self.iterations.value(), 1))
        return None

    def prepare(self, rate):
        """Compute what all weights of a step share."""
        return None

    def update(self, gradient, variable, slots, rate):
        raise error("ArgumentError", "an optimizer needs a method update(gradient, variable, slots, rate)")

    def clipped(self, gradients):
        """The gradients, limited as the arguments say."""
        if self.clipnorm is not None:
            return [clip_by_norm(gradient, self.clipnorm) for gradient in gradients]
        if self.clipvalue is not None:
            return [clip(gradient, -self.clipvalue, self.clipvalue) for gradient in gradients]
        if self.global_clipnorm is not None:
            total = None
            for gradient in gradients:
                part = reduce_sum(square(gradient), None, False)
                total = part if total is None else add(total, part)
            limit = self.global_clipnorm * 1.0
            factor = divide(limit, maximum(sqrt(total), limit))
            return [multiply(gradient, factor) for gradient in gradients]
        return gradients


def clip_by_norm(gradient, limit):
    """A gradient scaled down so that its Euclidean norm is at most the limit."""
    total = reduce_sum(square(gradient), None, False)
    return multiply(gradient, divide(limit * 1.0, maximum(sqrt(total), limit * 1.0)))


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


NAMES = {"sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSprop, "adagrad": Adagrad}
register_all(NAMES, "optimizer")


def get(identifier):
    """An optimizer of a name ("adam"), a configuration or an optimizer."""
    return resolve(identifier, "optimizer", NAMES, Optimizer)
