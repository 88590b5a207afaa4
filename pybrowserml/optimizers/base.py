"""What optimizers share: the learning rate, slots, clipping, weight decay, one step."""

from .. import schedules
from ..core.config import Configurable, resolve
from ..core.host import HostArray
from ..core.naming import snake_case
from ..core.opset.binary import add, divide, maximum, multiply, subtract
from ..core.opset.reduction import reduce_sum
from ..core.opset.unary import sqrt
from ..core.shapes import copy_shape
from ..core.variables import Variable
from ..ops.arguments import shown
from ..ops.math import clip, square
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.numbers import is_dict, is_number
from ..platform.reflection import class_name_of, plain_number


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
