"""Learning rates that change with the step, computed inside the plan from the iterations."""

from typing import Any

from .core.config import Configurable, resolve
from .core.dtypes import is_integer
from .core.keras_form import keras_entry
from .core.known import register_all, with_custom_objects
from .core.opset.binary import (
    add,
    divide,
    floor_divide,
    less,
    less_equal,
    maximum,
    minimum,
    multiply,
    power,
    subtract,
    where,
)
from .core.opset.registry import as_float, scalar, to_tensor
from .core.opset.unary import cast, cos, floor, log, negative
from .ops.arguments import shown
from .platform import real
from .platform.errors import error
from .platform.numbers import is_number, is_whole
from .platform.reflection import call_with

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

PI = 3.141592653589793


class LearningRateSchedule(Configurable):
    """Base class: `__call__(step)` → the rate, a scalar. step: an integer scalar tensor or a number."""

    def at(self, step):
        """The rate at a step, a float32 scalar tensor."""
        return as_float(call_with(self, "__call__", to_tensor(step), {}))

    def __call__(self, step) -> Any:
        raise error("ArgumentError", "a schedule needs a method __call__(step)")


class _Schedule(LearningRateSchedule):
    """A schedule that extends `at`."""

    def __call__(self, step):
        return self.at(step)


def _require_steps(value, argument):
    if not is_number(value) or value <= 0:
        raise error("ArgumentError", argument + " must be a number above 0, got " + shown(value))
    return value


def _real(step):
    return cast(to_tensor(step), "float32")


def _whole_turns(step, length):
    """floor(step / length) as float32, exact for whole numbers on engines whose division is not."""
    step = to_tensor(step)
    if is_integer(step.dtype) and is_whole(length):
        return cast(floor_divide(step, length), "float32")
    return floor(divide(_real(step), length * 1.0))


