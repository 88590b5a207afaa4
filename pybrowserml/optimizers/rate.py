"""The learning rate of an optimizer: a variable, a schedule, or a function."""

from typing import Any

from .. import schedules
from ..core.config import Configurable, resolve
from ..core.opset.registry import as_float
from ..core.variables import state_variable
from ..ops.arguments import shown
from ..platform.errors import error
from ..platform.numbers import is_dict, is_function, is_number
from ..platform.reflection import plain_number


class Rated(Configurable):
    """The part of an Optimizer that keeps its count of steps and its learning rate."""

    def __init__(self, learning_rate, name):
        self.name = name
        self.iterations = state_variable(0, "int32", False, name + "/iteration")
        self._rate_number = None
        self._rate_function = None
        self._schedule = None
        self._rate = None
        if isinstance(learning_rate, schedules.LearningRateSchedule):
            self._schedule = learning_rate
        elif is_dict(learning_rate):
            self._schedule = resolve(
                learning_rate, "schedule", schedules.NAMES, schedules.LearningRateSchedule
            )
        elif is_function(learning_rate):
            self._rate_function = learning_rate
        else:
            self._require_rate(learning_rate)
            self._rate_number = plain_number(learning_rate)
            self._rate = state_variable(self._rate_number, "float32", False, self.name + "/learning_rate")

    def _require_rate(self, value):
        if not is_number(value) or not value >= 0:
            raise error("ArgumentError", "learning_rate must be a number >= 0, got " + shown(value))
        return None

    @property
    def learning_rate(self) -> Any:
        """The Variable that holds the rate, or what a schedule or function says for the present step, a scalar tensor.

        Set it to a number or to a schedule.
        """
        return self.current_rate() if self._rate is None else self._rate

    @learning_rate.setter
    def learning_rate(self, value):
        if isinstance(value, schedules.LearningRateSchedule):
            self._schedule = value
            self._rate = None
        else:
            self.set_rate(value)

    def set_rate(self, value):
        """Change the learning rate to a number."""
        if self._rate is None:
            raise error("ArgumentError", "the learning rate follows a schedule or function and cannot be set")
        if value is self._rate:
            # A callback that hands the rate on as it found it.
            return None
        self._require_rate(value)
        self._rate_number = plain_number(value)
        self._rate.assign(self._rate_number)
        return None

    def config_value(self, argument_name):
        if argument_name == "learning_rate":
            if self._rate_function is not None:
                return self._rate_function
            return self._rate_number if self._schedule is None else self._schedule
        return super().config_value(argument_name)

    def current_rate(self):
        """The learning rate of the present step, a float32 scalar tensor."""
        if self._rate is not None:
            return self._rate.value
        if self._schedule is not None:
            return self._schedule.at(self.iterations.value)
        if self._rate_function is not None:
            return as_float(self._rate_function())
        raise error("ArgumentError", "the optimizer '" + self.name + "' has no learning rate")
