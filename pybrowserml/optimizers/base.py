"""The base of optimizers: one step, with clipping, weight decay, moving averages and accumulated gradients."""

from typing import Any

from .. import constraints
from ..core.naming import automatic_name
from ..core.opset.binary import (
    add,
    divide,
    equal,
    floor_divide,
    maximum,
    mod,
    multiply,
    not_equal,
    subtract,
    where,
)
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.stateless import StatelessScope, inside, pairs_of, values_after
from ..ops.arguments import shown
from ..platform.console import warn
from ..platform.errors import error
from ..platform.numbers import is_number
from ..platform.reflection import class_name_of
from ..platform.text import has_match
from .clipping import clipped
from .slots import Slotted
from .state import only_if, require_steps


class Optimizer(Slotted):
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
        super().__init__(
            learning_rate,
            use_ema,
            gradient_accumulation_steps,
            automatic_name(class_name_of(self)) if name is None else name,
        )
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        # Whether the weights hold the averages, and the averages the weights; see callbacks/averages.
        self._swapped = False
        self._undecayed = []
        self._undecayed_patterns = []

    # Numbers of a step

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

    def stateless_apply(self, optimizer_variables, grads, trainable_variables):
        """[values of the weights, values of `variables`] after a step that starts from other values of both.

        trainable_variables: values in the order of the weights that the optimizer was built with. No Variable changes.
        """
        if not self.built:
            raise error("NotBuiltError", "stateless_apply: the optimizer '" + self.name + "' was not built")
        asked = "optimizer '" + self.name + "': stateless_apply"
        owners = self.owners()
        pairs = pairs_of(owners, trainable_variables, asked, "trainable_variables")
        pairs.extend(pairs_of(self.variables, optimizer_variables, asked, "optimizer_variables"))
        scope = StatelessScope(pairs)
        inside(scope, lambda: self.apply(grads, owners))
        return [values_after(scope, owners), values_after(scope, self.variables)]

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
            variables = self.owners()
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
        if len(variables) == 0:
            return None
        found = []
        wanted = []
        missing = []
        for i in range(len(variables)):
            if grads[i] is not None:
                found.append(to_tensor(grads[i]))
                wanted.append(variables[i])
            else:
                missing.append("'" + variables[i].path + "'")
        if len(wanted) == 0:
            raise error("ArgumentError", "no gradient: the loss does not depend on any trainable weight")
        if len(missing) > 0:
            warn(
                "Gradients do not exist for variables [" + ", ".join(missing) + "] when minimizing the loss."
            )
        unknown = [variable for variable in variables if self._owner(variable) < 0]
        if len(unknown) > 0:
            self.build(unknown)
        kept = self._overwritten(found, wanted)
        found = kept[0]
        wanted = kept[1]
        if len(wanted) > 0:
            self._apply_all(found, wanted)
        self.iterations.assign(add(self.iterations.value, 1))
        return None

    def _overwritten(self, gradients, variables):
        """[gradients, variables] without the variables that their gradients overwrite, which get their values here.

        With accumulated gradients these take the largest elements of them.
        """
        kept = [[], []]
        for i in range(len(variables)):
            variable = variables[i]
            if not variable.overwrite_with_gradient:
                kept[0].append(gradients[i])
                kept[1].append(variable)
            elif self.gradient_accumulation_steps is None:
                variable.assign(gradients[i])
            else:
                due = self._is_due()
                accumulator = self._accumulators[self._owner(variable)]
                largest = maximum(gradients[i], accumulator.value)
                variable.assign(where(due, largest, variable.value))
                accumulator.assign(where(due, 0.0, largest))
        return kept

    def _apply_all(self, found, wanted):
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
        return None

    def _is_due(self):
        """Whether this step's gradients complete those of an update, a bool scalar tensor."""
        steps: Any = self.gradient_accumulation_steps
        return equal(mod(add(self.iterations.value, 1), steps), 0)

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
        due = self._is_due()
        places = [self._owner(variable) for variable in variables]
        sums = []
        for i in range(len(variables)):
            sums.append(add(gradients[i], self._accumulators[places[i]].value))
        changing = [variable for variable in variables]
        for place in places:
            changing.extend(self._slot_variables[place])
        changing.extend(self._extra_variables)
        means = [divide(total, steps * 1.0) for total in sums]
        only_if(due, changing, lambda: self._change(means, variables))
        for i in range(len(variables)):
            self._accumulators[places[i]].assign(where(due, 0.0, sums[i]))
        return None

    def _average(self):
        count = self.update_count()
        kept = multiply(cast(not_equal(count, 0), "float32"), self.ema_momentum)
        for i in range(len(self._slot_owners)):
            variable = self._slot_owners[i]
            old = multiply(self._averages[i].value, kept)
            self._averages[i].assign(add(old, multiply(variable.value, subtract(1.0, kept))))
        if self.ema_overwrite_frequency is not None:
            due = equal(mod(add(count, 1), self.ema_overwrite_frequency), 0)
            for i in range(len(self._slot_owners)):
                variable = self._slot_owners[i]
                variable.assign(where(due, self._averages[i].value, variable.value))
        return None

    def finalize_variable_values(self, var_list):
        """Give weights their moving averages; nothing where the optimizer keeps none."""
        if self.use_ema and not self._swapped:
            for variable in var_list:
                place = self._owner(variable)
                if place >= 0:
                    variable.assign(self._averages[place].value)
        return None

    def prepare(self, rate):
        """Compute what all weights of a step share."""
        return None

    def update_step(self, gradient, variable, learning_rate) -> Any:
        """Record the update of one weight."""
        self.update(gradient, variable, self._slot_variables[self._owner(variable)], learning_rate)
        return None

    def update(self, gradient, variable, slots, rate) -> Any:
        raise error("ArgumentError", "an optimizer needs a method update(gradient, variable, slots, rate)")

    # Weight decay

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Weights that do not decay: Variables, and regular expressions that are searched in names ("bias")."""
        self._undecayed = [] if var_list is None else [variable for variable in var_list]
        self._undecayed_patterns = [] if var_names is None else [pattern for pattern in var_names]
        return None

    def decay_of(self, variable):
        """The weight decay of a weight, or None."""
        return self.weight_decay

    def _decays(self, variable):
        for other in self._undecayed:
            if other is variable:
                return False
        parts = variable.path.split("/")
        for pattern in self._undecayed_patterns:
            if has_match(pattern, parts[len(parts) - 1]):
                return False
        return True
