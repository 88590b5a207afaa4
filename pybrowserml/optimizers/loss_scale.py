"""Dynamic scaling of the loss, for gradients that would vanish in few bits."""

from ..core.opset.binary import add, divide, equal, logical_and, multiply, where
from ..core.opset.registry import to_tensor
from ..core.opset.unary import isfinite, logical_not
from ..core.variables import state_variable
from ..ops.reduction import all as all_true
from ..platform.errors import error
from .base import Optimizer
from .state import only_if


class LossScaleOptimizer(Optimizer):
    """An optimizer whose loss is scaled up as far as gradients stay finite.

    inner_optimizer: what does the steps. A step with gradients that are not finite changes nothing but the scale, which
    is halved; after dynamic_growth_steps without one it is doubled. dynamic: only True; a constant factor is the
    loss_scale_factor of any optimizer.
    """

    def __init__(
        self, inner_optimizer, initial_scale=32768.0, dynamic_growth_steps=2000, name=None, dynamic=True
    ):
        super().__init__(0.0, None, None, None, None, False, 0.99, None, None, None, name)
        if not isinstance(inner_optimizer, Optimizer):
            raise error("ArgumentError", "LossScaleOptimizer: inner_optimizer must be an optimizer")
        if not dynamic:
            raise error(
                "ArgumentError",
                "LossScaleOptimizer: dynamic must be True; for a constant factor give the inner optimizer a "
                + "loss_scale_factor",
            )
        self.dynamic = True
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None
        self.step_counter = state_variable(0, "int32", False, self.name + "/step_counter")
        self.dynamic_scale = state_variable(
            initial_scale * 1.0, "float32", False, self.name + "/dynamic_scale"
        )
        # As in Keras there is a count and a rate that nobody uses.
        self.own_variables = [self.iterations, self._rate, self.step_counter, self.dynamic_scale]
        # Callers that want the count of steps or the rate want those of the steps that were done.
        self.iterations = inner_optimizer.iterations
        self._rate = inner_optimizer._rate
        self._schedule = inner_optimizer._schedule

    def get_config(self):
        """The arguments that may differ."""
        config = super().get_config()
        return {key: config[key] for key in config.keys() if key != "dynamic"}

    def set_rate(self, value):
        self.inner_optimizer.set_rate(value)
        return None

    @property
    def variables(self):
        """A count and a rate that stay, the counter and the scale, then the variables of the inner optimizer."""
        found = [variable for variable in self.own_variables]
        found.extend(self.inner_optimizer.variables)
        return found

    def owners(self):
        return self.inner_optimizer.owners()

    def build(self, variables):
        self.inner_optimizer.build(variables)
        self.built = True
        return None

    def current_rate(self):
        return self.inner_optimizer.current_rate()

    def scale_loss(self, loss):
        return multiply(to_tensor(loss), self.dynamic_scale.value)

    def finalize_variable_values(self, var_list):
        self.inner_optimizer.finalize_variable_values(var_list)
        return None

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)
        return None

    def apply(self, grads, trainable_variables=None):
        if trainable_variables is None:
            variables = self.owners()
        else:
            variables = [variable for variable in trainable_variables]
        known = [gradient for gradient in grads if gradient is not None]
        if len(known) == 0:
            raise error("ArgumentError", "no gradient: the loss does not depend on any trainable weight")
        self.build(variables)
        finite = None
        for gradient in known:
            part = all_true(isfinite(to_tensor(gradient)))
            finite = part if finite is None else logical_and(finite, part)
        scale = self.dynamic_scale.value
        unscaled = [None if gradient is None else divide(gradient, scale) for gradient in grads]
        changing = [variable for variable in variables]
        changing.extend(self.inner_optimizer.variables)
        only_if(finite, changing, lambda: self.inner_optimizer.apply(unscaled, variables))
        count = self.step_counter.value
        grown = equal(count, self.dynamic_growth_steps - 1)
        moved = where(grown, multiply(scale, 2.0), scale)
        self.dynamic_scale.assign(where(finite, moved, multiply(scale, 0.5)))
        self.step_counter.assign(where(logical_and(finite, logical_not(grown)), add(count, 1), 0))
        return None