class ExponentialDecay(_Schedule):
    """initial_learning_rate * decay_rate ** (step / decay_steps), in stairs when `staircase`."""

    def __init__(
        self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="ExponentialDecay"
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _require_steps(decay_steps, "decay_steps")
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def at(self, step):
        if self.staircase:
            turns = _whole_turns(step, self.decay_steps)
        else:
            turns = divide(_real(step), self.decay_steps * 1.0)
        return multiply(power(scalar(self.decay_rate, "float32"), turns), self.initial_learning_rate)


class InverseTimeDecay(_Schedule):
    """initial_learning_rate / (1 + decay_rate * step / decay_steps), in stairs when `staircase`."""

    def __init__(
        self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="InverseTimeDecay"
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _require_steps(decay_steps, "decay_steps")
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def at(self, step):
        if self.staircase:
            turns = _whole_turns(step, self.decay_steps)
        else:
            turns = divide(_real(step), self.decay_steps * 1.0)
        return divide(self.initial_learning_rate * 1.0, add(multiply(turns, self.decay_rate), 1.0))


class PolynomialDecay(_Schedule):
    """From the initial to the end rate in decay_steps, as a power of what is left."""

    def __init__(
        self,
        initial_learning_rate,
        decay_steps,
        end_learning_rate=0.0001,
        power=1.0,
        cycle=False,
        name="PolynomialDecay",
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _require_steps(decay_steps, "decay_steps")
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def at(self, step):
        at = _real(step)
        length = scalar(self.decay_steps, "float32")
        if self.cycle:
            begun = negative(_whole_turns(negative(to_tensor(step)), self.decay_steps))
            length = multiply(length, maximum(begun, 1.0))
        else:
            at = minimum(at, length)
        left = power(subtract(1.0, divide(at, length)), scalar(self.power, "float32"))
        span = self.initial_learning_rate - self.end_learning_rate
        return add(multiply(left, span), self.end_learning_rate)


class PiecewiseConstantDecay(_Schedule):
    """values[i] up to and including boundaries[i], then the next; one more value than boundaries."""

    def __init__(self, boundaries, values, name="PiecewiseConstant"):
        if len(boundaries) + 1 != len(values):
            raise error("ArgumentError", "PiecewiseConstantDecay: needs one more value than boundaries")
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def at(self, step):
        at = _real(step)
        count = len(self.boundaries)
        rate = scalar(self.values[count], "float32")
        for i in range(count):
            place = count - 1 - i
            rate = where(less_equal(at, self.boundaries[place] * 1.0), self.values[place] * 1.0, rate)
        return rate


class CosineDecay(_Schedule):
    """Half a cosine from the initial rate to alpha times it, after a linear warm-up to warmup_target.

    Source: Loshchilov, Hutter 2017, arXiv:1608.03983.
    """

    def __init__(
        self,
        initial_learning_rate,
        decay_steps,
        alpha=0.0,
        name="CosineDecay",
        warmup_target=None,
        warmup_steps=0,
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _require_steps(decay_steps, "decay_steps")
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def at(self, step):
        at = _real(step)
        if self.warmup_target is None:
            return self._decayed(minimum(at, self.decay_steps * 1.0), self.initial_learning_rate)
        rise = self.warmup_target - self.initial_learning_rate
        warming = add(multiply(divide(at, self.warmup_steps * 1.0), rise), self.initial_learning_rate)
        cooling = self._decayed(
            minimum(subtract(at, self.warmup_steps * 1.0), self.decay_steps * 1.0), self.warmup_target
        )
        return where(less(at, self.warmup_steps * 1.0), warming, cooling)

    def _decayed(self, at, start):
        wave = multiply(0.5, add(cos(multiply(divide(at, self.decay_steps * 1.0), PI)), 1.0))
        return multiply(add(multiply(wave, 1.0 - self.alpha), self.alpha), start)


class CosineDecayRestarts(_Schedule):
    """Half cosines from the initial rate to alpha times it, each t_mul times as long and m_mul times as high.

    Source: Loshchilov, Hutter 2017, arXiv:1608.03983.
    """

    def __init__(
        self,
        initial_learning_rate,
        first_decay_steps,
        t_mul=2.0,
        m_mul=1.0,
        alpha=0.0,
        name="SGDRDecay",
    ):
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = _require_steps(first_decay_steps, "first_decay_steps")
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def at(self, step):
        turns = divide(_real(step), self.first_decay_steps * 1.0)
        if self.t_mul == 1:
            restarts = _whole_turns(step, self.first_decay_steps)
            done = subtract(turns, restarts)
        else:
            found = self._geometric(turns)
            restarts = found[0]
            done = found[1]
        height = power(scalar(self.m_mul, "float32"), restarts)
        wave = multiply(multiply(0.5, height), add(cos(multiply(done, PI)), 1.0))
        share = add(multiply(wave, 1.0 - self.alpha), self.alpha)
        return multiply(share, self.initial_learning_rate)

    def _geometric(self, turns):
        """[restarts so far, the share of the present half cosine]."""
        growth = scalar(self.t_mul, "float32")
        whole = add(multiply(turns, self.t_mul - 1.0), 1.0)
        # The logarithm of an exact power may fall short of a whole number by rounding; then the next cosine has begun.
        restarts = floor(add(multiply(log(whole), 1.0 / real.log(self.t_mul)), 1e-5))
        length = power(growth, restarts)
        before = divide(subtract(length, 1.0), self.t_mul - 1.0)
        return [restarts, maximum(divide(subtract(turns, before), length), 0.0)]


NAMES = {
    "exponential_decay": ExponentialDecay,
    "inverse_time_decay": InverseTimeDecay,
    "polynomial_decay": PolynomialDecay,
    "piecewise_constant_decay": PiecewiseConstantDecay,
    "cosine_decay": CosineDecay,
    "cosine_decay_restarts": CosineDecayRestarts,
}
register_all(NAMES, "schedule")


def serialize(learning_rate_schedule):
    """The configuration {"module", "class_name", "config", "registered_name"} of a schedule."""
    return keras_entry(learning_rate_schedule, "schedule")


def deserialize(config, custom_objects=None) -> Any:
    """The schedule of a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(
        custom_objects, lambda: resolve(config, "schedule", NAMES, LearningRateSchedule)
    )
