"""What the logs show of losses: their means over batches; and what layers and weights add to a loss."""

from ..core.context import collected_losses
from ..core.dims import is_symbolic
from ..core.graph import constant
from ..core.host import host_scalar
from ..core.opset.binary import add, divide, multiply, where
from ..core.opset.generators import size_of
from ..core.opset.unary import cast
from ..core.variables import state_variable
from ..ops.math import divide_no_nan


class MeanOfLoss:
    """The mean of a loss over batches, each counted by its number of rows."""

    def __init__(self, label):
        self.label = label
        self.name = label
        self.total = state_variable(0.0, "float32", False, label + "/total")
        self.count = state_variable(0.0, "float32", False, label + "/count")

    @property
    def variables(self):
        return [self.total, self.count]

    def update_state(self, value, sample_weight=None):
        """Add a loss with the weight of one batch, or with that given: a number or the size of an axis."""
        weight = 1.0 if sample_weight is None else sample_weight
        self.add_batch(value, cast(size_of(weight), "float32") if is_symbolic(weight) else weight)
        return None

    def reset_state(self):
        self.total.assign(constant(host_scalar(0, "float32")))
        self.count.assign(constant(host_scalar(0, "float32")))
        return None

    def add_batch(self, value, rows):
        """value: scalar tensor; rows: scalar tensor."""
        self.total.assign(add(self.total.value, multiply(value, rows)))
        self.count.assign(add(self.count.value, rows))
        return None

    def result(self):
        """The mean; 0 where nothing was added."""
        return divide_no_nan(self.total.value, self.count.value)

    def mean(self):
        """The mean of what was added."""
        return divide(self.total.value, self.count.value)


def restarted(metric, variables, restart):
    """Record: a metric's variables as they are, or as new where `restart`, a bool scalar tensor, is true."""
    before = [variable.value for variable in variables]
    metric.reset_state()
    for i in range(len(variables)):
        variables[i].assign(where(restart, variables[i].value, before[i]))
    return None


def added_losses(model):
    """Scalar tensors: penalties of the weights, and what layers added while the step was recorded."""
    found = [loss for loss in model.regularization_losses()]
    found.extend(collected_losses())
    return found
