"""Calls without side effects: values that stand for those of variables, and take what is assigned to them."""

from typing import Any

from ..platform.errors import error
from ..platform.numbers import is_list
from .graph import Overlay, close_overlay, open_overlay
from .opset.registry import to_tensor, with_dtype
from .shapes import format_shape, same_shape


class StatelessScope:
    """While it is open, variables have other values, and assignments go to the scope instead of to the variables.

    state_mapping: pairs [variable, value]; other variables keep their values. collect_losses: gather in `losses` what
    layers add by `add_loss` while it is open. initialize_variables is known for Keras's sake: variables are made with
    their values at once. In Python: `with pb.StatelessScope(pairs) as scope`; JavaScript calls `open` and `close`. A
    compiled function (`fit`, `pb.function`) that is called meanwhile works with the variables themselves.
    """

    def __init__(self, state_mapping=None, collect_losses=False, initialize_variables=True):
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self.overlay = Overlay(self.losses if collect_losses else None)
        for entry in [] if state_mapping is None else state_mapping:
            self._put(entry[0], entry[1])

    def _put(self, variable, value):
        if not hasattr(variable, "slot"):
            raise error("ArgumentError", "StatelessScope: state_mapping needs pairs [Variable, value]")
        tensor = with_dtype(to_tensor(value, variable.dtype), variable.dtype)
        if not same_shape(tensor.shape, variable.shape):
            raise error(
                "ShapeError",
                "StatelessScope: the variable '"
                + variable.path
                + "' has shape "
                + format_shape(variable.shape)
                + ", got a value of shape "
                + format_shape(tensor.shape),
            )
        self.overlay.values.put(variable, tensor)
        return None

    def open(self):
        """From now on, until `close`, variables have the scope's values."""
        open_overlay(self.overlay)
        return self

    def close(self):
        """Let variables have their own values again. The scope keeps what was assigned."""
        close_overlay(self.overlay)
        return None

    def get_current_value(self, variable) -> Any:
        """The value that a variable has in the scope, a tensor, or None where it was neither given nor assigned."""
        values = self.overlay.values
        return values.at(variable) if values.has(variable) else None

    def __enter__(self):
        return self.open()

    def __exit__(self, kind, problem, trace):
        self.close()
        return None


def values_after(scope, variables):
    """The values of variables at the end of a scope: what was given or assigned, else their own."""
    found = []
    for variable in variables:
        value = scope.get_current_value(variable)
        found.append(variable.value if value is None else value)
    return found


def inside(scope, function):
    """Call `function()` while a scope is open."""
    scope.open()
    try:
        return function()
    finally:
        scope.close()


def pairs_of(variables, values, asked, what):
    """Pairs [variable, value]. asked, what: who needs the values, and their name, for messages."""
    if not is_list(values) or len(values) != len(variables):
        raise error(
            "ArgumentError",
            asked
            + ": "
            + what
            + " must be a list of "
            + str(len(variables))
            + " values, got "
            + (str(len(values)) if is_list(values) else "something else"),
        )
    return [[variables[i], values[i]] for i in range(len(variables))]
