"""The variables of an optimizer: slots of weights, averages, accumulated gradients, its own."""

from ..core.annotations import Initial
from ..core.opset.binary import add, subtract
from ..core.variables import Variable
from ..platform.errors import error
from .rate import Rated
from .state import filled_variable, first_value


class Slotted(Rated):
    """The part of an Optimizer that keeps variables for each weight."""

    def __init__(self, learning_rate, use_ema, gradient_accumulation_steps, name):
        super().__init__(learning_rate, name)
        self.use_ema = use_ema
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.built = False
        # Lists with one entry for each weight; the slots of a weight in the order of `slots_of`.
        self._slot_owners = []
        self._slot_variables = []
        self._slot_groups = []
        self._averages = []
        self._accumulators = []
        self._extra_variables = []

    @property
    def variables(self):
        """iterations, the learning rate (unless a schedule), averages, accumulated gradients, slots, others."""
        found = [self.iterations]
        if self._rate is not None:
            found.append(self._rate)
        found.extend(self._averages)
        found.extend(self._accumulators)
        for group in range(3):
            for i in range(len(self._slot_variables)):
                for k in range(len(self._slot_variables[i])):
                    if self._slot_groups[i][k] == group:
                        found.append(self._slot_variables[i][k])
        found.extend(self._extra_variables)
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
                # What a gradient overwrites needs no slots.
                slots = [] if variable.overwrite_with_gradient else self.slots_of(variable)
                for slot in slots:
                    made.append(self._slot_variable(variable, slot[0], slot[1], slot[3]))
                    groups.append(slot[2])
                self._slot_owners.append(variable)
                self._slot_variables.append(made)
                self._slot_groups.append(groups)
                if self.use_ema:
                    self._averages.append(self._slot_variable(variable, "average", 0.0, variable.shape))
                if self.gradient_accumulation_steps is not None:
                    self._accumulators.append(
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
        self._extra_variables.append(made)
        return made

    def add_variable_from_reference(
        self, reference_variable, name="variable", initializer: Initial = "zeros"
    ):
        """A variable of the optimizer's own that has the shape of a weight."""
        made = self._slot_variable(
            reference_variable, name, first_value(initializer), reference_variable.shape
        )
        self._extra_variables.append(made)
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

    def owners(self):
        """The weights that the optimizer was built with."""
        return [variable for variable in self._slot_owners]

    def _owner(self, variable):
        for i in range(len(self._slot_owners)):
            if self._slot_owners[i] is variable:
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
