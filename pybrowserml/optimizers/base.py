"""What optimizers share: the learning rate, slots, clipping, weight decay, averages, accumulation, one step."""

from typing import Any

from .. import constraints, schedules
from ..core.annotations import Initial
from ..core.config import Configurable, resolve
from ..core.naming import snake_case
from ..core.opset.binary import add, divide, equal, floor_divide, mod, multiply, not_equal, subtract, where
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast
from ..core.variables import Variable, state_variable
from ..ops.arguments import shown
from ..platform.errors import error
from ..platform.numbers import is_dict, is_function, is_number
from ..platform.reflection import class_name_of, plain_number
from ..platform.text import has_match
from .clipping import clipped
from .state import filled_variable, first_value, only_if, require_steps


class Optimizer(Configurable):
    """Base class. A subclass gives `slots` (names) and `update(gradient, variable, slots, rate)`.

    One of a user's own may instead extend `build` (with `add_optimizer_variables`) and `update_step`, as in Keras.

    learning_rate: a number, a schedule, or a function without arguments. weight_decay: this share of each weight, times
    the rate, is taken away before the update. clipnorm limits the norm of each gradient, global_clipnorm that of all
    together, clipvalue each element. use_ema: keep moving averages of the weights, ema_momentum: how much of the old
    average stays at each step; they replace the weights every ema_overwrite_frequency steps, and when
    `finalize_variable_values` is called. loss_scale_factor: the loss is multiplied by it (`scale_loss`) and the
    gradients divided. gradient_accumulation_steps: weights change every so many steps, by the mean of the gradients.
    Slot variables are named as in Keras: "adam/dense_kernel_momentum".
    """

    def __init__(
        self,
        learning_rate,
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
        limits = [limit for limit in [clipnorm, clipvalue, global_clipnorm] if limit is not None]
        if len(limits) > 1:
            raise error("ArgumentError", "only one of clipnorm, clipvalue and global_clipnorm may be given")
        for limit in limits:
            if not is_number(limit) or limit <= 0:
                raise error("ArgumentError", "a clipping limit must be positive, got " + shown(limit))
        require_steps(gradient_accumulation_steps, 2, "gradient_accumulation_steps")
        require_steps(ema_overwrite_frequency, 1, "ema_overwrite_frequency")
        if not is_number(ema_momentum) or ema_momentum < 0 or ema_momentum > 1:
            raise error("ArgumentError", "ema_momentum must be in [0, 1], got " + shown(ema_momentum))
        self.name = snake_case(class_name_of(self)) if name is None else name
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.iterations = state_variable(0, "int32", False, self.name + "/iterations")
        self.built = False
        # Whether the weights hold the averages, and the averages the weights; see callbacks/averages.
        self.swapped = False
        self.rate_number = None
        self.rate_function = None
        self.schedule = None
        self.rate = None
        # Lists with one entry for each weight; the slots of a weight in the order of `slots_of`.
        self.slot_owners = []
        self.slot_variables = []
        self.slot_groups = []
        self.averages = []
        self.accumulators = []
        self.extra_variables = []
        self.undecayed = []
        self.undecayed_patterns = []
        if isinstance(learning_rate, schedules.LearningRateSchedule):
            self.schedule = learning_rate
        elif is_dict(learning_rate):
            self.schedule = resolve(
                learning_rate, "schedule", schedules.NAMES, schedules.LearningRateSchedule
            )
        elif is_function(learning_rate):
            self.rate_function = learning_rate
        else:
            self._require_rate(learning_rate)
            self.rate_number = plain_number(learning_rate)
            self.rate = state_variable(self.rate_number, "float32", False, self.name + "/learning_rate")

    def _require_rate(self, value):
        if not is_number(value) or value < 0:
            raise error("ArgumentError", "learning_rate must be a number >= 0, got " + shown(value))
        return None

    @property
    def learning_rate(self) -> Any:
        """The Variable that holds the rate, or the schedule or function. Set it to a number or to a schedule."""
        if self.rate_function is not None:
            return self.rate_function
        return self.rate if self.schedule is None else self.schedule

    @learning_rate.setter
    def learning_rate(self, value):
        if isinstance(value, schedules.LearningRateSchedule):
            self.schedule = value
            self.rate = None
        else:
            self.set_rate(value)

    def set_rate(self, value):
        """Change the learning rate to a number."""
        if self.rate is None:
            raise error("ArgumentError", "the learning rate follows a schedule or function and cannot be set")
        self._require_rate(value)
        self.rate_number = plain_number(value)
        self.rate.assign(self.rate_number)
        return None

    def config_value(self, argument_name):
        if argument_name == "learning_rate" and self.schedule is None:
            return self.rate_number
        return super().config_value(argument_name)

    # Variables

    @property
    def variables(self):
        """iterations, the learning rate (unless a schedule), averages, accumulated gradients, slots, others."""
        found = [self.iterations]
        if self.rate is not None:
            found.append(self.rate)
        found.extend(self.averages)
        found.extend(self.accumulators)
        for group in range(3):
            for i in range(len(self.slot_variables)):
                for k in range(len(self.slot_variables[i])):
                    if self.slot_groups[i][k] == group:
                        found.append(self.slot_variables[i][k])
        found.extend(self.extra_variables)
        return found

    def slots(self):
        """The slots that each weight has: [[name, first value, group], ...].

        Slots of group 0 stand together for each weight in `variables`, then come those of group 1, and so on.
        """
        return []

    def slots_of(self, variable):
        """The slots of one weight: [[name, first value, group, shape], ...]."""
        return [[slot[0], slot[1], slot[2], variable.shape] for slot in self.slots()]

    def build(self, variables):
        """Make the slot variables of weights; weights that have them keep them."""
        for variable in variables:
            if self._owner(variable) < 0:
                made = []
                groups = []
                for slot in self.slots_of(variable):
                    made.append(self._slot_variable(variable, slot[0], slot[1], slot[3]))
                    groups.append(slot[2])
                self.slot_owners.append(variable)
                self.slot_variables.append(made)
                self.slot_groups.append(groups)
                if self.use_ema:
                    self.averages.append(self._slot_variable(variable, "average", 0.0, variable.shape))
                if self.gradient_accumulation_steps is not None:
                    self.accumulators.append(
                        self._slot_variable(variable, "gradient_accumulator", 0.0, variable.shape)
                    )
        self.built = True
        return None

    def _slot_variable(self, variable, slot_name, number, shape):
        path = self.name + "/" + "_".join(variable.path.split("/")) + "_" + slot_name
        return filled_variable(path, shape, number)

    def add_variable(self, shape, initializer: Initial = "zeros", name="variable"):
        """A float32 variable of the optimizer's own. initializer: "zeros", "ones" or a number."""
        made = filled_variable(self.name + "/" + name, shape, first_value(initializer))
        self.extra_variables.append(made)
        return made

    def add_variable_from_reference(
        self, reference_variable, name="variable", initializer: Initial = "zeros"
    ):
        """A variable of the optimizer's own that has the shape of a weight."""
        made = self._slot_variable(
            reference_variable, name, first_value(initializer), reference_variable.shape
        )
        self.extra_variables.append(made)
        return made

    def add_optimizer_variables(self, trainable_variables, name, initializer: Initial = "zeros"):
        """A list of variables, one for each weight, of its shape."""
        return [
            self.add_variable_from_reference(variable, name, initializer) for variable in trainable_variables
        ]

    def set_weights(self, weights):
        """Give all `variables` new values, a list in their order."""
        variables = self.variables
        if len(weights) != len(variables):
            raise error(
                "ArgumentError",
                "set_weights: the optimizer has "
                + str(len(variables))
                + " variables, got "
                + str(len(weights))
                + " values",
            )
        for i in range(len(variables)):
            given = weights[i]
            variables[i].assign(given.value if isinstance(given, Variable) else given)
        return None

    def _owner(self, variable):
        for i in range(len(self.slot_owners)):
            if self.slot_owners[i] is variable:
                return i
        return -1

    def _get_variable_index(self, variable):
        """The place of a weight among those that the optimizer was built with."""
        return self._owner(variable)

    def assign(self, variable, value):
        """Give a variable a new value."""
        variable.assign(value)
        return None

    def assign_add(self, variable, value):
        """Add to a variable."""
        variable.assign(add(variable.value, value))
        return None

    def assign_sub(self, variable, value):
        """Subtract from a variable."""
        variable.assign(subtract(variable.value, value))
        return None

    # Numbers of a step

    def current_rate(self):
        """The learning rate of the present step, a float32 scalar tensor."""
        if self.rate is not None:
            return self.rate.value
        if self.schedule is not None:
            return self.schedule.at(self.iterations.value)
        if self.rate_function is not None:
            return as_float(self.rate_function())
        raise error("ArgumentError", "the optimizer '" + self.name + "' has no learning rate")

    def update_count(self):
        """How often the weights changed before this step, an int32 scalar tensor."""
        steps = self.iterations.value
        if self.gradient_accumulation_steps is None:
            return steps
        return floor_divide(steps, self.gradient_accumulation_steps)

    def local_step(self):
        """The number of this update, from 1, a float32 scalar tensor."""
        return cast(add(self.update_count(), 1), "float32")

    def scale_loss(self, loss):
        """The loss whose gradients `apply` expects."""
        if self.loss_scale_factor is None:
            return loss
        return multiply(to_tensor(loss), self.loss_scale_factor)

    # A step

    def apply_gradients(self, grads_and_vars):
        """One step from pairs [gradient, variable]; returns the count of steps, a Variable."""
        entries = [entry for entry in grads_and_vars]
        self.apply([entry[0] for entry in entries], [entry[1] for entry in entries])
        return self.iterations

    def apply(self, grads, trainable_variables=None):
        """Record the assignments of one step: weights, slots, iterations.

        grads: tensors, one per variable; None where a weight has no influence on the loss.
        trainable_variables: the weights, None for those that the optimizer was built with.
        """
        if trainable_variables is None:
            variables = [variable for variable in self.slot_owners]
        else:
            variables = [variable for variable in trainable_variables]
        if len(grads) != len(variables):
            raise error(
                "ArgumentError",
                "apply: needs one gradient per variable, got "
                + str(len(grads))
                + " for "
                + str(len(variables)),
            )
        found = []
        wanted = []
        for i in range(len(variables)):
            if grads[i] is not None:
                found.append(to_tensor(grads[i]))
                wanted.append(variables[i])
        if len(wanted) == 0:
            raise error("ArgumentError", "no gradient: the loss does not depend on any trainable weight")
        unknown = [variable for variable in variables if self._owner(variable) < 0]
        if len(unknown) > 0:
            self.build(unknown)
        if self.loss_scale_factor is not None:
            found = [divide(gradient, self.loss_scale_factor * 1.0) for gradient in found]
        if self.gradient_accumulation_steps is None:
            self._change(found, wanted)
        else:
            self._accumulate(found, wanted)
        if self.use_ema:
            self._average()
        for variable in wanted:
            if variable.constraint is not None:
                variable.assign(constraints.get(variable.constraint).project(variable.value))
        self.iterations.assign(add(self.iterations.value, 1))
        return None

    def _change(self, gradients, variables):
        gradients = clipped(gradients, self.clipnorm, self.clipvalue, self.global_clipnorm)
        rate = self.current_rate()
        for variable in variables:
            share = self.decay_of(variable) if self._decays(variable) else None
            if share is not None:
                value = variable.value
                variable.assign(subtract(value, multiply(multiply(value, share), rate)))
        self.prepare(rate)
        for i in range(len(variables)):
            self.update_step(gradients[i], variables[i], rate)
        return None

    def _accumulate(self, gradients, variables):
        steps: Any = self.gradient_accumulation_steps
        due = equal(mod(add(self.iterations.value, 1), steps), 0)
        places = [self._owner(variable) for variable in variables]
        sums = []
        for i in range(len(variables)):
            sums.append(add(gradients[i], self.accumulators[places[i]].value))
        changing = [variable for variable in variables]
        for place in places:
            changing.extend(self.slot_variables[place])
        changing.extend(self.extra_variables)
        means = [divide(total, steps * 1.0) for total in sums]
        only_if(due, changing, lambda: self._change(means, variables))
        for i in range(len(variables)):
            self.accumulators[places[i]].assign(where(due, 0.0, sums[i]))
        return None

    def _average(self):
        count = self.update_count()
        kept = multiply(cast(not_equal(count, 0), "float32"), self.ema_momentum)
        for i in range(len(self.slot_owners)):
            variable = self.slot_owners[i]
            old = multiply(self.averages[i].value, kept)
            self.averages[i].assign(add(old, multiply(variable.value, subtract(1.0, kept))))
        if self.ema_overwrite_frequency is not None:
            due = equal(mod(add(count, 1), self.ema_overwrite_frequency), 0)
            for i in range(len(self.slot_owners)):
                variable = self.slot_owners[i]
                variable.assign(where(due, self.averages[i].value, variable.value))
        return None

    def finalize_variable_values(self, var_list):
        """Give weights their moving averages; nothing where the optimizer keeps none."""
        if self.use_ema and not self.swapped:
            for variable in var_list:
                place = self._owner(variable)
                if place >= 0:
                    variable.assign(self.averages[place].value)
        return None

    def prepare(self, rate):
        """Compute what all weights of a step share."""
        return None

    def update_step(self, gradient, variable, learning_rate) -> Any:
        """Record the update of one weight."""
        self.update(gradient, variable, self.slot_variables[self._owner(variable)], learning_rate)
        return None

    def update(self, gradient, variable, slots, rate) -> Any:
        raise error("ArgumentError", "an optimizer needs a method update(gradient, variable, slots, rate)")

    # Weight decay

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Weights that do not decay: Variables, and regular expressions that are searched in names ("bias")."""
        self.undecayed = [] if var_list is None else [variable for variable in var_list]
        self.undecayed_patterns = [] if var_names is None else [pattern for pattern in var_names]
        return None

    def decay_of(self, variable):
        """The weight decay of a weight, or None."""
        return self.weight_decay

    def _decays(self, variable):
        for other in self.undecayed:
            if other is variable:
                return False
        parts = variable.path.split("/")
        for pattern in self.undecayed_patterns:
            if has_match(pattern, parts[len(parts) - 1]):
                return False
        return True
