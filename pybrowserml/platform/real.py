"""Functions of real numbers by the IEEE rules: they return NaN and infinities and never raise."""

import numpy as np

NAN = float("nan")
INFINITY = float("inf")


def _quiet(function):
    def call(*numbers):
        with np.errstate(all="ignore"):
            return float(function(*[np.float64(x) for x in numbers]))

    return call


exp = _quiet(np.exp)
expm1 = _quiet(np.expm1)
log = _quiet(np.log)
log1p = _quiet(np.log1p)
sqrt = _quiet(np.sqrt)
sin = _quiet(np.sin)
cos = _quiet(np.cos)
tan = _quiet(np.tan)
tanh = _quiet(np.tanh)
floor = _quiet(np.floor)
ceil = _quiet(np.ceil)
trunc = _quiet(np.trunc)
power = _quiet(np.power)
divide = _quiet(np.divide)
remainder = _quiet(np.fmod)
arctan2 = _quiet(np.arctan2)
